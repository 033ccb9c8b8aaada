"""Made-up cosmetics and banking data: each true segment by the method that is right for it.

Where columns cannot tell a truth, an oracle that knows the generator's own parameters shows
how much anybody could find; the method is then held against the oracle.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import segkit as sk
from segkit.synthetic import MadeUp, make_banking, make_cosmetics
from segkit.synthetic.beauty import CHANNELS, FIRST_NEED, LEANING, LOYALTY_CUTS, NEED_WEIGHTS, NEEDS
from segkit.synthetic.beauty import words as words_of

#: The first numbers after those that the methods were looked at with.
SEEDS = (106, 107)
DAY = "2024-12-31"
ITEMS = [f"{block}_{i}" for block in ("price", "quality") for i in (1, 2, 3)]


@pytest.fixture(scope="module", params=SEEDS)
def brand(request) -> MadeUp:
    return make_cosmetics(seed=request.param)


@pytest.fixture(scope="module", params=SEEDS)
def bank(request) -> MadeUp:
    return make_banking(seed=request.param, tables=["transactions", "interactions", "complaints"])


def agreement(made: MadeUp, column: str, told: pd.Series) -> float:
    """Adjusted Rand index between the truth and what was told, by customer."""
    truth = made.truth["customers"].set_index("customer_id")[column].reindex(told.index)
    known = truth.notna() & told.notna()
    assert known.sum() >= 0.9 * min(len(told), truth.notna().sum())
    return float(adjusted_rand_score(truth[known], told[known]))


def segment_of(segmentation) -> pd.Series:
    return segmentation.customers.set_index("customer_id")["segment"]


def age_bands(made: MadeUp) -> pd.Series:
    people = sk.describe_people(made["customers"], as_of=DAY)
    return segment_of(sk.apply_scheme(people, "age_bands_cosmetics"))


# Cosmetics -------------------------------------------------------------------------------------


def test_age_bands_by_their_scheme(brand):
    assert agreement(brand, "age_band", age_bands(brand)) == 1


def test_orientation_by_attitude_segments_and_k_means(brand):
    by_attitude = segment_of(sk.segment_attitudes(brand["survey"], ITEMS))
    assert agreement(brand, "orientation", by_attitude) >= 0.9
    answers = sk.spread_answers(brand["survey"])
    clusters = sk.cluster_customers(answers, features=ITEMS, max_k=4)
    assert agreement(brand, "orientation", segment_of(clusters)) >= 0.9


def test_age_and_orientation_by_scheme_and_attitude(brand):
    attitude = segment_of(sk.segment_attitudes(brand["survey"], ITEMS))
    both = age_bands(brand).reindex(attitude.index) + " " + attitude
    assert both.nunique() == 6
    assert agreement(brand, "segment", both) >= 0.9


def test_the_side_that_a_customer_takes_is_the_true_one(brand):
    price, quality = ITEMS[:3], ITEMS[3:]
    told = segment_of(sk.orient_customers(brand["survey"], price, quality))
    sure = told[told != "undecided"]
    assert len(sure) > 0.6 * len(told)
    truth = brand.truth["customers"].set_index("customer_id")["orientation"]
    # The margin is that of a 95 % interval.
    assert (sure == truth[sure.index]).mean() > 0.975


def test_usual_channel_by_most_money(brand):
    usual = sk.summarize_baskets(brand["transactions"]).set_index("customer_id")["favorite_channel"]
    assert agreement(brand, "channel", usual) >= 0.9
    assert set(usual.dropna()) == set(words_of(CHANNELS, "en"))


def test_social_groups_by_their_scheme(brand):
    recent = sk.summarize_interactions(brand["interactions"], as_of=DAY, window_days=90)
    everybody = sk.join_features(brand["customers"][["customer_id"]], recent)
    assert agreement(brand, "social", segment_of(sk.apply_scheme(everybody, "social_activity"))) > (
        0.9
    )


# Needs: what anybody could find ----------------------------------------------------------------


def bought_by_need(made: MadeUp) -> pd.DataFrame:
    lines = made["transactions"].merge(made["products"][["product_id", "need"]], on="product_id")
    names = dict(zip(words_of(NEEDS, "en"), NEEDS, strict=True))
    kept = lines[~lines["is_return"]]
    counts = pd.crosstab(kept["customer_id"], kept["need"].map(names))
    return counts.reindex(columns=list(NEEDS), fill_value=0).rename_axis(None, axis=1)


def chances_of_needs(counts: pd.DataFrame, prior: np.ndarray) -> np.ndarray:
    """Chance of each need to be the first, by the generator's own weights of all orders."""
    orders = np.array(list(itertools.permutations(range(len(NEEDS)))))
    weights = np.zeros(orders.shape)
    np.put_along_axis(weights, orders, np.log(NEED_WEIGHTS)[None, :], axis=1)
    logs = counts.to_numpy() @ weights.T
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    by_first = np.column_stack([likely[:, orders[:, 0] == k].sum(axis=1) for k in range(5)])
    return by_first * prior


def test_first_needs_come_back_where_there_is_enough_of_what_was_bought():
    made = make_cosmetics(400, seed=SEEDS[0], start="1995-01-01", tables=["transactions",
                          "products"])  # fmt: skip
    counts = bought_by_need(made)
    often = counts[counts.sum(axis=1) >= 100]
    assert len(often) >= 50
    told = sk.rank_needs(often.reset_index(), list(NEEDS)).customers
    assert agreement(made, "need_1", told.set_index("customer_id")["top_need"]) >= 0.9


