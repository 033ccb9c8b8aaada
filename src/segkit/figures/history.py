"""Purchases per month, with the gaps in them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.figures.axes import count_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import text_width
from segkit.figures.style import BODY, INK, MUTED, SMALL, WARNING, accent, tint
from segkit.i18n import _, count_days, format_number, join_sentences, ngettext

#: Gaps that are marked: the longest ones.
_MOST_GAPS = 3
#: Up to so many months each stands alone in the text alternative; more are told by year.
_MOST_MONTHS = 36
_LABEL_GAP = 10
_BAR_WIDTH = 0.72
#: Height of a row of labels above the bars, in points.
_ROW = 22


def _title(history: Any) -> str:
    if len(history.gaps):
        text = ngettext(
            "{n} month of purchases with a gap of {days}",
            "{n} months of purchases with a gap of {days}",
            len(history.table),
        )
        days = count_days(history.gaps["days"].iloc[0])
        return text.format(n=format_number(len(history.table)), days=days)
    text = ngettext(
        "{n} month of purchases without a notable gap",
        "{n} months of purchases without a notable gap",
        len(history.table),
    )
    return text.format(n=format_number(len(history.table)))


def _describe(history: Any) -> Caption:
    months = history.table
    if len(months) <= _MOST_MONTHS:
        told = [(f"{row.month:%Y-%m}", row.purchases) for row in months.itertuples()]
    else:
        years = months.groupby(months["month"].dt.year)["purchases"].sum()
        told = [(str(year), purchases) for year, purchases in years.items()]
    sentence = _("{month}: {n}.")
    listing = [sentence.format(month=when, n=format_number(n)) for when, n in told]
    return Caption(
        title=_title(history),
        subtitle=_subtitle(history),
        alt=join_sentences([_("Bar chart of purchases per month."), *listing, *history.notes]),
        data=months,
    )


def _subtitle(history: Any) -> str:
    what = _("Purchases per month (days on which a customer bought)")
    if history.table["is_complete"].all():
        return what
    return _("{what}; light: months that are not complete").format(what=what)


def _height(history: Any, narrow: bool) -> float:
    return 250 if narrow else 290


@figure(describe=_describe, height=_height)
def plot_history(history: Any, ax: Axes) -> None:
    """Draw purchases per month; months that are not complete are light, gaps are marked.

    Parameters
    ----------
    history
        A ``History``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    months = history.table
    places = months.index.to_numpy(dtype="float64")
    colors = [accent() if whole else tint(accent(), 0.35) for whole in months["is_complete"]]
    ax.bar(places, months["purchases"], width=_BAR_WIDTH, color=colors)
    ax.set_xlim(-0.6, len(months) - 0.4)
    top = max(float(months["purchases"].max()), 1.0)
    # Room above for the peak's label and, where there are gaps, for theirs.
    height = inner_size(ax)[1]
    rows = 2 if len(history.gaps) else 1
    ax.set_ylim(0, top * height / max(height - _ROW * rows, 1))
    count_ticks(ax, "y", most=4 if is_narrow(ax) else 5)
    _month_ticks(ax, months)
    _mark_gaps(ax, history)
    _mark_peak(ax, months)


def _month_ticks(ax: Axes, months: pd.DataFrame) -> None:
    """Name as many months as have room: each year's first, else every so many."""
    width = inner_size(ax)[0]
    apart = text_width("2024-12", SMALL) + _LABEL_GAP
    step = next(
        (s for s in (1, 2, 3, 6, 12, 24, 60, 120) if width * s / len(months) >= apart), len(months)
    )
    numbers = months["month"].dt.year * 12 + months["month"].dt.month - 1
    at = [place for place, number in enumerate(numbers) if number % step == 0] or [0]
    form = "%Y" if step % 12 == 0 else "%Y-%m"
    labels = [months["month"].iloc[place].strftime(form) for place in at]
    ax.set_xticks(at, labels)
    ax.tick_params(axis="x", labelcolor=MUTED)
    _keep_inside(ax, at, labels)


def _keep_inside(ax: Axes, at: list[int], labels: list[str]) -> None:
    """Turn the labels at both ends inwards where they would be cut."""
    width = inner_size(ax)[0]
    low, high = ax.get_xlim()
    for place, label, text in zip(at, labels, ax.get_xticklabels(), strict=True):
        x = (place - low) / (high - low) * width
        half = text_width(label, SMALL) / 2
        if x + half > width:
            text.set_horizontalalignment("right")


def _position(day: pd.Timestamp, months: pd.DataFrame) -> float:
    """Where a day stands on the axis of months, whose bars are centred on whole numbers."""
    first = months["month"].iloc[0]
    month = (day.year - first.year) * 12 + day.month - first.month
    return month - 0.5 + (day.day - 1) / day.days_in_month


def _mark_gaps(ax: Axes, history: Any) -> None:
    months = history.table
    top = ax.get_ylim()[1]
    color = tint(WARNING, 0.35)
    # The label has the topmost row to itself.
    below = top * (1 - _ROW / max(inner_size(ax)[1], 2 * _ROW))
    for row in history.gaps.head(_MOST_GAPS).itertuples(index=False):
        start = _position(row.first_day, months)
        end = _position(row.last_day + pd.Timedelta(days=1), months)
        for left, right, bar in _by_month(months, start, end):
            ax.bar(left, below - bar, right - left, bar, align="edge", color=color, zorder=0)
    if len(history.gaps):
        gap = history.gaps.iloc[0]
        ends = (gap["first_day"], gap["last_day"] + pd.Timedelta(days=1))
        middle = sum(_position(day, months) for day in ends) / 2
        text = _("{days} without a purchase").format(days=count_days(gap["days"]))
        _inside_label(ax, text, middle, top, color=WARNING)


def _by_month(months: pd.DataFrame, start: float, end: float) -> list[tuple[float, ...]]:
    """Part a gap by month: from, to, and how high the month's bar stands, where it begins."""
    bars = enumerate(months["purchases"].astype(float))
    parts = [(max(start, place - 0.5), min(end, place + 0.5), bar) for place, bar in bars]
    return [part for part in parts if part[0] < part[1]]


def _mark_peak(ax: Axes, months: pd.DataFrame) -> None:
    place = int(months["purchases"].to_numpy().argmax())
    value = int(months["purchases"].iloc[place])
    _inside_label(ax, format_number(value), place, value, color=INK, above=True)


def _inside_label(
    ax: Axes, text: str, x: float, y: float, *, color: str, above: bool = False
) -> None:
    """Write above a place, moved sideways where the edge of the figure would cut it."""
    width = inner_size(ax)[0]
    low, high = ax.get_xlim()
    half = text_width(text, BODY, "bold" if above else "normal") / 2
    at = (x - low) / (high - low) * width
    shift = max(half - at, 0) - max(at + half - width, 0)
    ax.annotate(
        text,
        (x, y),
        xytext=(shift, 4 if above else -3),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        fontsize=BODY,
        color=color,
        fontweight="bold" if above else "normal",
    )
