"""One expression, one statement of SQL: the same segments wherever it runs."""

from __future__ import annotations

import re

import duckdb
import ibis
import pandas as pd
import pytest
import sqlglot

from segkit.errors import DataError, SchemeError
from segkit.schemes import DIALECTS, compile_scheme, load_scheme, scheme_sql

CUTS = {"R": [18.5], "M": [36.5]}
NASTY = """it's "x" `y` \\ ; -- 重要"""


@pytest.fixture
def nasty():
    """A scheme whose ids and categories try to leave their quotes."""
    return load_scheme(
        {
            "name": "nasty",
            "inputs": {'ti"er': {"kind": "text"}},
            "scores": {"T": {"input": 'ti"er', "method": "natural", "order": [NASTY, "o'b"]}},
            "segments": [
                {"id": NASTY, "color": "#111111", "when": {"T": 1}},
                {"id": "'; DROP TABLE customers; --", "color": "#222222", "when": {"T": "o'b"}},
            ],
        }
    )


def test_the_six_customers_by_hand(six_customers):
    result = compile_scheme(load_scheme("rfm_cn8"), ibis.memtable(six_customers)).to_pandas()
    found = result.set_index("customer_id")
    assert found["segment"].to_dict() == {
        "ann": "key_value",
        "bob": "general_win_back",
        "cat": "key_development",
        "dan": "general_win_back",
        "eve": "general_development",
        "fay": "key_win_back",
    }
    assert found.loc["fay", ["R", "F", "M"]].tolist() == [1, 1, 2]
    assert list(result.columns) == ["customer_id", "R", "F", "M", "segment"]
    assert result["R"].dtype == "int64"


@pytest.mark.parametrize("name", ["rfm_cn8", "rfm_11"])
def test_the_expression_is_plain_case_when(name, six_customers):
    table = ibis.memtable(six_customers)
    sql = ibis.to_sql(compile_scheme(load_scheme(name), table), dialect="duckdb")
    tree = sqlglot.parse_one(str(sql), read="duckdb")
    assert tree.find(sqlglot.exp.Case) is not None
    forbidden = (sqlglot.exp.Window, sqlglot.exp.Anonymous, sqlglot.exp.Join)
    assert list(tree.find_all(*forbidden)) == []


def test_further_columns_can_be_kept(six_customers):
    table = ibis.memtable(six_customers)
    scheme = load_scheme("rfm_cn8")
    kept = compile_scheme(scheme, table, CUTS, keep=["revenue", "customer_id"])
    assert kept.columns == ("customer_id", "revenue", "R", "F", "M", "segment")
    clash = table.mutate(R=table.revenue)
    with pytest.raises(SchemeError, match="keep must be columns of other names .*; got \\['R'\\]"):
        compile_scheme(scheme, clash, CUTS, keep=["R"])
    with pytest.raises(DataError, match="missing column revnue \\(nearest: revenue\\)"):
        compile_scheme(scheme, table, CUTS, keep=["revnue"])


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("name", ["rfm_cn8", "rfm_11"])
def test_every_dialect_prints_a_statement_its_own_parser_reads(dialect, name):
    cuts = {"R": [1, 2, 3, 4.5], "F": [1, 2, 3, 4], "M": [1, 2, 3.25, 4]}
    given = CUTS if name == "rfm_cn8" else cuts
    sql = scheme_sql(load_scheme(name), given, dialect, "crm.customers")
    read = {"mssql": "tsql", "pyspark": "spark"}.get(dialect, dialect)
    statements = sqlglot.parse(sql, read=read)
    assert len(statements) == 1
    (source,) = statements[0].find_all(sqlglot.exp.Table)
    assert (source.name, source.db) == ("customers", "crm")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_quotes_in_ids_stay_inside_their_literals(nasty, dialect):
    read = {"mssql": "tsql", "pyspark": "spark"}.get(dialect, dialect)
    statements = sqlglot.parse(scheme_sql(nasty, None, dialect), read=read)
    assert len(statements) == 1
    texts = {node.this for node in statements[0].find_all(sqlglot.exp.Literal) if node.is_string}
    assert {NASTY, "o'b", "'; DROP TABLE customers; --"} <= texts


def test_quotes_in_ids_survive_the_engine(nasty):
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], 'ti"er': [NASTY, "o'b", "else"]})
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        rows = connection.execute(scheme_sql(nasty)).fetchall()
    assert rows == [
        ("a", 1, NASTY),
        ("b", 2, "'; DROP TABLE customers; --"),
        ("c", None, "unclassified"),
    ]


