"""What people think and want: factors behind items, segments' means, needs, recommendation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.errors import DataError
from segkit.figures.base import Caption, figure
from segkit.figures.grid import Cell, grid_height, shaded_grid
from segkit.figures.intervals import Estimate, interval_rows, rows_height
from segkit.figures.labels import one_line
from segkit.figures.style import CONTEXT, accent
from segkit.i18n import _, format_list, format_money, format_number, join_sentences, ngettext

#: From here on the pence say nothing.
_WHOLE = 100


def _loadings(factors: Any) -> pd.DataFrame:
    """Order the items by their factor, the strongest of each first."""
    table, names = factors.loadings, factors.names
    check_columns("plot_loadings", table.columns, ["item", "factor", "belongs", *names])
    if table.empty or not names:
        raise DataError("plot_loadings: factors must have items and a factor; got none.")
    rank = {name: place for place, name in enumerate(names)}
    own = [abs(row[row["factor"]]) for _row, row in table.iterrows()]
    ordered = table.assign(place=table["factor"].map(rank), own=own)
    ordered = ordered.sort_values(["place", "own"], ascending=[True, False], kind="stable")
    return ordered.drop(columns=["place", "own"]).reset_index(drop=True)


def _describe_loadings(factors: Any) -> Caption:
    table = _loadings(factors)
    n = len(factors.names)
    title = ngettext(
        "{n_items} items measure {n} thing: {names}",
        "{n_items} items measure {n} things: {names}",
        n,
    ).format(
        n_items=format_number(len(table)),
        n=format_number(n),
        names=format_list(one_line(name) for name in factors.names),
    )
    sentence = _("{item}: {factor} ({loading}).")
    listing = [
        sentence.format(
            item=one_line(row["item"]),
            factor=one_line(row["factor"]),
            loading=format_number(row[row["factor"]], 2),
        )
        for _row, row in table.iterrows()
    ]
    lead = _("Grid of items by factors with the loadings; each item's strongest factor.")
    return Caption(
        title=title,
        subtitle=_("Loading of each item on each factor, -1 to 1; bold: it belongs to the factor"),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


@figure(
    describe=_describe_loadings,
    height=lambda factors, narrow: (
        grid_height(len(factors.loadings), narrow=narrow)
        + (40 if narrow and len(factors.names) > 4 else 0)
    ),
)
def plot_loadings(factors: Any, ax: Axes) -> None:
    """Draw how strongly each item of a survey hangs on each factor.

    Parameters
    ----------
    factors
        ``Factors``, from ``find_factors``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = _loadings(factors)
    cells = [
        Cell(
            row,
            column,
            format_number(line[name], 2),
            float(line[name]),
            is_bold=bool(line["belongs"]) and line["factor"] == name,
        )
        for row, line in enumerate(table.to_dict("records"))
        for column, name in enumerate(factors.names)
    ]
    shaded_grid(ax, list(table["item"]), list(factors.names), cells)


def _means(differences: Any) -> pd.DataFrame:
    columns = ["segment", "n_customers", "mean", "low", "high"]
    check_columns("plot_segment_scores", differences.means.columns, columns)
    if differences.means.empty:
        raise DataError("plot_segment_scores: differences must have a segment; got none.")
    names = differences._names
    rows = differences.means.assign(
        name=[names.get(segment, segment) for segment in differences.means["segment"]]
    )
    return rows.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


def _writer(differences: Any) -> Callable[[float], str]:
    if differences.is_money:
        return lambda amount: format_money(amount, None if 0 < abs(amount) < _WHOLE else 0)
    return lambda mean: format_number(mean, 2)


