"""Many questions to a table, answered by one query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import ibis.expr.types as ir


class Questions:
    """Aggregates of one table, asked one by one and answered together."""

    def __init__(self, table: ir.Table) -> None:
        self.table = table
        self._asked: dict[tuple[str, ...], Any] = {}

    def ask(self, *key: str, of: Any) -> None:
        """Ask for an aggregate, to be found under its key."""
        self._asked[key] = of

    def count(self, *key: str, where: Any) -> None:
        """Ask in how many rows a condition holds."""
        self.ask(*key, of=self.table.count(where=where))

    def answers(self) -> dict[tuple[str, ...], Any]:
        """Run the query; every key with its answer."""
        # Keys hold names from a client's file: engines get plain ones.
        plain = {f"q{place}": of for place, of in enumerate(self._asked.values())}
        row = self.table.agg(**plain).to_pyarrow().to_pylist()[0] if plain else {}
        return {key: row[f"q{place}"] for place, key in enumerate(self._asked)}


def is_countable(dtype: Any) -> bool:
    """Tell whether the different values of a type can be counted on any engine."""
    plain = dtype.is_numeric() or dtype.is_boolean() or dtype.is_temporal()
    return plain or dtype.is_string() or dtype.is_uuid()


def is_any(conditions: Iterable[Any]) -> Any:
    """Join conditions: true where at least one holds, never null."""
    joined = ibis.literal(False)
    for condition in conditions:
        joined = joined | condition.fill_null(False)
    return joined
