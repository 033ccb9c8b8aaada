from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import draw, plot_segment_bubbles, to_svg
from segkit.i18n import use_language


def with_money(profile: pd.DataFrame, revenue) -> SimpleNamespace:
    n = profile["n_customers"]
    return SimpleNamespace(
        profile=profile.assign(revenue=revenue, mean_revenue=revenue / n, color="#1f5fa8")
    )


def test_it_says_who_is_worth_most(rfm11):
    caption = plot_segment_bubbles.describe(rfm11)
    best = rfm11.profile.loc[rfm11.profile["mean_revenue"].idxmax()]
    assert best["name"] in caption.title
    assert caption.data["revenue"].is_monotonic_decreasing


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_name_lies_on_another(rfm, rfm11, look, language):
    with use_language(language):
        names = set(rfm11.profile.loc[rfm11.profile["n_customers"] > 0, "name"])
        assert names <= set(look(plot_segment_bubbles, rfm11))
        look(plot_segment_bubbles, rfm)


def test_hostile_names_on_one_spot(hostile, look):
    alike = with_money(hostile.profile, pd.Series([100.0] * 8))
    texts = look(plot_segment_bubbles, alike)
    assert any(text.startswith("WWWW") and text.endswith("…") for text in texts)
    assert "<script" not in to_svg(draw(plot_segment_bubbles, alike))


def test_losses_and_nought_are_drawn(hostile, look):
    look(plot_segment_bubbles, with_money(hostile.profile, pd.Series([0.0] * 8)))
    look(plot_segment_bubbles, with_money(hostile.profile, pd.Series([-5.0, 9.0] * 4)))


def test_without_revenue_it_says_so(hostile):
    unknown = with_money(hostile.profile, pd.Series([float("nan")] * 8))
    with pytest.raises(DataError, match="must know revenue"):
        plot_segment_bubbles(unknown)
