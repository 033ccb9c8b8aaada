"""Who moved: the customers of two segmentations, counted by where they were and are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import pandas as pd

from segkit.checks import check_columns
from segkit.collect.frames import Frame, as_ibis
from segkit.i18n import _, format_number, format_percent, ngettext


@dataclass(frozen=True, eq=False)
class Migration:
    """How many customers went from which segment to which.

    Attributes
    ----------
    counts : pandas.DataFrame
        ``before``, ``after`` (segment ids) and ``n_customers``; only customers of both.
    order : sequence of str
        Segment ids in the order of the scheme.
    names : mapping
        Segment ids to names in the current language.
    n_new, n_gone : int
        Customers of the second table alone, and of the first alone.
    """

    counts: pd.DataFrame = field(repr=False)
    order: Sequence[str]
    names: Mapping[str, str]
    n_new: int
    n_gone: int

    @property
    def n_matched(self) -> int:
        """Customers that both tables know."""
        return int(self.counts["n_customers"].sum())

    @property
    def n_moved(self) -> int:
        """Customers of both tables whose segment differs."""
        return int(self.moves["n_customers"].sum())

    @property
    def moved_share(self) -> float:
        """Moved customers as a share of those of both tables; NaN when there are none."""
        return self.n_moved / self.n_matched if self.n_matched else float("nan")

    @property
    def moves(self) -> pd.DataFrame:
        """The streams from one segment to another one, the largest first."""
        moved = self.counts[self.counts["before"] != self.counts["after"]]
        order = ["n_customers", "before", "after"]
        return moved.sort_values(order, ascending=[False, True, True], ignore_index=True)

    @property
    def matrix(self) -> pd.DataFrame:
        """Counts with one row per segment before and one column per segment after."""
        wide = self.counts.pivot_table(
            index="before", columns="after", values="n_customers", aggfunc="sum", fill_value=0
        )
        rows = [s for s in self.order if s in wide.index]
        columns = [s for s in self.order if s in wide.columns]
        return wide.loc[rows, columns].astype("int64")

    def name(self, segment: str) -> str:
        """Give a segment's name in the current language."""
        return str(self.names.get(segment, segment))

    def summary(self) -> str:
        """Say how many moved and which stream is the largest."""
        if not self.n_matched:
            return _("No customer is in both tables, so nobody can be seen to move.")
        text = ngettext(
            "{moved} of {matched} customer known to both changed segment ({share}).",
            "{moved} of {matched} customers known to both changed segment ({share}).",
            self.n_matched,
        ).format(
            moved=format_number(self.n_moved),
            matched=format_number(self.n_matched),
            share=format_percent(self.moved_share),
        )
        return text

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return f"Migration of {self.n_matched:,} customers. Next: .moves, .matrix, plot_migration"


def segment_migration(
    before: Frame,
    after: Frame,
    *,
    order: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
) -> Migration:
    """Count customers by their segment in two tables, matched by ``customer_id``.

    Use it on the segments of two months, or of two schemes. Only counts leave the engine.

    Parameters
    ----------
    before, after : table of any kind
        Each with ``customer_id`` and ``segment``. Ids are compared as texts.
    order : sequence of str
        Segment ids in the order to show; those left out follow by name.
    names : mapping
        Segment ids to names.

    Examples
    --------
    >>> old = pd.DataFrame({"customer_id": [1, 2, 3], "segment": ["a", "a", "b"]})
    >>> new = pd.DataFrame({"customer_id": [2, 3, 4], "segment": ["b", "b", "a"]})
    >>> found = segment_migration(old, new)
    >>> found.n_moved, found.n_matched, found.n_new, found.n_gone
    (1, 2, 1, 1)
    """
    sides = []
    for argument, frame, label in (("before", before, "before"), ("after", after, "after")):
        table = as_ibis(frame, function="segment_migration", argument=argument)
        check_columns("segment_migration", table.columns, ["customer_id", "segment"])
        sides.append(
            table.select(
                customer_id=table["customer_id"].cast("string"),
                **{label: table["segment"].cast("string").fill_null("")},
            )
        )
    left, right = sides
    joined = left.outer_join(right, "customer_id")
    counted = joined.group_by("before", "after").aggregate(n_customers=ibis._.count())
    counts: Any = counted.to_pandas()
    is_gone, is_new = counts["after"].isna(), counts["before"].isna()
    both = counts[~is_gone & ~is_new].astype({"n_customers": "int64"})
    found = set(both["before"]) | set(both["after"])
    known = [segment for segment in order if segment in found]
    return Migration(
        counts=both.sort_values(["before", "after"], ignore_index=True),
        order=[*known, *sorted(found - set(known))],
        names=dict(names or {}),
        n_new=int(counts.loc[is_new, "n_customers"].sum()),
        n_gone=int(counts.loc[is_gone, "n_customers"].sum()),
    )
