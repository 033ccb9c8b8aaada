"""What sets segments apart, against numbers worked by hand and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.segment import apply_scheme
from segkit.segment.describe import _lift_of_share, describe_segments

TWO = {
    "name": "two",
    "inputs": {"side": {"kind": "text"}},
    "scores": {"S": {"input": "side", "method": "natural", "order": ["left", "right"]}},
    "segments": [
        {"id": "l", "name": "Left", "color": "#111111", "when": {"S": 1}},
        {"id": "r", "name": "Right", "color": "#222222", "when": {"S": 2}},
    ],
}


def made(n_left: int, n_right: int, **columns) -> pd.DataFrame:
    n = n_left + n_right
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], **columns})
    return frame.assign(side=["left"] * n_left + ["right"] * n_right)


def row(found, segment, feature, value=""):
    table = found.table.set_index(["segment", "feature", "value"])
    return table.loc[(segment, feature, value)]


def test_means_and_lifts_by_hand():
    frame = made(2, 2, revenue=[30.0, 10.0, 0.0, math.nan])
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["revenue"])
    left, right = row(found, "l", "revenue"), row(found, "r", "revenue")
    assert (left.n, left.own, left.whole) == (2, 20, pytest.approx(40 / 3))
    assert left.lift == pytest.approx(1.5)
    assert left.difference == pytest.approx((20 - 40 / 3) / np.std([30, 10, 0]))
    assert (right.n, right.own, right.lift) == (1, 0, 0)
    assert math.isnan(left.lift_low), "two customers give no interval"


def test_shares_of_texts_and_flags_by_hand():
    frame = made(4, 4, city=[*"aaabbbb", None], member=[True] * 4 + [False] * 4)
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["city", "member"])
    assert row(found, "l", "city", "a").own == 0.75
    assert row(found, "l", "city", "a").whole == pytest.approx(3 / 7)
    assert row(found, "r", "city", "b").n == 3
    assert row(found, "l", "member", "true").lift == 2


def test_the_interval_of_a_lift_covers_the_truth():
    """95 % of samples must hold the true lift of a segment with mean 12 in a whole of mean 10."""
    draw, n, runs = np.random.default_rng(5), 200, 200
    held = 0
    for _ in range(runs):
        amounts = np.r_[draw.gamma(4, 12 / 4, n), draw.gamma(4, 8 / 4, n)]
        frame = made(n, n, revenue=amounts)
        found = row(describe_segments(apply_scheme(frame, TWO), frame, features=["revenue"]),
                    "l", "revenue")  # fmt: skip
        held += found.lift_low <= 1.2 <= found.lift_high
    assert 0.90 * runs <= held <= 0.99 * runs


@pytest.mark.parametrize("own", [0.15, 0.6])
@pytest.mark.parametrize("n_left", [60, 400])
def test_the_interval_of_a_lift_of_a_share_covers_the_truth(own, n_left):
    """95 % of samples must hold the true lift, for a small part of the whole and a large one."""
    draw, n, runs, others = np.random.default_rng(8), 500, 1_000, 0.3
    truth = own / ((own * n_left + others * (n - n_left)) / n)
    held = 0
    for _ in range(runs):
        count, rest = draw.binomial(n_left, own), draw.binomial(n - n_left, others)
        low, high = _lift_of_share(int(count), n_left, int(count + rest), n)
        held += low <= truth <= high
    assert 0.93 * runs <= held <= 0.97 * runs


def test_a_value_nobody_in_the_segment_has_sets_it_apart():
    frame = made(50, 50, city=["a"] * 50 + ["b"] * 50)
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["city"])
    none = row(found, "l", "city", "b")
    assert (none.own, none.lift, none.lift_low) == (0, 0, 0)
    assert 0 < none.lift_high < 0.5
    assert row(found, "l", "city", "a").lift_high == 2
    alone = made(50, 0, city=["a"] * 50)
    found = describe_segments(apply_scheme(alone, TWO), alone, features=["city"])
    assert math.isnan(row(found, "l", "city", "a").lift_low), "the segment is the whole"


def test_an_empty_text_is_no_value():
    frame = made(40, 40, city=[""] * 30 + ["a"] * 10 + [" "] * 10 + ["b"] * 30)
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["city"])
    assert set(found.table["value"]) == {"a", "b"}
    assert row(found, "l", "city", "a").own == 1


def test_ids_of_other_types_are_named():
    frame = made(2, 2, revenue=[1.0, 2.0, 3.0, 4.0])
    with pytest.raises(DataError, match="customer_id must be of the type string, as in the seg"):
        describe_segments(apply_scheme(frame, TWO), frame.assign(customer_id=range(4)))


def test_a_feature_named_twice_counts_once_and_ids_are_none():
    frame = made(2, 2, revenue=[1.0, 2.0, 3.0, 4.0])
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["revenue", "revenue"])
    assert list(found.table["feature"]) == ["revenue", "revenue"], "one row per segment"
    with pytest.raises(ArgumentError, match="features must be columns that describe customers"):
        describe_segments(apply_scheme(frame, TWO), frame, features=["customer_id"])


def test_noise_sets_nobody_apart_and_words_say_so():
    draw = np.random.default_rng(1)
    frame = made(500, 500, revenue=draw.gamma(2, 50, 1000), age=draw.normal(40, 9, 1000))
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["revenue", "age"])
    assert found.distinguishing("l").empty
    assert found.words("l") == "Differs little from all customers."
    with use_language("zh"):
        assert found.words("l") != "Differs little from all customers."


def test_a_handful_of_customers_is_not_called_alike():
    """Ten times the revenue of all, of nine customers: nobody can call that "differs little"."""
    frame = made(9, 500, revenue=[1000.0, *[900.0] * 8, *[50.0, 100.0] * 250])
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["revenue"])
    assert row(found, "l", "revenue").lift > 8
    assert found.words("l") == "Too few customers to say what sets them apart."


def test_a_large_difference_that_may_be_chance_is_not_called_little():
    """Forty customers, one of whom spent a fortune."""
    frame = made(40, 500, revenue=[6_000.0, *[70.0] * 39, *[50.0, 100.0] * 250])
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["revenue"])
    assert row(found, "l", "revenue").difference > 0.2
    assert found.words("l") == "What sets them apart may be chance."


def test_the_largest_difference_comes_first_and_each_text_once():
    frame = made(
        50, 50,
        revenue=[100.0] * 50 + [50.0] * 50, age=list(range(20, 70)) * 2,
        city=["a"] * 40 + ["b"] * 10 + ["b"] * 40 + ["a"] * 10,
    )  # fmt: skip
    found = describe_segments(apply_scheme(frame, TWO), frame, features=["age", "city", "revenue"])
    assert list(found.distinguishing("l")["feature"]) == ["revenue", "city"]
    assert found.words("l").startswith("revenue $100 against $75.00 on average")
    assert "city a: 80.0\u202f% of them against 50.0\u202f% of all" in found.words("l")


def test_default_features_leave_out_names_and_ids(six_customers):
    frame = made(1, 1, revenue=[1.0, 2.0], name=["Ann", "Bo"], phone=["1", "2"])
    found = describe_segments(apply_scheme(frame, TWO), frame)
    assert set(found.table["feature"]) == {"revenue", "side"}


def test_hostile_names_are_escaped():
    frame = made(40, 40, revenue=[9.0] * 40 + [1.0] * 40, city=["<b>x</b>"] * 40 + ["y"] * 40)
    shown = describe_segments(apply_scheme(frame, TWO), frame, features=["city"])._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown


def test_every_kind_of_frame_gives_the_same(kind):
    frame = made(40, 40, revenue=[float(i) for i in range(80)], city=list("ab") * 40)
    found = describe_segments(apply_scheme(kind(frame), TWO), kind(frame))
    expected = describe_segments(apply_scheme(frame, TWO), frame)
    pd.testing.assert_frame_equal(found.table, expected.table)


def test_what_cannot_be_compared_is_said():
    frame = made(1, 1, when=pd.to_datetime(["2024-01-01", "2024-01-02"]))
    segments = apply_scheme(frame, TWO)
    with pytest.raises(DataError, match="when must be a column of numbers, text or flags"):
        describe_segments(segments, frame, features=["when"])
    with pytest.raises(DataError, match="missing column agee"):
        describe_segments(segments, frame, features=["agee"])
