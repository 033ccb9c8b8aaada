"""Customers in the two groups of a campaign."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

_NEEDED = ("customer_id", "is_control")


def count_arms(table: ir.Table) -> tuple[int, int]:
    """Count the customers of a campaign who were held out, and those who were not.

    A customer has a row for each contact, so that rows say nothing of the size of a group. Of
    several campaigns the one counts whose smaller group is the largest: an effect is measured
    within one campaign. Who is in both groups of it is in neither.

    Parameters
    ----------
    table : ibis.Table
        Canonical campaigns; without ``is_control`` as a flag both counts are 0.

    Returns
    -------
    tuple of int
        Customers held out, and not held out.
    """
    if not set(_NEEDED) <= set(table.columns):
        return 0, 0
    flag: Any = table.is_control
    if not (flag.type().is_boolean() or flag.type().is_integer()):
        return 0, 0
    campaign = table.campaign if "campaign" in table.columns else ibis.literal("")
    rows = table.select("customer_id", campaign=campaign, held=flag.cast("int64"))
    rows = rows.filter(rows.customer_id.notnull(), rows.held.isin([0, 1]))
    people = rows.group_by("campaign", "customer_id").agg(low=rows.held.min(), high=rows.held.max())
    arms = people.group_by("campaign").agg(
        held=people.count(where=people.low == 1), free=people.count(where=people.high == 0)
    )
    smaller = ibis.least(arms.held, arms.free)
    order = [smaller.desc(), (arms.held + arms.free).desc(), arms.held.desc()]
    best = arms.order_by(order).limit(1).select("held", "free").to_pyarrow().to_pylist()
    return (int(best[0]["held"]), int(best[0]["free"])) if best else (0, 0)
