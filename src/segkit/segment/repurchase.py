"""Who bought again: an outcome that any list of purchases tells, followed equally long for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from segkit.customers import day_of, is_purchase
from segkit.features.gathering import GatheredCustomers

#: Lengths of time after the first purchase, in days; one of them is chosen.
WINDOWS = (30, 60, 90, 180)
#: With fewer customers a tree has nothing to be tested on.
FEWEST_FOLLOWED = 100
#: Fewer customers of either kind tell nothing of them.
_FEWEST_OF_KIND = 20


@dataclass(frozen=True, eq=False)
class Repurchase:
    """Who came back within ``within_days`` of the first purchase.

    ``table`` has ``customer_id``, ``first_purchase`` and ``bought_again``, of those customers
    whose first purchase is that long ago.
    """

    table: ir.Table
    within_days: int
    n_followed: int
    n_again: int


def bought_again(gathered: GatheredCustomers) -> Repurchase | None:
    """Tell who bought again within some days of the first purchase; None where it cannot be told.

    Everybody is followed for the same time, so that who came late is not taken for somebody who
    stayed away; returns are no purchases. Of 30, 60, 90 and 180 days those are taken within
    which nearest to half of the customers came back: what nearly all or nearly none do cannot be
    learnt. What is known of the customers has no part in that choice.
    """
    if gathered.orders is None or gathered.as_of is None:
        return None
    gaps = _gaps(gathered.orders)
    counts = {days: _count(gaps, days, gathered.as_of) for days in WINDOWS}
    fit = {
        days: (n, again)
        for days, (n, again) in counts.items()
        if n >= FEWEST_FOLLOWED and min(again, n - again) >= _FEWEST_OF_KIND
    }
    if not fit:
        return None
    days = min(fit, key=lambda one: (abs(fit[one][1] / fit[one][0] - 0.5), one))
    followed = _followed(gaps, days, gathered.as_of)
    known = followed.select(
        "customer_id", "first_purchase", bought_again=(followed.gap <= days).fill_null(False)
    )
    return Repurchase(known, days, *fit[days])


def _gaps(orders: ir.Table) -> ir.Table:
    """Give each buyer's first day and the days to the second; null without one."""
    bought = orders.filter(is_purchase(orders), orders.customer_id.notnull())
    bought = bought.select("customer_id", day=day_of(bought.ordered_at))
    first = bought.group_by("customer_id").agg(first_purchase=bought.day.min())
    later = bought.join(first, "customer_id")
    later = later.filter(later.day > later.first_purchase)
    second = later.group_by("customer_id").agg(second_purchase=later.day.min())
    both = first.left_join(second, "customer_id")
    gap = both.second_purchase.delta(both.first_purchase, unit="day")
    return both.select("customer_id", "first_purchase", gap=gap)


def _followed(gaps: ir.Table, days: int, as_of: date) -> ir.Table:
    return gaps.filter(gaps.first_purchase <= ibis.literal(as_of - timedelta(days=days)))


def _count(gaps: ir.Table, days: int, as_of: date) -> tuple[int, int]:
    followed = _followed(gaps, days, as_of)
    counts = followed.aggregate(
        n=followed.count(), again=followed.count(where=followed.gap <= days)
    )
    row = counts.to_pyarrow().to_pylist()[0]
    return int(row["n"]), int(row["again"])
