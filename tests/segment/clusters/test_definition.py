"""Assigning: new customers, every engine, SQL, and storage without pickle."""

from __future__ import annotations

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
import sqlglot

from segkit.errors import DataError, SegkitError
from segkit.schemes.compile import DIALECTS
from segkit.segment.clusters import ClusterDefinition, cluster_customers
from segkit.segment.result import assign_segments

FEATURES = {
    "kmeans": ["x", "y", "member"],
    "gaussian_mixture": ["x", "y"],
    "k_prototypes": ["x", "y", "color", "member"],
    "latent_classes": ["color", "member", "tier"],
}


@pytest.fixture(scope="module", params=FEATURES)
def clustering(clouds, request):
    """Each method that is a formula, with a bent feature and customers who lack one."""
    frame = clouds.assign(x=np.sinh(clouds["x"] / 2))
    result = cluster_customers(frame, features=FEATURES[request.param], method=request.param, k=3)
    frame.loc[:2, "x"] = [np.nan, np.inf, -np.inf]
    return result, frame


def labels(frame: pd.DataFrame) -> pd.Series:
    return frame.set_index("customer_id")["segment"].sort_index().astype(object)


def test_pandas_duckdb_and_printed_sql_agree(clustering, clouds):
    result, frame = clustering
    told = labels(result.assign(frame).customers)
    connection = ibis.duckdb.connect()
    stored = connection.create_table("customers", frame)
    lazily = result.assign(stored).customers.to_pandas()
    pd.testing.assert_series_equal(labels(lazily), told)
    plain = duckdb.connect()
    plain.register("customers", frame)
    printed = plain.sql(result.to_sql("duckdb")).df()
    pd.testing.assert_series_equal(labels(printed), told)
    # Python's own arithmetic on the same rounded numbers.
    from segkit.segment.clusters.features import points_of

    known = frame[(told.reindex(frame["customer_id"]) != "unclassified").to_numpy()]
    positions = result.definition.model.assign(points_of(known, result.definition.features))
    ids = [result.definition.segments[i].id for i in positions]
    assert ids == told[known["customer_id"]].tolist()


def test_every_dialect_is_printed(clustering):
    result, _frame = clustering
    for dialect in DIALECTS:
        sql = result.to_sql(dialect, "crm.customers")
        assert sql.startswith("SELECT")
        assert "cluster_3" in sql


def test_a_stored_definition_assigns_alike(clustering):
    result, frame = clustering
    text = result.definition.to_json()
    again = ClusterDefinition.from_json(text)
    assert again.to_json() == text
    told = assign_segments(frame, again).customers
    pd.testing.assert_frame_equal(told, result.assign(frame).customers)


def test_methods_without_a_formula_say_so_and_are_stored(clouds):
    result = cluster_customers(clouds, features=["x", "y"], method="hierarchical", k=3)
    with pytest.raises(SegkitError, match=r"compares each customer.*explain_segments"):
        result.to_sql()
    again = ClusterDefinition.from_json(result.definition.to_json())
    other = clouds.assign(x=clouds["x"] + 0.01)
    told = assign_segments(other, again).customers
    pd.testing.assert_frame_equal(told, result.assign(other).customers)
    assert labels(told).tolist() == labels(result.segmentation.customers).tolist()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"segkit_clusters": 1, "method": "eval"}'])
def test_anything_else_is_no_definition(text):
    with pytest.raises(DataError, match="from_json: text must be a clustering"):
        ClusterDefinition.from_json(text)


def test_new_customers_need_every_feature_of_its_kind(found, clouds):
    with pytest.raises(DataError, match="assign: missing column y"):
        found.assign(clouds[["customer_id", "x"]])
    with pytest.raises(DataError, match="assign: x must be a column of type float64"):
        found.assign(clouds.assign(x="3"))
    blank = clouds.assign(x=pd.Series([None] * len(clouds), dtype=object))
    assert found.assign(blank).n_unclassified == len(clouds)


def test_dialect_and_table_are_checked(found):
    with pytest.raises(SegkitError, match="dialect must be one of"):
        found.to_sql("excel")
    with pytest.raises(SegkitError, match="table must be the name of a table"):
        found.to_sql("duckdb", "a.b.c.d")


def test_customers_between_two_centres_are_near_the_border(found):
    centers = found.definition.model.centers
    x, y = (feature.transform for feature in found.definition.features)
    steps = np.linspace(0, 1, 11)[:, None] * (centers[1] - centers[0]) + centers[0]
    frame = pd.DataFrame({"x": x.back(steps[:, 0]), "y": y.back(steps[:, 1])})
    frame.insert(0, "customer_id", range(11))
    told = found.assign(frame)
    by_hand = [i / (10 - i) if i <= 5 else (10 - i) / i for i in range(11)]
    assert told.customers["nearness"].tolist() == pytest.approx(by_hand, abs=1e-6)
    # Only the one in the middle has a ratio of distances above 0.9.
    assert told.quality["near_border_share"] == pytest.approx(1 / 11)


@pytest.mark.parametrize("method", ["kmeans", "k_prototypes", "latent_classes"])
def test_the_text_for_sql_server_places_alike(clouds, method):
    """Read back by DuckDB, flags kept as 1 and 0; neither is anybody who has none."""
    frame = clouds.astype({"member": "boolean"})
    frame.loc[:4, "member"] = pd.NA
    result = cluster_customers(frame, features=FEATURES[method], method=method, k=3)
    sql = sqlglot.transpile(result.to_sql("mssql"), read="tsql", write="duckdb")[0]
    assert "IIF" not in result.to_sql("mssql")
    with duckdb.connect() as connection:
        connection.register("customers", frame.astype({"member": "Int64"}))
        printed = connection.sql(sql).df()
    pd.testing.assert_series_equal(labels(printed), labels(result.customers), check_dtype=False)
    assert (labels(printed) == "unclassified").sum() == 5
