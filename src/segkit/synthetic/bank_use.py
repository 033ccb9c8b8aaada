"""What customers of the made-up bank do and say: card use, contacts, complaints, a campaign."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from segkit.synthetic import bank_words as words
from segkit.synthetic.bank_people import BankPeople
from segkit.synthetic.bank_population import BEHAVIORS, DISSATISFACTION, GROUPS, BankPopulation
from segkit.synthetic.drawing import draw_codes_by, draw_moments, make_ids, pick, stream

#: Card payments a month of loyal, other and inactive customers.
USES_A_MONTH = {"loyal": 10.0, "other": 2.5, "inactive": 0.15}
# Shares of categories by behaviour, in the order of words.CATEGORIES.
CATEGORY_SHARES = np.array(
    [
        [0.60, 0.12, 0.03, 0.03, 0.01, 0.08, 0.08, 0.01, 0.04],
        [0.06, 0.12, 0.52, 0.20, 0.03, 0.01, 0.02, 0.02, 0.02],
        [0.04, 0.22, 0.04, 0.06, 0.46, 0.14, 0.02, 0.01, 0.01],
        [0.14, 0.05, 0.06, 0.04, 0.03, 0.05, 0.16, 0.30, 0.17],
    ]
)
# Shares of terminal, web and mobile by behaviour.
CHANNEL_SHARES = np.array(
    [[0.75, 0.05, 0.20], [0.05, 0.70, 0.25], [0.50, 0.40, 0.10], [0.15, 0.15, 0.70]]
)
_MEDIAN_AMOUNTS = np.array([120.0, 90.0, 160.0, 80.0, 900.0, 260.0, 220.0, 600.0, 450.0])
_AMOUNT_SPREAD = 0.5
#: Contacts a year of satisfied and of dissatisfied customers, in the order of CONTACT_KINDS.
CONTACTS_A_YEAR = np.array([[6.0, 0.6, 0.8, 1.0], [3.0, 4.0, 5.0, 4.0]])
# Ratings of the dissatisfied and of others, and how likely anybody gives one of the latter.
_BAD, _FAIR = (1, 2), (3, 4, 5)
_CONTENT = {"complaint": 0.06, "survey": 0.12, "sms": 0.20, "branch": 0.15}
_CAMPAIGN_COST = 3.5  # CNY for each customer contacted


def _toward_mean(rows: np.ndarray, weights: np.ndarray, separation: float) -> np.ndarray:
    """Draw the rows together: 1 leaves them as they are, 0 makes all of them their mean."""
    mean = weights @ rows
    return mean + separation * (rows - mean)


def _ids(customers: pd.DataFrame, who: np.ndarray) -> np.ndarray:
    return customers["customer_id"].array.take(who)


def _in_order(table: dict, moment: str) -> pd.DataFrame:
    """Sort by time, as a log is written."""
    frame = pd.DataFrame(table)
    return frame.sort_values([moment, "customer_id"], kind="stable", ignore_index=True)


def make_transactions(
    people: BankPeople,
    population: BankPopulation,
    customers: pd.DataFrame,
    *,
    start: date,
    n_days: int,
    seed: int,
    language: str,
) -> pd.DataFrame:
    """Write card use; dissatisfied customers fall silent in the last quarter of the window."""
    rng = stream(seed, 8)
    who, moment = _draw_uses(rng, people, population, start, n_days)
    weights = np.array(list(population.behaviors.values()))
    # The inactive have no behaviour of their own (-1): theirs is everybody's mean, the last row.
    categories, channels = (
        np.vstack([_toward_mean(rows, weights, population.separation), weights @ rows])
        for rows in (CATEGORY_SHARES, CHANNEL_SHARES)
    )
    behavior = people.behavior[who]
    category = draw_codes_by(rng, categories, behavior)
    channel = draw_codes_by(rng, channels, behavior)
    amount = _MEDIAN_AMOUNTS[category] * np.where(people.is_valuable[who], 1.5, 1.0)
    amount = amount * np.exp(rng.normal(0, _AMOUNT_SPREAD, len(who)))
    table = _in_order(
        {
            "customer_id": _ids(customers, who),
            "ordered_at": moment,
            "amount": np.round(amount, 2),
            "category": pick(words.labels(words.CATEGORIES, language), category),
            "channel": pick(words.labels(words.CARD_CHANNELS, language), channel),
        },
        "ordered_at",
    )
    table.insert(0, "order_id", make_ids("T", len(table), 8))
    return table


def _draw_uses(
    rng: np.random.Generator,
    people: BankPeople,
    population: BankPopulation,
    start: date,
    n_days: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw who pays when: often if loyal, and less once dissatisfied."""
    inactive = people.group == GROUPS.index("F")
    rates = np.select(
        [people.is_active & people.is_loyal, people.is_active, inactive],
        list(USES_A_MONTH.values()),
    )
    n_months = n_days / 30.4375
    counts = rng.poisson(rates * n_months * rng.gamma(20.0, 1 / 20.0, len(rates)))
    who = np.repeat(np.arange(len(counts)), counts)
    moment = draw_moments(rng, len(who), start, n_days)
    day = (moment - np.datetime64(start)).astype("timedelta64[D]").astype(int)
    silenced = (day >= 0.75 * n_days) & people.is_unhappy[who]
    kept = ~silenced | (rng.random(len(who)) >= 0.6 * population.separation)
    return who[kept], moment[kept]


