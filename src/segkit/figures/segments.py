"""Segments side by side: how many people, how much revenue, how long silent."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns, listed
from segkit.errors import DataError
from segkit.figures.axes import fit_ends, label_mark, name_rows, number_ticks, percent_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import one_line, text_width
from segkit.figures.style import CONTEXT, accent, tint
from segkit.i18n import _, count_days, format_number, format_percent, join_sentences


def filled_segments(segmentation: Any, columns: list[str], function: str) -> pd.DataFrame:
    """Take the segments that hold customers from a segmentation's profile."""
    profile = segmentation.profile
    check_columns(function, profile.columns, ["segment", "name", "n_customers", *columns])
    filled = profile.loc[profile["n_customers"] > 0, ["segment", "name", "n_customers", *columns]]
    if filled.empty:
        raise DataError(f"{function}: segmentation must have a segment with customers; got none.")
    unknown = [name for name in columns if filled[name].isna().all()]
    if unknown:
        raise DataError(
            f"{function}: segmentation must know {listed(unknown)}; the customer table had no such "
            "column. Give it to apply_scheme."
        )
    return filled.dropna(subset=columns).reset_index(drop=True)


def _shares(segmentation: Any) -> pd.DataFrame:
    columns = ["customer_share", "revenue_share"]
    rows = filled_segments(segmentation, columns, "plot_segment_shares")
    order = ["revenue_share", "customer_share"]
    return rows.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _describe_shares(segmentation: Any) -> Caption:
    rows = _shares(segmentation)
    first = rows.iloc[0]
    title = _("{name}: {people} of customers, {share} of revenue").format(
        name=one_line(first["name"]),
        people=format_percent(first["customer_share"]),
        share=format_percent(first["revenue_share"]),
    )
    sentence = _("{name}: {people} of customers, {share} of revenue.")
    listing = [
        sentence.format(
            name=one_line(row["name"]),
            people=format_percent(row["customer_share"]),
            share=format_percent(row["revenue_share"]),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Chart of segments, each with its share of customers and of revenue.")
    return Caption(
        title=title,
        subtitle=_("Share of customers (grey) and of revenue (coloured) by segment, per cent"),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


def _rows_height(segmentation: Any, narrow: bool) -> float:
    count = int((segmentation.profile["n_customers"] > 0).sum())
    return 40 + max(count, 1) * (50 if narrow else 34)


@figure(describe=_describe_shares, height=_rows_height)
def plot_segment_shares(segmentation: Any, ax: Axes) -> None:
    """Draw each segment's share of customers against its share of revenue.

    Segments are sorted by revenue share; a line joins the two dots. The label of the smaller
    share stands left of it, of the larger right, so that they never meet.

    Parameters
    ----------
    segmentation
        A ``Segmentation`` (``.profile`` with customer_share and revenue_share, 0 to 1).
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _shares(segmentation)
    shift = 0.16 if is_narrow(ax) else 0.0
    name_rows(ax, list(rows["name"]))
    ax.set_xticks([0], ["0"])
    looks = {
        "customer_share": {"color": "#5d6678", "fontweight": "normal"},
        "revenue_share": {"color": accent(), "fontweight": "bold"},
    }
    ends = []
    for place, row in rows.iterrows():
        # Equal shares keep the order of the subtitle: customers left, revenue right.
        low, high = sorted(looks, key=lambda name: (row[name], name))
        ends.append((place + shift, (low, row[low]), (high, row[high])))
    width, _height = inner_size(ax)
    ax.set_xlim(
        *fit_ends(
            width,
            [(value, _label_width(value)) for _y, (_name, value), _high in ends],
            [(value, _label_width(value)) for _y, _low, (_name, value) in ends],
        )
    )
    percent_ticks(ax, "x", most=4 if is_narrow(ax) else 7)
    for y, (low, low_value), (high, high_value) in ends:
        ax.plot([low_value, high_value], [y, y], color=tint(CONTEXT, 0.55), linewidth=2.5, zorder=1)
        label_mark(ax, _share_text(low_value), (low_value, y), "left", **looks[low])
        label_mark(ax, _share_text(high_value), (high_value, y), "right", **looks[high])
    at = rows.index.to_numpy() + shift
    ax.plot(rows["customer_share"], at, "o", color=CONTEXT, markersize=8.5, zorder=2)
    ax.plot(rows["revenue_share"], at, "o", color=accent(), markersize=8.5, zorder=3)


def _share_text(share: float) -> str:
    return format_number(share * 100, 1)


def _label_width(share: float) -> float:
    return text_width(_share_text(share), weight="bold")


def _recency(segmentation: Any) -> pd.DataFrame:
    rows = filled_segments(segmentation, ["median_recency_days"], "plot_segment_recency")
    return rows.sort_values("median_recency_days", kind="stable", ignore_index=True)


def _describe_recency(segmentation: Any) -> Caption:
    rows = _recency(segmentation)
    first, last = rows.iloc[0], rows.iloc[-1]
    title = _("{name} were last seen {span} ago, {other} {other_span} ago").format(
        name=one_line(first["name"]),
        span=count_days(first["median_recency_days"]),
        other=one_line(last["name"]),
        other_span=count_days(last["median_recency_days"]),
    )
    sentence = _("{name}: {span}.")
    listing = [
        sentence.format(name=one_line(row["name"]), span=count_days(row["median_recency_days"]))
        for _row, row in rows.iterrows()
    ]
    lead = _("Bar chart of the median number of days since the last purchase, by segment.")
    return Caption(
        title=title,
        subtitle=_("Days since the last purchase, median of each segment"),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


@figure(describe=_describe_recency, height=_rows_height)
def plot_segment_recency(segmentation: Any, ax: Axes) -> None:
    """Draw how long each segment has been silent, the most recent first.

    Parameters
    ----------
    segmentation
        A ``Segmentation`` (``.profile`` with median_recency_days, in days).
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _recency(segmentation)
    days = rows["median_recency_days"].astype("float64")
    name_rows(ax, list(rows["name"]))
    ax.set_xticks([0], ["0"])
    texts = [format_number(value) for value in days]
    right = [(value, text_width(text)) for value, text in zip(days, texts, strict=True)]
    ax.set_xlim(0, fit_ends(inner_size(ax)[0], [], right)[1])
    number_ticks(ax, "x", format_number, most=4 if is_narrow(ax) else 7)
    shift = 0.16 if is_narrow(ax) else 0.0
    at = rows.index.to_numpy() + shift
    ax.barh(at, days, height=0.36 if is_narrow(ax) else 0.5, color=tint(CONTEXT, 0.75))
    for y, value, text in zip(at, days, texts, strict=True):
        label_mark(ax, text, (value, y), "right")
