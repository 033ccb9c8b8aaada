"""Concentration: how much the best customers bring, and what the worst cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import fail
from segkit.errors import DataError
from segkit.figures.axes import GAP, percent_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import spread, text_width
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SURFACE, WARNING, accent, tint
from segkit.i18n import _, format_number, format_percent, join_sentences
from segkit.value.words import value_word

QUOTED = (0.01, 0.05, 0.20, 0.50)
_PLATE = {"facecolor": SURFACE, "edgecolor": "none", "alpha": 0.7, "pad": 0.6}
_STEP = 2.0  # pixels of curve between two drawn points: closer ones cannot be seen
_LINE = 17  # pixels from one label to the next


def _read(curve: pd.DataFrame, column: str, shares: Sequence[float]) -> list[float]:
    return [float(np.interp(share, curve["customer_share"], curve[column])) for share in shares]


def _point_text(people: float, share: float, value: str, *, short: bool) -> str:
    words = _("{people} → {share}") if short else _("{people} of customers → {share} of {value}")
    # Whole per cents read faster, but 99.6 % is not all of it.
    digits = 1 if 0.99 < share < 1 else 0
    return words.format(
        people=format_percent(people, 0), share=format_percent(share, digits), value=value
    )


def _describe_lorenz(pyramid: Any) -> Caption:
    column = f"{pyramid.value}_share"
    word = value_word(pyramid.value)
    shares = _read(pyramid.curve, column, QUOTED)
    title = _("The top {people} of customers bring {share} of {value}").format(
        people=format_percent(0.2, 0), share=format_percent(shares[2]), value=word
    )
    sentence = _("The top {people} bring {share}.")
    listing = [
        sentence.format(people=format_percent(people, 0), share=format_percent(share))
        for people, share in zip(QUOTED, shares, strict=True)
    ]
    lead = _("Curve of the cumulative share of {value} over customers, highest first.")
    gini = _("Gini coefficient {gini}.").format(gini=format_number(pyramid.gini, 2))
    return Caption(
        title=title,
        subtitle=_("Cumulative share of {value}, customers ordered from highest to lowest").format(
            value=word
        ),
        alt=join_sentences([lead.format(value=word), *listing, gini]),
        data=pyramid.curve[["customer_share", column]].copy(),
    )


@figure(describe=_describe_lorenz, height=lambda pyramid, narrow: 300 if narrow else 330)
def plot_lorenz(pyramid: Any, ax: Axes) -> None:
    """Draw the Lorenz curve of customers, best first, with the quoted points named.

    Parameters
    ----------
    pyramid
        A ``ValuePyramid``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    column = f"{pyramid.value}_share"
    curve = pyramid.curve
    shares = _read(curve, column, QUOTED)
    top = max(1.0, float(curve[column].max()))
    ax.set_xlim(-0.012, 1.012)
    ax.set_ylim(-0.02, top * 1.03)
    percent_ticks(ax, "x", most=5)
    percent_ticks(ax, "y", most=4)
    x, y = _thin(ax, curve["customer_share"], curve[column])
    ax.fill_between(x, y, x, color=tint(accent(), 0.08), linewidth=0)
    ax.plot([0, 1], [0, 1], color=CONTEXT, linewidth=1, linestyle=(0, (3, 3)))
    ax.plot(x, y, color=accent(), linewidth=2.25)
    ax.plot(QUOTED, shares, "o", color=accent(), markersize=7.5)
    _name_points(ax, shares, value_word(pyramid.value))


def _name_points(ax: Axes, shares: list[float], value: str) -> None:
    """Write each label right of its point, lower than the curve, none over another."""
    width, height = inner_size(ax)
    low, high = ax.get_ylim()
    x_low, x_high = ax.get_xlim()
    texts = [
        _point_text(people, share, value, short=is_narrow(ax))
        for people, share in zip(QUOTED, shares, strict=True)
    ]
    rows = _stack([height * (high - share) / (high - low) + 9 for share in shares], height)
    for people, text, row in zip(QUOTED, texts, rows, strict=True):
        left = width * (people - x_low) / (x_high - x_low) + GAP
        # A label that would leave the axes is moved back to their edge.
        left = min(left, width - text_width(text, BODY))
        ax.annotate(
            text,
            (left / width, 1 - row / height),
            xycoords="axes fraction",
            va="center_baseline",
            ha="left",
            fontsize=BODY,
            color=INK,
            bbox=_PLATE,
        )


def _stack(wish: list[float], height: float) -> list[float]:
    """Push labels down, never up into the curve, until none overlaps the next."""
    rows = list(wish)
    for label in range(len(rows) - 2, -1, -1):
        rows[label] = max(rows[label], rows[label + 1] + _LINE)
    return spread(rows, _LINE, high=height - _LINE / 2)


