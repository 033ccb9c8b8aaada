"""The made-up hotel: purpose, spending and source can be read from the stays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.tree import DecisionTreeClassifier

from segkit.errors import ArgumentError
from segkit.schema import TRANSACTIONS, names
from segkit.synthetic import make_hotel

N = 8_000
OTHER_SHARES = {
    "purposes": {"conference": 0.5, "leisure": 0.3, "business": 0.2},
    "spending": {"high": 0.5, "middle": 0.5, "economy": 0.0},
    "sources": {"domestic": 0.1, "international": 0.6, "member": 0.3},
}
COLUMNS = {"purposes": "purpose", "spending": "spending", "sources": "source"}


@pytest.fixture(scope="module")
def hotel():
    return make_hotel(N, seed=4)


@pytest.fixture(scope="module")
def truth(hotel):
    return hotel.truth["customers"].set_index("customer_id")


@pytest.mark.parametrize("given", [{}, OTHER_SHARES], ids=["default", "other"])
def test_shares_are_those_asked_for(given):
    made = make_hotel(N, seed=6, **given)
    for argument, column in COLUMNS.items():
        found = made.truth["customers"][column].value_counts(normalize=True)
        for key, share in made.parameters[argument].items():
            assert abs(found.get(key, 0.0) - share) <= 4 * np.sqrt(share * (1 - share) / N)
        assert set(found.index) <= set(made.parameters[argument])
        if given:
            assert made.parameters[argument] == given[argument]


def test_every_combination_occurs(truth):
    assert len(truth.drop_duplicates()) == 27


def test_purpose_is_recovered_from_the_stays(hotel, truth):
    """By what a hotel knows of a stay, with no look at the channel."""
    stays = hotel["transactions"]
    features = pd.DataFrame(
        {
            "lead": np.log1p(stays["lead_days"]),
            "weekday": stays["arrived_at"].dt.day_of_week,
            "nights": stays["quantity"],
            "guests": stays["guests"],
        }
    )
    mean = features.groupby(stays["customer_id"]).mean().reindex(truth.index)
    half = N // 2
    tree = DecisionTreeClassifier(max_depth=4, min_samples_leaf=30, random_state=0)
    tree.fit(mean[:half], truth["purpose"][:half])
    found = tree.predict(mean[half:])
    assert adjusted_rand_score(truth["purpose"][half:], found) >= 0.9


def test_spending_is_recovered_from_the_price_of_a_night(hotel, truth):
    stays = hotel["transactions"]
    price = np.exp(np.log(stays["unit_price"]).groupby(stays["customer_id"]).mean())
    found = pd.cut(
        price.reindex(truth.index), [0, 387, 949, np.inf], labels=["economy", "middle", "high"]
    )
    assert adjusted_rand_score(truth["spending"], found) >= 0.9
    assert (stays["amount"] == stays["quantity"] * stays["unit_price"]).all()


def test_source_stands_in_the_customers_table(hotel, truth):
    customers = hotel["customers"].set_index("customer_id")
    abroad = np.where(customers["country"] == "China", "domestic", "international")
    found = np.where(customers["member_level"].notna(), "member", abroad)
    assert (found == truth["source"]).all()
    at_home = customers["country"] == "China"
    for column in ("region", "city", "city_tier"):
        assert (customers[column].notna() == at_home).all()


def test_members_come_more_often(hotel, truth):
    stays = hotel["transactions"]["customer_id"].value_counts().reindex(truth.index)
    assert stays.min() >= 1
    means = stays.groupby([truth["purpose"], truth["source"]]).mean().unstack()
    assert (means["member"] > means["domestic"]).all()


def test_weekdays_follow_the_purpose(hotel, truth):
    stays = hotel["transactions"]
    purpose = stays["customer_id"].map(truth["purpose"])
    weekend = stays["arrived_at"].dt.day_of_week.isin([4, 5])
    shares = weekend.groupby(purpose).mean()
    # The window of 366 days starts on a Monday: each weekday comes 52 or 53 times.
    sizes = purpose.value_counts()
    for name, share in (("business", 0.04), ("leisure", 0.75), ("conference", 0.03)):
        allowed = 4 * np.sqrt(share * (1 - share) / sizes[name]) + 1 / 52
        assert abs(shares[name] - share) <= allowed


def test_arrivals_lie_in_the_window():
    stays = make_hotel(300, start="2024-02-28", end="2024-03-08", seed=1)["transactions"]
    assert stays["arrived_at"].between("2024-02-28", "2024-03-08").all()
    lead = (stays["arrived_at"] - stays["ordered_at"]).dt.days
    assert (lead == stays["lead_days"]).all()
    assert stays["ordered_at"].is_monotonic_increasing


def test_tables_are_canonical_and_hold_no_truth(hotel, truth):
    customers, stays = hotel["customers"], hotel["transactions"]
    assert set(names(TRANSACTIONS, required=True)) <= set(stays.columns)
    assert customers["customer_id"].is_unique
    assert stays["order_id"].is_unique
    assert customers["email"].is_unique
    assert set(stays["customer_id"]) == set(customers["customer_id"])
    for table in (customers, stays):
        assert not set(table.columns) & set(truth.columns)


def test_the_same_seed_gives_the_same_data_and_another_does_not():
    one, same, other = (make_hotel(200, seed=seed) for seed in (1, 1, 2))
    for name in one.tables:
        pd.testing.assert_frame_equal(one[name], same[name])
    pd.testing.assert_frame_equal(one.truth["customers"], same.truth["customers"])
    assert not one["customers"]["age"].equals(other["customers"]["age"])


def test_chinese_says_the_same_in_other_words():
    english, chinese = make_hotel(400, seed=9), make_hotel(400, seed=9, language="zh")
    pd.testing.assert_frame_equal(english.truth["customers"], chinese.truth["customers"])
    for name, table in english.tables.items():
        other = chinese[name]
        for column in table.columns.difference(["name", "phone", "email"]):
            if table[column].dtype != "str" or column.endswith("_id"):
                pd.testing.assert_series_equal(table[column], other[column])
                continue
            pairs = pd.DataFrame({"en": table[column], "zh": other[column]}).dropna()
            assert pairs["zh"].str.contains(r"[\u4e00-\u9fff]").all()
            assert pairs.drop_duplicates()["zh"].is_unique
    abroad = chinese["customers"]["country"] != "中国"
    latin = chinese["customers"]["name"].str.contains(r"^[A-Za-z ]+$")
    assert (latin == abroad).all()


def test_one_guest_for_one_day():
    made = make_hotel(1, start="2024-05-01", end="2024-05-01")
    assert len(made["customers"]) == 1
    assert (made["transactions"]["arrived_at"] == "2024-05-01").all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_customers": 0}, "n_customers must be a whole number at least 1; got 0"),
        ({"seed": 1.5}, "seed must be a whole number at least 0; got 1.5"),
        ({"language": "fr"}, "language must be one of en, zh; got 'fr'"),
        ({"start": "2025-01-01"}, "end must be a date not before start"),
        ({"purposes": {"business": 1.0}}, "purposes must be a mapping of business, leisure"),
        (
            {"spending": {"high": 0.5, "middle": 0.4, "economy": 0.2}},
            "spending must be a mapping of .* They add up to 1.1.",
        ),
        ({"sources": {}}, "sources must be a mapping of domestic, international, member"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ArgumentError, match=f"make_hotel: {message}"):
        make_hotel(**{"n_customers": 50, **arguments})