@pytest.mark.parametrize("kind", ["DOUBLE", "BIGINT", "DECIMAL(18, 2)"])
def test_the_printed_sql_runs_on_columns_of_any_number_type(kind):
    sql = scheme_sql(load_scheme("rfm_cn8"), CUTS)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE customers AS SELECT * FROM (VALUES ('a', 3, 2, 40), ('b', 30, 1, 1), "
            "('c', NULL, 1, 1)) AS t(customer_id, recency_days, n_days, revenue)"
        )
        for column in ("recency_days", "n_days", "revenue"):
            connection.execute(f"ALTER TABLE customers ALTER {column} TYPE {kind}")
        rows = connection.execute(sql).fetchall()
    assert [row[-1] for row in rows] == ["key_value", "general_win_back", "unclassified"]


def test_nan_and_infinity_are_missing_in_the_printed_sql_too():
    sql = scheme_sql(load_scheme("rfm_cn8"), CUTS)
    values = {"a": "'nan'", "b": "'inf'", "c": "'-inf'", "d": "NULL", "e": "-3"}
    rows = ", ".join(f"('{k}', 1, 1, CAST({v} AS DOUBLE))" for k, v in values.items())
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE customers AS SELECT * FROM "
            f"(VALUES {rows}) AS t(customer_id, recency_days, n_days, revenue)"
        )
        found = {row[0]: row[-1] for row in connection.execute(sql).fetchall()}
    assert found.pop("e") == "general_development"
    assert set(found.values()) == {"unclassified"}


def test_cutoffs_stand_in_the_sql_exactly_as_computed():
    sql = scheme_sql(load_scheme("rfm_cn8"), {"R": [467], "M": [106.08042554]})
    assert '"recency_days" <= 467\n' in sql
    assert '"revenue" < 106.08042554\n' in sql


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dialect": "postgre"}, "scheme_sql: dialect must be one of"),
        ({"dialect": "postgre"}, "got 'postgre'. Did you mean 'postgres'?"),
        ({"table": ""}, "scheme_sql: table must be the name of a table; got ''."),
        ({"table": "a.b.c.d"}, "table must be the name of a table; got 'a.b.c.d'."),
        ({"cutoffs": None}, "scheme_sql: cutoffs must be given for R, M"),
    ],
)
def test_faults_are_told(arguments, message):
    given = {"cutoffs": CUTS, **arguments}
    with pytest.raises(SchemeError, match=re.escape(message)):
        scheme_sql(load_scheme("rfm_cn8"), **given)


def test_an_unsound_scheme_is_not_compiled(six_customers):
    content = load_scheme("rfm_cn8").model_dump(exclude_none=True)
    content["segments"] = content["segments"][1:]
    scheme = load_scheme(content)
    with pytest.raises(SchemeError, match="scheme rfm_cn8 must be sound(.|\n)*R=2 F=2 M=2"):
        compile_scheme(scheme, ibis.memtable(six_customers))
    with pytest.raises(SchemeError, match="scheme_sql: scheme rfm_cn8 must be sound"):
        scheme_sql(scheme, CUTS)


def test_conditions_of_every_form_compile_to_the_levels_they_name():
    scheme = load_scheme(
        {
            "name": "forms",
            "inputs": {"x": {}},
            "scores": {"X": {"input": "x", "method": "cuts", "cuts": [1, 2, 3, 4]}},
            "segments": [
                {"id": "ends", "color": "#111111", "when": {"X": [1, 5]}},
                {"id": "middle", "color": "#222222", "when": {"X": {"min": 2, "max": 3}}},
                {"id": "four", "color": "#333333", "when": {"X": 4}},
            ],
        }
    )
    frame = pd.DataFrame({"customer_id": list("abcdef"), "x": [0, 1, 2, 3, 4, None]})
    found = compile_scheme(scheme, ibis.memtable(frame)).to_pandas()["segment"]
    assert found.tolist() == ["ends", "middle", "middle", "four", "ends", "unclassified"]


def test_a_rule_that_asks_for_nothing_takes_everybody_with_scores():
    scheme = load_scheme(
        {
            "name": "all",
            "inputs": {"x": {}},
            "scores": {"X": {"input": "x", "method": "cuts", "cuts": [1]}},
            "segments": [{"id": "everyone", "color": "#111111", "when": {}}],
        }
    )
    frame = pd.DataFrame({"customer_id": ["a", "b"], "x": [5.0, None]})
    found = compile_scheme(scheme, ibis.memtable(frame)).to_pandas()["segment"]
    assert found.tolist() == ["everyone", "unclassified"]
