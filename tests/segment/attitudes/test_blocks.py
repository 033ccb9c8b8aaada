"""Blocks against factors: known structures, published arithmetic, and a real survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.segment.attitudes import blocks as blocks_room
from segkit.segment.attitudes import check_blocks_apart, check_items, read_survey
from segkit.segment.attitudes.blocks import check_survey_blocks, least_partial
from segkit.segment.missing import Missing


def survey_of(leaning: float, n: int = 400, seed: int = 0) -> pd.DataFrame:
    """Two blocks of three items with loading 0.8, their factors correlated by ``leaning``."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, leaning], [leaning, 1]], n)
    answers = {
        f"{name}_{i}": 0.8 * factors[:, j] + rng.normal(0, 0.6, n)
        for j, name in enumerate(("a", "b"))
        for i in (1, 2, 3)
    }
    return pd.DataFrame(answers).assign(customer_id=range(n))


BLOCKS = {name: [f"{name}_{i}" for i in (1, 2, 3)] for name in ("a", "b")}


@pytest.mark.parametrize("leaning", [0.0, 0.5, -0.6])
def test_the_correlation_without_error_is_that_of_the_factors(leaning):
    drawn = [
        check_blocks_apart(survey_of(leaning, seed=seed), BLOCKS, scale=(-9, 9)).pairs.iloc[0]
        for seed in range(8)
    ]
    mean = np.mean([row["correlation"] for row in drawn])
    assert mean == pytest.approx(leaning, abs=0.06)
    assert sum(row["low"] <= leaning <= row["high"] for row in drawn) >= 7
    assert all(row["is_apart"] for row in drawn)


def test_blocks_of_one_thing_are_put_together():
    found = check_blocks_apart(survey_of(0.97), BLOCKS, scale=(-9, 9))
    assert list(found.joined) == [("a", "b")]
    assert found.pairs["correlation"].iloc[0] > 0.9
    assert "cannot be told apart by their answers: a and b" in found.summary()
    # Two blocks that are one cannot agree with anything but one.
    assert found.row("chosen")["n_factors"] == 1
    assert found.row("chosen")["joined_rand"] == 1


def test_velicers_number_of_a_known_structure():
    related = np.kron(np.eye(3), np.full((4, 4), 0.6)) + 0.4 * np.eye(12)
    assert least_partial(related) == 3


def test_the_made_up_blocks_are_three_things(cosmetics, blocks):
    found = check_blocks_apart(cosmetics["survey"], blocks)
    numbers = found.numbers.set_index("rule")
    # Price and quality lean against each other by -0.8: for the simple rules they are one.
    assert numbers["n_factors"].to_dict() == {
        "chosen": 3, "map": 2, "kaiser": 2, "parallel": 3, "blocks": 3,
    }  # fmt: skip
    assert (numbers.loc[["chosen", "parallel", "blocks"], "adjusted_rand"] == 1).all()
    assert len(found.joined) == 3
    assert found.pairs["is_apart"].all()


def test_the_banks_six_blocks_are_four_things(bank, bank_blocks):
    """Expectation and quality are asked for in pairs of questions, and answered as one."""
    found = check_blocks_apart(bank, bank_blocks)
    same = found.pairs[~found.pairs["is_apart"]].set_index(["one", "other"])["correlation"]
    assert same.to_dict() == pytest.approx(
        {("expe", "qual"): 0.982, ("val", "sat"): 0.929}, abs=5e-4
    )
    assert list(found.joined) == [("imag",), ("expe", "qual"), ("val", "sat"), ("loy",)]
    assert found.numbers["n_factors"].tolist() == [4, 4, 5, 9, 6]
    chosen, six = found.row("chosen"), found.row("blocks")
    assert (chosen["n_at_home"], six["n_at_home"]) == (26, 22)
    assert chosen["joined_rand"] == pytest.approx(0.897, abs=5e-4)
    assert (chosen["adjusted_rand"], six["adjusted_rand"]) == pytest.approx(
        (0.530, 0.456), abs=1e-3
    )


