"""The value pyramid as a table, and the customers at its top by name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segkit.checks import check_columns, check_number, fail
from segkit.collect.frames import as_ibis
from segkit.i18n import _, format_number
from segkit.tables.base import Column, Table, make_table
from segkit.value.words import value_word


def value_label(column: str) -> str:
    """Name a value column as a table heading."""
    return {
        "revenue": _("Revenue"),
        "profit": _("Profit"),
        "clv": _("Future value"),
    }.get(column, column)


def pyramid_table(pyramid: Any) -> Table:
    """Show one row per tier: people, value, profit where known, and the border.

    Parameters
    ----------
    pyramid
        A ``ValuePyramid``.

    Returns
    -------
    Table
        Columns name, n_customers, customer_share, value, its share, profit and its share
        where known, mean per customer, threshold.
    """
    value, label = pyramid.value, value_label(pyramid.value)
    columns = [
        Column("name", _("Tier")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column(value, label, "money", 0),
        Column(f"{value}_share", _share_label(value), "bar_percent", 1),
    ]
    if pyramid.profit:
        columns += [
            Column("profit", _("Profit"), "money", 0),
            # A share of profit may be negative, and a bar cannot.
            Column("profit_share", _share_label("profit"), "percent", 1),
        ]
    columns += [
        Column(f"mean_{value}", _("{value} per customer").format(value=label), "money", 0),
        Column("threshold", _("Lowest in the tier"), "money", 2),
    ]
    return make_table(pyramid.table, columns, _pyramid_title(pyramid), name=_pyramid_name(pyramid))


def _is_even(pyramid: Any) -> bool:
    return len(pyramid.shares) > 1 and len(set(pyramid.shares)) == 1


def _pyramid_name(pyramid: Any) -> str:
    return "tiers-of-equal-size" if _is_even(pyramid) else "customer-pyramid"


def _pyramid_title(pyramid: Any) -> str:
    if _is_even(pyramid):
        text = _("Customers in {n} tiers of equal size, by {value}")
        n = format_number(len(pyramid.shares))
        return text.format(n=n, value=value_word(pyramid.value))
    return _("Customer pyramid")


def _share_label(value: str) -> str:
    known = {
        "revenue": _("Share of revenue"),
        "profit": _("Share of profit"),
        "clv": _("Share of future value"),
    }
    return known.get(value) or _("Share of {value}").format(value=value)


_KINDS = {
    "first_purchase": "date",
    "last_purchase": "date",
    "n_orders": "int",
    "n_days": "int",
    "recency_days": "int",
    "frequency": "int",
    "recency": "int",
    "T": "int",
    "p_alive": "percent",
    "expected_purchases": "number",
}
_MONEY = ("revenue", "profit", "mean_order_value", "monetary_value", "expected_spend", "clv")


def _customer_column(name: str) -> Column:
    labels = {
        "customer_id": _("Customer"),
        "revenue": _("Revenue"),
        "profit": _("Profit"),
        "n_orders": _("Orders"),
        "n_days": _("Purchase days"),
        "first_purchase": _("First purchase"),
        "last_purchase": _("Last purchase"),
        "recency_days": _("Days since last purchase"),
        "mean_order_value": _("Mean order value"),
        "p_alive": _("Probability active"),
        "expected_purchases": _("Expected purchases"),
        "expected_spend": _("Expected spend per purchase"),
        "clv": _("Future value"),
        "tier": _("Tier"),
        "segment": _("Segment"),
    }
    kind = "money" if name in _MONEY else _KINDS.get(name, "text")
    digits = {"money": 2, "percent": 1, "number": 2}.get(kind)
    return Column(name, labels.get(name, name), kind, digits)


def mask_id(customer_id: Any) -> str:
    """Leave so much of an id that whoever has the list finds the row, and nobody else does.

    The last two characters stay, and never more than a third: a member's number is often a
    telephone number.

    Examples
    --------
    >>> mask_id("13812345678"), mask_id("A12"), mask_id("7")
    ('…78', '…2', '…')
    """
    text = str(customer_id)
    kept = min(2, len(text) // 3)
    return "…" + (text[-kept:] if kept else "")


def top_customers_table(
    customers: Any,
    *,
    by: str = "revenue",
    n: int = 20,
    columns: list[str] | None = None,
    show_ids: bool = True,
) -> Table:
    """List the best customers with their ids, for the people who will call them.

    Sorted in the engine; equal values come in the order of ``customer_id``.

    Parameters
    ----------
    customers
        Customer table or forecast (pandas, polars, pyarrow or Ibis).
    by
        Column to rank by, highest first.
    n
        How many customers, at least 1.
    columns
        Columns to show; default: ``customer_id``, ``by`` and the usual ones that exist.
    show_ids
        Write ids out; otherwise only their ends, see :func:`mask_id`.

    Returns
    -------
    Table
        ``rank`` and the columns.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": ["a", "b"], "revenue": [5.0, 7.0]})
    >>> top_customers_table(people, n=1).frame.to_dict("records")
    [{'rank': 1, 'customer_id': 'b', 'revenue': 7.0}]
    """
    who = "top_customers_table"
    check_number(who, "n", n, low=1, whole=True)
    table = as_ibis(customers, function=who, argument="customers")
    usual = ["n_orders", "last_purchase", "p_alive", "expected_purchases", "expected_spend"]
    if columns is None:
        columns = [name for name in usual if name in table.columns and name != by]
    elif isinstance(columns, str):
        fail(who, "columns", "a list of column names", columns)
    names = list(dict.fromkeys(["customer_id", by, *columns]))
    check_columns(who, table.columns, names)
    best = table.order_by([table[by].desc(), table["customer_id"].asc()]).limit(int(n))
    frame: pd.DataFrame = best.select(*names).to_pandas()
    if not show_ids:
        frame["customer_id"] = frame["customer_id"].map(mask_id)
    frame.insert(0, "rank", range(1, len(frame) + 1))
    specs = [Column("rank", _("Rank"), "int"), *map(_customer_column, names)]
    title = _("Best customers by {value}").format(value=value_word(by))
    return make_table(frame, specs, title, name=f"best-customers-by-{by}")