def _thin(ax: Axes, x: pd.Series, y: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Drop points of a curve that lie within a pixel or two of the one before."""
    width, height = inner_size(ax)
    steps = np.hypot(
        np.diff(x, prepend=x.iloc[0]) * width / np.ptp(ax.get_xlim()),
        np.diff(y, prepend=y.iloc[0]) * height / np.ptp(ax.get_ylim()),
    )
    kept = np.diff(np.floor(np.cumsum(steps) / _STEP), prepend=-1) > 0
    kept[[0, -1]] = True
    return x.to_numpy()[kept], y.to_numpy()[kept]


def _profit_curve(pyramid: Any, function: str) -> tuple[pd.DataFrame, float, float]:
    """Give the curve, the share of customers at its peak, and the peak."""
    if not hasattr(pyramid, "curve"):
        fail(function, "pyramid", "a ValuePyramid", pyramid)
    if "profit_share" not in pyramid.curve:
        raise DataError(
            f"{function}: pyramid must know the profit of customers; "
            f"it ranks {pyramid.value} only. Call value_pyramid(customers, profit='<column>')."
        )
    curve = pyramid.curve[["customer_share", "profit_share"]]
    peak = curve.loc[curve["profit_share"].idxmax()]
    return curve, float(peak["customer_share"]), float(peak["profit_share"])


def _describe_profit(pyramid: Any) -> Caption:
    curve, people, peak = _profit_curve(pyramid, "plot_profit_curve")
    top = _read(curve, "profit_share", [0.2])[0]
    loses = peak > 1.0005
    if loses:
        title = _("{people} of customers earn {peak} of profit; the rest cost {loss} of it").format(
            people=format_percent(people),
            peak=format_percent(peak),
            loss=format_percent(peak - 1),
        )
    else:
        title = _("The top {people} of customers bring {share} of {value}").format(
            people=format_percent(0.2, 0), share=format_percent(top), value=value_word("profit")
        )
    alt = _(
        "Curve of cumulative profit over customers, most profitable first. The top {people} bring "
        "{share}. It peaks at {peak} of profit with {peak_people} of customers."
    ).format(
        people=format_percent(0.2, 0),
        share=format_percent(top),
        peak=format_percent(peak),
        peak_people=format_percent(people),
    )
    subtitle = _("Cumulative share of profit, customers ordered from most to least profitable")
    return Caption(title=title, subtitle=subtitle, alt=alt, data=curve.copy())


@figure(describe=_describe_profit, height=lambda pyramid, narrow: 300 if narrow else 330)
def plot_profit_curve(pyramid: Any, ax: Axes) -> None:
    """Draw cumulative profit over customers: above 100 % where some of them lose money.

    Parameters
    ----------
    pyramid
        A ``ValuePyramid`` made with ``profit=``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    curve, people, peak = _profit_curve(pyramid, "plot_profit_curve")
    ax.set_xlim(-0.012, 1.012)
    ax.set_ylim(min(-0.02, float(curve["profit_share"].min())), max(1.03, peak * 1.14))
    percent_ticks(ax, "x", most=5)
    percent_ticks(ax, "y", most=5)
    x, y = _thin(ax, curve["customer_share"], curve["profit_share"])
    ax.fill_between(x, y, 1, where=y > 1, interpolate=True, color=tint(WARNING, 0.12), linewidth=0)
    ax.axhline(1, color=CONTEXT, linewidth=1, linestyle=(0, (3, 3)))
    ax.plot(x, y, color=accent(), linewidth=2.25)
    marks = [(0.2, _read(curve, "profit_share", [0.2])[0], INK)]
    if peak > 1.0005:
        marks.append((people, peak, WARNING))
    for at, share, color in marks:
        ax.plot([at], [share], "o", color=color if color == WARNING else accent(), markersize=7.5)
        _name_on_profit_curve(ax, at, share, color)


def _name_on_profit_curve(ax: Axes, at: float, share: float, color: str) -> None:
    text = _point_text(at, share, value_word("profit"), short=is_narrow(ax))
    above = color == WARNING
    wide = text_width(text) / inner_size(ax)[0]
    ax.annotate(
        text,
        (min(max(at, wide / 2), 1 - wide / 2) if above else at, share),
        xytext=(0, 9) if above else (GAP, -9),
        textcoords="offset points",
        ha="center" if above else "left",
        va="bottom" if above else "center",
        color=color,
        fontsize=BODY,
        bbox=None if above else _PLATE,
    )
    if not above:
        ax.plot([at, at], [0, share], color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)), zorder=1)
