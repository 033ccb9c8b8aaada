from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.figures.labels import fit_text, one_line, plain, spread, text_width, wrap_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\n b\t c", "a b c"),
        ("rtl\u202e name", "rtl name"),
        ("face \U0001fae8", "face \u25a1"),
        ("100 % → $5", "100 % → $5"),
        ("重要价值", "重要价值"),
        (7, "7"),
        ("heart \u2764\ufe0f", "heart \u2764"),
        ("", ""),
    ],
)
def test_plain(name, shown):
    assert plain(name) == shown


def test_one_line_keeps_what_a_page_can_show():
    assert one_line("face \U0001fae8\n\u202ename") == "face \U0001fae8 name"


def test_fit_text_keeps_short_names_and_cuts_long_ones():
    assert fit_text("Champions", 200) == "Champions"
    cut = fit_text("A" * 40, 100)
    assert cut.endswith("…")
    assert 80 < text_width(cut) <= 100


def test_wrap_text_breaks_at_spaces_and_anywhere_without_them():
    first, second = wrap_text("Forty characters of a long segment", 120).split("\n")
    assert f"{first} {second}" == "Forty characters of a long segment"
    assert text_width(first) <= 120
    lines = wrap_text("A" * 40, 150).split("\n")
    assert len(lines) == 2
    assert all(text_width(line) <= 150 for line in lines)
    assert wrap_text("x", 10) == "x"
    assert wrap_text("", 10) == ""


def test_spread_moves_neighbours_apart_evenly():
    assert spread([10, 10], 4) == [8, 12]
    assert spread([0, 100], 4) == [0, 100]
    assert spread([50, 10], 4) == [50, 10]
    assert spread([1, 1], 4, low=0) == [0, 4]
    assert spread([99, 99], 4, high=100) == [96, 100]
    assert spread([], 4) == []


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_spread_keeps_the_gap_and_the_order(wishes):
    moved = np.array(spread(wishes, 16, low=0, high=300))
    order = np.argsort(wishes, kind="stable")
    assert (np.diff(moved[order]) >= 16 - 1e-6).all()
    assert moved.min() >= -1e-6
    assert moved.max() <= 300 + 1e-6


def test_no_line_begins_with_a_chinese_comma():
    lines = wrap_text("距首次购买天数低、购买天数低", 98).split("\n")
    assert len(lines) == 2
    assert not any(line.startswith("、") for line in lines)
    assert "".join(lines) == "距首次购买天数低、购买天数低"


def test_no_line_breaks_a_latin_word_within_chinese():
    assert wrap_text("结果：success", 70) == "结果：\nsuccess"
    first, second = wrap_text("S" * 30, 120).split("\n")
    assert len(first) > 3
    assert second
