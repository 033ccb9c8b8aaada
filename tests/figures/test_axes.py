from __future__ import annotations

import pytest

from segkit.figures.axes import GAP, fit_ends


@pytest.mark.parametrize("width", [250, 600])
def test_labels_at_both_ends_fit(width):
    left = [(0.001, 25.0), (0.2, 30.0)]
    right = [(0.7, 30.0), (0.65, 90.0)]
    low, high = fit_ends(width, left, right)
    pixels = width / (high - low)
    assert low < 0
    for value, text in left:
        assert (value - low) * pixels - GAP - text >= -0.5
    for value, text in right:
        assert (value - low) * pixels + GAP + text <= width + 0.5


def test_without_any_value_the_axis_still_has_a_length():
    low, high = fit_ends(300, [(0.0, 20.0)], [(0.0, 20.0)])
    assert high > 0 > low
