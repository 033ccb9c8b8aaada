"""Frequency and mean spend of repeat customers, as few rows as the spend model needs.

Prices in steps give many customers the same pair, which are counted; spend to the cent gives
nearly every customer a pair of their own, and then a sample is taken in the engine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.clv.arrays import Array
from segkit.clv.once import computed_once
from segkit.clv.patterns import count_distinct

#: More distinct pairs than this stay in the engine.
MOST_ROWS = 50_000
_BOTH = ("frequency", "monetary_value")


@dataclass(frozen=True)
class Pairs:
    """Repeat customers with positive spend: pairs with weights, and sums over all of them.

    Attributes
    ----------
    x, spend, weights : arrays
        Frequency, mean spend of a repeat purchase day (currency), customers.
    n_customers, n_unspent : int
        Customers behind the weights; repeat customers whose spend is zero or below.
    mean, correlation : float
        Spend per repeat purchase day (currency), and Pearson's correlation of both columns,
        always of all customers.
    n_sample : int
        Customers in the sample; 0 where the pairs are those of all.
    """

    x: Array
    spend: Array
    weights: Array
    n_customers: int
    n_unspent: int
    mean: float
    correlation: float
    n_sample: int = 0

    @classmethod
    def of(cls, repeat: ir.Table, function: str) -> Pairs:
        """Take repeat customers as few rows; see the class."""
        with computed_once(repeat.select(*_BOTH)) as (pairs,):
            n = int(pairs.count().execute())
            if n <= MOST_ROWS or int(pairs.distinct().count().execute()) <= MOST_ROWS:
                return _counted(count_distinct(pairs, _BOTH, function=function))
            return _sampled(pairs, n, function)


def _counted(rows: pd.DataFrame) -> Pairs:
    paid = rows[rows["monetary_value"] > 0]
    x, spend, weights = (paid[name].to_numpy() for name in (*_BOTH, "weight"))
    people = weights.sum()
    return Pairs(
        x=x,
        spend=spend,
        weights=weights,
        n_customers=int(people),
        n_unspent=int(rows["weight"].sum() - people),
        mean=float((weights * x * spend).sum() / (weights * x).sum()) if people else math.nan,
        correlation=_correlation(x, spend, weights) if people else 0.0,
    )


def _correlation(x: Array, y: Array, weights: Array) -> float:
    dx, dy = x - np.average(x, weights=weights), y - np.average(y, weights=weights)
    spread = np.sqrt((weights * dx**2).sum() * (weights * dy**2).sum())
    return float((weights * dx * dy).sum() / spread) if spread > 0 else 0.0


def _sampled(pairs: ir.Table, n_repeat: int, function: str) -> Pairs:
    """Sample evenly over both columns, and sum over all customers, in the engine.

    Neighbours in the order of both are alike, so such a sample misses far less than one at
    random would. Weights add up to all customers.
    """
    both = pairs.select(**{name: pairs[name].cast("float64") for name in _BOTH})
    paid = both.filter(both.monetary_value > 0)
    sums = _one(paid.agg(n=paid.count(), x=paid.frequency.mean(), y=paid.monetary_value.mean()))
    n = int(sums["n"])
    every = max(1, math.ceil(n / MOST_ROWS))
    few = count_distinct(_every(paid, every), _BOTH, function=function)
    weights = few["weight"].to_numpy()
    n_sample = int(weights.sum())
    if not n_sample:  # repeat customers enough, but none with positive spend
        return replace(_counted(few), n_unspent=n_repeat)
    moments = _one(_moments(paid, sums["x"], sums["y"]))
    spread = math.sqrt(moments["xx"] * moments["yy"])
    return Pairs(
        x=few["frequency"].to_numpy(),
        spend=few["monetary_value"].to_numpy(),
        weights=weights * (n / n_sample),
        n_customers=n,
        n_unspent=n_repeat - n,
        mean=float(moments["total"] / (n * sums["x"])),
        correlation=float(moments["xy"] / spread) if spread > 0 else 0.0,
        n_sample=n_sample if every > 1 else 0,
    )


def _every(paid: ir.Table, every: int) -> ir.Table:
    """Take one customer of each ``every`` neighbours, at places that take turns.

    Spend rises over one frequency and falls over the next, so that neighbours are alike
    across frequencies too; steps of the golden section visit all places evenly, where the
    middle of each would miss the extremes.
    """
    spend, odd = paid.monetary_value, paid.frequency % 2 == 1
    order = [paid.frequency, ibis.ifelse(odd, spend, -spend)]
    ranked = paid.mutate(rank=ibis.row_number().over(order_by=order))
    step = max(1, round(every * (math.sqrt(5) - 1) / 2))
    while math.gcd(step, every) > 1:
        step += 1
    place = (ranked["rank"] // every * step) % every
    return ranked.filter(ranked["rank"] % every == place)


def _moments(paid: ir.Table, x: float, y: float) -> ir.Table:
    """Sums around the means, which keep the digits that plain sums of squares lose."""
    dx, dy = paid.frequency - float(x), paid.monetary_value - float(y)
    return paid.agg(
        xx=(dx * dx).sum(),
        yy=(dy * dy).sum(),
        xy=(dx * dy).sum(),
        total=(paid.frequency * paid.monetary_value).sum(),
    )


def _one(table: ir.Table) -> dict[str, Any]:
    return dict(table.execute().iloc[0])
