"""Cut-offs: where they lie, that ties stay together, and that they can be kept."""

from __future__ import annotations

import io
import math
import re

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError, SchemeError
from segkit.schemes import load_scheme
from segkit.schemes.cutoffs import (
    check_inputs,
    compute_cutoffs,
    cutoff_table,
    level_bounds,
    measured,
    read_cutoffs,
)
from segkit.schemes.scheme import Score

CN8, RFM11 = load_scheme("rfm_cn8"), load_scheme("rfm_11")


def edges(scheme, frame):
    return compute_cutoffs(scheme, ibis.memtable(frame))


def test_the_six_customers_by_hand(six_customers):
    # Recency 0 10 16 | 21 26 29; revenue 220 / 6, floored in the twelfth digit.
    found = edges(CN8, six_customers)
    assert found == {"R": (18.5,), "F": (2.0,), "M": (36.6666666666,)}
    # Quintiles of six values fall on the 2nd to 5th; from below the next value is the edge.
    found = edges(RFM11, six_customers)
    assert found == {
        "R": (26.0, 21.0, 16.0, 10.0),
        "F": (3.0, 3.0, 3.0, 3.0),
        "M": (12.0, 40.0, 60.0, 100.0),
    }


def test_without_ties_the_bins_are_those_of_qcut():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"customer_id": range(997), "recency_days": rng.permutation(997), "n_days": 1,
         "revenue": rng.lognormal(3, 1, 997)}
    )  # fmt: skip
    found = edges(RFM11, frame)
    m = sum((frame["revenue"] >= edge).astype(int) for edge in found["M"]) + 1
    r = sum((frame["recency_days"] <= edge).astype(int) for edge in found["R"]) + 1
    assert (m == pd.qcut(frame["revenue"], 5, labels=False) + 1).all()
    assert (r == 5 - pd.qcut(frame["recency_days"], 5, labels=False)).all()


def test_an_average_of_equal_amounts_is_not_above_them():
    amounts = [0.1] * 3
    assert sum(amounts) / 3 > 0.1, "the trap must be there"
    frame = pd.DataFrame(
        {"customer_id": list("abc"), "recency_days": 1, "n_days": 1, "revenue": amounts}
    )
    assert edges(CN8, frame)["M"] == (0.1,)


def test_sums_that_differ_in_float_noise_only_share_a_level():
    noisy = [0.1 + 0.2, 0.3] * 4 + [9.0, 9.5]
    assert len(set(noisy[:2])) == 2, "the trap must be there"
    frame = pd.DataFrame(
        {"customer_id": range(10), "recency_days": 1, "n_days": 1, "revenue": noisy}
    )
    levels = {v: sum(v >= edge for edge in edges(RFM11, frame)["M"]) for v in noisy}
    assert levels[0.1 + 0.2] == levels[0.3]


def test_missing_nan_and_infinite_values_do_not_count():
    frame = pd.DataFrame(
        {"customer_id": range(5), "recency_days": [1, 2, 3, None, None], "n_days": 1,
         "revenue": [1.0, 3.0, math.nan, math.inf, -math.inf]}
    )  # fmt: skip
    found = edges(CN8, frame)
    assert (found["R"], found["M"]) == ((2.0,), (2.0,))


def test_no_values_give_no_edges_and_no_failure():
    frame = pd.DataFrame(
        {"customer_id": ["a"], "recency_days": [1], "n_days": [1], "revenue": [math.nan]}
    )
    assert math.isnan(edges(CN8, frame)["M"][0])
    assert all(math.isnan(edge) for edge in edges(RFM11, frame.iloc[:0])["F"])


def test_bounds_cover_the_number_line_once():
    high = Score(input="x", method="cuts", cuts=(2, 5))
    low = Score(input="x", method="cuts", cuts=(2, 5), better="low")
    assert level_bounds(high, (2, 5)) == [(-math.inf, 2), (2, 5), (5, math.inf)]
    assert level_bounds(low, (5, 2)) == [(5, math.inf), (2, 5), (-math.inf, 2)]
    natural = Score(input="x", method="natural", order=("a", "b"))
    assert np.isnan(level_bounds(natural, ())).all()


