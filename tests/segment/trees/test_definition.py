"""The rules give the same leaf in Python, DuckDB, printed SQL and Spark, and survive JSON."""

from __future__ import annotations

import sqlite3

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit.errors import DataError, SegkitError
from segkit.segment.trees import TreeDefinition
from segkit.segment.trees.data import values_of
from segkit.segment.trees.tree import NOWHERE

FEATURES = ["occupation", "revenue", "recency_days", "has_loan", "income"]


@pytest.fixture(scope="module")
def definition(people) -> TreeDefinition:
    """A deep tree that asks for every kind of feature; incomes were missing in training."""
    rng = np.random.default_rng(9)
    asked = people.assign(
        bought=people["bought"]
        ^ (people["income"].isna() & (rng.random(len(people)) < 0.9))
        ^ (people["has_loan"] & (people["recency_days"] < 150))
    )
    found = sk.fit_tree(asked, "bought", max_depth=8, min_leaf=5).definition
    assert set(found.inputs) == set(FEATURES)
    return found


def in_python(definition, frame) -> pd.DataFrame:
    """Apply the tree's own splits, without any engine."""
    tree = definition.tree
    columns = {n: values_of(frame[n], tree.feature(n).kind) for n in definition.inputs}
    leaves = tree.apply(columns)
    segments = [definition.leaves.get(leaf, "unclassified") for leaf in leaves]
    likely = [definition.probabilities.get(leaf, np.nan) for leaf in leaves]
    assert (leaves == NOWHERE).sum() == segments.count("unclassified")
    return pd.DataFrame(
        {"customer_id": frame["customer_id"], "probability": likely, "segment": segments}
    )


def same(found, expected):
    found = found.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12)


def test_duckdb_gives_what_the_splits_say(definition, people, strangers):
    for frame in (people, strangers):
        same(definition.expression(ibis.memtable(frame)).to_pandas(), in_python(definition, frame))


def test_the_printed_sql_gives_the_same(definition, strangers):
    with duckdb.connect() as connection:
        connection.register("customers", strangers)
        found = connection.execute(definition.to_sql()).df()
    same(found, in_python(definition, strangers))
    assert (found["segment"] == "unclassified").any()


def test_nan_is_missing_in_the_printed_sql_too(definition, strangers):
    """A file holds NaN as a number of its own, which engines sort above all others."""
    with duckdb.connect() as connection:
        connection.register("plain", strangers.drop(columns=["revenue", "income"]))
        rows = strangers[["customer_id", "revenue", "income"]].itertuples(index=False)
        connection.execute("CREATE TABLE n (customer_id VARCHAR, revenue DOUBLE, income DOUBLE)")
        connection.executemany("INSERT INTO n VALUES (?, ?, ?)", [list(row) for row in rows])
        assert connection.execute("SELECT count(*) FROM n WHERE isnan(revenue)").fetchone() == (5,)
        connection.execute(
            "CREATE TABLE customers AS SELECT * FROM plain JOIN n USING (customer_id)"
        )
        same(connection.execute(definition.to_sql()).df(), in_python(definition, strangers))


def test_sqlite_gives_the_same(definition, strangers):
    with sqlite3.connect(":memory:") as connection:
        strangers.to_sql("customers", connection, index=False)
        found = pd.read_sql(definition.to_sql("sqlite"), connection)
    same(found, in_python(definition, strangers))


@pytest.mark.spark
def test_spark_gives_the_same(definition, strangers, spark, tmp_path):
    strangers.to_parquet(tmp_path / "people.parquet")
    table = spark.read_parquet(str(tmp_path / "people.parquet"), table_name="strangers")
    expected = in_python(definition, strangers)
    same(definition.expression(table).to_pandas(), expected)
    sql = definition.to_sql("pyspark", "strangers")
    # Spark reads a number in a text of SQL as a decimal.
    same(spark.sql(sql).to_pandas().astype({"probability": float}), expected)


@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake", "mysql", "mssql"])
def test_other_dialects_are_printed(definition, dialect):
    assert "leaf_1" in definition.to_sql(dialect, "crm.customers")


def test_the_definition_comes_back_from_json(definition, strangers):
    again = TreeDefinition.from_json(definition.to_json())
    assert again == definition
    same(again.expression(ibis.memtable(strangers)).to_pandas(), in_python(definition, strangers))


@pytest.mark.parametrize("text", ["", "[1]", '{"tree": {}}'])
def test_another_text_is_refused(text):
    with pytest.raises(SegkitError, match=r"cannot be read as the rules of a tree"):
        TreeDefinition.from_json(text)


def test_leaves_that_do_not_fit_the_tree_are_refused(definition):
    text = definition.to_json().replace('"leaf_1"', '"leaf_x"', 1)
    with pytest.raises(SegkitError, match=r"cannot be read as the rules of a tree"):
        TreeDefinition.from_json(text)


def test_the_kind_of_frame_comes_back(people):
    model = sk.fit_tree(people, "bought")
    assert isinstance(model.predict(people), pd.DataFrame)
    assert isinstance(model.predict(ibis.memtable(people)), ibis.Table)
    segmentation = model.assign(people)
    assert segmentation.n_unclassified == 0
    assert list(segmentation.rules["rule"]) == list(model.rules["rule"])
    assert segmentation.to_sql() == model.to_sql()


def test_wrong_columns_are_named(people):
    model = sk.fit_tree(people, "bought", features=["revenue", "occupation"])
    with pytest.raises(DataError, match=r"predict: missing column occupation"):
        model.predict(people.drop(columns="occupation"))
    with pytest.raises(DataError, match=r"revenue must be a column of numbers"):
        model.predict(people.astype({"revenue": str}))
    with pytest.raises(SegkitError, match=r"dialect must be one of"):
        model.to_sql("postgrse")
    with pytest.raises(SegkitError, match=r"table must be the name of a table"):
        model.to_sql("postgres", "a..b")
    blank = people.assign(occupation=None)
    assert set(model.assign(blank).customers["segment"]) >= {"unclassified"}
