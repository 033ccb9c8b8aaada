"""Women of the made-up cosmetics brand: what is true of each, and what the client's table says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from segkit.synthetic import beauty
from segkit.synthetic.buying import draw_days
from segkit.synthetic.drawing import draw_codes, draw_codes_by, pick, stream
from segkit.synthetic.names import draw_people
from segkit.synthetic.places import draw_places
from segkit.synthetic.texts import numbered

_DAY = np.timedelta64(1, "D")
#: Of those who become dissatisfied, the share that stops buying then.
_LEAVE_WHEN_UNHAPPY = 0.7
#: Chance per year that a customer of average loyalty stops buying.
_LEAVE_PER_YEAR = 0.15


@dataclass(frozen=True)
class Women:
    """One array per trait, by position of the customer; codes are positions in ``beauty``."""

    age: np.ndarray
    band: np.ndarray
    needs: np.ndarray  # one row per customer: her needs, the first one first
    channel: np.ndarray
    orientation: np.ndarray  # 0 looks at the price, 1 at quality
    factors: dict[str, np.ndarray]
    social: np.ndarray
    dissatisfaction: np.ndarray
    joined: np.ndarray
    unhappy_since: np.ndarray  # NaT for satisfied customers
    stopped: np.ndarray  # the day from which on she buys nothing; far ahead for most

    @property
    def is_unhappy(self) -> np.ndarray:
        """Tell who is dissatisfied, in whichever way."""
        return ~np.isnat(self.unhappy_since)


def draw_women(
    seed: int,
    n: int,
    first: date,
    last: date,
    age_shares: Mapping[str, float],
    dissatisfaction_shares: Mapping[str, float],
) -> Women:
    """Draw the traits of ``n`` customers; nobody joins in the window's last quarter."""
    rng = stream(seed, 1)
    band = draw_codes(rng, age_shares, n)
    bounds = np.array(list(beauty.AGE_BANDS.values()))[band]
    price_first = np.array(list(beauty.PRICE_SHARES.values()))[band]
    orientation = (rng.random(n) >= price_first).astype(np.int64)
    dissatisfaction = draw_codes(rng, dissatisfaction_shares, n)
    unhappy = dissatisfaction < list(beauty.DISSATISFACTION_SHARES).index("satisfied")
    factors = _draw_factors(rng, orientation, unhappy)
    joined = draw_days(rng, n, first, first + (last - first) * 3 / 4)
    left = (np.datetime64(last, "D") - joined).astype(np.int64)
    since = joined + (left * rng.uniform(0.2, 0.8, n)).astype(np.int64) * _DAY
    hazard = _LEAVE_PER_YEAR / 365.25 * np.exp(-0.5 * factors["loyalty"])
    # Beyond any window is far enough: some lives would outrun the calendar.
    life = np.minimum(rng.exponential(1 / hazard), 1e5)
    stopped = joined + np.ceil(life).astype(np.int64) * _DAY
    walks_out = unhappy & (rng.random(n) < _LEAVE_WHEN_UNHAPPY)
    return Women(
        age=rng.integers(bounds[:, 0], bounds[:, 1] + 1),
        band=band,
        needs=_draw_needs(rng, band),
        channel=_draw_leaning(rng, band, beauty.USUAL_CHANNEL, list(beauty.CHANNELS)),
        orientation=orientation,
        factors=factors,
        social=draw_codes(rng, beauty.SOCIAL_SHARES, n),
        dissatisfaction=dissatisfaction,
        joined=joined,
        unhappy_since=np.where(unhappy, since, np.datetime64("NaT")),
        stopped=np.where(walks_out, np.minimum(stopped, since + _DAY), stopped),
    )


def customers_table(women: Women, seed: int, last: date, language: str) -> pd.DataFrame:
    """Write what the client's CRM knows of each customer."""
    n = len(women.age)
    rng = stream(seed, 2)
    people = draw_people(rng, n, language, gender="female")
    places = draw_places(rng, n, language)
    # More with age and in large cities, per month.
    typical = 9_000 * 0.88 ** (places["city_tier"].to_numpy() - 2) * (1 + 0.15 * women.band)
    return pd.DataFrame(
        {
            "customer_id": numbered("M", np.arange(1, n + 1)),
            "joined_at": women.joined.astype("datetime64[s]"),
            **{name: people[name] for name in people},
            "birth_year": last.year - women.age,
            "income": np.round(typical * rng.lognormal(0, 0.35, n), -2),
            **{name: places[name] for name in places},
        }
    )


def truth_table(women: Women, customers: pd.DataFrame, last: date) -> pd.DataFrame:
    """Write what no client knows: one row per customer."""
    band = pick(list(beauty.AGE_BANDS), women.band)
    orientation = pick(["price", "quality"], women.orientation)
    low, high = beauty.LOYALTY_CUTS
    loyalty = np.digitize(women.factors["loyalty"], [low, high])
    needs = {
        f"need_{rank + 1}": pick(list(beauty.NEEDS), women.needs[:, rank])
        for rank in range(len(beauty.NEED_WEIGHTS))
    }
    gone = np.where(women.stopped <= np.datetime64(last, "D"), women.stopped, np.datetime64("NaT"))
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "segment": band + "_" + orientation,
            "age_band": band,
            **needs,
            "channel": pick(list(beauty.CHANNELS), women.channel),
            "orientation": orientation,
            **women.factors,
            "loyalty_group": pick(["easily_lost", "ordinary", "loyal"], loyalty),
            "social": pick(list(beauty.SOCIAL_SHARES), women.social),
            "dissatisfaction": pick(list(beauty.DISSATISFACTION_SHARES), women.dissatisfaction),
            "unhappy_since": women.unhappy_since.astype("datetime64[s]"),
            "dropped_out_on": gone.astype("datetime64[s]"),
        }
    )


def _draw_factors(
    rng: np.random.Generator, orientation: np.ndarray, unhappy: np.ndarray
) -> dict[str, np.ndarray]:
    """Draw attitudes: two classes, half a unit wide and two apart; loyalty is one broad factor."""
    side = np.where(orientation == 0, 1.0, -1.0)
    n = len(side)
    return {
        "price": side + rng.normal(0, 0.5, n),
        "quality": -side + rng.normal(0, 0.5, n),
        "loyalty": rng.normal(0, 1, n) - 1.2 * unhappy,
    }


def _draw_leaning(
    rng: np.random.Generator, band: np.ndarray, own: Mapping[str, str], choices: list[str]
) -> np.ndarray:
    """Draw the band's own choice in ``LEANING`` of cases, else any."""
    rows = np.full((len(own), len(choices)), (1 - beauty.LEANING) / len(choices))
    for row, choice in enumerate(own.values()):
        rows[row, choices.index(choice)] += beauty.LEANING
    return draw_codes_by(rng, rows, band).astype(np.int64)


def _draw_needs(rng: np.random.Generator, band: np.ndarray) -> np.ndarray:
    """Rank each customer's needs: the first by her age band, the others in any order."""
    n, names = len(band), list(beauty.NEEDS)
    first = _draw_leaning(rng, band, beauty.FIRST_NEED, names)
    order = rng.random((n, len(names)))
    order[np.arange(n), first] = -1.0
    return np.argsort(order, axis=1)
