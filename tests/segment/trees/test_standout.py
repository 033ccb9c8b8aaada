"""The group that stands out in the test, and whether the groups kept their order there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.segment.trees.scores import reliability_table
from segkit.segment.trees.standout import best_leaf, keeps_order, likeliest_part


def customers_of(groups):
    """Customers of groups (segment, probability, number, number with the outcome)."""
    rows = [
        {"segment": name, "probability": p, "outcome": i < hits}
        for name, p, n, hits in groups
        for i in range(n)
    ]
    return pd.DataFrame(rows)


def test_the_group_is_taken_by_what_was_observed():
    table = customers_of(
        [("leaf_1", 0.4, 300, 87), ("leaf_2", 0.1, 200, 90), ("leaf_3", 0.05, 500, 50)]
    )
    found = best_leaf(table)
    assert (found.segment, found.n, found.people) == ("leaf_2", 200, 0.2)
    assert found.observed.value == pytest.approx(0.45)
    assert found.lift == pytest.approx(0.45 / 0.227)


def test_a_few_customers_do_not_win_by_chance():
    large = [("leaf_1", 0.4, 2000, 800), ("leaf_3", 0.1, 2000, 200)]
    table = customers_of([*large, ("leaf_2", 0.3, 35, 15)])
    assert best_leaf(table).segment == "leaf_1"
    tiny = customers_of([("leaf_1", 0.9, 10, 10), ("leaf_2", 0.1, 500, 100)])
    assert best_leaf(tiny) is None


def test_little_above_the_average_is_no_group_to_choose():
    clear = customers_of([("leaf_1", 0.4, 9000, 3900), ("leaf_2", 0.3, 9000, 3500)])
    assert best_leaf(clear) is None
    assert best_leaf(customers_of([("leaf_1", 0.4, 40, 20), ("leaf_2", 0.3, 40, 14)])) is None


def test_of_cross_validation_it_is_the_likeliest_part():
    table = customers_of([(None, 0.6, 100, 60), (None, 0.5, 100, 40), (None, 0.2, 200, 30)])
    found = likeliest_part(table, 0.375, "leaf_1")
    # All of the first hundred, and half of the second.
    assert (found.n, found.observed.value) == (150, pytest.approx((60 + 20) / 150))
    assert likeliest_part(table, 0.05, "leaf_1") is None


@pytest.mark.parametrize(
    ("observed", "kept"),
    [([0.1, 0.2, 0.3], True), ([0.1, 0.22, 0.2], True), ([0.3, 0.2, 0.4], False)],
)
def test_the_order_is_kept_where_no_lower_group_is_clearly_higher(observed, kept):
    outcome = np.concatenate([np.arange(400) < share * 400 for share in observed]).astype(float)
    table = reliability_table(outcome, np.repeat([0.1, 0.2, 0.3], 400))
    assert keeps_order(table) is kept
    assert keeps_order(table[::-1]) is kept
    assert keeps_order(table.iloc[:0]) is True