def make_interactions(
    people: BankPeople,
    population: BankPopulation,
    customers: pd.DataFrame,
    *,
    start: date,
    n_days: int,
    seed: int,
    language: str,
) -> pd.DataFrame:
    """Write logins, calls, failed payments and fees: what dissatisfaction shows in."""
    rng = stream(seed, 9)
    satisfied, unhappy = CONTACTS_A_YEAR
    rates = np.vstack([satisfied, satisfied + population.separation * (unhappy - satisfied)])
    expected = rates[people.is_unhappy.astype(int)] * people.is_active[:, None] * n_days / 365.25
    counts = rng.poisson(expected)
    who, kind = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    return _in_order(
        {
            "customer_id": _ids(customers, who),
            "occurred_at": draw_moments(rng, len(who), start, n_days),
            "kind": pick(words.labels(words.CONTACT_KINDS, language), kind),
            "channel": pick(words.labels(words.CONTACT_CHANNELS, language), kind),
        },
        "occurred_at",
    )


def make_complaints(
    people: BankPeople,
    population: BankPopulation,
    customers: pd.DataFrame,
    *,
    start: date,
    n_days: int,
    seed: int,
    language: str,
) -> pd.DataFrame:
    """Write complaints and ratings; every negative one belongs to the explicit or the rated."""
    rng, n = stream(seed, 10), len(people.group)
    explicit, rated = (
        people.dissatisfaction == DISSATISFACTION.index(name) for name in ("explicit", "rated")
    )
    complains = explicit & (rng.random(n) < 0.65)
    by_sms = rated & (rng.random(n) < 0.6)
    parts = [
        _voices(rng, complains, "complaint", _BAD, outcomes=("refused", "open")),
        _voices(rng, explicit & ~complains, "survey", _BAD),
        _voices(rng, by_sms, "sms", _BAD),
        _voices(rng, rated & ~by_sms, "branch", _BAD),
    ]
    # Everybody may also have been content: a complaint settled well, a fair rating or answer.
    for kind, chance in _CONTENT.items():
        outcomes = ("settled",) if kind == "complaint" else ()
        chosen = people.is_active & (rng.random(n) < chance)
        parts.append(_voices(rng, chosen, kind, _FAIR, outcomes=outcomes))
    said = pd.concat(parts, ignore_index=True)
    kinds = said["kind"].to_numpy()
    return _in_order(
        {
            "customer_id": _ids(customers, said["customer"].to_numpy()),
            "occurred_at": draw_moments(rng, len(said), start, n_days),
            "kind": pick(words.labels(words.COMPLAINT_KINDS, language), kinds),
            "outcome": pick(words.OUTCOMES, said["outcome"].to_numpy()),
            "rating": said["rating"],
            "channel": pick(words.labels(words.COMPLAINT_CHANNELS, language), kinds),
        },
        "occurred_at",
    )


