"""Transactions to one row per customer: the heart of the kit, in Ibis only."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, check_date, fail
from segkit.collect.frames import Frame, as_ibis, kind_of, like
from segkit.errors import DataError
from segkit.schema import CUSTOMER_SUMMARY, TRANSACTIONS, names

_WHO = "summarize_customers"
_UNITS = ("day", "week", "month")


def summarize_customers(
    orders: Frame, *, as_of: date | str | None = None, time_unit: str = "day"
) -> Frame:
    """Summarize transactions into one row per customer.

    Every segmentation, grade and forecast of segkit starts from this table. It is one
    expression without a window function, computed where the data lies: DuckDB for files
    and frames, the user's own engine for an Ibis table.

    Parameters
    ----------
    orders : pandas, polars, pyarrow or Ibis table
        Canonical transactions: ``customer_id``, ``ordered_at``, ``amount`` and, when there
        is one, ``order_id``. Missing values are refused by ``read_transactions``; here a
        row without customer or date does not count. A missing amount adds nothing; who has no
        other has no revenue: it is missing, not 0.
        A row with a negative amount is a return: it lowers ``revenue``, but it is no
        purchase, no order and no purchase day. A free order is a purchase.
    as_of : date or str, optional
        The day the table describes. Later purchases are not known on that day and do not
        count. Default: the day of the last purchase.
    time_unit : {"day", "week", "month"}
        Purchases of one customer within one unit are one purchase occasion for
        ``frequency``, ``recency``, ``T`` and ``monetary_value``. The literature on CDNOW
        uses days. Whatever the unit, ``recency`` and ``T`` are counted in days.

    Returns
    -------
    table of the kind of ``orders``, lazy for Ibis
        ================ ======= ======== ==================================================
        name             dtype   unit     meaning
        ================ ======= ======== ==================================================
        customer_id      as in            who bought; rows are sorted by it (not in Ibis)
        first_purchase   date             day of the first purchase
        last_purchase    date             day of the last purchase
        n_orders         int64   orders   distinct ``order_id`` a day, else rows
        n_days           int64   days     days with at least one purchase
        revenue          float64 currency sum of amounts, returns taken off
        recency_days     int64   days     from the last purchase to ``as_of``
        mean_order_value float64 currency ``revenue / n_orders``
        frequency        int64   units    repeat purchase occasions
        recency          int64   days     from the first to the last occasion
        T                int64   days     from the first occasion to ``as_of``
        monetary_value   float64 currency mean spend of a repeat occasion; 0 without one
        ================ ======= ======== ==================================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or there is no purchase up to ``as_of``.
    ArgumentError
        If ``as_of`` is no date or ``time_unit`` unknown.

    References
    ----------
    The counting of ``frequency``, ``recency`` and ``T`` follows Fader, Hardie & Lee (2005),
    "Counting Your Customers" the Easy Way, Marketing Science 24(2), section 2; the spend
    without the first purchase follows Fader & Hardie (2013), The Gamma-Gamma Model.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-05"]),
    ...     "amount": [10.0, 30.0, 5.0],
    ... })
    >>> summarize_customers(orders)[["customer_id", "n_days", "revenue", "recency_days"]]
      customer_id  n_days  revenue  recency_days
    0           a       2     40.0             0
    1           b       1      5.0             6
    """
    check_choice(_WHO, "time_unit", time_unit, _UNITS)
    table = _checked(orders)
    if as_of is not None:
        as_of = check_date(_WHO, "as_of", as_of)
    customers = customer_expression(table, as_of=as_of, time_unit=time_unit)
    if kind_of(orders) == "ibis":
        return customers
    return like(_not_empty(customers, as_of).order_by("customer_id"), orders)


def customer_expression(
    orders: ir.Table, *, as_of: date | None = None, time_unit: str = "day"
) -> ir.Table:
    """Build the Ibis expression behind :func:`summarize_customers`.

    A customer's purchases are first put together by day, so that the second step needs
    no distinct count and no window: first, last, sum and the earliest day's amount give
    every column, and the mean without the first occasion is ``(sum - first) / (n - 1)``.
    """
    today: Any = _day_of_last_purchase(orders) if as_of is None else ibis.literal(as_of)
    day = _by_day(orders, as_of)
    spans = day if time_unit == "day" else _by_unit(day, time_unit)
    totals = spans.group_by("customer_id").agg(
        first_purchase=spans.first_day.min(),
        last_purchase=spans.last_day.max(),
        first_unit=spans.unit.min(),
        last_unit=spans.unit.max(),
        n_units=spans.unit.count(),
        n_days=spans.n_days.sum(),
        n_orders=spans.n_orders.sum(),
        revenue=spans.amount.sum(),
        first_amount=spans.amount.argmin(spans.unit),
    )
    # Who only sent back what was bought before these data begin bought nothing in them.
    totals = totals.filter(totals.n_units > 0)
    repeats = totals.n_units - 1
    return totals.mutate(
        recency_days=_days(totals.last_purchase, today),
        mean_order_value=totals.revenue / totals.n_orders,
        frequency=repeats,
        recency=_days(totals.first_unit, totals.last_unit),
        T=_days(totals.first_unit, today),
        monetary_value=ibis.ifelse(
            repeats > 0, (totals.revenue - totals.first_amount) / repeats.nullif(0), 0.0
        ),
    ).select(names(CUSTOMER_SUMMARY))


def _by_day(orders: ir.Table, as_of: date | None) -> ir.Table:
    known = orders.mutate(day=day_of(orders.ordered_at))
    known = known.filter(known.customer_id.notnull(), known.day.notnull())
    if as_of is not None:
        known = known.filter(known.day <= ibis.literal(as_of))
    bought = is_purchase(known)
    n_orders = known.count(where=bought)
    if "order_id" in known.columns:
        # An order belongs to one day, so distinct orders a day add up to distinct orders; a
        # row without an order number is an order of its own, as it is where there are none.
        unnumbered = known.count(where=bought & known.order_id.isnull())
        n_orders = known.order_id.nunique(where=bought) + unnumbered
    days = known.group_by("customer_id", "day").agg(
        amount=known.amount.cast("float64").sum(), n_orders=n_orders
    )
    # A day of returns alone has its amount, but is no day on which somebody bought.
    day = ibis.ifelse(days.n_orders > 0, days.day, ibis.null("date"))
    return days.mutate(unit=day, first_day=day, last_day=day, n_days=_one_if(day.notnull()))


def is_purchase(orders: ir.Table) -> ir.BooleanValue:
    """Tell which rows are purchases: all but returns, which have a negative amount."""
    return (orders.amount >= 0).fill_null(True)


def day_of(moment: Any) -> Any:
    """Give the day of a moment; tables of polars and Arrow often hold days to begin with."""
    return moment if moment.type().is_date() else moment.date()


def _one_if(condition: Any) -> Any:
    return ibis.ifelse(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _by_unit(days: ir.Table, time_unit: str) -> ir.Table:
    unit = days.unit.truncate("W" if time_unit == "week" else "M")
    return days.group_by(customer_id=days.customer_id, unit=unit).agg(
        amount=days.amount.sum(),
        n_orders=days.n_orders.sum(),
        n_days=days.n_days.sum(),
        first_day=days.first_day.min(),
        last_day=days.last_day.max(),
    )


def _day_of_last_purchase(orders: ir.Table) -> Any:
    known = orders.filter(orders.customer_id.notnull(), is_purchase(orders))
    return known.agg(today=day_of(known.ordered_at.max())).as_scalar()


def _days(start: Any, end: Any) -> Any:
    return end.delta(start, unit="day").cast("int64")


def _checked(orders: Frame) -> ir.Table:
    table = as_ibis(orders, function=_WHO, argument="orders")
    remedy = "Rename columns, or map them with read_transactions(..., columns={...})."
    check_columns(_WHO, table.columns, names(TRANSACTIONS, required=True), remedy=remedy)
    ordered_at, amount = table.ordered_at.type(), table.amount.type()
    if getattr(ordered_at, "timezone", None):
        rule = "a date column in local time"
        remedy = "Convert it to the shop's own time and drop the zone."
        fail(_WHO, "ordered_at", rule, str(ordered_at), remedy, error=DataError)
    if not ordered_at.is_temporal():
        remedy = "read_transactions turns text into dates."
        fail(_WHO, "ordered_at", "a date column", str(ordered_at), remedy, error=DataError)
    if not amount.is_numeric():
        remedy = "read_transactions turns text into numbers."
        fail(_WHO, "amount", "a number column", str(amount), remedy, error=DataError)
    return table


def _not_empty(customers: ir.Table, as_of: date | None) -> ir.Table:
    if customers.limit(1).count().execute():
        return customers
    until = "" if as_of is None else f" up to {as_of}"
    fail(_WHO, "orders", f"a table with purchases{until}", "no rows", error=DataError)
