"""Ids: what a spreadsheet spoiled is refused, one id has one way to be written."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.clean import clean_transactions
from segkit.collect import read_raw_transactions, read_transactions
from segkit.errors import DataError


def export(tmp_path, ids, header="会员号"):
    path = tmp_path / "orders.csv"
    rows = "".join(f"{one},2024-01-{day:02d},3\n" for day, one in enumerate(ids, start=1))
    path.write_text(f"{header},下单时间,实付金额\n{rows}", encoding="utf-8")
    return path


@pytest.mark.parametrize("reader", [read_transactions, read_raw_transactions])
@pytest.mark.parametrize("spoiled", ["1.23457E+10", "1.38E+10", "1E+11", " 6,9012e+12 "])
def test_ids_in_scientific_notation_are_refused(tmp_path, reader, spoiled):
    quoted = f'"{spoiled}"'
    rule = (
        r"customer_id \(column 会员号\) has 2 values in scientific notation .*first in row 2: "
        r".*Format the column as text in the original file and export it again\.$"
    )
    with pytest.raises(DataError, match=rule):
        reader(export(tmp_path, ["A1", quoted, quoted]))


def test_ids_that_only_resemble_it_are_read(tmp_path):
    ids = ["1E10", "E+10", "12.3E+4", "A1.2E+10", "1.2E-5"]
    assert read_transactions(export(tmp_path, ids)).to_pandas().customer_id.tolist() == ids


def test_full_width_ids_are_those_of_ascii(tmp_path):
    ids = ["Ａ０１", "A01", "ｂ２", "张三", "１"]
    read = read_transactions(export(tmp_path, ids)).to_pandas().customer_id.tolist()
    assert read == ["A01", "A01", "b2", "张三", "1"]


@pytest.mark.parametrize(
    "word", ["散客", "匿名", "游客", "非会员", "Guest", " Walk-in ", "零售客户"]
)
def test_words_of_tills_for_unknown_customers_are_none(tmp_path, word):
    sent = pd.DataFrame(
        {
            "customer_id": [word, "K1", f"{word} 7"],
            "ordered_at": ["2024-01-01", "2024-01-02", "2024-01-03"],
            "amount": [1.0, 2.0, 3.0],
            "channel": [word] * 3,
        }
    )
    with pytest.raises(DataError, match=r"1 without customer_id \(the first in row 1\)"):
        read_transactions(sent)
    cleaned = clean_transactions(read_raw_transactions(sent))
    kept = cleaned.kept.to_pandas()
    assert kept.customer_id.tolist() == ["K1", f"{word} 7".strip()]
    assert kept.channel.tolist() == [word.strip()] * 2
