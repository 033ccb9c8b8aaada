"""Cut transactions at a day: what was known by then, and what came after.

Purchases of one customer on one day are one purchase. Only customers whose first purchase
lies in the calibration period are followed. Everything is counted in the engine; what
comes to Python are distinct histories and numbers per day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.clv.arrays import Array
from segkit.clv.once import computed_once
from segkit.clv.patterns import HISTORY, Patterns
from segkit.collect.frames import Frame, as_ibis
from segkit.customers import summarize_customers
from segkit.errors import DataError
from segkit.schema import TRANSACTIONS, names


@dataclass(frozen=True)
class Split:
    """Calibration and holdout side by side.

    Attributes
    ----------
    customers : Ibis table
        Customer summary as of the last day of calibration; valid inside the block only.
    summary : Ibis table
        The same, computed anew by each question and valid as long as the transactions.
    histories : pandas.DataFrame
        Distinct ``frequency, recency, T, later`` (purchase days in the holdout) with
        ``weight`` (customers) and ``later_spend`` (currency, sum).
    cohorts : pandas.DataFrame
        ``day`` of the first purchase (days since the first in the data), ``n`` customers.
    repeats : pandas.DataFrame
        ``day`` (counted likewise), ``n`` repeat purchases on it, calibration and holdout.
    first_day, calibration_end, holdout_end, last_day : date
        ``last_day`` is the last purchase in the data up to ``holdout_end``.
    """

    customers: ir.Table
    summary: ir.Table
    histories: pd.DataFrame
    cohorts: pd.DataFrame
    repeats: pd.DataFrame
    first_day: date
    calibration_end: date
    holdout_end: date
    last_day: date

    @property
    def holdout_days(self) -> int:
        """Days after calibration, up to and with the last."""
        return (self.holdout_end - self.calibration_end).days

    @property
    def calibration_days(self) -> int:
        """Days from the first purchase to the end of calibration, both counted."""
        return (self.calibration_end - self.first_day).days + 1

    @property
    def patterns(self) -> Patterns:
        """Distinct calibration histories."""
        sums = self.histories.groupby(list(HISTORY), as_index=False)["weight"].sum()
        return Patterns(*(sums[name].to_numpy(float) for name in (*HISTORY, "weight")))


@contextmanager
def split_orders(
    orders: Frame, *, calibration_end: date, holdout_end: date, function: str
) -> Iterator[Split]:
    """Cut transactions after ``calibration_end`` and follow its customers to ``holdout_end``.

    Several questions are asked of the customers and of their days, so inside the ``with``
    block both are computed once, unless they lie in an engine that may be larger than this
    machine.
    """
    table = as_ibis(orders, function=function, argument="orders")
    # The summary checks the columns, so that errors about them read the same everywhere.
    summary = summarize_customers(table, as_of=calibration_end)
    with computed_once(summary, _customer_days(table, holdout_end)) as (known, days):
        yield _split(known, days, summary, calibration_end, holdout_end, function)


def _split(
    known: ir.Table,
    days: ir.Table,
    summary: ir.Table,
    calibration_end: date,
    holdout_end: date,
    function: str,
) -> Split:
    bounds = days.agg(first=days.day.min(), last=days.day.max()).execute().iloc[0]
    first, last = _checked_span(function, bounds["first"], bounds["last"], calibration_end)
    histories = _histories(known, days, calibration_end)
    cohorts = _per_day(known.mutate(day=known.first_purchase), first)
    followed = days.semi_join(known, "customer_id")
    return Split(
        customers=known,
        summary=summary,
        histories=histories,
        cohorts=cohorts,
        repeats=_without(_per_day(followed, first), cohorts),
        first_day=first,
        calibration_end=calibration_end,
        holdout_end=holdout_end,
        last_day=last,
    )


def purchase_span(orders: Frame, *, function: str) -> tuple[date, date]:
    """Find the days of the first and of the last purchase of all customers that are known."""
    table = as_ibis(orders, function=function, argument="orders")
    check_columns(function, table.columns, names(TRANSACTIONS, required=True))
    table = table.filter(table.customer_id.notnull())
    span = table.agg(first=table.ordered_at.min(), last=table.ordered_at.max()).execute().iloc[0]
    if pd.isna(span["first"]):
        fail(function, "orders", "a table with purchases", "no rows", error=DataError)
    return pd.Timestamp(span["first"]).date(), pd.Timestamp(span["last"]).date()


def _customer_days(orders: ir.Table, until: date) -> ir.Table:
    table = orders.mutate(day=orders.ordered_at.date())
    table = table.filter(
        table.customer_id.notnull(), table.day.notnull(), table.day <= ibis.literal(until)
    )
    return table.group_by("customer_id", "day").agg(amount=table.amount.cast("float64").sum())


def _histories(known: ir.Table, days: ir.Table, cut: date) -> pd.DataFrame:
    after = days.filter(days.day > ibis.literal(cut))
    later = after.group_by(after_id=after.customer_id).agg(
        later=after.count(), later_spend=after.amount.sum()
    )
    both = known.left_join(later, known.customer_id == later.after_id)
    columns = {name: both[name].cast("float64") for name in HISTORY}
    both = both.select(
        **columns,
        later=both.later.fill_null(0).cast("float64"),
        later_spend=both.later_spend.fill_null(0.0),
    )
    counts = both.group_by(*HISTORY, "later").agg(
        weight=both.count().cast("float64"), later_spend=both.later_spend.sum()
    )
    return counts.execute().sort_values([*HISTORY, "later"], ignore_index=True)


def _per_day(table: ir.Table, first: date) -> pd.DataFrame:
    counts = table.group_by(date=table.day).agg(n=table.count()).execute()
    since = pd.to_datetime(counts["date"]) - pd.Timestamp(first)
    return pd.DataFrame({"day": since.dt.days, "n": counts["n"].astype(float)}).sort_values(
        "day", ignore_index=True
    )


def _without(all_days: pd.DataFrame, first_days: pd.DataFrame) -> pd.DataFrame:
    """Purchases that are nobody's first, by day."""
    both = all_days.merge(first_days, on="day", how="left", suffixes=("", "_first"))
    return pd.DataFrame({"day": both["day"], "n": both["n"] - both["n_first"].fillna(0.0)})


def _checked_span(function: str, first: Any, last: Any, cut: date) -> tuple[date, date]:
    if pd.isna(first):
        fail(function, "orders", "a table with purchases", "no rows", error=DataError)
    first, last = pd.Timestamp(first).date(), pd.Timestamp(last).date()
    if first > cut:
        rule = "a day with purchases up to it"
        got = f"{cut}, before the first purchase on {first}"
        fail(function, "calibration_end", rule, got, "Take a later day.", error=DataError)
    if last <= cut:
        rule = "before the last purchase in the data"
        got = f"{cut}, with the last purchase on {last}"
        fail(function, "calibration_end", rule, got, "Take an earlier day.", error=DataError)
    return first, last


def weekly(split: Split) -> tuple[Array, Array]:
    """Days (since the first) at which weeks end, the last being the end of the holdout.

    Returns the weeks' ends and the cumulative actual repeat purchases by then.
    """
    last = split.calibration_days + split.holdout_days - 1
    ends = np.arange(6, last + 1, 7)
    if not ends.size or ends[-1] < last:
        ends = np.append(ends, last)
    upto = np.searchsorted(split.repeats["day"].to_numpy(), ends, side="right")
    total = np.concatenate([[0.0], split.repeats["n"].cumsum().to_numpy()])
    return ends, total[upto]
