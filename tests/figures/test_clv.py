from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit.errors import DataError
from segkit.figures import plot_clv_distribution, plot_p_alive
from segkit.figures.clv import alive_bands, clv_deciles


def test_the_title_counts_active_customers(predictions):
    caption = plot_p_alive.describe(predictions)
    active = predictions["p_alive"].sum()
    assert caption.title == (
        f"By the model, {active:,.0f} of 23,570 customers are still active "
        f"({active / 23570 * 100:.1f}\u202f%)"
    )
    assert caption.data["sum_p_alive"].sum() == pytest.approx(active)


def test_bands_are_those_of_a_histogram(predictions):
    counts, _edges = np.histogram(predictions["p_alive"], bins=10, range=(0, 1))
    assert alive_bands(predictions)["n_customers"].tolist() == counts.tolist()
    assert alive_bands(pl.from_pandas(predictions)).equals(alive_bands(predictions))


def test_the_ends_of_the_scale_are_counted():
    bands = alive_bands(pd.DataFrame({"p_alive": [0.0, 1.0, 1.0, None]}))
    assert bands["n_customers"].tolist() == [1, *[0] * 8, 2]


def test_the_title_says_what_the_best_tenth_holds(predictions):
    ranked = np.sort(predictions["clv"].to_numpy())[::-1]
    share = ranked[:2357].sum() / ranked.sum()
    caption = plot_clv_distribution.describe(predictions)
    assert caption.title == (
        f"The top 10\u202f% of customers hold {share * 100:.1f}\u202f% of future value"
    )
    deciles = clv_deciles(predictions)
    assert deciles["clv_share"].is_monotonic_decreasing
    assert deciles["clv"].sum() == pytest.approx(ranked.sum())


@pytest.mark.parametrize("plot", [plot_p_alive, plot_clv_distribution])
def test_nothing_overlaps(plot, predictions, look):
    before = predictions.copy(deep=True)
    look(plot, predictions)
    pd.testing.assert_frame_equal(predictions, before)


def test_what_cannot_be_drawn():
    with pytest.raises(DataError, match="plot_p_alive: missing column p_alive"):
        plot_p_alive(pd.DataFrame({"clv": [1.0]}))
    with pytest.raises(DataError, match="customers with a known p_alive; got none"):
        plot_p_alive(pd.DataFrame({"p_alive": [float("nan")]}))
    nothing = pd.DataFrame({"customer_id": ["a"], "clv": [0.0]})
    with pytest.raises(DataError, match=r"column \(clv\) with a finite total above 0"):
        plot_clv_distribution(nothing)


def test_what_was_counted_once_is_drawn_as_it_is(predictions):
    bands, deciles = alive_bands(predictions), clv_deciles(predictions)
    assert plot_p_alive.describe(bands).title == plot_p_alive.describe(predictions).title
    assert (
        plot_clv_distribution.describe(deciles).alt
        == plot_clv_distribution.describe(predictions).alt
    )
    assert plot_p_alive(bands).patches
