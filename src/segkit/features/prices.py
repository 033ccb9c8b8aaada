"""How dear customers buy: against the product group, and against the product's usual price."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from segkit.features.canonical import has

#: A price this far below the usual one is a bargain and not a rounding: a rule of the house.
_BARGAIN = 0.95


def price_features(bought: ir.Table) -> list[ir.Table]:
    """Tell prices by customer, as far as the lines that were bought have their sources.

    A piece's price is ``unit_price``, else ``amount / quantity``; lines without a price above
    0 do not count. Medians are over lines.

    Returns
    -------
    list of Ibis tables
        Each with ``customer_id`` and one or more of ``mean_unit_price``, ``price_level`` and
        ``bargain_share``; none where no price can be known.
    """
    priced = _with_price(bought)
    if priced is None:
        return []
    weight: Any = priced.pieces
    means = priced.group_by("customer_id").agg(
        mean_unit_price=(priced.price * weight).sum() / weight.sum()
    )
    found = [means]
    if has(priced, "category"):
        found.append(_price_level(priced))
    if has(priced, "product_id"):
        found.append(_bargain_share(priced))
    return found


def _with_price(bought: ir.Table) -> ir.Table | None:
    has_pieces = has(bought, "quantity")
    if has(bought, "unit_price"):
        price: Any = bought.unit_price.cast("float64")
    elif has_pieces:
        price = bought.amount.cast("float64") / bought.quantity.cast("float64").nullif(0)
    else:
        return None
    priced = bought.mutate(price=price)
    priced = priced.filter(priced.price > 0)
    if not has_pieces:
        return priced.mutate(pieces=1.0)
    priced = priced.mutate(pieces=priced.quantity.cast("float64").fill_null(1.0))
    return priced.filter(priced.pieces > 0)


def _price_level(priced: ir.Table) -> ir.Table:
    known = priced.filter(priced.category.notnull())
    usual = known.group_by("category").agg(usual=known.price.median())
    own = known.group_by("customer_id", "category").agg(own=known.price.mean())
    both = own.join(usual, "category")
    # Half the price and twice the price are equally far from usual, so ratios are not added.
    level = (both.own / both.usual).ln().mean().exp()
    return both.group_by("customer_id").agg(price_level=level)


def _bargain_share(priced: ir.Table) -> ir.Table:
    known = priced.filter(priced.product_id.notnull())
    usual = known.group_by("product_id").agg(usual=known.price.median())
    both = known.select("customer_id", "product_id", "price").join(usual, "product_id")
    cheap = both.price <= _BARGAIN * both.usual
    return both.group_by("customer_id").agg(bargain_share=cheap.cast("int64").sum() / both.count())
