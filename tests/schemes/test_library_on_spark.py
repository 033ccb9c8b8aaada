"""Schemes of every form give on Spark what they give here."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.segment import apply_scheme, score_rfm

pytestmark = pytest.mark.spark

WORDS = {
    "gender": ["female", "F", " Vrouw ", "男", "", None, "女"],
    "region": ["广东省", "Inner Mongolia", "vermont", "北京", "Hebei", None, "Fujian"],
    "complaint_state": ["refused", "none", None, "open"],
    "survey_state": ["negative", None, "positive"],
    "rating_state": ["negative", "positive", None, "none", "negative"],
}


@pytest.fixture(scope="module")
def people():
    n = 400
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({name: np.resize(np.array(w, "O"), n) for name, w in WORDS.items()})
    frame.insert(0, "customer_id", [f"c{i:03}" for i in range(n)])
    frame["age"] = np.where(rng.random(n) < 0.1, np.nan, rng.integers(15, 80, n))
    frame["recency_days"] = rng.integers(0, 600, n)
    frame["n_orders"] = frame["n_days"] = rng.poisson(2, n) + 1
    frame["revenue"] = rng.lognormal(4, 1, n).round(2)
    frame["is_member"] = pd.array(np.resize([True, False, None], n), dtype="boolean")
    frame["is_domestic"] = pd.array(np.resize([True, True, False, None], n), dtype="boolean")
    return frame


@pytest.fixture(scope="module")
def people_on_spark(spark, people, tmp_path_factory):
    path = tmp_path_factory.mktemp("people") / "people.parquet"
    people.to_parquet(path)
    return spark.read_parquet(str(path), table_name="people")


@pytest.mark.parametrize(
    "name",
    ["gender_age", "geography", "dissatisfaction", "hotel_source", "purchase_value",
     "rfm_r_package", "rfm_klaviyo"],
)  # fmt: skip
def test_a_scheme_is_the_same(people, people_on_spark, name):
    here, there = apply_scheme(people, name), apply_scheme(people_on_spark, name)
    assert isinstance(there.customers, ibis.Table)
    found = there.customers.order_by("customer_id").to_pandas()
    pd.testing.assert_frame_equal(found, here.customers, check_dtype=False)
    printed = people_on_spark.get_backend().sql(here.to_sql("spark", "people"), dialect="pyspark")
    again = printed.order_by("customer_id").to_pandas()
    assert again["segment"].tolist() == here.customers["segment"].tolist()


def test_nested_cut_offs_and_weights_are_the_same(people, people_on_spark):
    asked = {"scheme": "rfm_11", "binning": "nested", "weights": {"R": 1, "F": 1, "M": 2}}
    here, there = score_rfm(people, **asked), score_rfm(people_on_spark, **asked)
    pd.testing.assert_frame_equal(there.cutoffs, here.cutoffs, rtol=1e-12)
    found = there.customers.order_by("customer_id").to_pandas()
    pd.testing.assert_frame_equal(found, here.customers, check_dtype=False)
