"""A file of SQLite is read as it lies, and left as it was."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from segkit.collect import read_raw_transactions, read_transactions
from segkit.errors import DataError

TABLE = "create table orders (customer_id text, ordered_at text, amount real)"


def lying_in(folder):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def fill(path, journal="delete"):
    with closing(sqlite3.connect(path)) as link, link:
        link.execute(f"pragma journal_mode={journal}")
        link.execute(TABLE)
        link.execute("insert into orders values ('007', '2024-01-31', 3.5)")


def customers(path):
    found = read_transactions(f"sqlite://{path}#orders").to_pandas()
    return sorted(found["customer_id"])


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("name", ["shop.db", "sh op.db", "100%25.db", "a+b.db"])
def test_reading_changes_nothing_and_makes_no_file(tmp_path, journal, name):
    path = tmp_path / name
    fill(path, journal)
    before = lying_in(tmp_path)
    assert list(before) == [name]
    assert customers(str(path).replace("%", "%25")) == ["007"]
    assert lying_in(tmp_path) == before


def test_what_stands_in_the_log_is_read_and_the_log_left(tmp_path):
    live, left = tmp_path / "live", tmp_path / "left"
    live.mkdir()
    left.mkdir()
    fill(live / "shop.db", "wal")
    with closing(sqlite3.connect(live / "shop.db")) as link:
        link.execute("insert into orders values ('008', '2024-01-31', 3.5)")
        link.commit()
        for name in ("shop.db", "shop.db-wal"):
            shutil.copy(live / name, left)
        for folder in (live, left):
            before = lying_in(folder)
            assert customers(folder / "shop.db") == ["007", "008"]
            after = lying_in(folder)
            # Who writes and who reads at the same time tell each other so in the index.
            for files in (before, after):
                files["shop.db-shm"] = folder == live and "shop.db-shm" in files
            assert after == before


def test_a_refused_table_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "shop.db"
    fill(path)
    before = lying_in(tmp_path)
    with pytest.raises(DataError, match="has no table 'order'. Did you mean 'orders'"):
        read_raw_transactions(f"sqlite://{path}#order")
    assert lying_in(tmp_path) == before


def test_what_is_no_database_is_named_and_left(tmp_path):
    path = tmp_path / "shop.db"
    path.write_bytes(b"customer_id,amount\n" * 100)
    before = lying_in(tmp_path)
    with pytest.raises(DataError, match="cannot be opened: file is not a database"):
        read_raw_transactions(f"sqlite://{path}#orders")
    assert lying_in(tmp_path) == before


@pytest.mark.parametrize(
    ("ids", "read"),
    [
        (["A", 7, 7.0], ["7", "7", "A"]),
        ([7, 7.0], ["7", "7"]),
        ([2**53 + 1, 2**53, 1.0], ["1", "9007199254740992", "9007199254740993"]),
        ([2**53 + 1, 2**53], ["9007199254740992", "9007199254740993"]),
        ([-(2**63), "A"], ["-9223372036854775808", "A"]),
    ],
)
def test_ids_of_several_types_keep_their_digits_and_no_more(tmp_path, ids, read):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as link, link:
        link.execute("create table orders (customer_id, ordered_at text, amount real)")
        link.executemany("insert into orders values (?, '2024-01-31', 3.5)", [(i,) for i in ids])
    assert sorted(str(one) for one in customers(path)) == read
