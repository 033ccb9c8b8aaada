"""Groups by condition: how far they overlap."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.errors import DataError
from segkit.figures.base import Caption, figure, is_narrow
from segkit.figures.grid import Cell, grid_height, shaded_grid
from segkit.figures.labels import one_line
from segkit.i18n import _, format_number, format_percent, join_sentences


def _shares(groups: Any) -> pd.DataFrame:
    """Give for each pair the share of the first group's customers who are in the second, too."""
    overlap = groups.overlap
    if overlap.empty:
        raise DataError("plot_group_overlap: groups must have a group; got none.")
    rows = [
        (first, second, int(overlap.iloc[i, j]), int(overlap.iloc[i, i]), i, j)
        for i, first in enumerate(overlap.index)
        for j, second in enumerate(overlap.columns)
    ]
    found = pd.DataFrame(rows, columns=["group", "other", "n_both", "n_group", "row", "column"])
    return found.assign(share=found["n_both"] / found["n_group"].where(found["n_group"] > 0))


def _describe(groups: Any) -> Caption:
    shares = _shares(groups)
    pairs = shares[(shares["row"] != shares["column"]) & shares["share"].notna()]
    title = _("{share} of customers are in more than one group, {none} in none").format(
        share=format_percent(groups.n_in_several / max(groups.n_customers, 1)),
        none=format_percent(groups.n_in_none / max(groups.n_customers, 1)),
    )
    sentence = _("{share} of {group} are in {other}, too.")
    top = pairs.sort_values("share", ascending=False, kind="stable").head(8)
    listing = [
        sentence.format(
            share=format_percent(row["share"]),
            group=one_line(row["group"]),
            other=one_line(row["other"]),
        )
        for _row, row in top.iterrows()
    ]
    return Caption(
        title=title,
        subtitle=_(
            "Share of the group on the left that is also in the group above, per cent; "
            "on the diagonal the number of customers"
        ),
        alt=join_sentences([_("Grid of groups by groups with the share in both."), *listing]),
        data=shares.drop(columns=["row", "column"]),
    )


@figure(
    describe=_describe,
    height=lambda groups, narrow: (
        grid_height(len(groups.overlap), narrow=narrow)
        + (40 if narrow and len(groups.overlap) > 4 else 0)
    ),
)
def plot_group_overlap(groups: Any, ax: Axes) -> None:
    """Draw for each pair of groups how many of one are in the other, too.

    Parameters
    ----------
    groups
        ``CustomerGroups``, from ``build_groups``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    names = [str(name) for name in groups.overlap.index]
    shaded_grid(
        ax, names, names,
        [_cell(row, narrow=is_narrow(ax)) for row in _shares(groups).to_dict("records")],
    )  # fmt: skip


def _cell(row: dict[str, Any], *, narrow: bool) -> Cell:
    if row["row"] == row["column"]:
        # The shade would say 100 for every group: the size says more.
        return Cell(row["row"], row["column"], format_number(row["n_group"]), 0.0)
    if pd.isna(row["share"]):
        return Cell(row["row"], row["column"], "–", 0.0)
    text = format_number(row["share"] * 100, 0 if narrow else 1)
    return Cell(row["row"], row["column"], text, row["share"], is_bold=row["share"] >= 0.5)
