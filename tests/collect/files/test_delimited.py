"""Delimited text: what was written comes back, and what cannot be read is named with its line."""

from __future__ import annotations

import csv
import io
import tempfile
import traceback
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect import ReadOptions, open_raw
from segkit.collect.raw import read_header
from segkit.errors import DataError

LETTERS = {
    "utf-8": "aZé会員😀0 ,;|\"'\n-",
    "utf-8-sig": "aZé会員😀0 ,;|\"'\n-",
    "utf-16": "aZé会員😀0 ,;|\"'\n-",
    "gb18030": "aZ会员店😀0 ,;|\"'\n-",
    "latin-1": "aZéüñ0 ,;|\"'\n-",
}


@st.composite
def tables(draw):
    encoding = draw(st.sampled_from(sorted(LETTERS)))
    cell = st.text(LETTERS[encoding], max_size=8)
    width = draw(st.integers(2, 5))
    # A number in every row, so that no row is a title or a total.
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))
    rows = [[str(i), *row] for i, row in enumerate(rows, start=100)]
    delimiter = draw(st.sampled_from(",;\t|"))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    return encoding, delimiter, quoting, draw(st.sampled_from(["\n", "\r\n"])), width, rows


@settings(max_examples=60, deadline=None)
@given(tables())
def test_a_table_in_any_dress_comes_back_equal(drawn):
    encoding, delimiter, quoting, end, width, rows = drawn
    header = ["number", *(f"column {i}" for i in range(width))]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([header, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        # Few letters say nothing of the encoding; the delimiter is to be found all the same.
        raw = open_raw(path, ReadOptions(encoding=encoding, delimiter=delimiter))
        found = raw.table.drop("segkit_row").to_pyarrow()
    assert found.column_names == header
    read = [[cell or "" for cell in row.values()] for row in found.to_pylist()]
    assert read == rows
    raw.release()


def write(folder, text, name="orders.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def records(path, **options):
    return open_raw(path, ReadOptions(**options)).table.to_pyarrow().to_pylist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_beside_decimal_commas_and_commas_in_text(tmp_path, delimiter):
    rows = [["id", "paid", "note"], ["1", "2,5", "a;b"], ["2", "3,5", "c|d"], ["3", "4,5", "e"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = write(tmp_path, text.getvalue())
    assert [list(row.values())[:3] for row in records(path)] == rows[1:]


def test_titles_above_the_header_are_left_out_and_noted(tmp_path):
    text = (
        "2024年销售明细,,\n导出时间：2024-11-01,,\n,,\n客户编号,下单时间,金额\n007,2024-01-31,3\n"
    )
    path = write(tmp_path, text)
    raw = open_raw(path)
    assert raw.table.to_pyarrow().to_pylist() == [
        {"客户编号": "007", "下单时间": "2024-01-31", "金额": "3", "segkit_row": 1}
    ]
    assert raw.notes == (
        "2 rows of titles above the header were left out, from row 1 to row 2 of the file.",
    )
    assert read_header(path, function="f") == ("客户编号", "下单时间", "金额")


def test_what_titles_say_stays_in_the_file(tmp_path):
    text = "制表人：李娜 13812345678,,\n客户编号,下单时间,金额\n007,2024-01-31,3\n"
    raw = open_raw(write(tmp_path, text))
    assert raw.notes == ("Row 1 of the file, a title above the header, was left out.",)
    assert "李娜" not in repr(raw.notes)


@pytest.mark.parametrize(
    "header", ["客户编号,2024年销售额,金额", "id,1st order,paid", "id,2023,2024,paid"]
)
def test_a_name_with_a_digit_is_a_name_below_a_title(tmp_path, header):
    row = ",".join("7" for _name in header.split(","))
    raw = open_raw(write(tmp_path, f"销售明细\n{header}\n{row}\n{row}\n"))
    assert list(raw.table.columns) == [*header.split(","), "segkit_row"]
    assert raw.table.count().execute() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,name,phone\n1,李娜,13812345678,x\n",
            "Line: 2: Expected Number of Columns: 3 Found: 4",
        ),
        ("id,name,phone\n1,李娜\n", "Line: 2: Expected Number of Columns: 3 Found: 2"),
        ('id,name,phone\n1,"李娜,13812345678\n', "Line: 2.*Close the quotation mark"),
        ("id,name,\n1,李娜,13812345678\n", "without a name for column 3, .* in row 1"),
    ],
)
def test_an_error_names_the_line_and_quotes_no_one(tmp_path, text, said):
    with pytest.raises(DataError, match=said) as caught:
        open_raw(write(tmp_path, text))
    told = "".join(traceback.format_exception(caught.value))
    assert not [word for word in ("李娜", "13812345678") if word in told]


def test_group_headings_above_the_header_are_left_out(tmp_path):
    path = write(tmp_path, "Customer,,Order,\nid,city,day,paid\n1,Köln,2024-01-31,3\n")
    assert list(records(path)[0]) == ["id", "city", "day", "paid", "segkit_row"]


def test_a_header_with_few_names_is_no_title_where_values_follow(tmp_path):
    path = write(tmp_path, "id,,\n1,2,3\n4,5,6\n")
    with pytest.raises(DataError, match="without a name for column 2, .* the first in row 1"):
        open_raw(path)


def test_columns_without_name_and_values_are_left_out(tmp_path):
    assert records(write(tmp_path, "id,paid,,\n1,2,,\n")) == [
        {"id": "1", "paid": "2", "segkit_row": 1}
    ]


def test_repeated_names_are_named_with_their_columns(tmp_path):
    with pytest.raises(DataError, match=r"repeated names: 'Paid' \(columns 2, 4\)"):
        open_raw(write(tmp_path, "id,Paid,day,paid\n1,2,3,4\n"))


def test_totals_and_empty_rows_are_set_aside(tmp_path):
    text = 'id,day,paid\n1,2024-01-01,3\n,,\n2,2024-01-02,4\n小计,,"7.00"\nTotal:,,¥7\n'
    raw = open_raw(write(tmp_path, text))
    assert [row["segkit_row"] for row in raw.table.to_pyarrow().to_pylist()] == [1, 3]
    assert {one.reason: one.rows for one in raw.set_aside} == {
        "empty_row": (2,),
        "total_row": (4, 5),
    }
    assert raw.notes == (
        "One row without any content was left out.",
        "Rows 4, 5 are totals (小计, Total:), not purchases, and were left out.",
    )


def test_a_customer_called_total_stays(tmp_path):
    path = write(tmp_path, "id,day,paid\nTotal,2024-01-01,3\n")
    assert len(records(path)) == 1
    path = write(tmp_path, "id,name,paid\n1,,3\nTotal,Ann,\n")
    assert len(records(path)) == 2


def test_mixed_ends_of_lines(tmp_path):
    assert [row["x"] for row in records(write(tmp_path, "id,x\r\n1,a\n2,b\r\n3,c\r"))] == [
        "a",
        "b",
        "c",
    ]


def test_nulls_are_left_out_and_noted(tmp_path):
    raw = open_raw(write(tmp_path, "id,x\n1,a\0b\n2,\0\n"))
    assert raw.table["x"].to_pyarrow().to_pylist() == ["ab", None]
    assert raw.notes == ("2 NUL characters were left out, the first in line 2.",)


def test_rows_are_counted_below_the_header(tmp_path):
    rows = "".join(f"{i},x\n" for i in range(1, 300_001))
    raw = open_raw(write(tmp_path, f"id,x\n{rows}"))
    differing = raw.table.filter(raw.table.id.cast("int64") != raw.table.segkit_row)
    assert differing.count().execute() == 0
    assert raw.table.count().execute() == 300_000


def test_the_header_is_read_without_the_rows(tmp_path):
    path = write(tmp_path, "id,x\n1,a\n1,2,3,4\n")
    assert read_header(path, function="f") == ("id", "x")
    with pytest.raises(DataError, match="Line: 3.*Expected Number of Columns: 2"):
        open_raw(path)
