"""What customers of the made-up cosmetics brand say and do beside buying.

A survey, social interactions, complaints and ratings: each follows the customer's truth.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from segkit.synthetic import beauty
from segkit.synthetic.beauty_people import Women
from segkit.synthetic.buying import with_time
from segkit.synthetic.drawing import draw_codes, pick, stream

_DAY = np.timedelta64(1, "D")
_DAYS_PER_MONTH = 365.25 / 12
RESPONSE_SHARE = 0.6
#: Points that a respondent shares out among her needs.
POINTS = 10
#: Share of an unhappy customer's interactions that still happen.
_LEFT_WHEN_UNHAPPY = 0.3
#: Share of satisfied customers with a complaint that was settled, and with a good rating.
_SETTLED_SHARE, _GOOD_RATING_SHARE = 0.03, 0.20
_SATISFIED = list(beauty.DISSATISFACTION_SHARES).index("satisfied")
KINDS = ("product", "delivery", "service", "sms_rating")
OUTCOMES = ("settled", "refused", "open")
#: Where complaints come in; the last one is the channel of ratings.
_DESKS = {"en": ["phone", "store", "app", "text message"], "zh": ["电话", "门店", "应用", "短信"]}


def says_so_in_survey(women: Women) -> np.ndarray:
    """Tell who of the explicitly dissatisfied says so in the survey, not in a complaint.

    Every second one by position, so that survey and complaints agree without a drawing.
    """
    return (women.dissatisfaction == 0) & (np.arange(len(women.age)) % 2 == 0)


def survey_table(women: Women, customers: pd.DataFrame, seed: int, last: date) -> pd.DataFrame:
    """Ask a survey in the window's last two months; one row per answer.

    Items of a factor are answered on a scale from 1 to 5: the factor with its loading, the rest
    noise, about 3. ``satisfaction`` goes from 1 to 5, ``nps`` from 0 to 10. ``need_…`` are ten
    points that she shares out among her needs.
    """
    rng = stream(seed, 5)
    telling = says_so_in_survey(women)
    who = np.flatnonzero((rng.random(len(women.age)) < RESPONSE_SHARE) | telling)
    n = len(who)
    answers = {}
    for item, (factor, loading) in beauty.ITEMS.items():
        noise = rng.normal(0, np.sqrt(1 - loading**2), n)
        value = 3 + loading * women.factors[factor][who] + noise
        answers[item] = np.clip(np.round(value), 1, 5)
    loyal = women.factors["loyalty"][who]
    answers["nps"] = np.clip(np.round(7.5 + 1.8 * loyal + rng.normal(0, 0.8, n)), 0, 10)
    content = 3 + draw_codes(rng, (0.2, 0.5, 0.3), n)
    unhappy = women.dissatisfaction[who] != _SATISFIED
    # Who has not complained does not answer badly either: that is what makes her latent.
    mood = np.where(telling[who], 1 + draw_codes(rng, (0.4, 0.6), n), np.where(unhappy, 3, content))
    answers["satisfaction"] = mood.astype(float)
    answers |= _need_points(women.needs[who], seed)
    days = np.datetime64(last, "D") - rng.integers(0, 60, n) * _DAY
    return pd.DataFrame(
        {
            "customer_id": np.repeat(customers["customer_id"].array.take(who), len(answers)),
            "answered_at": np.repeat(with_time(rng, days), len(answers)),
            "item": np.tile(list(answers), n),
            "answer": np.column_stack(list(answers.values())).ravel(),
        }
    )


def _need_points(needs: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Share out ten points among the needs: by their weights, and by chance."""
    rng = stream(seed, 8)
    shared = rng.multinomial(POINTS, beauty.NEED_WEIGHTS, len(needs))
    # The r-th column of ``needs`` is the code of the r-th need; the points go to that code.
    points = np.zeros_like(shared)
    np.put_along_axis(points, needs, shared, axis=1)
    return {f"need_{name}": points[:, i].astype(float) for i, name in enumerate(beauty.NEEDS)}


