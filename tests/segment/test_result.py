"""A Segmentation reads in two languages, shows itself safely and cannot be changed."""

from __future__ import annotations

import dataclasses

import pytest

from segkit.i18n import use_language
from segkit.segment import apply_scheme, score_rfm

PROFILE = [
    "segment", "name", "n_customers", "customer_share", "revenue", "revenue_share",
    "revenue_share_low", "revenue_share_high", "mean_revenue", "median_recency_days",
    "mean_n_days", "action", "color",
]  # fmt: skip


def test_the_profile_by_hand(six_customers):
    profile = score_rfm(six_customers).profile
    assert list(profile.columns) == PROFILE
    rows = profile.set_index("segment")
    assert rows["n_customers"].to_dict() == {
        "key_value": 1, "key_development": 1, "key_retention": 0, "key_win_back": 1,
        "general_value": 0, "general_development": 1, "general_retention": 0,
        "general_win_back": 2,
    }  # fmt: skip
    last = rows.loc["general_win_back"]  # bob and dan
    assert last["revenue"] == 20
    assert last["mean_revenue"] == 10
    assert last["revenue_share"] == pytest.approx(20 / 220)
    assert last["customer_share"] == pytest.approx(2 / 6)
    assert last["median_recency_days"] == 27.5
    assert last["mean_n_days"] == 1
    empty = rows.loc["key_retention"]
    assert (empty["revenue"], empty["revenue_share"], empty["customer_share"]) == (0, 0, 0)
    assert empty[["mean_revenue", "median_recency_days", "mean_n_days"]].isna().all()


def test_names_and_actions_follow_the_language_when_they_are_read(six_customers):
    result = score_rfm(six_customers)
    with use_language("zh"):
        chinese = (result.profile["name"][0], result.actions["action"][0], result.rules["name"][0])
    assert chinese == ("重要价值", "配备专属客服，新品优先，用服务留人，不靠打折。", "重要价值")
    assert result.profile["name"][0] == result.rules["name"][0] == "Key value"


def test_a_reader_cannot_change_the_result(six_customers):
    result = score_rfm(six_customers)
    profile, cutoffs = result.profile, result.cutoffs
    profile["n_customers"] = 0
    cutoffs["lower"] = 0
    assert result.profile["n_customers"].sum() == 6
    assert result.cutoffs["lower"].ne(0).all()
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'scheme'"):
        result.scheme = None


def test_the_cutoffs_say_where_levels_end_and_who_is_in_them(six_customers):
    cutoffs = score_rfm(six_customers).cutoffs
    inf = float("inf")
    assert cutoffs.to_numpy().tolist() == [
        ["R", "recency_days", 1, 18.5, inf, 3],
        ["R", "recency_days", 2, -inf, 18.5, 3],
        ["F", "n_days", 1, -inf, 2.0, 5],
        ["F", "n_days", 2, 2.0, inf, 1],
        ["M", "revenue", 1, -inf, 36.6666666666, 3],
        ["M", "revenue", 2, 36.6666666666, inf, 3],
    ]


def test_the_quality_counts_what_is_near_empty_and_unused(six_customers):
    # 40 lies within 5 % of a cut-off at 39; 16 and 21 are both far from 18.5 days.
    quality = score_rfm(six_customers, cutoffs={"R": [18.5], "M": [39]}).quality
    assert quality["near_border_by_score"] == {"R": 0, "F": 0, "M": pytest.approx(1 / 6)}
    assert quality["near_border_share"] == pytest.approx(1 / 6)
    assert quality["n_empty_segments"] == 3
    assert quality["empty_segments"] == ["key_retention", "general_value", "general_retention"]
    assert quality["unused_levels"] == {}
    assert quality["notes"][0] == "16.7\u202f% of customers lie within 5\u202f% of a cut-off."
    assert "The segment Key retention is empty." in quality["notes"]


def test_two_purchase_days_are_not_near_a_cutoff_at_two(six_customers):
    frame = six_customers.assign(n_days=2)
    assert score_rfm(frame).quality["near_border_by_score"]["F"] == 0


def test_ties_that_leave_a_level_empty_are_told(six_customers):
    quality = score_rfm(six_customers, scheme="rfm_11").quality
    assert quality["unused_levels"] == {"F": [2, 3, 4]}
    assert (
        "No customer has Frequency level 2, 3, 4: equal values share one level." in quality["notes"]
    )
    fixed = score_rfm(six_customers.assign(n_days=1)).quality["notes"]
    assert "No customer has Frequency level 2." in fixed


def test_the_summary_names_size_and_the_segment_that_earns_most(six_customers):
    lines = score_rfm(six_customers).summary().split("\n")
    assert lines[0].endswith("6 customers in 8 segments.")
    assert lines[1] == (
        "Key development: 16.7\u202f% of customers bring 45.5\u202f% of revenue ($100)."
    )


def test_the_repr_names_the_next_step(six_customers):
    text = repr(score_rfm(six_customers))
    assert text.startswith("Segmentation of 6 customers by rfm_cn8: 8 segments.")
    assert "Next: .profile" in text


def test_names_of_a_hostile_scheme_are_shown_not_run(six_customers):
    hostile = "<img src=x onerror=alert(1)>"
    scheme = {
        "name": "hostile",
        "title": hostile,
        "inputs": {"revenue": {"unit": "currency", "label": "Revenue"}},
        "scores": {"M": {"input": "revenue", "method": "mean"}},
        "segments": [{"id": "all", "name": hostile, "color": "#111111", "when": {}}],
    }
    html = apply_scheme(six_customers, scheme)._repr_html_()
    assert "<img" not in html
    assert html.count("&lt;img src=x") == 2
    assert "$220" in html


def test_sql_keeps_the_types_of_the_table(six_customers):
    whole = score_rfm(six_customers).to_sql("postgres", "crm.customers")
    assert '"crm"."customers"' in whole
    assert '"recency_days" IS NOT NULL' in whole
    floats = score_rfm(six_customers.astype({"recency_days": float})).to_sql()
    assert '"recency_days" IS NOT NULL' not in floats, "NaN must be told from a number"
    assert '"recency_days" < 1e+100' in floats
