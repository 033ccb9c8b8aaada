"""The made-up bank's customers: households, groups, wealth; all arrays, one entry per customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from segkit.checks import fail
from segkit.synthetic import bank_words as words
from segkit.synthetic.bank_population import (
    BEHAVIORS,
    CARD_TIERS,
    DISSATISFACTION,
    GROUPS,
    TIERS,
    BankPopulation,
)
from segkit.synthetic.drawing import draw_codes, draw_codes_by, log_uniform, make_ids, pick, stream
from segkit.synthetic.names import draw_people
from segkit.synthetic.places import draw_places

_WHO = "make_banking"
_ACTIVE = 4  # groups A to D come first
_POTENTIAL, _INACTIVE, _SUSPECT = (GROUPS.index(letter) for letter in "EFG")
#: How the wealth of a household is split between members, by group.
_WEIGHTS = np.array([3.0, 3.0, 1.0, 1.0, 0.0, 0.05, 0.0])
#: A household stays this share away from each threshold, so that averages taken by month or
#: by day agree on its tier.
_MARGIN = 0.01
_AGE_MEANS = dict(zip(BEHAVIORS, (54, 31, 44, 39), strict=True))
# Yearly income in CNY, its spread on the log scale: the halves meet at 180,000.
_INCOMES = {"high": 360_000, "low": 90_000}
_INCOME_SPREAD = 0.25
# Shares by value: occupations without retired and student, who follow from age.
_OCCUPATIONS = np.array(
    [
        [0.02, 0.06, 0.14, 0.12, 0.26, 0.18, 0.12, 0.10],
        [0.25, 0.25, 0.28, 0.10, 0.08, 0.01, 0.01, 0.02],
    ]
)
_STANDING = {"occupation": words.OCCUPATIONS, "education": words.EDUCATIONS}
_EDUCATIONS = np.array([[0.34, 0.33, 0.28, 0.05], [0.06, 0.18, 0.46, 0.30]])


@dataclass(frozen=True)
class BankPeople:
    """Customers as arrays: codes point into the lists of :mod:`bank_population`."""

    household: np.ndarray
    size: np.ndarray
    group: np.ndarray
    tier: np.ndarray
    wealth: np.ndarray  # CNY, what the accounts will average to
    behavior: np.ndarray  # -1 where the customer has no account in use
    dissatisfaction: np.ndarray
    age: np.ndarray
    income: np.ndarray

    @property
    def is_active(self) -> np.ndarray:
        """Say who has an account in use."""
        return self.group < _ACTIVE

    @property
    def is_loyal(self) -> np.ndarray:
        """Say who is of high loyalty."""
        return (self.group == 0) | (self.group == 2)

    @property
    def is_valuable(self) -> np.ndarray:
        """Say who is of high value."""
        return self.group < 2

    @property
    def is_unhappy(self) -> np.ndarray:
        """Say who is dissatisfied, aloud or not."""
        satisfied = DISSATISFACTION.index("satisfied")
        return (self.dissatisfaction >= 0) & (self.dissatisfaction != satisfied)


def draw_bank_people(population: BankPopulation, n: int, seed: int) -> BankPeople:
    """Draw who belongs together, who is what, and who owns how much."""
    rng = stream(seed, 1)
    household, size, place = _draw_households(rng, population, n)
    group = _draw_groups(rng, population, size)
    tier = _draw_tiers(rng, population, household, group)
    wealth = _draw_wealth(rng, household, size, group, tier)
    active = group < _ACTIVE
    behavior = np.where(active, draw_codes(rng, population.behaviors, n), -1)
    dissatisfaction = np.where(active, draw_codes(rng, population.dissatisfaction, n), -1)
    age = _draw_ages(rng, population, size, household, place, behavior)
    income = _draw_incomes(rng, group)
    return BankPeople(household, size, group, tier, wealth, behavior, dissatisfaction, age, income)


def _draw_households(
    rng: np.random.Generator, population: BankPopulation, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each customer a household, its size, and the place within it; the last is cut to fit."""
    sizes = 1 + draw_codes(rng, population.households, n)
    n_households = int(np.searchsorted(np.cumsum(sizes), n)) + 1
    sizes = sizes[:n_households]
    sizes[-1] -= sizes.sum() - n
    household = np.repeat(np.arange(n_households), sizes)
    place = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return household, sizes[household], place


def _draw_groups(
    rng: np.random.Generator, population: BankPopulation, size: np.ndarray
) -> np.ndarray:
    shares = np.array(list(population.groups.values()))
    suspects = shares[_SUSPECT]
    alone = size == 1
    if suspects > alone.mean():
        fail(
            _WHO,
            "population.groups['G']",
            f"at most the share of customers who live alone ({alone.mean():.3g})",
            float(suspects),
            "Raise the share of households of 1, or lower G.",
        )
    if suspects == 1:
        return np.full(len(size), _SUSPECT)
    group = draw_codes(rng, shares[:_SUSPECT] / (1 - suspects), len(size))
    chance = suspects / alone.mean() if suspects else 0.0
    return np.where(alone & (rng.random(len(size)) < chance), _SUSPECT, group)


def _draw_tiers(
    rng: np.random.Generator, population: BankPopulation, household: np.ndarray, group: np.ndarray
) -> np.ndarray:
    """Give the best tiers to the richest households, riches leaning on members of high value."""
    n_households = household[-1] + 1
    sizes = np.bincount(household)
    rich = np.bincount(household, weights=group < 2) > 0
    able = np.bincount(household, weights=group < _ACTIVE) > 0
    score = np.where(able, rich + rng.normal(0, 0.5, n_households), -np.inf)
    order = np.argsort(-score, kind="stable")
    seen = (np.cumsum(sizes[order]) - sizes[order] / 2) / len(household)
    tier = np.empty(n_households, dtype=np.int64)
    edges = np.cumsum(list(population.card_tiers.values()))[:-1]
    tier[order] = np.searchsorted(edges, seen, side="right")
    if (tier[~able] < len(TIERS) - 1).any():
        share = sizes[able].sum() / len(household)
        fail(
            _WHO,
            "population.card_tiers",
            f"above silver at most the share of customers whose household uses an account "
            f"({share:.3g})",
            dict(population.card_tiers),
            "Raise the share of silver, or of the groups A to D.",
        )
    return tier[household]


