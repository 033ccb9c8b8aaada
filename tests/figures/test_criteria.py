from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.features import gather_customers
from segkit.figures import draw, plot_criteria, plot_segment_worth, to_svg
from segkit.i18n import use_language
from segkit.segment.criteria import compare_criteria
from segkit.segment.describe import SegmentContrasts


@pytest.fixture(scope="module")
def hotel():
    return compare_criteria(gather_customers("hotel_stays").table)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_are_drawn_without_a_clash(hotel, look, language):
    with use_language(language):
        assert hotel.label("hotel_source") in look(plot_criteria, hotel)
        names = set(look(plot_segment_worth, hotel.worth_of_leader))
    assert names


def test_the_title_tells_the_leader(hotel):
    caption = plot_criteria.describe(hotel)
    assert caption.title.startswith("Purpose and spending of hotel guests: tells 39.3")
    assert caption.data["share"].is_monotonic_decreasing
    assert caption.data["share"].min() == 0  # less than chance is nothing
    worth = plot_segment_worth.describe(hotel.worth_of_leader)
    assert worth.title.startswith("Business, high: 216 where all customers are at 100")


def test_hostile_names_stay_data(look):
    names = {"a": "<script>$x$</script>", "b": "W" * 80}
    rows = [("a", 1.4, 1.1, 1.7), ("b", 0.6, float("nan"), float("nan"))]
    table = pd.DataFrame(rows, columns=["segment", "lift", "lift_low", "lift_high"])
    table = table.assign(feature="revenue", n=40, own=1.0, whole=1.0)
    contrasts = SegmentContrasts(table, names)
    look(plot_segment_worth, contrasts)
    assert "<script" not in to_svg(draw(plot_segment_worth, contrasts))


def test_without_revenue_they_say_so(hotel):
    bare = compare_criteria(gather_customers(customers="bank_customers").table)
    with pytest.raises(DataError, match="criteria must know revenue"):
        plot_criteria(bare)
    other = hotel.worth_of_leader.table.assign(feature="age")
    with pytest.raises(DataError, match="contrasts must hold revenue"):
        plot_segment_worth(SegmentContrasts(other, hotel.worth_of_leader.names))
