"""What a generator gives back: the tables a client would send, and the truth kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MadeUp:
    """Made-up data whose truth is known.

    ``tables`` holds canonical tables by name, as a client would send them; ``truth`` what no
    client could know: the segment of each customer, and the values drawn for the customer.
    ``parameters`` are those of the generator, with ``seed``: the same ones give the same data.
    """

    sector: str
    tables: Mapping[str, pd.DataFrame]
    truth: Mapping[str, pd.DataFrame]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give a table by its name, such as ``"transactions"``."""
        return self.tables[name]

    def __repr__(self) -> str:
        """Name the tables with their rows, and the next step."""
        sizes = ", ".join(f"{name} {len(table):,}" for name, table in self.tables.items())
        first = next(iter(self.tables))
        return f"MadeUp({self.sector}: {sizes}). Next: made[{first!r}]; the truth is in made.truth"
