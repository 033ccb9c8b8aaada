"""Real households: bands instead of ages, prices with all the odd units of a supermarket."""

from __future__ import annotations

import os

import pytest

from segkit.collect import load_dataset
from segkit.customers import summarize_customers
from segkit.features import describe_people, join_features, summarize_baskets


@pytest.fixture(scope="module")
def households(absent):
    if not os.path.isdir(os.path.join(os.environ.get("SEGKIT_DATA_DIR", ""), "complete_journey")):
        absent("The real data are not here: SEGKIT_DATA_DIR names their folder.")
    orders = load_dataset("complete_journey")
    people = load_dataset("complete_journey", "customers")
    described = describe_people(people, as_of="2017-12-31")
    return orders, people, described


def test_bands_stay_bands(households):
    _, people, described = households
    assert len(described) == len(people) == 801
    assert "age" not in described.columns, "a band is no age"
    assert described["age_band"].value_counts().to_dict() == {
        "45-54": 288, "35-44": 194, "25-34": 142, "65+": 72, "55-64": 59, "19-24": 46,
    }  # fmt: skip


def test_households_with_their_baskets(households):
    orders, _, described = households
    baskets = summarize_baskets(orders)
    table = join_features(summarize_customers(orders), described, baskets)
    assert len(table) == orders["customer_id"].nunique() == 2377
    assert table["age_band"].notna().sum() == len(
        set(described["customer_id"]) & set(table["customer_id"])
    )
    money = orders.groupby(["customer_id", "category"])["amount"].sum().round(2)
    first = table.iloc[0]
    assert first["favorite_category"] == money[first["customer_id"]].idxmax()
    own = money[first["customer_id"]]
    assert first["favorite_category_share"] == pytest.approx(own.max() / own.sum())
    assert first["n_categories"] == (own >= 0).sum() == 25
    level = table["price_level"]
    assert 0.95 < level.median() < 1.2, "most households buy at usual prices"
