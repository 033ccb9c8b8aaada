"""Workbooks: the right sheet, the right header, types as Excel has them."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect import ReadOptions, open_raw, read_raw_transactions, read_transactions
from segkit.errors import DataError

ROWS = [
    ["客户编号", "下单时间", "实付金额", "备注"],
    ["007", dt.datetime(2024, 1, 31), 12.5, "x"],
    [12345, dt.datetime(2024, 2, 1, 8, 30), 3, 4.125],
]


def write(path: Path, sheets: dict[str, list[list]], hidden: tuple[str, ...] = ()) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(i, j, cell)
                elif cell is not None:
                    sheet.write(i, j, cell)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def test_types_and_ids(tmp_path):
    path = write(tmp_path / "a.xlsx", {"数据": ROWS})
    table = open_raw(path).table.to_pandas()
    assert table["客户编号"].tolist() == ["007", "12345"]
    assert table["下单时间"].tolist() == [
        pd.Timestamp("2024-01-31"),
        pd.Timestamp("2024-02-01 08:30"),
    ]
    assert table["实付金额"].tolist() == [12.5, 3.0]
    assert table["备注"].tolist() == ["x", "4.1250"]  # a point that no one takes for thousands
    orders = read_transactions(path).to_pandas()
    assert orders["customer_id"].tolist() == ["007", "12345"]


def test_ids_that_are_all_numbers_become_text_without_decimals(tmp_path):
    rows = [["customer_id", "ordered_at", "amount"], [17850, dt.date(2024, 1, 1), 3]]
    path = write(tmp_path / "a.xlsx", {"s": rows})
    assert read_transactions(path).to_pandas()["customer_id"].tolist() == ["17850"]


@pytest.mark.parametrize("ids", [[6222021234567890123, 6222021234567890124], [10**15, 1]])
def test_ids_too_long_for_excel_are_refused_and_not_merged(tmp_path, ids):
    day = dt.date(2024, 1, 1)
    rows = [["会员号", "下单时间", "金额"], [7, day, 3], *([one, day, 3] for one in ids)]
    path = write(tmp_path / "a.xlsx", {"s": rows})
    said = r"column 会员号\) has numbers of more than 15 digits, the first in row 2, .*as text"
    for read in (read_transactions, read_raw_transactions):
        with pytest.raises(DataError, match=said):
            read(path)
    rows.insert(1, ["A7", day, 3])
    with pytest.raises(DataError, match="会员号 has texts, and in row 3 a number of more than 15"):
        open_raw(write(tmp_path / "b.xlsx", {"s": rows}))


def test_long_numbers_are_no_fault_of_amounts_nor_long_texts_of_ids(tmp_path):
    day = dt.date(2024, 1, 1)
    rows = [["会员号", "下单时间", "金额"], ["6222021234567890123", day, 2e15]]
    rows += [["6222021234567890124", day, 3], [10**15 - 1, day, 3]]
    found = read_transactions(write(tmp_path / "a.xlsx", {"s": rows})).to_pandas()
    assert found["customer_id"].tolist() == [str(row[0]) for row in rows[1:]]
    assert found["amount"].tolist() == [2e15, 3, 3]


def test_merged_titles_and_totals(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.merge_range("A1:C1", "2024年销售明细")
    for i, row in enumerate(
        [["会员号", "下单时间", "金额"], ["1", dt.date(2024, 1, 1), 3]], start=2
    ):
        sheet.write_row(i, 0, row)
    sheet.write_row(4, 0, ["合计", None, 3])
    book.close()
    raw = open_raw(path)
    assert raw.table.columns == ("会员号", "下单时间", "金额", "segkit_row")
    assert raw.table.count().execute() == 1
    assert raw.notes == (
        "Row 1 of the file, a title above the header, was left out.",
        "Row 2 is a total (合计), not a purchase, and was left out.",
    )


def test_sheets(tmp_path):
    both = write(tmp_path / "both.xlsx", {"一月": ROWS, "二月": ROWS[:2]})
    with pytest.raises(DataError, match="several sheets with content: '一月', '二月'. Say which"):
        open_raw(both)
    assert open_raw(both, ReadOptions(sheet="二月")).table.count().execute() == 1
    with pytest.raises(DataError, match="no sheet '三月'. Known: 一月, 二月"):
        open_raw(both, ReadOptions(sheet="三月"))
    one = write(tmp_path / "one.xlsx", {"数据": ROWS, "leer": [], "codes": ROWS}, ("codes",))
    assert open_raw(one).notes == ("Sheet 数据 was read; the other sheets are hidden or empty.",)
    with pytest.raises(DataError, match="no sheet with content"):
        open_raw(write(tmp_path / "none.xlsx", {"a": []}))


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_what_is_no_workbook_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04torn")
    with pytest.raises(DataError, match=f"{name} is no workbook that can be read"):
        open_raw(tmp_path / name)


def test_a_protected_workbook_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    with pytest.raises(DataError, match="a.xlsx is protected by a password. Save it without one"):
        open_raw(path)


def test_an_old_workbook_is_read(tmp_path, absent):
    office = shutil.which("soffice")
    if office is None:
        absent("No LibreOffice found (soffice). On Debian: apt install libreoffice-calc.")
    path = write(tmp_path / "a.xlsx", {"数据": ROWS})
    words = [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
    convert = [*words, "--convert-to", "xls", "--outdir", tmp_path / "xls", path]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    table = open_raw(tmp_path / "xls" / "a.xls").table.to_pandas()
    assert table["客户编号"].tolist() == ["007", "12345"]
    assert table["下单时间"].tolist()[0] == pd.Timestamp("2024-01-31")


CELLS = st.one_of(
    st.none(),
    st.text("ab会0 -", min_size=1, max_size=6).filter(str.strip),
    st.integers(-(10**9), 10**9),
    st.sampled_from([0.5, 2.25, -1.125, 1e6]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_cells_come_back(rows):
    numbered = [[i, *row] for i, row in enumerate(rows, start=100)]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.xlsx", {"s": [["n", "x", "y"], *map(list, numbered)]})
        found = open_raw(path).table.to_pyarrow()
    for place, name in ((0, "x"), (1, "y")):
        sent = [row[place] for row in rows]
        read = found.column(name).to_pylist()
        if all(isinstance(cell, int | float | None) for cell in sent):
            assert [None if c is None else float(c) for c in read] == [
                None if c is None else float(c) for c in sent
            ]
        else:
            assert [c is None for c in read] == [c is None for c in sent]
            assert [c for c, s in zip(read, sent, strict=True) if isinstance(s, str)] == [
                s for s in sent if isinstance(s, str)
            ]
            numbers = [
                (c, s) for c, s in zip(read, sent, strict=True) if isinstance(s, int | float)
            ]
            assert all(float(c) == s for c, s in numbers)


def test_leading_zeros_that_are_only_shown_are_told(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("s")
    sheet.write_row(0, 0, ["customer_id", "ordered_at", "amount"])
    sheet.write(1, 0, 123, book.add_format({"num_format": "000000"}))
    sheet.write(1, 1, "2024-01-31")
    sheet.write(1, 2, 3)
    book.close()
    assert [note for note in open_raw(path).notes if "leading zeros (format 000000)" in note]
    plain = write(tmp_path / "b.xlsx", {"数据": ROWS})
    assert not [note for note in open_raw(plain).notes if "zeros" in note]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"a\tb\n1\t2\n", r"is a text file with the ending of a workbook. Rename .* 'a\.tsv'"),
        (b"a,b\n1,2\n", r"is a text file with the ending of a workbook. Rename .* 'a\.csv'"),
        ("\ufeffa\tb\n".encode("utf-16-le"), "is a text file with the ending of a workbook"),
        (b"\xef\xbb\xbf <html><table>", r"is a web page \(HTML or XML\) .* save it as \.xlsx"),
    ],
)
def test_what_is_called_a_workbook_and_is_none(tmp_path, content, rule):
    for ending in ("xls", "xlsx"):
        path = tmp_path / f"a.{ending}"
        path.write_bytes(content)
        with pytest.raises(DataError, match=rule):
            open_raw(path)
