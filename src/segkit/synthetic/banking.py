"""A made-up bank: customers, accounts, balances, card use, complaints, a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from segkit.checks import check_choice, check_number, fail, listed
from segkit.i18n import LANGUAGES
from segkit.synthetic import bank_accounts, bank_use
from segkit.synthetic.bank_people import BankPeople, draw_bank_people, make_customers
from segkit.synthetic.bank_population import (
    BEHAVIORS,
    DISSATISFACTION,
    GROUPS,
    BankPopulation,
)
from segkit.synthetic.drawing import check_seed, check_window, pick
from segkit.synthetic.result import MadeUp

_WHO = "make_banking"
TABLES = (
    "customers",
    "balances",
    "accounts",
    "products",
    "transactions",
    "interactions",
    "complaints",
    "campaigns",
    "recommendations",
)


def make_banking(
    n_customers: int = 10_000,
    *,
    start: date | str = "2024-01-01",
    end: date | str = "2024-12-31",
    seed: int = 0,
    language: str = "en",
    tables: Sequence[str] | None = None,
    population: BankPopulation | None = None,
) -> MadeUp:
    """Make up a bank whose true segments are known.

    To try out grading by assets, the grid of loyalty and value, clusters, the search for
    dissatisfied customers and the evaluation of a campaign, where each answer can be checked.

    Parameters
    ----------
    n_customers : int
        Customers, at least 1.
    start, end : date or str
        First and last day of the data, both counted in; they hold at least one whole month.
    seed : int
        At least 0; the same seed and parameters give the same data.
    language : {"en", "zh"}
        Of names, cities, occupations, products, categories and channels. Numbers, dates and the
        truth are the same in both.
    tables : sequence of str or None
        Which tables to make, ``customers`` being always one; all by default. A table is the same
        whichever others are made.
    population : BankPopulation or None
        Shares, separation and campaign; see there. Default shares by default.

    Returns
    -------
    MadeUp
        Tables, with canonical columns; money in CNY.

        ================  ==================================================================
        table             one row
        ================  ==================================================================
        customers         customer, with ``household_id`` of those who live together;
                          ``joined_at`` is missing for those who never were the bank's
        balances          open account and whole month: ``balance`` is the daily average of
                          the month that ends on ``as_of``, ``inflow`` what came in
        accounts          account, ``closed_at`` if it was
        products          product or service that a customer holds
        transactions      payment by card
        interactions      login, service call, failed payment or fee charged
        complaints        complaint with ``outcome`` (settled, refused, open), or an answer to
                          the survey, an SMS or branch rating; ``rating`` 1 to 5
        campaigns         customer of a campaign; for ``is_control`` nobody was contacted and
                          ``contacted_at`` is the day the others were
        recommendations   recommendation, and whether an account was opened for it
        ================  ==================================================================

        Truth: ``customers`` with a row per customer (``card_tier``, ``tier_individual``,
        ``tier_family``, daily-average ``assets`` and ``family_assets`` over all whole months,
        ``family_size``: one alone is no family; ``group`` A to G; ``dissatisfaction``;
        ``behavior``; ``uplift``), ``behaviors`` with the shares of categories and channels. Card
        tiers are missing where ``balances`` were not asked for.

    Raises
    ------
    ArgumentError
        If an argument is outside its rule, or shares cannot be met together.

    Examples
    --------
    >>> made = make_banking(500, seed=7, tables=["balances"])
    >>> list(made.tables)
    ['customers', 'balances']
    >>> sorted(made.truth["customers"]["card_tier"].unique())
    ['black_gold', 'gold', 'platinum', 'silver']
    """
    n = int(check_number(_WHO, "n_customers", n_customers, low=1, whole=True))
    first, last = check_window(_WHO, start, end)
    seed = check_seed(_WHO, seed)
    check_choice(_WHO, "language", language, LANGUAGES)
    wanted = _check_tables(tables)
    population = BankPopulation() if population is None else population
    if not isinstance(population, BankPopulation):
        fail(_WHO, "population", "a BankPopulation", population)
    months = bank_accounts.month_ends(first, last)
    people = draw_bank_people(population, n, seed)
    customers = make_customers(people, start=first, end=last, seed=seed, language=language)
    truth = _group_truth(people, customers)
    truth["uplift"] = bank_use.true_uplift(people, population)
    shared: dict[str, Any] = {"start": first, "seed": seed, "language": language}
    made = {"customers": customers}
    if set(wanted) & {"balances", "accounts", "products"}:
        money = _make_money(people, customers, months, "balances" in wanted, shared)
        truth = pd.concat([truth, money.pop("grades")], axis=1)
        made |= money
    n_days = (last - first).days + 1
    made |= _make_use(people, population, customers, wanted, {**shared, "n_days": n_days})
    parameters = {"n_customers": n, **shared, "end": last, "tables": wanted}
    return MadeUp(
        "banking",
        {name: made[name] for name in TABLES if name in wanted},
        {"customers": truth, "behaviors": bank_use.behavior_profiles(population)},
        parameters | population.as_dict(),
    )


def _check_tables(tables: Sequence[str] | None) -> tuple[str, ...]:
    """Give the tables to make, in their order, customers first."""
    if tables is None:
        return TABLES
    if isinstance(tables, str) or not set(tables) <= set(TABLES):
        fail(_WHO, "tables", f"a list out of {listed(TABLES)}", tables)
    return tuple(name for name in TABLES if name == "customers" or name in tables)


def _group_truth(people: BankPeople, customers: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array,
            "group": pick(GROUPS, people.group),
            "dissatisfaction": pick(DISSATISFACTION, people.dissatisfaction),
            "behavior": pick(BEHAVIORS, people.behavior),
        }
    )


def _make_money(
    people: BankPeople,
    customers: pd.DataFrame,
    months: pd.DatetimeIndex,
    with_balances: bool,
    shared: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """Make accounts and products, and with the balances the ``grades`` that follow from them."""
    holdings = bank_accounts.draw_holdings(people, shared["seed"])
    accounts = bank_accounts.make_accounts(holdings, customers, **shared)
    products = bank_accounts.make_products(holdings, customers, shared["language"])
    made = {"accounts": accounts, "products": products, "grades": pd.DataFrame()}
    if with_balances:
        balances = bank_accounts.make_balances(people, holdings, accounts, months, shared["seed"])
        grades = bank_accounts.tier_truth(people, holdings, balances, months)
        made |= {"balances": balances, "grades": grades}
    return made


def _make_use(
    people: BankPeople,
    population: BankPopulation,
    customers: pd.DataFrame,
    wanted: tuple[str, ...],
    shared: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """Make those of the tables of use that are wanted."""
    makers = {
        "transactions": bank_use.make_transactions,
        "interactions": bank_use.make_interactions,
        "complaints": bank_use.make_complaints,
        "campaigns": bank_use.make_campaign,
        "recommendations": bank_use.make_recommendations,
    }
    return {
        name: make(people, population, customers, **shared)
        for name, make in makers.items()
        if name in wanted
    }
