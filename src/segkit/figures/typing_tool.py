"""How many questions it takes to place a customer in a segment."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.errors import DataError
from segkit.figures.axes import percent_ticks
from segkit.figures.base import Caption, figure, is_narrow
from segkit.figures.style import BODY, INK, MUTED, SMALL, SURFACE, accent, tint
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext


def _describe_typing(tool: Any) -> Caption:
    table = _accuracy(tool)
    chosen = table[table["chosen"].astype(bool)]
    row = chosen.iloc[0] if len(chosen) else table.iloc[-1]
    n = int(row["n_questions"])
    title = ngettext(
        "{n} question places {accuracy} of customers rightly; chance places {chance}",
        "{n} questions place {accuracy} of customers rightly; chance places {chance}",
        n,
    ).format(
        n=format_number(n),
        accuracy=format_percent(row["accuracy"], 0),
        chance=format_percent(row["chance"], 0),
    )
    text = _("{n}: {accuracy} ({low} to {high}).")
    listing = [
        text.format(
            n=format_number(line["n_questions"]),
            **{key: format_percent(line[key], 0) for key in ("accuracy", "low", "high")},
        )
        for _row, line in table.iterrows()
    ]
    lead = _("Line of the share of customers placed rightly by the number of questions.")
    return Caption(
        title=title,
        subtitle=_(
            "Customers placed in their segment by number of questions asked, 95 % interval; "
            "dashed: always naming the largest segment"
        ),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


def _accuracy(tool: Any) -> pd.DataFrame:
    columns = ["n_questions", "accuracy", "low", "high", "chance", "chosen"]
    check_columns("plot_typing_accuracy", tool.accuracy.columns, columns)
    table = tool.accuracy[tool.accuracy["accuracy"].notna()]
    if table.empty:
        raise DataError("plot_typing_accuracy: tool must have been tested; got no accuracy.")
    return table.sort_values("n_questions", ignore_index=True)


@figure(describe=_describe_typing, height=lambda _tool, narrow: 280 if narrow else 320)
def plot_typing_accuracy(tool: Any, ax: Axes) -> None:
    """Draw how many customers a typing tool places rightly by how many questions it asks.

    Parameters
    ----------
    tool
        A ``TypingTool``, from ``fit_typing_tool``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = _accuracy(tool)
    asked = table["n_questions"]
    ax.set_xlim(asked.min() - 0.6, asked.max() + 0.6)
    ax.set_ylim(0, 1.04)
    percent_ticks(ax, "y", most=5)
    step = 1 if len(asked) <= (10 if is_narrow(ax) else 24) else 2
    ax.set_xticks(asked[::step], [format_number(n) for n in asked[::step]])
    ax.tick_params(axis="x", labelcolor=INK, labelsize=BODY)
    ax.set_xlabel(_("Questions asked"), fontsize=SMALL, color=MUTED, labelpad=4)
    chance = float(table["chance"].iloc[0])
    ax.axhline(chance, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    ax.vlines(asked, table["low"], table["high"], color=tint(accent(), 0.4), linewidth=4, zorder=2)
    ax.plot(asked, table["accuracy"], "o-", color=accent(), linewidth=2, markersize=5, zorder=3)
    chosen = table[table["chosen"].astype(bool)]
    for row in chosen.itertuples(index=False):
        at = (row.n_questions, row.accuracy)
        ax.plot(*at, "o", color=accent(), markeredgecolor=SURFACE, markersize=11, zorder=4)
        ax.annotate(
            format_percent(row.accuracy, 0), (row.n_questions, row.high), xytext=(0, 5),
            textcoords="offset points", ha="center", va="bottom", fontsize=BODY,
            fontweight="bold", color=INK, zorder=5,
        )  # fmt: skip
    ax.annotate(
        _("chance"), (ax.get_xlim()[1], chance), xytext=(-4, -4), textcoords="offset points",
        ha="right", va="top", fontsize=SMALL, color=MUTED,
    )  # fmt: skip
