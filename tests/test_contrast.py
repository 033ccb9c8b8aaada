from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.contrast import contrast_ratio, least_contrast, luminance, mix, readable

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),  # the greys that WCAG's own guidance names
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
    ],
)
def test_published_ratios(one, other, ratio):
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


def test_luminance_ends():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)


def test_the_worst_ground_counts():
    assert least_contrast("#767676", ["#ffffff", "#777777"])[1] == "#777777"


@given(COLORS)
def test_the_shade_reads_and_a_colour_that_reads_is_kept(color):
    shade = readable(color, ["#ffffff", "#f6f7f9"])
    assert shade is not None
    assert least_contrast(shade, ["#ffffff", "#f6f7f9"])[0] >= 4.5
    assert readable(shade, ["#ffffff", "#f6f7f9"]) == shade


def test_no_shade_reads_on_black_and_on_white_at_once():
    assert readable("#1f5fa8", ["#000000", "#ffffff"], 7) is None


def test_mix():
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#123456", "#ffffff", 0) == "#123456"
