"""Groups: counted by hand, overlapping, exported, and the same as SQL."""

from __future__ import annotations

import math

import duckdb
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.groups import build_groups, read_groups
from segkit.i18n import use_language

FRAME = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "age": [25.0, 35.0, 40.0, None],
        "revenue": [900.0, 80.0, 20.0, 0.0],
    }
)
TEXT = "Young: age < 36; Big: revenue >= 80; Nobody: age > 90"


def test_counts_by_hand():
    found = build_groups(FRAME, TEXT)
    profile = found.profile.set_index("group")
    assert list(profile["n_customers"]) == [2, 2, 0]
    assert list(profile["n_unknown"]) == [1, 0, 1]
    assert list(profile["revenue_share"]) == [0.98, 0.98, 0]
    assert math.isnan(profile.loc["Nobody", "mean_revenue"])
    assert found.overlap.to_numpy().tolist() == [[2, 2, 0], [2, 2, 0], [0, 0, 0]]
    assert (found.n_customers, found.n_in_none, found.n_in_several) == (4, 2, 2)
    assert list(found.members("Young")["customer_id"]) == ["a", "b"]
    assert "In no group: 2; in more than one: 2; customers in all: 4." in found.summary()


@pytest.mark.parametrize(
    "make", [lambda frame: frame, pl.from_pandas, pa.Table.from_pandas, ibis.memtable]
)
def test_every_kind_of_frame(make):
    frame = make(FRAME)
    found = build_groups(frame, TEXT)
    assert type(found.customers) is type(frame) or isinstance(found.customers, ibis.Table)
    pd.testing.assert_frame_equal(found.profile, build_groups(FRAME, TEXT).profile)


def test_the_printed_sql_gives_the_same():
    found = build_groups(FRAME, TEXT)
    connection = duckdb.connect()
    connection.register("customers", FRAME)
    rows = connection.sql(found.to_sql("duckdb")).df()
    pd.testing.assert_frame_equal(rows, found.customers, check_dtype=False)


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "spark", "mysql"])
def test_it_prints_for_other_engines(dialect):
    assert "90" in build_groups(FRAME, TEXT).to_sql(dialect, "crm_customers")


def test_export_writes_a_file_for_each_group_and_nothing_over_another(tmp_path):
    found = build_groups(FRAME, {"=Young; 25/30": "age < 36", "大客户": "revenue >= 80"})
    paths = found.export(tmp_path / "out")
    assert [path.name for path in paths] == ["01-Young-25-30.csv", "02-大客户.csv"]
    assert paths[1].read_text(encoding="utf-8-sig").split() == ["customer_id", "a", "b"]
    with pytest.raises(ArgumentError, match="folder must be a folder without these files"):
        found.export(tmp_path / "out")


def test_groups_from_a_file(tmp_path):
    path = tmp_path / "groups.yaml"
    path.write_text("年轻: 年龄 < 36\nBig: revenue >= 80\n", encoding="utf-8")
    assert read_groups(path) == {"年轻": "年龄 < 36", "Big": "revenue >= 80"}
    assert list(build_groups(FRAME, str(path)).profile["n_customers"]) == [2, 2]
    path.write_text("Big: [unclosed", encoding="utf-8")
    with pytest.raises(ArgumentError, match=r"groups.yaml, line \d, is no YAML"):
        read_groups(path)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ("", "one or more conditions"),
        ("age < 3", "groups must have names; got 'age < 3'"),
        ("A: age < 3; A: age > 4", "groups must be of different names; got 'A'"),
        ({"A": 3}, "names with a condition each"),
        (3, "text, a YAML file or a mapping; got 3"),
        ("nowhere.yaml", "cannot be opened"),
        ("A: agee < 3", "group 'A' asks for 'agee'"),
    ],
)
def test_what_is_refused(groups, message):
    with pytest.raises(ArgumentError, match=message):
        build_groups(FRAME, groups)


def test_semicolons_inside_quotes_belong_to_the_value():
    assert read_groups("A: city = 'x; y'；B：age > 1") == {"A": "city = 'x; y'", "B": "age > 1"}


def test_customers_need_an_id():
    with pytest.raises(DataError, match="missing column customer_id"):
        build_groups(FRAME.drop(columns="customer_id"), TEXT)


def test_names_of_a_client_are_escaped_and_the_summary_is_translated():
    found = build_groups(FRAME, {"<b>": "age < 36"})
    assert "<b>" not in found._repr_html_()
    with use_language("zh"):
        assert "In no group" not in found.summary()


@pytest.mark.parametrize("size", [0, 1])
def test_few_customers(size):
    found = build_groups(FRAME.head(size), TEXT)
    assert found.n_customers == size


@pytest.mark.spark
def test_spark_gives_the_same(spark, tmp_path):
    FRAME.to_parquet(tmp_path / "groups.parquet")
    there = spark.read_parquet(str(tmp_path / "groups.parquet"), table_name="groups_here")
    pd.testing.assert_frame_equal(
        build_groups(there, TEXT).profile, build_groups(FRAME, TEXT).profile
    )
