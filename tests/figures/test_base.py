from __future__ import annotations

import re

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from segkit.errors import ArgumentError
from segkit.figures import base, draw, plot_lorenz, plot_segment_shares, to_png, to_svg
from segkit.figures.base import Caption, figure, inner_size, is_narrow


def test_svg_bytes_are_the_same_each_time(hostile):
    assert to_svg(draw(plot_segment_shares, hostile)) == to_svg(draw(plot_segment_shares, hostile))


def test_svg_stands_inside_a_page(hostile):
    svg = to_svg(draw(plot_segment_shares, hostile))
    assert svg.startswith("<svg ")
    assert svg.endswith("</svg>\n")
    assert re.findall(r"https?://[^\"' ]+", svg) == [
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/svg",
    ]
    assert "<style" not in svg
    assert " style=" not in svg
    assert "<metadata" not in svg
    assert re.search(r'width="752" height="\d+', svg) or re.search(
        r'height="[\d.]+".*width="752"', svg
    )
    assert len(svg) < 60_000


def test_ids_of_two_figures_in_one_page_differ(hostile):
    ids = [
        set(re.findall(r' id="([^"]+)"', to_svg(draw(plot_segment_shares, hostile, narrow=narrow))))
        for narrow in (False, True)
    ]
    assert ids[0]
    assert not ids[0] & ids[1]
    svg = to_svg(draw(plot_segment_shares, hostile))
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert referred == set(re.findall(r' id="([^"]+)"', svg))


def test_png_has_twice_the_pixels(hostile):
    png = to_png(draw(plot_segment_shares, hostile, narrow=True))
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 640


def test_nothing_global_changes(pyramid):
    before = dict(mpl.rcParams)
    fig = draw(plot_lorenz, pyramid)
    to_svg(fig)
    to_png(fig)
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_text_is_as_large_in_both_widths(pyramid):
    sizes = []
    for narrow in (False, True):
        fig = draw(plot_lorenz, pyramid, narrow=narrow)
        assert is_narrow(fig.axes[0]) is narrow
        sizes.append({text.get_fontsize() for text in fig.axes[0].texts})
    assert sizes[0] == sizes[1] == {12.0}


def test_a_plot_without_axes_makes_its_own_wide_figure(pyramid):
    ax = plot_lorenz(pyramid)
    width, height = inner_size(ax)
    assert 600 < width < 752
    assert 250 < height < 330


def test_a_figure_made_with_the_decorator():
    @figure(describe=lambda result: Caption("t", "s", "a", None), height=100)
    def plot_point(result, ax):
        """Draw a point."""
        ax.plot([result], [result], "o")

    assert plot_point.describe(1).title == "t"
    assert plot_point.__doc__ == "Draw a point."
    assert draw(plot_point, 1).get_figheight() * 72 == pytest.approx(100)


def test_draw_asks_for_a_plot():
    with pytest.raises(
        ArgumentError, match=r"draw: plot must be a plot function of segkit\.figures"
    ):
        draw(print, None)


def test_scales_survive_the_rounding():
    assert base._slim('<svg ><path d="M 1.23456 2" transform="scale(0.015625)"/></svg>').count(
        "scale(0.015625)"
    )
    assert 'd="M 1.23 2"' in base._slim('<svg ><path d="M 1.23456 2"/></svg>')


def test_an_axes_of_the_callers_own_figure_is_styled(pyramid):
    fig = Figure(figsize=(5, 4))
    ax = plot_lorenz(pyramid, ax=fig.subplots())
    assert not any(side.get_visible() for side in ax.spines.values())


@pytest.mark.parametrize(
    ("place", "fault"),
    [((0.5, 0.5), "overlaps"), ((-0.9, 0.2), "cut on the left"), ((1.1, 0.2), "cut on the right")],
)
def test_the_look_at_figures_sees_faults(look, place, fault):
    @figure(describe=lambda result: Caption("t", "s", "a", None), height=200)
    def plot_faulty(result, ax):
        ax.text(0.5, 0.5, "first")
        ax.text(*place, "second").set_in_layout(False)

    with pytest.raises(AssertionError, match=fault):
        look(plot_faulty, None)
