from __future__ import annotations

import pytest

from segkit.figures import plot_pyramid
from segkit.value import value_pyramid


def test_the_title_says_the_top_tier(pyramid):
    top = pyramid.table.iloc[0]
    caption = plot_pyramid.describe(pyramid)
    assert caption.title == (
        f"VIP customers: {top['customer_share'] * 100:.1f}\u202f% of customers, "
        f"{top['revenue_share'] * 100:.1f}\u202f% of revenue"
    )
    assert caption.data["n_customers"].sum() == 23_570


def test_every_bar_is_named(pyramid, look):
    texts = look(plot_pyramid, pyramid)
    for share in pyramid.table["revenue_share"]:
        assert texts.count(f"{share * 100:.1f}\u202f% of revenue") == 2


def test_profit_below_zero_is_drawn_left_of_zero(losing, look):
    texts = look(plot_pyramid, losing)
    assert "\u221210.4\u202f% of profit" in texts
    ax = plot_pyramid(losing)
    assert ax.get_xlim()[0] < losing.table["profit_share"].min() < 0


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.1,) * 10, (1.0,)])
def test_other_numbers_of_tiers(customers, shares, look):
    look(plot_pyramid, value_pyramid(customers, shares=shares))


def test_another_value_is_named(predictions):
    caption = plot_pyramid.describe(value_pyramid(predictions, value="clv"))
    assert "of future value" in caption.title
