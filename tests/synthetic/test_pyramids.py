"""The published tables on customers' value come out of the populations made for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError
from segkit.synthetic import MadeUp, profitability_groups, pyramid_population
from segkit.value import value_pyramid

#: V3, as published: share of customers, revenue, profit.
PUBLISHED = {
    "vip": (0.01, 0.50, 0.49),
    "main": (0.04, 0.23, 0.25),
    "ordinary": (0.15, 0.20, 0.21),
    "small": (0.80, 0.07, 0.05),
}


@pytest.fixture(scope="module")
def made() -> MadeUp:
    return pyramid_population(200_000, seed=2)


def share_error(values: pd.Series, tier: pd.Series, name: str) -> float:
    """Standard error of a tier's share of a total, tiers being of a given size.

    By linearization: the share moves by (own - share) * value / total for each customer,
    drawn inside their tier.
    """
    here = (tier == name).astype(float)
    share = values[tier == name].sum() / values.sum()
    moves = (here - share) * values / values.sum()
    inside = moves.groupby(tier).agg(["count", "var"])
    return float(np.sqrt((inside["count"] * inside["var"]).sum()))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_pyramid_has_the_published_shares(made, name):
    people = made["customers"].merge(made.truth["customers"], on="customer_id")
    tiers = value_pyramid(made["customers"], profit="profit").table.set_index("tier")
    of_customers, of_revenue, of_profit = PUBLISHED[name]
    assert tiers.loc[name, "customer_share"] == pytest.approx(of_customers)
    for column, published in (("revenue", of_revenue), ("profit", of_profit)):
        bound = 4 * share_error(people[column], people["tier"], name)
        assert bound < 0.02, "a bound this wide would prove nothing"
        assert abs(tiers.loc[name, f"{column}_share"] - published) < bound


def test_tiers_by_revenue_are_the_true_tiers(made):
    pyramid = value_pyramid(made["customers"])
    both = pyramid.customers.merge(made.truth["customers"], on="customer_id")
    assert (both["tier_x"] == both["tier_y"]).all()


def test_means_are_those_asked_for():
    made = pyramid_population(50_000, seed=3, mean_revenue=200.0, margin=0.4)["customers"]
    root = np.sqrt(len(made))
    assert abs(made["revenue"].mean() - 200) < 4 * made["revenue"].std() / root
    # The error of a ratio is that of what is left of the profit beside 0.4 of the revenue.
    beside = made["profit"] - 0.4 * made["revenue"]
    assert abs(beside.mean()) < 4 * beside.std() / root
    assert (made["revenue"] >= 0).all()


def test_the_profitability_table_is_exact():
    for seed in (0, 1, 2):
        made = profitability_groups(seed=seed)
        people = made["customers"].merge(made.truth["customers"], on="customer_id")
        totals = people.groupby("group").agg(
            n=("revenue", "size"), revenue=("revenue", "sum"), direct=("direct_cost", "sum"),
            selling=("selling_cost", "sum"), profit=("gross_profit", "sum"),
        )  # fmt: skip
        assert totals.loc["A"].tolist() == [101, 203_320, 174_856, 14_232, 14_232]
        assert totals.loc["B"].tolist() == [56, 156_000, 113_162, 3_120, 39_718]
        margin = totals["profit"] / totals["revenue"]
        assert margin.round(4).tolist() == [0.07, 0.2546]


def test_groups_can_be_told_by_their_customers_margins():
    made = profitability_groups(seed=7)
    people = made["customers"].merge(made.truth["customers"], on="customer_id")
    margin = people["gross_profit"] / people["revenue"]
    assert margin[people["group"] == "A"].max() < margin[people["group"] == "B"].min()
    assert (people[["revenue", "direct_cost", "selling_cost"]] > 0).all().all()


def test_the_same_seed_gives_the_same_customers(made):
    again = pyramid_population(200_000, seed=2)
    pd.testing.assert_frame_equal(again["customers"], made["customers"])
    pd.testing.assert_frame_equal(
        profitability_groups(seed=1)["customers"], profitability_groups(seed=1)["customers"]
    )
    assert not profitability_groups(seed=2)["customers"].equals(
        profitability_groups(seed=1)["customers"]
    )


def test_refused_arguments():
    with pytest.raises(ArgumentError, match="pyramid_population: n_customers must be a whole"):
        pyramid_population(99)
    with pytest.raises(ArgumentError, match="pyramid_population: margin must be a number above 0"):
        pyramid_population(100, margin=0.0)
    with pytest.raises(ArgumentError, match="profitability_groups: seed must be a whole number"):
        profitability_groups(seed=-1)
