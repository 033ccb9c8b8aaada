"""Two segmentations of the same customers side by side: who is where, and how far they agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from segkit.i18n import _, format_number, format_percent, ngettext
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.migration import segment_migration

if TYPE_CHECKING:
    from segkit.segment.result import Segmentation


@dataclass(frozen=True, eq=False)
class Comparison:
    """How the segments of two segmentations share the customers; made by ``compare``.

    Attributes
    ----------
    counts : pandas.DataFrame
        ``first``, ``second`` (segment ids) and ``n_customers``; only customers of both.
    first_names, second_names : mapping
        Segment ids to names, in the order of each segmentation.
    adjusted_rand : float
        Agreement beyond chance: 1 where both group alike, about 0 where they have nothing in
        common; NaN where both put everybody into one segment or no customer is in both. Of
        customers whom both put into a segment; unclassified is no segment to agree on.
    n_unclassified : int
        Customers in both who are without a segment in either.
    n_only_first, n_only_second : int
        Customers that only one of them knows.
    first_title, second_title : str
        What each segmentation is called; empty where that is not known.
    """

    counts: pd.DataFrame = field(repr=False)
    first_names: Mapping[str, str]
    second_names: Mapping[str, str]
    adjusted_rand: float
    n_only_first: int
    n_only_second: int
    first_title: str = ""
    second_title: str = ""

    @property
    def titles(self) -> tuple[str, str]:
        """What heads the two sides: their own titles, or first and second where these are alike."""
        first, second = self.first_title.strip(), self.second_title.strip()
        if first and second and first != second:
            return first, second
        return _("First segmentation"), _("Second segmentation")

    @property
    def n_matched(self) -> int:
        """Customers that both segmentations know."""
        return int(self.counts["n_customers"].sum())

    @property
    def n_unclassified(self) -> int:
        """Customers in both who are without a segment in either."""
        known = classified(self.counts, "first", "second")
        return self.n_matched - int(known["n_customers"].sum())

    @property
    def table(self) -> pd.DataFrame:
        """The cross table: a row per segment of the first, a column per segment of the second."""
        wide = self.counts.pivot_table(
            index="first", columns="second", values="n_customers", aggfunc="sum", fill_value=0
        )
        rows = [segment for segment in self.first_names if segment in wide.index]
        columns = [segment for segment in self.second_names if segment in wide.columns]
        return wide.loc[rows, columns].astype("int64")

    def summary(self) -> str:
        """Say how far the two agree, and where the largest overlap lies."""
        if not self.n_matched:
            return _("No customer is in both segmentations, so they cannot be compared.")
        text = ngettext(
            "{people} customer is in both segmentations.",
            "{people} customers are in both segmentations.",
            self.n_matched,
        )
        lines = [text.format(people=format_number(self.n_matched))]
        if not math.isnan(self.adjusted_rand):
            text = _("Their agreement beyond chance is {value} (adjusted Rand index; 1 is alike).")
            lines.append(text.format(value=format_number(self.adjusted_rand, 2)))
        if self.n_unclassified:
            text = ngettext(
                "{people} of them has no segment in one of the two and is left out of this.",
                "{people} of them have no segment in one of the two and are left out of this.",
                self.n_unclassified,
            )
            lines.append(text.format(people=format_number(self.n_unclassified)))
        known = classified(self.counts, "first", "second")
        if known.empty:
            return "\n".join(lines)
        top = known.loc[known["n_customers"].idxmax()]
        text = _("The largest overlap: {share} of them are {first} and {second}.")
        lines.append(
            text.format(
                share=format_percent(top["n_customers"] / self.n_matched),
                first=self.first_names[top["first"]],
                second=self.second_names[top["second"]],
            )
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Comparison of {self.n_matched:,} customers, adjusted Rand "
            f"{self.adjusted_rand:.3f}. Next: .table, .summary()"
        )

    def _repr_html_(self) -> str:
        """Show the summary; names may be a client's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def compare_segmentations(first: Segmentation, second: Segmentation) -> Comparison:
    """Compare two segmentations of the same customers, matched by ``customer_id``.

    Use it to see what another scheme, other cut-offs or clusters would change. Only counts
    leave the engine.

    Examples
    --------
    >>> import segkit as sk
    >>> customers = sk.summarize_customers(sk.load_dataset("cdnow"), as_of="1998-06-30")
    >>> eight, eleven = sk.score_rfm(customers), sk.score_rfm(customers, scheme="rfm_11")
    >>> round(compare_segmentations(eight, eleven).adjusted_rand, 2) > 0.2
    True
    """
    moved = segment_migration(first.customers, second.customers)
    counts = moved.counts.rename(columns={"before": "first", "after": "second"})
    return Comparison(
        counts=counts,
        first_names=_names(first, counts["first"]),
        second_names=_names(second, counts["second"]),
        adjusted_rand=adjusted_rand(classified(counts, "first", "second"), "first", "second"),
        n_only_first=moved.n_gone,
        n_only_second=moved.n_new,
        first_title=first.definition.label(),
        second_title=second.definition.label(),
    )


def _names(segmentation: Segmentation, found: Iterable[str]) -> dict[str, str]:
    profile = segmentation.profile
    names = dict(zip(profile["segment"], profile["name"], strict=True))
    return {**names, **{segment: segment for segment in found if segment not in names}}


def classified(counts: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Keep the counts of customers who have a segment by both groupings."""
    without = (counts[first] == UNCLASSIFIED) | (counts[second] == UNCLASSIFIED)
    return counts[~without]


def adjusted_rand(counts: pd.DataFrame, first: str, second: str) -> float:
    """Give the adjusted Rand index of two groupings from the counts of their cross table.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns ``first``, ``second`` and ``n_customers``.

    References
    ----------
    Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2, eq. 5.

    Examples
    --------
    >>> alike = pd.DataFrame({"a": ["x", "y"], "b": ["u", "v"], "n_customers": [3, 4]})
    >>> adjusted_rand(alike, "a", "b")
    1.0
    """
    both = _pairs(counts["n_customers"])
    rows = _pairs(counts.groupby(first)["n_customers"].sum())
    columns = _pairs(counts.groupby(second)["n_customers"].sum())
    n = int(counts["n_customers"].sum())
    possible = math.comb(n, 2)
    if not possible:
        return math.nan
    expected = rows * columns / possible
    most = (rows + columns) / 2
    return (both - expected) / (most - expected) if most != expected else math.nan


def _pairs(counts: Iterable[int]) -> int:
    return sum(math.comb(int(count), 2) for count in counts)
