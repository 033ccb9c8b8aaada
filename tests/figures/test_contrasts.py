from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import draw, plot_segment_contrasts, plot_snake, to_svg
from segkit.i18n import use_language
from segkit.segment import score_rfm
from segkit.segment.by_column import segment_by_column
from segkit.segment.describe import SegmentContrasts, describe_segments


def hostile_contrasts(names) -> SegmentContrasts:
    """Eight segments by six features, one of them without an index."""
    rows = [
        {
            "segment": f"s{i}",
            "feature": feature,
            "value": value,
            "n": 10,
            "own": 1.0,
            "whole": 1.0,
            "lift": math.nan if feature == "change" else 0.4 + 0.3 * i,
            "lift_low": math.nan,
            "lift_high": math.nan,
            "difference": (i - 3) / 4 + place / 10,
        }
        for place, (feature, value) in enumerate(
            [
                ("revenue", ""),
                ("$x_2$ <script>", ""),
                ("city", "W" * 40),
                ("is_member", "true"),
                ("is_member", "false"),
                ("change", ""),
            ]
        )
        for i in range(len(names))
    ]
    return SegmentContrasts(pd.DataFrame(rows), {f"s{i}": name for i, name in enumerate(names)})


@pytest.fixture(scope="module")
def contrasts(rfm11, customers):
    return describe_segments(rfm11, customers)


def test_the_grid_says_the_index_of_each_segment(contrasts, rfm11, customers):
    data = plot_segment_contrasts.describe(contrasts).data
    merged = rfm11.customers.merge(customers, on="customer_id")
    row = data[(data["segment"] == "champions") & (data["feature"] == "n_days")].iloc[0]
    own = merged.loc[merged["segment"] == "champions", "n_days"].mean()
    assert row["lift"] == pytest.approx(own / merged["n_days"].mean())


@pytest.mark.parametrize("plot", [plot_segment_contrasts, plot_snake])
def test_nothing_overlaps_on_real_data(plot, contrasts, look):
    look(plot, contrasts)
    with use_language("zh"):
        look(plot, contrasts)


@pytest.mark.parametrize("plot", [plot_segment_contrasts, plot_snake])
def test_hostile_names(plot, hostile, look):
    found = hostile_contrasts(list(hostile.profile["name"]))
    texts = look(plot, found)
    assert any(text.startswith("Cost $5") for text in texts)
    assert "<script" not in to_svg(draw(plot, found))


def test_a_flag_says_its_truth_once(hostile):
    data = plot_snake.describe(hostile_contrasts(list(hostile.profile["name"]))).data
    flags = data[data["feature"] == "is_member"]
    assert set(flags["value"]) == {"true"}


def test_what_has_no_index_is_in_the_lines_alone(hostile):
    found = hostile_contrasts(list(hostile.profile["name"]))
    assert "change" not in set(plot_segment_contrasts.describe(found).data["feature"])
    assert "change" in set(plot_snake.describe(found).data["feature"])


@pytest.mark.parametrize("plot", [plot_segment_contrasts, plot_snake])
def test_the_title_is_about_a_segment_of_useful_size(plot):
    """Twelve of 1,000 differ most by far; a third of all differ clearly and make the headline."""
    rng = np.random.default_rng(0)
    group = np.repeat(["few", "many", "rest"], [12, 330, 658])
    revenue = rng.normal(100, 20, 1000) + np.select([group == "few", group == "many"], [400, 40])
    frame = pd.DataFrame({"customer_id": range(1000), "revenue": revenue, "group": group})
    found = describe_segments(segment_by_column(frame, "group"), frame, features=["revenue"])
    largest = found.table.loc[found.table["difference"].abs().idxmax(), "segment"]
    assert found.names[largest] == "few"
    caption = plot.describe(found)
    assert caption.title.startswith("many ")
    assert {"clear", "reach", "place"}.isdisjoint(caption.data.columns)


@pytest.mark.parametrize("plot", [plot_segment_contrasts, plot_snake])
def test_segments_by_lot_make_no_headline(plot, look):
    """Thirty segments of 40 customers, put together without looking, by eight features."""
    told = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame(rng.gamma(2, size=(1200, 8)), columns=[f"f{i}" for i in range(8)])
        frame.insert(0, "customer_id", range(1200))
        frame["lot"] = [f"lot {i % 30:02}" for i in range(1200)]
        by_lot = segment_by_column(frame, "lot", most=30)
        found = describe_segments(by_lot, frame.drop(columns="lot"))
        told.append(plot.describe(found).title)
    nobody = "No segment of useful size differs clearly from all customers"
    assert told.count(nobody) >= 7  # by chance one in twenty, a little more for skewed features
    look(
        plot,
        describe_segments(segment_by_column(frame, "lot", most=5), frame[["customer_id", "f1"]]),
    )


def test_without_a_feature_there_is_nothing_to_draw(contrasts):
    empty = SegmentContrasts(contrasts.table.head(0), contrasts.names)
    with pytest.raises(DataError, match="must have a feature"):
        plot_segment_contrasts(empty)


def test_one_segment_and_one_feature(customers, look):
    found = describe_segments(score_rfm(customers), customers, features=["revenue"])
    look(plot_segment_contrasts, found)
    look(plot_snake, found)


def test_a_phone_shows_the_whole_names(contrasts, look):
    """Of eleven segments; before, four of them ended in dots."""
    assert not [text for text in look(plot_snake, contrasts) if text.endswith("…")]
