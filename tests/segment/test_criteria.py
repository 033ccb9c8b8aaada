"""Criteria side by side: which can be told, what they tell, what the others lack."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import f_oneway

from segkit.errors import DataError
from segkit.features import describe_people, gather_customers
from segkit.segment.borders import check_borders
from segkit.segment.criteria import compare_criteria


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Revenue hangs on age alone; gender and city tier are drawn beside it."""
    rng = np.random.default_rng(7)
    n = 600
    age = rng.integers(18, 70, n)
    raw = pd.DataFrame(
        {
            "customer_id": [f"c{i:04d}" for i in range(n)],
            "age": age,
            "gender": rng.choice(["f", "m"], n),
            "city_tier": rng.integers(1, 4, n),
            "house": rng.choice(["own", "rent"], n),
            "revenue": rng.gamma(4, 25, n) * np.where(age >= 40, 2.0, 1.0),
        }
    )
    return describe_people(raw, as_of="2024-12-31")


@pytest.fixture(scope="module")
def found(people):
    return compare_criteria(people)


def test_the_criterion_that_revenue_hangs_on_leads(found):
    assert found.leader == "age_bands"
    assert found.tells_value
    assert found.row("age_bands")["best"] in ("from_40_to_49", "from_50_to_59", "aged_60_plus")
    assert found.row("house")["p_value"] > 0.05
    assert set(found.segmentations) == {"age_bands", "gender_age", "city_tier", "house"}


def test_explained_variance_and_p_value_are_those_of_the_analysis_of_variance(found, people):
    segments = found.segmentations["city_tier"]
    revenue = people.set_index("customer_id")["revenue"]
    own = segments.customers.set_index("customer_id")["segment"]
    parts = [revenue[own.index[own == name]].to_numpy() for name in own.unique()]
    between = sum(len(p) * (p.mean() - revenue.mean()) ** 2 for p in parts)
    eta = between / ((revenue - revenue.mean()) ** 2).sum()
    n, k = len(revenue), len(parts)
    row = found.row("city_tier")
    assert row["p_value"] == pytest.approx(f_oneway(*parts).pvalue)
    assert row["explained"] == pytest.approx(1 - (1 - eta) * (n - 1) / (n - k))


def test_what_is_lacking_is_named(found):
    lacking = found.table.set_index("criterion")["lacking"]
    assert lacking["income_bands"] == "income"
    assert lacking["hotel_source"] == "is_member,is_domestic"
    assert found.row("income_bands")["n_segments"] == 0
    assert "The other criteria need" in found.summary()


def test_words_that_no_scheme_knows_are_told_as_they_stand(people):
    shops = people.assign(favorite_channel="shop 7", family=["2 rooms", "3 rooms"] * 300)
    found = compare_criteria(shops)
    assert "hotel_purpose" not in found.segmentations
    assert found.row("hotel_purpose")["lacking"] == ""
    assert found.row("hotel_purpose")["n_segments"] == 0
    assert found.segmentations["family"].profile["name"].tolist() == ["2 rooms", "3 rooms"]


def test_one_may_ask_for_a_criterion_and_for_schemes(people):
    assert compare_criteria(people, criterion="house").leader == "house"
    found = compare_criteria(people, schemes=["city_tier", "income_bands"])
    assert list(found.segmentations) == ["city_tier"]
    with pytest.raises(DataError, match="must be one .* got .income_bands.. It needs"):
        compare_criteria(people, criterion="income_bands")
    with pytest.raises(DataError, match="Did you mean 'city_tier'"):
        compare_criteria(people, criterion="city_teer")


def test_without_revenue_nothing_is_said_of_worth(people):
    found = compare_criteria(people.drop(columns="revenue"))
    assert found.valued is None
    assert found.worth_of_leader is None
    assert found.leading_valued is None
    assert not found.tells_value
    assert found.leading.profile["n_customers"].sum() == 600


def test_without_a_criterion_there_is_nothing_to_lead():
    bare = pd.DataFrame({"customer_id": ["a", "b"], "revenue": [1.0, 2.0]})
    found = compare_criteria(bare)
    assert found.leader == ""
    with pytest.raises(DataError, match="customers must have a column to segment by"):
        _ = found.leading


def test_chance_leads_to_no_claim(people):
    rng = np.random.default_rng(3)
    found = compare_criteria(people.assign(revenue=rng.gamma(4, 25, len(people))))
    assert not found.tells_value


def test_a_sector_has_schemes_of_its_own():
    table = gather_customers("cosmetics_orders").table
    found = compare_criteria(table, sector="cosmetics")
    assert found.leader == "age_bands_cosmetics"
    assert "age_bands" not in found.segmentations


def test_hotel_guests_are_told_by_purpose_and_source():
    table = gather_customers("hotel_stays").table
    found = compare_criteria(table)
    assert {"hotel_purpose", "hotel_purpose_spending", "hotel_source"} <= set(found.segmentations)
    assert found.leader == "hotel_purpose_spending"


def test_business_customers_are_told_by_industry_size_and_channel():
    raw = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(90)],
            "industry": ["汽车制造", "bank", "software"] * 30,
            "company_size": ["500", "20-49", "below 10"] * 30,
            "favorite_channel": ["distributor", "B2B", "internal"] * 30,
            "revenue": [9.0, 3.0, 1.0] * 30,
        }
    )
    found = compare_criteria(describe_people(raw, as_of="2024-01-01"))
    assert list(found.segmentations) == ["b2b_industry", "b2b_size", "b2b_channel"]
    sizes = found.segmentations["b2b_industry"].profile.set_index("segment")["n_customers"]
    assert sizes[["manufacturing", "finance", "services"]].tolist() == [30, 30, 30]


def test_borders_from_the_data_are_resampled_and_fixed_ones_are_not(people):
    rich = people.assign(income=np.linspace(1_000, 9_000, len(people)))
    found = check_borders(compare_criteria(rich), rich, n_resamples=4)
    table = found.table.set_index("criterion")
    assert table["from_data"].to_dict() == {
        "age_bands": False, "gender_age": False, "income_bands": True, "city_tier": False,
    }  # fmt: skip
    assert 0.7 < table.loc["income_bands", "agreement"] <= 1
    assert pd.isna(table.loc["age_bands", "agreement"])
    assert "which is fixed" in found.summary()
