"""A made-up hotel: guests by purpose, spending and source, and their stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_number
from segkit.i18n import LANGUAGES
from segkit.synthetic.drawing import (
    check_seed,
    check_shares,
    check_window,
    draw_codes,
    draw_codes_by,
    make_ids,
    pick,
    stream,
)
from segkit.synthetic.names import GENDERS, draw_people
from segkit.synthetic.places import draw_places
from segkit.synthetic.result import MadeUp

_WHO = "make_hotel"
PURPOSES = {"business": 0.45, "leisure": 0.40, "conference": 0.15}
SPENDING = {"high": 0.20, "middle": 0.50, "economy": 0.30}
SOURCES = {"domestic": 0.60, "international": 0.15, "member": 0.25}

# By purpose: stays a year, days booked ahead (median), share of arrivals Monday to Sunday.
_STAYS_A_YEAR = np.array([5.0, 1.5, 1.2])
_LEAD_DAYS = np.array([4.0, 30.0, 75.0])
_LEAD_SPREAD = 0.4
_WEEKDAYS = np.array(
    [
        [0.27, 0.26, 0.24, 0.16, 0.03, 0.01, 0.03],
        [0.03, 0.03, 0.04, 0.10, 0.42, 0.33, 0.05],
        [0.10, 0.38, 0.34, 0.10, 0.02, 0.01, 0.05],
    ]
)
# Shares of 1, 2, 3, 4, 5 nights and of 1, 2, 3, 4 guests to a room.
_NIGHTS = np.array(
    [
        [0.55, 0.30, 0.12, 0.03, 0.00],
        [0.15, 0.40, 0.25, 0.12, 0.08],
        [0.10, 0.50, 0.35, 0.05, 0.00],
    ]
)
_GUESTS = np.array([[0.95, 0.05, 0, 0], [0.04, 0.56, 0.24, 0.16], [0.90, 0.10, 0, 0]])
_CHANNELS = {
    "direct": ("hotel website", "酒店官网"),
    "corporate": ("corporate contract", "企业协议"),
    "agency": ("online travel agency", "在线旅行社"),
    "event": ("event group", "会议团队"),
}
_CHANNEL_SHARES = np.array(
    [[0.25, 0.60, 0.14, 0.01], [0.30, 0.02, 0.66, 0.02], [0.10, 0.08, 0.07, 0.75]]
)
# By spending: CNY for a night (median), and shares of room types.
_RATES = np.array([1_500.0, 600.0, 250.0])
_RATE_SPREAD = 0.15
_ROOMS = {
    "suite": ("suite", "套房"),
    "deluxe": ("deluxe room", "豪华房"),
    "standard": ("standard room", "标准间"),
    "budget": ("budget room", "经济房"),
}
_ROOM_SHARES = np.array([[0.45, 0.50, 0.05, 0.0], [0.02, 0.28, 0.65, 0.05], [0, 0, 0.25, 0.75]])
_COUNTRIES = {
    "CN": ("China", "中国"),
    "JP": ("Japan", "日本"),
    "KR": ("South Korea", "韩国"),
    "SG": ("Singapore", "新加坡"),
    "US": ("United States", "美国"),
    "DE": ("Germany", "德国"),
    "GB": ("United Kingdom", "英国"),
}
_LEVELS = {
    "silver": ("silver", "银卡"),
    "gold": ("gold", "金卡"),
    "platinum": ("platinum", "白金卡"),
}


def make_hotel(
    n_customers: int = 10_000,
    *,
    start: date | str = "2024-01-01",
    end: date | str = "2024-12-31",
    seed: int = 0,
    language: str = "en",
    purposes: Mapping[str, float] | None = None,
    spending: Mapping[str, float] | None = None,
    sources: Mapping[str, float] | None = None,
) -> MadeUp:
    """Make up a hotel whose guests' purpose, spending and source are known.

    To try out segments of purpose that no column names: business guests book days ahead for
    weeknights and come alone, leisure guests weeks ahead for a weekend and come together,
    conference guests months ahead in a group.

    Parameters
    ----------
    n_customers : int
        Guests, at least 1; each has stayed at least once.
    start, end : date or str
        First and last day of arrival, both counted in. At least a week is needed for the
        pattern of weekdays to show.
    seed : int
        At least 0; the same seed and parameters give the same data.
    language : {"en", "zh"}
        Of names, places, rooms and channels. Guests from abroad have Latin names in both.
    purposes, spending, sources : mapping or None
        Shares of customers, from 0 to 1, together 1: ``business``, ``leisure``, ``conference``;
        ``high``, ``middle``, ``economy``; ``domestic``, ``international``, ``member`` (of the
        hotel's club, from China as well as from abroad). The three are drawn independently;
        defaults are 45/40/15, 20/50/30 and 60/15/25 %.

    Returns
    -------
    MadeUp
        Tables ``customers`` (``customer_id``, ``name``, ``gender``, ``age``, ``country``,
        ``region``, ``city`` and ``city_tier`` of those from China, ``member_level``, missing for
        who is no member, ``phone``, ``email``) and ``transactions``, one row per stay:
        ``order_id``, ``customer_id``, ``ordered_at`` (booked; may lie before ``start``),
        ``arrived_at``, ``lead_days`` (from booking to arrival), ``quantity`` (nights),
        ``unit_price`` (CNY a night), ``amount`` (CNY), ``category`` (room type), ``channel``,
        ``guests``. Truth ``customers``: ``purpose``, ``spending``, ``source``.

    Raises
    ------
    ArgumentError
        If an argument is outside its rule.

    Examples
    --------
    >>> made = make_hotel(200, seed=3)
    >>> sorted(made.truth["customers"]["purpose"].unique())
    ['business', 'conference', 'leisure']
    """
    n = int(check_number(_WHO, "n_customers", n_customers, low=1, whole=True))
    first, last = check_window(_WHO, start, end)
    seed = check_seed(_WHO, seed)
    check_choice(_WHO, "language", language, LANGUAGES)
    shares = {
        name: check_shares(_WHO, name, default if given is None else given, tuple(default))
        for name, given, default in (
            ("purposes", purposes, PURPOSES),
            ("spending", spending, SPENDING),
            ("sources", sources, SOURCES),
        )
    }
    rng = stream(seed, 1)
    purpose, spends, source = (
        draw_codes(rng, share, n).astype(np.int64) for share in shares.values()
    )
    customers = _make_guests(purpose, source, seed, language)
    stays = _make_stays(
        np.column_stack([purpose, spends, source]), customers, first, last, seed, language
    )
    truth = pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array,
            "purpose": pick(list(PURPOSES), purpose),
            "spending": pick(list(SPENDING), spends),
            "source": pick(list(SOURCES), source),
        }
    )
    parameters = {"n_customers": n, "start": first, "end": last, "seed": seed, "language": language}
    return MadeUp(
        "hotel",
        {"customers": customers, "transactions": stays},
        {"customers": truth},
        parameters | shares,
    )


def _words(words: Mapping[str, tuple[str, str]], language: str) -> list[str]:
    return [pair[language == "zh"] for pair in words.values()]


def _make_guests(purpose: np.ndarray, source: np.ndarray, seed: int, language: str) -> pd.DataFrame:
    rng, n = stream(seed, 2), len(purpose)
    member = source == list(SOURCES).index("member")
    abroad = (source == list(SOURCES).index("international")) | (member & (rng.random(n) < 0.2))
    country = np.where(abroad, rng.integers(1, len(_COUNTRIES), n), 0)
    means = np.array([41.0, 36.0, 44.0])[purpose]
    age = np.clip(rng.normal(means, 9), 18, 85).astype(np.int64)
    level = np.where(member, draw_codes(rng, (0.6, 0.3, 0.1), n), -1)
    persons = _name_guests(abroad, seed, language)
    homes = draw_places(stream(seed, 4), n, language, tiers={1: 0.4, 2: 0.4, 3: 0.15, 4: 0.05})
    return pd.DataFrame(
        {
            "customer_id": make_ids("G", n),
            "name": persons["name"],
            "gender": persons["gender"],
            "age": age,
            "country": pick(_words(_COUNTRIES, language), country),
            "region": homes["region"].where(~abroad),
            "city": homes["city"].where(~abroad),
            "city_tier": homes["city_tier"].astype("Int64").where(~abroad),
            "member_level": pick(_words(_LEVELS, language), level),
            "phone": persons["phone"],
            "email": persons["email"],
        }
    )


def _name_guests(abroad: np.ndarray, seed: int, language: str) -> pd.DataFrame:
    """Draw people, with Latin names for those from abroad."""
    persons = draw_people(stream(seed, 3), len(abroad), language)
    rng = stream(seed, 5)
    for gender, word in GENDERS[language].items():
        chosen = np.flatnonzero(abroad & (persons["gender"] == word).to_numpy())
        name = draw_people(rng, len(chosen), "en", gender=gender)["name"].set_axis(chosen)
        persons.loc[chosen, "name"] = name
        number = pd.Series(chosen + 1, index=chosen).astype("str")
        latin = name.str.lower().str.replace(" ", ".")
        persons.loc[chosen, "email"] = latin + number + "@example.com"
    return persons


def _make_stays(
    kinds: np.ndarray,
    customers: pd.DataFrame,
    first: date,
    last: date,
    seed: int,
    language: str,
) -> pd.DataFrame:
    """Write one row per stay, sorted by booking; members come more often."""
    rng = stream(seed, 6)
    n_days = (last - first).days + 1
    rates = _STAYS_A_YEAR[kinds[:, 0]] * np.where(kinds[:, 2] == 2, 1.8, 1.0)
    counts = 1 + rng.poisson(rates * n_days / 365.25)
    who = np.repeat(np.arange(len(counts)), counts)
    purpose, spends = kinds[who, 0], kinds[who, 1]
    arrived = _draw_arrivals(rng, purpose, first, n_days)
    lead = np.round(_LEAD_DAYS[purpose] * np.exp(rng.normal(0, _LEAD_SPREAD, len(who)))).astype(int)
    booked = arrived - lead.astype("timedelta64[D]")
    nights = 1 + draw_codes_by(rng, _NIGHTS, purpose).astype(np.int64)
    price = np.round(_RATES[spends] * np.exp(rng.normal(0, _RATE_SPREAD, len(who))))
    stays = pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array.take(who),
            "ordered_at": pd.Series(booked.astype("datetime64[s]")),
            "arrived_at": pd.Series(arrived.astype("datetime64[s]")),
            "lead_days": lead,
            "quantity": nights,
            "unit_price": price,
            "amount": nights * price,
            "category": pick(_words(_ROOMS, language), draw_codes_by(rng, _ROOM_SHARES, spends)),
            "channel": pick(
                _words(_CHANNELS, language), draw_codes_by(rng, _CHANNEL_SHARES, purpose)
            ),
            "guests": 1 + draw_codes_by(rng, _GUESTS, purpose).astype(np.int64),
        }
    ).sort_values(["ordered_at", "customer_id"], kind="stable", ignore_index=True)
    stays.insert(0, "order_id", make_ids("S", len(stays)))
    return stays


def _draw_arrivals(
    rng: np.random.Generator, purpose: np.ndarray, first: date, n_days: int
) -> np.ndarray:
    """Draw days of arrival: each day of the window weighs what its weekday does."""
    weekday = (first.weekday() + np.arange(n_days)) % 7
    days = _draw_days(rng, _WEEKDAYS[:, weekday], purpose)
    return np.datetime64(first) + days.astype("timedelta64[D]")


def _draw_days(rng: np.random.Generator, weights: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Draw a day for each entry of ``which``, by that row of weights."""
    days = np.empty(len(which), dtype=np.int64)
    for code, row in enumerate(weights):
        chosen = which == code
        days[chosen] = draw_codes(rng, list(row / row.sum()), int(chosen.sum()))
    return days
