"""A tree made on customers as they were earlier, tested on them as they were later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

import segkit as sk
from segkit.errors import ArgumentError, DataError


def drawn(n: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    """Customers of four kinds, whose true probabilities are known."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:05}" for i in rng.permutation(n)],
            "visits": rng.integers(0, 10, n),
            "spend": rng.uniform(0, 100, n).round(2),
        }
    )
    many, much = frame["visits"] >= 5, frame["spend"] >= 50
    likely = np.select([many & much, many, much], [0.8, 0.5, 0.25], 0.1) + shift
    return frame.assign(bought=rng.random(n) < likely)


@pytest.fixture(scope="module")
def earlier() -> pd.DataFrame:
    return drawn(6_000, 1)


@pytest.fixture(scope="module")
def later() -> pd.DataFrame:
    return drawn(5_000, 2)


@pytest.fixture(scope="module")
def model(earlier, later) -> sk.TreeModel:
    return sk.fit_tree(earlier, "bought", test=later)


def test_its_probabilities_are_the_true_ones(model):
    assert len(model.rules) == 4
    assert list(model.rules["probability"]) == pytest.approx([0.8, 0.5, 0.25, 0.1], abs=0.03)
    assert model.reliability["agrees"].all()
    assert model.warnings == []


def test_its_measures_are_those_of_scikit_learn_on_the_later_customers(model, later):
    told = model.predict(later).merge(later, on="customer_id")
    assert model.metric("auc")["value"] == pytest.approx(
        roc_auc_score(told["bought"], told["probability"])
    )
    assert model.metric("log_loss")["value"] == pytest.approx(
        log_loss(told["bought"], told["probability"])
    )
    single = model.tested["single_rule"]
    assert model.metric("auc")["single_rule"] == pytest.approx(
        roc_auc_score(model.tested["outcome"], single)
    )


def test_all_customers_are_learnt_from_and_the_same_may_come_again(model, earlier, later):
    sample = model.sample
    assert (sample.n_train, sample.n_test) == (6_000, 5_000)
    assert sample.by_time
    assert set(later["customer_id"]) <= set(earlier["customer_id"])
    assert (sample.train_rate, sample.test_rate) == (earlier.bought.mean(), later.bought.mean())
    assert model.notes == [
        "Trained on 6,000 customers as they were earlier, tested on 5,000 as they were later."
    ]


def test_the_tree_never_sees_the_later_customers(model, earlier, later):
    turned = sk.fit_tree(earlier, "bought", test=later.assign(bought=~later["bought"]))
    assert turned.definition == model.definition
    assert turned.metric("auc")["value"] == pytest.approx(1 - model.metric("auc")["value"])


def test_a_moved_level_is_said(earlier):
    moved = sk.fit_tree(earlier, "bought", test=drawn(5_000, 3, shift=0.1))
    assert any("cannot be taken literally" in sentence for sentence in moved.warnings)


def test_a_number_that_all_have_left_behind_is_left_out(earlier, later):
    then = earlier.assign(days_known=earlier["visits"] * 10 + 100)
    now = later.assign(days_known=later["visits"] * 10 + 200)
    model = sk.fit_tree(then, "bought", test=now)
    assert model.time_bound == ("days_known",)
    named = sk.fit_tree(then, "bought", test=now, features=["days_known", "spend"])
    assert named.time_bound == ()


def test_row_order_and_kind_do_not_matter_and_nothing_is_changed(model, earlier, later, kind):
    before = later.copy(deep=True)
    shuffled = later.sample(frac=1, random_state=5)
    other = sk.fit_tree(kind(earlier), "bought", test=kind(shuffled))
    assert other.definition == model.definition
    pd.testing.assert_frame_equal(other.metrics, model.metrics)
    pd.testing.assert_frame_equal(later, before)


def test_both_ways_of_telling_the_time_are_one_too_many(earlier, later):
    with pytest.raises(ArgumentError, match=r"order must be left out where test is given"):
        sk.fit_tree(earlier, "bought", order="visits", test=later)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="spend"), r"fit_tree: test: missing column spend"),
        (lambda t: t.drop(columns="bought"), r"fit_tree: test: missing column bought"),
        (lambda t: t.assign(customer_id="same"), r"test: customer_id must be present and diff"),
        (lambda t: t.assign(spend="much"), r"test: spend must be of the type it has in customers"),
        (lambda t: t.assign(bought="perhaps"), r"bought of test must be a column of true and f"),
        (lambda t: t.assign(bought=True), r"bought of test must be true for some and false for o"),
    ],
)
def test_faults_of_the_later_table_are_named(earlier, later, change, message):
    with pytest.raises(DataError, match=message):
        sk.fit_tree(earlier, "bought", test=change(later))


def test_unknown_outcomes_of_the_later_table_do_not_count(earlier, later):
    gaps = later.assign(bought=later["bought"].astype("boolean"))
    gaps.loc[gaps.index[:100], "bought"] = pd.NA
    assert sk.fit_tree(earlier, "bought", test=gaps).sample.n_test == 4_900
