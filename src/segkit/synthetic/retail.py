"""A made-up shop: orders of a known process, products, returns, channels."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_number
from segkit.i18n import LANGUAGES
from segkit.synthetic.baskets import draw_goods, draw_returns, near_usual, split_orders
from segkit.synthetic.buying import BuyingProcess, Purchases, draw_days, draw_purchases
from segkit.synthetic.drawing import check_seed, check_window, draw_codes, pick, stream
from segkit.synthetic.names import draw_people
from segkit.synthetic.places import draw_places
from segkit.synthetic.result import MadeUp
from segkit.synthetic.texts import numbered

_WHO = "make_retail"
#: A living customer who buys this often or oftener is a frequent one.
FREQUENT_PER_YEAR = 6.0
WEEKS_PER_YEAR = 365.25 / 7
#: Share of customers whose usual channel it is.
CHANNEL_SHARES = {"store": 0.5, "web": 0.3, "mini_program": 0.2}
_CHANNELS = {"en": ["store", "web shop", "mini program"], "zh": ["门店", "网上商城", "小程序"]}
_N_PRODUCTS = 240


def make_retail(
    n_customers: int = 5_000,
    *,
    start: date | str = "2023-01-01",
    end: date | str = "2024-12-31",
    seed: int = 0,
    language: str = "en",
    process: BuyingProcess | None = None,
    return_share: float = 0.03,
    prospect_share: float = 0.05,
) -> MadeUp:
    """Make up a shop whose customers buy by a Pareto/NBD and Gamma-Gamma process.

    To see whether a model finds what is there, to practise, or to show a report without a
    client's data. Customers join on any day of the window.

    Parameters
    ----------
    n_customers : int
        Customers with and without purchases, at least 1.
    start, end : date or text
        First and last day of the window.
    seed : int
        At least 0; the same one gives the same data.
    language : {"en", "zh"}
        Of names, cities, channels and product groups.
    process : BuyingProcess or None
        How often customers buy, when they leave, what they spend.
    return_share : float
        Chance that a line is returned, 0 to 1.
    prospect_share : float
        Share of customers who signed up and have not bought, 0 to 1.

    Returns
    -------
    MadeUp
        ``transactions``: one row per line, by time (``customer_id, ordered_at, amount,
        order_id, quantity, unit_price, product_id, category, channel, region, cost,
        is_return``; a return is a negative line of its order); ``customers`` (``customer_id,
        joined_at, name, gender, phone, email, birth_year, region, city, city_tier``);
        ``products`` (``product_id, category, list_price``). In ``truth["customers"]``:
        ``purchases_per_week``, ``dropout_per_week``, ``dropped_out_on`` (empty: still a
        customer), ``mean_spend`` (currency) and ``segment``: ``high_frequency`` and
        ``low_frequency`` of who still buys (six purchases a year part them), ``churned``,
        ``potential`` (signed up, not bought).

    Raises
    ------
    ArgumentError
        If an argument is outside its range.

    Examples
    --------
    >>> made = make_retail(200, seed=1)
    >>> len(made["customers"]), sorted(set(made.truth["customers"]["segment"]))
    (200, ['churned', 'high_frequency', 'low_frequency', 'potential'])
    """
    n = int(check_number(_WHO, "n_customers", n_customers, low=1, whole=True))
    first, last = check_window(_WHO, start, end)
    seed = check_seed(_WHO, seed)
    check_choice(_WHO, "language", language, LANGUAGES)
    check_number(_WHO, "return_share", return_share, low=0, high=1)
    check_number(_WHO, "prospect_share", prospect_share, low=0, high=1)
    process = process or BuyingProcess()
    customers = _customers(seed, n, first, last, language)
    buyers = np.flatnonzero(stream(seed, 3).random(n) >= prospect_share)
    joined_on = customers["joined_at"].to_numpy()
    bought = draw_purchases(stream(seed, 4), joined_on[buyers], last, process)
    goods = draw_goods(stream(seed, 5), _N_PRODUCTS, language, process.mean_spend / 2)
    lines = _lines(seed, bought, buyers, goods, language)
    returns = draw_returns(stream(seed, 8), lines, return_share, last)
    asked = {"n_customers": n, "start": str(first), "end": str(last), "seed": seed}
    shares = {"return_share": return_share, "prospect_share": prospect_share}
    return MadeUp(
        "retail",
        {
            "transactions": _written(pd.concat([lines, returns]), customers, goods),
            "customers": customers,
            "products": goods.drop(columns="cost_share"),
        },
        {"customers": _truth(customers, bought, buyers)},
        {**asked, "language": language, **asdict(process), **shares},
    )


def _customers(seed: int, n: int, first: date, last: date, language: str) -> pd.DataFrame:
    rng = stream(seed, 1)
    people = draw_people(stream(seed, 2), n, language)
    joined = np.sort(draw_days(rng, n, first, last)).astype("datetime64[s]")
    age = np.clip(np.round(rng.normal(38, 12, n)), 18, 80).astype(np.int64)
    return pd.DataFrame(
        {
            "customer_id": numbered("C", np.arange(1, n + 1)),
            "joined_at": joined,
            **{name: people[name] for name in people},
            "birth_year": last.year - age,
            **draw_places(rng, n, language).to_dict("series"),
        }
    )


def _lines(
    seed: int, bought: Purchases, buyers: np.ndarray, goods: pd.DataFrame, language: str
) -> pd.DataFrame:
    """Give the lines of all orders, customers and products still as positions."""
    orders = bought.orders.sort_values("ordered_at", kind="stable")
    lines = split_orders(stream(seed, 6), orders["amount"].to_numpy(), goods)
    customer = orders["customer"].to_numpy()
    rng = stream(seed, 7)
    usual = draw_codes(rng, CHANNEL_SHARES, len(buyers))
    channel = near_usual(rng, CHANNEL_SHARES, usual[customer])
    order = lines["order"].to_numpy()
    lines["customer"] = buyers[customer][order]
    lines["ordered_at"] = orders["ordered_at"].to_numpy()[order]
    lines["channel"] = pick(_CHANNELS[language], channel[order])
    lines["is_return"] = False
    return lines


def _written(lines: pd.DataFrame, customers: pd.DataFrame, goods: pd.DataFrame) -> pd.DataFrame:
    """Write positions as ids: the table a client would send, by time."""
    lines = lines.sort_values("ordered_at", kind="stable", ignore_index=True)
    customer, product = lines["customer"].to_numpy(), lines["product"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array.take(customer),
            "ordered_at": lines["ordered_at"],
            "amount": lines["amount"],
            "order_id": numbered("S", lines["order"].to_numpy() + 1, 8),
            "quantity": lines["quantity"],
            "unit_price": lines["unit_price"],
            "product_id": goods["product_id"].array.take(product),
            "category": goods["category"].array.take(product),
            "channel": lines["channel"],
            "region": customers["region"].array.take(customer),
            "cost": lines["cost"],
            "is_return": lines["is_return"].astype(bool),
        }
    )


def _truth(customers: pd.DataFrame, bought: Purchases, buyers: np.ndarray) -> pd.DataFrame:
    truth = bought.customers.drop(columns="joined_on").set_index(buyers)
    truth = truth.reindex(np.arange(len(customers)))
    per_year = truth["purchases_per_week"] * WEEKS_PER_YEAR
    frequent = np.where(per_year >= FREQUENT_PER_YEAR, "high_frequency", "low_frequency")
    living = np.where(truth["dropped_out_on"].isna(), frequent, "churned")
    truth["segment"] = np.where(per_year.isna(), "potential", living)
    truth.insert(0, "customer_id", customers["customer_id"])
    return truth
