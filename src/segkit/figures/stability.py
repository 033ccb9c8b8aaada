"""Which segments would come out again from other customers of the same business."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.errors import DataError
from segkit.figures.base import Caption, figure
from segkit.figures.intervals import Estimate, interval_rows, rows_height
from segkit.figures.labels import one_line
from segkit.figures.style import CONTEXT, MUTED, WARNING, accent, tint
from segkit.i18n import _, format_list, format_number, format_percent, join_sentences, ngettext

#: Limits of Hennig (2007); see ``segkit.segment.stability``.
_STABLE, _DOUBTFUL = 0.75, 0.60


def _rows(stability: Any) -> pd.DataFrame:
    columns = ["segment", "name", "jaccard", "jaccard_low", "verdict"]
    check_columns("plot_stability", stability.table.columns, columns)
    rows = stability.table[stability.table["jaccard"].notna()]
    if rows.empty:
        raise DataError("plot_stability: stability must have a segment with customers; got none.")
    return rows.sort_values("jaccard", ascending=False, kind="stable", ignore_index=True)


def _title(rows: pd.DataFrame) -> str:
    weak = rows[rows["verdict"] == "unstable"]
    n, k = len(rows), int((rows["verdict"] == "stable").sum())
    if len(weak):
        text = ngettext(
            "{names} would not come out again: do not rely on it",
            "{names} would not come out again: do not rely on them",
            len(weak),
        )
        return text.format(names=format_list(one_line(name) for name in weak["name"]))
    if k == n:
        return _("Every segment comes out again from other customers")
    text = _("{k} of {n} segments come out again clearly, the others are in doubt")
    return text.format(k=format_number(k), n=format_number(n))


def _describe(stability: Any) -> Caption:
    rows = _rows(stability)
    sentence = _("{name}: {overlap} of it comes back, in the worst case {low}.")
    listing = [
        sentence.format(
            name=one_line(row["name"]),
            overlap=format_percent(row["jaccard"], 0),
            low=format_percent(row["jaccard_low"], 0),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Chart of how much of each segment comes back when customers are drawn anew.")
    return Caption(
        title=_title(rows),
        subtitle=_(
            "Overlap with the same segment of resamples (Jaccard): mean and lowest twentieth; "
            "below 60 % unstable, from 75 % stable"
        ),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


def _height(stability: Any, narrow: bool) -> float:
    return rows_height(int(stability.table["jaccard"].notna().sum()), narrow=narrow)


@figure(describe=_describe, height=_height)
def plot_stability(stability: Any, ax: Axes) -> None:
    """Draw how much of each segment comes back in resamples, the least stable ones marked.

    Parameters
    ----------
    stability
        A ``Stability``, from ``segment_stability``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    colors = {"stable": accent(), "doubtful": CONTEXT, "unstable": WARNING}
    rows = [
        Estimate(
            row.name,
            row.jaccard,
            row.jaccard_low,
            row.jaccard,
            colors[row.verdict],
            is_bold=row.verdict == "unstable",
        )
        for row in _rows(stability).itertuples(index=False)
    ]
    ax.axvspan(0, _DOUBTFUL, color=tint(WARNING, 0.05), linewidth=0, zorder=0)
    interval_rows(ax, rows, lambda share: format_percent(share, 0), span=(0.0, 1.0))
    for limit in (_DOUBTFUL, _STABLE):
        ax.axvline(limit, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
