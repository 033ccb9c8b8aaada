"""Two segmentations of the same customers: which segment of one is which of the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.errors import DataError
from segkit.figures.base import Caption, figure
from segkit.figures.flow import draw_streams, streams_height
from segkit.figures.labels import one_line
from segkit.i18n import _, format_number, format_percent, join_sentences

_STREAMS_TOLD = 8


@dataclass(frozen=True)
class _Streams:
    """A comparison as streams: ids of both sides carry their side, for they may be alike."""

    counts: pd.DataFrame
    moves: pd.DataFrame
    order: Sequence[str]
    names: dict[str, str] = field(repr=False)

    def name(self, segment: str) -> str:
        return self.names[segment]


def _streams(comparison: Any) -> _Streams:
    if not comparison.n_matched:
        raise DataError(
            "plot_comparison: comparison must hold customers of both segmentations; got none. "
            "Compare segmentations whose customer ids are of one kind."
        )
    counts = comparison.counts[comparison.counts["n_customers"] > 0]
    counts = pd.DataFrame(
        {
            "before": [f"1 {segment}" for segment in counts["first"]],
            "after": [f"2 {segment}" for segment in counts["second"]],
            "n_customers": counts["n_customers"].to_numpy(),
        }
    )
    # Where most of a segment goes is coloured; it is the answer to "what is it called there".
    main = counts.loc[counts.groupby("before", sort=False)["n_customers"].idxmax()]
    names = {f"1 {segment}": name for segment, name in comparison.first_names.items()}
    names |= {f"2 {segment}": name for segment, name in comparison.second_names.items()}
    main = main.sort_values("n_customers", ascending=False, kind="stable")
    return _Streams(counts, main, list(names), names)


def _describe(comparison: Any) -> Caption:
    streams = _streams(comparison)
    top = streams.moves.iloc[0]
    words = {
        "first": one_line(streams.name(top["before"])),
        "second": one_line(streams.name(top["after"])),
        "share": format_percent(top["n_customers"] / comparison.n_matched),
    }
    title = _("Most customers in common: {first} and {second}, {share}").format(**words)
    if not math.isnan(comparison.adjusted_rand):
        text = _("They agree at {value} (1 = alike); most in common: {first} and {second}, {share}")
        title = text.format(value=format_number(comparison.adjusted_rand, 2), **words)
    listing = [
        _("{first} and {second}: {share} of customers.").format(
            first=one_line(streams.name(row.before)),
            second=one_line(streams.name(row.after)),
            share=format_percent(row.n_customers / comparison.n_matched),
        )
        for row in streams.counts.sort_values("n_customers", ascending=False)
        .head(_STREAMS_TOLD)
        .itertuples()
    ]
    lead = _("Streams of customers from the segments of one segmentation to those of another.")
    sides = _("On the left: {first}; on the right: {second}.").format(
        **dict(zip(("first", "second"), map(one_line, comparison.titles), strict=True))
    )
    if not math.isnan(comparison.adjusted_rand):
        agreement = _("Agreement beyond chance: {value} (adjusted Rand index).")
        listing.append(agreement.format(value=format_number(comparison.adjusted_rand, 2)))
    data = comparison.counts.assign(
        first_name=comparison.counts["first"].map(comparison.first_names),
        second_name=comparison.counts["second"].map(comparison.second_names),
    )
    columns = ["first", "first_name", "second", "second_name", "n_customers"]
    return Caption(
        title=title,
        subtitle=_("Customers by both segmentations; the largest stream of each segment coloured"),
        alt=join_sentences([lead, sides, *listing]),
        data=data[columns],
    )


@figure(
    describe=_describe,
    height=lambda comparison, narrow: streams_height(
        _streams(comparison), narrow, comparison.titles
    ),
)
def plot_comparison(comparison: Any, ax: Axes) -> None:
    """Draw which segments of one segmentation the customers of each of the other are in.

    Parameters
    ----------
    comparison
        A ``Comparison``, from ``segmentation.compare(other)``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    draw_streams(ax, _streams(comparison), comparison.titles)
