"""Orders broken into lines: products, pieces and prices that add up to what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segkit.synthetic.drawing import draw_codes, pick
from segkit.synthetic.texts import numbered

#: Product groups of a department store with a supermarket: name, and cost as a share of price.
CATEGORIES: dict[str, tuple[str, str, float]] = {
    "groceries": ("groceries", "食品", 0.80),
    "household": ("household", "日用百货", 0.70),
    "clothing": ("clothing", "服装鞋帽", 0.55),
    "home": ("home", "家居家纺", 0.62),
    "electronics": ("electronics", "家电数码", 0.85),
    "toys": ("toys", "母婴玩具", 0.60),
}
#: Share of lines with one, two and three pieces.
_PIECES = (0.7, 0.2, 0.1)
_MOST_LINES = 6
_DAY = np.timedelta64(1, "D")


def draw_goods(rng: np.random.Generator, n: int, language: str, mean_price: float) -> pd.DataFrame:
    """Draw a list of ``n`` products, cheapest first.

    Returns ``product_id``, ``category`` (text), ``list_price`` (currency) and ``cost_share``
    (cost as a share of the price, 0 to 1).
    """
    price = np.sort(rng.lognormal(np.log(mean_price) - 0.4, 0.9, n))
    code = rng.integers(len(CATEGORIES), size=n)
    words = [english if language == "en" else zh for english, zh, _ in CATEGORIES.values()]
    cost_share = np.array([row[2] for row in CATEGORIES.values()])
    return pd.DataFrame(
        {
            "product_id": numbered("P", np.arange(1, n + 1), 4),
            "category": pick(words, code),
            "list_price": np.maximum(np.round(price, 1), 0.5),
            "cost_share": cost_share[code],
        }
    )


def split_orders(
    rng: np.random.Generator, amount: np.ndarray, goods: pd.DataFrame, *, more_lines: float = 0.8
) -> pd.DataFrame:
    """Break each order into lines whose amounts add up to it, but for cents of rounding.

    A line takes a share of the order, and the product whose list price is near it: prices
    paid move about the list price, as with promotions. ``more_lines`` is the mean number of
    lines beyond the first.

    Returns ``order`` (position in ``amount``), ``product`` (position in ``goods``),
    ``quantity`` (pieces), ``unit_price``, ``amount`` and ``cost`` (currency).
    """
    n_lines = np.minimum(1 + rng.poisson(more_lines, len(amount)), _MOST_LINES)
    order = np.repeat(np.arange(len(amount)), n_lines)
    weight = rng.gamma(2.0, size=len(order)) + 0.1
    total = np.bincount(order, weights=weight, minlength=len(amount))
    quantity = 1 + draw_codes(rng, _PIECES, len(order))
    unit_price = np.maximum(np.round(amount[order] * weight / total[order] / quantity, 2), 0.01)
    wanted = unit_price * np.exp(rng.normal(0, 0.2, len(order)))
    place = np.searchsorted(goods["list_price"].to_numpy(), wanted)
    product = np.minimum(place, len(goods) - 1)
    paid = np.round(unit_price * quantity, 2)
    cost_share = goods["cost_share"].to_numpy()[product]
    return pd.DataFrame(
        {
            "order": order,
            "product": product,
            "quantity": quantity,
            "unit_price": unit_price,
            "amount": paid,
            "cost": np.round(paid * cost_share, 2),
        }
    )


def draw_returns(
    rng: np.random.Generator, lines: pd.DataFrame, share: float | np.ndarray, end: Any
) -> pd.DataFrame:
    """Draw which lines come back within thirty days, as negative lines of the same order.

    ``share`` is the chance of a line, one for all or one each; a return after ``end`` has not
    come yet and is left out.
    """
    back = lines[rng.random(len(lines)) < share].copy()
    wait = rng.integers(1, 31, size=len(back)) * _DAY
    back["ordered_at"] = back["ordered_at"] + wait
    for name in ("quantity", "amount", "cost"):
        if name in back:
            back[name] = -back[name]
    back["is_return"] = True
    return back[back["ordered_at"] < np.datetime64(end, "D") + _DAY]


def near_usual(
    rng: np.random.Generator,
    shares: Mapping[str, float],
    usual: np.ndarray,
    *,
    faithful: float = 0.8,
) -> np.ndarray:
    """Draw the channel of each order: ``usual`` in ``faithful`` of them, else by ``shares``."""
    other = draw_codes(rng, shares, len(usual))
    return np.where(rng.random(len(usual)) < faithful, usual, other)
