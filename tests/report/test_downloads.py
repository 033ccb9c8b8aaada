"""Downloads are text to a spreadsheet, and their names are files on any disk."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.report.downloads import csv_bytes, csv_text, data_uri, file_slug, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\n", "\t", "\r"])
def test_formulas_are_quoted(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", [-3.5, 0, "plain", "a=b", None])
def test_the_rest_is_left_alone(value):
    assert safe_cell(value) == value


def test_header_is_data_too():
    assert csv_text(["=x"], [[1]]) == "'=x\r\n1\r\n"


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
)
def test_no_cell_of_any_text_starts_a_formula(rows):
    table = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows), newline="")))
    assert not any(
        cell.startswith(("=", "+", "-", "@", "＝", "\n", "\t", "\r"))
        for row in table
        for cell in row
    )


def test_excel_sees_utf8():
    assert csv_bytes("重要价值") == b"\xef\xbb\xbf" + "重要价值".encode()
    assert data_uri(b"abc", "text/csv") == "data:text/csv;base64,YWJj"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Key value: 23 % of people", "key-value-23-of-people"),
        ("../../etc/passwd", "etc-passwd"),
        ("重要价值！", "重要价值"),
        ("？", "figure"),
        ("x" * 99, "x" * 48),
    ],
)
def test_slug(title, slug):
    assert file_slug(title, "figure") == slug
