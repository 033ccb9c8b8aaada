from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from segkit.errors import DataError
from segkit.figures import draw, plot_segment_recency, plot_segment_shares, to_svg


def test_shares_say_the_first_segment_with_its_numbers(rfm, customers):
    caption = plot_segment_shares.describe(rfm)
    merged = rfm.customers.merge(customers, on="customer_id")
    of_key = merged[merged["segment"] == "key_value"]
    people = len(of_key) / len(customers)
    revenue = of_key["revenue"].sum() / customers["revenue"].sum()
    assert caption.title == (
        f"Key value: {people * 100:.1f}\u202f% of customers, {revenue * 100:.1f}\u202f% of revenue"
    )
    assert caption.data["revenue_share"].is_monotonic_decreasing
    assert caption.data["customer_share"].sum() == pytest.approx(1)
    assert all(name in caption.alt for name in caption.data["name"])


@pytest.mark.parametrize("plot", [plot_segment_shares, plot_segment_recency])
def test_nothing_overlaps_on_real_data(plot, rfm, rfm11, look):
    look(plot, rfm)
    look(plot, rfm11)


def test_both_labels_of_a_row_are_written(rfm, look):
    texts = look(plot_segment_shares, rfm)
    assert texts.count("69.9") == 2  # once wide, once narrow
    assert texts.count("22.9") == 2


@pytest.mark.parametrize("plot", [plot_segment_shares, plot_segment_recency])
def test_hostile_names_and_equal_values(plot, hostile, look):
    texts = look(plot, hostile)
    assert "Cost $5 and $x_2$" in texts
    assert any(text.startswith("WWWW") and text.endswith("…") for text in texts)
    svg = to_svg(draw(plot, hostile))
    assert "<script" not in svg


@pytest.mark.parametrize(
    ("people", "revenue"), [([1.0], [1.0]), ([0.999, 0.001], [0.0, 1.0]), ([0.5, 0.5], [0.5, 0.5])]
)
def test_extreme_shares(people, revenue, hostile, look):
    profile = hostile.profile.head(len(people)).assign(customer_share=people, revenue_share=revenue)
    look(plot_segment_shares, SimpleNamespace(profile=profile))


def test_recency_says_the_medians(rfm, customers):
    caption = plot_segment_recency.describe(rfm)
    merged = rfm.customers.merge(customers, on="customer_id")
    medians = merged.groupby("segment")["recency_days"].median()
    found = caption.data.set_index("segment")["median_recency_days"]
    assert found.to_dict() == medians[found.index].to_dict()
    assert "104 days" in caption.title


def test_empty_segments_are_left_out(rfm11):
    data = plot_segment_shares.describe(rfm11).data
    assert (data["n_customers"] > 0).all()
    assert len(data) < len(rfm11.profile)


def test_input_is_not_changed_and_an_axes_may_be_given(hostile):
    before = hostile.profile.copy(deep=True)
    ax = Figure(figsize=(8, 4)).subplots()
    assert plot_segment_shares(hostile, ax=ax) is ax
    assert hostile.profile.equals(before)


def test_what_cannot_be_drawn(hostile):
    empty = SimpleNamespace(profile=hostile.profile.assign(n_customers=0))
    with pytest.raises(DataError, match="must have a segment with customers"):
        plot_segment_shares(empty)
    no_revenue = SimpleNamespace(profile=hostile.profile.assign(revenue_share=np.nan))
    with pytest.raises(DataError, match="must know revenue_share"):
        plot_segment_shares(no_revenue)
    other = SimpleNamespace(profile=hostile.profile.drop(columns="median_recency_days"))
    with pytest.raises(DataError, match="plot_segment_recency: missing column median_recency_days"):
        plot_segment_recency.describe(other)
