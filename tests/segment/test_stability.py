"""Segments that come out again, and those that do not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, SegkitError
from segkit.segment import apply_scheme, score_rfm
from segkit.segment.definition import Definition
from segkit.segment.result import Segmentation
from segkit.segment.stability import cutoff_sensitivity, segment_stability


def scheme(method: str, **options) -> dict:
    return {
        "name": "two",
        "inputs": {"revenue": {"unit": "currency"}},
        "scores": {"M": {"input": "revenue", "method": method, **options}},
        "segments": [
            {"id": "low", "name": "Low", "color": "#111111", "when": {"M": 1}},
            {"id": "high", "name": "High", "color": "#222222", "when": {"M": 2}},
        ],
    }


def customers(amounts) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(len(amounts))],
            "revenue": np.asarray(amounts, "f8"),
        }
    )


def test_fixed_cutoffs_always_come_back():
    frame = customers(np.random.default_rng(0).gamma(1, 50, 300))
    found = segment_stability(apply_scheme(frame, scheme("cuts", cuts=[40])), frame)
    assert list(found.table["jaccard"]) == [1, 1]
    assert (found.adjusted_rand, found.unstable) == (1, [])


def test_cutoffs_given_by_hand_are_kept():
    frame = customers(np.random.default_rng(2).gamma(1, 50, 300))
    taken = apply_scheme(frame, scheme("mean"))
    given = apply_scheme(frame, scheme("mean"), cutoffs=taken.cutoffs)
    assert segment_stability(taken, frame, n_resamples=5).adjusted_rand < 1
    assert segment_stability(given, frame, n_resamples=5).adjusted_rand == 1


def test_nested_cutoffs_are_taken_from_each_resample_and_moved(sample_customers):
    frame = sample_customers.head(600)
    nested = score_rfm(frame, bins=3, binning="nested")
    found = segment_stability(nested, frame, n_resamples=3)
    assert found.adjusted_rand < 1
    kept = score_rfm(frame, bins=3, binning="nested", cutoffs=nested.cutoffs)
    assert segment_stability(kept, frame, n_resamples=3).adjusted_rand == 1
    moved = cutoff_sensitivity(nested, frame, shift=0.2)
    assert (moved.groupby("score")["share"].max() > 0).to_dict() == {
        "R": True,
        "F": True,
        "M": True,
    }


def test_the_sample_follows_the_seed():
    frame = customers(np.random.default_rng(4).gamma(1, 50, 500))
    segments = apply_scheme(frame, scheme("mean"))
    first, again, other = (
        segment_stability(segments, frame, n_resamples=2, sample=50, random_state=seed)
        for seed in (1, 1, 2)
    )
    assert first.table["n_customers"].tolist() == again.table["n_customers"].tolist()
    assert first.table["n_customers"].tolist() != other.table["n_customers"].tolist()


def test_a_cutoff_that_hangs_on_one_customer_is_unstable():
    """A mean that a single huge customer pulls: without that customer it falls below most."""
    frame = customers([*np.linspace(1, 40, 60), 1_000.0])
    segments = apply_scheme(frame, scheme("mean"))
    found = segment_stability(segments, frame, n_resamples=40)
    table = found.table.set_index("segment")
    assert table.loc["high", "verdict"] == "unstable"
    assert found.unstable == ["high"]
    assert "Not to be relied on" in found.summary()
    assert "High" in found.summary()


def test_the_order_of_rows_and_the_kind_of_frame_do_not_matter(kind):
    frame = customers(np.random.default_rng(3).gamma(1, 50, 400))
    segments = apply_scheme(frame, scheme("mean"))
    first = segment_stability(segments, frame, n_resamples=5)
    other = frame.sample(frac=1, random_state=1)
    again = segment_stability(apply_scheme(kind(other), scheme("mean")), kind(other), n_resamples=5)
    pd.testing.assert_frame_equal(first.table, again.table)


def test_an_empty_segment_has_no_verdict():
    frame = customers([1.0] * 50)
    found = segment_stability(apply_scheme(frame, scheme("cuts", cuts=[40])), frame, n_resamples=2)
    assert list(found.table["verdict"]) == ["stable", "empty"]
    assert math.isnan(found.table.loc[1, "jaccard"])


def test_only_a_scheme_can_be_repeated_by_itself(sample_customers):
    class Other(Definition):
        name = "other"
        segments = ()
        inputs = ()
        label = rules = to_sql = expression = None

    segments = score_rfm(sample_customers)
    other = Segmentation(segments.customers, Other(), segments._measures)
    with pytest.raises(ArgumentError, match="refit must be given for segments that come from no"):
        segment_stability(other, sample_customers)
    with pytest.raises(SegkitError, match="scheme must be what made the segments; got other"):
        cutoff_sensitivity(other, sample_customers)


def test_moved_cutoffs_by_hand():
    frame = customers([90, 96, 100, 104, 110])
    moved = cutoff_sensitivity(apply_scheme(frame, scheme("cuts", cuts=[100])), frame)
    # 100 → 95: 96 moves up; 100 → 105: 100 and 104 move down.
    assert moved.to_dict("list") == {
        "score": ["M", "M"], "cutoff": [100, 100], "moved_to": [95, 105], "share": [0.2, 0.4],
    }  # fmt: skip


def test_a_small_move_between_whole_numbers_moves_nobody(sample_customers):
    moved = cutoff_sensitivity(score_rfm(sample_customers), sample_customers)
    frequency = moved[moved["score"] == "F"]
    assert list(frequency["cutoff"]) == [2, 2]
    assert list(frequency["share"]) == [0, 0]
    assert (moved.loc[moved["score"] == "R", "share"] > 0).all()
