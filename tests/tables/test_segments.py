from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.i18n import format_money
from segkit.segment import apply_scheme, score_rfm
from segkit.tables import (
    cutoffs_table,
    segment_actions_table,
    segment_profile_table,
    segment_rules_table,
    value_by_segment_table,
)


def test_the_profile_table_is_the_profile_by_revenue(rfm):
    table = segment_profile_table(rfm)
    assert table.frame["revenue"].is_monotonic_decreasing
    assert table.frame["revenue"].sum() == pytest.approx(2_500_315.63)
    assert table.frame["n_customers"].sum() == 23_570
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds["customer_share"] == kinds["revenue_share"] == "bar_percent"
    assert kinds["revenue"] == "money"
    assert table.frame.loc[0, "name"] == "Key value"


def test_a_segment_table_without_revenue_leaves_its_columns_out():
    scheme = {
        "name": "silence",
        "inputs": {"recency_days": {"unit": "days"}},
        "scores": {
            "R": {"input": "recency_days", "method": "cuts", "cuts": [100], "better": "low"}
        },
        "segments": [
            {"id": "near", "name": "Near", "action": "x", "color": "#111111", "when": {"R": 2}},
            {"id": "far", "name": "Far", "action": "y", "color": "#222222", "when": {"R": 1}},
        ],
    }
    people = pd.DataFrame({"customer_id": ["a", "b", "c"], "recency_days": [1, 100, 101]})
    result = apply_scheme(people, scheme)
    names = [column.name for column in segment_profile_table(result).columns]
    assert "revenue" not in names
    assert "median_recency_days" in names
    words = cutoffs_table(result).frame["values"].tolist()
    assert words == ["above 100", "at most 100"]


def test_value_by_segment_against_the_average_customer(rfm, customers):
    table = value_by_segment_table(rfm).frame.set_index("name")
    merged = rfm.customers.merge(customers, on="customer_id")
    means = merged.groupby("segment")["revenue"].mean() / customers["revenue"].mean()
    assert table.loc["Key value", "revenue_index"] == pytest.approx(means["key_value"])
    weights = table["n_customers"] / table["n_customers"].sum()
    assert (table["revenue_index"] * weights).sum() == pytest.approx(1)


def test_cutoffs_in_words_hold_the_customers_they_count(rfm, customers):
    frame = cutoffs_table(rfm).frame
    recency = frame[frame["score"] == "Recency"].set_index("level")
    median = customers["recency_days"].median()
    assert recency.loc[2, "values"] == f"at most {median:.0f}"
    assert recency.loc[2, "n_customers"] == (customers["recency_days"] <= median).sum()
    frequency = frame[frame["score"] == "Frequency"].set_index("level")
    assert frequency.loc[2, "values"] == "2 or more"
    assert frequency.loc[2, "n_customers"] == (customers["n_days"] >= 2).sum()
    assert frame.loc[0, "input"] == "Days since last purchase"
    revenue = frame[frame["score"] == "Revenue"].set_index("level")
    assert revenue.loc[2, "values"] == f"{format_money(customers['revenue'].mean())} or more"


def test_levels_left_empty_by_ties_are_said(customers):
    frame = cutoffs_table(score_rfm(customers, scheme="rfm_11")).frame
    empty = frame[frame["n_customers"] == 0]
    assert len(empty) == 1
    assert empty["values"].str.startswith("nobody").all()
    between = frame[frame["values"].str.contains(" to ")]
    assert len(between) > 5


def test_rules_and_actions_have_a_row_per_segment(rfm):
    rules = segment_rules_table(rfm)
    assert len(rules.frame) == 8
    assert rules.frame["rule"].str.contains("last purchase").all()
    actions = segment_actions_table(rfm)
    assert (actions.frame["action"].str.len() > 10).all()
    assert (actions.frame["n_customers"] > 0).all()


def test_the_segmentation_is_not_changed(rfm):
    before = rfm.profile
    frame = segment_profile_table(rfm).frame
    frame["revenue"] = np.nan
    pd.testing.assert_frame_equal(rfm.profile, before)


def test_other_cutoffs_are_refused(rfm):
    class Odd:
        cutoffs = pd.DataFrame({"score": ["R"]})

    with pytest.raises(DataError, match="cutoffs_table: missing columns input, level"):
        cutoffs_table(Odd())
