"""Cut-offs: where one score level ends and the next begins.

One rule holds everywhere: a customer exactly on a cut-off gets the better of the two
levels. Where more is better a level holds ``lower <= x < upper``, where less is better it
holds ``lower < x <= upper``. Edges are kept in the order of the levels: the first parts
level 1 from level 2.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, did_you_mean, fail, listed, shown
from segkit.collect.frames import fetch
from segkit.errors import DataError, SchemeError
from segkit.schemes.scheme import Scheme, Score

#: Edges by score name, in the order of the levels.
Cutoffs = dict[str, tuple[float, ...]]

#: No count and no amount of money is as large: what is not below it is NaN or infinite.
HUGE = 1e100

#: Ibis types of the kinds of input a scheme knows.
TYPES = {"integer": "int64", "number": "float64", "text": "string", "flag": "boolean"}

#: Columns of a table of cut-offs, besides the customers in each level.
CUTOFF_COLUMNS = ("score", "input", "level", "lower", "upper")


def check_inputs(scheme: Scheme, table: ir.Table, function: str) -> ir.Table:
    """Check that the table has the customer and every input, each of a usable type.

    A column without any value has no type of its own; it comes back with the scheme's.

    Raises
    ------
    DataError
        If columns are missing, all named at once, or one is of the wrong type.
    """
    used = list(dict.fromkeys(score.input for score in scheme.scores.values()))
    remedy = "summarize_customers makes them from transactions."
    check_columns(function, table.columns, ["customer_id", *used], remedy=remedy)
    kinds = {"customer_id": "text", **{name: scheme.input_kind(name) for name in used}}
    blank = {n: table[n].cast(TYPES[k]) for n, k in kinds.items() if table[n].type().is_null()}
    table = table.mutate(**blank) if blank else table
    for score in scheme.scores.values():
        kind = table[score.input].type()
        if score.categories is not None:
            rule = "" if kind.is_string() else "a column of text"
        elif score.order is not None:
            rule = _natural_rule(score, kind)
        else:
            rule = "" if kind.is_numeric() and not kind.is_boolean() else "a column of numbers"
        if rule:
            remedy = "Convert it first."
            fail(function, score.input, rule, str(kind), remedy, error=DataError)
    return table


def _natural_rule(score: Score, kind: Any) -> str:
    first = (score.order or ("",))[0]
    if isinstance(first, bool):
        return "" if kind.is_boolean() else "a column of true and false"
    if isinstance(first, str):
        return "" if kind.is_string() else "a column of text"
    right = kind.is_numeric() and not kind.is_boolean()
    return "" if right else "a column of numbers"


def measured(column: Any) -> Any:
    """See a numeric column as numbers that can be averaged: NaN and infinity are missing."""
    if column.type().is_decimal():
        return column.cast("float64")
    if column.type().is_floating():
        return ibis.cases((column.abs() < HUGE, column))
    return column


def compute_cutoffs(
    scheme: Scheme, table: ir.Table, *, function: str = "compute_cutoffs"
) -> Cutoffs:
    """Compute the edges of all scores in the engine: one pass, two when there are quantiles.

    Quantile edges follow the right-closed bins of ``pandas.qcut``, but are moved onto
    values that customers really have, so that equal values always share a level.
    """
    wanted = {
        f"{name}_{i}": expression
        for name, score in scheme.scores.items()
        for i, expression in enumerate(_statistics(score, table))
    }
    found = fetch(table.aggregate(**wanted), function)[0] if wanted else {}
    snapped = {
        f"{name}_{i}": _on_a_value(measured(table[score.input]), found[f"{name}_{i}"], score)
        for name, score in scheme.scores.items()
        for i in range(score.n_levels - 1)
        if score.method == "quantile" and found[f"{name}_{i}"] is not None
    }
    if snapped:
        found |= fetch(table.aggregate(**snapped), function)[0]
    return {
        name: _fixed_edges(score)
        or tuple(_tidy(found[f"{name}_{i}"], score) for i in range(score.n_levels - 1))
        for name, score in scheme.scores.items()
        if score.has_edges
    }


def compute_cutoffs_within(
    score: Score, table: ir.Table, groups: list[str], *, function: str
) -> dict[tuple[int, ...], tuple[float, ...]]:
    """Compute the quantile edges of one score within each group of customers.

    ``groups`` are columns of whole numbers; the edges come by their values.
    """
    column = measured(table[score.input])
    places = range(score.n_levels - 1)
    shares = {f"q{i}": share for i, share in enumerate(_statistics(score, table))}
    rows = fetch(table.group_by(groups).aggregate(**shares), function)
    known = {tuple(int(row[g]) for g in groups): row for row in rows if row["q0"] is not None}
    if score.method == "quantile" and known:
        limits = {f"q{i}": _limit_of(table, groups, known, f"q{i}") for i in places}
        snapped = {name: _on_a_value(column, limit, score) for name, limit in limits.items()}
        rows = fetch(table.group_by(groups).aggregate(**snapped), function)
        found = {tuple(int(row[g]) for g in groups): row for row in rows}
        known = {key: found[key] for key in known}
    return {k: tuple(_tidy(row[f"q{i}"], score) for i in places) for k, row in known.items()}


def _limit_of(
    table: ir.Table, groups: list[str], known: Mapping[tuple[int, ...], Any], name: str
) -> Any:
    """Build the quantile of the group that a row of ``table`` belongs to."""
    branches = []
    for key, row in known.items():
        inside = [table[group] == value for group, value in zip(groups, key, strict=True)]
        branches.append((functools.reduce(operator.and_, inside), row[name]))
    return ibis.cases(*branches, else_=ibis.null("float64"))


def _statistics(score: Score, table: ir.Table) -> list[Any]:
    if not score.from_data:
        return []
    column = measured(table[score.input])
    if score.method == "mean":
        return [column.mean()]
    if score.method == "median":
        return [column.median().cast("float64")]
    shares = [i / score.n_levels for i in range(1, score.n_levels)]
    if score.better == "low":
        shares.reverse()
    return [column.quantile(share).cast("float64") for share in shares]


def _on_a_value(column: Any, quantile: Any, score: Score) -> Any:
    # Interpolation leaves noise in the last digits; it must not part equal customers.
    # A number, or an expression that has the quantile of each row's group.
    limit = quantile + _size(quantile) * 1e-12
    if score.better == "low":
        return column.max(where=column <= limit).cast("float64")
    # No customer lies above: the level stays out of reach, which infinity says exactly.
    return column.min(where=column > limit).cast("float64").fill_null(math.inf)


def _size(quantile: Any) -> Any:
    return abs(quantile) if isinstance(quantile, (int, float)) else quantile.abs()


def _fixed_edges(score: Score) -> tuple[float, ...]:
    cuts = score.cuts or ()
    return tuple(cuts) if score.better == "high" else tuple(reversed(cuts))


def _tidy(edge: float | None, score: Score) -> float:
    """Round an edge so that whoever lies on it, but for float noise, stays on the better side.

    Sums in another row order differ in the last digits; an average of equal amounts can
    come out above all of them. With at most 15 digits the printed SQL also says exactly
    the number that was computed.
    """
    if edge is None or not math.isfinite(edge):
        return math.nan if edge is None else edge
    if score.method == "quantile_plus_1":
        return float(f"{edge + 1:.12g}")
    digits = 12 if score.method == "mean" else 15
    rounding = ROUND_FLOOR if score.better == "high" else ROUND_CEILING
    return float(Context(prec=digits, rounding=rounding).create_decimal(Decimal(repr(float(edge)))))


def level_bounds(score: Score, edges: tuple[float, ...]) -> list[tuple[float, float]]:
    """Give ``(lower, upper)`` of every level, infinite where a level is open."""
    if not score.has_edges:
        return [(math.nan, math.nan)] * score.n_levels
    if score.better == "high":
        marks = (-math.inf, *edges, math.inf)
        return list(itertools.pairwise(marks))
    marks = (math.inf, *edges, -math.inf)
    return [(lower, upper) for upper, lower in itertools.pairwise(marks)]


def cutoff_table(
    scheme: Scheme, cutoffs: Mapping[str, tuple[float, ...]], counts: Mapping[tuple[str, int], int]
) -> pd.DataFrame:
    """Show cut-offs as a table: one row per score and level, with its customers."""
    rows = [
        (name, score.input, level, lower, upper, counts.get((name, level), 0))
        for name, score in scheme.scores.items()
        for level, (lower, upper) in enumerate(level_bounds(score, cutoffs.get(name, ())), start=1)
    ]
    table = pd.DataFrame(rows, columns=[*CUTOFF_COLUMNS, "n_customers"])
    return table.astype({"level": "int64", "n_customers": "int64"})


def read_cutoffs(scheme: Scheme, cutoffs: Any, *, function: str) -> Cutoffs:
    """Read cut-offs that were kept from an earlier segmentation, or given by hand.

    Parameters
    ----------
    scheme : Scheme
    cutoffs : pandas.DataFrame, mapping or None
        ``Segmentation.cutoffs``; or ``{"R": [467], "M": [106.08]}``, in either order.
        Scores with fixed cut-offs may be left out.

    Raises
    ------
    SchemeError
        If a score is missing or unknown, or the cut-offs do not fit its levels.
    """
    given = _from_table(scheme, cutoffs, function) if isinstance(cutoffs, pd.DataFrame) else cutoffs
    if given is not None and not isinstance(given, Mapping):
        rule = "the cutoffs of a Segmentation, or a mapping from score to numbers"
        fail(function, "cutoffs", rule, cutoffs, "Pass rfm.cutoffs.", error=SchemeError)
    given = dict(given or {})
    for name in given:
        if name not in scheme.scores:
            remedy = did_you_mean(str(name), scheme.scores)
            rule = f"for the scores of {scheme.name}"
            fail(function, "cutoffs", rule, name, remedy, error=SchemeError)
    needed = {name: score for name, score in scheme.scores.items() if score.has_edges}
    missing = [name for name, score in needed.items() if score.from_data and name not in given]
    if missing:
        rule = f"given for {listed(missing)}, which {scheme.name} takes from data"
        remedy = "Pass the cutoffs of a Segmentation."
        fail(function, "cutoffs", rule, sorted(given), remedy, error=SchemeError)
    return {
        name: _edges(name, score, given[name], function) if name in given else _fixed_edges(score)
        for name, score in needed.items()
    }


def _from_table(scheme: Scheme, table: pd.DataFrame, function: str) -> dict[str, list[float]]:
    try:
        check_columns(
            function, table.columns, CUTOFF_COLUMNS, remedy="Pass the cutoffs as they came."
        )
    except DataError as err:
        raise SchemeError(str(err)) from err
    edges: dict[str, list[float]] = {}
    for name, rows in table.sort_values("level").groupby("score", sort=False):
        score = scheme.scores.get(str(name))
        if score is not None and not score.has_edges:
            continue
        low_is_better = score is not None and score.better == "low"
        # The first level has no edge below it; every other one begins at its own edge.
        edges[str(name)] = list(rows["upper" if low_is_better else "lower"])[1:]
    return edges


def _edges(name: str, score: Score, values: Any, function: str) -> tuple[float, ...]:
    wanted = score.n_levels - 1
    rule = f"{wanted} number{'s' if wanted > 1 else ''} for score {name}"
    try:
        edges = sorted(float(value) for value in values)
    except (TypeError, ValueError) as err:
        message = f"{function}: cutoffs must be {rule}; got {shown(values)}."
        raise SchemeError(f"{message} Pass a list of numbers.") from err
    if len(edges) != wanted or any(math.isnan(edge) for edge in edges):
        remedy = "Take them from a Segmentation of this scheme over at least one customer."
        fail(function, "cutoffs", rule, list(values), remedy, error=SchemeError)
    return tuple(edges if score.better == "high" else reversed(edges))
