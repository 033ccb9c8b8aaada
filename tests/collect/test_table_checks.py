"""Canonical tables are checked where they lie, and every fault is named in one error."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from segkit.collect.table_checks import check_table, table_schema
from segkit.collect.values.value_rules import fits, rules_of
from segkit.errors import ArgumentError, DataError
from segkit.schema import TABLES, names
from segkit.synthetic import make_banking, make_cosmetics, make_hotel, make_retail

DAY = pd.Timestamp("2024-01-31")
#: One sound row of each kind.
SOUND = {
    "transactions": {"customer_id": "a", "ordered_at": DAY, "amount": 3.0},
    "customers": {"customer_id": "a", "age": 30, "birth_year": 1994, "city_tier": 1},
    "interactions": {"customer_id": "a", "occurred_at": DAY, "kind": "like"},
    "survey": {"customer_id": "a", "item": "price_1", "answer": 4},
    "balances": {"customer_id": "a", "as_of": DAY, "balance": -5.5},
    "campaigns": {"customer_id": "a", "is_control": False, "responded": 1, "contacts": 2},
    "complaints": {"customer_id": "a", "occurred_at": DAY, "rating": 5},
}


@pytest.fixture
def faulty() -> pd.DataFrame:
    """Complaints with seven faults, and a gap in a column that may have gaps."""
    return pd.DataFrame(
        {
            "customer_id": ["a", None, " ", "d"],
            "occurred_at": pd.to_datetime(["2024-01-31", "1800-01-01", "2999-01-01", None]),
            "rating": [np.nan, 9.0, 0.0, 5.0],
            "kind": [1.5, 2.5, None, 1.5],
            "segkit_row": [1, 2, 3, 4],
        }
    )


def told(frame, kind="complaints", **more) -> str:
    with pytest.raises(DataError) as caught:
        check_table(frame, kind, **more)
    return str(caught.value)


EXPECTED = (
    "check_table: the table (rows: 4): kind must be text; got float64; "
    "2 values of customer_id are missing, first in row 2; "
    "1 value of occurred_at is missing, first in row 4; "
    "2 values of occurred_at are before 1900-01-01 or after 2024-12-31 "
    "('1800-01-01', '2999-01-01'), first in row 2; "
    "2 values of rating are below 1 or above 5 (0.0, 9.0), first in row 2."
)


def in_sqlite(frame: pd.DataFrame) -> ibis.Table:
    connection = ibis.sqlite.connect()
    connection.raw_sql(
        "create table sent (customer_id text, occurred_at timestamp, rating real, kind real, "
        "segkit_row integer)"
    )
    moments = frame.assign(occurred_at=frame["occurred_at"].dt.strftime("%Y-%m-%d %H:%M:%S"))
    rows = moments.astype("object").where(moments.notna(), None)
    connection.con.executemany("insert into sent values (?, ?, ?, ?, ?)", rows.to_numpy().tolist())
    return connection.table("sent")


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "memtable", "duckdb", "sqlite"])
def test_all_faults_are_named_on_every_engine(faulty, engine):
    make = {
        "pandas": lambda: faulty,
        "polars": lambda: pl.from_pandas(faulty),
        "pyarrow": lambda: pl.from_pandas(faulty).to_arrow(),
        "memtable": lambda: ibis.memtable(faulty),
        "duckdb": lambda: ibis.duckdb.connect().create_table("sent", faulty),
        "sqlite": lambda: in_sqlite(faulty),
    }
    assert told(make[engine](), until="2024-12-31") == EXPECTED


@pytest.mark.spark
def test_all_faults_are_named_on_spark(faulty, spark, tmp_path):
    path = tmp_path / "sent.parquet"
    faulty.astype({"occurred_at": "datetime64[us]"}).to_parquet(path)
    sent = spark.read_parquet(str(path), table_name="sent")
    assert told(sent, until="2024-12-31") == EXPECTED


@pytest.mark.parametrize("kind", list(TABLES))
def test_a_sound_row_passes_and_comes_back_as_it_is(kind):
    frame = pd.DataFrame([SOUND[kind]])
    before = frame.copy(deep=True)
    assert check_table(frame, kind) is frame
    pd.testing.assert_frame_equal(frame, before)
    lazy = ibis.memtable(frame)
    assert check_table(lazy, kind) is lazy


@pytest.mark.parametrize(
    ("kind", "column"),
    [(kind, column) for kind in TABLES for column in names(TABLES[kind], required=True)],
)
def test_required_columns_must_be_there_and_filled(kind, column):
    frame = pd.DataFrame([SOUND[kind]])
    assert f"missing column {column} (it has " in told(frame.drop(columns=column), kind)
    frame[column] = None
    assert f"1 value of {column} is missing" in told(frame, kind)


@pytest.mark.parametrize(("kind", "column", "value", "message"), [
    ("transactions", "amount", np.inf, "1 value of amount is infinite (inf)"),
    ("transactions", "unit_price", -1.0, "1 value of unit_price is below 0 (-1.0)"),
    ("transactions", "amount", "3,5", "amount must be numbers; got string"),
    ("transactions", "amount", True, "amount must be numbers; got boolean"),
    ("transactions", "ordered_at", "2024-01-31", "ordered_at must be dates in local time"),
    ("transactions", "customer_id", 17850.0, "customer_id must be text; got float64"),
    ("transactions", "is_return", 2, "1 value of is_return is neither 0 nor 1 (2)"),
    ("transactions", "is_return", "yes", "is_return must be true or false; got string"),
    ("customers", "age", 121, "1 value of age is below 0 or above 120 (121)"),
    ("customers", "birth_year", 1899, "1 value of birth_year is below 1900 or above 20"),
    ("customers", "birth_year", 1990.5, "1 value of birth_year is not whole (1990.5)"),
    ("customers", "income", -1, "1 value of income is below 0 (-1)"),
    ("customers", "city_tier", 0, "1 value of city_tier is below 1 or above 9 (0)"),
    ("survey", "answer", 99, "1 value of answer is below 0 or above 10 (99)"),
    ("complaints", "rating", 6, "1 value of rating is below 1 or above 5 (6)"),
    ("campaigns", "contacts", -1, "1 value of contacts is below 0 (-1)"),
    ("balances", "as_of", pd.Timestamp("1899-12-31"), "1 value of as_of is before 1900-01-01"),
])  # fmt: skip
def test_values_outside_their_rule(kind, column, value, message):
    assert message in told(pd.DataFrame([SOUND[kind] | {column: value}]), kind)


def test_whole_numbers_do_as_ids_and_gaps_in_other_columns_are_allowed():
    frame = pd.DataFrame([SOUND["transactions"]] * 2).assign(
        customer_id=[12, 13], quantity=[np.nan, 2.0], category=[None, None], is_return=[None, True]
    )
    assert check_table(frame) is frame
    arrow_gaps = pl.DataFrame({**SOUND["survey"], "answer": [float("nan"), 3.0]})
    assert "1 value of answer is missing" in told(arrow_gaps, "survey")


def test_dates_have_no_zone_and_may_be_plain_days():
    days = pl.DataFrame({"customer_id": ["a"], "ordered_at": [date(2024, 1, 31)], "amount": [1]})
    assert check_table(days) is days
    zoned = days.with_columns(pl.col("ordered_at").cast(pl.Datetime("us", "Asia/Shanghai")))
    assert "ordered_at must be dates in local time, without a time zone" in told(
        zoned, "transactions"
    )


def test_a_day_of_grace_and_a_given_last_day():
    tomorrow = pd.Timestamp.today().normalize() + pd.Timedelta(days=1)
    frame = pd.DataFrame([SOUND["transactions"] | {"ordered_at": tomorrow}])
    assert check_table(frame) is frame
    later = frame.assign(ordered_at=tomorrow + pd.Timedelta(days=1))
    assert "1 value of ordered_at is before 1900-01-01 or after" in told(later, "transactions")
    assert "after 2024-01-30" in told(
        pd.DataFrame([SOUND["transactions"]]), "transactions", until="2024-01-30"
    )


def test_a_customer_has_one_row():
    frame = pd.DataFrame({"customer_id": ["a", "b", "b", "c", "c", "c", None]})
    message = told(frame, "customers")
    assert "3 rows repeat a customer_id ('b', 'c')" in message
    assert "1 value of customer_id is missing" in message
    phones = pd.DataFrame({"customer_id": ["138 0013 8000"] * 2, "age": [13800138000, 250]})
    message = told(phones, "customers")
    assert "1 row repeats a customer_id (a text of 13 characters)" in message
    assert "above 120 (250, a number of 11 digits)" in message
    assert check_table(frame.iloc[[0, 1, 3]], "customers") is not None


def test_only_counts_and_examples_leave_the_engine(faulty, monkeypatch):
    """No query of a check may give back as many rows as the table has."""
    many = pd.concat([faulty] * 50, ignore_index=True)
    connection = ibis.duckdb.connect()
    sent = connection.create_table("sent", many)
    fetched = []
    to_pyarrow = type(connection).to_pyarrow

    def watched(self, expr, **more):
        result = to_pyarrow(self, expr, **more)
        fetched.append(len(result) if hasattr(result, "__len__") else 1)
        return result

    def refused(self, expr, **more):
        result = watched(self, expr.as_table(), **more).to_pandas()
        return result.iloc[0, 0]

    monkeypatch.setattr(type(connection), "to_pyarrow", watched)
    monkeypatch.setattr(type(connection), "execute", refused)
    assert "100 values of customer_id are missing" in told(sent)
    assert fetched
    assert max(fetched) <= 3


def test_the_environment_cannot_switch_the_check_off(monkeypatch):
    from pandera.config import CONFIG

    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    assert "missing column amount" in told(
        pd.DataFrame([SOUND["transactions"]]).drop(columns="amount"), "transactions"
    )


def test_the_schema_is_panderas_own():
    table = ibis.memtable(pd.DataFrame([SOUND["survey"] | {"answer": 11}]))
    with pytest.raises(SchemaErrors, match="range"):
        table_schema("survey", table).validate(table, lazy=True)
    assert [rule.name for rule in rules_of("survey", table.schema())] == [
        "known", "known", "known", "range"
    ]  # fmt: skip
    assert not fits("flag", table.schema()["item"])


@pytest.mark.parametrize("make", [make_retail, make_cosmetics, make_banking, make_hotel])
def test_made_up_tables_are_canonical(make):
    for kind, frame in make(300, seed=2).tables.items():
        if kind in TABLES:
            assert check_table(frame, kind) is frame


def test_arguments_are_checked():
    with pytest.raises(ArgumentError, match="kind must be one of transactions, .*; got 'orders'"):
        check_table(pd.DataFrame(), "orders")
    with pytest.raises(ArgumentError, match="until must be a date"):
        check_table(pd.DataFrame(), until="soon")
    with pytest.raises(DataError, match="table must be a pandas, polars, pyarrow or Ibis table"):
        check_table("orders.csv")
