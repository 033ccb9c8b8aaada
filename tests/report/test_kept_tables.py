"""What a run of the data collection puts beside its report."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest

from segkit.clean import clean_transactions
from segkit.errors import ArgumentError, DataError
from segkit.report.kept import RUN_FOLDER
from segkit.report.kept_tables import keep_tables


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(RUN_FOLDER, str(tmp_path))
    return tmp_path


def test_nothing_is_written_outside_a_run(six_orders, tmp_path, monkeypatch):
    monkeypatch.delenv(RUN_FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    kept = keep_tables(clean_transactions(six_orders))
    assert not kept.written
    assert kept.tables[0] == {"file": "transactions.parquet", "rows": 8}
    assert not list(tmp_path.iterdir())
    assert "A run keeps" in kept._text()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "ibis"])
def test_any_kind_of_table_is_kept(six_orders, folder, kind):
    import ibis
    import polars as pl
    import pyarrow as pa

    make = {"pandas": pd.DataFrame, "polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}
    frame = {**make, "ibis": ibis.memtable}[kind](six_orders)
    keep_tables(clean_transactions(frame))
    table = pq.read_table(folder / "transactions.parquet")
    assert table.num_rows == 8
    assert table["ordered_at"].to_pylist() == sorted(table["ordered_at"].to_pylist())
    lines = (folder / "rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "zero_amount" in lines[1]


def test_keyed_numbers_come_with_canonical_columns_alone(six_orders, folder, monkeypatch):
    monkeypatch.setenv("KEY", "sixteen bytes or more")
    orders = six_orders.assign(note="call Ann", order_id="7")
    kept = keep_tables(clean_transactions(orders), pseudonym_key="KEY")
    assert kept.pseudonymized
    table = pq.read_table(folder / "transactions.parquet")
    assert table.column_names == ["customer_id", "ordered_at", "amount", "order_id"]
    text = (folder / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "call Ann" not in text
    assert "eve" not in text
    monkeypatch.delenv("KEY")
    with pytest.raises(ArgumentError, match="variable KEY, which is not set"):
        keep_tables(clean_transactions(orders), pseudonym_key="KEY")


def test_no_row_left_is_refused_with_the_reasons(six_orders, folder):
    nobody = six_orders.assign(customer_id=None)
    with pytest.raises(DataError, match=r"rows set aside: 9 .No customer number: 9.*rejected\.csv"):
        keep_tables(clean_transactions(nobody))
    assert [path.name for path in folder.iterdir()] == ["rejected.csv"]
