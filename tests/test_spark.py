"""The same code on Spark: the summary and a scheme give what DuckDB gives."""

from __future__ import annotations

import importlib.util
import os
import shutil

import ibis
import pandas as pd
import pytest

from segkit.clv import fit_clv
from segkit.customers import summarize_customers
from segkit.segment import apply_scheme

pytestmark = pytest.mark.spark
HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    if not HAS_SPARK and os.environ.get("CI") != "true":
        pytest.skip("no Spark here: make test EXTRAS=spark installs it, Java 17 must be there")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


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
