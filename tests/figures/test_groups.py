from __future__ import annotations

import pytest

from segkit.figures import draw, plot_group_overlap, to_svg
from segkit.groups import build_groups
from segkit.i18n import use_language


def test_shares_by_hand(six_customers):
    """Four have spent 12 or more; two of the three recent ones are among them."""
    groups = build_groups(six_customers, {"spend": "revenue >= 12", "recent": "recency_days <= 16"})
    data = plot_group_overlap.describe(groups).data.set_index(["group", "other"])
    assert data.loc[("spend", "recent"), "share"] == pytest.approx(2 / 4)
    assert data.loc[("recent", "spend"), "share"] == pytest.approx(2 / 3)
    assert data.loc[("spend", "spend"), "n_both"] == 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_names_and_an_empty_group(six_customers, hostile, look, language):
    names = [name for name in hostile.profile["name"] if name]
    conditions = [f"revenue >= {i * 10}" for i in range(len(names))]
    groups = build_groups(
        six_customers, {**dict(zip(names, conditions, strict=True)), "none": "revenue > 900"}
    )
    with use_language(language):
        texts = look(plot_group_overlap, groups)
    assert "–" in texts
    assert "<script" not in to_svg(draw(plot_group_overlap, groups))
