"""The made-up cosmetics brand: its shares, and truths that can be found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segkit.errors import ArgumentError
from segkit.schema import TRANSACTIONS, names
from segkit.synthetic import MadeUp, make_cosmetics
from segkit.synthetic.beauty import (
    AGE_BANDS,
    AGE_SHARES,
    CATEGORIES,
    DISSATISFACTION_SHARES,
    ITEMS,
    NEED_WEIGHTS,
    NEEDS,
    SOCIAL_RATES,
    SOCIAL_SHARES,
)

N = 8_000
END = pd.Timestamp("2024-12-31")


@pytest.fixture(scope="module")
def made() -> MadeUp:
    return make_cosmetics(N, seed=6)


@pytest.fixture(scope="module")
def truth(made) -> pd.DataFrame:
    return made.truth["customers"].set_index("customer_id")


@pytest.fixture(scope="module")
def sold(made) -> pd.DataFrame:
    lines = made["transactions"].merge(
        made["products"][["product_id", "need"]], on="product_id", validate="many_to_one"
    )
    return lines[~lines["is_return"]]


@pytest.fixture(scope="module")
def answers(made) -> pd.DataFrame:
    return made["survey"].pivot(index="customer_id", columns="item", values="answer")


def near_share(flags: pd.Series, share: float) -> bool:
    """Whether a share is within four standard errors."""
    return abs(flags.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(flags))


def test_the_same_seed_gives_the_same_brand(made):
    again = make_cosmetics(N, seed=6)
    assert set(made.tables) == {
        "transactions", "customers", "products", "interactions", "survey", "complaints"
    }  # fmt: skip
    for name, table in made.tables.items():
        pd.testing.assert_frame_equal(again[name], table)
    for name, table in made.truth.items():
        pd.testing.assert_frame_equal(again.truth[name], table)
    assert not make_cosmetics(N, seed=7)["survey"].equals(made["survey"])


def test_leaving_tables_out_changes_no_other(made):
    few = make_cosmetics(N, seed=6, tables=["complaints", "customers"])
    assert list(few.tables) == ["customers", "complaints"]
    pd.testing.assert_frame_equal(few["complaints"], made["complaints"])


def test_tables_are_canonical_and_of_the_size_asked_for(made):
    assert set(names(TRANSACTIONS)) <= {*made["transactions"].columns, "currency"}
    assert len(made["customers"]) == len(made.truth["customers"]) == N
    known = set(made["customers"]["customer_id"])
    for name in ("transactions", "interactions", "survey", "complaints"):
        assert set(made[name]["customer_id"]) <= known
    assert set(made["customers"]["gender"]) == {"female"}
    assert len(made["products"]) == 25


def test_age_bands_have_their_shares_and_bounds(made, truth):
    age = END.year - made["customers"].set_index("customer_id")["birth_year"]
    for band, (low, high) in AGE_BANDS.items():
        here = truth["age_band"] == band
        assert near_share(here, AGE_SHARES[band])
        assert age[here].between(low, high).all()


def test_needs_weigh_40_25_15_10_10(sold, truth):
    ranked = truth.loc[sold["customer_id"], [f"need_{rank}" for rank in range(1, 6)]]
    words = {"anti-ageing": "anti_ageing", "sun care": "sun_care"}
    need = sold["need"].replace(words).to_numpy()
    for rank, weight in enumerate(NEED_WEIGHTS):
        assert near_share(pd.Series(ranked.to_numpy()[:, rank] == need), weight)
    assert NEED_WEIGHTS == (0.40, 0.25, 0.15, 0.10, 0.10)


def test_each_customer_ranks_each_need_once(truth):
    ranked = truth[[f"need_{rank}" for rank in range(1, 6)]]
    assert (ranked.nunique(axis=1) == 5).all()


@pytest.mark.parametrize(
    ("band", "need", "channel"),
    [
        ("young", "hydration", "social_media"),
        ("middle_aged", "anti_ageing", "department_store"),
        ("older", "soothing", "email"),
    ],
)
def test_age_bands_lean_to_their_need_and_channel(truth, band, need, channel):
    here = truth[truth["age_band"] == band]
    # Eight of ten lean, and the others choose among all: five needs, three channels.
    assert near_share(here["need_1"] == need, 0.8 + 0.2 / 5)
    assert near_share(here["channel"] == channel, 0.8 + 0.2 / 3)


@pytest.mark.parametrize("category", CATEGORIES)
def test_products_are_bought_again_after_their_cycle(made, sold, truth, category):
    cycles = made.truth["cycles"].set_index("category")["cycle_days"]
    own = sold[sold["category"] == category].sort_values(["customer_id", "ordered_at"])
    days = own["ordered_at"].dt.normalize().groupby(own["customer_id"])
    first, second = days.nth(0), days.nth(1)
    first.index, second.index = (own.loc[part.index, "customer_id"] for part in (first, second))
    # Only who surely has time for a second purchase: else long cycles would be missing.
    until = truth["dropped_out_on"].fillna(END + pd.Timedelta(days=1)).loc[first.index]
    sure = first[(until - first).dt.days > 2.5 * cycles[category]]
    gap = (second.reindex(sure.index) - sure).dt.days
    assert gap.notna().all()
    assert abs(gap.mean() - cycles[category]) < 4 * gap.std() / np.sqrt(len(gap))


def test_attitudes_can_be_found_by_clustering_answers(answers, truth):
    items = [item for item, (factor, _) in ITEMS.items() if factor != "loyalty"]
    found = KMeans(2, n_init=5, random_state=0).fit_predict(answers[items])
    true = truth.loc[answers.index, "orientation"]
    assert adjusted_rand_score(true, found) > 0.85


def test_segments_are_separable_by_age_and_answers(made, answers, truth):
    age = END.year - made["customers"].set_index("customer_id")["birth_year"]
    bands = pd.cut(age, [0, 29, 49, 99], labels=list(AGE_BANDS)).astype(str)
    side = answers.filter(like="price").mean(axis=1) - answers.filter(like="quality").mean(axis=1)
    orientation = pd.Series(np.where(side > 0, "price", "quality"), answers.index)
    guessed = bands.loc[answers.index] + "_" + orientation
    assert (guessed == truth.loc[answers.index, "segment"]).mean() > 0.95
    assert truth["segment"].nunique() == 6


@pytest.mark.parametrize("item", ITEMS)
def test_items_measure_their_factor(answers, truth, item):
    factor, loading = ITEMS[item]
    links = truth.loc[answers.index, ["price", "quality", "loyalty"]].corrwith(answers[item])
    assert links[factor] > 0.85 * loading
    assert links.drop(factor).max() < 0.15
    assert set(answers[item]) == {1, 2, 3, 4, 5}


def test_recommendation_follows_loyalty(answers, truth):
    assert answers["nps"].between(0, 10).all()
    by_group = answers["nps"].groupby(truth.loc[answers.index, "loyalty_group"]).mean()
    assert by_group["loyal"] > 8.5
    assert by_group["easily_lost"] < 6.5
    cuts = truth.groupby("loyalty_group")["loyalty"].agg(["min", "max"])
    assert cuts.loc["easily_lost", "max"] < cuts.loc["ordinary", "min"]
    assert cuts.loc["ordinary", "max"] < cuts.loc["loyal", "min"]


def test_social_groups_have_their_shares_and_rates(made, truth):
    joined = made["customers"].set_index("customer_id")["joined_at"]
    months = ((END - joined).dt.days + 1) / (365.25 / 12)
    counts = made["interactions"].value_counts(["customer_id", "kind"]).unstack(fill_value=0)
    for group, share in SOCIAL_SHARES.items():
        assert near_share(truth["social"] == group, share)
        # Dissatisfied customers have gone quiet.
        calm = truth.index[(truth["social"] == group) & (truth["dissatisfaction"] == "satisfied")]
        for kind, rate in SOCIAL_RATES[group].items():
            expected = rate * months[calm].sum()
            seen = counts.reindex(calm, fill_value=0)[kind].sum()
            assert abs(seen - expected) <= 4 * np.sqrt(expected)


@pytest.mark.parametrize("group", DISSATISFACTION_SHARES)
def test_dissatisfied_groups_have_their_shares(truth, group):
    assert near_share(truth["dissatisfaction"] == group, DISSATISFACTION_SHARES[group])
    asked = {"explicit": 0.1, "rated": 0.2, "latent": 0.3, "satisfied": 0.4}
    other = make_cosmetics(4_000, seed=1, dissatisfaction_shares=asked, tables=["customers"])
    assert near_share(other.truth["customers"]["dissatisfaction"] == group, asked[group])


def test_explicit_and_rated_customers_are_seen_in_the_tables(made, answers, truth):
    complaints = made["complaints"]
    refused = complaints.loc[complaints["outcome"].isin(["refused", "open"]), "customer_id"]
    negative = answers.index[answers["satisfaction"] <= 2]
    explicit = set(refused) | set(negative)
    assert explicit == set(truth.index[truth["dissatisfaction"] == "explicit"])
    assert set(refused)
    assert set(negative)
    bad = set(complaints.loc[complaints["rating"] <= 2, "customer_id"])
    assert bad == set(truth.index[truth["dissatisfaction"] == "rated"])
    latent = truth.index[truth["dissatisfaction"] == "latent"]
    assert not set(latent) & set(complaints["customer_id"])


def test_latent_customers_behave_like_those_who_complained(made, sold, truth):
    lines = made["transactions"]
    back = lines[lines["is_return"]].groupby("customer_id").size()
    bought = sold.groupby("customer_id").size()
    table = pd.DataFrame({"back": back, "bought": bought}).fillna(0)
    table["group"] = truth.loc[table.index, "dissatisfaction"]
    table["left"] = truth.loc[table.index, "dropped_out_on"].notna()

    def apart(one: str, other: str, column: str) -> float:
        value = table["back"] / table["bought"] if column == "back" else table["left"].astype(float)
        mean = value.groupby(table["group"]).agg(["mean", "var", "size"])
        error = np.sqrt((mean["var"] / mean["size"]).loc[[one, other]].sum())
        return abs(mean.loc[one, "mean"] - mean.loc[other, "mean"]) / error

    for column in ("back", "left"):
        assert apart("latent", "explicit", column) < 4
        assert apart("latent", "satisfied", column) > 8


def test_lines_add_up(made):
    lines = made["transactions"]
    assert (lines["unit_price"] * lines["quantity"] == lines["amount"]).all()
    assert (lines["is_return"] == (lines["amount"] < 0)).all()
    assert lines["ordered_at"].is_monotonic_increasing
    orders = lines[~lines["is_return"]].groupby("order_id")
    one = orders[["customer_id", "ordered_at", "channel"]].nunique()
    assert (one == 1).all().all()
    assert orders.size().max() > 1


def test_a_chinese_brand_speaks_chinese_and_is_the_same_brand(made):
    chinese = make_cosmetics(500, seed=6, language="zh")
    english = make_cosmetics(500, seed=6)
    assert set(chinese["products"]["need"]) == {
        "补水保湿", "抗衰紧致", "美白淡斑", "舒缓修护", "防晒隔离"
    }  # fmt: skip
    assert set(chinese["transactions"]["channel"]) == {"社交媒体", "电子邮件", "百货专柜"}
    pd.testing.assert_frame_equal(chinese.truth["customers"], english.truth["customers"])
    pd.testing.assert_frame_equal(chinese["survey"], english["survey"])


def test_one_customer_is_a_brand():
    made = make_cosmetics(1, start="2024-01-01", end="2024-01-31")
    assert len(made["customers"]) == 1


def test_refused_arguments():
    with pytest.raises(ArgumentError, match="make_cosmetics: n_customers must be a whole number"):
        make_cosmetics(0)
    with pytest.raises(ArgumentError, match="make_cosmetics: age_shares must be a mapping of"):
        make_cosmetics(10, age_shares={"young": 1.0})
    with pytest.raises(ArgumentError, match="They add up to 0.9."):
        make_cosmetics(10, age_shares={"young": 0.5, "middle_aged": 0.3, "older": 0.1})
    with pytest.raises(ArgumentError, match="make_cosmetics: tables must be names out of"):
        make_cosmetics(10, tables=["balances"])
    with pytest.raises(ArgumentError, match="make_cosmetics: end must be a date not before"):
        make_cosmetics(10, start="2025-01-01", end="2024-01-01")


def test_needs_share_ten_points_by_their_weights(answers, truth):
    points = answers[[f"need_{name}" for name in NEEDS]]
    assert (points.sum(axis=1) == 10).all()
    people = truth.reindex(answers.index)
    codes = {name: place for place, name in enumerate(NEEDS)}
    for rank, weight in enumerate(NEED_WEIGHTS, start=1):
        own = points.to_numpy()[np.arange(len(points)), people[f"need_{rank}"].map(codes)]
        assert abs(own.mean() - 10 * weight) < 4 * own.std() / len(own) ** 0.5
