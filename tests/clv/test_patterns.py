"""Distinct histories counted, checked, and forecasts joined back to their customers."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.clv import compress_patterns
from segkit.clv.patterns import join_back
from segkit.errors import DataError

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["e", "a", "d", "b", "c"],
        "frequency": [2, 0, 0, 2, 1],
        "recency": [14, 0, 0, 14, 7],
        "T": [21, 30, 30, 21, 30],
    },
    index=[9, 3, 5, 7, 1],
)
KINDS = [pd.DataFrame, pl.from_pandas, pa.Table.from_pandas, ibis.memtable]


@pytest.mark.parametrize("kind", KINDS)
def test_counts_distinct_histories_by_hand(kind):
    patterns = compress_patterns(kind(CUSTOMERS))
    assert patterns.frequency.tolist() == [0, 1, 2]
    assert patterns.recency.tolist() == [0, 7, 14]
    assert patterns.T.tolist() == [30, 30, 21]
    assert patterns.weights.tolist() == [2, 1, 2]
    assert (patterns.n_customers, len(patterns)) == (5, 3)


def test_cdnow_has_1016_patterns(calibration):
    assert len(compress_patterns(calibration)) == 1016


def test_order_of_rows_does_not_matter():
    one, two = compress_patterns(CUSTOMERS), compress_patterns(CUSTOMERS[::-1])
    for name in ("frequency", "recency", "T", "weights"):
        assert (getattr(one, name) == getattr(two, name)).all()


def test_units():
    patterns = compress_patterns(CUSTOMERS)
    assert patterns.in_unit("week")[2].tolist() == pytest.approx([30 / 7, 30 / 7, 3])
    assert patterns.in_unit("month")[1].tolist() == pytest.approx([0, 7 / 30.4375, 14 / 30.4375])
    assert patterns.in_unit("day")[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", KINDS)
def test_joins_back_in_the_order_of_the_input(kind):
    customers = kind(CUSTOMERS)
    forecast = pd.DataFrame(
        {"frequency": [0.0, 1, 2], "recency": [0.0, 7, 14], "T": [30.0, 30, 21], "worth": [1, 2, 3]}
    )
    columns = {"customer_id": ibis._.customer_id, "worth": ibis._.worth}
    found = join_back(customers, forecast, columns)
    assert type(found) is type(customers)
    if isinstance(found, ibis.Table):
        found = found.order_by(ibis.desc("worth"), ibis.desc("customer_id")).execute()
        assert found["customer_id"].tolist() == ["e", "b", "c", "d", "a"]
        return
    rows = pd.DataFrame(found.to_pandas() if not isinstance(found, pd.DataFrame) else found)
    assert rows["customer_id"].tolist() == ["e", "a", "d", "b", "c"]
    assert rows["worth"].tolist() == [3, 1, 1, 3, 2]


def test_order_holds_for_many_rows(fitted):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 4, 50_000)
    t_x = np.where(x > 0, rng.integers(1, 100, x.size), 0)
    ids = rng.permutation(x.size)
    customers = pd.DataFrame(
        {"customer_id": ids, "frequency": x, "recency": t_x, "T": 100, "monetary_value": 5.0 * x}
    )
    value = fitted["mbg_nbd"].predict(customers)
    assert (value["customer_id"] == ids).all()
    assert value.notna().all().all()


def test_a_table_in_the_users_own_database_stays_there_and_lazy(calibration, fitted, tmp_path):
    calibration.to_parquet(tmp_path / "customers.parquet")
    con = ibis.duckdb.connect()
    table = con.read_parquet(tmp_path / "customers.parquet", table_name="customers")
    value = fitted["mbg_nbd"].predict(table)
    assert isinstance(value, ibis.Table)
    assert con.con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
    found = con.execute(value.order_by("customer_id"))
    pd.testing.assert_frame_equal(found, fitted["mbg_nbd"].predict(calibration))


def test_missing_columns_are_all_named():
    with pytest.raises(DataError, match=r"compress_patterns: missing columns recency .*, T\."):
        compress_patterns(CUSTOMERS[["customer_id", "frequency"]])


def test_text_in_place_of_numbers():
    with pytest.raises(DataError, match=r"columns must hold numbers; got T \(string\)"):
        compress_patterns(CUSTOMERS.assign(T="x"))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"T": [np.nan, 30, 30, 21, 30]}, r"a missing frequency, recency or T \(customers: 1\)"),
        ({"frequency": [2, 0, 0, 2, 1.5]}, "a frequency that is no whole number"),
        ({"frequency": [2, 0, 0, 2, -1]}, "a frequency that is no whole number"),
        ({"recency": [14, 0, 0, 14, -7]}, "recency or T below 0"),
        ({"T": 10}, r"recency beyond T \(customers: 2\)"),
        ({"recency": [14, 3, 0, 14, 7]}, "recency above 0 without a repeat purchase"),
        ({"recency": [0, 0, 0, 14, 7]}, "a repeat purchase with recency of 0"),
    ],
)
def test_histories_that_cannot_be(change, fault):
    with pytest.raises(DataError, match=f"customers must have possible histories; got .*{fault}"):
        compress_patterns(CUSTOMERS.assign(**change))


def test_no_table():
    with pytest.raises(DataError, match="customers must be a pandas, polars, pyarrow or Ibis"):
        compress_patterns([1, 2])
