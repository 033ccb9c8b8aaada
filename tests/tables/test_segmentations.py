from __future__ import annotations

import pandas as pd
import pytest

from segkit.groups import build_groups
from segkit.segment import score_rfm
from segkit.segment.describe import describe_segments
from segkit.segment.presets import compare_presets
from segkit.segment.several import apply_schemes
from segkit.segment.stability import cutoff_sensitivity, segment_stability
from segkit.tables import (
    comparison_table,
    groups_table,
    preset_agreement_table,
    schemes_overview_table,
    segment_contrasts_table,
    sensitivity_table,
    stability_table,
)


def test_what_sets_segments_apart_is_in_words(rfm, customers):
    found = describe_segments(rfm, customers, features=["revenue"])
    table = segment_contrasts_table(found)
    words = dict(zip(table.frame["name"], table.frame["words"], strict=True))
    assert words["Key value"] == found.words("key_value") == "revenue $324 against $106 on average."


def test_verdicts_are_words_of_the_language(customers):
    found = segment_stability(score_rfm(customers), customers, n_resamples=2, sample=500)
    assert set(stability_table(found).frame["verdict"]) <= {
        "stable", "in doubt", "not to be relied on", "nobody in it",
    }  # fmt: skip
    assert len(stability_table(found).frame) == len(found.table)


def test_the_largest_change_stands_first(rfm, customers):
    moved = cutoff_sensitivity(rfm, customers)
    table = sensitivity_table(moved, rfm)
    assert table.frame["share"].is_monotonic_decreasing
    assert set(sensitivity_table(moved).frame["score"]) == {"R", "F", "M"}
    labels = {score.label.read(name) for name, score in rfm.scheme.scores.items()}
    assert set(table.frame["score"]) == labels


def test_shares_of_both_sides_by_hand(rfm, customers):
    eleven = score_rfm(customers, scheme="rfm_11")
    table = comparison_table(rfm.compare(eleven)).frame
    assert table["n_customers"].sum() == len(customers)
    assert table.groupby("first")["share_of_first"].sum().tolist() == pytest.approx(
        [1.0] * table["first"].nunique()
    )
    assert table.groupby("second")["share_of_second"].sum().tolist() == pytest.approx(
        [1.0] * table["second"].nunique()
    )


def test_schemes_with_what_they_lack(customers):
    applied = apply_schemes(customers, ["rfm_cn8", "loyalty_nps"])
    table = schemes_overview_table(applied)
    first, second = table.frame.to_dict("records")
    profile = applied["rfm_cn8"].profile
    assert first["n_segments"] == (profile["n_customers"] > 0).sum()
    assert first["largest"] == profile.loc[profile["n_customers"].idxmax(), "name"]
    assert first["lacking"] == ""
    assert second["lacking"] != ""
    assert pd.isna(second["n_segments"])


def test_all_schemes_applied_leaves_the_column_out(customers):
    table = schemes_overview_table(apply_schemes(customers, ["rfm_cn8"]))
    assert "lacking" not in [column.name for column in table.columns]


def test_agreement_has_titles_of_schemes(customers):
    presets = compare_presets(customers, ["rfm_cn8", "rfm_11"])
    frame = preset_agreement_table(presets).frame
    titles = {found.definition.label() for found in presets.segmentations.values()}
    assert {frame["first"][0], frame["second"][0]} == titles
    assert frame["n_customers"][0] == len(customers)


def test_groups_with_hostile_names(six_customers):
    groups = build_groups(six_customers, {"<script>$": "revenue >= 12", "none": "revenue > 900"})
    table = groups_table(groups)
    assert list(table.frame["group"]) == ["<script>$", "none"]
    assert list(table.frame["n_customers"]) == [4, 0]
    assert "n_unknown" not in [column.name for column in table.columns]
