"""Discounted margin against sums done by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.clv.value import discount_factors, discounted_purchases, step_ends
from segkit.errors import ArgumentError

MONTH = 30.4375


def test_a_year_has_twelve_months_of_equal_length():
    assert step_ends(12 * MONTH).tolist() == pytest.approx([MONTH * k for k in range(1, 13)])


def test_the_last_step_ends_at_the_horizon():
    assert step_ends(365).tolist()[-2:] == pytest.approx([11 * MONTH, 365.0])
    assert step_ends(10).tolist() == [10.0]


def test_rate_is_a_years_rate_compounded_exactly():
    assert discount_factors(np.array([365.25]), 0.10)[0] == pytest.approx(1 / 1.1, rel=1e-14)
    assert discount_factors(np.array([MONTH]), 0.10)[0] == pytest.approx(1.1 ** (-1 / 12))


def test_three_months_by_hand():
    # 2, 1 and 0.5 purchases in three months; 21 % a year is a factor 1.1 in half a year.
    ahead = {MONTH: 2.0, 2 * MONTH: 3.0, 3 * MONTH: 3.5}
    plain, today = discounted_purchases(
        lambda days: np.array([ahead[days]]), horizon_days=3 * MONTH, discount_annual=0.21
    )
    assert plain.tolist() == [3.5]
    by_hand = 2 / 1.21 ** (1 / 12) + 1 / 1.21 ** (2 / 12) + 0.5 / 1.21 ** (3 / 12)
    assert today[0] == pytest.approx(by_hand, rel=1e-12)
    # 2 / 1.016012 + 1 / 1.032280 + 0.5 / 1.048809 = 1.968481 + 0.968730 + 0.476731
    assert today[0] == pytest.approx(3.413942, abs=2e-6)


def test_no_discount_is_the_plain_sum():
    plain, today = discounted_purchases(
        lambda days: np.array([np.sqrt(days)]), horizon_days=200, discount_annual=0.0
    )
    assert today == pytest.approx(plain)
    assert plain == pytest.approx([np.sqrt(200)])


def test_finer_steps_approach_the_integral():
    day = discounted_purchases(
        lambda days: days, horizon_days=365.25, discount_annual=0.10, step_days=0.25
    )[1]
    integral = (1 - 1 / 1.1) / np.log(1.1) * 365.25
    assert day == pytest.approx(integral, rel=1e-4)


def test_clv_of_one_customer_step_by_step(fitted):
    """Pull the value of one customer apart with lifetimes' own expectation."""
    from lifetimes import ModifiedBetaGeoFitter

    model = fitted["mbg_nbd"]
    other = ModifiedBetaGeoFitter()
    other.params_ = pd.Series(model.params)
    one = pd.DataFrame(
        {"customer_id": ["a"], "frequency": [2], "recency": [213], "T": [272],
         "monetary_value": [22.35]}
    )  # fmt: skip
    found = model.predict(one, horizon_days=100, discount_annual=0.15, margin=0.4).iloc[0]
    p, q, gamma = model.spend_params.values()
    spend = p * (gamma + 2 * 22.35) / (p * 2 + q - 1)
    before, worth = 0.0, 0.0
    for end in (MONTH, 2 * MONTH, 3 * MONTH, 100.0):
        until = other.conditional_expected_number_of_purchases_up_to_time(
            end / 7, 2, 213 / 7, 272 / 7
        )
        worth += 0.4 * spend * (float(until) - before) / 1.15 ** (end / 365.25)
        before = float(until)
    assert found["expected_spend"] == pytest.approx(spend, rel=1e-12)
    assert found["expected_purchases"] == pytest.approx(before, rel=1e-9)
    assert found["clv"] == pytest.approx(worth, rel=1e-9)


@pytest.mark.parametrize(
    ("argument", "value", "rule"),
    [
        ("horizon_days", 0, "a number of days above 0"),
        ("discount_annual", -0.1, "a number at least 0"),
        ("margin", 30, "a number at least 0 and at most 1"),
        ("margin", None, "a number at least 0 and at most 1"),
    ],
)
def test_numbers_outside_their_range(fitted, argument, value, rule):
    with pytest.raises(ArgumentError, match=f"ClvModel.predict: {argument} must be {rule}"):
        fitted["mbg_nbd"].predict(**{argument: value})
