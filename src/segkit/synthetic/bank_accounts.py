"""Products held, accounts, and monthly balances of the made-up bank."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from segkit.checks import fail
from segkit.synthetic import bank_words as words
from segkit.synthetic.bank_people import BankPeople
from segkit.synthetic.bank_population import CARD_TIERS, GROUPS, TIERS
from segkit.synthetic.drawing import make_ids, pick, stream

_WITH_BALANCE = 4  # products that are accounts come first
_GUARANTEE = list(words.PRODUCTS).index("guarantee")
_PER_ACCOUNT_YEAR_SWAY = 0.08


def draw_holdings(people: BankPeople, seed: int) -> pd.DataFrame:
    """Draw who holds what: ``customer`` and ``product`` as positions, ``is_closed``.

    Everybody with an account has savings; loyal customers hold 4 to 8 products, others 1 to 3;
    potential customers have closed their account or only guarantee somebody's loan.
    """
    rng, n = stream(seed, 5), len(people.group)
    offered = _GUARANTEE - 1  # besides savings, and but for the guarantee
    more = np.where(people.is_loyal, 3 + rng.binomial(4, 0.4, n), rng.binomial(2, 0.4, n))
    more[~people.is_active] = 0
    place = np.argsort(rng.random((n, offered)), axis=1).argsort(axis=1)
    held = np.zeros((n, len(words.PRODUCTS)), dtype=bool)
    held[:, 1:_GUARANTEE] = place < more[:, None]
    potential = people.group == GROUPS.index("E")
    guarantor = potential & (rng.random(n) < 0.4)
    held[:, 0] = (people.group != GROUPS.index("G")) & ~guarantor
    held[guarantor, _GUARANTEE] = True
    customer, product = np.nonzero(held)
    return pd.DataFrame(
        {
            "customer": customer,
            "product": product,
            "is_closed": potential[customer] & (product == 0),
        }
    )


def make_products(holdings: pd.DataFrame, customers: pd.DataFrame, language: str) -> pd.DataFrame:
    """Write the products held today."""
    held = holdings[~holdings["is_closed"]]
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].take(held["customer"]).array,
            "product": pick(words.labels(words.PRODUCTS, language), held["product"]),
        }
    )


def make_accounts(
    holdings: pd.DataFrame, customers: pd.DataFrame, *, start: date, seed: int, language: str
) -> pd.DataFrame:
    """Write the accounts: opened between joining and the start, closed ones closed before it."""
    rng = stream(seed, 6)
    own = holdings[holdings["product"] < _WITH_BALANCE]
    who = customers.take(own["customer"])
    n = len(own)
    first = np.datetime64(start)
    joined = who["joined_at"].to_numpy().astype("datetime64[D]")
    later = np.where(own["product"] == 0, 0.0, rng.random(n))
    days = (first - joined).astype(np.int64)
    opened = joined + (later * days).astype("timedelta64[D]")
    left = (days * rng.uniform(0.2, 0.9, n)).astype("timedelta64[D]")
    closed = np.where(own["is_closed"], joined + left, np.datetime64("NaT", "D"))
    return pd.DataFrame(
        {
            "customer_id": who["customer_id"].array,
            "account_id": make_ids("A", n),
            "household_id": who["household_id"].array,
            "product": pick(words.labels(words.PRODUCTS, language), own["product"]),
            "opened_at": pd.Series(opened.astype("datetime64[s]")),
            "closed_at": pd.Series(closed.astype("datetime64[s]")),
        }
    )


def month_ends(start: date, end: date) -> pd.DatetimeIndex:
    """List the last days of the months that lie in the window whole."""
    first = pd.Timestamp(start)
    months = pd.date_range(first, pd.Timestamp(end), freq="ME")
    months = months[(months - pd.offsets.MonthBegin(1)) >= first]
    if not len(months):
        fail(
            "make_banking",
            "end",
            f"a date with at least one whole month since start ({start})",
            str(end),
        )
    return months


def _day_weights(months: pd.DatetimeIndex) -> np.ndarray:
    days = months.days_in_month.to_numpy()
    return days / days.sum()


def make_balances(
    people: BankPeople,
    holdings: pd.DataFrame,
    accounts: pd.DataFrame,
    months: pd.DatetimeIndex,
    seed: int,
) -> pd.DataFrame:
    """Write one row per open account and month: the month's daily average, and what came in.

    An account's averages sway about its level, but weighted by days they meet it.
    """
    rng = stream(seed, 7)
    own = holdings[holdings["product"] < _WITH_BALANCE]
    is_open = ~own["is_closed"].to_numpy()
    customer = own["customer"].to_numpy()[is_open]
    product = own["product"].to_numpy()[is_open]
    level = _split(rng, people.wealth, customer)
    days = _day_weights(months)
    n, n_months = len(customer), len(months)
    path = rng.uniform(-1, 1, (n, 1)) * np.linspace(-1, 1, n_months)
    path += 0.5 * rng.standard_normal((n, n_months), dtype=np.float32)
    path *= _PER_ACCOUNT_YEAR_SWAY
    np.clip(path, -0.5, 0.5, out=path)
    path += 1 - (path @ days)[:, None]
    path *= level[:, None]
    used = np.where(people.is_active, 0.9, 0.002) * people.income / 12
    inflow = np.where(product == 0, used[customer], 0.0)
    flows = inflow[:, None] * (1 + 0.1 * rng.standard_normal((n, n_months), dtype=np.float32))
    rows = np.repeat(np.flatnonzero(is_open), n_months)
    table = {name: accounts[name].array.take(rows) for name in ("customer_id", "account_id")}
    table["household_id"] = accounts["household_id"].array.take(rows)
    table["as_of"] = np.tile(months.to_numpy().astype("datetime64[s]"), n)
    table["product"] = accounts["product"].array.take(rows)
    table["balance"] = np.round(path.ravel(), 2)
    table["inflow"] = np.round(np.maximum(flows, 0).ravel(), 2)
    return pd.DataFrame(table)


def _split(rng: np.random.Generator, wealth: np.ndarray, customer: np.ndarray) -> np.ndarray:
    """Spread what a customer owns over the customer's accounts."""
    weight = rng.gamma(2.0, size=len(customer)) + 0.05
    sums = np.bincount(customer, weights=weight, minlength=len(wealth))
    return wealth[customer] * weight / sums[customer]


