"""Rows of estimates: a dot for the value, a line for its interval, the number beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from segkit.figures.axes import GAP, label_mark, name_rows
from segkit.figures.base import inner_size, is_narrow
from segkit.figures.labels import fit_text, one_line, text_width
from segkit.figures.style import CONTEXT, INK, MUTED, RULE, SMALL, SURFACE, accent, tint


@dataclass(frozen=True)
class Estimate:
    """One row: its name, the value, the ends of its interval (NaN without one), its colour."""

    name: str
    value: float
    low: float
    high: float
    color: str = ""
    is_bold: bool = False


def rows_height(n_rows: int, *, narrow: bool) -> float:
    """Give the height of a figure of rows."""
    return 46 + max(n_rows, 1) * (50 if narrow else 34)


def interval_rows(
    ax: Axes,
    rows: Sequence[Estimate],
    write: Callable[[float], str],
    *,
    span: tuple[float, float],
    write_tick: Callable[[float], str] | None = None,
) -> None:
    """Draw rows of estimates over an axis that holds ``span`` and every interval.

    Parameters
    ----------
    ax
        Axes to draw into.
    rows
        Top to bottom.
    write, write_tick
        How a value and a tick are written; ticks as values unless told.
    span
        Least range of the axis, in the unit of the values.
    """
    narrow = is_narrow(ax)
    # On a phone the first tick's label moves the axes to the right.
    names = [fit_text(one_line(row.name), 284) if narrow else one_line(row.name) for row in rows]
    name_rows(ax, names)
    ax.set_xticks([0], ["0"])
    ends = [(float(np.nanmax([row.value, row.high])), write(row.value)) for row in rows]
    lows = [float(np.nanmin([row.value, row.low])) for row in rows]
    low = min([span[0], *lows])
    low -= 0.012 * (max(span[1], *(end for end, _text in ends)) - low)
    width = inner_size(ax)[0]
    high = _high(low, span[1], ends, width)
    ax.set_xlim(low, high)
    signed_ticks(ax, "x", write_tick or write, most=4 if narrow else 7)
    shift = 0.16 if narrow else 0.0
    for place, (row, (end, text)) in enumerate(zip(rows, ends, strict=True)):
        y, color = place + shift, row.color or accent()
        if np.isfinite(row.low) and np.isfinite(row.high):
            ax.plot([row.low, row.high], [y, y], color=tint(color, 0.4), linewidth=4, zorder=2)
        ax.plot([row.value], [y], "o", color=color, markersize=8.5, zorder=3)
        look: dict[str, Any] = {"color": INK, "fontweight": "bold" if row.is_bold else "normal"}
        look["bbox"] = {"facecolor": SURFACE, "edgecolor": "none", "pad": 0.8}
        label_mark(ax, text, (max(end, row.value), y), "right", **look)


def _high(low: float, least: float, ends: Sequence[tuple[float, str]], width: float) -> float:
    """Find the upper limit at which every number fits beside its interval."""
    found = least
    for end, text in ends:
        room = width - text_width(text, weight="bold") - GAP - 6
        found = max(found, low + (end - low) * width / max(room, 1.0))
    return found if found > low else low + 1.0


def signed_ticks(
    ax: Axes, axis: Literal["x", "y"], write: Callable[[float], str], *, most: int = 6
) -> None:
    """Put round ticks on an axis that may go below zero, with a light grid and a line at zero."""
    low, high = ax.get_xlim() if axis == "x" else ax.get_ylim()
    ticks = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    ticks = [float(tick) for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]
    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_locator(FixedLocator(ticks))
    target.set_major_formatter(FuncFormatter(lambda value, position: write(value)))
    ax.grid(True, axis=axis, color=RULE, linewidth=1.0)
    ax.tick_params(axis=axis, labelcolor=MUTED)
    if low < 0 < high:
        line = ax.axvline if axis == "x" else ax.axhline
        line(0, color=tint(CONTEXT, 0.8), linewidth=1.0, zorder=1)


def reference_line(ax: Axes, at: float, text: str) -> None:
    """Draw a dashed line across the rows, named above them."""
    ax.axvline(at, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    ax.annotate(
        text, (at, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3),
        textcoords="offset points", ha="center", va="bottom", fontsize=SMALL, color=MUTED,
    )  # fmt: skip
