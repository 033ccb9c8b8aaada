"""Rules in words: what a manager reads must be what the engine does."""

from __future__ import annotations

import math

import pytest

from segkit.i18n import set_currency
from segkit.schemes import load_scheme
from segkit.segment.words import rule_table

CN8, RFM11 = load_scheme("rfm_cn8"), load_scheme("rfm_11")


def words(scheme, edges) -> dict[str, str]:
    return rule_table(scheme, edges).set_index("segment")["rule"].to_dict()


def test_the_eight_types_in_words():
    rules = words(CN8, {"R": (467.0,), "F": (2.0,), "M": (106.08042554,)})
    assert rules["key_value"] == (
        "last purchase at most 467 days ago, and bought on 2 days or more, "
        "and revenue of $106.08 or more"
    )
    assert rules["general_win_back"] == (
        "last purchase more than 467 days ago, and bought on at most 1 day, "
        "and revenue below $106.08"
    )


def test_ranges_and_alternatives_in_words():
    edges = {
        "R": (90.0, 60.0, 30.0, 1.0),
        "F": (2.0, 3.0, 4.0, 7.0),
        "M": (10.0, 20.0, 30.0, 1234.5),
    }
    rules = words(RFM11, edges)
    assert rules["new_customers"] == (
        "last purchase at most 1 day ago, and bought on at most 1 day"
    )
    assert rules["potential_loyalists"] == (
        "last purchase at most 30 days ago, and bought on 2 to 3 days"
    )
    assert rules["loyal"] == (
        "last purchase at most 30 days ago, and bought on 4 days or more, and revenue below "
        "$30.00; or last purchase more than 30 and at most 60 days ago, "
        "and bought on 4 days or more"
    )


def test_ties_leave_the_range_that_is_left():
    edges = {"R": (4.0, 3.0, 2.0, 1.0), "F": (2.0, 2.0, 3.0, 5.0), "M": (1.0, 2.0, 3.0, 4.0)}
    rules = words(RFM11, edges)
    assert rules["potential_loyalists"].endswith("and bought on exactly 2 days")


def test_what_nobody_can_reach_is_said():
    out = (math.inf,) * 4
    rules = words(RFM11, {"R": (4.0, 3.0, 2.0, 1.0), "F": out, "M": out})
    assert rules["champions"] == "nobody with these cut-offs"
    assert rules["new_customers"] == "last purchase at most 1 day ago"


@pytest.fixture
def tiers():
    return load_scheme(
        {
            "name": "tiers",
            "inputs": {
                "tier": {"label": "Card tier"},
                "assets": {"label": "Assets", "unit": "currency"},
                "age": {"label": "Age"},
                "n_orders": {"label": "Orders"},
            },
            "scores": {
                "T": {"input": "tier", "method": "natural", "order": ["tin", "silver", "gold"]},
                "A": {"input": "assets", "method": "cuts", "cuts": [100, 300]},
                "Y": {"input": "age", "method": "cuts", "cuts": [25.5, 40], "better": "low"},
                "N": {"input": "n_orders", "method": "cuts", "cuts": [2, 3, 6]},
            },
            "segments": [
                {"id": "a", "color": "#111111", "when": {"T": ["tin", "gold"], "A": 2}},
                {"id": "b", "color": "#222222", "when": {"T": 2, "Y": [1, 3], "A": 3}},
                {"id": "c", "color": "#333333", "when": {"Y": 2, "N": 2}},
                {"id": "d", "color": "#444444", "when": {"Y": 1, "N": 3}},
                {"id": "e", "color": "#555555", "when": {"Y": 3, "N": 1}},
                {"id": "f", "color": "#666666", "when": {"N": 4}},
                {"id": "g", "color": "#777777", "when": {}},
            ],
        }
    )


def test_any_input_has_words(tiers):
    edges = {"A": (100.0, 300.0), "Y": (40.0, 25.5), "N": (2.0, 3.0, 6.0)}
    assert words(tiers, edges) == {
        "a": "card tier: tin or card tier: gold, and assets of at least $100.00 and below $300.00",
        "b": "card tier: silver, and age above 40 or age of at most 25.50, "
        "and assets of $300.00 or more",
        "c": "age above 25.50 and at most 40, and placed exactly 2 orders",
        "d": "age above 40, and placed 3 to 5 orders",
        "e": "age of at most 25.50, and placed at most 1 order",
        "f": "placed 6 orders or more",
        "g": "every customer",
    }


def test_money_is_in_the_current_currency(tiers):
    set_currency("EUR")
    try:
        rules = words(CN8, {"R": (1.0,), "F": (2.0,), "M": (5.0,)})
    finally:
        set_currency("USD")
    assert rules["key_value"].endswith("revenue of €5.00 or more")
