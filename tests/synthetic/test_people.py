"""Names, numbers and cities of people who do not exist."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError
from segkit.synthetic import draw_people, draw_places, list_cities
from segkit.synthetic.places import REGIONS, TIER_SHARES, TIERS


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_seed_gives_the_same_people_and_places(language):
    pd.testing.assert_frame_equal(
        draw_people(rng(), 500, language), draw_people(rng(), 500, language)
    )
    pd.testing.assert_frame_equal(
        draw_places(rng(), 500, language), draw_places(rng(), 500, language)
    )
    assert not draw_people(rng(2), 500, language).equals(draw_people(rng(), 500, language))


def test_names_are_written_in_their_language():
    chinese, english = draw_people(rng(), 2_000, "zh"), draw_people(rng(), 2_000, "en")
    assert chinese["name"].str.fullmatch(r"[\u4e00-\u9fff]{2,4}").all()
    assert english["name"].str.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+").all()
    assert set(chinese["gender"]) == {"女", "男"}
    assert set(english["gender"]) == {"female", "male"}
    assert chinese["name"].nunique() > 500


def test_nobody_can_be_called_or_written_to():
    for language in ("en", "zh"):
        people = draw_people(rng(), 5_000, language)
        assert people["phone"].str.fullmatch(r"(\+86 )?154\d{8}").all()
        assert people["email"].str.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.com").all()
        assert people["email"].is_unique


def test_a_gender_can_be_asked_for():
    women = draw_people(rng(), 300, "en", gender="female")
    assert set(women["gender"]) == {"female"}
    assert not set(women["name"].str.split().str[0]) & {"James", "William", "Adam"}


def test_cities_have_one_region_and_one_tier_in_both_languages():
    english, chinese = list_cities("en"), list_cities("zh")
    assert english["city"].is_unique
    assert chinese["city"].is_unique
    assert list(english["city_tier"]) == list(chinese["city_tier"])
    assert list(english["region"]) == [REGIONS[region] for region in chinese["region"]]
    assert set(english["city_tier"]) == set(TIERS)
    assert set(chinese["region"]) == set(REGIONS)
    first = chinese.loc[chinese["city_tier"] == 1, "city"]
    assert set(first) == {"北京", "上海", "广州", "深圳"}


def test_tiers_come_as_often_as_their_weights():
    n = 20_000
    drawn = draw_places(rng(), n)["city_tier"].value_counts(normalize=True)
    for tier, share in TIER_SHARES.items():
        assert abs(drawn[tier] - share) < 4 * np.sqrt(share * (1 - share) / n)
    weighted = draw_places(rng(), n, tiers={1: 3, 4: 1})["city_tier"]
    assert set(weighted) == {1, 4}
    assert abs((weighted == 1).mean() - 0.75) < 4 * np.sqrt(0.75 * 0.25 / n)


def test_nobody_is_a_table_too():
    assert list(draw_people(rng(), 0).columns) == ["name", "gender", "phone", "email"]
    assert len(draw_places(rng(), 0)) == 0


def test_refused_arguments():
    with pytest.raises(ArgumentError, match="draw_people: language must be one of en, zh"):
        draw_people(rng(), 5, "fr")
    with pytest.raises(ArgumentError, match="draw_people: gender must be one of female, male"):
        draw_people(rng(), 5, gender="f")
    with pytest.raises(ArgumentError, match="draw_people: n must be a whole number"):
        draw_people(rng(), -1)
    for tiers in ([6], [], {1: -1.0, 2: 2.0}, {3: 0.0}):
        with pytest.raises(ArgumentError, match="draw_places: tiers must be city tiers from 1 to"):
            draw_places(rng(), 5, tiers=tiers)


def test_phones_look_like_chinese_mobiles():
    assert all(
        re.fullmatch(r"1[3-9]\d{9}", phone) for phone in draw_people(rng(), 50, "zh")["phone"]
    )
