"""What fails leaves no table behind, and what was set aside is accounted for."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import ibis
import pandas as pd
import pytest

import segkit.clean.transactions as cleaning_room
from segkit.clean import clean_transactions
from segkit.collect import open_raw, read_raw_transactions, read_transactions
from segkit.collect.raw import read_header
from segkit.errors import DataError

HEAD = "customer_id,ordered_at,amount\n"


def loaded() -> set[str]:
    """Name the tables and views that rows were loaded into; frames in memory are none."""
    backend = ibis.get_backend()
    found = backend.raw_sql(
        "select table_name from information_schema.tables where table_name like '%segkit%'"
    )
    return {name for (name,) in found.fetchall()}


def put(folder, name, text):
    path = folder / name
    if name.endswith(".db"):
        with closing(sqlite3.connect(path)) as link, link:
            link.executescript(text)
        return f"sqlite://{path}"
    path.write_text(text)
    return path


#: A file's name, what is in it, and what is said of it.
FAILING = {
    "a row too long": ("a.csv", HEAD + "1,2024-01-01,3,4\n", "Expected Number of Columns"),
    "a column without a name": ("a.csv", HEAD.replace("\n", ",\n") + "1,1,1,1\n", "without a name"),
    "no rows": ("a.csv", HEAD, "a header but no rows"),
    "unknown columns": ("a.csv", "x,y,z\n1,2,3\n", "customer_id"),
    "no date": ("a.csv", HEAD + "1,2024-02-30,3\n", "is no date"),
    "two forms": ("a.csv", HEAD + '1,2024-01-01,1.5\n2,2024-01-01,"1,25"\n', "amount has numbers"),
    "a list": ("a.jsonl", '{"customer_id": [1]}\n', "is a list"),
    "no object": ("a.jsonl", "[1]\n", "no object"),
    "no JSON": ("a.jsonl", "{\n", "is no JSON lines"),
    "unknown names": ("a.jsonl", '{"x": 1}\n', "customer_id"),
    "an empty table": (
        "a.db",
        "create table a (customer_id text, ordered_at text, amount real)",
        "a header but no rows",
    ),
    "unknown columns of a database": (
        "a.db", "create table a (x text); insert into a values ('1')", "customer_id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAILING))
def test_a_read_that_fails_leaves_no_table(tmp_path, fault):
    name, text, said = FAILING[fault]
    source = put(tmp_path, name, text)
    before = loaded()
    with pytest.raises(DataError, match=said):
        read_transactions(source)
    assert loaded() == before


def test_a_lenient_read_that_fails_leaves_no_table(tmp_path):
    path = put(tmp_path, "a.csv", HEAD + '1,2024-01-01,1.5\n2,2024-01-01,"1,25"\n')
    before = loaded()
    with pytest.raises(DataError, match="amount has numbers"):
        read_raw_transactions(path)
    assert loaded() == before


def test_a_folder_of_which_one_file_fails_leaves_no_table(tmp_path):
    put(tmp_path, "a.csv", HEAD + "1,2024-01-01,3\n")
    put(tmp_path, "b.csv", HEAD + "1,2024-01-01,3,4\n")
    before = loaded()
    with pytest.raises(DataError, match="b.csv cannot be read"):
        open_raw(tmp_path)
    assert loaded() == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", HEAD + "1,2024-01-01,3\n"),
        ("a.jsonl", '{"customer_id": 1}\n'),
        ("a.db", "create table a (customer_id text); insert into a values ('1')"),
    ],
)
def test_a_header_leaves_no_table(tmp_path, name, text):
    source = put(tmp_path, name, text)
    before = loaded()
    assert read_header(source, function="f")[0] == "customer_id"
    assert loaded() == before


def test_a_read_that_succeeds_leaves_one_table_until_it_is_released(tmp_path):
    path = put(tmp_path, "a.csv", HEAD + "1,2024-01-01,3\n")
    before = loaded()
    rows = read_raw_transactions(path)
    assert len(loaded() - before) == 1
    rows.release()
    assert loaded() == before


def test_cleaning_that_fails_leaves_no_table(monkeypatch):
    def fail(*_given):
        raise DataError("no limit")

    monkeypatch.setattr(cleaning_room, "extreme_limit", fail)
    day = pd.Timestamp("2024-01-01")
    orders = pd.DataFrame({"customer_id": ["1"], "ordered_at": [day], "amount": [3.0]})
    tables = set(ibis.get_backend().list_tables(database="temp.main"))
    with pytest.raises(DataError, match="no limit"):
        clean_transactions(orders)
    left = set(ibis.get_backend().list_tables(database="temp.main")) - tables
    assert not [name for name in left if "segkit" in name]


def test_rows_set_aside_came_in_and_are_rejected(tmp_path):
    put(tmp_path, "a.csv", HEAD + "1,2024-01-01,3\n,,\n1,2024-01-02,3\n合计,,6\n")
    put(tmp_path, "b.csv", HEAD + "2,2024-01-03,4\n,,\n小计,,4\n总计,,4\n")
    rows = read_raw_transactions(tmp_path)
    assert {one.reason: one.rows for one in rows.set_aside} == {
        "empty_row": (2, 6),
        "total_row": (4, 7, 8),
    }
    cleaning = clean_transactions(rows, until="2024-01-31")
    assert (cleaning.rows_in, cleaning.rows_kept, cleaning.rows_rejected) == (8, 3, 5)
    ledger = cleaning.ledger.set_index("reason")
    assert ledger.loc[["empty_row", "total_row"], "rows"].tolist() == [2, 3]
    assert ledger.loc["empty_row", "why"] == "Row without any content"
    assert cleaning.amount_in == 10.0
    rejected = cleaning.rejected.order_by("segkit_row").to_pandas()
    assert rejected["segkit_row"].tolist() == [2, 4, 6, 7, 8]
    assert rejected["why"].tolist()[1] == "Row of totals"
    written = cleaning.write_rejected(tmp_path / "rejected.csv").read_text("utf-8-sig")
    assert len(written.splitlines()) == 6
    bare = clean_transactions(rows.table, until="2024-01-31")
    assert bare.rows_in == 3
    assert "total_row" not in bare.ledger["reason"].tolist()
