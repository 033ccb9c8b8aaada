"""Returns against the purchases they belong to, in window functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.clean.fates import (
    AMOUNT,
    CUSTOMER,
    QUANTITY,
    REASON,
    RETURN,
    among,
    number,
)
from segkit.clean.matching import PART, match_returns, put_in_order, with_moved
from segkit.collect.frames import materialize
from segkit.collect.values.forms import trimmed
from segkit.collect.values.placeholders import known_text

#: Amounts are counted in ten-thousandths, as whole numbers: sums of floats would
#: depend on the order of rows, and a return of all would leave a crumb.
_UNITS = 10_000
#: No sum of a part may be larger, in units: whole numbers of 64 bits end at 9.2e18.
_MOST = 9e18
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
    upper = trimmed(order_id).upper()
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


def net_returns(table: ir.Table, made: list[ir.Table]) -> ir.Table:
    """Take returns off the purchases they belong to; money decides.

    1. A return belongs to an earlier purchase of the same customer, and of the same product
       where both lines name one; number of pieces and price need not be known, nor agree.
    2. It is taken off the latest of them that has that much money left, one with the same
       order number first; where none has, off the latest ones together.
    3. The purchase loses the money refunded and the pieces that came back, never below zero;
       where all pieces came back but money is left, the refund was one of price, and it keeps
       them. Of its cost it loses the same share as of its money.
    4. A purchase of which all money is refunded is ``returned``; the return is
       ``return_netted``. Returns are settled in the order in which they came.
    5. What finds no purchase is reported: ``unmatched_return`` where nothing was found,
       ``return_partly_netted`` where more came back than had been paid.

    Tables that are computed on the way are added to ``made``, to be dropped afterwards.
    """
    schema = table.schema()
    # Looked at several times, and each time the copies would be sought anew. An engine's own
    # types may say more than the table's did.
    made.append(materialize(table))
    keyed = _keyed(made[-1].cast(schema))
    back = keyed.filter(_live(keyed) & keyed[RETURN])
    keys = back.select(CUSTOMER, PART).distinct()
    done = among(keyed, keys, lambda rows: _netted(rows, made), keep_as_sent)
    return done.drop(PART, "segkit_product", "segkit_order")


def _keyed(table: ir.Table) -> ir.Table:
    """Add product and order, and the part of a customer's lines that a line belongs to.

    Where all products of a customer are known, each product is a part of its own. A text that
    is missing is empty: a null finds no equal.
    """
    table = table.mutate(segkit_product=_name(table, "product_id"))
    table = table.mutate(segkit_order=_name(table, "order_id"))
    live = table.filter(_live(table))
    customers = live.group_by(segkit_who=live[CUSTOMER]).agg(
        segkit_unknown=(live.segkit_product == "").any(), segkit_any=live[RETURN].any()
    )
    customers = customers.filter(customers.segkit_any)
    table = table.left_join(customers, table[CUSTOMER] == customers.segkit_who)
    part: Any = ibis.ifelse(table.segkit_unknown, "", table.segkit_product)
    # Lines that are rejected already, and those of customers without a return, have no part.
    part = ibis.ifelse(_live(table) & table.segkit_who.notnull(), part, ibis.null("string"))
    return table.mutate(**{PART: part}).drop("segkit_who", "segkit_unknown", "segkit_any")


def _name(table: ir.Table, column: str) -> Any:
    if column not in table.columns:
        return ibis.literal("")
    return known_text(table[column]).cast("string").fill_null("")


def _netted(table: ir.Table, made: list[ir.Table]) -> ir.Table:
    """Net the lines of parts in which there is a return; all of them are live."""
    table = table.mutate(segkit_unit=_unit(table))
    size = (table[AMOUNT].abs() * table.segkit_unit).fill_null(0.0).round().cast("int64")
    pieces = table[QUANTITY].abs().fill_null(0.0)
    ordered = put_in_order(table.mutate(segkit_size=size, segkit_pieces=pieces))
    made.append(materialize(ordered))
    lines = made[-1].cast(ordered.schema())
    return _after_netting(with_moved(lines, match_returns(lines, made)))


def _after_netting(table: ir.Table) -> ir.Table:
    size, moved = table.segkit_size, table.segkit_moved
    touched = ~table[RETURN] & (moved > 0)
    left = (size - moved).cast("float64")
    share = left / size.nullif(0).cast("float64")
    # What is left is a whole number of ten-thousandths; a coarser unit must not round it.
    unit = table.segkit_unit
    amount = ibis.ifelse(unit == _UNITS, left / unit, table[AMOUNT] - moved / unit)
    pieces = (table[QUANTITY] - table.segkit_pieces_moved).round(6)
    # Where money is left, a refund of as many pieces was one of part of their price.
    pieces = ibis.ifelse(pieces > 0, pieces, ibis.ifelse(left > 0, table[QUANTITY], 0.0))
    netted = _kept(
        table,
        ibis.ifelse(touched, amount, table[AMOUNT]),
        ibis.ifelse(touched, pieces, table[QUANTITY]),
        ibis.ifelse(touched, _cost(table) * share, _cost(table)),
    )
    size, moved = netted.segkit_size, netted.segkit_moved
    reason = ibis.cases(
        (netted[RETURN] & (moved == 0), "unmatched_return"),
        (netted[RETURN] & (moved < size), "return_partly_netted"),
        (netted[RETURN], "return_netted"),
        ((moved > 0) & (moved == size), "returned"),
        else_=ibis.null("string"),
    )
    netted = netted.mutate(**{REASON: reason})
    work = ("unit", "size", "pieces", "nth", "place", "moved", "pieces_moved")
    return netted.drop(*(f"segkit_{name}" for name in work))


def _unit(table: ir.Table) -> Any:
    """Give how many units the money 1 has in a part: fewer where its sum would not fit.

    A float that large has no ten-thousandths either. Largest times number of lines, for a sum
    of floats would depend on the order of rows; powers of ten, so that cents stay whole.
    """
    part = ibis.window(group_by=[table[CUSTOMER], table[PART]])
    bound = table[AMOUNT].abs().max().over(part) * table.count().over(part)
    powers = [float(_UNITS) / 10**zeros for zeros in range(5)]
    fits = [(bound <= _MOST / unit, ibis.literal(unit)) for unit in powers]
    return ibis.cases((bound.isnull(), float(_UNITS)), *fits, else_=_MOST / bound)


def _live(table: ir.Table) -> Any:
    return table[REASON].isnull()


def _cost(table: ir.Table) -> Any:
    return number(table.cost) if "cost" in table.columns else ibis.null("float64")


def _kept(table: ir.Table, amount: Any, quantity: Any, cost: Any) -> ir.Table:
    return table.mutate(**{KEPT_AMOUNT: amount, KEPT_QUANTITY: quantity, KEPT_COST: cost})
