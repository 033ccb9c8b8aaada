"""Spark assigns as DuckDB does, and fits to the same sample."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.segment.clusters import cluster_customers

pytestmark = pytest.mark.spark


@pytest.mark.parametrize(
    ("method", "features"),
    [
        ("kmeans", ["x", "y"]),
        ("gaussian_mixture", ["x", "y"]),
        ("k_prototypes", ["x", "color"]),
        ("latent_classes", ["color", "member", "tier"]),
        ("hierarchical", ["x", "y"]),
    ],
)
def test_the_same_segments(spark, clouds, method, features):
    frame = clouds.assign(x=clouds["x"].where(clouds.index > 2))
    here = cluster_customers(frame, features=features, method=method, k=3, sample=100)
    name = f"clouds_{method}"
    there = spark.create_table(name, frame, overwrite=True)
    told = cluster_customers(there, features=features, method=method, k=3, sample=100)
    assert told.definition.to_json() == here.definition.to_json()
    found = told.segmentation.customers.to_pandas().sort_values("customer_id", ignore_index=True)
    mine = here.segmentation.customers.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, mine, check_dtype=False)
    if method != "hierarchical":
        printed = spark.sql(told.to_sql("spark", name)).to_pandas()
        printed = printed.sort_values("customer_id", ignore_index=True)
        pd.testing.assert_series_equal(printed["segment"], mine["segment"], check_dtype=False)
