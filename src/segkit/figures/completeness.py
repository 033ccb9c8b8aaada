"""How full each column of a table is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.figures.axes import fit_ends, label_mark, name_rows
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import one_line, text_width
from segkit.figures.style import BODY, CONTEXT, INK, WARNING, accent, tint
from segkit.i18n import _, format_list, format_number, format_percent, join_sentences, ngettext

#: More rows than these are no figure; the table beside it has them all.
_MOST = 24
_MANY_FULL = 6


def _columns(audit: Any) -> pd.DataFrame:
    """List what is drawn: the emptiest columns first, required ones before others.

    Columns without a gap are left out where others have gaps and they would be many.
    """
    wanted = ["column", "word", "required", "completeness"]
    table = audit.table
    gaps = table[table["completeness"] != 1]
    if len(gaps) and len(table) - len(gaps) > _MANY_FULL:
        table = gaps
    order = {"by": ["completeness", "required"], "ascending": [True, False]}
    return table[wanted].sort_values(kind="stable", ignore_index=True, **order).head(_MOST)


def _describe(audit: Any) -> Caption:
    drawn, n = _columns(audit), len(audit.table)
    full = int((audit.table["completeness"] == 1).sum())
    title = ngettext(
        "{full} of {n} column is filled in every row",
        "{full} of {n} columns are filled in every row",
        n,
    ).format(full=format_number(full), n=format_number(n))
    sentence = _("{column}: {share}.")
    listing = [
        sentence.format(column=one_line(row["word"]), share=format_percent(row["completeness"]))
        for row in drawn.to_dict("records")
    ]
    lead = _("Bar chart of the share of rows in which columns are filled, the emptiest first.")
    return Caption(
        title=title,
        subtitle=_subtitle(drawn, n),
        alt=join_sentences([lead, *listing]),
        data=drawn,
    )


def _subtitle(drawn: pd.DataFrame, n: int) -> str:
    """Say what is plotted, what the warning colour marks, and what is left out."""
    what = _("Share of rows in which each column is filled")
    short = [one_line(row["word"]) for row in drawn.to_dict("records") if _is_short(row)]
    if short:
        text = _("{what}; must be full: {columns}")
        what = text.format(what=what, columns=format_list(short))
    if n > len(drawn):
        text = ngettext(
            "{what}; {n} fuller column is not shown",
            "{what}; {n} fuller columns are not shown",
            n - len(drawn),
        )
        what = text.format(what=what, n=format_number(n - len(drawn)))
    return what


def _is_short(row: Any) -> bool:
    return bool(row["required"] and row["completeness"] < 1)


def _height(audit: Any, narrow: bool) -> float:
    return 20 + len(_columns(audit)) * (50 if narrow else 30)


@figure(describe=_describe, height=_height)
def plot_completeness(audit: Any, ax: Axes) -> None:
    """Draw the share of rows in which each column is filled, the emptiest first.

    Required columns with gaps stand out; of more than 24 columns the emptiest are drawn, and
    full ones are left out where they are many.

    Parameters
    ----------
    audit
        An ``Audit``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    drawn = _columns(audit)
    ax.set_xticks([])
    name_rows(ax, list(drawn["word"]))
    shares = drawn["completeness"].fillna(0.0)
    texts = [format_percent(share) for share in drawn["completeness"]]
    ends = [(1.0, text_width(text, BODY, "bold")) for text in texts]
    ax.set_xlim(0, fit_ends(inner_size(ax)[0], [], ends)[1])
    at = drawn.index.to_numpy(dtype="float64") + (0.16 if is_narrow(ax) else 0.0)
    thick = 0.34 if is_narrow(ax) else 0.56
    ax.barh(at, 1.0, height=thick, color=tint(CONTEXT, 0.12))
    colors = [
        WARNING if _is_short(row) else tint(CONTEXT, 0.6) if row["completeness"] == 1 else accent()
        for row in drawn.to_dict("records")
    ]
    ax.barh(at, shares, height=thick, color=colors)
    for place, text, row in zip(at, texts, drawn.to_dict("records"), strict=True):
        look = {"color": INK, "fontweight": "bold"} if row["completeness"] != 1 else {}
        label_mark(ax, text, (1.0, place), "right", **look)