def _voices(
    rng: np.random.Generator,
    chosen: np.ndarray,
    kind: str,
    ratings: tuple[int, ...],
    *,
    outcomes: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Let each of the chosen customers speak once; only a complaint has an outcome."""
    who = np.flatnonzero(chosen)
    codes = [words.OUTCOMES.index(outcome) for outcome in outcomes] or [-1]
    return pd.DataFrame(
        {
            "customer": who,
            "kind": list(words.COMPLAINT_KINDS).index(kind),
            "outcome": rng.choice(codes, len(who)),
            "rating": rng.choice(ratings, len(who)),
        }
    )


def make_recommendations(
    people: BankPeople,
    population: BankPopulation,
    customers: pd.DataFrame,
    *,
    start: date,
    n_days: int,
    seed: int,
    language: str,
) -> pd.DataFrame:
    """Write who recommended the bank, and whether an account was opened for it."""
    rng = stream(seed, 11)
    rates = np.where(people.is_loyal, 1.2, 0.05) * people.is_active * n_days / 365.25
    counts = rng.poisson(rates)
    who = np.repeat(np.arange(len(counts)), counts)
    return _in_order(
        {
            "customer_id": _ids(customers, who),
            "occurred_at": draw_moments(rng, len(who), start, n_days),
            "opened_account": rng.random(len(who)) < 0.35,
        },
        "occurred_at",
    )


def make_campaign(
    people: BankPeople,
    population: BankPopulation,
    customers: pd.DataFrame,
    *,
    start: date,
    n_days: int,
    seed: int,
    language: str,
) -> pd.DataFrame:
    """Write the campaign, its control group drawn by lot."""
    rng = stream(seed, 12)
    who = np.flatnonzero(people.is_active)
    control = rng.random(len(who)) < population.control_share
    chance = population.response_base + np.where(control, 0.0, true_uplift(people, population)[who])
    responded = rng.random(len(who)) < chance
    middle = np.datetime64(start) + np.timedelta64(int(n_days * 0.6), "D")
    wave = rng.integers(max(1, min(14, n_days // 4)), size=len(who)).astype("timedelta64[D]")
    channel = np.where(control, -1, rng.integers(2, size=len(who)))
    return pd.DataFrame(
        {
            "customer_id": _ids(customers, who),
            "campaign": pick(words.labels(words.CAMPAIGNS, language), np.zeros(len(who), int)),
            "contacted_at": pd.Series((middle + wave).astype("datetime64[s]")),
            "channel": pick(words.labels(words.CAMPAIGN_CHANNELS, language), channel),
            "is_control": control,
            "responded": responded,
            "cost": np.where(control, 0.0, _CAMPAIGN_COST),
        }
    )


def true_uplift(people: BankPeople, population: BankPopulation) -> np.ndarray:
    """Give what the campaign adds to each customer's response; missing outside A to D."""
    # A behaviour of -1 takes the last.
    return np.array([*population.uplifts(), np.nan])[people.behavior]


def behavior_profiles(population: BankPopulation) -> pd.DataFrame:
    """Give the true shares of categories and channels of each behaviour."""
    weights = np.array(list(population.behaviors.values()))
    rows = np.hstack([
        _toward_mean(shares, weights, population.separation)
        for shares in (CATEGORY_SHARES, CHANNEL_SHARES)
    ])  # fmt: skip
    columns = [*words.CATEGORIES, *words.CARD_CHANNELS]
    return pd.DataFrame(rows, columns=columns).assign(behavior=BEHAVIORS).set_index("behavior")
