"""Transactions cut at a day, counted by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from segkit.clv.split import split_orders, weekly
from segkit.errors import DataError

CUT, END = date(2024, 1, 15), date(2024, 1, 25)


@pytest.fixture
def split(six_orders):
    with split_orders(six_orders, calibration_end=CUT, holdout_end=END, function="f") as split:
        yield split


def test_histories_of_the_six_customers(split):
    """ann bought twice and again on day 21; bob, dan, eve, fay once; cat only later."""
    rows = split.histories
    assert rows["frequency"].tolist() == [0, 0, 0, 0, 1]
    assert rows["recency"].tolist() == [0, 0, 0, 0, 10]
    assert rows["T"].tolist() == [0, 5, 10, 13, 14]
    assert rows["later"].tolist() == [0, 0, 0, 0, 1]
    assert rows["weight"].tolist() == [1] * 5
    assert rows["later_spend"].tolist() == [0, 0, 0, 0, 20.0]


def test_spans(split):
    assert (split.calibration_days, split.holdout_days) == (15, 10)
    assert (split.first_day, split.last_day) == (date(2024, 1, 1), date(2024, 1, 21))


def test_starts_and_repeats_by_day(split):
    assert split.cohorts.to_dict("list") == {"day": [0, 1, 4, 9, 14], "n": [1.0] * 5}
    bought = split.repeats.query("n > 0")
    assert bought.to_dict("list") == {"day": [10, 20], "n": [1.0, 1.0]}


def test_weeks_end_with_the_holdout(split):
    ends, actual = weekly(split)
    assert ends.tolist() == [6, 13, 20, 24]
    assert actual.tolist() == [0, 1, 2, 2]


def test_patterns_put_futures_together():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "b"],
            "ordered_at": pd.to_datetime(["2024-01-01"] * 3 + ["2024-01-20"]),
            "amount": 1.0,
        }
    )
    with split_orders(orders, calibration_end=CUT, holdout_end=END, function="f") as split:
        assert split.histories["weight"].tolist() == [2, 1]
        assert split.patterns.weights.tolist() == [3]


def test_input_is_not_changed(six_orders):
    before = six_orders.copy()
    with split_orders(six_orders, calibration_end=CUT, holdout_end=END, function="f"):
        pass
    pd.testing.assert_frame_equal(six_orders, before)


def test_nothing_after_the_cut(six_orders):
    late = {"calibration_end": date(2024, 1, 31), "holdout_end": date(2024, 3, 1)}
    with (
        pytest.raises(DataError, match="f: calibration_end must be before the last purchase"),
        split_orders(six_orders, **late, function="f"),
    ):
        pass
