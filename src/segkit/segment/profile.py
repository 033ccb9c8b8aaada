"""Count and sum the segments in the engine; only some rows come to Python."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.schemes.cutoffs import Cutoffs, fetch, measured
from segkit.schemes.scheme import UNCLASSIFIED, Scheme, Score
from segkit.uncertainty import Share, share_of_sum

#: A customer is near a cut-off when within this share of the cut-off's value.
NEAR = 0.05

_FACTS = ("revenue", "recency_days", "n_days")


@dataclass(frozen=True, eq=False)
class Measures:
    """What one pass over the scored customers tells, free of any language."""

    counts: pd.DataFrame
    levels: dict[tuple[str, int], int]
    near: dict[str, int]
    n_near: int
    n_customers: int
    n_unclassified: int


def measure(
    scheme: Scheme,
    table: ir.Table,
    scored: ir.Table,
    edges: Cutoffs,
    kept: Mapping[str, str],
    *,
    function: str = "measure",
) -> Measures:
    """Aggregate scored customers by segment, in one pass.

    ``scored`` carries the columns of ``table`` that are needed here under the names of
    ``kept``; ``table`` is only asked for their types.
    """
    statistics: dict[str, Any] = {"n_customers": scored.count()}
    for name in _FACTS:
        if name in kept and table[name].type().is_numeric():
            column = measured(scored[kept[name]])
            statistics |= {f"sum_{name}": column.sum(), f"mean_{name}": column.mean()}
            if name == "revenue":
                amount = column.cast("float64")
                statistics["squares_revenue"] = (amount * amount).sum()
            if name == "recency_days":
                statistics["median_recency_days"] = column.median().cast("float64")
    flags = {
        name: flag
        for name, score in scheme.scores.items()
        if (flag := _near(scheme, score, scored[kept[score.input]], edges.get(name, ())))
        is not None
    }
    statistics |= {f"near_{name}": _count(flag) for name, flag in flags.items()}
    if flags:
        statistics["n_near"] = _count(functools.reduce(operator.or_, flags.values()))
    for name, score in scheme.scores.items():
        for level in range(1, score.n_levels + 1):
            statistics[f"level_{level}_{name}"] = _count(scored[name] == level)
    found = fetch(scored.group_by("segment").aggregate(**statistics), function)
    return _measures(scheme, {row["segment"]: row for row in found}, list(flags))


def _count(flag: Any) -> Any:
    return ibis.cases((flag, 1), else_=0).sum()


def _near(scheme: Scheme, score: Score, column: Any, edges: tuple[float, ...]) -> Any:
    """Flag customers near an edge; whole numbers are parted half-way between two of them.

    Otherwise everybody with exactly 2 purchase days would lie "within 5 % of 2", however
    far 2 is from 1.
    """
    finite = sorted({edge for edge in edges if math.isfinite(edge)})
    if not finite:
        return None
    whole = scheme.input_kind(score.input) == "integer" or column.type().is_integer()
    column = measured(column)
    flags = []
    for edge in finite:
        middle, width = _border(edge, score) if whole else edge, NEAR * abs(edge)
        flags.append((column >= middle - width) & (column <= middle + width))
    return functools.reduce(operator.or_, flags)


def _border(edge: float, score: Score) -> float:
    """Find the middle between the two whole numbers that an edge parts."""
    return math.ceil(edge) - 0.5 if score.better == "high" else math.floor(edge) + 0.5


def _measures(scheme: Scheme, found: Mapping[str, Mapping[str, Any]], near: list[str]) -> Measures:
    def total(key: str) -> int:
        return sum(int(row[key] or 0) for row in found.values())

    n_customers = total("n_customers") if found else 0
    levels = {
        (name, level): total(f"level_{level}_{name}")
        for name, score in scheme.scores.items()
        for level in range(1, score.n_levels + 1)
    }
    return Measures(
        counts=_counts(scheme, found, n_customers),
        levels=levels,
        near={name: total(f"near_{name}") for name in near},
        n_near=total("n_near") if near else 0,
        n_customers=n_customers,
        n_unclassified=int(found.get(UNCLASSIFIED, {}).get("n_customers", 0)),
    )


def _counts(
    scheme: Scheme, found: Mapping[str, Mapping[str, Any]], n_customers: int
) -> pd.DataFrame:
    ids = [segment.id for segment in scheme.segments]
    ids += [UNCLASSIFIED] if UNCLASSIFIED in found else []
    known = [row.get("sum_revenue") for row in found.values()]
    revenue = math.fsum(value for value in known if value is not None)
    squares = math.fsum(row.get("squares_revenue") or 0.0 for row in found.values())
    has_revenue = any("sum_revenue" in row for row in found.values())
    rows = []
    for segment in ids:
        row = found.get(segment, {})
        n = int(row.get("n_customers", 0))
        spent = _number(row.get("sum_revenue")) if n else (0.0 if has_revenue else math.nan)
        share = _revenue_share(spent, revenue, row.get("squares_revenue") or 0.0, squares)
        rows.append(
            {
                "segment": segment,
                "n_customers": n,
                "customer_share": n / n_customers if n_customers else math.nan,
                "revenue": spent,
                "revenue_share": share.value,
                "revenue_share_low": share.low,
                "revenue_share_high": share.high,
                "mean_revenue": _number(row.get("mean_revenue")),
                "median_recency_days": _number(row.get("median_recency_days")),
                "mean_n_days": _number(row.get("mean_n_days")),
            }
        )
    return pd.DataFrame(rows)


def _revenue_share(spent: float, revenue: float, own_squares: float, squares: float) -> Share:
    """Give a segment's share of revenue with its interval, from sums of squares alone."""
    if not revenue > 0 or math.isnan(spent):
        # A share of nothing, or of a loss, says nothing; it must not look like a number.
        return Share(math.nan, math.nan, math.nan)
    share = spent / revenue
    residuals = (1 - share) ** 2 * own_squares + share**2 * (squares - own_squares)
    return share_of_sum(spent, revenue, residuals)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
