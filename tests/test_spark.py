"""The same code on Spark: the summary and a scheme give what DuckDB gives."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.audit import audit_table, carrying, describe_history
from segkit.clv import fit_clv
from segkit.collect import pseudonym, pseudonymize
from segkit.customers import summarize_customers
from segkit.segment import apply_scheme

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def orders_on_spark(spark, cdnow_sample, tmp_path_factory):
    path = tmp_path_factory.mktemp("orders") / "orders.parquet"
    # Spark reads microseconds, not the nanoseconds of pandas.
    cdnow_sample.astype({"ordered_at": "datetime64[us]"}).to_parquet(path)
    return spark.read_parquet(str(path), table_name="orders")


@pytest.mark.parametrize("as_of", [None, "1997-09-30"])
@pytest.mark.parametrize("time_unit", ["day", "week"])
def test_the_summary_is_the_same(orders_on_spark, cdnow_sample, as_of, time_unit):
    lazy = summarize_customers(orders_on_spark, as_of=as_of, time_unit=time_unit)
    assert isinstance(lazy, ibis.Table), "nothing but the result may leave Spark"
    found = lazy.order_by("customer_id").to_pandas()
    expected = summarize_customers(cdnow_sample, as_of=as_of, time_unit=time_unit)
    for table in (found, expected):
        for day in ("first_purchase", "last_purchase"):
            table[day] = pd.to_datetime(table[day]).astype("datetime64[s]")
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12)


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
def test_a_scheme_is_the_same(orders_on_spark, cdnow_sample, scheme):
    on_spark = apply_scheme(summarize_customers(orders_on_spark), scheme)
    here = apply_scheme(summarize_customers(cdnow_sample), scheme)
    assert isinstance(on_spark.customers, ibis.Table)
    found = on_spark.customers.order_by("customer_id").to_pandas()
    pd.testing.assert_frame_equal(found, here.customers, check_dtype=False)
    pd.testing.assert_frame_equal(on_spark.cutoffs, here.cutoffs, rtol=1e-12)
    pd.testing.assert_frame_equal(on_spark.profile, here.profile, check_dtype=False, rtol=1e-9)


def test_a_forecast_is_the_same(orders_on_spark, cdnow_sample):
    forecast = fit_clv(summarize_customers(orders_on_spark)).predict(horizon_days=90)
    assert isinstance(forecast, ibis.Table)
    found = forecast.order_by("customer_id").to_pandas()
    expected = fit_clv(summarize_customers(cdnow_sample)).predict(horizon_days=90)
    expected = expected.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-6)


def test_an_audit_is_the_same(spark, tmp_path):
    """Text with gaps, numbers that are no numbers, dates, flags, cards and groups."""
    frame = pd.DataFrame(
        {
            "customer_id": ["13812345678", "13987654321", None, " ", "13812345678"],
            "ordered_at": pd.to_datetime(
                ["2024-01-01", "2999-01-01", None, "2024-02-01", "2024-01-01"]
            ),
            "amount": [10.0, -5.0, float("nan"), 4.0, 10.0],
            "quantity": [2, 1, 1, 1, 2],
            "unit_price": [5.0, 5.0, -1.0, 3.0, 5.0],
            "order_id": ["1", "2", "2", "3", "1"],
            "product_id": ["p", "p", "q", "q", "p"],
            "category": ["x", "y", "锟斤拷", "N/A", "x"],
            "is_return": [False, True, False, False, False],
            "card": ["4111111111111111", "4012888888881881", "5500000000000004", None, "x"],
        }
    ).astype({"ordered_at": "datetime64[us]"})
    path = tmp_path / "orders.parquet"
    frame.to_parquet(path)
    on_spark = audit_table(spark.read_parquet(str(path), table_name="faulty"), as_of="2024-06-01")
    here = audit_table(frame, as_of="2024-06-01")
    assert on_spark.faults == here.faults
    assert len(here.faults) > 8
    pd.testing.assert_frame_equal(on_spark.checks, here.checks)
    plain = ["dtype", "lowest", "highest"]
    found, expected = on_spark.table.drop(columns=plain), here.table.drop(columns=plain)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert [one.kind for one in on_spark.personal] == ["phone", "bank_card"]


def test_a_history_is_the_same(orders_on_spark, cdnow_sample):
    found, expected = describe_history(orders_on_spark), describe_history(cdnow_sample)
    pd.testing.assert_frame_equal(found.table, expected.table, rtol=1e-12)
    assert found.summary() == expected.summary()
    pd.testing.assert_frame_equal(carrying(orders_on_spark).table, carrying(cdnow_sample).table)


def test_pseudonyms_are_the_same(orders_on_spark, cdnow_sample):
    key = "a long enough secret"
    safe = pseudonymize(orders_on_spark, key=key)
    assert isinstance(safe, ibis.Table)
    found = safe.select("customer_id").distinct().order_by("customer_id").to_pandas()
    assert found["customer_id"].tolist() == sorted(
        pseudonym(one, key) for one in cdnow_sample["customer_id"].unique()
    )
