"""Workbooks: typed, whole, and without anything that runs."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from segkit.report.export import xlsx
from segkit.report.export.sheet_text import row_height, sheet_names
from segkit.report.export.xlsx import write_xlsx


@pytest.fixture(scope="module")
def path(hostile, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "report.xlsx"
    write_xlsx(hostile.content, path)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def test_one_sheet_per_table_behind_the_summary(book):
    assert book.sheetnames == ["Summary", "=Who they are", "=who they are 2"]


def test_all_rows_are_typed(book, names):
    sheet = book["=Who they are"]
    assert sheet.max_row == 131
    assert [sheet.cell(2 + n, 1).value for n in range(6)] == names[:6]
    last = [cell.value for cell in sheet[131]]
    assert last[1:] == [129, pytest.approx(129 / 130), pytest.approx(-28.5), datetime(2024, 3, 5)]
    formats = [cell.number_format for cell in sheet[131]]
    assert formats[1:] == ["#,##0", "0.0%", '"€"#,##0.00', "yyyy-mm-dd"]


def test_a_missing_value_is_empty_and_an_old_day_is_text(book):
    sheet = book["=Who they are"]
    assert sheet["E2"].value is None
    assert sheet["E3"].value == "1850-01-01"


def test_the_head_is_bold_frozen_and_filters(book):
    sheet = book["=Who they are"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E131"


def test_nothing_in_it_is_a_formula_or_a_link(path, book):
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert kinds <= {"s", "n", "d"}
    with zipfile.ZipFile(path) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if "sheet" in name)
    assert "<f>" not in text
    assert "hyperlink" not in text.lower()


def test_the_summary_says_it_all(book):
    text = "\n".join(str(c.value) for row in book["Summary"] for c in row if c.value is not None)
    for part in (
        "Most of it comes from <script>alert(1)</script>", '=HYPERLINK("x")', "价$x^$值 leads.",
        "69.9 %", "Keep them.", "=who they are 2", "130", "Nothing is known of", "segkit 0",
    ):  # fmt: skip
        assert part in text, part


def test_the_file_has_properties(book):
    assert book.properties.title == "Most of it comes from <script>alert(1)</script>"
    assert book.properties.creator == "segkit"
    assert "Software: segkit 0" in book.properties.description


def test_a_table_longer_than_a_sheet_says_what_is_left_out(hostile, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 101)
    path = tmp_path / "cut.xlsx"
    write_xlsx(hostile.content, path)
    book = openpyxl.load_workbook(path)
    assert book["=Who they are"].max_row == 101
    text = "\n".join(str(c.value) for row in book["Summary"] for c in row)
    assert "130; 30 more rows are in the CSV." in text


@pytest.mark.parametrize(
    ("asked", "data", "sign"),
    [
        ("EUR", {"currency": "GBP"}, "€"),
        (None, {"currency": "GBP"}, "£"),
        (None, {"currency": ""}, ""),
        (None, {}, "$"),
    ],
)
def test_amounts_have_the_sign_of_the_currency_that_is_known(hostile, asked, data, sign):
    manifest = replace(hostile.manifest, parameters={"currency": asked}, data=data)
    assert xlsx._money_prefix(replace(hostile.content, manifest=manifest)) == sign


def test_names_of_sheets_are_valid_and_unique():
    names = sheet_names(["", "History", "a" * 40, "A" * 40, "'quoted'", "😀" * 20, "[x]:*?/\\"])
    assert names == [
        "Table", "History 2", "a" * 31, "A" * 29 + " 2", "quoted", "😀" * 15, "x",
    ]  # fmt: skip


def test_a_wrapped_text_gets_the_height_it_needs():
    assert row_height(["word " * 30, ""], [60, 9]) == 45
    assert row_height(["short"], [60]) == 15


def test_it_opens_in_libreoffice_with_names_readable(path, to_pdf, pdf_text):
    text = pdf_text(to_pdf(path), "-layout")
    for name in (
        "<script>alert(1)</script>",
        '=HYPERLINK("x")',
        "价$x^$值",
        "€100.50",
        "2024-03-05",
    ):
        assert name in text
