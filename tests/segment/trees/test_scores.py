"""Scores by hand and against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sk_log_loss

from segkit.segment.trees import scores

OUTCOME = np.array([1, 1, 0, 0])
SCORE = np.array([0.9, 0.4, 0.4, 0.1])


def test_auc_by_hand():
    # Pairs: 0.9 beats both, 0.4 ties one and beats one: 3.5 of 4.
    found = scores.auc(OUTCOME, SCORE)
    assert found.value == 3.5 / 4
    # DeLong by hand: parts 1 and 0.75, 0.75 and 1; both variances 1/32, over 2 each.
    assert found.low == pytest.approx(0.875 - 1.959964 * math.sqrt(1 / 32), abs=1e-6)
    assert found.high == 1.0


def test_scores_agree_with_scikit_learn():
    rng = np.random.default_rng(1)
    outcome, score = rng.integers(0, 2, 500), rng.random(500).round(2)
    assert scores.auc(outcome, score).value == pytest.approx(roc_auc_score(outcome, score))
    assert scores.brier(outcome, score).mean() == pytest.approx(brier_score_loss(outcome, score))
    safe = np.clip(score, 1e-6, 1 - 1e-6)
    assert scores.log_loss(outcome, score).mean() == pytest.approx(sk_log_loss(outcome, safe))


def test_the_interval_of_auc_covers_as_often_as_it_says():
    rng = np.random.default_rng(2)
    true = 0.76025  # of two normal variables one standard deviation apart: Phi(1 / sqrt(2))
    hits = 0
    for _ in range(400):
        outcome = np.repeat([0, 1], [120, 60])
        found = scores.auc(outcome, rng.normal(outcome.astype(float)))
        hits += found.low <= true <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_the_gain_over_another_score_is_paired():
    rng = np.random.default_rng(3)
    outcome = np.repeat([0, 1], 200)
    score = rng.normal(outcome)
    same = scores.auc_gain(outcome, score, score)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    better = scores.auc_gain(outcome, score, rng.normal(size=400))
    assert better.low > 0


def test_one_class_has_no_auc():
    assert math.isnan(scores.auc(np.ones(3), np.arange(3)).value)


def test_gain_by_hand():
    outcome = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0])
    score = np.array([0.8] * 4 + [0.2] * 6)
    table = scores.gain_table(outcome, score, parts=5)
    assert list(table["n_customers"]) == [2, 2, 2, 2, 2]
    # The upper leaf has 3 of 4: 1.5 in each of its two fifths; the lower 1 of 6.
    np.testing.assert_allclose(table["n_outcomes"], [1.5, 1.5, 1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(table["lift"][:2], [0.75 / 0.4] * 2)
    np.testing.assert_allclose(table["cumulative_gain"], [0.375, 0.75, 5 / 6, 11 / 12, 1])
    assert table["cumulative_lift"].iloc[-1] == 1


def test_a_handful_of_customers_is_no_group_of_its_own():
    probability = np.repeat([0.1, 0.2, 0.3, 0.8], [5, 30, 40, 3])
    table = scores.reliability_table(np.zeros(78), probability)
    assert table["n_customers"].tolist() == [35, 43]
    assert table["predicted"].tolist() == pytest.approx([6.5 / 35, 14.4 / 43])
    few = scores.reliability_table(np.ones(4), np.array([0.1, 0.2, 0.3, 0.4]))
    assert few["n_customers"].tolist() == [4]


def test_reliability_by_hand():
    outcome = np.array([1] * 30 + [0] * 70 + [1] * 50 + [0] * 50)
    table = scores.reliability_table(outcome, np.repeat([0.3, 0.9], 100))
    assert list(table["observed"]) == [0.3, 0.5]
    assert list(table["agrees"]) == [True, False]
    assert table["n_customers"].sum() == 200


def test_models_that_are_right_rarely_disagree():
    """One interval of 95 % for each of ten groups would warn of two models in five."""
    rng = np.random.default_rng(4)
    true = np.repeat(np.linspace(0.05, 0.6, 10), 60)
    tables = [scores.reliability_table(rng.random(600) < true, true) for _ in range(300)]
    warned = np.mean([not table["agrees"].all() for table in tables])
    assert 0.01 <= warned <= 0.09
    single = [
        (t["observed_low"] > t["predicted"]) | (t["predicted"] > t["observed_high"]) for t in tables
    ]
    assert np.mean([misses.any() for misses in single]) > 0.25
