"""Needs in their order, price against quality, values, and who would recommend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.features import summarize_answers
from segkit.i18n import use_language
from segkit.segment import apply_scheme
from segkit.segment.attitudes import (
    compare_means,
    group_by_values,
    net_promoter,
    orient_customers,
    rank_needs,
)
from segkit.segment.attitudes.promoters import promoter_interval

HOMES = ["landscape", "location", "leisure", "schools", "shops"]


@pytest.fixture(scope="session")
def topics(cosmetics) -> pd.DataFrame:
    """How often each customer took up each need, in interactions."""
    seen = cosmetics["interactions"].groupby(["customer_id", "content"]).size()
    return seen.unstack(fill_value=0).reset_index()


@pytest.fixture(scope="session")
def by_side(cosmetics, blocks):
    return orient_customers(cosmetics["survey"], blocks["price"], blocks["quality"])


def home_buyers() -> pd.DataFrame:
    rows = [("a", 40, 25, 15, 10, 10), ("b", 25, 40, 15, 12, 8), ("c", 0, 0, 0, 0, 0)]
    return pd.DataFrame(rows, columns=["customer_id", *HOMES])


def test_needs_by_hand(kind, back):
    found = rank_needs(kind(home_buyers()), HOMES)
    customers = back(found.customers).set_index("customer_id").sort_index()
    assert customers.loc["b", ["need_1", "need_2", "need_5"]].tolist() == [
        "location",
        "landscape",
        "shops",
    ]
    assert customers.loc["a", "top_share"] == pytest.approx(0.4)
    assert pd.isna(customers.loc["c", "top_need"])
    # Two buyers; the chain gives 40 and 25 to the first two needs of both.
    table = found.table.set_index("need")
    assert table.loc["landscape", "weight"] == pytest.approx((0.40 + 0.25) / 2)
    assert table.loc["location", "chain_weight"] == pytest.approx(0.325)
    assert table.loc["landscape", "first_share"] == pytest.approx(0.5)
    assert found.by_rank["weight"].tolist() == pytest.approx([0.4, 0.25, 0.15, 0.11, 0.09])


def test_of_equal_needs_the_first_named_is_first_and_said_unclear():
    frame = pd.DataFrame({"customer_id": ["a"], "x": [3], "y": [3], "z": [1]})
    row = rank_needs(frame, ["x", "y", "z"]).customers.iloc[0]
    assert (row["need_1"], row["need_2"], row["is_clear"]) == ("x", "y", False)


def test_the_made_up_weights_are_estimated(topics):
    needs = [name for name in topics.columns if name != "customer_id"]
    often = topics[topics[needs].sum(axis=1) >= 80]
    found = rank_needs(often, needs).by_rank
    assert found["weight"].to_numpy() == pytest.approx([0.40, 0.25, 0.15, 0.10, 0.10], abs=0.02)
    # Few answers flatter the first need: the note of the function is true.
    seldom = topics[topics[needs].sum(axis=1) < 20]
    assert rank_needs(seldom, needs).by_rank["weight"][0] > 0.5


def test_top_needs_are_those_made_up(topics, cosmetics):
    needs = [name for name in topics.columns if name != "customer_id"]
    often = topics[topics[needs].sum(axis=1) >= 80]
    found = rank_needs(often, needs).customers
    both = found.merge(cosmetics.truth["customers"], on="customer_id")
    told = both["top_need"].str.replace("[ -]", "_", regex=True)
    assert (told == both["need_1_y"]).mean() > 0.95


def test_needs_by_segment_add_up(topics, by_side):
    needs = [name for name in topics.columns if name != "customer_id"]
    found = rank_needs(topics, needs).by_segment(by_side)
    assert found.groupby("segment")["weight"].sum().to_numpy() == pytest.approx([1, 1, 1])
    assert (found.groupby("segment")["rank"].max() == 5).all()
    assert ((found["low"] <= found["weight"]) & (found["weight"] <= found["high"])).all()


def test_the_top_need_serves_a_scheme():
    scheme = {
        "name": "need",
        "inputs": {"top_need": {"kind": "text"}},
        "scores": {"need": {"input": "top_need", "method": "natural", "order": HOMES}},
        "segments": [
            {"id": name, "name": {"en": name, "zh": name}, "color": "#1f5fa8",
             "action": {"en": "Show it.", "zh": "展示。"}, "when": {"need": [name]}}
            for name in HOMES
        ],
    }  # fmt: skip
    found = apply_scheme(rank_needs(home_buyers(), HOMES).customers, scheme)
    assert found.customers["segment"].tolist() == ["landscape", "location", "unclassified"]


@pytest.mark.parametrize("chain", [(0.5, 0.6), (0.3, 0.7), ()])
def test_a_chain_falls_and_adds_up(chain):
    with pytest.raises(ArgumentError, match="chain must be weights that fall and add up to 1"):
        rank_needs(home_buyers(), HOMES, chain=chain)


def test_nobody_needs_anything():
    with pytest.raises(DataError, match="a table in which somebody expresses a need"):
        rank_needs(home_buyers().tail(1), HOMES)


def test_sides_are_right_where_they_are_told(by_side, cosmetics):
    both = by_side.customers.merge(cosmetics.truth["customers"], on="customer_id")
    told = both[both["segment_x"] != "undecided"]
    assert (told["segment_x"] == told["orientation_y"]).mean() > 0.99
    assert len(told) / len(both) > 0.65
    width = both["orientation_high"] - both["orientation_low"]
    assert width.to_numpy() == pytest.approx(2 * by_side.definition.margin)


def test_the_own_interval_holds_the_truth_in_95_of_100_cases():
    """Two sides of three items with known error: the true difference is in the interval."""
    rng = np.random.default_rng(0)
    n = 4_000
    true = rng.normal(0, 1.0, (n, 2))
    answers = np.repeat(true, 3, axis=1) + rng.normal(0, 0.7, (n, 6))
    names = ["p1", "p2", "p3", "q1", "q2", "q3"]
    frame = pd.DataFrame(answers, columns=names).assign(customer_id=range(n))
    found = orient_customers(frame, names[:3], names[3:], scale=(-9, 9)).customers
    found = found.set_index("customer_id").sort_index()
    difference = true[:, 1] - true[:, 0]
    held = (found["orientation_low"] <= difference) & (difference <= found["orientation_high"])
    assert held.mean() == pytest.approx(0.95, abs=0.011)


def test_sides_may_not_share_items(cosmetics):
    with pytest.raises(ArgumentError, match="items of their own for price and for quality"):
        orient_customers(cosmetics["survey"], ["price_1"], ["price_1"])


def test_strong_environmental_values():
    green = {"en": "environmental values", "zh": "环保价值观"}
    frame = pd.DataFrame(
        {"customer_id": list("abcde"), "recycle": [4, 5, 3, 2, None], "refill": [4, 3, 3, 2, None]}
    )
    found = group_by_values(frame, ["recycle", "refill"], name="environment", values=green)
    rows = found.customers.set_index("customer_id").sort_index()
    # On a scale from 1 to 5 the answer 4 is three quarters of the way: strong; 3 is half-way.
    assert rows["segment"].tolist() == ["strong", "strong", "moderate", "weak", "unclassified"]
    assert rows["environment"].tolist()[:4] == pytest.approx([0.75, 0.75, 0.5, 0.25])
    assert found.profile["name"][0] == "Strong environmental values"
    with use_language("zh"):
        assert "环保价值观" in found.profile["name"][0]


def test_a_net_promoter_score_by_hand():
    frame = pd.DataFrame({"customer_id": range(11), "nps": [10, 9, 9, 9, 10, 8, 7, 7, 6, 0, 11]})
    found = net_promoter(frame)
    row = found.table.iloc[0]
    assert (row["n_answers"], found.n_outside) == (10, 1)
    assert row["nps"] == pytest.approx(30)
    # 6 promoters, 4 passives, 3 detractors with the three added: 3/13 and its standard error.
    half = 1.959964 * np.sqrt((9 / 13 - (3 / 13) ** 2) / 13)
    assert row["nps_low"] == pytest.approx(100 * (3 / 13 - half), abs=1e-3)
    assert row["is_few"]


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.2, 0.5, 0.3)])
@pytest.mark.parametrize("n", [8, 30, 200])
def test_the_interval_holds_the_true_score(shares, n):
    draws = np.random.default_rng(n).multinomial(n, shares, 4_000)
    truth = 100 * (shares[0] - shares[2])
    held = [low <= truth <= high for low, high in (promoter_interval(*d) for d in draws.tolist())]
    # No less than promised, but for three standard errors of 4,000 draws.
    assert np.mean(held) > 0.95 - 0.0104


def test_scores_by_segment(cosmetics, by_side):
    found = net_promoter(cosmetics["survey"], by=by_side)
    table = found.table.set_index("segment")
    assert (
        table.loc[["price", "quality", "undecided"], "n_answers"].sum()
        == (table.loc["all", "n_answers"])
    )
    answers = cosmetics["survey"].query("item == 'nps'")["answer"]
    expected = 100 * ((answers >= 9).mean() - (answers <= 6).mean())
    assert table.loc["all", "nps"] == pytest.approx(expected)
    assert (table["nps_low"] < table["nps"]).all()
    with use_language("zh"):
        assert net_promoter(cosmetics["survey"], by=by_side).summary()


def test_half_points_are_the_same_to_all_who_ask():
    """A mean of two answers: 8.5 is passive and 6.5 a detractor, wherever it is told."""
    halves = [9.5, 9.0, 8.5, 7.0, 6.5, 0.5]
    survey = pd.DataFrame({"customer_id": range(6), "item": "nps", "answer": halves})
    told = summarize_answers(survey)
    groups = ["promoter", "promoter", "passive", "passive", "detractor", "detractor"]
    assert told["nps_group"].tolist() == groups
    row = net_promoter(survey).table.iloc[0]
    shares = row[["promoter_share", "passive_share", "detractor_share"]].tolist()
    assert shares == pytest.approx([1 / 3] * 3)
    loyalty = apply_scheme(told.assign(n_days=2), "loyalty_nps").customers["N"]
    assert loyalty.tolist() == [3, 3, 2, 2, 1, 1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda frame, segments: net_promoter(frame, item="x"),
        lambda frame, segments: rank_needs(frame, ["x", "y"]),
        lambda frame, segments: compare_means(segments, frame, "x"),
    ],
    ids=["net_promoter", "rank_needs", "compare_means"],
)
def test_nobody_counts_twice(ask, by_side):
    frame = pd.DataFrame({"customer_id": ["a", "a"], "x": [3.0, 9.0], "y": [1.0, 2.0]})
    with pytest.raises(DataError, match="customer_id must be present and different in every row"):
        ask(frame, by_side)


def test_no_scores_at_all():
    frame = pd.DataFrame({"customer_id": [1, 2], "nps": [np.nan, np.nan]})
    with pytest.raises(DataError, match="nps must be answers from 0 to 10; got 'none'"):
        net_promoter(frame)