def test_a_number_that_was_asked_for_is_the_one_that_is_told(bank, bank_blocks):
    found = check_blocks_apart(bank, bank_blocks, n=6)
    assert found.row("chosen")["n_factors"] == 6
    assert found.summary().startswith("6 factors were asked for, the survey was built of 6 blocks")
    assert "fall together" not in found.summary()
    assert check_blocks_apart(bank, bank_blocks).summary().startswith("The answers show 4 factors")
    merged = check_blocks_apart(bank, bank_blocks, n=2).summary()
    assert "With fewer factors than blocks, several blocks fall together in one." in merged


def test_the_order_of_rows_plays_no_part(cosmetics, blocks):
    survey = cosmetics["survey"]
    one = check_blocks_apart(survey, blocks).pairs
    other = check_blocks_apart(survey.sample(frac=1, random_state=1), blocks).pairs
    pd.testing.assert_frame_equal(one, other)


def test_a_block_of_one_item_cannot_be_said():
    named = {"a": ["a_1"], "b": BLOCKS["b"], "c": ["a_2", "a_3"]}
    pairs = check_blocks_apart(survey_of(0.2), named, scale=(-9, 9)).pairs
    assert pairs["correlation"].isna().sum() == 2
    assert pairs.loc[pairs["correlation"].isna(), "is_apart"].all()


def weak_survey() -> pd.DataFrame:
    """A block of two items that hardly go together, beside two that are sound."""
    rng, n = np.random.default_rng(0), 250
    factors = rng.normal(size=(n, 3))
    answers = {
        f"{name}{i}": 4 + 1.2 * (factors[:, j] + rng.normal(size=n))
        for j, name in enumerate("ab")
        for i in range(3)
    }
    weak = {f"w{i}": 4 + rng.normal(size=n) + 0.5 * factors[:, 2] for i in (1, 2)}
    rounded = pd.DataFrame({**answers, **weak}).round().clip(1, 7)
    return rounded.assign(customer_id=range(n))


WEAK = {"a": ["a0", "a1", "a2"], "b": ["b0", "b1", "b2"], "w": ["w1", "w2"]}


def test_one_resample_without_a_correlation_wipes_no_interval(monkeypatch):
    ratios, calls = blocks_room._ratios, []

    def once_nothing(related, places):
        calls.append(1)
        found = ratios(related, places)
        return np.full_like(found, np.nan) if len(calls) == 7 else found

    monkeypatch.setattr(blocks_room, "_ratios", once_nothing)
    pairs = check_blocks_apart(survey_of(0.5), BLOCKS, scale=(-9, 9)).pairs
    assert (pairs["low"] < pairs["correlation"]).all()
    assert (pairs["correlation"] < pairs["high"]).all()


def test_where_a_block_hardly_hangs_together_no_interval_is_told():
    pairs = check_blocks_apart(weak_survey(), WEAK).pairs.set_index(["one", "other"])
    assert np.isfinite(pairs.loc[("a", "b"), ["low", "high"]].astype(float)).all()
    assert len(pairs) == 3


def test_more_factors_than_items_carry_are_not_rated():
    """Four blocks of one item each: no two factors more than the items could be told."""
    named = {"p": ["a_1"], "q": ["a_2"], "r": ["b_1"], "s": ["b_2"]}
    row = check_blocks_apart(survey_of(0.2), named, scale=(-9, 9)).row("blocks")
    assert row["n_factors"] == 4
    assert row[["n_at_home", "adjusted_rand", "joined_rand"]].isna().all()


def test_one_block_or_five_people_are_too_few():
    with pytest.raises(ArgumentError, match="blocks must be two or more blocks"):
        check_blocks_apart(survey_of(0.5), {"a": BLOCKS["a"]})
    with pytest.raises(DataError, match="answers of at least 10 respondents; got 5"):
        check_blocks_apart(survey_of(0.5).head(5), BLOCKS, scale=(-9, 9))


def test_a_survey_of_one_block_says_so():
    wide = survey_of(0.5)[["customer_id", *BLOCKS["a"]]].round()
    survey = read_survey(wide.melt("customer_id", var_name="item", value_name="answer"))
    found = check_survey_blocks(survey, check_items(survey.answers, blocks=survey.blocks))
    assert isinstance(found, Missing)
    assert "one block alone" in found.summary()
