"""Criteria of segmentation: what each tells of revenue, and what its segments are worth."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.errors import DataError
from segkit.figures.base import Caption, figure
from segkit.figures.intervals import Estimate, interval_rows, rows_height
from segkit.figures.labels import one_line
from segkit.figures.style import CONTEXT, MUTED, SMALL, SURFACE, accent
from segkit.i18n import _, format_number, format_percent, join_sentences
from segkit.segment.criteria import CLEAR


def _explained(criteria: Any) -> pd.DataFrame:
    table = criteria.table[criteria.table["explained"].notna()]
    if table.empty:
        raise DataError(
            "plot_criteria: criteria must know revenue; got none. Give transactions, too."
        )
    rows = table.assign(
        name=[criteria.label(name) for name in table["criterion"]],
        # Less than chance gives is nothing, not a negative share.
        share=table["explained"].clip(lower=0),
    )
    columns = ["criterion", "name", "n_segments", "share", "p_value"]
    return rows[columns].sort_values("share", ascending=False, kind="stable", ignore_index=True)


def _describe_criteria(criteria: Any) -> Caption:
    rows = _explained(criteria)
    leading = rows[rows["criterion"] == criteria.leader]
    if (leading["p_value"] < CLEAR).any():
        text = _("{name}: tells {share} of the differences in revenue between customers")
        title = text.format(
            name=one_line(leading["name"].iloc[0]), share=format_percent(leading["share"].iloc[0])
        )
    else:
        title = _("No criterion clearly tells customers apart by revenue")
    sentence = _("{name}: {share} in {n} segments.")
    listing = [
        sentence.format(name=one_line(row.name), share=format_percent(row.share), n=row.n_segments)
        for row in rows.itertuples(index=False)
    ]
    lead = _("Criteria by the share of the differences in revenue that their segments explain.")
    return Caption(
        title=title,
        subtitle=_(
            "Share of the variance of revenue between customers that the segments explain, per "
            "cent; grey: it may be chance"
        ),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


@figure(
    describe=_describe_criteria,
    height=lambda criteria, narrow: rows_height(len(_explained(criteria)), narrow=narrow),
)
def plot_criteria(criteria: Any, ax: Axes) -> None:
    """Draw how much of the differences in revenue each criterion explains, beyond chance.

    Parameters
    ----------
    criteria
        ``Criteria``, from ``compare_criteria``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _explained(criteria)
    estimates = [
        Estimate(
            row.name, row.share, math.nan, math.nan,
            accent() if row.p_value < CLEAR else CONTEXT,
            is_bold=row.criterion == criteria.leader,
        )
        for row in rows.itertuples(index=False)
    ]  # fmt: skip
    digits = 0 if rows["share"].max() > 0.1 else 1
    interval_rows(
        ax, estimates, format_percent, span=(0.0, 0.02),
        write_tick=lambda share: format_percent(share, digits),
    )  # fmt: skip


def _worth(contrasts: Any) -> pd.DataFrame:
    table = contrasts.table[contrasts.table["feature"] == "revenue"]
    table = table[table["lift"].notna()]
    if table.empty:
        raise DataError(
            "plot_segment_worth: contrasts must hold revenue; got none. "
            "Give features=['revenue'] to describe_segments."
        )
    rows = table.assign(name=[contrasts.names[segment] for segment in table["segment"]])
    columns = ["segment", "name", "n", "own", "whole", "lift", "lift_low", "lift_high"]
    return rows[columns].sort_values("lift", ascending=False, kind="stable", ignore_index=True)


def _describe_worth(contrasts: Any) -> Caption:
    rows = _worth(contrasts)
    first, last = rows.iloc[0], rows.iloc[-1]
    text = _("{name}: {index} where all customers are at 100; {other}: {other_index}")
    title = text.format(
        name=one_line(first["name"]), index=_index(first["lift"]),
        other=one_line(last["name"]), other_index=_index(last["lift"]),
    )  # fmt: skip
    sentence, bare = _("{name}: {index}, 95 % interval {low} to {high}."), _("{name}: {index}.")
    listing = [
        (bare if math.isnan(row.lift_low) else sentence).format(
            name=one_line(row.name), index=_index(row.lift),
            low=_index(row.lift_low), high=_index(row.lift_high),
        )
        for row in rows.itertuples(index=False)
    ]  # fmt: skip
    return Caption(
        title=title,
        subtitle=_("Mean revenue per customer, all customers = 100; line = 95 % interval"),
        alt=join_sentences([_("Segments by mean revenue per customer."), *listing]),
        data=rows,
    )


def _index(lift: float) -> str:
    return "–" if math.isnan(lift) else format_number(lift * 100)


@figure(
    describe=_describe_worth,
    height=lambda contrasts, narrow: rows_height(len(_worth(contrasts)), narrow=narrow) + 14,
)
def plot_segment_worth(contrasts: Any, ax: Axes) -> None:
    """Draw each segment's mean revenue as an index of all customers, with its interval.

    Parameters
    ----------
    contrasts
        ``SegmentContrasts`` with the feature revenue, from ``describe_segments``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _worth(contrasts)
    estimates = [
        Estimate(
            row.name, row.lift, row.lift_low, row.lift_high,
            accent() if row.lift_low > 1 else CONTEXT, is_bold=row.lift_low > 1,
        )
        for row in rows.itertuples(index=False)
    ]  # fmt: skip
    interval_rows(ax, estimates, _index, span=(0.0, 1.2))
    for text in ax.texts:  # where the line of the average crosses a number, it stays readable
        text.set_bbox({"facecolor": SURFACE, "edgecolor": "none", "pad": 1.0})
    ax.axvline(1.0, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    ax.annotate(
        _("all customers"), (1.0, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3),
        textcoords="offset points", ha="center", va="bottom", fontsize=SMALL, color=MUTED,
    )  # fmt: skip
