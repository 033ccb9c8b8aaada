"""What customers want, from the first to the fifth need."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.errors import DataError
from segkit.figures.base import Caption, figure
from segkit.figures.intervals import Estimate, interval_rows, rows_height
from segkit.figures.labels import one_line
from segkit.figures.style import CONTEXT, accent
from segkit.i18n import _, format_list, format_number, format_percent, join_sentences, ngettext
from segkit.segment.attitudes.needs import MOST_LEADING, leading_needs

#: Needs beyond the fifth are shown in grey, up to this many.
_FIRST, _MOST = 5, 12


def _rows(needs: Any) -> pd.DataFrame:
    columns = ["need", "rank", "weight", "low", "high", "chain_weight"]
    columns += ["first_share", "first_low", "first_high"]
    check_columns("plot_needs", needs.table.columns, columns)
    if needs.table.empty:
        raise DataError("plot_needs: needs must have a need; got none.")
    return needs.table.sort_values("rank", ignore_index=True).head(_MOST)


def _title(rows: pd.DataFrame) -> str:
    leading = leading_needs(rows)
    if len(leading) > MOST_LEADING:
        text = _("No need stands out: {n} of them weigh about alike")
        return text.format(n=format_number(len(leading)))
    weight = rows.loc[rows["need"].astype(str).isin(leading), "weight"].sum()
    text = ngettext(
        "{needs} weighs most: {weight} of what customers want",
        "{needs} weigh most: {weight} of what customers want",
        len(leading),
    )
    needs = format_list(one_line(need) for need in leading)
    return text.format(needs=needs, weight=format_percent(weight))


def _describe(needs: Any) -> Caption:
    rows = _rows(needs)
    sentence = _("{rank}. {need}: {weight} ({low} to {high}); the first need of {share}.")
    listing = [
        sentence.format(
            rank=format_number(row["rank"]),
            need=one_line(row["need"]),
            weight=format_percent(row["weight"]),
            low=format_percent(row["low"]),
            high=format_percent(row["high"]),
            share=format_percent(row["first_share"]),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Needs in the order of their weight.")
    return Caption(
        title=_title(rows),
        subtitle=_("Mean share of each need in what a customer expresses, with its 95 % interval"),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


@figure(
    describe=_describe, height=lambda needs, narrow: rows_height(len(_rows(needs)), narrow=narrow)
)
def plot_needs(needs: Any, ax: Axes) -> None:
    """Draw the needs of customers in their order, the first to the fifth coloured.

    Parameters
    ----------
    needs
        A ``NeedRanking``, from ``rank_needs``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _rows(needs)
    estimates = [
        Estimate(
            f"{format_number(row.rank)}. {one_line(row.need)}",
            row.weight,
            row.low,
            row.high,
            color=accent() if row.rank <= _FIRST else CONTEXT,
            is_bold=row.rank == 1,
        )
        for row in rows.itertuples(index=False)
    ]
    interval_rows(
        ax, estimates, format_percent, span=(0.0, 0.05),
        write_tick=lambda share: format_percent(share, 0),
    )  # fmt: skip
