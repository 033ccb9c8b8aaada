"""Databases: the same customers as from a file, and nothing but aggregates leaves them."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import duckdb
import numpy as np
import pandas as pd
import pytest

from segkit.collect import find_source, open_raw, read_raw_transactions, read_transactions
from segkit.collect.databases.address import has_password, mask, parse_address
from segkit.customers import summarize_customers
from segkit.errors import DataError, ParameterError
from segkit.report.precheck import check_meaning

ROWS, PEOPLE = 1_000_000, 20_000


@pytest.fixture(scope="module")
def many_orders() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, ROWS), unit="D")
    people = rng.integers(0, PEOPLE, ROWS)
    return pd.DataFrame(
        {
            "customer_id": pd.Series(people).map("{:06d}".format),
            "ordered_at": day,
            # Quarters add up to the same sum in any order.
            "amount": rng.integers(1, 4000, ROWS) / 4,
        }
    )


def customers_of(source, **kwargs) -> pd.DataFrame:
    table = summarize_customers(read_transactions(source, **kwargs), as_of="2025-01-01")
    return table.order_by("customer_id").to_pandas()


def test_a_million_rows_of_postgres_give_the_customers_of_their_csv(
    postgres, many_orders, tmp_path
):
    path = tmp_path / "orders.csv"
    many_orders.to_csv(path, index=False)
    with postgres.connect() as link, link.cursor() as cursor:
        cursor.execute(
            "create table million (customer_id text, ordered_at timestamp, amount numeric(12, 2))"
        )
        with cursor.copy("copy million from stdin (format csv, header)") as copy:
            copy.write(path.read_bytes())
    before = postgres.log.stat().st_size
    found = customers_of(f"{postgres.address}#million")
    # The size counts bytes, and other tests have Chinese words in the log.
    log = postgres.log.read_bytes()[before:].decode()
    assert len(found) == PEOPLE
    pd.testing.assert_frame_equal(found, customers_of(path), check_dtype=False)
    plans = [
        json.loads(plan) for plan in re.findall(r"plan:\n(\t?\{.*?\n\t?\})", log, flags=re.DOTALL)
    ]
    asked = [plan for plan in plans if "million" in plan["Query Text"]]
    assert asked, "the log must show the plans"
    assert max(plan["Plan"]["Actual Rows"] for plan in asked) <= PEOPLE
    assert all(plan["Plan"]["Actual Rows"] < ROWS for plan in plans)
    # Neither at once nor piece by piece; the log names what is sent in either way.
    ways = r"(statement|execute [^:\n]*): *"
    assert re.search(ways + "select", log, flags=re.IGNORECASE)
    assert not re.search(ways + "copy", log, flags=re.IGNORECASE)
    # Ibis fetches through cursors: the plan of each one is among those that were counted.
    cursors = re.findall(ways + 'declare "([^"]+)"', log, flags=re.IGNORECASE)
    texts = " ".join(plan["Query Text"] for plan in plans)
    assert cursors
    assert all(name in texts for _way, name in cursors)


def test_text_columns_of_postgres_are_read(postgres):
    with postgres.connect() as link:
        link.execute("create table texts (customer_id int, ordered_at text, amount text)")
        link.execute("insert into texts values (1, '2024-01-31', '1,234.50')")
    read = read_transactions(f"{postgres.address}#texts").to_pandas()
    assert read["amount"].tolist() == [1234.5]
    assert str(read["ordered_at"][0]) == "2024-01-31 00:00:00"


def test_tables_of_postgres_are_named_where_one_is_wrong(postgres):
    with postgres.connect() as link:
        link.execute("create table if not exists one (a int)")
        link.execute("create table if not exists two (a int)")
        link.execute("create schema if not exists shop")
        link.execute("create table if not exists shop.lines (customer_id text)")
    with pytest.raises(DataError, match="names no table, and there are several: .*one.*two"):
        read_transactions(postgres.address)
    with pytest.raises(DataError, match="has no table 'onne'. Did you mean 'one'"):
        read_transactions(f"{postgres.address}#onne")
    assert open_raw(f"{postgres.address}#shop.lines").table.columns == ("customer_id",)


def test_faults_in_a_database_are_counted_there(postgres):
    with postgres.connect() as link:
        link.execute("create table faulty (customer_id text, ordered_at timestamp, amount float8)")
        link.execute(
            "insert into faulty values ('1', '2024-01-31', 'NaN'), (null, '2024-01-31', 3)"
        )
    with pytest.raises(DataError, match="1 without customer_id, 1 without amount"):
        read_transactions(f"{postgres.address}#faulty")


def small(many_orders) -> pd.DataFrame:
    return many_orders.head(5_000)


def test_sqlite_gives_the_customers_of_its_frame(many_orders, tmp_path):
    path = tmp_path / "shop.db"
    frame = small(many_orders)
    with sqlite3.connect(path) as link:
        link.execute("create table orders (customer_id text, ordered_at timestamp, amount real)")
        text = frame.assign(ordered_at=frame["ordered_at"].astype(str))
        link.executemany("insert into orders values (?, ?, ?)", text.itertuples(index=False))
    expected = summarize_customers(read_transactions(frame), as_of="2025-01-01")
    found = customers_of(f"sqlite://{path}#orders")
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_duckdb_gives_the_customers_of_its_frame(many_orders, tmp_path):
    path = tmp_path / "shop.duckdb"
    frame = small(many_orders)
    with duckdb.connect(str(path)) as link:
        link.execute("create schema sales")
        link.execute("create table sales.orders as select * from frame")
    expected = summarize_customers(read_transactions(frame), as_of="2025-01-01")
    found = customers_of(f"duckdb://{path}#sales.orders")
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    for engine in ("sqlite", "duckdb"):
        path = tmp_path / f"none.{engine}"
        with pytest.raises(DataError, match="there is no file .*none"):
            read_transactions(f"{engine}://{path}#orders")
        assert not path.exists()


def test_text_of_sqlite_is_read_as_dates_where_it_is_one(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as link:
        link.execute("create table orders (customer_id text, ordered_at text, amount real)")
        link.execute("insert into orders values ('1', '2024-01-31 10:00:00', 3), ('2', 'foo', 4)")
    rows = read_raw_transactions(f"sqlite://{path}").table.to_pandas()
    assert rows["segkit_raw_ordered_at"].tolist()[1] == "foo"
    assert str(rows["ordered_at"][0]) == "2024-01-31 10:00:00"


SECRET = "Geheim@7#"
ADDRESS = "postgresql://ann:Geheim%407%23@localhost:1/shop#orders"


def test_no_error_and_no_repr_repeats_a_password(monkeypatch):
    with pytest.raises(DataError, match=r"ann:\*\*\*@localhost:1/shop#orders cannot be") as caught:
        read_transactions(ADDRESS)
    source = find_source(ADDRESS)
    shown = [str(caught.value), repr(source), source.name, source.title, source.address]
    shown += [repr(parse_address(ADDRESS, function="f"))]
    assert not [text for text in shown if "Geheim" in text]
    assert source.sha256 == ""


def test_a_password_comes_from_the_environment(monkeypatch):
    address = "postgresql://ann:${SHOP_PASSWORD}@localhost/shop#orders"
    monkeypatch.delenv("SHOP_PASSWORD", raising=False)
    with pytest.raises(DataError, match="environment variable SHOP_PASSWORD, which is not set"):
        parse_address(address, function="f")
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    parsed = parse_address(address, function="f")
    assert "Geheim%407%23" in parsed.url
    assert "Geheim" not in repr(parsed)
    assert not has_password(address)


@pytest.mark.parametrize("address", [ADDRESS, "mysql://ann@shop/sales?password=Geheim#orders"])
def test_a_run_is_not_given_a_password_to_write_down(address):
    with pytest.raises(ParameterError, match="an address without a password in it") as caught:
        check_meaning({"data": address, "column_map": None}, notebook="behavioral")
    assert "Geheim" not in str(caught.value)
    assert "Geheim" not in mask(address)


def test_addresses_of_no_database():
    with pytest.raises(DataError, match="begin with 'https://'.*Download the file first"):
        read_transactions("https://example.org/orders.csv")
    with pytest.raises(DataError, match="no database has addresses that begin with 'oracel://'"):
        find_source("oracel://x/y")


def test_a_file_of_sqlite_is_not_given_to_duckdb(tmp_path):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as link:
        link.execute("create table orders (customer_id text)")
        link.commit()
    with pytest.raises(DataError, match=r"is a database of SQLite\. Write sqlite://.*#orders$"):
        read_transactions(f"duckdb://{path}#orders")
