"""What is wrong with a whole column, and what with single rows, through both readers."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.collect import read_raw_transactions, read_transactions
from segkit.errors import DataError


def export(tmp_path, days):
    path = tmp_path / "orders.csv"
    rows = "".join(f"K{number},{day},3\n" for number, day in enumerate(days))
    path.write_text(f"会员号,下单时间,实付金额\n{rows}", encoding="utf-8")
    return path


@pytest.mark.parametrize("reader", [read_transactions, read_raw_transactions])
def test_an_open_order_is_asked_for_and_nobody_is_sent_elsewhere(tmp_path, reader):
    rule = (
        r"ordered_at \(column 下单时间\) does not tell .*'01/02/2024' in row 1 could be 2024-02-01 "
        r"\(dmy\) or 2024-01-02 \(mdy\)\. .*date_order\)\.$"
    )
    with pytest.raises(DataError, match=rule):
        reader(export(tmp_path, ["01/02/2024", "03/04/2024", "05/06/2024"]))


@pytest.mark.parametrize("zoned", ["2024-01-05T23:59:59+08:00", "2024-01-05 08:26+08"])
def test_a_time_with_a_zone_is_a_fault_of_its_row(tmp_path, zoned):
    rows = read_raw_transactions(export(tmp_path, ["2024-01-31", "2024-02-01", zoned]))
    table = rows.table.to_pandas()
    assert table.ordered_at.isna().tolist() == [False, False, True]
    assert table.segkit_raw_ordered_at.tolist()[2] == zoned
    rows.release()


@pytest.mark.parametrize("reader", [read_transactions, read_raw_transactions])
def test_a_column_of_times_with_a_zone_gets_a_remedy_that_works(tmp_path, reader):
    zoned = ["2024-01-05T23:59:59+08:00", "2024-01-06T23:59:59Z"]
    with pytest.raises(DataError, match=r"times with a zone .*AT TIME ZONE .*without an offset\.$"):
        reader(export(tmp_path, zoned))


def test_errors_show_what_is_nearly_a_number_and_nobody():
    sent = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "ordered_at": ["2024-01-01", "2024-01-02", "2024-02-31"],
            "amount": ["身份证110101199001011234", "12,3o", "ann@example.org"],
        }
    )
    rule = (
        r"\('2024-02-31' in row 3\).*\(a text of 21 characters in row 1, '12,3o' in row 2, "
        r"a text of 15 characters in row 3\)"
    )
    with pytest.raises(DataError, match=rule) as error:
        read_transactions(sent)
    assert "身份证" not in str(error.value)
    assert "ann@" not in str(error.value)


def test_a_file_without_header_is_told_so_and_nobody_is_shown(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "王小明,2024-01-01,13800138000\n李四,2024-01-02,13800138001\n", encoding="utf-8"
    )
    with pytest.raises(DataError, match="has no header: its first row looks like a rec") as error:
        read_transactions(path)
    assert "王小明" not in str(error.value)
    assert "138" not in str(error.value)
    path.write_text("王小明,2024-01-01,13800138000,13800138000\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"repeated names: columns 3, 4\.") as error:
        read_transactions(path)
    assert "138" not in str(error.value)
