"""Factors: closed forms, known structures, and the blocks of a real survey."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.segment.attitudes import find_factors
from segkit.segment.attitudes.extraction import adequacy, ml_loadings, parallel_analysis
from segkit.segment.attitudes.rotation import promax, varimax


def equal_correlations(p: int, r: float) -> np.ndarray:
    return np.full((p, p), r) + (1 - r) * np.eye(p)


def test_adequacy_of_equal_correlations_by_hand():
    # All partial correlations are r / (1 + (p - 2) r); the determinant is known, too.
    p, r, n = 5, 0.5, 100
    found = adequacy(equal_correlations(p, r), n)
    partial = r / (1 + (p - 2) * r)
    assert found.kmo == pytest.approx(r**2 / (r**2 + partial**2))
    assert found.kmo_by_item == pytest.approx([found.kmo] * p)
    log_det = (p - 1) * math.log(1 - r) + math.log(1 + (p - 1) * r)
    assert found.bartlett_chi2 == pytest.approx(-(n - 1 - (2 * p + 5) / 6) * log_det)
    assert found.bartlett_df == 10


@pytest.mark.parametrize("n", [12, 40])
def test_chance_is_that_of_drawn_answers(n):
    p, n_draws = 6, 3_000
    _own, by_chance = parallel_analysis(np.eye(p), n, n_draws=n_draws)
    rng = np.random.default_rng(9)
    drawn = []
    for _ in range(n_draws):
        related = np.corrcoef(rng.normal(size=(n, p)), rowvar=False)
        np.fill_diagonal(related, 1 - 1 / np.diag(np.linalg.inv(related)))
        drawn.append(np.linalg.eigvalsh(related)[::-1])
    # The share below a quantile of 3,000 draws has a standard error of 0.4 points.
    low, high = np.quantile(drawn, [0.934, 0.966], axis=0)
    assert ((low < by_chance) & (by_chance < high)).all()


def test_chance_takes_no_longer_for_more_respondents():
    # As many answers would not fit into any memory.
    _own, by_chance = parallel_analysis(np.eye(4), 10**12)
    assert by_chance == pytest.approx(np.zeros(4), abs=1e-4)


def test_fewer_respondents_than_items_can_be_drawn():
    _own, by_chance = parallel_analysis(np.eye(6), 5)
    assert np.isfinite(by_chance).all()


def test_one_factor_of_equal_correlations_by_hand():
    assert ml_loadings(equal_correlations(6, 0.36), 1)[:, 0] == pytest.approx([0.6] * 6, abs=1e-4)


def test_loadings_agree_with_scikit_learn():
    from sklearn.decomposition import FactorAnalysis

    rng = np.random.default_rng(0)
    true = np.array([[0.8, 0.0], [0.7, 0.1], [0.6, 0.0], [0.0, 0.8], [0.1, 0.7], [0.0, 0.6]])
    x = rng.normal(size=(2_000, 2)) @ true.T + rng.normal(size=(2_000, 6)) * np.sqrt(
        1 - (true**2).sum(axis=1)
    )
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    theirs = FactorAnalysis(2, svd_method="lapack", tol=1e-8, max_iter=10_000).fit(z).components_.T
    ours = ml_loadings(np.corrcoef(x, rowvar=False), 2)
    # Unrotated loadings are one turn apart; what they reproduce is the same.
    assert ours @ ours.T == pytest.approx(theirs @ theirs.T, abs=1e-3)


def test_rotation_finds_a_hidden_simple_structure():
    simple = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.8], [0, 0.7], [0, 0.6]])
    angle = 0.6
    hidden = simple @ [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    found = np.abs(varimax(hidden))
    assert np.sort(found, axis=1) == pytest.approx(np.sort(simple, axis=1), abs=1e-6)
    pattern, leaning = promax(hidden)
    assert pattern @ leaning @ pattern.T == pytest.approx(hidden @ hidden.T)
    assert np.diag(leaning) == pytest.approx([1, 1])


def test_the_made_up_factors_are_recovered(cosmetics, asked):
    found = find_factors(cosmetics["survey"], asked)
    truth = cosmetics.truth["items"].set_index("item")["factor"]
    loadings = found.loadings.set_index("item")
    assert (loadings["factor"] == truth[loadings.index]).all()
    assert loadings["belongs"].all()
    known = cosmetics.truth["customers"].set_index("customer_id")
    scores = found.scores.set_index("customer_id")
    for name in ("price", "quality", "loyalty"):
        assert scores[name].std() == pytest.approx(1)
        assert scores[name].corr(known.loc[scores.index, name]) > 0.88
    # The truth: price and quality lean against each other by -0.8.
    assert found.correlations.loc["price", "quality"] == pytest.approx(-0.8, abs=0.1)


def test_the_bank_blocks_separate_or_merge(bank, bank_blocks):
    asked = [item for members in bank_blocks.values() for item in members]
    found = find_factors(bank, asked)
    verdicts = found.compare_blocks(bank_blocks).set_index("block")
    assert verdicts["verdict"].to_dict() == {
        "imag": "separate",
        "expe": "merged",
        "qual": "merged",
        "val": "merged",
        "sat": "merged",
        "loy": "separate",
    }
    assert verdicts["merged_with"][["expe", "val"]].tolist() == ["qual", "sat"]
    # 26 of 27 items lie with their block.
    assert verdicts["n_at_home"].sum() == 26
    # With one item elsewhere the items agree with the four merged groups, but not with the six.
    merged = {"expectation": bank_blocks["expe"] + bank_blocks["qual"]}
    merged |= {"satisfaction": bank_blocks["val"] + bank_blocks["sat"]}
    merged |= {"image": bank_blocks["imag"], "loyalty": bank_blocks["loy"]}
    assert found.compare_blocks(merged).attrs["adjusted_rand"] == pytest.approx(0.897, abs=5e-4)
    six = found.compare_blocks(bank_blocks).attrs["adjusted_rand"]
    assert six == pytest.approx(0.530, abs=5e-4)
    assert found.adequacy.kmo > 0.9


def test_noise_has_one_factor_at_most_and_says_so():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.integers(1, 6, (300, 8)), columns=[f"q{i}" for i in range(8)])
    found = find_factors(frame.assign(customer_id=range(300)))
    assert len(found.table) == 1
    assert "do not build on these factors" in found.summary()


def test_row_order_does_not_matter(cosmetics, asked):
    survey = cosmetics["survey"]
    one = find_factors(survey, asked).loadings
    other = find_factors(survey.sample(frac=1, random_state=1), asked).loadings
    pd.testing.assert_frame_equal(one, other)


def test_own_number_rotation_and_labels(cosmetics, asked):
    labels = {"loyalty": "treue"}
    found = find_factors(cosmetics["survey"], asked, n=3, rotation="varimax", labels=labels)
    assert "treue" in found.names
    assert (found.correlations.to_numpy() == np.eye(3)).all()


def test_a_constant_item_is_left_out(cosmetics, asked):
    survey = cosmetics["survey"].copy()
    survey.loc[survey["item"] == "price_1", "answer"] = 3
    assert "price_1" not in find_factors(survey, asked).items


def test_five_respondents_are_too_few(cosmetics, asked):
    survey = cosmetics["survey"]
    few = survey[survey["customer_id"].isin(survey["customer_id"].unique()[:5])]
    with pytest.raises(DataError, match="answers of at least 11 respondents; got 5"):
        find_factors(few, asked)


@pytest.mark.parametrize("values", [[1.0, 2, 3, 4, 5] * 4, [np.nan] * 20])
def test_one_item_is_too_few(values):
    frame = pd.DataFrame({"customer_id": range(20), "q1": values})
    with pytest.raises(DataError, match="at least two items whose answers differ"):
        find_factors(frame, ["q1"])


def test_more_factors_than_items_carry(cosmetics, asked):
    with pytest.raises(ArgumentError, match=r"n \(n_factors\), of 9 items, must .* at most 4"):
        find_factors(cosmetics["survey"], asked, n=5)
