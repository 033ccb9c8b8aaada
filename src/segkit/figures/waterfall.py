"""A cleaning as a waterfall: rows as sent, less each reason, down to the rows kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.figures.axes import fit_ends, label_mark, name_rows
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import text_width
from segkit.figures.style import BODY, CONTEXT, INK, RULE, WARNING, accent, tint
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext

_ENDS = ("rows_in", "kept")


def _steps(cleaning: Any) -> pd.DataFrame:
    """List what is drawn: both ends, and between them each reason that took rows away."""
    ledger = cleaning.ledger
    table = ledger[ledger["reason"] != "changed"]
    table = table[table["reason"].isin(_ENDS) | (table["rows"] > 0)].reset_index(drop=True)
    taken = table["rows"].where(~table["reason"].isin(_ENDS), 0).cumsum()
    end = cleaning.rows_in - taken
    start = (end + table["rows"]).where(~table["reason"].isin(_ENDS), table["rows"])
    columns = {"start": start, "end": end.where(~table["reason"].isin(_ENDS), 0)}
    return table[["reason", "why", "rows", "share"]].assign(**columns)


def _label(row: pd.Series) -> str:
    rows = format_number(row["rows"])
    if row["reason"] == "rows_in":
        return rows
    if row["reason"] != "kept":
        rows = format_number(-row["rows"])
    return _("{rows} ({share})").format(rows=rows, share=format_percent(row["share"]))


def _describe(cleaning: Any) -> Caption:
    steps = _steps(cleaning)
    title = ngettext(
        "{n} of one row was kept",
        "{n} of {rows} rows were kept: {share}",
        cleaning.rows_in,
    ).format(
        n=format_number(cleaning.rows_kept),
        rows=format_number(cleaning.rows_in),
        share=format_percent(steps["share"].iloc[-1]),
    )
    sentence = _("{step}: {rows}.")
    listing = [sentence.format(step=row["why"], rows=_label(row)) for _i, row in steps.iterrows()]
    lead = _("Waterfall chart of rows: as sent, less those set aside for each reason, and kept.")
    return Caption(
        title=title,
        subtitle=_(
            "Rows as sent, less those set aside for each reason (share of the rows sent), and kept"
        ),
        alt=join_sentences([lead, *listing]),
        data=steps,
    )


def _height(cleaning: Any, narrow: bool) -> float:
    return 14 + len(_steps(cleaning)) * (50 if narrow else 32)


@figure(describe=_describe, height=_height)
def plot_cleaning_waterfall(cleaning: Any, ax: Axes) -> None:
    """Draw the rows as sent, less those set aside for each reason, down to the rows kept.

    Reasons come in the order in which they were asked; those that no row had are left out.

    Parameters
    ----------
    cleaning
        A ``Cleaning``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    steps = _steps(cleaning)
    name_rows(ax, list(steps["why"]))
    ax.set_xticks([])
    labels = [_label(row) for _i, row in steps.iterrows()]
    right = [
        (float(start), text_width(label, BODY, "bold"))
        for start, label in zip(steps["start"], labels, strict=True)
    ]
    width, _height_inside = inner_size(ax)
    ax.set_xlim(0, max(fit_ends(width, [], right)[1], 1e-9))
    at = steps.index.to_numpy() + (0.16 if is_narrow(ax) else 0.0)
    colors = {"rows_in": tint(CONTEXT, 0.6), "kept": accent()}
    for place, row in steps.iterrows():
        color = colors.get(row["reason"], WARNING)
        # The edge keeps a reason of few rows among many in sight.
        ax.barh(
            at[place],
            row["start"] - row["end"],
            left=row["end"],
            height=0.34 if is_narrow(ax) else 0.56,
            color=color,
            edgecolor=color,
            linewidth=1.2 if row["rows"] else 0,
        )
        if place:
            level = row["start"]
            ax.plot([level, level], [at[place - 1], at[place]], color=RULE, linewidth=1, zorder=0)
        look = {"color": INK, "fontweight": "bold"} if row["reason"] in _ENDS else {}
        label_mark(ax, labels[place], (float(row["start"]), at[place]), "right", **look)