@pytest.mark.parametrize("scheme", [CN8, RFM11], ids=lambda s: s.name)
def test_a_cutoff_table_reads_back_even_through_csv_and_shuffled(scheme, six_customers):
    found = edges(scheme, six_customers)
    table = cutoff_table(scheme, found, {})
    text = io.StringIO(table.sample(frac=1, random_state=1).to_csv(index=False))
    assert read_cutoffs(scheme, table, function="f") == found
    assert read_cutoffs(scheme, pd.read_csv(text), function="f") == found


def test_cutoffs_by_hand_may_come_in_either_order():
    given = {"R": [10, 16, 21, 26], "F": [2, 3, 4, 5], "M": (9, 8, 7, 6)}
    assert read_cutoffs(RFM11, given, function="f") == {
        "R": (26.0, 21.0, 16.0, 10.0), "F": (2.0, 3.0, 4.0, 5.0), "M": (6.0, 7.0, 8.0, 9.0),
    }  # fmt: skip
    assert read_cutoffs(CN8, {"R": [467], "M": [106.08]}, function="f")["F"] == (2.0,)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "cutoffs must be given for R, M, which rfm_cn8 takes from data; got []."),
        ({"R": [1]}, "cutoffs must be given for M, which rfm_cn8 takes from data; got ['R']."),
        ({"R": [1], "M": [2], "MM": [3]}, "got 'MM'. Did you mean 'M'?"),
        ({"R": [1, 2], "M": [2]}, "cutoffs must be 1 number for score R; got [1, 2]."),
        ({"R": ["x"], "M": [2]}, "cutoffs must be 1 number for score R; got ['x']."),
        ({"R": 4, "M": [2]}, "cutoffs must be 1 number for score R; got 4."),
        ({"R": [math.nan], "M": [2]}, "Take them from a Segmentation of this scheme over"),
        (5, "cutoffs must be the cutoffs of a Segmentation, or a mapping"),
        (pd.DataFrame({"score": ["R"]}), "missing columns input, level, lower, upper"),
    ],
)
def test_cutoffs_that_do_not_fit_are_refused(given, message):
    with pytest.raises(SchemeError, match=re.escape(message)):
        read_cutoffs(CN8, given, function="f")


def test_all_missing_columns_are_named_at_once(six_customers):
    table = ibis.memtable(six_customers.rename(columns={"n_days": "days", "revenue": "revenu"}))
    with pytest.raises(DataError, match=r"f: missing columns n_days .*, revenue \(nearest: revenu"):
        check_inputs(CN8, table, "f")


@pytest.mark.parametrize("values", [["a", "b"], [True, False]])
def test_inputs_of_the_wrong_type_are_refused(values):
    frame = pd.DataFrame(
        {"customer_id": ["a", "b"], "recency_days": values, "n_days": 1, "revenue": 1.0}
    )
    with pytest.raises(DataError, match="f: recency_days must be a column of numbers; got"):
        check_inputs(CN8, ibis.memtable(frame), "f")


def test_a_natural_order_needs_a_column_of_its_kind():
    texts = {"en": "x", "zh": "x"}
    scheme = {
        "name": "n", "inputs": {"tier": {}},
        "scores": {"T": {"input": "tier", "method": "natural", "order": ["low", "top"]}},
        "segments": [{"id": "all", "name": texts, "color": "#111111", "when": {}}],
    }  # fmt: skip
    frame = pd.DataFrame({"customer_id": ["a"], "tier": [1]})
    with pytest.raises(DataError, match="f: tier must be a column of text; got 'int64'"):
        check_inputs(load_scheme(scheme), ibis.memtable(frame), "f")


def test_a_column_without_values_gets_the_kind_of_the_scheme():
    frame = pd.DataFrame(columns=["customer_id", "recency_days", "n_days", "revenue"])
    table = check_inputs(CN8, ibis.memtable(frame), "f")
    assert table.schema()["revenue"].is_floating()
    assert table.schema()["n_days"].is_integer()
    assert table.schema()["customer_id"].is_string()


def test_decimals_are_measured_as_floats():
    table = ibis.table({"x": "decimal(12, 2)"}, name="t")
    assert measured(table.x).type().is_floating()
