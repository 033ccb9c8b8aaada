"""Sources of any kind, folders and patterns: one table, its rows counted, notes about it."""

from __future__ import annotations

import gzip

import pandas as pd
import polars as pl
import pytest

from segkit.collect import find_source, open_raw, read_transactions
from segkit.collect.raw import read_header
from segkit.errors import DataError

HEAD = "customer_id,ordered_at,amount\n"


def many(folder, **files):
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


@pytest.fixture
def months(tmp_path):
    folder = tmp_path / "months"
    folder.mkdir()
    return many(
        folder,
        b_csv=HEAD + "2,2024-02-01,4\n合计,,4\n",
        a_csv=HEAD + "1,2024-01-01,3\n1,2024-01-02,3\n",
    )


def test_a_folder_is_one_table_in_the_order_of_names(months):
    raw = open_raw(months)
    rows = raw.table.order_by("segkit_row").to_pandas()
    assert rows["customer_id"].tolist() == ["1", "1", "2"]
    assert rows["segkit_row"].tolist() == [1, 2, 3]
    assert raw.notes == (
        "2 files were read: a.csv from row 1, b.csv from row 3.",
        "b.csv: Row 2 is a total (合计), not a purchase, and was left out.",
    )
    assert [path.name for path in raw.source.files] == ["a.csv", "b.csv"]
    assert read_transactions(months).count().execute() == 3
    assert read_transactions(f"{months}/*.csv").count().execute() == 3
    assert read_transactions(f"{months}/a*.csv").count().execute() == 2


def test_the_fingerprint_covers_all_files_and_their_order(months):
    before = find_source(months).sha256
    assert find_source(f"{months}/*").sha256 == before
    (months / "b.csv").rename(months / "c.csv")
    assert find_source(months).sha256 != before


def test_other_files_beside_them(months):
    (months / ".hidden.csv").write_text("x")
    (months / "notes.docx").write_text("x")
    assert len(find_source(months).files) == 2
    (months / "c.jsonl").write_text("{}")
    with pytest.raises(DataError, match="several kinds .*csv: a.csv, b.csv; jsonl: c.jsonl"):
        find_source(months)
    with pytest.raises(DataError, match="no file fits '.*x.*csv'"):
        find_source(f"{months}/x*.csv")


def test_files_with_other_columns_are_named(months):
    (months / "b.csv").write_text("customer_id,ordered_at,paid\n2,2024-02-01,4\n")
    with pytest.raises(DataError, match="b.csv lacks 'amount' and has 'paid' besides"):
        open_raw(months)


def test_frames_keep_types_and_get_rows():
    frame = pd.DataFrame({"id": ["a", "b"], "paid": [1.5, None]}, index=[7, 9])
    for given in (frame, pl.from_pandas(frame), pl.from_pandas(frame).to_arrow()):
        rows = open_raw(given).table.order_by("segkit_row").to_pandas()
        assert rows["segkit_row"].tolist() == [1, 2]
        assert rows["id"].tolist() == ["a", "b"]
    assert list(frame.columns) == ["id", "paid"]


def test_parquet_keeps_types_and_rows(tmp_path):
    frame = pd.DataFrame({"customer_id": [1, 2], "amount": [1.5, 2.0]})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_parquet(tmp_path / "b.parquet")
    raw = open_raw(tmp_path / "a.parquet")
    assert str(raw.table.customer_id.type()) == "int64"
    assert raw.table.segkit_row.to_pandas().tolist() == [1, 2]
    assert read_header(tmp_path / "a.parquet", function="f") == ("customer_id", "amount")
    both = open_raw(tmp_path)
    assert sorted(both.table.segkit_row.to_pandas()) == [1, 2, 3, 4]


def test_loaded_tables_are_dropped_once_they_are_not_needed(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD + "1,2024-01-01,3\n")
    raw = open_raw(tmp_path / "a.csv")
    backend = raw.table.get_backend()
    assert raw.temporary[0] in backend.list_tables(database="temp.main")
    raw.release()
    assert raw.temporary[0] not in backend.list_tables(database="temp.main")


def test_packed_files_of_a_folder(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress((HEAD + "1,2024-01-01,3\n").encode()))
    (tmp_path / "b.csv").write_text(HEAD + "2,2024-01-01,3\n")
    assert read_transactions(tmp_path).count().execute() == 2


def test_nothing_else_is_opened():
    with pytest.raises(DataError, match="source must be a path, a data set's name or a table"):
        open_raw(3)
