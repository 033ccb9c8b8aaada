"""Each planted fault gives the right table, or one clear error that names where it is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from segkit.collect import ReadOptions, read_raw_transactions, read_transactions
from segkit.customers import summarize_customers
from segkit.errors import DataError

HEAD = "customer_id,ordered_at,amount\n"
RIGHT = [("007", "2024-01-31", 3.0), ("8", "2024-02-01", 1234.5)]
ZH = "客户编号,下单时间,实付金额\n007,2024-01-31,3\n8,2024-02-01,1234.5\n"
EN = HEAD + "007,2024-01-31,3\n8,2024-02-01,1234.5\n"


def rows_of(path: Path, **options) -> list[tuple[str, str, float]]:
    table = read_transactions(path, options=ReadOptions(**options)).to_pandas()
    days = table["ordered_at"].dt.strftime("%Y-%m-%d")
    return list(zip(table["customer_id"], days, table["amount"], strict=True))


#: Fault and the file it is in, where the right table comes out all the same.
READ: dict[str, bytes] = {
    "encoding gb18030": ZH.encode("gb18030"),
    "encoding utf-16": ZH.encode("utf-16"),
    "encoding latin-1": EN.replace("amount", "amount,Straße").replace("3\n", "3,Köln\n")
    .replace("1234.5\n", "1234.5,Münster\n").encode("latin-1"),
    "byte order mark": ZH.encode("utf-8-sig"),
    "quoted newline": EN.replace("amount", "amount,note").replace("3\n", '3,"a\nb"\n')
    .replace("1234.5\n", "1234.5,c\n").encode(),
    "semicolons and decimal commas": EN.replace(",", ";").replace("1234.5", "1.234,5").encode(),
    "currency signs": EN.replace("3\n", "¥3\n").replace("1234.5", "¥1234.5").encode(),
    "thousands separators": EN.replace("1234.5", '"1,234.5"').encode(),
    "full-width digits": EN.replace("1234.5", "１２３４．５").encode(),
    "padded amounts": EN.replace("1234.5", '"1,234.5 "').encode(),
    "compact dates": EN.replace("-", "").encode(),
    "Chinese dates": EN.replace("2024-01-31", "2024年1月31日")
    .replace("2024-02-01", "2024年2月1日").encode(),
    "day first": EN.replace("2024-01-31", "31/01/2024")
    .replace("2024-02-01", "01/02/2024").encode(),
    "day numbers of Excel": EN.replace("2024-01-31", "45322")
    .replace("2024-02-01", "45323").encode(),
    "totals row": (EN + "合计,,1237.5\n").encode(),
    "grand total": (EN + 'Grand total,,"1,237.5"\n').encode(),
    "titles above the header": ("Sales 2024,,\n,,\n" + EN).encode(),
    "empty rows": EN.replace("8,", ",,\n8,").encode() + b",,\n\n",
    "NUL bytes": EN.replace("007", "0\x0007").encode(),
    "Windows and Unix ends of lines": EN.replace("3\n", "3\r\n").encode(),
    "padded ids": EN.replace("007", "  007 ").encode(),
    "padded header": EN.replace("customer_id", " Customer_ID ").encode(),
    "columns without name or value": EN.replace("\n", ",,\n").encode(),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(READ))
def test_the_right_table_comes_out(tmp_path, fault):
    path = tmp_path / "orders.csv"
    path.write_bytes(READ[fault])
    assert rows_of(path) == RIGHT


#: Fault, the file it is in, and what the one error must say.
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty file": (b"", "'.*orders.csv' is empty. Export"),
    "blank file": (b"\n\n \n", "orders.csv has no header"),
    "header only": (HEAD.encode(), "orders.csv has a header but no rows"),
    "duplicated header": (
        b"customer_id,ordered_at,amount,amount\n1,2024-01-01,3,4\n",
        r"orders.csv has a header with repeated names: 'amount' \(columns 3, 4\)",
    ),
    "column without a name": (
        b"customer_id,ordered_at,amount,\n1,2024-01-01,3,\n2,2024-01-01,3,x\n",
        "without a name for column 4, which has values, the first in row 2",
    ),
    "two date forms": (
        (HEAD + "1,2024-01-31,3\n2,2024年2月1日,3\n").encode(),
        "ordered_at mixes dates in several forms: .*'2024-01-31' in row 1.*'2024年2月1日' in row 2",
    ),
    "day or month first": (
        (HEAD + "1,01/02/2024,3\n").encode(), "ordered_at does not tell .* in row 1",
    ),
    "two decimal marks": (
        (HEAD + '1,2024-01-31,1.5\n2,2024-01-31,"1,25"\n').encode(),
        "amount has numbers .*'1.5' in row 1.*'1,25' in row 2",
    ),
    "two currencies": (
        (HEAD + "1,2024-01-31,¥3\n2,2024-01-31,$3\n").encode(),
        "amount has amounts in several currencies: .*in row 2.*in row 1",
    ),
    "30 February": (
        (HEAD + "1,2024-01-31,3\n2,2024-02-30,3\n").encode(),
        r"1 value of ordered_at is no date \('2024-02-30' in row 2\)",
    ),
    "word for an amount": (
        (HEAD + "1,2024-01-31,3\n2,2024-02-01,待定\n").encode(),
        r"1 value of amount is no number \(a text of 2 characters in row 2\)",
    ),
    "missing customer": (
        (HEAD + "1,2024-01-31,3\n,2024-02-01,3\n").encode(),
        r"1 without customer_id \(the first in row 2\)",
    ),
    "a date in 2999": (
        (HEAD + "1,2024-01-31,3\n2,2999-12-31,3\n").encode(),
        r"1 dated after today, up to 2999-12-31 \(the first in row 2\)",
    ),
    "a date before 1900": (
        (HEAD + "1,1024-01-31,3\n").encode(), "1 value of ordered_at is no date .*in row 1",
    ),
    "row with a field too many": ((EN + "9,2024-01-01,3,4\n").encode(), "orders.csv .*Line: 4"),
    "row with a field too few": ((EN + "9,2024-01-01\n").encode(), "orders.csv .*Line: 4"),
    "quotation mark never closed": (
        (EN + '9,"2024-01-01,3\n8,2024-01-01,3\n').encode(), "Line: 4.*Close the quotation mark",
    ),
    "broken byte": (
        ("会" * 20 + ",ordered_at,amount\n1,2024-01-01,3\n").encode() + b"\xff,2024-01-01,3\n",
        "orders.csv is not in UTF-8 throughout: line 3 holds the byte FF",
    ),
    "ambiguous column": (
        "客户编号,会员号,下单时间,金额\n1,2,2024-01-01,3\n".encode(), "customer_id",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(REFUSED))
def test_one_clear_error_comes_out(tmp_path, fault):
    content, message = REFUSED[fault]
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_transactions(path)
    text = str(caught.value)
    assert text.startswith("read_transactions: ")
    assert "\n" not in text
    assert len(text) < 700


#: Peak memory in kB that a way of reading adds; of its own process, because what a process
#: once took stays its peak, and getrusage counts that of the process it was started from.
PEAK = """
import re, sys
from pathlib import Path
import ibis
from segkit.collect import read_transactions

