"""Returns against the purchases they belong to, first in first out, in window functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.clean.fates import (
    AMOUNT,
    CUSTOMER,
    MOMENT,
    QUANTITY,
    REASON,
    RETURN,
    among,
    number,
    text,
    tie_breakers,
)

#: Pieces and amounts are counted in ten-thousandths, as whole numbers: sums of floats would
#: depend on the order of rows, and a return of all would leave a crumb.
_UNITS = 10_000
#: No piece count or amount of one line is larger; above it whole numbers would overflow.
_LARGEST = 1e11
_KEY = "segkit_key_"
#: What is kept of a line: its amount, quantity and cost after netting.
KEPT_AMOUNT, KEPT_QUANTITY, KEPT_COST = (
    "segkit_kept_amount", "segkit_kept_quantity", "segkit_kept_cost",
)  # fmt: skip


def mark_returns(table: ir.Table, prefixes: Sequence[str]) -> ir.Table:
    """Mark returns: a negative amount or quantity, the flag, or a cancellation's number."""
    signs = [table[AMOUNT] < 0, table[QUANTITY] < 0]
    if "is_return" in table.columns:
        signs.append(table.is_return.cast("boolean"))
    if prefixes and "order_id" in table.columns and table.order_id.type().is_string():
        signs.append(is_cancelled(table.order_id, prefixes))
    found = ibis.literal(False)
    for sign in signs:
        found = found | sign.fill_null(False)
    return table.mutate(**{RETURN: found})


def is_cancelled(order_id: Any, prefixes: Sequence[str]) -> Any:
    """Tell cancellations by their number: a prefix, letter case put aside, then digits."""
    upper = order_id.strip().upper()
    found = ibis.literal(False)
    for prefix in prefixes:
        rest = upper.substr(len(prefix))
        found = found | (upper.startswith(prefix.upper()) & rest.re_search("^[0-9]+$"))
    return found


def keep_as_sent(table: ir.Table) -> ir.Table:
    """Keep every line as it was sent."""
    return _kept(table, table[AMOUNT], table[QUANTITY], _cost(table))


def drop_returns(table: ir.Table) -> ir.Table:
    """Reject returns; purchases stay as they are."""
    reason = ibis.ifelse(_live(table) & table[RETURN], "return", table[REASON])
    return keep_as_sent(table.mutate(**{REASON: reason}))


def keep_returns(table: ir.Table) -> ir.Table:
    """Keep returns as negative lines, those that were sent with a flag alone too."""

    def turned(value: Any) -> Any:
        return ibis.ifelse(table[RETURN], -value.abs(), value)

    cost = _cost(table)
    cost = ibis.ifelse(table[RETURN] & (table[AMOUNT] > 0), -cost.abs(), cost)
    return _kept(table, turned(table[AMOUNT]), turned(table[QUANTITY]), cost)


def net_returns(table: ir.Table) -> ir.Table:
    """Take returns off earlier purchases of the same customer, product and unit price.

    Within a key, ordered by time, let ``W`` be purchases less returns so far. Where ``W``
    falls to a new low below zero, more came back than had been bought by then: the fall of
    the running minimum is what has no purchase. All other returned units are taken off the
    oldest purchases; each such unit was bought before it came back, because no more were
    matched at any time than had been bought.

    Lines without a product are matched one by one with a purchase of the same amount.
    """
    keyed = _keyed(table)
    live_returns = keyed.filter(_live(keyed) & keyed[RETURN])
    keys = live_returns.select(CUSTOMER, "segkit_key_product").distinct()
    return among(
        keyed, keys, lambda rows: _after_netting(_matched(_walked(_sized(rows)))), keep_as_sent
    ).drop("segkit_key_product")


def _keyed(table: ir.Table) -> ir.Table:
    """Add the product; none is an empty text, because a null finds no equal in a join."""
    product: Any = ibis.literal("")
    if "product_id" in table.columns:
        product = text(table.product_id).cast("string").fill_null("")
    return table.mutate(segkit_key_product=product)


def _walked(table: ir.Table) -> ir.Table:
    """Add, within each key: the walk, purchases before each line, and all that came back."""
    window = _windows(table)
    zero = ibis.literal(0, "int64")
    bought = ibis.ifelse(table[RETURN], zero, table.segkit_size)
    back = table.segkit_size - bought
    return table.mutate(
        segkit_walk=(bought - back).sum().over(window["so_far"]).cast("int64"),
        segkit_before=bought.sum().over(window["before"]).fill_null(0).cast("int64"),
        segkit_back=back.sum().over(window["all"]).cast("int64"),
    )


