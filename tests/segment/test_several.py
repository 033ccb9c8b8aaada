"""Several schemes at once: none is left out silently."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError, SchemeError
from segkit.i18n import use_language
from segkit.segment import score_rfm
from segkit.segment.several import apply_schemes

BY_AGE = {
    "name": "by_age",
    "title": {"en": "Age", "zh": "年龄段"},
    "inputs": {"age": {"unit": "years"}},
    "scores": {"A": {"input": "age", "method": "cuts", "cuts": [40]}},
    "segments": [
        {"id": "young", "name": "Young", "color": "#111111", "when": {"A": 1}},
        {"id": "old", "name": "Old", "color": "#222222", "when": {"A": 2}},
    ],
}


def test_each_is_what_it_would_be_alone(sample_customers):
    found = apply_schemes(sample_customers, ["rfm_cn8", "rfm_11"])
    assert list(found.segmentations) == ["rfm_cn8", "rfm_11"]
    alone = score_rfm(sample_customers, scheme="rfm_11")
    pd.testing.assert_frame_equal(found["rfm_11"].profile, alone.profile)
    assert len(found.table) == 19
    assert found.summary().startswith("2 schemes were applied")


def test_two_schemes_of_one_name_are_refused(sample_customers):
    with pytest.raises(ArgumentError, match="schemes must be of different names; got 'by_age'"):
        apply_schemes(sample_customers, [BY_AGE, {**BY_AGE, "title": "Other"}])


def test_what_cannot_be_carried_is_said(sample_customers):
    for customers in (sample_customers, sample_customers.assign(age=float("nan"))):
        found = apply_schemes(customers, [BY_AGE, "rfm_cn8"])
        assert (list(found.segmentations), found.lacking) == (["rfm_cn8"], {"by_age": ["age"]})
        assert "Age cannot be told: the data lack age." in found.summary()
        with pytest.raises(DataError, match="by_age needs age. Add these columns"):
            found["by_age"]
        with use_language("zh"):
            assert "cannot be told" not in found.summary()


def test_nothing_could_be_applied(sample_customers):
    found = apply_schemes(sample_customers, [BY_AGE])
    assert len(found) == 0
    assert found.table.empty
    assert found.summary() == "Age cannot be told: the data lack age."


def test_faults(sample_customers):
    with pytest.raises(ArgumentError, match="schemes must be a list of schemes; got 'rfm_cn8'"):
        apply_schemes(sample_customers, "rfm_cn8")
    with pytest.raises(SchemeError, match="must be the name of a scheme"):
        apply_schemes(sample_customers, ["rfm_8"])
    with pytest.raises(DataError, match="rfm_11 was not asked for"):
        apply_schemes(sample_customers, ["rfm_cn8"])["rfm_11"]
