"""Intervals: against published values, against a bootstrap, and at the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from segkit.customers import summarize_customers
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.segment import score_rfm
from segkit.uncertainty import Share, TopShare, share_of_count, share_of_sum
from segkit.value import share_of_top, share_of_value, value_pyramid


@pytest.mark.parametrize(("count", "n"), [(0, 10), (10, 10), (5, 10), (12_054, 23_570)])
def test_wilson_agrees_with_scipy(count, n):
    found = share_of_count(count, n)
    expected = binomtest(count, n).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def bootstrap(statistic, n: int, runs: int = 400) -> np.ndarray:
    draw = np.random.default_rng(0)
    return np.quantile([statistic(draw.integers(0, n, n)) for _ in range(runs)], [0.025, 0.975])


def test_intervals_agree_with_a_bootstrap(cdnow):
    customers = summarize_customers(cdnow)
    revenue, once = customers["revenue"].to_numpy(), (customers["n_days"] == 1).to_numpy()
    n, fifth = len(revenue), len(revenue) // 5

    def top(rows):
        drawn = np.sort(revenue[rows])
        return drawn[-fifth:].sum() / drawn.sum()

    def one_time(rows):
        return revenue[rows][once[rows]].sum() / revenue[rows].sum()

    share = share_of_top(customers, 0.2)
    assert share.value == pytest.approx(np.sort(revenue)[-fifth:].sum() / revenue.sum(), abs=1e-4)
    assert (share.low, share.high) == pytest.approx(bootstrap(top, n), abs=2e-3)
    share = share_of_value(customers, lambda t: t.n_days == 1)
    assert (share.low, share.high) == pytest.approx(bootstrap(one_time, n), abs=2e-3)


@pytest.mark.parametrize("revenue", [[100, 1, 0], [60, 20, 10, 5, 5, 5], [7], [3, 3, 3, 3]])
@pytest.mark.parametrize("top", [0.05, 0.2, 0.34, 0.5, 1.0])
def test_the_top_is_that_of_the_lorenz_curve_for_few_customers_too(revenue, top):
    people = pd.DataFrame({"customer_id": range(len(revenue)), "revenue": map(float, revenue)})
    found = share_of_top(people, top)
    assert found.value == pytest.approx(value_pyramid(people).top_share(top), abs=1e-12)
    assert found.top == top


def test_the_top_is_worded():
    assert [TopShare(0.5, 0.4, 0.6, top).top_text for top in (0.2, 0.125)] == [
        "20\u202f%",
        "12.5\u202f%",
    ]


def test_the_profile_holds_the_same_interval(cdnow_sample):
    customers = summarize_customers(cdnow_sample)
    rfm = score_rfm(customers)
    key = rfm.profile.set_index("segment").loc["key_value"]
    joined = customers.merge(rfm.customers, on="customer_id")
    expected = share_of_value(joined, lambda t: t.segment == "key_value")
    found = Share(*(key[f"revenue_share{end}"] for end in ("", "_low", "_high")))
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high), rel=1e-9
    )


def test_a_share_lies_in_its_interval_even_after_losses():
    for part in (-1.0, 0.0, 2.0, 4.0, 5.0):
        share = share_of_sum(part, 4.0, 0.5)
        assert share.low <= share.value <= share.high


def test_words():
    share = Share(0.5, 0.25, 0.75)
    assert share.text == "50.0\u202f%"
    assert share.interval_text == "95\u202f% interval 25.0\u202f% to 75.0\u202f%"
    with use_language("zh"):
        assert share.text == "50.0%"


def test_faults_are_named():
    with pytest.raises(ArgumentError, match="n must be a number above 0; got 0"):
        share_of_count(0, 0)
    with pytest.raises(ArgumentError, match="count must be a number at least 0 and at most 3"):
        share_of_count(4, 3)
    with pytest.raises(ArgumentError, match="top must be a number above 0 and at most 1; got 2"):
        share_of_top(pd.DataFrame({"revenue": [1.0]}), 2)
    with pytest.raises(DataError, match="missing column revenue"):
        share_of_value(pd.DataFrame({"x": [1.0]}), lambda t: t.x > 0)
    with pytest.raises(DataError, match="a column with a total above 0; got"):
        share_of_top(pd.DataFrame({"revenue": [-1.0]}), 0.2)
