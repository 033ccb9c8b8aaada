"""Presets side by side."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.errors import ArgumentError
from segkit.segment import compare_presets

ALL = ["rfm_cn8", "rfm_11", "rfm_shopify", "rfm_klaviyo", "rfm_r_package"]


@pytest.fixture(scope="module")
def compared(sample_customers):
    return compare_presets(sample_customers, ALL)


def test_agreement_is_that_of_the_labels(sample_customers, compared):
    table = compared.table
    assert len(table) == 10
    assert (table["n_customers"] == len(sample_customers)).all()
    for row in table.itertuples():
        one, other = (
            compared.segmentations[name].customers.sort_values("customer_id")["segment"]
            for name in (row.first, row.second)
        )
        assert row.adjusted_rand == pytest.approx(adjusted_rand_score(one, other), abs=1e-12)


def test_the_cross_table_counts_everybody_either_way(sample_customers, compared):
    wide = compared.cross("rfm_cn8", "rfm_klaviyo")
    assert wide.to_numpy().sum() == len(sample_customers)
    assert (wide.index.name, wide.columns.name) == ("rfm_cn8", "rfm_klaviyo")
    pd.testing.assert_frame_equal(compared.cross("rfm_klaviyo", "rfm_cn8"), wide.T)


def test_the_summary_names_best_and_worst(compared):
    assert re.search(
        r"agree most: adjusted Rand index 0\.\d\d\.\n.* agree least:", compared.summary()
    )
    assert "Next: .table" in repr(compared)
    assert compared._repr_html_().count("<tr>") == 11


def test_one_group_in_both_is_no_number():
    frame = pd.DataFrame(
        {"customer_id": list("abc"), "recency_days": 1, "n_days": 1, "n_orders": 1, "revenue": 1.0}
    )
    found = compare_presets(frame, ["rfm_cn8", "rfm_11"])
    assert found.table["adjusted_rand"].isna().all()
    assert found.summary().startswith("The schemes cannot be compared")
    assert "–" in found._repr_html_()


@pytest.mark.parametrize(
    ("schemes", "message"),
    [
        (["rfm_cn8"], "compare_presets: schemes must be two or more schemes; got ['rfm_cn8']."),
        ("rfm_cn8", "compare_presets: schemes must be two or more schemes; got 'rfm_cn8'."),
        (["rfm_cn8", "rfm_cn8"], "schemes must be schemes with different names"),
    ],
)
def test_faults_are_told(six_customers, schemes, message):
    with pytest.raises(ArgumentError, match=re.escape(message)):
        compare_presets(six_customers, schemes)


def test_a_name_that_was_not_compared_is_told(compared):
    with pytest.raises(ArgumentError, match="first must be one of the schemes compared; got 'rfm'"):
        compared.cross("rfm", "rfm_cn8")
    with pytest.raises(ArgumentError, match="second must be another scheme than first"):
        compared.cross("rfm_cn8", "rfm_cn8")
