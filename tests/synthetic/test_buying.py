"""Purchases of a Pareto/NBD and Gamma-Gamma process: their moments, worked out on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError
from segkit.synthetic import BuyingProcess, Purchases, draw_purchases

PROCESS = BuyingProcess(r=2.0, alpha=12.0, s=3.0, beta=60.0, p=6.0, q=5.0, v=80.0)
WEEKS, N = 104, 40_000
START = np.datetime64("2023-01-01")
END = "2024-12-29"  # 104 weeks later


@pytest.fixture(scope="module")
def bought() -> Purchases:
    return draw_purchases(np.random.default_rng(5), np.full(N, START), END, PROCESS)


def close(drawn: np.ndarray, mean: float) -> bool:
    """Whether a mean is within four of its own standard errors."""
    return abs(drawn.mean() - mean) < 4 * drawn.std() / np.sqrt(len(drawn))


def test_the_same_seed_gives_the_same_purchases(bought):
    again = draw_purchases(np.random.default_rng(5), np.full(N, START), END, PROCESS)
    pd.testing.assert_frame_equal(again.orders, bought.orders)
    pd.testing.assert_frame_equal(again.customers, bought.customers)
    other = draw_purchases(np.random.default_rng(6), np.full(N, START), END, PROCESS)
    assert not other.orders.equals(bought.orders)


def test_rates_and_spend_have_the_means_of_their_distributions(bought):
    people = bought.customers
    assert len(people) == N
    assert close(people["purchases_per_week"].to_numpy(), 2 / 12)
    assert close(people["dropout_per_week"].to_numpy(), 3 / 60)
    assert close(people["mean_spend"].to_numpy(), PROCESS.mean_spend)
    assert PROCESS.mean_spend == 6 * 80 / 4


def test_purchases_are_as_many_as_the_formula_says(bought):
    # E[X(t)] of Schmittlein, Morrison & Colombo (1987), without the first purchase.
    r, alpha, s, beta = 2.0, 12.0, 3.0, 60.0
    expected = r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + WEEKS)) ** (s - 1))
    counts = bought.orders["customer"].value_counts().reindex(range(N), fill_value=0).to_numpy()
    assert counts.min() == 1
    assert close(counts - 1, expected)


def test_each_customer_buys_at_their_own_rate(bought):
    people = bought.customers[bought.customers["dropped_out_on"].isna()]
    repeats = bought.orders["customer"].value_counts().loc[people.index] - 1
    expected = people["purchases_per_week"].sum() * WEEKS
    assert abs(repeats.sum() - expected) < 4 * np.sqrt(expected)  # a Poisson count
    rate = people["purchases_per_week"].to_numpy()
    assert np.corrcoef(rate, repeats.to_numpy())[0, 1] > 0.9


def test_customers_are_lost_as_fast_as_the_formula_says(bought):
    alive = bought.customers["dropped_out_on"].isna().to_numpy()
    assert close(alive.astype(float), (60 / (60 + WEEKS)) ** 3)


def test_spend_is_that_of_the_customer(bought):
    expected = bought.customers["mean_spend"].to_numpy()[bought.orders["customer"]]
    ratio = bought.orders["amount"].to_numpy() / expected
    assert close(ratio, 1.0)
    assert close((ratio - 1) ** 2, 1 / 6)  # the variance of a Gamma with shape p
    assert bought.orders["amount"].min() > 0


def test_nobody_buys_twice_on_a_day_nor_outside_their_life(bought):
    orders = bought.orders.assign(day=bought.orders["ordered_at"].dt.normalize())
    assert not orders.duplicated(["customer", "day"]).any()
    people = bought.customers.loc[orders["customer"]].reset_index(drop=True)
    assert (orders["day"] >= people["joined_on"]).all()
    assert orders["day"].max() <= pd.Timestamp(END)
    # A purchase that had to make room for another moves by a day or two.
    late = (orders["day"] - people["dropped_out_on"]).dt.days
    assert late.max() <= 3
    assert (late > 0).mean() < 0.001


def test_orders_come_in_by_day_and_not_by_night(bought):
    hours = bought.orders["ordered_at"].dt.hour.value_counts(normalize=True)
    assert hours.reindex([2, 3, 4, 5]).isna().all()
    assert hours[20] > 3 * hours[0]


def test_customers_may_join_on_the_last_day_and_be_nobody():
    one = draw_purchases(np.random.default_rng(1), np.array([END], "datetime64[D]"), END)
    assert len(one.orders) == 1
    none = draw_purchases(np.random.default_rng(1), np.array([], "datetime64[D]"), END)
    assert len(none.orders) == len(none.customers) == 0


def test_refused_arguments():
    joined = np.array(["2025-01-01"], "datetime64[D]")
    with pytest.raises(ArgumentError, match="joined_on must be days up to 2024-12-29"):
        draw_purchases(np.random.default_rng(1), joined, END)
    with pytest.raises(ArgumentError, match="end must be a date such as"):
        draw_purchases(np.random.default_rng(1), joined, "soon")
    with pytest.raises(ArgumentError, match="BuyingProcess: alpha must be a number above 0"):
        BuyingProcess(alpha=0.0)
    with pytest.raises(ArgumentError, match="BuyingProcess: q must be a number above 1"):
        BuyingProcess(q=1.0)
