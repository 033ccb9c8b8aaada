"""Groups: counted by hand, overlapping, exported, and the same as SQL."""

from __future__ import annotations

import math

import duckdb
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.collect.frames import kind_of
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
    assert kind_of(found.customers) == kind_of(frame)
    pd.testing.assert_frame_equal(found.profile, build_groups(FRAME, TEXT).profile)


def test_the_printed_sql_gives_the_same():
    found = build_groups(FRAME, TEXT)
    connection = duckdb.connect()
    connection.register("customers", FRAME)
    rows = connection.sql(found.to_sql("duckdb")).df()
    for name in ("Young", "Big", "Nobody"):
        assert list(rows[name]) == list(found.customers[name].astype(int))


def test_a_single_group_overlaps_with_none():
    found = build_groups(FRAME, TEXT)
    assert found.several is found
    assert build_groups(FRAME, "Young: age < 30").several is None


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "spark", "mysql"])
def test_it_prints_for_other_engines(dialect):
    assert "90" in build_groups(FRAME, TEXT).to_sql(dialect, "crm_customers")


@pytest.mark.parametrize("dialect", ["mssql", "oracle"])
def test_engines_without_flags_get_numbers(dialect):
    frame = FRAME.assign(member=[True, False, None, True])
    found = build_groups(frame, "Young: age < 30; In: member; Out: not member; No: member = false")
    sql = found.to_sql(dialect, "crm.customers")
    assert "COALESCE" not in sql
    assert "TRUE" not in sql.upper()
    assert "FALSE" not in sql.upper()
    assert "(1 = " not in sql
    assert "from [crm].[customers]" in sql.lower() or 'from "crm"."customers"' in sql.lower()
    # The condition holds of numbers as of flags.
    connection = duckdb.connect()
    connection.register("numbers", frame.assign(member=[1, 0, None, 1]))
    rows = connection.sql(f"SELECT {_numbers_of(found)} FROM numbers AS t0").fetchall()
    assert rows == [(1, 1, 0, 0), (0, 0, 1, 1), (0, 0, 0, 0), (0, 1, 0, 0)]


def _numbers_of(found) -> str:
    """Take the columns of the statement for SQL Server, which DuckDB reads as well."""
    sql = found.to_sql("mssql", "numbers").replace("[", '"').replace("]", '"')
    columns = sql.split("SELECT", 1)[1].rsplit("FROM", 1)[0]
    return columns.split(",", 1)[1]


@pytest.mark.parametrize("name", ["customer_id", "Customer_ID", "big"])
def test_names_that_engines_cannot_tell_apart(name):
    with pytest.raises(ArgumentError, match="groups must be of different names, letter case put"):
        build_groups(FRAME, {"Big": "revenue > 1", name: "age > 3"})


def test_a_customer_has_one_row():
    twice = pd.concat([FRAME, FRAME.head(1)])
    with pytest.raises(DataError, match="different in every row; got '5 rows for 4 customers'"):
        build_groups(twice, TEXT)


def test_conditions_name_days_whatever_the_hour():
    moments = pd.to_datetime(["2024-01-30 23:59", "2024-01-31 15:00", "2024-02-01 00:00", None])
    frame = FRAME.assign(joined_at=moments)
    found = build_groups(
        frame,
        "After: joined_at > '2024-01-31'; On: joined_at = '2024-01-31'; "
        "Until: joined_at between '2024-01-30' and '2024-01-31'; In: joined_at in ('2024-01-31')",
    )
    members = {name: "".join(found.members(name)["customer_id"]) for name in found.conditions}
    assert members == {"After": "c", "On": "b", "Until": "ab", "In": "b"}
    assert list(found.profile["n_unknown"]) == [1, 1, 1, 1]


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


OWN = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "gender": ["male", "female", "male", None],
        "contract_value": ["0", "12.5", "899", None],
        "code": ["01", "12", "3", "4"],
    }
)


@pytest.mark.parametrize("word", ["男", "m", "M", "Herr-x", "male"])
def test_a_gender_is_found_under_the_words_of_the_file(word):
    found = build_groups(OWN, {"Men": f"gender = '{word}'", "In": f"gender in ('{word}')"})
    is_known = word != "Herr-x"
    assert list(found.profile["n_customers"]) == ([2, 2] if is_known else [0, 0])
    if is_known:
        assert found.notes == ()
        assert found.profile.loc[0, "condition"] == "gender = 'male'"
        assert "male" in found.to_sql()


def test_a_table_with_words_of_its_own_keeps_them():
    frame = OWN.assign(gender=["m", "f", "m", None])
    assert build_groups(frame, "Men: gender = 'm'").profile.loc[0, "n_customers"] == 2


def test_a_value_that_nobody_has_is_named_with_those_that_occur():
    found = build_groups(OWN, "D: gender = 'Herr'; Rest: gender <> 'male'")
    assert found.notes == ("No customer has the value “Herr” in gender; it has female, male.",)
    assert found.summary().splitlines()[-1] == found.notes[0]
    many = pd.DataFrame({"customer_id": [f"c{i}" for i in range(20)]})
    many["city"] = [f"city {i}" for i in range(20)]
    found = build_groups(many, "Here: city in ('city 3', 'Suzhou')")
    assert found.notes == ("No customer has the value “Suzhou” in city.",)


def test_own_columns_of_numbers_are_compared_as_numbers():
    found = build_groups(OWN, "Large: contract_value > 3; Some: CONTRACT_VALUE between 0 and 20")
    assert list(found.profile["n_customers"]) == [2, 2]
    assert list(found.profile["n_unknown"]) == [1, 1]
    rows = duckdb.connect().register("customers", OWN.astype({"contract_value": float}))
    assert rows.sql(found.to_sql()).df()["Large"].sum() == 2


def test_texts_that_are_numbers_may_still_be_compared_as_texts():
    found = build_groups(OWN, "None: contract_value = '0'; Code: code = '01'")
    assert list(found.profile["n_customers"]) == [1, 1]


def test_codes_are_no_numbers():
    with pytest.raises(ArgumentError, match="code must be compared with a text in quotes"):
        build_groups(OWN, "Code: code > 3")


def test_a_word_that_is_known_and_that_nobody_has_is_named_too():
    women = OWN.assign(gender="female")
    found = build_groups(women, "Men: gender = '男'; Same: gender = 'm'")
    assert found.notes == ("No customer has the value “male” in gender; it has female.",)
    assert len(build_groups(women, "Men: gender = 'male'").notes) == 1
