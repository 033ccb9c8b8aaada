"""Reliability against closed forms and a simulation; items that run against the others."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.i18n import use_language
from segkit.segment.attitudes import check_items, reliability
from segkit.segment.attitudes.consistency import alpha_interval, cronbach_alpha


def wide(matrix: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(matrix, columns=[f"q{i + 1}" for i in range(matrix.shape[1])])
    return frame.assign(customer_id=np.arange(len(frame)))


def parallel_items(n: int, k: int, r: float, seed: int) -> np.ndarray:
    """Items that all correlate ``r``: their alpha is k r / (1 + (k - 1) r)."""
    rng = np.random.default_rng(seed)
    return math.sqrt(r) * rng.normal(size=(n, 1)) + math.sqrt(1 - r) * rng.normal(size=(n, k))


def test_alpha_by_hand():
    # Variances 1, 1 and 7/3; the sums 3, 6, 10 have variance 37/3:
    # alpha = 3/2 (1 - (13/3) / (37/3)) = 36/37.
    matrix = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3], "c": [1.0, 2.0, 4.0]})
    assert cronbach_alpha(matrix) == pytest.approx(36 / 37)


def test_alpha_and_omega_of_parallel_items():
    found = reliability(wide(parallel_items(200_000, 4, 0.4, 0)), scale=(-9, 9)).table.iloc[0]
    assert found["alpha"] == pytest.approx(1.6 / 2.2, abs=0.005)
    assert found["omega"] == pytest.approx(1.6 / 2.2, abs=0.005)
    assert found["mean_r"] == pytest.approx(0.4, abs=0.01)


def test_feldts_interval_holds_the_truth_in_95_of_100_cases():
    truth, held = 1.6 / 2.2, 0
    for seed in range(1_000):
        alpha = cronbach_alpha(pd.DataFrame(parallel_items(40, 4, 0.4, seed)))
        low, high = alpha_interval(alpha, 40, 4)
        held += low <= truth <= high
    # Three standard errors of a share of 0.95 in 1,000 draws.
    assert held / 1_000 == pytest.approx(0.95, abs=0.021)


def test_made_up_blocks_are_dependable(cosmetics, blocks):
    found = reliability(cosmetics["survey"], blocks)
    assert list(found.table["block"]) == ["price", "quality", "loyalty"]
    assert (found.table["alpha_low"] > 0.7).all()
    assert (found.items["alpha_if_dropped"] < found.table["alpha"].max()).all()


def test_bank_blocks_are_dependable(bank, bank_blocks):
    found = reliability(bank, bank_blocks).table.set_index("block")
    assert found["alpha"].between(0.8, 0.9).all()
    assert (found["n_items"] == [5, 5, 5, 4, 4, 4]).all()


@pytest.mark.parametrize("columns", [1, 2])
def test_too_little_gives_no_number(columns):
    frame = pd.DataFrame({"customer_id": range(5), "q1": [1, 2, 3, 4, 5], "q2": [3] * 5})
    found = reliability(frame, items=["q1", "q2"][:columns])
    assert found.table["alpha"].isna().all()
    assert "too few answers" in found.summary()


def test_nobody_answered():
    frame = pd.DataFrame({"customer_id": range(5), "q1": [np.nan] * 5, "q2": [np.nan] * 5})
    with pytest.raises(DataError, match="answers must be a table with answers"):
        reliability(frame)


def test_a_reversed_item_is_told_and_turned_only_when_asked(cosmetics, blocks):
    survey = cosmetics["survey"].copy()
    survey.loc[survey["item"] == "price_2", "answer"] = (
        6 - survey.loc[survey["item"] == "price_2", "answer"]
    )
    told = check_items(survey, blocks=blocks)
    assert list(told.table.loc[told.table["runs_against"], "item"]) == ["price_2"]
    assert not told.table["turned"].any()
    kept = told.answers.set_index("customer_id")["price_2"]
    given = survey[survey["item"] == "price_2"].set_index("customer_id")["answer"]
    assert (kept == given.reindex(kept.index)).all()
    turned = check_items(survey, blocks=blocks, turn=["price_2"])
    assert not turned.table["runs_against"].any()
    assert (turned.answers.set_index("customer_id")["price_2"] == 6 - kept).all()


def test_straight_lines_gaps_and_constants_are_told():
    rng = np.random.default_rng(0)
    matrix = rng.integers(1, 6, (40, 6)).astype(float)
    matrix[0] = 4  # the same answer to all
    matrix[1, :3] = np.nan
    matrix[:, 5] = 4
    matrix[2, 0] = 99
    found = check_items(wide(matrix), scale=(1, 5))
    people = found.respondents.set_index("customer_id")
    assert people["is_straight"].to_numpy().nonzero()[0].tolist() == [0]
    assert not people["is_usable"][1]
    assert found.n_outside == 1
    notes = " ".join(found.notes)
    assert "tell nobody apart: q6" in notes
    assert "1 answer lies outside the scale from 1 to 5" in notes
    with use_language("zh"):
        assert "q6" in found.summary()


def test_all_missing_is_described():
    frame = pd.DataFrame({"customer_id": range(5), "q1": [np.nan] * 5, "q2": [np.nan] * 5})
    found = check_items(frame)
    assert "Nobody answered these items: q1, q2." in found.summary()
    assert not found.respondents["is_usable"].any()
