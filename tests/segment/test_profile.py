"""The aggregation: one pass, in the engine, and only some rows fetched."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.schemes import load_scheme
from segkit.schemes.cutoffs import read_cutoffs
from segkit.segment.by_scheme import SchemeDefinition
from segkit.segment.profile import measure

CN8 = load_scheme("rfm_cn8")


@pytest.fixture
def measured(six_customers):
    def _measured(frame: pd.DataFrame = six_customers, **cuts):
        edges = read_cutoffs(CN8, {"R": [18.5], "M": [36.5], **cuts}, function="f")
        return measure(SchemeDefinition(CN8, edges, {}), ibis.memtable(frame))

    return _measured


def test_levels_and_counts_add_up(measured):
    found = measured()
    assert found.n_customers == 6
    assert found.levels == {
        ("R", 1): 3, ("R", 2): 3, ("F", 1): 5, ("F", 2): 1, ("M", 1): 3, ("M", 2): 3,
    }  # fmt: skip
    assert found.counts["n_customers"].sum() == 6
    assert found.counts["revenue"].sum() == 220


@pytest.mark.parametrize(
    ("cut", "near"),
    [(39.0, 1), (42.1, 1), (42.2, 0), (38.0, 0), (38.1, 1)],  # 40 is 5 % from 42.1 and 38.1
)
def test_near_means_within_five_per_cent_of_the_cutoff(measured, cut, near):
    assert measured(M=[cut]).near["M"] == near


def test_a_customer_near_two_cutoffs_counts_once(measured):
    found = measured(R=[21], M=[40])  # fay: 21 days, $40
    assert (found.near["R"], found.near["M"], found.n_near) == (1, 1, 1)


def test_a_negative_cutoff_has_a_neighbourhood_too(measured, six_customers):
    frame = six_customers.assign(revenue=[-100.0, -96.0, -94.0, -104.9, -105.1, 0.0])
    assert measured(frame, M=[-100]).near["M"] == 3


def test_the_whole_profile_is_one_query(measured, monkeypatch):
    fetched = []
    fetch = ibis.Table.to_pyarrow

    def counted(self, *args, **kwargs):
        result = fetch(self, *args, **kwargs)
        fetched.append(result.num_rows)
        return result

    monkeypatch.setattr(ibis.Table, "to_pyarrow", counted)
    measured()
    assert fetched == [5], "one pass, one row per segment that has customers"


@pytest.mark.parametrize(("cut", "near"), [(10.5, 2), (10.0, 2), (11.0, 2)])
def test_near_is_measured_from_between_whole_numbers(measured, six_customers, cut, near):
    """A cut at 10, 10.5 or 11 days parts 10 from 11 (or 11 from 12): half a day to each side."""
    days = [9, 10, 11, 12, 30, 40]
    frame = six_customers.assign(recency_days=days)
    assert measured(frame, R=[cut]).near["R"] == near
