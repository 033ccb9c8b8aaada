"""Predict who buys again soon: learnt and tested on customers as they stood before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_date, check_number, fail
from segkit.collect.frames import Frame, as_ibis, discard, fetch, kind_of, like, materialize
from segkit.customers import day_of, is_purchase, summarize_customers
from segkit.errors import DataError
from segkit.i18n import _, count_days, format_date, format_number, ngettext
from segkit.schemes.score import in_both
from segkit.segment.missing import Missing
from segkit.segment.result import assign_segments
from segkit.segment.trees.definition import TreeDefinition
from segkit.segment.trees.leaves import with_shares
from segkit.segment.trees.model import TreeModel
from segkit.segment.trees.outlook import NextPurchase
from segkit.segment.trees.predict import fit_tree

_WHO = "predict_next_purchase"
#: What a customer has done up to a day, as ``summarize_customers`` tells it.
FEATURES = ("recency_days", "n_days", "revenue", "mean_order_value", "T")
OUTCOME = "bought_again"
_ASKED = ("customer_id", "ordered_at", "amount", "order_id")
#: House rule: buyers, and others, that each of the two windows must have.
FEWEST = 30
#: Two windows, and as much history before them for customers to be told apart by.
_WINDOWS = 3


def predict_next_purchase(
    orders: Frame,
    *,
    as_of: date | str | None = None,
    days: int = 90,
    max_depth: int = 3,
    random_state: int = 0,
) -> NextPurchase | Missing:
    """Predict which customers buy within the next days, by a few rules in words.

    Use it to choose whom an offer is for, and to know how many would buy anyway. A tree learns
    from customers as they stood two windows before the end who of them bought in the window
    that followed; it is tested on customers as they stood one window before the end, and then
    applied to those of today.

    Parameters
    ----------
    orders : pandas, polars, pyarrow or Ibis table
        Canonical transactions: ``customer_id``, ``ordered_at``, ``amount``. Returns, which
        have a negative amount, are no purchases.
    as_of : date or str, optional
        Today; later purchases do not count. Default: the day of the last purchase, and no later
        day is taken: days without data would count as days on which nobody bought.
    days : int
        Length of a window, days, 1 to 3650.
    max_depth : int
        Most questions on the way to a rule, 1 to 8.
    random_state : int
        Of the parts of the customers on whom the tree is pruned and calibrated.

    Returns
    -------
    NextPurchase or Missing
        ``model`` (a :class:`TreeModel`), ``today`` (a :class:`Segmentation`) and ``table``;
        Missing, with the reason, where the history is shorter than three windows or a window
        has fewer than 30 customers who bought or who did not.

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or there is no purchase.
    ArgumentError
        If another argument is outside its rule.

    Notes
    -----
    A customer's days since the first purchase are left out where nearly all have more of
    them by the test than anybody had in training: they would tell the calendar.

    Examples
    --------
    >>> import segkit as sk
    >>> outlook = predict_next_purchase(sk.load_dataset("cdnow_sample"), days=90)
    >>> outlook.learnt_as_of, outlook.tested_as_of, outlook.as_of
    (datetime.date(1998, 1, 1), datetime.date(1998, 4, 1), datetime.date(1998, 6, 30))
    >>> bool((outlook.table["buyers_low"] <= outlook.table["buyers"]).all())
    True
    """
    days = int(check_number(_WHO, "days", days, low=1, high=3650, whole=True, unit="days"))
    until = None if as_of is None else check_date(_WHO, "as_of", as_of)
    table = as_ibis(orders, function=_WHO, argument="orders")
    summarize_customers(table)  # names columns that are missing or of the wrong type
    with _at_hand(table) as held:
        return _predict(
            held, orders, until, days, {"max_depth": max_depth, "random_state": random_state}
        )


@contextmanager
def _at_hand(table: ir.Table) -> Iterator[ir.Table]:
    """Keep what is asked for several times at hand where DuckDB computes; drop it in the end."""
    wanted = [name for name in _ASKED if name in table.columns]
    slim = table.select(*wanted)
    if slim.get_backend().name != "duckdb":
        yield slim
        return
    held = materialize(slim)
    try:
        yield held
    finally:
        discard(held)


def _predict(
    table: ir.Table, orders: Frame, until: date | None, days: int, settings: dict[str, Any]
) -> NextPurchase | Missing:
    """Learn, test and apply; customers of today come in the kind of ``orders``."""
    first, last = _span(table, until)
    today, window = last, timedelta(days=days)
    if today - _WINDOWS * window < first:
        return _too_short(days, (today - first).days)
    dates = (today - 2 * window, today - window)
    learnt, tested = (_stood(table, day, day + window) for day in dates)
    for customers, day in zip((learnt, tested), dates, strict=True):
        if not _are_enough(customers):
            return _too_few(customers, day, days)
    model = fit_tree(learnt, OUTCOME, test=tested, **settings)
    # Before the window began, nothing of it was known: no feature can have leaked.
    model = replace(model, leaks=())
    counts = _by_leaf(model, tested)
    definition = _as_tested(model, counts, days)
    now = summarize_customers(table, as_of=today)
    mine = materialize(now) if kind_of(orders) == "ibis" else like(now, orders)
    return NextPurchase(
        model=model,
        today=assign_segments(mine, definition, function=_WHO),
        days=days,
        learnt_as_of=dates[0],
        tested_as_of=dates[1],
        as_of=today,
        _counts=counts,
    )


def _as_tested(model: TreeModel, counts: pd.DataFrame, days: int) -> TreeDefinition:
    """Give each rule the share that bought in the test, which is the later window."""
    found = counts["n_bought"] / counts["n_tested"]
    shares = {
        leaf: round(float(found.get(segment, model.definition.probabilities[leaf])), 6)
        for leaf, segment in model.definition.leaves.items()
    }
    return with_shares(
        model.definition,
        shares,
        model.sample.test_rate,
        name="next_purchase",
        title=in_both(lambda: _("Who buys within {span}").format(span=count_days(days))),
    )


def _span(table: ir.Table, until: date | None) -> tuple[date, date]:
    """Give the days of the first and the last purchase."""
    bought = table.filter(table.customer_id.notnull(), is_purchase(table))
    days = bought.select(day=day_of(bought.ordered_at))
    days = days if until is None else days.filter(days.day <= ibis.literal(until))
    row = fetch(days.aggregate(first=days.day.min(), last=days.day.max()), _WHO)[0]
    if row["first"] is None:
        up_to = "" if until is None else f" up to {until}"
        fail(_WHO, "orders", f"a table with purchases{up_to}", "no rows", error=DataError)
    return row["first"], row["last"]


def _stood(table: ir.Table, day: date, until: date) -> pd.DataFrame:
    """Give customers as they stood on a day, and whether they bought from then ``until``."""
    customers = summarize_customers(table, as_of=day)
    on = day_of(table.ordered_at)
    later = table.filter(is_purchase(table), on > ibis.literal(day), on <= ibis.literal(until))
    buyers = later.select(who=later.customer_id).distinct()
    both = customers.left_join(buyers, customers.customer_id == buyers.who)
    known = {name: both[name] for name in ("customer_id", *FEATURES)}
    told = both.select(**known, **{OUTCOME: both.who.notnull()})
    return told.to_pyarrow().to_pandas()


def _too_short(days: int, span: int) -> Missing:
    text = _(
        "Who will buy again cannot be told: the purchases span {found}, and it takes three times "
        "{span}, to tell customers apart, to learn and to test."
    )
    return Missing(text.format(found=count_days(span), span=count_days(days)))


def _are_enough(customers: pd.DataFrame) -> bool:
    bought = int(customers[OUTCOME].sum())
    return min(bought, len(customers) - bought) >= FEWEST


def _too_few(customers: pd.DataFrame, day: date, days: int) -> Missing:
    n, bought = len(customers), int(customers[OUTCOME].sum())
    text = ngettext(
        "Who will buy again cannot be told: of {n} customer known on {date}, {bought} bought "
        "within {span}. It takes {fewest} or more who did, and as many who did not.",
        "Who will buy again cannot be told: of {n} customers known on {date}, {bought} bought "
        "within {span}. It takes {fewest} or more who did, and as many who did not.",
        n,
    )
    words = {"n": n, "bought": bought, "fewest": FEWEST}
    numbers = {name: format_number(value) for name, value in words.items()}
    return Missing(text.format(**numbers, date=format_date(day), span=count_days(days)))


def _by_leaf(model: TreeModel, tested: pd.DataFrame) -> pd.DataFrame:
    """Count by leaf the customers of the test, and those who bought."""
    placed = model.predict(tested).merge(tested[["customer_id", OUTCOME]], on="customer_id")
    counts = placed.groupby("segment")[OUTCOME].agg(["size", "sum"])
    return counts.rename(columns={"size": "n_tested", "sum": "n_bought"}).astype("int64")