def _describe_scores(differences: Any) -> Caption:
    rows = _means(differences)
    first, last = rows.iloc[0], rows.iloc[-1]
    outcome, write = one_line(differences.outcome), _writer(differences)
    words = {
        "outcome": outcome,
        "name": one_line(first["name"]),
        "mean": write(first["mean"]),
        "other": one_line(last["name"]),
        "least": write(last["mean"]),
    }
    title = _("{outcome}: {name} {mean}, {other} {least}").format(**words)
    if not differences.table["differs"].any():
        title = _("{outcome}: no difference between segments that could not be chance").format(
            outcome=outcome
        )
    sentence = _("{name}: {mean} ({low} to {high}).")
    listing = [
        sentence.format(
            name=one_line(row["name"]),
            **{key: write(row[key]) for key in ("mean", "low", "high")},
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Means of {outcome} by segment with their intervals.").format(outcome=outcome)
    return Caption(
        title=title,
        subtitle=_("Mean of {outcome} by segment with its 95 % interval").format(outcome=outcome),
        alt=join_sentences([lead, *listing]),
        data=rows,
    )


@figure(
    describe=_describe_scores,
    height=lambda found, narrow: rows_height(len(found.means), narrow=narrow),
)
def plot_segment_scores(differences: Any, ax: Axes) -> None:
    """Draw the segments' means of an outcome with their intervals, the highest first.

    Parameters
    ----------
    differences
        ``MeanDifferences``, from ``compare_means``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _draw_means(differences, ax)


@figure(
    describe=_describe_scores,
    height=lambda found, narrow: rows_height(len(found.means), narrow=narrow),
)
def plot_segment_spend(differences: Any, ax: Axes) -> None:
    """Draw what a customer of each segment paid, with its interval, the highest first.

    Parameters
    ----------
    differences
        ``MeanDifferences`` of an amount of money, from ``compare_worth``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    _draw_means(differences, ax)


def _draw_means(differences: Any, ax: Axes) -> None:
    rows, write = _means(differences), _writer(differences)
    marked = _differing(differences)
    estimates = [
        Estimate(
            row.name,
            row.mean,
            row.low,
            row.high,
            color=accent() if row.segment in marked else CONTEXT,
        )
        for row in rows.itertuples(index=False)
    ]
    least = min(0.0, float(rows["mean"].min()))
    tick = write if differences.is_money else _tick
    interval_rows(ax, estimates, write, span=(least, least + 0.1), write_tick=tick)


def _tick(value: float) -> str:
    return format_number(value, 0 if float(value).is_integer() else 1)


def _differing(differences: Any) -> set[str]:
    pairs = differences.table[differences.table["differs"].astype(bool)]
    return set(pairs["segment_a"]) | set(pairs["segment_b"])


def _describe_nps(promoters: Any) -> Caption:
    table = _nps(promoters)
    whole = table.iloc[0]
    title = _("Net promoter score of all: {score}").format(score=_points(whole["nps"]))
    others = table.iloc[1:]
    if len(others):
        best, worst = others.loc[others["nps"].idxmax()], others.loc[others["nps"].idxmin()]
        title = _("Net promoter score from {worst} ({name}) to {best} ({other})").format(
            worst=_points(worst["nps"]),
            name=one_line(worst["name"]),
            best=_points(best["nps"]),
            other=one_line(best["name"]),
        )
    sentence = _("{name}: {score} ({low} to {high}), {n} answers.")
    listing = [
        sentence.format(
            name=one_line(row["name"]),
            score=_points(row["nps"]),
            low=_points(row["nps_low"]),
            high=_points(row["nps_high"]),
            n=format_number(row["n_answers"]),
        )
        for _row, row in table.iterrows()
    ]
    lead = _("Net promoter scores with their intervals.")
    return Caption(
        title=title,
        subtitle=_(
            "Share of promoters (9 and 10) less that of detractors (0 to 6), in points, with its "
            "95 % interval; grey: fewer than 30 answers, and all customers"
        ),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


def _points(score: float) -> str:
    return ("+" if score > 0 else "") + format_number(score)


def _nps(promoters: Any) -> pd.DataFrame:
    columns = ["segment", "name", "n_answers", "nps", "nps_low", "nps_high", "is_few"]
    check_columns("plot_nps", promoters.table.columns, columns)
    table = promoters.table[promoters.table["nps"].notna()]
    if table.empty:
        raise DataError("plot_nps: promoters must have answers from 0 to 10; got none.")
    is_all = table["segment"] == "all"
    rest = table[~is_all].sort_values("nps", ascending=False, kind="stable")
    return pd.concat([table[is_all], rest], ignore_index=True)


@figure(
    describe=_describe_nps,
    height=lambda found, narrow: rows_height(len(found.table), narrow=narrow),
)
def plot_nps(promoters: Any, ax: Axes) -> None:
    """Draw the net promoter score of all and of each segment with its interval.

    Parameters
    ----------
    promoters
        ``NetPromoter``, from ``net_promoter``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = [
        Estimate(
            row.name,
            row.nps,
            row.nps_low,
            row.nps_high,
            color=CONTEXT if row.segment == "all" or row.is_few else accent(),
            is_bold=row.segment == "all",
        )
        for row in _nps(promoters).itertuples(index=False)
    ]
    interval_rows(ax, rows, _points, span=(-30.0, 30.0))