def test_first_needs_of_ten_points_and_two_years_are_beyond_anybody(brand):
    truth = brand.truth["customers"].set_index("customer_id")
    answers = sk.spread_answers(brand["survey"]).set_index("customer_id")
    points = answers[[f"need_{need}" for need in NEEDS]].set_axis(list(NEEDS), axis=1)
    counts = bought_by_need(brand).add(points, fill_value=0)
    # The oracle knows weights, lines, points, and how each age leans.
    prior = np.full((len(FIRST_NEED), len(NEEDS)), (1 - LEANING) / len(NEEDS))
    for row, need in enumerate(FIRST_NEED.values()):
        prior[row, list(NEEDS).index(need)] += LEANING
    band = truth.loc[counts.index, "age_band"].map({b: i for i, b in enumerate(FIRST_NEED)})
    best = chances_of_needs(counts, prior[band]).argmax(axis=1)
    assert agreement(brand, "need_1", pd.Series(best, counts.index)) < 0.85
    # Without the ages it knows no more than the ranking finds.
    even = chances_of_needs(points, np.full(len(NEEDS), 0.2)).argmax(axis=1)
    ceiling = agreement(brand, "need_1", pd.Series(even, points.index))
    ranked = sk.rank_needs(brand["survey"], {n: [f"need_{n}"] for n in NEEDS}).customers
    told = ranked.set_index("customer_id")["top_need"]
    assert agreement(brand, "need_1", told) >= ceiling - 0.03


def test_weights_of_needs_come_back_although_single_customers_do_not(brand):
    found = sk.rank_needs(brand["survey"], {n: [f"need_{n}"] for n in NEEDS}).table
    truth = brand.truth["customers"].set_index("customer_id").loc[
        brand["survey"]["customer_id"].unique()
    ]  # fmt: skip
    for row in found.itertuples():
        ranks = [(truth[f"need_{r + 1}"] == row.need).mean() for r in range(len(NEEDS))]
        assert abs(row.weight - float(np.dot(ranks, NEED_WEIGHTS))) < 0.01


# Loyalty: slices of one crowd --------------------------------------------------------------------


def test_groups_of_loyalty_are_slices_of_one_crowd_that_no_answers_part(brand):
    """Loyalty is one broad factor, cut in three: who lies near a cut cannot be told."""
    items = [f"loyalty_{i}" for i in (1, 2, 3)]
    answers = sk.spread_answers(brand["survey"]).set_index("customer_id")[[*items, "nps"]]
    true = brand.truth["customers"].set_index("customer_id").loc[answers.index, "loyalty"]
    known = np.column_stack([np.ones(len(answers)), answers])
    guess = known @ np.linalg.lstsq(known, true, rcond=None)[0]
    assert np.corrcoef(guess, true)[0, 1] > 0.93
    best = pd.Series(np.digitize(guess, LOYALTY_CUTS), answers.index)
    assert agreement(brand, "loyalty_group", best) < 0.7
    assert sk.cluster_customers(answers.reset_index(), features=items, max_k=4).chosen.k == 1


# Banking -----------------------------------------------------------------------------------------


def shares_of_use(made: MadeUp) -> pd.DataFrame:
    paid = made["transactions"]
    parts = [pd.crosstab(paid["customer_id"], paid[c]) for c in ("category", "channel")]
    enough = parts[0].sum(axis=1) >= 12
    shares = [part[enough].div(part[enough].sum(axis=1), axis=0) for part in parts]
    return pd.concat(shares, axis=1).rename_axis(None, axis=1).reset_index()


@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture"])
def test_behaviours_by_clusters(bank, method):
    found = sk.cluster_customers(shares_of_use(bank), method=method, max_k=6)
    assert found.chosen.k == 4
    assert agreement(bank, "behavior", segment_of(found)) >= 0.9


def test_dissatisfied_customers_by_rule_and_model(bank):
    truth = bank.truth["customers"].set_index("customer_id")["dissatisfaction"].dropna()
    said = sk.summarize_complaints(bank["complaints"], as_of=DAY, window_days=366)
    did = sk.summarize_interactions(bank["interactions"], as_of=DAY, window_days=366)
    table = sk.join_features(truth.reset_index()[["customer_id"]], said, did)
    by_rule = segment_of(sk.apply_scheme(table, "dissatisfaction"))
    loud = truth[truth.isin(["explicit", "rated"])]
    assert (by_rule[loud.index] == loud).all()
    assert set(by_rule[truth.index.difference(loud.index)]) == {"nothing_known"}
    spoke = {
        "complained": table["complaint_state"].isin(["refused", "open"])
        | table["survey_state"].eq("negative"),
        "rated": table["rating_state"].eq("negative"),
    }
    behavior = ["n_interactions", "n_logins", "n_calls", "n_troubles", "last_interaction_days"]
    found = sk.find_latent(
        table[["customer_id", *behavior]].assign(**spoke), rated="rated", features=behavior
    )
    told = segment_of(found).replace("none", "satisfied")
    assert agreement(bank, "dissatisfaction", told) >= 0.9