def _draw_wealth(
    rng: np.random.Generator,
    household: np.ndarray,
    size: np.ndarray,
    group: np.ndarray,
    tier: np.ndarray,
) -> np.ndarray:
    """Draw what a household owns within its tier's band, and split it between its members."""
    first = np.unique(household, return_index=True)[1]
    alone, rank = size[first] == 1, tier[first]
    floors = np.array([[family, own] for _, own, family in CARD_TIERS], dtype=float)
    low = floors[rank, alone.astype(int)] * (1 + _MARGIN)
    high = floors[np.maximum(rank - 1, 0), alone.astype(int)] * (1 - _MARGIN)
    low = np.maximum(low, 2_000.0)
    top = np.minimum((1 - rng.random(len(rank))) ** -0.6, 30.0)
    total = np.where(rank == 0, low * top, log_uniform(rng, low, np.maximum(high, low), len(rank)))
    used = np.bincount(household, weights=group < _ACTIVE) > 0
    total = np.where(used, total, log_uniform(rng, 10.0, 3_000.0, len(rank)))
    weight = _WEIGHTS[group] * rng.gamma(4.0, size=len(group))
    sums = np.bincount(household, weights=weight)
    share = np.divide(weight, sums[household], out=np.zeros_like(weight), where=weight > 0)
    return share * total[household]


def _draw_ages(
    rng: np.random.Generator,
    population: BankPopulation,
    size: np.ndarray,
    household: np.ndarray,
    place: np.ndarray,
    behavior: np.ndarray,
) -> np.ndarray:
    """Draw a household's head by behaviour, a spouse of like age, a grown child, a parent."""
    means = np.array([43.0, *_AGE_MEANS.values()])
    mean = 43 + population.separation * (means[behavior + 1] - 43)
    heads = np.clip(rng.normal(mean, 9), 18, 80)
    heads = np.where(size >= 3, np.clip(heads, 44, 66), heads)  # old enough for the child
    head = heads[place == 0][household]
    apart = rng.integers(22, 27, len(head))
    age = np.select(
        [place == 0, place == 1, place == 2],
        [head, head + rng.normal(0, 3, len(head)), head - apart],
        head + apart,
    )
    return np.clip(age, 18, 92).astype(np.int64)


def _draw_incomes(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    """High value earns much, low value little, and of those without an account some do."""
    outside = group >= _ACTIVE
    high = (group < 2) | (outside & (rng.random(len(group)) < 0.3))
    median = np.where(high, _INCOMES["high"], _INCOMES["low"])
    return np.round(median * np.exp(rng.normal(0, _INCOME_SPREAD, len(group))), -2)


def make_customers(
    people: BankPeople, *, start: date, end: date, seed: int, language: str
) -> pd.DataFrame:
    """Write the customers table as the bank's system would."""
    rng, n = stream(seed, 2), len(people.group)
    persons = draw_people(rng, n, language)
    homes = draw_places(stream(seed, 3), int(people.household[-1]) + 1, language)
    homes = homes.take(people.household).reset_index(drop=True)
    rng = stream(seed, 4)
    # Suspects never joined; loyal ones did long ago, nobody before turning 18.
    years = np.where(people.is_loyal, rng.uniform(4, 15, n), rng.uniform(0.1, 5, n))
    years = np.minimum(years, people.age - 17.0)
    joined = np.datetime64(start) - np.ceil(years * 365.25).astype("timedelta64[D]")
    joined = np.where(people.group == _SUSPECT, np.datetime64("NaT", "D"), joined)
    born = np.datetime64(end) - np.ceil(people.age * 365.25 + rng.integers(1, 364, n)).astype(
        "timedelta64[D]"
    )
    ids = pd.Series(make_ids("H", int(people.household[-1]) + 1))
    table = pd.DataFrame({"customer_id": make_ids("C", n)})
    table["household_id"] = ids.take(people.household).array
    table["joined_at"] = pd.Series(joined.astype("datetime64[s]"))
    for name in ("name", "gender"):
        table[name] = persons[name]
    table["birth_date"] = pd.Series(born.astype("datetime64[s]"))
    table["age"], table["income"] = people.age, people.income
    for name, codes in _draw_standing(rng, people).items():
        table[name] = pick(words.labels(_STANDING[name], language), codes)
    table["family"] = pick(words.labels(words.FAMILIES, language), people.size - 1)
    for name in ("region", "city", "city_tier"):
        table[name] = homes[name]
    table["phone"], table["email"] = persons["phone"], persons["email"]
    return table


def _draw_standing(rng: np.random.Generator, people: BankPeople) -> dict[str, np.ndarray]:
    high = (people.income > np.sqrt(_INCOMES["high"] * _INCOMES["low"])).astype(int)
    occupation = draw_codes_by(rng, _OCCUPATIONS, high)
    occupation = np.where(people.age >= 62, list(words.OCCUPATIONS).index("retired"), occupation)
    young = (people.age <= 21) & (high == 0)
    occupation = np.where(young, list(words.OCCUPATIONS).index("student"), occupation)
    return {"occupation": occupation, "education": draw_codes_by(rng, _EDUCATIONS, high)}
