"""The truth of made-up customers is found in their features, in both languages of the data."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.features import (
    describe_people,
    feature_notes,
    join_features,
    summarize_answers,
    summarize_balances,
    summarize_baskets,
    summarize_complaints,
    summarize_interactions,
)
from segkit.synthetic import make_banking, make_cosmetics, make_hotel

END = "2024-12-31"
LANGUAGES = ("en", "zh")


def with_truth(made, *tables) -> pd.DataFrame:
    people = describe_people(made["customers"], as_of=END)
    found = join_features(people, *tables).set_index("customer_id")
    return found.join(made.truth["customers"].set_index("customer_id").add_prefix("true_"))


@pytest.fixture(scope="module", params=LANGUAGES)
def women(request) -> pd.DataFrame:
    made = make_cosmetics(1500, seed=11, language=request.param)
    return with_truth(
        made,
        summarize_interactions(made["interactions"], as_of=END),
        summarize_complaints(made["complaints"], as_of=END, window_days=800, survey=made["survey"]),
        summarize_answers(made["survey"]),
        summarize_baskets(made["transactions"], as_of=END),
    )


def test_who_says_to_be_dissatisfied_is_dissatisfied(women):
    explicit = women["complaint_state"].isin(["refused", "open"])
    explicit |= women["survey_state"].eq("negative")
    rated = ~explicit & women["rating_state"].eq("negative")
    mood = women["true_dissatisfaction"]
    assert (explicit == (mood == "explicit")).all()
    assert (rated == (mood == "rated")).all()
    assert {"explicit", "rated", "latent", "satisfied"} == set(mood)


def test_active_women_respond_and_silent_ones_do_not(women):
    mean = women.groupby("true_social")[["n_responses", "n_views", "n_other"]].mean()
    assert mean.loc["active", "n_responses"] > 10 * mean.loc["consumer", "n_responses"]
    assert mean.loc["consumer", "n_views"] > 10 * mean.loc["silent", "n_views"]
    assert (mean["n_other"] == 0).all()


def test_the_favorite_channel_is_the_true_one(women):
    table = pd.crosstab(women["favorite_channel"], women["true_channel"])
    assert table.to_numpy().max(axis=0).sum() / table.to_numpy().sum() > 0.95


def test_price_oriented_women_buy_bargains(women):
    mean = women.groupby("true_orientation")[["price_level", "bargain_share"]].mean()
    assert mean.loc["quality", "price_level"] > mean.loc["price", "price_level"]
    assert mean.loc["price", "bargain_share"] > 3 * mean.loc["quality", "bargain_share"]


@pytest.fixture(scope="module", params=LANGUAGES)
def bank(request):
    return make_banking(1000, seed=12, language=request.param)


def test_assets_of_the_bank_are_the_true_ones(bank):
    found = summarize_balances(
        bank["balances"], as_of=END, days=366, customers=bank["customers"]
    ).set_index("customer_id")
    true = bank.truth["customers"].set_index("customer_id")
    assert (found["average_assets"] - true["assets"]).abs().max() < 0.006
    assert (found["household_assets"] - true["family_assets"]).abs().max() < 0.006
    assert found["n_household"].equals(true["family_size"])
    alone = true["family_size"] == 1
    assert (found.loc[alone, "family_assets"] == 0).all()


def test_customers_of_the_bank_are_understood(bank):
    found = with_truth(
        bank,
        summarize_interactions(bank["interactions"], as_of=END, window_days=366),
        summarize_complaints(bank["complaints"], as_of=END, window_days=366),
    )
    assert found["n_interactions"].sum() + found["n_troubles"].sum() == len(bank["interactions"])
    assert found["n_other"].sum() == 0
    assert set(found["gender"]) == {"female", "male"}
    mood = found["true_dissatisfaction"]
    explicit = found["complaint_state"].isin(["refused", "open"])
    explicit |= found["survey_state"].eq("negative")
    assert (explicit == mood.eq("explicit")).all()
    assert (found["rating_state"].eq("negative") == mood.eq("rated")).all()
    told = feature_notes(
        as_of=END,
        customers=bank["customers"],
        interactions=bank["interactions"],
        complaints=bank["complaints"],
    )
    assert told == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_guests_of_the_hotel(language):
    made = make_hotel(1000, seed=13, language=language)
    found = with_truth(made, summarize_baskets(made["transactions"]))
    source = found["is_member"].map({True: "member", False: None})
    source = source.fillna(found["is_domestic"].map({True: "domestic", False: "international"}))
    assert (source == found["true_source"]).all()
    price = found.groupby("true_spending")["mean_unit_price"]
    assert price.max()["economy"] < price.min()["middle"]
    assert price.max()["middle"] < price.min()["high"]
