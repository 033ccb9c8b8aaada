"""Figures for eyes that mix up red and green, and words in them that stand out."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Patch
from matplotlib.text import Text

from segkit.contrast import TEXT, contrast_ratio
from segkit.figures import (
    alive_bands,
    clv_deciles,
    draw,
    plot_clv_distribution,
    plot_holdout_by_frequency,
    plot_holdout_tracking,
    plot_lorenz,
    plot_p_alive,
    plot_profit_curve,
    plot_pyramid,
    plot_rfm_heatmap,
    plot_segment_recency,
    plot_segment_shares,
    plot_segment_spread,
    segment_spread,
)
from segkit.figures.style import ACCENT, CONTEXT, INK, SURFACE, WARNING, tint
from segkit.schemes import load_scheme

#: Machado, Oliveira & Fernandes (2009), table 1, severity 1.0; on linear RGB.
SIGHT = {
    "common": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
#: sRGB to XYZ, over the white of D65.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
) / np.array([[0.95047], [1.0], [1.08883]])
#: Behind figures, on a dark page.
PLATES = [SURFACE, "#f7f8fa"]


def distance(one: str, other: str, sight: str) -> float:
    """CIE 1976 colour difference; about 2.3 can just be seen side by side."""
    places = []
    for color in (one, other):
        parts = np.array(to_rgb(color))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        x, y, z = XYZ @ np.clip(SIGHT[sight] @ linear, 0, 1)
        fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
        places.append(np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]))
    return float(np.linalg.norm(places[0] - places[1]))


def test_the_measure_knows_who_mixes_up_what():
    assert distance("#ffffff", "#000000", "common") == pytest.approx(100, abs=0.1)
    assert distance("#b00000", "#556000", "common") > 50
    assert distance("#b00000", "#556000", "deuteranopia") < 15


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(
    "together",
    [
        [ACCENT, CONTEXT, WARNING],  # curves and dots
        [INK, ACCENT, CONTEXT],  # what came, the model that counts, the other models
        [ACCENT, tint(CONTEXT, 0.5), tint(ACCENT, 0.45)],  # bars of the pyramid
        [ACCENT, tint(CONTEXT, 0.75)],  # bars that matter and the others
        [tint(CONTEXT, 0.30), tint(ACCENT, 0.45)],  # streams of those who stayed and who moved
        [tint(CONTEXT, 0.55), ACCENT],  # a span and its middle
    ],
)
def test_colours_of_one_figure_are_told_apart(together, sight):
    for one, other in combinations(together, 2):
        assert distance(one, other, sight) >= 15, (one, other)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", ["rfm_cn8", "rfm_11"])
def test_segments_of_a_scheme_are_told_apart(name, sight):
    colors = [segment.color for segment in load_scheme(name).segments]
    assert len(colors) in (8, 11)
    for one, other in combinations(colors, 2):
        assert distance(one, other, sight) >= 15, (one, other)


def test_marks_stand_out_from_the_page():
    for plate in PLATES:
        assert min(contrast_ratio(mark, plate) for mark in (ACCENT, CONTEXT, WARNING)) >= 3


@pytest.fixture(scope="module")
def drawn(rfm, rfm11, customers, pyramid, losing, check, predictions):
    """Each plot with a real result."""
    return [
        (plot_segment_shares, rfm),
        (plot_segment_shares, rfm11),
        (plot_segment_recency, rfm),
        (plot_rfm_heatmap, rfm11),
        (plot_segment_spread, segment_spread(rfm, customers)),
        (plot_lorenz, pyramid),
        (plot_pyramid, pyramid),
        (plot_pyramid, losing),
        (plot_profit_curve, losing),
        (plot_holdout_tracking, check),
        (plot_holdout_by_frequency, check),
        (plot_p_alive, alive_bands(predictions)),
        (plot_clv_distribution, clv_deciles(predictions)),
    ]


def _ground(fig, text, plate: str) -> str:
    """The colour under the middle of a text: of the last full patch drawn there, or the plate."""
    box = text.get_window_extent()
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    under = plate
    for patch in fig.findobj(Patch):
        face = patch.get_facecolor()
        if patch is not fig.patch and face[3] == 1 and patch.contains_point(middle):
            under = to_hex(face)
    return under


@pytest.mark.parametrize("narrow", [False, True])
def test_words_in_figures_stand_out(drawn, narrow):
    for plot, result in drawn:
        fig = draw(plot, result, narrow=narrow)
        fig.draw_without_rendering()
        shown = [t for t in fig.findobj(Text) if t.get_visible() and t.get_text().strip()]
        assert len(shown) > 4
        for text, plate in product(shown, PLATES):
            ratio = contrast_ratio(to_hex(text.get_color()), _ground(fig, text, plate))
            assert ratio >= TEXT, (plot.__name__, text.get_text(), plate, round(ratio, 2))