def interactions_table(
    women: Women, customers: pd.DataFrame, seed: int, last: date, language: str
) -> pd.DataFrame:
    """Draw likes, page views and so on: a steady rate per month, less when dissatisfied."""
    rng = stream(seed, 6)
    kinds = list(beauty.SOCIAL_RATES["active"])
    rates = np.array([list(row.values()) for row in beauty.SOCIAL_RATES.values()])[women.social]
    open_days = (np.datetime64(last, "D") - women.joined).astype(np.int64) + 1
    counts = rng.poisson(rates * (open_days / _DAYS_PER_MONTH)[:, None])
    customer = np.repeat(np.arange(len(women.age)), counts.sum(axis=1))
    kind = np.repeat(np.tile(np.arange(len(kinds)), len(counts)), counts.ravel())
    day = (
        women.joined[customer]
        + (rng.random(len(customer)) * open_days[customer]).astype(np.int64) * _DAY
    )
    quiet = day > women.unhappy_since[customer]  # never true for NaT
    kept = ~quiet | (rng.random(len(customer)) < _LEFT_WHEN_UNHAPPY)
    customer, kind, day = customer[kept], kind[kept], day[kept]
    channels = list(beauty.CHANNELS)
    by_mail = kind == kinds.index("email_open")
    place = np.where(by_mail, channels.index("email"), channels.index("social_media"))
    topic = women.needs[customer, draw_codes(rng, beauty.NEED_WEIGHTS, len(customer))]
    table = pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array.take(customer),
            "occurred_at": with_time(rng, day),
            "kind": pick(kinds, kind),
            "channel": pick(beauty.words(beauty.CHANNELS, language), place),
            "content": pick(beauty.words(beauty.NEEDS, language), topic),
        }
    )
    return table.sort_values("occurred_at", kind="stable", ignore_index=True)


def complaints_table(
    women: Women, customers: pd.DataFrame, seed: int, last: date, language: str
) -> pd.DataFrame:
    """Draw complaints with their outcome, and ratings sent by text message.

    Explicitly dissatisfied customers complained without success; rated ones gave 1 or 2 of
    5; latent ones left no trace here. Satisfied ones complained and were helped, or rated well.
    """
    rng = stream(seed, 7)
    n = len(women.age)
    group, content = women.dissatisfaction, women.dissatisfaction == _SATISFIED
    chance = rng.random(n)
    refused = (group == 0) & ~says_so_in_survey(women)
    settled = content & (chance < _SETTLED_SHARE)
    bad, good = group == 1, content & (chance > 1 - _GOOD_RATING_SHARE)
    who = np.flatnonzero(refused | settled | bad | good)
    m = len(who)
    rated = (bad | good)[who]
    outcome = np.where(refused[who], 1 + draw_codes(rng, (0.6, 0.4), m), 0)
    score = np.where(
        bad[who], 1 + draw_codes(rng, (0.5, 0.5), m), 4 + draw_codes(rng, (0.5, 0.5), m)
    )
    span = (np.datetime64(last, "D") - women.joined[who]).astype(np.int64)
    some_day = women.joined[who] + (rng.random(m) * (span + 1)).astype(np.int64) * _DAY
    since = women.unhappy_since[who]
    day = np.where(np.isnat(since), some_day, since)
    kind = np.where(rated, KINDS.index("sms_rating"), draw_codes(rng, (0.5, 0.2, 0.3), m))
    desk = draw_codes(rng, (0.5, 0.3, 0.2), m)
    table = pd.DataFrame(
        {
            "customer_id": customers["customer_id"].array.take(who),
            "occurred_at": with_time(rng, day),
            "kind": pick(KINDS, kind),
            "outcome": pick(OUTCOMES, np.where(rated, -1, outcome)),
            "rating": np.where(rated, score, np.nan),
            "channel": pick(_DESKS[language], np.where(rated, 3, desk)),
        }
    )
    return table.sort_values("occurred_at", kind="stable", ignore_index=True)
