"""JSON lines: one customer stays one, however the number was written."""

from __future__ import annotations

import json
import traceback

import pytest

from segkit.collect import open_raw, read_transactions
from segkit.collect.files.json_lines import open_json_lines
from segkit.collect.options import ReadOptions
from segkit.errors import DataError


def write(folder, ids, name="orders.jsonl"):
    """Write ids as they are spelled in JSON, so that nothing rounds them before."""
    rest = '"ordered_at": "2024-01-31", "amount": 3'
    path = folder / name
    path.write_text("".join(f'{{"customer_id": {one}, {rest}}}\n' for one in ids))
    return path


def customers(path):
    return sorted(read_transactions(path).to_pandas()["customer_id"])


@pytest.mark.parametrize(
    ("ids", "read"),
    [
        (["1", "1.0", '"1"'], ["1", "1", "1"]),
        (["1", "1.0"], ["1", "1"]),
        (["1.0", '"A"'], ["1", "A"]),
        (["1", '"01"'], ["01", "1"]),
        (["1e3", '"A"'], ["1000", "A"]),
        (["1", "null", "2"], ["1", "2"]),
        (["9007199254740993", "9007199254740992"], ["9007199254740992", "9007199254740993"]),
        (["9007199254740993", '"A"'], ["9007199254740993", "A"]),
        (["9007199254740993", "1.0"], ["1", "9007199254740993"]),
        (["-9007199254740993", "1.5"], ["-9007199254740993", "1.5"]),
        (["12345678901234567890", "1"], ["1", "12345678901234567890"]),
        (["123456789012345678901", "1.0"], ["1", "123456789012345678901"]),
    ],
)
def test_ids_keep_their_digits_and_no_more(tmp_path, ids, read):
    path = write(tmp_path, ids)
    kept = [one for one in ids if one != "null"]
    assert customers(path if kept == ids else write(tmp_path, kept)) == read
    if kept != ids:
        write(tmp_path, ids)
        found = read_transactions(path, missing="drop").to_pandas()["customer_id"]
        assert sorted(found) == read


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["1", "12345678901234567890.0"], r"numbers of more than 15 digits, the first in row 2"),
        (['"A"', "12345678901234567890.0"], "customer_id has texts, and in row 2 a number"),
    ],
)
def test_ids_whose_digits_are_lost_are_refused(tmp_path, ids, said):
    with pytest.raises(DataError, match=said):
        read_transactions(write(tmp_path, ids))


def test_files_with_numbers_and_texts_have_the_same_customers(tmp_path):
    write(tmp_path, ["7.0", "8.5"], "a.jsonl")
    write(tmp_path, ['"7"', '"A"'], "b.jsonl")
    assert customers(tmp_path) == ["7", "7", "8.5", "A"]


def test_a_point_beside_texts_is_no_sign_of_thousands(tmp_path):
    path = tmp_path / "orders.jsonl"
    path.write_text('{"amount": 1.125}\n{"amount": "2.5"}\n{"amount": 12.0}\n')
    assert open_raw(path).table["amount"].to_pyarrow().to_pylist() == ["1.1250", "2.5", "12"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('["李娜", "13812345678"]', "row 2 holds a list and no object"),
        ('"李娜 13812345678"', "row 2 holds a text and no object"),
        ("13812345678", "row 2 holds a number and no object"),
        ('{"name": "李娜", "phone": 13812345678', "is no JSON lines: line 2 "),
        ('{"name": ["李娜", 13812345678]}', "name is a list in row 2"),
    ],
)
def test_an_error_names_the_row_and_quotes_no_one(tmp_path, line, said):
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps({"name": "a"}) + "\n" + line + "\n")
    with pytest.raises(DataError, match=said) as caught:
        open_json_lines(path, ReadOptions(), where="f: orders.jsonl")
    told = "".join(traceback.format_exception(caught.value))
    assert not [word for word in ("李娜", "13812345678") if word in told]
