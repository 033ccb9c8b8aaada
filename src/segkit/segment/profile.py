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

from segkit.collect.frames import fetch
from segkit.schemes.cutoffs import measured
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.definition import Definition
from segkit.uncertainty import Share, share_of_sum

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


def measure(definition: Definition, table: ir.Table, *, function: str = "measure") -> Measures:
    """Put the customers of ``table`` into segments and aggregate them, in one pass."""
    wanted = {*definition.inputs, *(set(_FACTS) & set(table.columns))}
    # A name that starts with a digit is never a score's, an input's own name may be.
    kept = {name: f"0_{i}" for i, name in enumerate(sorted(wanted))}
    scored = definition.expression(table, {new: old for old, new in kept.items()})
    statistics: dict[str, Any] = {"n_customers": scored.count()}
    for name in _FACTS:
        if name in kept and table[name].type().is_numeric():
            statistics |= _facts(name, measured(scored[kept[name]]))
    flags = definition.borders(scored, kept)
    statistics |= {f"near_{name}": _count(flag) for name, flag in flags.items()}
    if flags:
        statistics["n_near"] = _count(functools.reduce(operator.or_, flags.values()))
    for name, n_levels in definition.levels().items():
        for level in range(1, n_levels + 1):
            statistics[f"level_{level}_{name}"] = _count(scored[name] == level)
    found = fetch(scored.group_by("segment").aggregate(**statistics), function)
    return _measures(definition, {row["segment"]: row for row in found}, list(flags))


def _facts(name: str, column: Any) -> dict[str, Any]:
    found = {f"sum_{name}": column.sum(), f"mean_{name}": column.mean()}
    if name == "revenue":
        amount = column.cast("float64")
        found["squares_revenue"] = (amount * amount).sum()
    if name == "recency_days":
        found["median_recency_days"] = column.median().cast("float64")
    return found


def _count(flag: Any) -> Any:
    return ibis.cases((flag, 1), else_=0).sum()


def _measures(
    definition: Definition, found: Mapping[str, Mapping[str, Any]], near: list[str]
) -> Measures:
    def total(key: str) -> int:
        return sum(int(row[key] or 0) for row in found.values())

    n_customers = total("n_customers") if found else 0
    levels = {
        (name, level): total(f"level_{level}_{name}")
        for name, n_levels in definition.levels().items()
        for level in range(1, n_levels + 1)
    }
    return Measures(
        counts=_counts([segment.id for segment in definition.segments], found, n_customers),
        levels=levels,
        near={name: total(f"near_{name}") for name in near},
        n_near=total("n_near") if near else 0,
        n_customers=n_customers,
        n_unclassified=int(found.get(UNCLASSIFIED, {}).get("n_customers", 0)),
    )


def _counts(
    ids: list[str], found: Mapping[str, Mapping[str, Any]], n_customers: int
) -> pd.DataFrame:
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
