"""The customer base in a handful of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

import ibis.expr.types as ir

from segkit.checks import check_columns, check_number
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError
from segkit.i18n import _, count_days, format_money, format_number, format_percent, format_period
from segkit.uncertainty import Share, share_of_count
from segkit.value.shares import share_of_value
from segkit.value.words import count_customers, count_orders

_NEEDED = (
    "customer_id", "n_days", "n_orders", "revenue", "recency_days", "first_purchase",
    "last_purchase",
)  # fmt: skip


@dataclass(frozen=True)
class CustomerBase:
    """How large, how loyal and how quiet a customer base is; see :func:`describe_customers`."""

    n_customers: int
    n_orders: int
    revenue: float
    first_purchase: date
    last_purchase: date
    last_joined: date
    as_of: date
    silent_days: int
    median_recency_days: float
    one_time: Share
    one_time_revenue: Share
    silent: Share
    n_slipping: int
    slipping_revenue: float

    @property
    def repeat_share(self) -> float:
        """The share of customers who bought on two days or more."""
        return 1 - self.one_time.value

    @property
    def span_days(self) -> int:
        """Days from the first purchase of all to ``as_of``."""
        return (self.as_of - self.first_purchase).days

    @property
    def period(self) -> str:
        """The span of the purchases as a reader writes it."""
        return format_period(self.first_purchase, self.last_purchase)

    def summary(self) -> str:
        """Say the base in one sentence."""
        return _("{orders} of {customers}, worth {revenue}; {repeat} bought again.").format(
            orders=count_orders(self.n_orders),
            customers=count_customers(self.n_customers),
            revenue=format_money(self.revenue),
            repeat=format_percent(self.repeat_share),
        )

    def __repr__(self) -> str:
        """Show the sentence and name the next step."""
        return f"{self.summary()}\nNext: score_rfm(customers)"

    def _repr_html_(self) -> str:
        rows = [
            (_("Customers"), format_number(self.n_customers)),
            (_("Orders"), format_number(self.n_orders)),
            (_("Revenue"), format_money(self.revenue)),
            (_("First to last purchase"), self.period),
            (_("Bought again"), format_percent(self.repeat_share)),
            (
                _("Silent for over {span}").format(span=count_days(self.silent_days)),
                self.silent.text,
            ),
        ]
        cells = (
            f'<tr><th style="text-align:left">{escape(head)}</th><td>{escape(text)}</td></tr>'
            for head, text in rows
        )
        return f"<table><tbody>{''.join(cells)}</tbody></table>"


def describe_customers(customers: Frame, *, silent_days: int = 365) -> CustomerBase:
    r"""Describe a customer base in a handful of numbers, each share with its interval.

    Use it before any segmentation: it tells whether there is enough history and repeat
    business for what is to come.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, from ``summarize_customers``.
    silent_days : int
        A customer without a purchase for more than so many days counts as silent.

    Returns
    -------
    CustomerBase
        Counts, revenue, dates; shares of one-time buyers (one purchase day) and of silent
        customers; ``n_slipping`` and ``slipping_revenue``: silent customers who bought on
        two days or more and spent more than the mean.

    Raises
    ------
    DataError
        If columns are missing or there is no customer.

    Examples
    --------
    >>> from segkit.collect import load_dataset
    >>> from segkit.customers import summarize_customers
    >>> describe_customers(summarize_customers(load_dataset("cdnow")))
    69,659 orders of 23,570 customers, worth $2,500,316; 48.9\u202f% bought again.
    Next: score_rfm(customers)
    """
    check_number("describe_customers", "silent_days", silent_days, low=1, whole=True, unit="days")
    table = as_ibis(customers, function="describe_customers", argument="customers")
    check_columns("describe_customers", table.columns, _NEEDED)
    counts = table.agg(
        n=table.count(),
        orders=table.n_orders.sum(),
        revenue=table.revenue.sum(),
        mean=table.revenue.mean(),
        first=table.first_purchase.min(),
        last=table.last_purchase.max(),
        joined=table.first_purchase.max(),
        youngest=table.recency_days.min(),
        median=table.recency_days.median(),
        one_time=(table.n_days == 1).sum(),
        silent=(table.recency_days > silent_days).sum(),
    )
    found = counts.to_pyarrow().to_pylist()[0]
    if not found["n"]:
        raise DataError("describe_customers: customers must have at least one row; got none.")
    first, last, joined = (_day(found[name]) for name in ("first", "last", "joined"))
    n_slipping, slipping_revenue = _slipping(table, silent_days, found["mean"])
    return CustomerBase(
        n_customers=found["n"],
        n_orders=int(found["orders"]),
        revenue=float(found["revenue"]),
        first_purchase=first,
        last_purchase=last,
        last_joined=joined,
        as_of=last + timedelta(days=int(found["youngest"])),
        silent_days=silent_days,
        median_recency_days=float(found["median"]),
        one_time=share_of_count(int(found["one_time"]), found["n"]),
        one_time_revenue=share_of_value(table, lambda t: t.n_days == 1),
        silent=share_of_count(int(found["silent"]), found["n"]),
        n_slipping=n_slipping,
        slipping_revenue=slipping_revenue,
    )


def _day(value: date) -> date:
    """Engines give dates, or midnights of them."""
    return value if type(value) is date else value.date()  # type: ignore[attr-defined]


def _slipping(table: ir.Table, silent_days: int, mean_revenue: float) -> tuple[int, float]:
    slipping = table.filter(
        table.recency_days > silent_days, table.n_days >= 2, table.revenue > mean_revenue
    )
    totals = slipping.agg(n=slipping.count(), revenue=slipping.revenue.sum().fill_null(0.0))
    found = totals.to_pyarrow().to_pylist()[0]
    return int(found["n"]), float(found["revenue"])
