"""Folds, the later part, and calibration on customers held out."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from segkit.segment.trees.fitting import Growth, Training, _line, cross_scores
from segkit.segment.trees.folds import later_part, leaf_size, stratified_folds
from segkit.segment.trees.tree import Feature


def test_every_class_is_spread_over_the_folds():
    codes = np.array([0] * 17 + [1] * 3)
    fold = stratified_folds(codes, 5, np.random.default_rng(0))
    assert sorted(np.bincount(fold)) == [4, 4, 4, 4, 4]
    assert np.bincount(fold[codes == 1], minlength=5).max() == 1


def test_customers_of_one_moment_stay_together():
    order = np.array([5, 1, 1, 2, 2, 2, 3, 4, 4, 5])
    assert sorted(order[later_part(order, 0.3)]) == [4, 4, 5, 5]
    assert not later_part(np.ones(4), 0.3).any()


def test_a_leaf_holds_one_in_a_hundred_and_five():
    assert [leaf_size(n) for n in (10, 500, 501, 45_211)] == [5, 5, 6, 453]


@pytest.mark.parametrize(("intercept", "slope"), [(-1.0, 0.5), (2.0, 3.0)])
def test_calibration_is_a_logistic_regression(intercept, slope):
    rng = np.random.default_rng(0)
    logits = rng.normal(-1, 1, 3000)
    outcome = (rng.random(3000) < 1 / (1 + np.exp(-(intercept + slope * logits)))).astype(float)
    known = LogisticRegression(C=1e6).fit(logits[:, None], outcome)
    found = _line(logits, outcome)
    np.testing.assert_allclose(found, [known.intercept_[0], known.coef_[0, 0]], rtol=5e-3)


def test_calibration_never_turns_the_order_around():
    logits = np.linspace(-2, 2, 200)
    assert _line(logits, (logits < 0).astype(float))[1] == pytest.approx(0.05)


def test_each_drawing_of_the_folds_is_kept_apart(people):
    """The mean of several trees' scores ranks better than any one tree that is delivered."""
    features = (Feature("revenue", "number"), Feature("income", "number"))
    columns = {f.name: people[f.name].to_numpy(dtype=float) for f in features}
    outcome = people["bought"].to_numpy(dtype=float)
    growth = Growth(features, 3)
    scores, single = cross_scores(
        Training(columns, outcome), growth, np.random.default_rng(0), repeats=2
    )
    assert scores.shape == single.shape == (2, len(people))
    assert not np.array_equal(scores[0], scores[1])
