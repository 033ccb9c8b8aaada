"""Any scheme on any kind of table: same segments, same kind back, nothing lost."""

from __future__ import annotations

import contextlib
import math
import re
import sqlite3

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.errors import DataError, SchemeError
from segkit.segment import apply_scheme, score_rfm

COLUMNS = ["customer_id", "recency_days", "n_days", "revenue"]
TIERS = {
    "name": "tiers",
    "inputs": {"tier": {}, "assets": {"unit": "currency", "label": "Assets"}},
    "scores": {
        "T": {"input": "tier", "method": "natural", "order": ["silver", "gold"]},
        "A": {"input": "assets", "method": "cuts", "cuts": [100, 300]},
    },
    "segments": [
        {"id": "private", "color": "#111111", "when": [{"T": "gold"}, {"A": 3}]},
        {"id": "core", "color": "#222222", "when": {"T": "silver", "A": {"max": 2}}},
    ],
}
TIERS["segments"][0]["when"] = [{"T": "gold"}, {"T": "silver", "A": 3}]


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
def test_every_kind_of_frame_gives_the_same(sample_customers, kind, back, scheme):
    expected = score_rfm(sample_customers, scheme=scheme)
    given = kind(sample_customers)
    result = apply_scheme(given, scheme)
    assert isinstance(
        result.customers, ibis.Table if isinstance(given, ibis.Table) else type(given)
    )
    found = back(result.customers).sort_values("customer_id", ignore_index=True)
    wanted = expected.customers.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    pd.testing.assert_frame_equal(result.profile, expected.profile)
    pd.testing.assert_frame_equal(result.cutoffs, expected.cutoffs)
    assert result.quality == expected.quality


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
def test_the_printed_sql_gives_the_same(sample_customers, scheme):
    result = apply_scheme(sample_customers, scheme)
    with duckdb.connect() as connection:
        connection.register("customers", sample_customers)
        found = connection.execute(result.to_sql()).df()
    pd.testing.assert_frame_equal(
        found.sort_values("customer_id", ignore_index=True),
        result.customers.sort_values("customer_id", ignore_index=True),
        check_dtype=False,
    )


def test_an_ibis_table_stays_in_its_own_database(six_customers, tmp_path):
    six_customers.to_parquet(tmp_path / "customers.parquet")
    connection = ibis.duckdb.connect()
    table = connection.read_parquet(tmp_path / "customers.parquet")
    result = apply_scheme(table, "rfm_cn8")
    assert isinstance(result.customers, ibis.Table)
    assert result.customers.get_backend() is connection
    assert result.customers.count().execute() == 6
    assert result.n_unclassified == 0


def test_rows_come_back_in_the_order_they_came(six_customers):
    backwards = six_customers.iloc[::-1]
    result = apply_scheme(backwards, "rfm_cn8")
    assert result.customers["customer_id"].tolist() == backwards["customer_id"].tolist()


def test_who_lacks_an_input_is_kept_and_counted(six_customers):
    revenue = [60.0, math.nan, 100.0, math.inf, 0.0, 40.0]
    frame = six_customers.assign(revenue=revenue, recency_days=[10, 26, 0, 29, None, 21])
    result = apply_scheme(frame, "rfm_cn8")
    segments = result.customers.set_index("customer_id")["segment"]
    assert sorted(segments[segments == "unclassified"].index) == ["bob", "dan", "eve"]
    assert result.n_unclassified == 3
    last = result.profile.iloc[-1]
    assert (last["segment"], last["name"], last["n_customers"]) == (
        "unclassified", "Unclassified", 3,
    )  # fmt: skip
    assert result.profile["customer_share"].sum() == pytest.approx(1)
    assert "3 customers lack an input and have no segment." in result.quality["notes"]


def test_a_rule_that_ignores_a_score_does_not_take_who_lacks_it():
    frame = pd.DataFrame(
        {"customer_id": list("abcd"), "tier": ["gold", "silver", "gold", "tin"],
         "assets": [10.0, 300.0, math.nan, 500.0]}
    )  # fmt: skip
    result = apply_scheme(frame, TIERS)
    assert result.customers["segment"].tolist() == [
        "private", "private", "unclassified", "unclassified",
    ]  # fmt: skip
    assert result.profile["revenue"].isna().all(), "no revenue column, no revenue"
    assert result.quality["n_empty_segments"] == 1


