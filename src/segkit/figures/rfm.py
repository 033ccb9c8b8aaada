"""The score grid: how many customers share a recency and a frequency score, and their revenue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from segkit.checks import check_columns
from segkit.collect.frames import as_ibis
from segkit.errors import DataError
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import fit_text, one_line, text_width
from segkit.figures.style import BODY, INK, MUTED, SMALL, SURFACE, accent, ink_on, tint
from segkit.i18n import _, format_money, format_number, format_percent, join_sentences

#: The darkest cell is far from the accent itself: ink on every shade keeps a contrast above 4.5.
_STRONGEST = 0.62


@dataclass(frozen=True)
class ScoreGrid:
    """Customers counted by a pair of scores; made by :func:`score_grid`.

    ``table`` has the two scores, ``n_customers``, ``customer_share`` and, where revenue was
    given, ``mean_revenue`` (currency); one row per pair that occurs.
    """

    table: pd.DataFrame
    rows: str
    columns: str
    scheme: Any = field(default=None, repr=False)


def score_grid(
    segmentation: Any, customers: Any = None, *, rows: str = "R", columns: str = "F"
) -> ScoreGrid:
    """Count customers, and average their revenue, per pair of scores.

    Use it before ``plot_rfm_heatmap`` to show revenue beside the counts: a segmentation
    keeps scores only. The work is done in the engine that holds the customers.

    Parameters
    ----------
    segmentation
        A ``Segmentation`` whose customers carry the two scores.
    customers
        The customer table it was made from, with ``customer_id`` and ``revenue``.
    rows, columns
        Names of the scores.

    Returns
    -------
    ScoreGrid

    Raises
    ------
    DataError
        If scores or columns are missing, or nobody has both scores.
    """
    who = "score_grid"
    scored = as_ibis(segmentation.customers, function=who, argument="segmentation")
    check_columns(who, scored.columns, ["customer_id", rows, columns])
    scored = scored.select("customer_id", rows, columns).drop_null([rows, columns])
    measures = {}
    if customers is not None:
        spent = as_ibis(customers, function=who, argument="customers")
        check_columns(who, spent.columns, ["customer_id", "revenue"])
        scored = scored.left_join(spent.select("customer_id", "revenue"), "customer_id")
        measures["mean_revenue"] = scored["revenue"].mean()
    counted = {"n_customers": scored.count(), **measures}
    table = scored.group_by([rows, columns]).aggregate(**counted).to_pandas()
    table = table.dropna(subset=[rows, columns])
    if table.empty:
        raise DataError(f"{who}: segmentation must have scored customers; got none.")
    table[[rows, columns]] = table[[rows, columns]].astype("int64")
    table.insert(3, "customer_share", table["n_customers"] / table["n_customers"].sum())
    table = table.sort_values([rows, columns], ignore_index=True)
    return ScoreGrid(table, rows, columns, getattr(segmentation, "scheme", None))


def _grid(result: Any) -> ScoreGrid:
    return result if isinstance(result, ScoreGrid) else score_grid(result)


def _score_label(grid: ScoreGrid, score: str) -> str:
    """Name a score as the scheme does, else in the field's word."""
    known = {"R": _("Recency"), "F": _("Frequency"), "M": _("Monetary value")}
    scores = getattr(grid.scheme, "scores", {})
    label = scores[score].label.read() if score in scores else ""
    return one_line(label) or known.get(score, score)


def _levels(grid: ScoreGrid, score: str) -> list[int]:
    scores = getattr(grid.scheme, "scores", {})
    most = scores[score].n_levels if score in scores else int(grid.table[score].max())
    return list(range(1, max(2, most) + 1))


def _describe_heatmap(result: Any) -> Caption:
    grid = _grid(result)
    table = grid.table
    with_revenue = "mean_revenue" in table
    words = {"rows": _score_label(grid, grid.rows), "columns": _score_label(grid, grid.columns)}
    counted = _("{rows} {row}, {columns} {column}: customers {count}.")
    with_mean = _("{rows} {row}, {columns} {column}: customers {count}, mean revenue {mean}.")
    cells = [
        (with_mean if with_revenue else counted).format(
            row=format_number(cell[grid.rows]),
            column=format_number(cell[grid.columns]),
            count=format_number(cell["n_customers"]),
            mean=format_money(cell.get("mean_revenue", 0.0)),
            **words,
        )
        for _row, cell in table.iterrows()
    ]
    largest = table.loc[table["n_customers"].idxmax()]
    title = _("{share} of customers share one cell: {rows} {row}, {columns} {column}").format(
        share=format_percent(largest["customer_share"]),
        row=format_number(largest[grid.rows]),
        column=format_number(largest[grid.columns]),
        **words,
    )
    subtitle = _("Customers by score, 1 = lowest; darker = more customers")
    if with_revenue:
        subtitle = _("Customers and mean revenue by score, 1 = lowest; darker = more revenue each")
    lead = _("Grid of customers by two scores.")
    return Caption(title=title, subtitle=subtitle, alt=join_sentences([lead, *cells]), data=table)