def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])

ibis.get_backend()
before, said = peak(), ""
try:
    {way}
except Exception as error:
    said = str(error)
print(peak() - before, said)
"""


@pytest.fixture(scope="module")
def long_line(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("long") / "orders.csv"
    with path.open("wb") as file:
        file.write(HEAD.encode() + b"1,2024-01-01,3\n2,")
        for _time in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b"\n")
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak there")
@pytest.mark.parametrize(
    ("way", "little", "said"),
    [
        ("read_transactions(sys.argv[1])", True, "line of more than 2,000,000 characters, line 3"),
        # The naive way, so that the bound is one that can be broken.
        ("sum(len(line) for line in open(sys.argv[1]))", False, ""),
    ],
)
def test_a_line_of_200_megabytes_is_refused_in_little_memory(long_line, way, little, said):
    words = [sys.executable, "-c", PEAK.format(way=way), long_line]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    kilobytes, _blank, message = done.stdout.strip().partition(" ")
    assert (int(kilobytes) < 60_000) == little, done.stdout
    assert said in message


def test_one_customer_is_enough(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "007,2024-01-31,3\n")
    customers = summarize_customers(read_transactions(path)).to_pandas()
    assert customers["customer_id"].tolist() == ["007"]


def _folder(path: Path) -> None:
    path.mkdir()


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "gone.csv")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_folder, "orders.csv' is a folder without a file that a reader knows"),
        (_dangling, "orders.csv' is a link to '.*gone.csv', which is not there"),
        (_pipe, "orders.csv' is a pipe, socket or device"),
    ],
)
def test_what_is_no_file(tmp_path, make: Callable[[Path], None], message):
    path = tmp_path / "orders.csv"
    make(path)
    with pytest.raises(DataError, match=message):
        read_transactions(path)


def test_no_permission(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text(EN)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read anything
        opened = Path.open

        def refuse(self, *args, **kwargs):
            if self == path:
                raise PermissionError(13, "Permission denied")
            return opened(self, *args, **kwargs)

        monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match="orders.csv' cannot be opened: Permission denied"):
        read_transactions(path)


def test_json_lines(tmp_path):
    path = tmp_path / "orders.jsonl"
    records = [
        {"customer": {"id": "007"}, "ordered_at": "2024-01-31", "amount": 3},
        {"customer": {"id": "8"}, "ordered_at": "2024-02-01", "amount": 1234.5},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    table = read_transactions(path, columns={"customer_id": "customer.id"}).to_pandas()
    assert table["customer_id"].tolist() == ["007", "8"]
    assert table["amount"].tolist() == [3.0, 1234.5]
    path.write_text('{"customer_id": "1"}\n{"customer_id":\n')
    with pytest.raises(DataError, match="orders.jsonl is no JSON lines: line 2 "):
        read_transactions(path)
    path.write_text('{"customer_id": "1", "lines": [1, 2]}\n')
    with pytest.raises(DataError, match="orders.jsonl: lines is a list in row 1"):
        read_transactions(path)


def test_the_lenient_reader_keeps_every_row_and_what_was_sent(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "1,2024-01-31,3\n,2024年2月1日,待定\n3,2024-02-30,¥5\n4,2999-12-31,\n")
    rows = read_raw_transactions(path)
    table = rows.table.order_by("segkit_row").to_pandas()
    assert table["segkit_row"].tolist() == [1, 2, 3, 4]
    assert table["customer_id"].fillna("").tolist() == ["1", "", "3", "4"]
    assert table["segkit_raw_ordered_at"].fillna("").tolist() == ["", "", "2024-02-30", ""]
    assert table["segkit_raw_amount"].fillna("").tolist() == ["", "待定", "", ""]
    assert table["amount"].fillna(0).tolist() == [3.0, 0.0, 5.0, 0.0]
    assert table["ordered_at"][1] == pd.Timestamp("2024-02-01")
    assert re.search("several forms side by side", " ".join(rows.notes))


def test_there_are_enough_faults():
    assert len(READ) + len(REFUSED) >= 25
