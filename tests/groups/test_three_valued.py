"""Unknown stays unknown under "not", in every engine: SQL Server's text too, read back here."""

from __future__ import annotations

import sqlite3

import duckdb
import pandas as pd
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.groups import build_groups

FRAME = pd.DataFrame(
    {
        "customer_id": list("abcdefgh"),
        "age": [25.0, 35.0, None, None, 40.0, 20.0, None, 30.0],
        "revenue": [900.0, 80.0, 20.0, None, 1.0, None, None, 50.0],
        "city": ["x", None, "y", "x", "z", None, None, "xy"],
        "is_member": pd.array([True, False, None, True, None, False, None, True], dtype="boolean"),
    }
)
#: As an engine keeps them that has no flags.
NUMBERS = FRAME.astype({"is_member": "Int64"})
ATOMS = [
    "age < 30", "age >= 30", "age <> 25", "30 = age", "age between 20 and 30",
    "age not between 20 and 30", "revenue > 50", "revenue <= 50", "age > revenue",
    "city in ('x', 'y')", "city not in ('x')", "city = 'x'", "city like 'x%'",
    "city not like '%y'", "city is null", "age is not null", "is_member", "not is_member",
    "is_member = true", "is_member is false", "is_member <> true",
]  # fmt: skip
CONDITIONS = [
    "not (age < 30)",
    "not (age < 30 and revenue >= 50)",
    "not (age < 30 or city = 'x')",
    "not not (age < 30)",
    "not (not (age < 30) and not is_member)",
    "not (city in ('x', 'y') or city like 'z%')",
    "not (age between 20 and 30)",
    "not (is_member is true)",
    "not (is_member = false)",
    "not (city is null)",
    *(f"not ({atom})" for atom in ATOMS),
]


def by_hand_written_sql(conditions: dict[str, str]) -> pd.DataFrame:
    """Who fulfils each condition by three-valued logic, worked out without Ibis."""
    with duckdb.connect() as connection:
        connection.register("customers", FRAME)
        tests = [f"CASE WHEN {c} THEN 1 ELSE 0 END AS {n}" for n, c in conditions.items()]
        return connection.sql(f"SELECT customer_id, {', '.join(tests)} FROM customers").df()


def in_sqlite(sql: str) -> pd.DataFrame:
    connection = sqlite3.connect(":memory:")
    # Its LIKE takes small and capital letters for one; SQL Server's depends on the database.
    connection.execute("PRAGMA case_sensitive_like = ON")
    NUMBERS.to_sql("customers", connection, index=False)
    found = pd.read_sql_query(sql, connection)
    connection.close()
    return found


def in_duckdb(sql: str) -> pd.DataFrame:
    with duckdb.connect() as connection:
        connection.register("customers", NUMBERS)
        return connection.sql(sql).df()


@pytest.mark.parametrize(("engine", "run"), [("duckdb", in_duckdb), ("sqlite", in_sqlite)])
def test_the_text_for_sql_server_gives_the_same(engine, run):
    conditions = {f"g{i}": text for i, text in enumerate(CONDITIONS)}
    found = build_groups(FRAME, conditions)
    printed = sqlglot.transpile(found.to_sql("mssql"), read="tsql", write=engine)[0]
    rows, expected = run(printed), by_hand_written_sql(conditions)
    wrong = [text for name, text in conditions.items() if list(rows[name]) != list(expected[name])]
    assert not wrong
    assert [int(rows[name].sum()) for name in conditions] == list(found.profile["n_customers"])


@pytest.mark.parametrize("dialect", ["mssql", "oracle"])
def test_nothing_is_said_to_be_not_one(dialect):
    """Neither "what is not 1", which takes in the unknown, nor a truth kept in a column."""
    found = build_groups(FRAME, {"g": "not (age < 30 and city like 'x%') or not is_member"})
    assert "IIF" not in found.to_sql(dialect)
    assert "NOT (" not in found.to_sql(dialect)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, st.sampled_from(["and", "or"]), parts)
    both = pairs.map(lambda pair: f"({pair[0]} {pair[1]} {pair[2]})")
    return both | parts.map(lambda part: f"not ({part})")


@settings(deadline=None, max_examples=60)  # no timed test
@given(st.recursive(st.sampled_from(ATOMS), _joined, max_leaves=6))
def test_any_condition_counts_as_three_valued_logic_does(text):
    found = build_groups(FRAME, {"g": text})
    expected = by_hand_written_sql({"g": text})
    assert list(found.customers["g"].astype(int)) == list(expected["g"])
    with duckdb.connect() as connection:
        connection.register("customers", FRAME)
        unknown = connection.sql(f"SELECT count(*) FROM customers WHERE ({text}) IS NULL")
        assert found.profile["n_unknown"][0] == unknown.fetchone()[0]
    printed = sqlglot.transpile(found.to_sql("mssql"), read="tsql", write="duckdb")[0]
    assert list(in_duckdb(printed)["g"]) == list(expected["g"])
