"""Segments by size and value: where the people are, and where the money is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segkit.figures.axes import number_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import fit_text, one_line, text_width
from segkit.figures.placing import nearest_edge, place_labels
from segkit.figures.segments import filled_segments
from segkit.figures.style import BODY, INK, MUTED, RULE, SMALL, SURFACE, tint
from segkit.i18n import _, format_money, format_number, format_percent, join_sentences, ngettext

#: The largest bubble's radius in pixels, wide and narrow.
_RADIUS = (44, 26)
_LINE = 15


def _rows(segmentation: Any) -> pd.DataFrame:
    columns = ["customer_share", "revenue", "mean_revenue", "color"]
    rows = filled_segments(segmentation, columns, "plot_segment_bubbles")
    return rows.sort_values("revenue", ascending=False, kind="stable", ignore_index=True)


def _describe(segmentation: Any) -> Caption:
    rows = _rows(segmentation)
    best = rows.loc[rows["mean_revenue"].idxmax()]
    title = _("A customer of {name} is worth {mean}; they are {people} of customers").format(
        name=one_line(best["name"]),
        mean=format_money(best["mean_revenue"]),
        people=format_percent(best["customer_share"]),
    )
    listing = [
        ngettext(
            "{name}: {people} customer, {mean} each, {revenue} in all.",
            "{name}: {people} customers, {mean} each, {revenue} in all.",
            int(row["n_customers"]),
        ).format(
            name=one_line(row["name"]),
            people=format_number(row["n_customers"]),
            mean=format_money(row["mean_revenue"]),
            revenue=format_money(row["revenue"], compact=True),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Bubble chart of segments by number of customers and mean revenue.")
    return Caption(
        title=title,
        subtitle=_("Customers across, mean revenue upwards; area = revenue of the segment"),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


@figure(describe=_describe, height=lambda _result, narrow: 380 if narrow else 400)
def plot_segment_bubbles(segmentation: Any, ax: Axes) -> None:
    """Draw segments by size and mean revenue, with areas for their revenue.

    Parameters
    ----------
    segmentation
        A ``Segmentation`` (``.profile`` with n_customers, mean_revenue and revenue).
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _rows(segmentation)
    narrow = is_narrow(ax)
    most = _RADIUS[narrow]
    people, means = rows["n_customers"].astype("f8"), rows["mean_revenue"].clip(lower=0)
    radii = most * np.sqrt(rows["revenue"].clip(lower=0) / max(rows["revenue"].max(), 1e-9))
    ax.set_xlim(0, people.max() * 1.25)
    ax.set_ylim(0, max(means.max(), 1e-9) * 1.25)
    number_ticks(ax, "x", format_number, most=4 if narrow else 6)
    ax.grid(True, axis="y", color=RULE, linewidth=1.0)
    number_ticks(ax, "y", _money_tick, most=5)
    ax.grid(True, axis="x", color=RULE, linewidth=1.0)
    ax.set_xlabel(_("Customers"), fontsize=SMALL, color=MUTED, labelpad=4)
    width, height = inner_size(ax)
    scale = (ax.get_xlim()[1] / width, ax.get_ylim()[1] / height)
    ax.scatter(
        people, means, s=np.maximum(2 * radii, 7) ** 2, linewidth=1.5, zorder=2,
        c=[tint(color, 0.8) for color in rows["color"]], edgecolor=SURFACE, alpha=0.85,
    )  # fmt: skip
    marks = list(zip(people / scale[0], means / scale[1], strict=True))
    _label(ax, rows, marks, [max(float(radius), 4.0) for radius in radii])


def _money_tick(value: float) -> str:
    return format_money(value, compact=True) if value else format_money(0.0, 0)


def _label(
    ax: Axes, rows: pd.DataFrame, marks: list[tuple[float, float]], radii: list[float]
) -> None:
    """Write names beside the bubbles, with a thin line to those that found no place there."""
    width, height = inner_size(ax)
    most = 110 if is_narrow(ax) else 190
    names = [fit_text(one_line(name), most) for name in rows["name"]]
    sizes = [(text_width(name) + 2, _LINE) for name in names]
    scale = (ax.get_xlim()[1] / width, ax.get_ylim()[1] / height)
    places = place_labels(marks, radii, sizes, (width, height))
    for name, mark, radius, size, place in zip(names, marks, radii, sizes, places, strict=True):
        end = nearest_edge(place, size, mark)
        away = _distance(end, mark)
        others = [
            _distance(nearest_edge(place, size, m), m) - r
            for m, r in zip(marks, radii, strict=True)
        ]
        # A line also where another bubble is nearer, so that no name is taken for its.
        if away - radius > min(9.0, min(others) + 2):
            start = [m + (e - m) * radius / away for m, e in zip(mark, end, strict=True)]
            xs, ys = ([a * s, b * s] for a, b, s in zip(start, end, scale, strict=True))
            ax.plot(xs, ys, color=MUTED, linewidth=0.7, zorder=1)
        ax.annotate(
            name, (place[0] * scale[0], place[1] * scale[1]), ha="center",
            va="center_baseline", fontsize=BODY, color=INK,
        )  # fmt: skip


def _distance(first: tuple[float, float], second: tuple[float, float]) -> float:
    return math.hypot(first[0] - second[0], first[1] - second[1])
