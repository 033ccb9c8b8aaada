from __future__ import annotations

import matplotlib as mpl
import pytest

from segkit.contrast import contrast_ratio as contrast
from segkit.errors import ArgumentError
from segkit.figures import draw, plot_lorenz, to_svg, use_accent
from segkit.figures.style import ACCENT, INK, SURFACE, accent, house_style, ink_on, tint


def test_a_brand_colour_reaches_the_figure_and_goes_again(pyramid):
    with use_accent("#aa3311"):
        assert accent() == "#aa3311"
        assert "#aa3311" in to_svg(draw(plot_lorenz, pyramid))
    assert accent() == ACCENT
    assert "#aa3311" not in to_svg(draw(plot_lorenz, pyramid))


def test_the_environment_names_a_brands_colour(pyramid, monkeypatch):
    monkeypatch.setenv("SEGKIT_ACCENT", "#0a7a5c")
    assert "#0a7a5c" in to_svg(draw(plot_lorenz, pyramid))
    with use_accent("#aa3311"):
        assert accent() == "#aa3311"
    monkeypatch.setenv("SEGKIT_ACCENT", "blueish")
    with pytest.raises(ArgumentError, match="SEGKIT_ACCENT must be a colour such as"):
        accent()


def test_a_word_that_is_no_colour():
    with pytest.raises(ArgumentError, match="color must be a colour"), use_accent("blueish"):
        pass


@pytest.mark.parametrize("strength", [0.07, 0.3, 0.5, 0.62])
def test_text_on_every_shade_of_a_heatmap_reads_well(strength):
    shade = tint(ACCENT, strength)
    assert contrast(ink_on(shade), shade) >= 4.5


def test_tint_and_ink():
    assert tint(ACCENT, 1) == ACCENT
    assert tint(ACCENT, 0) == SURFACE
    assert ink_on("#ffffff") == INK
    assert ink_on("#101010") == SURFACE
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_style_ends_with_its_block():
    before = mpl.rcParams["svg.hashsalt"]
    with house_style():
        assert mpl.rcParams["svg.hashsalt"] == "segkit"
        assert mpl.rcParams["text.parse_math"] is False
    assert mpl.rcParams["svg.hashsalt"] == before
