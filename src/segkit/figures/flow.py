"""Who moved from which segment to which, as streams between two columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from segkit.errors import DataError
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import fit_text, one_line, text_width, wrap_text
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SMALL, accent, tint
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext

_BAR = 12.0  # width of a column of segments, in pixels
_TOP = 24.0  # room for the words above the columns
_LINE = 15.0  # and for each further line of them
_STREAMS_TOLD = 6


@dataclass(frozen=True)
class _Place:
    """Where a segment stands in its column, in pixels from the top."""

    top: float
    height: float
    slot: float  # room it has with its label

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def _describe(migration: Any) -> Caption:
    if not migration.n_matched:
        raise DataError(
            "plot_migration: migration must hold customers of both tables; got none. "
            "Compare runs whose customer ids are of one kind."
        )
    moves = migration.moves
    listing = [
        ngettext(
            "{before} to {after}: {n} customer.",
            "{before} to {after}: {n} customers.",
            int(row.n_customers),
        ).format(
            before=one_line(migration.name(row.before)),
            after=one_line(migration.name(row.after)),
            n=format_number(row.n_customers),
        )
        for row in moves.head(_STREAMS_TOLD).itertuples()
    ]
    lead = _("Streams of customers from their segment before to their segment after.")
    title = _("{share} of customers changed segment").format(
        share=format_percent(migration.moved_share)
    )
    if len(moves):
        first = moves.iloc[0]
        title = _(
            "{share} changed segment; the largest stream goes from {before} to {after}"
        ).format(
            share=format_percent(migration.moved_share),
            before=one_line(migration.name(first["before"])),
            after=one_line(migration.name(first["after"])),
        )
    data = migration.counts.assign(
        before_name=[migration.name(s) for s in migration.counts["before"]],
        after_name=[migration.name(s) for s in migration.counts["after"]],
    )
    return Caption(
        title=title,
        subtitle=_("Customers known to both runs; those who moved coloured, those who stayed grey"),
        alt=join_sentences([lead, *listing]),
        data=data[["before", "before_name", "after", "after_name", "n_customers"]],
    )


def _slot(narrow: bool) -> float:
    return 37.0 if narrow else 25.0


def _wrapped(heads: tuple[str, str], narrow: bool) -> tuple[str, str]:
    """Break what stands above the columns so that each keeps to its half of the figure."""
    first, second = (wrap_text(head, 142 if narrow else 350, 3, SMALL) for head in heads)
    return first, second


def _above(heads: tuple[str, str], narrow: bool) -> float:
    return _TOP + _LINE * max(head.count("\n") for head in _wrapped(heads, narrow))


def streams_height(migration: Any, narrow: bool, heads: tuple[str, str] = ("", "")) -> float:
    """Give the height at which each segment has room for its name."""
    count = max(migration.counts["before"].nunique(), migration.counts["after"].nunique(), 2)
    return _above(heads, narrow) + count * _slot(narrow) * 1.15 + (150 if narrow else 210)


def _places(
    sizes: pd.Series, start: float, room: float, slot: float, scale: float
) -> dict[str, _Place]:
    """Stack segments from the top, each with at least the room of its label."""
    heights = sizes * scale
    slots = np.maximum(heights + 5, slot)
    gap = max((room - float(slots.sum())) / max(len(sizes) - 1, 1), 0.0)
    places, top = {}, 0.0
    for segment, height, used in zip(sizes.index, heights, slots, strict=True):
        places[str(segment)] = _Place(start + top + (used - height) / 2, float(height), float(used))
        top += used + gap
    return places


def _scale(columns: list[pd.Series], room: float, slot: float) -> float:
    """Find the pixels per customer at which both columns just fit."""
    low, high = 0.0, room / max(float(columns[0].sum()), 1.0)
    for _round in range(40):
        middle = (low + high) / 2
        fits = all(float(np.maximum(c * middle + 5, slot).sum()) <= room for c in columns)
        low, high = (middle, high) if fits else (low, middle)
    return low


def _stream(x: tuple[float, float], y: tuple[float, float], height: float) -> Path:
    """Draw a band that leaves and arrives level."""
    (x0, x1), (y0, y1), half = x, y, (x[0] + x[1]) / 2
    points = [
        (x0, y0), (half, y0), (half, y1), (x1, y1),
        (x1, y1 + height), (half, y1 + height), (half, y0 + height), (x0, y0 + height), (x0, y0),
    ]  # fmt: skip
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path(points, curve)


@figure(describe=_describe, height=streams_height)
def plot_migration(migration: Any, ax: Axes) -> None:
    """Draw the streams between the segments before and after.

    A band is as high as the customers it carries. Those who stayed are grey; those who
    moved are coloured, the largest stream the strongest.

    Parameters
    ----------
    migration
        A ``Migration``, from ``segment_migration``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _describe(migration)
    draw_streams(ax, migration, (_("Before"), _("After")))


