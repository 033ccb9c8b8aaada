"""The same cleaning and audit on a real PostgreSQL as in DuckDB."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.audit import audit_table
from segkit.clean import clean_transactions
from segkit.collect import read_raw_transactions

LAST = "2024-12-31"


@pytest.fixture
def orders() -> pd.DataFrame:
    rows = [
        ("a", "2024-01-01", 100.0, 1, "p", "CNY"),
        ("a", "2024-01-09", -10.0, -1, "p", "rmb"),
        ("a", "2024-01-11", 5.0, 1, "q", "CNY"),
        ("a", "2024-02-11", -107.0, -1, None, "CNY"),
        ("b", "2024-01-09", 8.0, 1, "p", "¥"),
        ("b", "2024-01-09", 8.0, 1, "p", "¥"),
        ("b", "2024-01-10", -9.0, -1, "p", "CNY"),
        ("NULL", "2024-01-10", 9.0, 1, "p", "CNY"),
        (None, "2024-01-10", 9.0, 1, "p", "CNY"),
        ("c", "2024-01-10", 0.0, 1, "p", None),
        ("d", "2024-01-10", 7.0, 2, "p", "USD"),
        ("e", "2025-01-10", 7.0, 2, "p", "CNY"),
    ]
    columns = ["customer_id", "ordered_at", "amount", "quantity", "product_id", "currency"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["quantity"] = frame["quantity"].astype("float64")
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]).astype("datetime64[us]"))


@pytest.fixture
def there(postgres, orders):
    """The orders as a table of the server."""
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS to_clean")
        cursor.execute(
            "CREATE TABLE to_clean (customer_id text, ordered_at timestamp, amount float8, "
            "quantity bigint, product_id text, currency text)"
        )
        rows = orders.astype(object).where(orders.notna(), None)
        cursor.executemany(
            "INSERT INTO to_clean VALUES (%s, %s, %s, %s, %s, %s)", rows.to_numpy().tolist()
        )
    return read_raw_transactions(f"{postgres.address}#to_clean").table


def content(table: pd.DataFrame) -> list[tuple]:
    plain = table.drop(columns="segkit_row", errors="ignore")
    plain = plain.astype(object).where(plain.notna(), None)
    return sorted(map(repr, plain.itertuples(index=False, name=None)))


@pytest.mark.parametrize("returns", ["net", "keep", "drop"])
def test_each_row_has_the_same_fate(there, orders, returns):
    found = clean_transactions(there, returns=returns, until=LAST, currency="CNY")
    expected = clean_transactions(orders, returns=returns, until=LAST, currency="CNY")
    pd.testing.assert_frame_equal(found.ledger, expected.ledger)
    columns = ["customer_id", "ordered_at", "amount", "quantity", "product_id"]
    for name in ("kept", "rejected"):
        here = getattr(expected, name)[columns]
        assert content(getattr(found, name).select(columns).to_pandas()) == content(here)
    assert expected.rows_rejected >= 6


def test_the_audit_finds_the_same(there, orders):
    found, expected = audit_table(there, as_of=LAST), audit_table(orders, as_of=LAST)
    assert found.faults == expected.faults
    assert len(found.faults) > 3
