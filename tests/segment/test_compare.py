"""Two segmentations of the same customers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.segment import score_rfm
from segkit.segment.compare import adjusted_rand


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_rand_is_that_of_scikit_learn(seed):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": draw.integers(0, 4, 300), "b": draw.integers(0, 3, 300)})
    frame["b"] = np.where(draw.random(300) < 0.5, frame["a"], frame["b"])
    counts = frame.groupby(["a", "b"]).size().rename("n_customers").reset_index()
    expected = adjusted_rand_score(frame["a"], frame["b"])
    assert adjusted_rand(counts, "a", "b") == pytest.approx(expected, abs=1e-12)


def test_adjusted_rand_where_there_is_nothing_to_agree_on():
    one = pd.DataFrame({"a": ["x"], "b": ["y"], "n_customers": [5]})
    assert math.isnan(adjusted_rand(one, "a", "b"))
    assert math.isnan(adjusted_rand(one.head(0), "a", "b"))


def test_the_cross_table_is_in_the_order_of_the_schemes(sample_customers):
    eight = score_rfm(sample_customers)
    eleven = score_rfm(sample_customers, scheme="rfm_11")
    found = eight.compare(eleven)
    assert found.n_matched == len(sample_customers) == found.table.to_numpy().sum()
    order = [s.id for s in eight.scheme.segments if s.id in found.table.index]
    assert list(found.table.index) == order
    assert "customers are in both segmentations" in found.summary()
    assert f"{found.adjusted_rand:.2f}" in found.summary()


def test_with_itself_and_with_nobody(sample_customers):
    eight = score_rfm(sample_customers)
    assert eight.compare(eight).adjusted_rand == 1
    other = score_rfm(sample_customers.assign(customer_id=lambda t: "x" + t["customer_id"]))
    found = eight.compare(other)
    assert (found.n_matched, found.n_only_first) == (0, len(sample_customers))
    assert found.summary().startswith("No customer is in both")


def test_unclassified_is_no_segment_to_agree_on(sample_customers):
    frame = sample_customers.head(400).reset_index(drop=True)
    lacking = frame.assign(revenue=frame["revenue"].where(frame.index % 2 == 0))
    cutoffs = score_rfm(frame).cutoffs
    eight = score_rfm(lacking, cutoffs=cutoffs)
    eleven = score_rfm(lacking, scheme="rfm_11")
    found = eight.compare(eleven)
    known = lacking[lacking["revenue"].notna()]
    alone = score_rfm(known, cutoffs=cutoffs).compare(
        score_rfm(known, scheme="rfm_11", cutoffs=eleven.cutoffs)
    )
    assert (found.n_matched, found.n_unclassified, alone.n_unclassified) == (400, 200, 0)
    assert found.adjusted_rand == pytest.approx(alone.adjusted_rand)
    assert "200 of them have no segment in one of the two" in found.summary()
    assert "unclassified" not in found.summary()


def test_new_customers_are_measured_by_the_old_cutoffs(sample_customers):
    first, later = sample_customers.head(1500), sample_customers.tail(700)
    eight = score_rfm(first)
    assigned = eight.assign(later)
    again = score_rfm(later, cutoffs=eight.cutoffs)
    pd.testing.assert_frame_equal(assigned.customers, again.customers)
    assert assigned.definition is eight.definition
