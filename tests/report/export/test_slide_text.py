"""The room a text takes: estimated a little too large, and never beyond its box."""

from __future__ import annotations

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from segkit.report.export.slide_text import (
    clauses,
    count_lines,
    fit_size,
    fit_title,
    paginate,
    shorten,
    text_height,
)

SENTENCE = (
    "Customers who bought on 7.3 days on average were last seen 104 days ago, and hold 69.9 %."
)


def test_lines_are_not_underestimated():
    """A plain face of the common width takes no more room than is reckoned with."""
    face = FontProperties(family=["Arial", "Liberation Sans", "Segkit Sans"])
    inches = TextPath((0, 0), SENTENCE, size=20, prop=face).get_extents().width / 72
    assert count_lines(SENTENCE, 20, inches * 1.3) == 1
    assert count_lines(SENTENCE, 20, inches * 0.98) == 2


def test_chinese_breaks_anywhere_and_words_between_spaces():
    assert count_lines("客" * 25, 20, 5) == 2
    assert count_lines("客" * 16, 20, 5) == 1
    assert count_lines("x" * 400, 20, 5) > 8


def test_a_size_is_found_that_fits():
    size = fit_size([SENTENCE] * 3, 6, 2, largest=30, smallest=8, gap=6)
    assert 8 < size < 30
    assert text_height([SENTENCE] * 3, size, 6, gap=6) <= 2
    assert text_height([SENTENCE] * 3, size + 1, 6, gap=6) > 2


def test_what_cannot_fit_is_cut_with_an_ellipsis():
    assert shorten("short", 20, 3, 0.5) == "short"
    cut = shorten(SENTENCE * 10, 20, 3, 1)
    assert cut.endswith("…")
    assert text_height([cut], 20, 3) <= 1


@pytest.mark.parametrize("text", [SENTENCE * 60, "没有空格的句子。" * 200, "x" * 5000, "字" * 3000])
def test_nothing_is_lost_between_pages(text):
    pages = paginate(["first", text, "last"], 16, 8, 4, gap=6)
    assert len(pages) > 1
    joined = "".join(part for page in pages for part in page)
    assert joined.replace(" ", "") == f"first{text}last".replace(" ", "")
    assert all(text_height(page, 16, 8, gap=6) <= 4 for page in pages)


def test_a_title_is_a_little_smaller_where_that_saves_a_line():
    title = "复购 0 次的 14,119 名客户：测试期人均再购 0.25 次，预测 0.18 次"
    assert count_lines(title, 26, 11, bold=True) == 2
    size = fit_title(title, 11, 0.95, largest=26, smallest=14)
    assert 0.8 * 26 <= size < 26
    assert count_lines(title, size, 11, bold=True) == 1
    # No size that is only a little smaller takes 50 characters in one line.
    assert fit_title("字" * 50, 11, 2, largest=26, smallest=14) == 26


def test_a_chinese_title_breaks_behind_its_punctuation():
    assert clauses("前半句，后半句", 38, 11) == ["前半句，后半句"]  # one line is enough
    long = "字" * 20
    assert clauses(f"{long}，{long}", 26, 11) == [f"{long}，", long]
    assert clauses(f"{long * 3}，短", 26, 11) == [f"{long * 3}，短"]