def draw_streams(ax: Axes, migration: Any, heads: tuple[str, str]) -> None:
    """Draw the columns, their streams, and what stands above them.

    ``migration`` has ``counts``, ``moves``, ``order`` and ``name`` as a ``Migration`` has; the
    streams of ``moves`` are coloured.
    """
    ax.set_xticks([])
    ax.set_yticks([])
    width, height = inner_size(ax)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    narrow = is_narrow(ax)
    side = 118.0 if narrow else 200.0
    counts = migration.counts
    sums = [counts.groupby(c)["n_customers"].sum() for c in ("before", "after")]
    columns = [total.reindex([s for s in migration.order if s in total.index]) for total in sums]
    start, slot = _above(heads, narrow), _slot(narrow)
    room = height - start - 2
    scale = _scale(columns, room, slot)
    left, right = (_places(column, start, room, slot, scale) for column in columns)
    _bands(ax, migration, (left, right), (side + _BAR, width - side - _BAR), scale)
    for places, totals, at, label_at, align in (
        (left, columns[0], side, side - 8, "right"),
        (right, columns[1], width - side - _BAR, width - side + 8, "left"),
    ):
        for segment, place in places.items():
            bar = (at, place.top)
            ax.add_patch(Rectangle(bar, _BAR, max(place.height, 1.0), color=CONTEXT, linewidth=0))
            count = format_number(totals[segment])
            _label(ax, migration.name(segment), count, (label_at, place.middle), align, side - 10)
    _heads(ax, _wrapped(heads, narrow), side + _BAR)


def _heads(ax: Axes, heads: tuple[str, str], edge: float) -> None:
    """Name the columns beside their bars; what is longer begins at the margin."""
    width = ax.get_xlim()[1]
    words: dict[str, Any] = {"va": "top", "fontsize": SMALL, "color": MUTED, "linespacing": 1.15}
    for head, bar, margin in zip(heads, (edge, width - edge), (0.0, width), strict=True):
        long = max(text_width(line, SMALL) for line in head.split("\n")) > edge
        at, align = (margin, margin) if long else (bar, width - margin)
        ax.text(at, 1, head, ha="right" if align else "left", **words)


def _bands(
    ax: Axes,
    migration: Any,
    places: tuple[dict[str, _Place], dict[str, _Place]],
    x: tuple[float, float],
    scale: float,
) -> None:
    """Draw the streams so that they cross as little as the order of segments allows."""
    rank = {segment: number for number, segment in enumerate(migration.order)}
    counts = migration.counts
    counts = counts.assign(x=counts["before"].map(rank), y=counts["after"].map(rank))
    used = [{segment: place.top for segment, place in side.items()} for side in places]
    starts, ends = {}, {}
    for row in counts.sort_values(["x", "y"]).itertuples():
        starts[row.Index] = used[0][row.before]
        used[0][row.before] += row.n_customers * scale
    for row in counts.sort_values(["y", "x"]).itertuples():
        ends[row.Index] = used[1][row.after]
        used[1][row.after] += row.n_customers * scale
    moves = migration.moves
    moved = set(zip(moves["before"], moves["after"], strict=True))
    most = float(moves["n_customers"].iloc[0]) if len(moves) else 1.0
    # Large streams first, so that small ones lie on top of them and are seen.
    for row in counts.sort_values("n_customers", ascending=False).itertuples():
        stayed = (row.before, row.after) not in moved
        strength = 0.30 if stayed else 0.45 + 0.45 * row.n_customers / most
        band = _stream(x, (starts[row.Index], ends[row.Index]), max(row.n_customers * scale, 0.6))
        color = tint(CONTEXT if stayed else accent(), strength)
        ax.add_patch(PathPatch(band, facecolor=color, edgecolor="none", alpha=0.85))


def _label(
    ax: Axes, name: str, count: str, at: tuple[float, float], align: Any, width: float
) -> None:
    """Name a segment and its customers: on one line, or on a phone on two."""
    x, y = at
    if is_narrow(ax):
        look = {"ha": align, "fontsize": SMALL}
        ax.text(x, y - 7.5, fit_text(name, width, SMALL), va="center", color=INK, **look)
        ax.text(x, y + 8.5, count, va="center", color=MUTED, **look)
        return
    gap = 8.0
    room = width - text_width(count, BODY) - gap
    text = fit_text(name, room, BODY)
    look = {"va": "center", "ha": align, "fontsize": BODY}
    ax.text(x, y, count, color=MUTED, **look)
    shift = text_width(count, BODY) + gap
    ax.text(x - shift if align == "right" else x + shift, y, text, color=INK, **look)
