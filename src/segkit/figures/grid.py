"""A grid of rows by columns whose cells are shaded by what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from segkit.figures.axes import name_rows
from segkit.figures.base import inner_size, is_narrow
from segkit.figures.labels import fit_text, one_line, wrap_text
from segkit.figures.style import (
    BODY,
    INK,
    MUTED,
    SMALL,
    SURFACE,
    WARNING,
    accent,
    ink_on,
    tint,
)

#: The strongest shade still lets ink be read on it.
_FAINT, _RANGE = 0.04, 0.62
#: Heads of narrower columns are written upwards.
_UPRIGHT_BELOW = 56
_UPRIGHT = 96


@dataclass(frozen=True)
class Cell:
    """A cell: its place, what is written in it, and its shade from -1 (brown) to 1 (accent)."""

    row: int
    column: int
    text: str
    strength: float
    is_bold: bool = False


def grid_height(n_rows: int, *, narrow: bool) -> float:
    """Give the height of a grid with heads of up to three lines."""
    return 72 + n_rows * (56 if narrow else 34)


def shaded_grid(
    ax: Axes, rows: Sequence[str], columns: Sequence[str], cells: Iterable[Cell]
) -> None:
    """Draw a grid: names of rows beside it (on a phone above each), of columns over it."""
    narrow = is_narrow(ax)
    name_rows(ax, [one_line(name) for name in rows], rise=0.32)
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelcolor=MUTED, labelsize=SMALL)
    ax.set_xticks(range(len(columns)), [""] * len(columns))
    width = inner_size(ax)[0] / len(columns) - 8
    if width < _UPRIGHT_BELOW:
        heads = [fit_text(one_line(name), _UPRIGHT, SMALL) for name in columns]
        ax.set_xticks(range(len(columns)), heads, rotation=90)
    else:
        heads = [wrap_text(one_line(name), width, lines=3, size=SMALL) for name in columns]
        ax.set_xticks(range(len(columns)), heads)
    height, shift = (0.44, 0.14) if narrow else (0.86, 0.0)
    for cell in cells:
        _draw(ax, cell, (cell.column, cell.row + shift), height)


def _draw(ax: Axes, cell: Cell, at: tuple[float, float], height: float) -> None:
    strength = min(abs(cell.strength), 1.0)
    color = tint(accent() if cell.strength >= 0 else WARNING, _FAINT + _RANGE * strength)
    if not cell.strength:
        color = tint(INK, 0.03)
    corner = (at[0] - 0.48, at[1] - height / 2)
    ax.add_patch(Rectangle(corner, 0.96, height, facecolor=color, edgecolor=SURFACE, linewidth=1))
    ax.annotate(
        cell.text, at, ha="center", va="center_baseline", fontsize=BODY,
        color=ink_on(color), fontweight="bold" if cell.is_bold else "normal",
    )  # fmt: skip