def _heatmap_height(result: Any, narrow: bool) -> float:
    grid = _grid(result)
    rows = len(_levels(grid, grid.rows))
    return 62 + rows * (52 if rows > 2 else 72)


@figure(describe=_describe_heatmap, height=_heatmap_height)
def plot_rfm_heatmap(result: Any, ax: Axes) -> None:
    """Draw the grid of recency and frequency scores: customers per cell, and mean revenue.

    The best customers stand at the top right. Cells without customers stay empty.

    Parameters
    ----------
    result
        A ``Segmentation`` with scores ``R`` and ``F`` (counts only), or a
        :class:`ScoreGrid` of any two scores, with revenue.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    grid = _grid(result)
    rows, columns = _levels(grid, grid.rows), _levels(grid, grid.columns)
    ax.set_xlim(0.5, len(columns) + 0.5)
    ax.set_ylim(0.5, len(rows) + 0.5)
    ax.set_xticks(columns, [format_number(level) for level in columns])
    ax.set_yticks(rows, [format_number(level) for level in rows])
    ax.tick_params(labelcolor=INK, labelsize=BODY)
    look: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "labelpad": 4}
    ax.set_xlabel(_axis_text(grid, grid.columns), **look)
    ax.set_ylabel(_axis_text(grid, grid.rows), **look)
    for row in rows:
        for column in columns:
            _cell(ax, column, row, tint(INK, 0.025))
    width = inner_size(ax)[0] / len(columns) - 6
    for (_row, cell), shade in zip(grid.table.iterrows(), _shades(grid.table), strict=True):
        color = tint(accent(), 0.07 + (_STRONGEST - 0.07) * float(shade))
        at = (int(cell[grid.columns]), int(cell[grid.rows]))
        _cell(ax, *at, color)
        _cell_text(ax, at, _cell_lines(cell, width), color, strong=not is_narrow(ax))


def _shades(table: pd.DataFrame) -> np.ndarray:
    """Grade cells from 0 to 1; the root keeps one large cell from bleaching the others."""
    measure = "mean_revenue" if "mean_revenue" in table else "n_customers"
    roots = np.sqrt(table[measure].fillna(0).clip(lower=0).to_numpy(dtype="float64"))
    return roots / roots.max() if roots.max() > 0 else roots


def _axis_text(grid: ScoreGrid, score: str) -> str:
    words = _("{score} score → better").format(score=_score_label(grid, score))
    # A column of two rows is short, and its name is written along it.
    return fit_text(words, 260 if score == grid.columns else 150, SMALL)


def _cell(ax: Axes, x: float, y: float, color: str) -> None:
    ax.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=color, edgecolor=SURFACE, linewidth=2)
    )


def _cell_lines(cell: pd.Series, width: float) -> list[str]:
    """Write the count and, if known, the mean; without its currency where that is too wide."""
    lines = [format_number(cell["n_customers"])]
    mean = cell.get("mean_revenue")
    if mean is not None and not pd.isna(mean):
        money = format_money(mean, 0)
        lines.append(money if text_width(money, SMALL) <= width else format_number(mean))
    return lines


def _cell_text(
    ax: Axes, at: tuple[int, int], lines: list[str], color: str, *, strong: bool
) -> None:
    heights = [8, -8] if len(lines) == 2 else [0]
    for position, (line, lift) in enumerate(zip(lines, heights, strict=True)):
        ax.annotate(
            line,
            at,
            xytext=(0, lift),
            textcoords="offset points",
            ha="center",
            va="center_baseline",
            fontsize=SMALL if position else BODY,
            fontweight="bold" if strong and not position else "normal",
            color=ink_on(color),
        )
