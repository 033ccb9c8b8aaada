"""Purchases of the made-up cosmetics brand: each product is bought again when it is used up."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from segkit.synthetic import beauty
from segkit.synthetic.baskets import draw_returns, near_usual
from segkit.synthetic.beauty_people import Women
from segkit.synthetic.buying import with_time
from segkit.synthetic.drawing import draw_codes, pick, stream
from segkit.synthetic.texts import numbered

_DAY = np.timedelta64(1, "D")
#: A cycle is Gamma-distributed with this shape: a quarter of its mean is its spread.
CYCLE_SHAPE = 16.0
_COST_SHARE = 0.35
_PROMOTION = 0.8
#: Share of lines bought at the promotion's price, for price- and quality-oriented customers.
PROMOTION_SHARES = (0.6, 0.1)
#: Chance that a line is returned, for satisfied and for dissatisfied customers.
RETURN_SHARES = (0.02, 0.20)


def products_table(language: str) -> pd.DataFrame:
    """List the products: one per need and product group, the needs outermost."""
    needs, groups = beauty.words(beauty.NEEDS, language), beauty.words(beauty.CATEGORIES, language)
    price = np.array([row[2] for row in beauty.CATEGORIES.values()])
    factor = np.array(list(beauty.NEED_PRICE.values()))
    n = len(needs) * len(groups)
    return pd.DataFrame(
        {
            "product_id": numbered("P", np.arange(1, n + 1), 3),
            "category": np.tile(groups, len(needs)),
            "need": np.repeat(needs, len(groups)),
            "list_price": np.round(np.outer(factor, price).ravel()),
        }
    )


def orders_table(
    women: Women, customers: pd.DataFrame, seed: int, last: date, language: str
) -> pd.DataFrame:
    """Let customers buy each of their product groups in cycles, and send some lines back."""
    rng = stream(seed, 3)
    lines = _as_orders(rng, _repeat_purchases(rng, women, last), women)
    customer = lines["customer"].to_numpy()
    products = products_table(language)
    rank = draw_codes(rng, beauty.NEED_WEIGHTS, len(lines))
    product = women.needs[customer, rank] * len(beauty.CATEGORIES) + lines["category"]
    lines["product"] = product.astype(np.int16)
    share = np.array(PROMOTION_SHARES)[women.orientation[customer]]
    paid = np.where(rng.random(len(lines)) < share, _PROMOTION, 1.0)
    lines["unit_price"] = np.round(products["list_price"].to_numpy()[product] * paid, 2)
    lines["quantity"] = np.int8(1)
    lines["is_return"] = False
    back = np.array(RETURN_SHARES)[_is_unhappy_then(women, lines).astype(int)]
    lines = pd.concat([lines, draw_returns(stream(seed, 4), lines, back, last)])
    return _written(lines, customers, products, language)


def _repeat_purchases(rng: np.random.Generator, women: Women, last: date) -> pd.DataFrame:
    """Draw renewals of each product group that a customer uses, by customer and day.

    Gives ``customer`` (position), ``category`` (code), ``day`` (since 1970). Numbers are
    narrow, because a million customers buy fifteen million times.
    """
    n = len(women.age)
    until = np.minimum(women.stopped, np.datetime64(last, "D") + _DAY)
    open_days = (until - women.joined).astype(np.int32)
    joined = women.joined.astype(np.int64).astype(np.int32)
    uses = rng.random((n, len(beauty.CATEGORIES))) < [row[4] for row in beauty.CATEGORIES.values()]
    uses[~uses.any(axis=1), 0] = True
    who, what, when = [], [], []
    for category, (_en, _zh, _price, cycle, _share) in enumerate(beauty.CATEGORIES.values()):
        customer = np.flatnonzero(uses[:, category]).astype(np.int32)
        # The first purchase falls anywhere in a cycle after joining.
        day = rng.random(len(customer)) * cycle
        while len(customer):
            kept = day < open_days[customer]
            customer, day = customer[kept], day[kept]
            who.append(customer)
            what.append(np.full(len(customer), category, dtype=np.int8))
            when.append(joined[customer] + day.astype(np.int32))
            day = day + rng.gamma(CYCLE_SHAPE, cycle / CYCLE_SHAPE, len(customer))
    columns = {"customer": who, "category": what, "day": when}
    lines = {name: np.concatenate(parts) for name, parts in columns.items()}
    order = np.argsort(lines["customer"] * np.int64(2**20) + lines["day"], kind="stable")
    return pd.DataFrame({name: values[order] for name, values in lines.items()})


def _as_orders(rng: np.random.Generator, lines: pd.DataFrame, women: Women) -> pd.DataFrame:
    """Make one order of what a customer buys on a day: one moment, one channel.

    Adds ``order`` (position by time), ``ordered_at`` and ``channel`` (code).
    """
    customer, day = lines["customer"].to_numpy(), lines["day"].to_numpy()
    is_first = (np.diff(customer, prepend=-1) != 0) | (np.diff(day, prepend=-1) != 0)
    order = np.cumsum(is_first) - 1
    ordered_at = with_time(rng, day[is_first].astype("datetime64[D]"))
    channel = near_usual(rng, _channel_shares(), women.channel[customer[is_first]])
    position = np.empty(len(ordered_at), dtype=np.int32)
    position[np.argsort(ordered_at, kind="stable")] = np.arange(len(ordered_at))
    return lines.assign(
        order=position[order],
        ordered_at=ordered_at[order],
        channel=channel.astype(np.int8)[order],
    )


def _channel_shares() -> dict[str, float]:
    return dict.fromkeys(beauty.CHANNELS, 1 / len(beauty.CHANNELS))


def _is_unhappy_then(women: Women, lines: pd.DataFrame) -> np.ndarray:
    """Tell which lines were bought within two months of a customer turning dissatisfied.

    What goes back is what disappointed her.
    """
    day = lines["day"].to_numpy().astype("datetime64[D]")
    before = women.unhappy_since[lines["customer"]] - day
    return before < np.timedelta64(60, "D")  # never true for NaT


def _written(
    lines: pd.DataFrame, customers: pd.DataFrame, products: pd.DataFrame, language: str
) -> pd.DataFrame:
    """Write positions as ids and words: the table a client would send, by time."""
    by_time = np.argsort(lines["ordered_at"].to_numpy(), kind="stable")
    column = {name: lines[name].to_numpy()[by_time] for name in lines if name != "day"}
    customer, product, quantity = column["customer"], column["product"], column["quantity"]
    unit_cost = np.round(products["list_price"].to_numpy() * _COST_SHARE, 2)
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array.take(customer),
            "ordered_at": column["ordered_at"],
            "amount": column["unit_price"] * quantity,
            "order_id": numbered("D", column["order"] + 1, 8),
            "quantity": quantity.astype(np.int64),
            "unit_price": column["unit_price"],
            "product_id": products["product_id"].array.take(product),
            "category": products["category"].array.take(product),
            "channel": pick(beauty.words(beauty.CHANNELS, language), column["channel"]),
            "region": customers["region"].array.take(customer),
            "cost": unit_cost[product] * quantity,
            "is_return": column["is_return"].astype(bool),
        }
    )