def tier_truth(
    people: BankPeople,
    holdings: pd.DataFrame,
    balances: pd.DataFrame,
    months: pd.DatetimeIndex,
) -> pd.DataFrame:
    """Grade every customer by both routes, from the balances as they are written.

    Daily average: monthly averages weighted by the days of their month. A family is a household
    of two or more; who lives alone has the individual route only.
    """
    own = holdings[(holdings["product"] < _WITH_BALANCE) & ~holdings["is_closed"]]
    averages = balances["balance"].to_numpy().reshape(len(own), len(months))
    days = _day_weights(months)
    n = len(people.group)
    assets = np.bincount(own["customer"], weights=averages @ days, minlength=n)
    family = np.bincount(people.household, weights=assets)[people.household]
    individual = _grade(assets, [own for _, own, _ in CARD_TIERS])
    by_family = np.where(people.size > 1, _grade(family, [least for _, _, least in CARD_TIERS]), -1)
    best = np.where(by_family >= 0, np.minimum(individual, by_family), individual)
    return pd.DataFrame(
        {
            "card_tier": pick(TIERS, best),
            "tier_individual": pick(TIERS, individual),
            "tier_family": pick(TIERS, by_family),
            "assets": np.round(assets, 2),
            "family_assets": np.round(family, 2),
            "family_size": people.size,
        }
    )


def _grade(assets: np.ndarray, thresholds: list[int]) -> np.ndarray:
    """Give the position of the best threshold reached, the highest standing first."""
    rising = np.array(thresholds[::-1], dtype=float)
    return len(rising) - np.searchsorted(rising, assets, side="right").clip(min=1)