def _matched(table: ir.Table) -> ir.Table:
    """Add what is taken off each purchase, and what of each return has no purchase."""
    window = _windows(table)
    zero = ibis.literal(0, "int64")
    lowest = table.segkit_walk.min()
    low = ibis.least(zero, lowest.over(window["so_far"]))
    low_before = ibis.least(zero, lowest.over(window["before"]).fill_null(0))
    matched = table.segkit_back + ibis.least(zero, lowest.over(window["all"]))
    taken = ibis.least(table.segkit_size, ibis.greatest(zero, matched - table.segkit_before))
    return table.mutate(
        segkit_taken=ibis.ifelse(table[RETURN], zero, taken),
        segkit_alone=ibis.ifelse(table[RETURN], low_before - low, zero),
    )


def _windows(table: ir.Table) -> dict[str, Any]:
    key = [table[name] for name in table.columns if name.startswith(_KEY)]
    # Of one moment, purchases come first: an order may be changed as it is placed.
    order = [table[MOMENT], table[RETURN], *tie_breakers(table)]
    return {
        "so_far": ibis.window(group_by=key, order_by=order, preceding=(None, 0)),
        "before": ibis.window(group_by=key, order_by=order, preceding=(None, 1)),
        "all": ibis.window(group_by=key),
    }


def _after_netting(table: ir.Table) -> ir.Table:
    size, taken = table.segkit_size, table.segkit_taken
    left = (size - taken).cast("float64") / size.nullif(0).cast("float64")
    touched = _live(table) & (taken > 0)

    def reduced(value: Any) -> Any:
        return ibis.ifelse(touched, value * left, value)

    netted = _kept(table, reduced(table[AMOUNT]), reduced(table[QUANTITY]), reduced(_cost(table)))
    reason = ibis.cases(
        (~_live(netted), netted[REASON]),
        (netted[RETURN] & (netted.segkit_alone == netted.segkit_size), "unmatched_return"),
        (netted[RETURN] & (netted.segkit_alone > 0), "return_partly_netted"),
        (netted[RETURN], "return_netted"),
        ((netted.segkit_taken > 0) & (netted.segkit_taken == netted.segkit_size), "returned"),
        else_=ibis.null("string"),
    )
    netted = netted.mutate(**{REASON: reason})
    work = ("key_live", "key_mode", "key_customer", "key_price", "key_amount", "size", "walk")
    return netted.drop(*(f"segkit_{n}" for n in (*work, "before", "back", "taken", "alone")))


def _sized(table: ir.Table) -> ir.Table:
    """Add how much a line can be netted by, and the key within which it is."""
    price = number(table.unit_price) if "unit_price" in table.columns else ibis.null("float64")
    unknown = table.segkit_key_product == ""
    mode = ibis.cases((unknown, 0), (table[QUANTITY].notnull(), 1), else_=2)
    pieces, money = _units(table[QUANTITY]), _units(table[AMOUNT])
    return table.mutate(
        segkit_key_live=_live(table),
        segkit_key_mode=mode,
        segkit_key_customer=table[CUSTOMER],
        segkit_key_price=ibis.ifelse(mode == 0, ibis.null("float64"), price.abs()),
        segkit_key_amount=ibis.ifelse(mode == 0, money, ibis.literal(0, "int64")),
        segkit_size=ibis.cases(
            (mode == 0, ibis.literal(1, "int64")), (mode == 1, pieces), else_=money
        ),
    )


def _units(value: Any) -> Any:
    size = ibis.least(value.abs(), ibis.literal(_LARGEST)) * _UNITS
    return size.fill_null(0.0).round().cast("int64")


def _live(table: ir.Table) -> Any:
    return table[REASON].isnull()


def _cost(table: ir.Table) -> Any:
    return number(table.cost) if "cost" in table.columns else ibis.null("float64")


def _kept(table: ir.Table, amount: Any, quantity: Any, cost: Any) -> ir.Table:
    return table.mutate(**{KEPT_AMOUNT: amount, KEPT_QUANTITY: quantity, KEPT_COST: cost})
