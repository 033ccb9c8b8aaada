"""Names and typical values."""

from __future__ import annotations

import pytest

from segkit.i18n import use_language
from segkit.schemes.scheme import Text
from segkit.segment.clusters import cluster_customers
from segkit.segment.clusters.features import Feature, label_of
from segkit.segment.clusters.marks import Mark, name_segments
from segkit.segment.clusters.transforms import choose_transform


def test_names_say_what_distinguishes_and_differ(found):
    names = {tuple(sorted(n.lower().split(", "))) for n in found.segmentation.profile["name"]}
    assert names == {("high x", "low y"), ("high y", "low x"), ("low x", "low y")}
    with use_language("zh"):
        assert len(set(found.segmentation.profile["name"])) == 3


def test_centers_are_in_the_features_own_units(found, clouds):
    told = found.segmentation.customers.merge(clouds, on="customer_id")
    means = told.groupby("segment")[["x", "y"]].mean()
    for row in found.centers.itertuples():
        assert row.center == pytest.approx(means.loc[row.segment, row.feature], abs=1e-6)
    assert found.centers["whole"].tolist()[:2] == pytest.approx(clouds[["x", "y"]].mean().tolist())


def test_a_label_is_taken_in_both_languages(clouds):
    labels = {"x": {"en": "visits", "zh": "到店次数"}, "y": "spend"}
    result = cluster_customers(clouds, features=labels, k=3)
    assert "High visits, low spend" in result.segmentation.profile["name"].tolist()
    with use_language("zh"):
        assert any("到店次数" in name for name in result.segmentation.profile["name"])


def test_segments_alike_in_two_features_are_told_apart():
    bent = choose_transform("x", [0.0, 1.0], "scale", False)
    features = [Feature(name, Text(en=name), "number", bent) for name in "abc"]
    ways = {"one": (2, 2, 1), "two": (2, 2, -1), "three": (2, 2, 1)}
    marks = [
        Mark(segment, name, 0.0, 0.0, difference)
        for segment, row in ways.items()
        for name, difference in zip("abc", row, strict=True)
    ]
    names = [s.name.en for s in name_segments(marks, features, list(ways))]
    assert names == ["High a, high b", "High a, high b, low c", "High a, high b, high c"]


def test_rules_give_typical_values(found):
    rules = found.segmentation.rules
    assert rules["rule"].str.contains("about").all()
    assert found.transforms["reason"].str.startswith("scaled only: skewness").all()
    assert found.choice.startswith("3 segments: the highest silhouette")
    assert "Next: .choice" in repr(found)
    assert "<table>" in found._repr_html_()


def test_a_usual_column_has_one_name_throughout():
    assert label_of("recency_days") == Text(en="days since last purchase", zh="距最近一次购买天数")
    assert label_of("T") == Text(en="days since first purchase", zh="距首次购买的天数")
    assert label_of("revenue") == Text(en="revenue", zh="消费金额")
    assert label_of("n_pets") == Text(en="n pets", zh="n pets")
    assert label_of("T", {"en": "weeks", "zh": "周数"}) == Text(en="weeks", zh="周数")
