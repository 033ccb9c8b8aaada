from __future__ import annotations

import math

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import draw, plot_stability, to_svg
from segkit.i18n import use_language
from segkit.segment.stability import Stability, _verdict


def stability(names, jaccards) -> Stability:
    verdicts = [_verdict(jaccard) for jaccard in jaccards]
    table = pd.DataFrame(
        {
            "segment": [f"s{i}" for i in range(len(names))],
            "name": names,
            "n_customers": 10,
            "jaccard": jaccards,
            "jaccard_low": [j - 0.1 for j in jaccards],
            "verdict": verdicts,
        }
    )
    return Stability(table, 0.8, 20, 1000)


def test_the_unstable_are_named_and_the_empty_left_out():
    caption = plot_stability.describe(stability(["A", "B", "C"], [0.9, 0.4, math.nan]))
    assert caption.title == "B would not come out again: do not rely on it"
    assert list(caption.data["name"]) == ["A", "B"]
    assert "40\u202f%" in caption.alt


def test_titles_without_an_unstable_one():
    assert "Every segment" in plot_stability.describe(stability(["A"], [0.9])).title
    doubtful = plot_stability.describe(stability(["A", "B"], [0.9, 0.7]))
    assert doubtful.title.startswith("1 of 2 segments")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_names(hostile, look, language):
    found = stability(list(hostile.profile["name"]), [1.0, 0.99, 0.9, 0.76, 0.7, 0.61, 0.3, 0.0])
    with use_language(language):
        look(plot_stability, found)
    assert "<script" not in to_svg(draw(plot_stability, found))


def test_only_empty_segments():
    with pytest.raises(DataError, match="must have a segment with customers"):
        plot_stability(stability(["A"], [math.nan]))
