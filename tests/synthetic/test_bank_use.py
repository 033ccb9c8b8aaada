"""Behaviour, dissatisfaction and uplift of the made-up bank can be found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, roc_auc_score

from segkit.synthetic import BankPopulation, make_banking

ACTIVE = list("ABCD")


def four_errors(share: float, n: int) -> float:
    return 4 * np.sqrt(share * (1 - share) / n)


# Behaviour and dissatisfaction -----------------------------------------------------------------


def shares_of_use(made) -> pd.DataFrame:
    uses = made["transactions"]
    parts = [
        pd.crosstab(uses["customer_id"], uses[column], normalize="index")
        for column in ("category", "channel")
    ]
    active = made.truth["customers"].query("group in @ACTIVE")["customer_id"]
    return pd.concat(parts, axis=1).reindex(active).dropna()


def found_clusters(made) -> float:
    features = shares_of_use(made)
    clusters = KMeans(4, n_init=5, random_state=0).fit_predict(features)
    behavior = made.truth["customers"].set_index("customer_id").loc[features.index, "behavior"]
    return adjusted_rand_score(behavior, clusters)


def test_clusters_of_behaviour_are_recovered(bank):
    assert found_clusters(bank) >= 0.9


@pytest.fixture(scope="module")
def formless():
    return make_banking(6_000, seed=3, population=BankPopulation(separation=0))


def test_without_separation_there_are_no_clusters(formless):
    profiles = formless.truth["behaviors"]
    assert np.allclose(profiles, profiles.iloc[0])
    assert abs(found_clusters(formless)) < 0.01
    assert formless.truth["customers"]["uplift"].dropna().round(12).unique().tolist() == [0.04]


def test_profiles_of_behaviour_show_in_the_payments(bank, truth):
    uses = bank["transactions"]
    behavior = uses["customer_id"].map(truth["behavior"])
    found = pd.crosstab(behavior, uses["category"], normalize="index")
    sizes = behavior.value_counts()
    told = bank.truth["behaviors"]
    for name, category in (("everyday", "groceries"), ("traveller", "travel")):
        share = told.loc[name, category]
        assert abs(found.loc[name, category] - share) <= four_errors(share, sizes[name])


def test_who_is_dissatisfied_aloud_can_be_read_from_the_complaints(bank, truth):
    said = bank["complaints"]
    complaint = said["kind"] == "complaint"
    assert (said["outcome"].notna() == complaint).all()
    refused = complaint & said["outcome"].isin(["refused", "open"])
    explicit = said.loc[
        refused | ((said["kind"] == "satisfaction survey") & (said["rating"] <= 2)), "customer_id"
    ]
    by_message = said["kind"].isin(["SMS rating", "branch rating"]) & (said["rating"] <= 2)
    rated = set(said.loc[by_message, "customer_id"]) - set(explicit)
    assert set(explicit) == set(truth.index[truth["dissatisfaction"] == "explicit"])
    assert rated == set(truth.index[truth["dissatisfaction"] == "rated"])
    assert said["rating"].between(1, 5).all()


def latent_found(made) -> float:
    """Learn from those who complained, and look for those who behave alike in silence."""
    told = made.truth["customers"].set_index("customer_id")["dissatisfaction"].dropna()
    contacts = made["interactions"]
    signs = pd.crosstab(contacts["customer_id"], contacts["kind"]).reindex(told.index, fill_value=0)
    learned = told.isin(["explicit", "satisfied"])
    model = LogisticRegression().fit(signs[learned], told[learned] == "explicit")
    asked = told.isin(["latent", "satisfied"])
    chance = model.predict_proba(signs[asked])[:, 1]
    return float(roc_auc_score(told[asked] == "latent", chance))


def test_the_latent_behave_like_those_who_complained(bank, truth):
    assert latent_found(bank) > 0.95
    calls = bank["interactions"]["customer_id"].value_counts().reindex(truth.index, fill_value=0)
    explicit, latent = (calls[truth["dissatisfaction"] == name] for name in ("explicit", "latent"))
    error = np.sqrt(explicit.var() / len(explicit) + latent.var() / len(latent))
    assert abs(explicit.mean() - latent.mean()) <= 4 * error


def test_without_separation_the_latent_are_not_to_be_found(formless):
    told = formless.truth["customers"]["dissatisfaction"]
    error = np.sqrt(1 / (12 * (told == "latent").sum()))
    assert abs(latent_found(formless) - 0.5) <= 4 * error


# The campaign ----------------------------------------------------------------------------------


def test_the_control_group_is_drawn_by_lot(bank, truth):
    campaign = bank["campaigns"].set_index("customer_id")
    assert set(campaign.index) == set(truth.index[truth["group"].isin(ACTIVE)])
    control = campaign["is_control"]
    assert abs(control.mean() - 0.3) <= four_errors(0.3, len(control))
    features = bank["customers"].set_index("customer_id")[["age", "income", "city_tier"]]
    features = features.join(pd.get_dummies(truth[["group", "behavior"]]))
    features["assets"] = np.log1p(truth["assets"])
    features = features.loc[campaign.index].astype(float)
    kept, sent = features[control], features[~control]
    error = np.sqrt(kept.var() / len(kept) + sent.var() / len(sent))
    assert ((kept.mean() - sent.mean()).abs() <= 4 * error).all()


@pytest.mark.parametrize("behavior", [None, "everyday", "online"])
def test_the_uplift_is_recovered(bank, truth, behavior):
    campaign = bank["campaigns"].set_index("customer_id").join(truth[["behavior", "uplift"]])
    if behavior:
        campaign = campaign[campaign["behavior"] == behavior]
    sent, kept = (campaign.loc[campaign["is_control"] == flag, "responded"] for flag in (0, 1))
    error = np.sqrt(sent.mean() * (1 - sent.mean()) / len(sent) + kept.var() / len(kept))
    assert abs(sent.mean() - kept.mean() - campaign["uplift"].mean()) <= 4 * error


def test_the_true_uplift_averages_to_the_one_asked_for(bank, truth):
    told = truth["uplift"].dropna()
    assert abs(told.mean() - 0.04) <= 4 * told.std() / np.sqrt(len(told))
    assert told.groupby(truth["behavior"]).mean().idxmax() == "online"


def test_nobody_was_contacted_in_the_control_group(bank):
    control = bank["campaigns"].query("is_control")
    assert control["channel"].isna().all()
    assert (control["cost"] == 0).all()
    assert (bank["campaigns"].query("not is_control")["cost"] > 0).all()
