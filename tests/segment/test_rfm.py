"""RFM: hand-worked and published-size tables, and what must hold for any table."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.errors import DataError, SchemeError
from segkit.segment import score_rfm

CDNOW_CN8 = {
    "key_value": 5401,
    "general_value": 5012,
    "general_win_back": 10408,
    "general_retention": 883,
    "key_win_back": 263,
    "key_retention": 220,
    "general_development": 1354,
    "key_development": 29,
}


def by_customer(result) -> dict:
    return result.customers.set_index("customer_id")["segment"].to_dict()


def test_the_six_customers_in_eight_types(six_customers):
    assert by_customer(score_rfm(six_customers)) == {
        "ann": "key_value",
        "bob": "general_win_back",
        "cat": "key_development",
        "dan": "general_win_back",
        "eve": "general_development",
        "fay": "key_win_back",
    }


def test_the_six_customers_in_eleven_segments(six_customers):
    result = score_rfm(six_customers, scheme="rfm_11")
    scores = result.customers.set_index("customer_id")[["R", "F", "M"]]
    assert {name: tuple(row) for name, row in scores.iterrows()} == {
        "ann": (5, 5, 4),
        "bob": (2, 1, 2),
        "cat": (5, 1, 5),
        "dan": (1, 1, 1),
        "eve": (4, 1, 1),
        "fay": (3, 1, 3),
    }
    assert by_customer(result) == {
        "ann": "champions",
        "bob": "hibernating",
        "cat": "new_customers",
        "dan": "lost",
        "eve": "promising",
        "fay": "need_attention",
    }


def test_cdnow_in_eight_types(customers):
    result = score_rfm(customers)
    profile = result.profile.set_index("segment")
    assert profile["n_customers"].to_dict() == CDNOW_CN8
    assert profile["revenue"].sum() == pytest.approx(2_500_315.63, abs=0.005)
    assert result.customers["segment"].value_counts().to_dict() == CDNOW_CN8
    # Counted without the engine, from the definition of the scheme.
    r = customers["recency_days"] <= customers["recency_days"].median()
    m = customers["revenue"] >= customers["revenue"].mean()
    f = customers["n_days"] >= 2
    assert (r & f & m).sum() == CDNOW_CN8["key_value"]
    assert profile.loc["key_value", "revenue"] == pytest.approx(
        customers.loc[r & f & m, "revenue"].sum()
    )
    assert profile.loc["key_value", "median_recency_days"] == (
        customers.loc[r & f & m, "recency_days"].median()
    )


def test_cdnow_with_heavy_ties_in_eleven_segments(customers):
    result = score_rfm(customers, scheme="rfm_11")
    assert len(result.profile) == 11
    assert result.profile["n_customers"].sum() == 23_570
    # 51 % bought on one day: they are level 1 together, and level 2 holds nobody.
    assert result.quality["unused_levels"] == {"F": [2]}
    bins = result.cutoffs.set_index(["score", "level"])["n_customers"]
    assert bins["F"].tolist() == [12_054, 0, 4_040, 3_641, 3_835]
    assert bins.groupby("score").sum().to_dict() == {"R": 23_570, "F": 23_570, "M": 23_570}
    scored = customers.merge(result.customers, on="customer_id")
    for score, column in (("R", "recency_days"), ("F", "n_days"), ("M", "revenue")):
        assert scored.groupby(column)[score].nunique().max() == 1, "equal values, equal scores"


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
def test_row_order_does_not_matter_and_the_input_is_not_changed(sample_customers, scheme):
    before = sample_customers.copy(deep=True)
    straight = score_rfm(sample_customers, scheme=scheme)
    shuffled = score_rfm(sample_customers.sample(frac=1, random_state=3), scheme=scheme)
    assert by_customer(straight) == by_customer(shuffled)
    pd.testing.assert_frame_equal(straight.profile, shuffled.profile)
    pd.testing.assert_frame_equal(straight.cutoffs, shuffled.cutoffs)
    pd.testing.assert_frame_equal(sample_customers, before)


def test_frozen_cutoffs_measure_new_customers_by_the_old_rule(customers):
    old = score_rfm(customers, scheme="rfm_11")
    few = customers.sort_values("revenue").tail(50)
    kept = score_rfm(few, scheme="rfm_11", cutoffs=old.cutoffs)
    assert by_customer(kept).items() <= by_customer(old).items()
    bounds = ["score", "level", "lower", "upper"]
    pd.testing.assert_frame_equal(kept.cutoffs[bounds], old.cutoffs[bounds])
    assert by_customer(score_rfm(few, scheme="rfm_11")) != by_customer(kept)


def test_a_scheme_without_r_f_m_is_refused(six_customers):
    scheme = {
        "name": "age",
        "inputs": {"revenue": {}},
        "scores": {"M": {"input": "revenue", "method": "mean"}},
        "segments": [{"id": "all", "color": "#111111", "when": {}}],
    }
    message = "score_rfm: scheme must be a scheme with the scores R, F and M; got ['M']."
    with pytest.raises(SchemeError, match=re.escape(message)):
        score_rfm(six_customers, scheme=scheme)


def test_errors_name_the_function_the_user_called(six_customers):
    with pytest.raises(DataError, match="score_rfm: missing columns n_days .*, revenue"):
        score_rfm(six_customers[["customer_id", "recency_days"]])
    with pytest.raises(SchemeError, match="score_rfm: cutoffs must be given for M"):
        score_rfm(six_customers, cutoffs={"R": [1]})


numbers = st.one_of(
    st.floats(-1e6, 1e6), st.sampled_from([0.1, 0.1 + 0.2, 0.3, math.nan, math.inf, -math.inf])
)
people = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 900)), st.one_of(st.none(), st.integers(1, 9)), numbers
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people, st.sampled_from(["rfm_cn8", "rfm_11"]), st.randoms(use_true_random=False))
def test_whatever_the_data_each_customer_lands_in_exactly_one_segment(rows, scheme, random):
    frame = pd.DataFrame(rows, columns=["recency_days", "n_days", "revenue"]).astype(float)
    frame.insert(0, "customer_id", [f"c{i}" for i in range(len(frame))])
    result = score_rfm(frame, scheme=scheme)
    segments = by_customer(result)
    assert set(segments) == set(frame["customer_id"])
    assert set(segments.values()) <= set(result.profile["segment"])
    counts = result.profile.set_index("segment")["n_customers"]
    assert counts.sum() == len(frame)
    assert {s: n for s, n in counts.items() if n} == (
        pd.Series(segments, dtype="str").value_counts().to_dict()
    )
    whole = frame.set_index("customer_id").replace([math.inf, -math.inf], math.nan).notna()
    complete = whole.all(axis=1)
    assert {c for c, s in segments.items() if s == "unclassified"} == set(complete[~complete].index)
    assert result.n_unclassified == (~complete).sum()
    for score, better in (("R", False), ("F", True), ("M", True)):
        column = {"R": "recency_days", "F": "n_days", "M": "revenue"}[score]
        merged = frame.merge(result.customers, on="customer_id").dropna(subset=[score])
        ordered = merged.sort_values(column, ascending=better)[score]
        assert ordered.is_monotonic_increasing, "a better value never has a lower score"
        assert (merged.groupby(column)[score].nunique() <= 1).all()
    order = list(range(len(frame)))
    random.shuffle(order)
    again = score_rfm(frame.iloc[order].reset_index(drop=True), scheme=scheme)
    assert by_customer(again) == segments
    with_old = score_rfm(frame, scheme=scheme, cutoffs=result.cutoffs) if complete.any() else again
    assert by_customer(with_old) == segments
