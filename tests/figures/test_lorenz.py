from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.figures import draw, plot_lorenz, plot_profit_curve, to_svg
from segkit.value import value_pyramid


def test_the_title_says_what_the_top_fifth_brings(pyramid, customers):
    ranked = np.sort(customers["revenue"].to_numpy())[::-1]
    share = ranked[:4714].sum() / ranked.sum()
    caption = plot_lorenz.describe(pyramid)
    assert (
        caption.title == f"The top 20\u202f% of customers bring {share * 100:.1f}\u202f% of revenue"
    )
    assert "Gini coefficient 0.63" in caption.alt
    assert len(caption.data) <= 1001


def test_quoted_points_are_named(pyramid, look):
    texts = look(plot_lorenz, pyramid)
    assert "20\u202f% of customers → 68\u202f% of revenue" in texts
    assert "20\u202f% → 68\u202f%" in texts


@pytest.mark.parametrize(
    "revenue",
    [
        [1.0] * 1000,
        [50 / 10] * 10 + [23 / 40] * 40 + [20 / 150] * 150 + [7 / 800] * 800,
        [1000.0] + [0.001] * 999,
        [3.0, 2.0, 1.0],
        [1.0],
    ],
)
def test_labels_part_for_any_shape(revenue, look):
    people = pd.DataFrame({"customer_id": range(len(revenue)), "revenue": revenue})
    look(plot_lorenz, value_pyramid(people))


def test_nearly_all_is_not_all():
    people = pd.DataFrame({"customer_id": range(1000), "revenue": [1000.0] + [0.001] * 999})
    texts = [text.get_text() for text in plot_lorenz(value_pyramid(people)).texts]
    assert "1\u202f% of customers → 99.9\u202f% of revenue" in texts


def test_the_profit_curve_names_its_peak(losing, customers, look):
    gain = np.sort((customers["revenue"] * 0.3 - 15).to_numpy())[::-1]
    peak = gain[gain > 0].sum() / gain.sum()
    caption = plot_profit_curve.describe(losing)
    assert f"earn {peak * 100:.1f}\u202f% of profit" in caption.title
    assert f"the rest cost {(peak - 1) * 100:.1f}\u202f%" in caption.title
    assert any(f"{peak * 100:.0f}\u202f%" in text for text in look(plot_profit_curve, losing))


def test_without_losses_the_profit_curve_says_the_top_fifth(customers, look):
    pyramid = value_pyramid(customers.assign(gain=customers["revenue"] * 0.3), profit="gain")
    assert plot_profit_curve.describe(pyramid).title.startswith(
        "The top 20\u202f% of customers bring"
    )
    look(plot_profit_curve, pyramid)


def test_svgs_are_small(pyramid):
    assert len(to_svg(draw(plot_lorenz, pyramid))) < 60_000


def test_what_has_no_profit(pyramid):
    with pytest.raises(DataError, match="must know the profit of customers; it ranks revenue only"):
        plot_profit_curve(pyramid)
    with pytest.raises(ArgumentError, match="pyramid must be a ValuePyramid"):
        plot_profit_curve.describe(3)
