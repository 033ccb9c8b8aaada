from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import draw, plot_comparison, to_svg
from segkit.i18n import use_language
from segkit.segment.compare import Comparison


def make(rows, first, second, rand=0.5) -> Comparison:
    counts = pd.DataFrame(rows, columns=["first", "second", "n_customers"])
    return Comparison(counts, first, second, rand, 0, 0)


def test_the_largest_overlap_stands_in_the_title(rfm, rfm11):
    found = rfm.compare(rfm11)
    caption = plot_comparison.describe(found)
    top = found.counts.loc[found.counts["n_customers"].idxmax()]
    assert found.first_names[top["first"]] in caption.title
    assert found.second_names[top["second"]] in caption.title
    assert f"{found.adjusted_rand:.2f}" in caption.title
    assert caption.data["n_customers"].sum() == found.n_matched


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overlaps(rfm, rfm11, look, language):
    with use_language(language):
        look(plot_comparison, rfm.compare(rfm11))
        look(plot_comparison, rfm11.compare(rfm))


def test_ids_in_common_stay_apart(look):
    found = make(
        [("low", "low", 5), ("low", "high", 20), ("high", "low", 10)],
        {"low": "Low income", "high": "High income"},
        {"low": "Low risk", "high": "High risk"},
    )
    texts = look(plot_comparison, found)
    assert {"Low income", "High income", "Low risk", "High risk"} <= set(texts)
    assert texts.count("25") == 2  # the first "low", wide and narrow
    assert texts.count("15") == 2  # the second one


def test_hostile_names(hostile, look):
    names = dict(hostile.profile[["segment", "name"]].itertuples(index=False))
    rows = [(s, t, 1 + i) for s in names for i, t in enumerate(names)]
    found = make(rows, names, names, math.nan)
    look(plot_comparison, found)
    assert "<script" not in to_svg(draw(plot_comparison, found))


def test_each_side_has_the_title_of_its_segmentation(rfm, rfm11, look):
    found = rfm.compare(rfm11)
    heads = [s.definition.label() for s in (rfm, rfm11)]
    texts = [text.replace("\n", " ") for text in look(plot_comparison, found)]
    assert [texts.count(head) for head in heads] == [2, 2]
    caption = plot_comparison.describe(found)
    assert all(head in caption.alt for head in heads)


def test_two_runs_of_one_scheme_are_first_and_second(rfm, look):
    texts = look(plot_comparison, rfm.compare(rfm))
    assert {"First segmentation", "Second segmentation"} <= set(texts)
    with use_language("zh"):
        assert rfm.definition.label() not in look(plot_comparison, rfm.compare(rfm))


@pytest.mark.parametrize("title", ["W" * 90, "很" * 60, "A <script> of $5 " * 6])
def test_any_title_stays_on_its_side(rfm, look, title):
    found = rfm.compare(rfm)
    look(plot_comparison, replace(found, first_title=title, second_title=title + "!"))


def test_nobody_in_common():
    with pytest.raises(DataError, match="must hold customers of both"):
        plot_comparison(make([], {}, {}))