UNTYPED = {
    "pandas": pd.DataFrame(columns=COLUMNS),
    "polars": pl.DataFrame({name: [] for name in COLUMNS}),
    "pyarrow": pa.table({name: pa.nulls(0) for name in COLUMNS}),
}


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
@pytest.mark.parametrize("name", [*UNTYPED, "typed"])
def test_an_empty_table_gives_an_empty_result(six_customers, scheme, name, back):
    frame = UNTYPED.get(name, six_customers.iloc[:0])
    result = apply_scheme(frame, scheme)
    assert isinstance(result.customers, type(frame))
    assert len(back(result.customers)) == 0
    assert (result.profile["n_customers"] == 0).all()
    assert result.profile["customer_share"].isna().all()
    assert result.quality["notes"] == ["The table has no customers."]
    assert "0 customers" in repr(result)
    assert len(result.rules) == len(result.profile)


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
def test_one_customer_gets_one_segment(scheme, kind, back):
    frame = pd.DataFrame(
        {"customer_id": ["a"], "recency_days": [3], "n_days": [1], "revenue": [0.1]}
    )
    result = apply_scheme(kind(frame), scheme)
    assert len(back(result.customers)) == 1
    assert result.profile["n_customers"].sum() == 1
    assert result.profile["revenue_share"].sum() == 1
    assert result.n_unclassified == 0


@pytest.mark.parametrize(
    ("revenue", "share"),
    [([0.0, 0.0], None), ([-5.0, 2.0], None), ([-1.0, 3.0], [1.5, -0.5])],
)
def test_shares_of_nothing_or_of_a_loss_are_not_numbers(revenue, share):
    frame = pd.DataFrame(
        {"customer_id": ["a", "b"], "recency_days": [1, 9], "n_days": [1, 2], "revenue": revenue}
    )
    found = apply_scheme(frame, "rfm_cn8").profile["revenue_share"]
    assert not np.isinf(found).any()
    if share is None:
        assert found.isna().all()
    else:
        assert sorted(found[found != 0], reverse=True) == share


@pytest.mark.parametrize("dtype", ["Int64", "float64", "int32", "uint8"])
def test_number_types_do_not_matter(six_customers, dtype):
    expected = apply_scheme(six_customers, "rfm_11").customers
    typed = six_customers.astype({"recency_days": dtype, "n_days": dtype})
    pd.testing.assert_frame_equal(apply_scheme(typed, "rfm_11").customers, expected)


@pytest.mark.parametrize("dtype", ["str", "object", "string", "category"])
def test_text_types_do_not_matter(six_customers, dtype):
    expected = apply_scheme(six_customers, "rfm_cn8").profile
    typed = six_customers.astype({"customer_id": dtype})
    pd.testing.assert_frame_equal(apply_scheme(typed, "rfm_cn8").profile, expected)


def test_whole_number_ids_and_a_foreign_index_are_fine(six_customers):
    frame = six_customers.assign(customer_id=range(6)).set_index(pd.Index(list("zyxwvu")))
    result = apply_scheme(frame, "rfm_cn8")
    assert result.customers["customer_id"].tolist() == list(range(6))


def test_scores_can_be_computed_with(six_customers):
    scores = apply_scheme(six_customers, "rfm_11").customers
    code = scores["R"] * 100 + scores["F"] * 10 + scores["M"]
    assert code.tolist() == [554, 212, 515, 111, 411, 313], "no small integers that overflow"


@pytest.mark.parametrize("ids", [["a", "a", "b"], ["a", None, "b"]])
def test_one_row_per_customer_is_required(ids):
    frame = pd.DataFrame({"customer_id": ids, "recency_days": 1, "n_days": 1, "revenue": 1.0})
    message = (
        "apply_scheme: customer_id must be present and different in every row; "
        "got '3 rows for 2 customers'. summarize_customers makes one row"
    )
    with pytest.raises(DataError, match=re.escape(message)):
        apply_scheme(frame, "rfm_cn8")


def test_other_faults_are_told(six_customers):
    with pytest.raises(SchemeError, match="got 'rfm_12'. Did you mean 'rfm_11'?"):
        apply_scheme(six_customers, "rfm_12")
    with pytest.raises(DataError, match="apply_scheme: missing column n_days \\(nearest: days"):
        apply_scheme(six_customers.rename(columns={"n_days": "days"}), "rfm_cn8")
    with pytest.raises(DataError, match="apply_scheme: customers must be a pandas, polars"):
        apply_scheme([1, 2], "rfm_cn8")
    gap = {**TIERS, "segments": TIERS["segments"][:1]}
    with pytest.raises(SchemeError, match="apply_scheme: scheme tiers must be sound(.|\n)*T=1 A=1"):
        apply_scheme(six_customers, gap)


def test_an_engine_without_medians_is_told_and_can_still_run_the_sql(six_customers, tmp_path):
    columns = ["customer_id", "recency_days", "n_days", "revenue"]
    with contextlib.closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
        six_customers[columns].to_sql("customers", connection, index=False)
        sql = apply_scheme(six_customers, "rfm_cn8").to_sql("sqlite")
        rows = {row[0]: row[-1] for row in connection.execute(sql)}
    expected = apply_scheme(six_customers, "rfm_cn8").customers
    assert rows == expected.set_index("customer_id")["segment"].to_dict()
    table = ibis.sqlite.connect(tmp_path / "crm.sqlite").table("customers")
    message = (
        "apply_scheme: customers must be in an engine with medians and quantiles; got 'sqlite'"
    )
    with pytest.raises(DataError, match=message):
        apply_scheme(table, "rfm_cn8")
