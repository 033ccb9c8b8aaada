"""Axes as the house draws them: light grid, few ticks, room for labels at the ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from segkit.figures.base import is_narrow
from segkit.figures.labels import fit_text, text_width, wrap_text
from segkit.figures.style import BODY, INK, MUTED, RULE, SURFACE
from segkit.i18n import format_number, format_percent

#: Space between a mark and its label, in pixels.
GAP = 9
_ROW_NAME_WIDTH = 210


def number_ticks(
    ax: Axes, axis: Literal["x", "y"], write: Callable[[float], str], *, most: int = 6
) -> None:
    """Put at most ``most`` round ticks from zero up on an axis, with a light grid."""
    low, high = ax.get_xlim() if axis == "x" else ax.get_ylim()
    ticks = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(max(low, 0), high)
    ticks = [tick for tick in ticks if 0 <= tick <= high * 1.0001]
    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_locator(FixedLocator(ticks))
    target.set_major_formatter(FuncFormatter(lambda value, position: write(value)))
    ax.grid(True, axis=axis, color=RULE, linewidth=1.0)
    ax.tick_params(axis=axis, labelcolor=MUTED)


def percent_ticks(ax: Axes, axis: Literal["x", "y"], *, most: int = 6) -> None:
    """Write an axis of shares in per cent, with decimals only where steps ask for them."""
    low, high = ax.get_xlim() if axis == "x" else ax.get_ylim()
    digits = 0 if high - max(low, 0) > 0.03 else 1
    number_ticks(ax, axis, lambda share: format_percent(share, digits), most=most)


def count_ticks(ax: Axes, axis: Literal["x", "y"], *, most: int = 6) -> None:
    """Write an axis of counts."""
    low, high = ax.get_xlim() if axis == "x" else ax.get_ylim()
    digits = 0 if high - low > 5 else 1
    number_ticks(ax, axis, lambda count: format_number(count, digits), most=most)


def fit_ends(
    width: float,
    left: Iterable[tuple[float, float]],
    right: Iterable[tuple[float, float]],
) -> tuple[float, float]:
    """Find limits of an axis from zero so that labels at both ends of marks fit inside.

    Parameters
    ----------
    width
        Inside of the axes, in pixels.
    left, right
        Pairs of a mark's value (at least 0) and its label's width in pixels, for labels to
        the left and to the right of marks.
    """
    left, right = list(left), list(right)
    pad, scale = 4.0, 1.0
    # Room on the left costs scale, and scale moves marks away from the left: a few rounds do.
    for _round in range(12):
        reach = [(width - pad - text - GAP) / value for value, text in right if value > 0]
        scale = max(min(reach, default=width), 1e-9)
        pad = max([4.0, *(text + GAP - value * scale for value, text in left)])
    return -pad / scale, (width - pad) / scale


def name_rows(ax: Axes, names: Sequence[str], *, rise: float = 0.30) -> None:
    """Name rows 0, 1, 2 … from the top: beside the axes, or on a phone above each row."""
    ax.set_ylim(len(names) - 0.5 - (0 if not is_narrow(ax) else 0.05), -0.55)
    rows = range(len(names))
    if not is_narrow(ax):
        labels = [wrap_text(name, _ROW_NAME_WIDTH) for name in names]
        ax.set_yticks(list(rows), labels)
        ax.tick_params(axis="y", labelcolor=INK, labelsize=BODY, pad=10)
        for label in ax.get_yticklabels():
            label.set_linespacing(1.3)
        return
    ax.set_yticks([])
    for row in rows:
        ax.annotate(
            fit_text(names[row], 300),
            (0, row - rise),
            xycoords=("axes fraction", "data"),
            va="center",
            ha="left",
            fontsize=BODY,
            color=INK,
            bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 0.8},
        )


def label_mark(ax: Axes, text: str, at: tuple[float, float], side: str, **style: Any) -> None:
    """Write a label beside a mark: ``side`` is ``"left"`` or ``"right"``."""
    shift = GAP if side == "right" else -GAP
    look = {"color": MUTED, "fontsize": BODY, **style}
    ax.annotate(
        text,
        at,
        xytext=(shift, 0),
        textcoords="offset points",
        ha="left" if side == "right" else "right",
        va="center_baseline",
        **look,
    )


def widest(texts: Iterable[str], **style: Any) -> float:
    """Measure the widest of some labels in pixels."""
    return max((text_width(text, **style) for text in texts), default=0.0)
