"""How much customers of one segment differ: quartiles of a column, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.collect.frames import as_ibis
from segkit.errors import DataError
from segkit.figures.axes import GAP, fit_ends, name_rows, number_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import one_line, text_width
from segkit.figures.style import BODY, CONTEXT, INK, accent, tint
from segkit.i18n import _, format_number, join_sentences


@dataclass(frozen=True)
class SegmentSpread:
    """Quartiles of a column by segment; made by :func:`segment_spread`.

    ``table`` has ``segment, name, n_customers, lower, median, upper`` in the unit of the
    column; lower and upper are the first and third quartile. Sorted by median.
    """

    table: pd.DataFrame
    column: str


def segment_spread(
    segmentation: Any, customers: Any, *, column: str = "recency_days"
) -> SegmentSpread:
    """Take the quartiles of a column within each segment, in the engine.

    Parameters
    ----------
    segmentation
        A ``Segmentation``.
    customers
        The customer table it was made from, with ``customer_id`` and ``column``.
    column
        A number per customer, such as ``recency_days`` or ``revenue``.

    Returns
    -------
    SegmentSpread

    Raises
    ------
    DataError
        If columns are missing, or no customer has a value.
    """
    who = "segment_spread"
    segments = as_ibis(segmentation.customers, function=who, argument="segmentation")
    table = as_ibis(customers, function=who, argument="customers")
    check_columns(who, table.columns, ["customer_id", column])
    values = table.select("customer_id", measured=table[column].cast("float64"))
    values = values.filter(values["measured"].notnull() & ~values["measured"].isnan())
    joined = segments.select("customer_id", "segment").inner_join(values, "customer_id")
    value = joined["measured"]
    quartiles = {
        "lower": value.quantile(0.25),
        "median": value.median(),
        "upper": value.quantile(0.75),
    }
    grouped = joined.group_by("segment").aggregate(n_customers=joined.count(), **quartiles)
    found = grouped.to_pandas()
    if found.empty:
        raise DataError(f"{who}: customers must have values in {column}; got none.")
    names = segmentation.profile.set_index("segment")["name"]
    found.insert(1, "name", [names.get(segment, segment) for segment in found["segment"]])
    return SegmentSpread(found.sort_values(["median", "segment"], ignore_index=True), column)


def _unit(column: str) -> tuple[str, str]:
    """Give the subtitle of a column, and the word for its values inside a sentence."""
    known = {
        "recency_days": (
            _("Days since the last purchase: median (dot) and middle half of each segment (bar)"),
            _("days since the last purchase"),
        ),
        "revenue": (
            _("Revenue per customer: median (dot) and middle half of each segment (bar)"),
            _("revenue per customer"),
        ),
    }
    other = _("{column}: median (dot) and middle half of each segment (bar)")
    return known.get(column) or (other.format(column=one_line(column)), one_line(column))


def _describe_spread(spread: SegmentSpread) -> Caption:
    subtitle, word = _unit(spread.column)
    table = spread.table
    first, last = table.iloc[0], table.iloc[-1]
    title = _("Median {what}: {low} ({name}) to {high} ({other})").format(
        what=word,
        low=format_number(first["median"]),
        name=one_line(first["name"]),
        high=format_number(last["median"]),
        other=one_line(last["name"]),
    )
    sentence = _("{name}: median {median}, middle half {lower} to {upper}.")
    listing = [
        sentence.format(
            name=one_line(row["name"]),
            **{key: format_number(row[key]) for key in ("median", "lower", "upper")},
        )
        for _row, row in table.iterrows()
    ]
    lead = _("Chart of the median and the quartiles of {what} by segment.").format(what=word)
    return Caption(title=title, subtitle=subtitle, alt=join_sentences([lead, *listing]), data=table)


def _spread_height(spread: SegmentSpread, narrow: bool) -> float:
    return 40 + len(spread.table) * (50 if narrow else 34)


@figure(describe=_describe_spread, height=_spread_height)
def plot_segment_spread(spread: SegmentSpread, ax: Axes) -> None:
    """Draw the median and the middle half of a column for each segment.

    Parameters
    ----------
    spread
        Result of :func:`segment_spread`.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = spread.table
    name_rows(ax, list(table["name"]))
    ax.set_xticks([0], ["0"])
    texts = [format_number(median) for median in table["median"]]
    ends = [
        (max(upper, 0.0), text_width(text))
        for upper, text in zip(table["upper"], texts, strict=True)
    ]
    low, high = fit_ends(inner_size(ax)[0] - 5, [], ends)
    ax.set_xlim(min(low, float(table["lower"].min())), high)
    number_ticks(ax, "x", format_number, most=4 if is_narrow(ax) else 7)
    at = table.index.to_numpy() + (0.16 if is_narrow(ax) else 0.0)
    ax.hlines(at, table["lower"], table["upper"], color=tint(CONTEXT, 0.55), linewidth=9)
    ax.plot(table["median"], at, "o", color=accent(), markersize=8.5)
    for y, upper, text in zip(at, table["upper"], texts, strict=True):
        ax.annotate(
            text,
            (upper, y),
            xytext=(GAP + 3, 0),
            textcoords="offset points",
            ha="left",
            va="center_baseline",
            fontsize=BODY,
            color=INK,
        )
