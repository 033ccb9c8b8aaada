"""What customers buy and where: favorite product group and channel, returns, prices."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_columns, check_date
from segkit.collect.frames import Frame
from segkit.features.canonical import canonical, given_back, has, up_to
from segkit.features.prices import price_features
from segkit.schema import BASKET_FEATURES, names

_WHO = "summarize_baskets"


def summarize_baskets(orders: Frame, *, as_of: date | str | None = None) -> Frame:
    """Tell of each customer what is bought where, and at which level of prices.

    Schemes of preference and need start here: the favorite product group, the channel that
    fits, price against quality. Of the columns below those are there for which the table has
    the source.

    Money is counted net of returns; of product groups (channels) with the same money the
    first by name is the favorite, and one with no money left is none.

    Parameters
    ----------
    orders : pandas, polars, pyarrow or Ibis table
        Canonical transactions. Lines with a negative amount, or with ``is_return``, are
        returns.
    as_of : date or str, optional
        The day the table describes. Later purchases do not count. Default: all count.

    Returns
    -------
    table of the kind of ``orders``, lazy for Ibis
        ======================= ======= ======== ===========================================
        name                    dtype   unit     meaning
        ======================= ======= ======== ===========================================
        customer_id             as in            each customer with a line up to ``as_of``
        favorite_category       str              product group with the most money
        favorite_category_share float64          its share of the money, 0 to 1
        n_categories            int64            product groups bought
        favorite_channel        str              channel with the most money
        favorite_channel_share  float64          its share of the money, 0 to 1
        n_channels              int64            channels used to buy
        first_channel           str              channel of the first purchase
        last_channel            str              channel of the last purchase
        return_share            float64          share of lines that are returns, 0 to 1
        mean_unit_price         float64 currency price of a piece, by pieces
        price_level             float64          own mean price against the median of the
                                                 product group, geometric mean over the
                                                 groups: below 1 cheaper than usual
        bargain_share           float64          share of lines at least 5 % below the
                                                 median price of the product
        ======================= ======= ======== ===========================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type.
    ArgumentError
        If ``as_of`` is no date.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]),
    ...     "amount": [10.0, 30.0, 5.0], "category": ["tea", "milk", "tea"],
    ... })
    >>> found = summarize_baskets(orders)
    >>> found[["customer_id", "favorite_category", "favorite_category_share"]]
      customer_id favorite_category  favorite_category_share
    0           a              milk                     0.75
    1           b               tea                     1.00
    """
    lines = _lines(orders, as_of, function=_WHO)
    return given_back(baskets_expression(lines), orders)


def channel_shares(orders: Frame, *, as_of: date | str | None = None) -> Frame:
    """Tell each customer's money by channel, net of returns.

    Parameters
    ----------
    orders : pandas, polars, pyarrow or Ibis table
        Canonical transactions with ``channel``.
    as_of : date or str, optional
        As in :func:`summarize_baskets`.

    Returns
    -------
    table of the kind of ``orders``, lazy for Ibis
        ``customer_id``, ``channel`` and ``share`` (0 to 1, of the customer's money), one row
        per customer and channel with money left; rows without a channel do not count.

    Raises
    ------
    DataError
        If columns are missing or of the wrong type.
    """
    lines = _lines(orders, as_of, function="channel_shares")
    check_columns("channel_shares", lines.columns, ["channel"])
    shares = _shares(lines, "channel")
    table = shares.select("customer_id", channel=shares.key, share=shares.money / shares.total)
    return given_back(table, orders)


def favorite(orders: ir.Table, key: str) -> ir.Table:
    """Give the value of a column that has most of a customer's money, under its own name.

    Of values with the same money the first in the alphabet counts; who has no money left in
    any of them is not in the table.
    """
    lines = _lines(orders, None, function="favorite")
    found = _favorite(lines, key)
    return found.select("customer_id", **{key: found[f"favorite_{key}"]})


def baskets_expression(lines: ir.Table) -> ir.Table:
    """Build the Ibis expression behind :func:`summarize_baskets`, from marked lines."""
    bought = lines.filter(~lines.returned)
    found = lines.group_by("customer_id").agg(
        return_share=lines.returned.cast("int64").sum() / lines.count()
    )
    parts = []
    for key, count in (("category", "n_categories"), ("channel", "n_channels")):
        if has(lines, key):
            parts.append(_favorite(lines, key))
            parts.append(bought.group_by("customer_id").agg(**{count: bought[key].nunique()}))
    if has(lines, "channel"):
        parts += [_channel_at(bought, "first_channel"), _channel_at(bought, "last_channel")]
    for part in (*parts, *price_features(bought)):
        found = found.left_join(part, "customer_id").drop("customer_id_right")
    for count in {"n_categories", "n_channels"} & set(found.columns):
        found = found.mutate(**{count: found[count].fill_null(0)})
    return found.select("customer_id", *(n for n in names(BASKET_FEATURES) if n in found.columns))


def _lines(orders: Frame, as_of: date | str | None, *, function: str) -> ir.Table:
    table = canonical(orders, "transactions", function=function, argument="orders")
    last = date.max if as_of is None else check_date(function, "as_of", as_of)
    known = up_to(table, "ordered_at", last)
    returned = (known.amount < 0).fill_null(False)
    if has(known, "is_return"):
        returned = returned | known.is_return.cast("boolean").fill_null(False)
    # Whole cents add up to the same sum in each order of the rows, so equal stays equal.
    cents = (known.amount.cast("float64") * 100).round().cast("int64").fill_null(0)
    return known.mutate(cents=cents, returned=returned)


def _shares(lines: ir.Table, key: str) -> ir.Table:
    named = lines.filter(lines[key].notnull())
    money = named.group_by(customer_id=named.customer_id, key=named[key].cast("string")).agg(
        money=named.cents.sum().cast("int64")
    )
    money = money.filter(money.money > 0)
    totals = money.group_by("customer_id").agg(
        total=money.money.sum().cast("int64"), most=money.money.max()
    )
    return money.join(totals, "customer_id")


def _favorite(lines: ir.Table, key: str) -> ir.Table:
    shares = _shares(lines, key)
    best = shares.filter(shares.money == shares.most)
    named: dict[str, Any] = {
        f"favorite_{key}": best.key.min(),
        f"favorite_{key}_share": (best.money / best.total).max(),
    }
    return best.group_by("customer_id").agg(**named)


def _channel_at(bought: ir.Table, name: str) -> ir.Table:
    rows = bought.filter(bought.channel.notnull())
    moment = rows.ordered_at.min() if name == "first_channel" else rows.ordered_at.max()
    edge = rows.group_by("customer_id").agg(ordered_at=moment)
    at_edge = rows.select("customer_id", "ordered_at", "channel").join(
        edge, ["customer_id", "ordered_at"]
    )
    return at_edge.group_by("customer_id").agg(**{name: ibis._.channel.cast("string").min()})
