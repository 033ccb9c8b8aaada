"""Reading transactions: the right table, or one error that names everything."""

from __future__ import annotations

import gzip

import pandas as pd
import polars as pl
import pytest

from segkit.collect import check_header, read_transactions
from segkit.errors import ArgumentError, DataError

HEADER = "customer_id,ordered_at,amount\n"


def write(folder, text, name="orders.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_cdnow_is_whole():
    table = read_transactions("cdnow")
    rows, people, revenue = (
        table.agg(a=table.count(), b=table.customer_id.nunique(), c=table.amount.sum())
        .to_pandas()
        .iloc[0]
    )
    assert (rows, people, round(revenue, 2)) == (69659, 23570, 2500315.63)


def test_a_csv_keeps_ids_as_text_and_times(tmp_path):
    path = write(tmp_path, HEADER + '007,2024-01-31,1.5\n"a, b",2024-02-01 10:20,-3e2\n')
    table = read_transactions(path).to_pandas()
    assert table["customer_id"].tolist() == ["007", "a, b"]
    assert table["ordered_at"].tolist() == [
        pd.Timestamp("2024-01-31"),
        pd.Timestamp("2024-02-01 10:20"),
    ]
    assert table["amount"].tolist() == [1.5, -300.0]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_taken_from_the_header(tmp_path, separator):
    text = (HEADER + "7,2024-01-31,1.5\n").replace(",", separator)
    assert read_transactions(write(tmp_path, text)).to_pandas()["amount"].tolist() == [1.5]


def test_a_byte_order_mark_and_gzip_are_read(tmp_path):
    marked = write(tmp_path, HEADER + "7,2024-01-31,1.5\n", encoding="utf-8-sig")
    assert "customer_id" in read_transactions(marked).columns
    packed = tmp_path / "orders.csv.gz"
    packed.write_bytes(gzip.compress(marked.read_bytes()))
    assert read_transactions(packed).count().execute() == 1


def test_own_names_are_mapped_and_the_rest_stays(tmp_path):
    path = write(tmp_path, "M1,Day1,Paid,amount\n1,2024-01-01,3,9\n")
    with pytest.raises(
        DataError, match=r"missing columns customer_id, ordered_at.*--map customer_id="
    ):
        read_transactions(path)
    mapping = {"customer_id": "M1", "ordered_at": "Day1", "amount": "Paid"}
    table = read_transactions(path, columns=mapping).to_pandas()
    assert table["amount"].tolist() == [3.0]
    assert list(table.columns) == ["customer_id", "ordered_at", "amount"]


def test_a_wrong_own_name_gets_the_nearest(tmp_path):
    path = write(tmp_path, "Member,Date,Paid\n1,2024-01-01,3\n")
    with pytest.raises(DataError, match=r"missing column Membr \(nearest: Member\)"):
        read_transactions(path, columns="customer_id=Membr,ordered_at=Date,amount=Paid")


def test_all_faults_are_named_at_once(tmp_path):
    path = write(tmp_path, HEADER + "1,2024-01-01,3\n,13/02/2024,x\n007,foo,4\n8,,nan\n")
    with pytest.raises(DataError) as caught:
        read_transactions(path)
    message = str(caught.value)
    for part in (
        "orders.csv (rows: 4)",
        "ordered_at mixes dates in several forms: YYYY-MM-DD (1, such as '2024-01-01' in row 1)",
        "DD/MM/YYYY (1, such as '13/02/2024' in row 2)",
        "2 values of amount are no number ('x' in row 2, 'nan' in row 4)",
        "1 without customer_id (the first in row 2), 1 without ordered_at (the first in row 4)",
        "missing='drop'",
    ):
        assert part in message


def test_incomplete_rows_are_dropped_only_on_request(tmp_path):
    path = write(tmp_path, HEADER + "1,2024-01-01,3\n,2024-01-02,5\n2,2024-01-02,\n")
    with pytest.raises(
        DataError, match=r"1 without customer_id .* row 2.*1 without amount .*row 3"
    ):
        read_transactions(path)
    assert read_transactions(path, missing="drop").count().execute() == 1
    none_left = write(tmp_path, HEADER + ",2024-01-01,3\n", "none.csv")
    with pytest.raises(DataError, match="no row has a customer_id"):
        read_transactions(none_left, missing="drop")


def test_frames_stay_what_they_are(six_orders):
    given = six_orders.assign(ordered_at=six_orders["ordered_at"].dt.strftime("%Y-%m-%d"))
    before = given.copy(deep=True)
    table = read_transactions(given)
    assert isinstance(table, pd.DataFrame)
    pd.testing.assert_frame_equal(
        table[["customer_id", "ordered_at", "amount"]], six_orders, check_dtype=False
    )
    pd.testing.assert_frame_equal(given, before)


def test_ids_of_mixed_type_become_text():
    frame = pd.DataFrame(
        {"customer_id": [12, "A12"], "ordered_at": ["2024-01-01"] * 2, "amount": [1, 2]}
    )
    assert read_transactions(frame)["customer_id"].tolist() == ["12", "A12"]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "a.csv", "'.*a.csv' is empty"),
        (HEADER, "a.csv", "a.csv has a header but no rows"),
        (HEADER + "1,2024-01-01,3,5\n", "a.csv", "Line: 2.*Expected Number of Columns: 3"),
        ("customer_id,customer_id,amount\n1,2,3\n", "a.csv", "repeated names: 'customer_id'"),
        ("x", "a.parquet", "a.parquet is no readable Parquet file"),
        ("x", "a.xyz", "'a.xyz' has an ending that no reader knows"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, text, name, message):
    with pytest.raises(DataError, match=message):
        read_transactions(write(tmp_path, text, name))


def test_another_encoding_is_found(tmp_path):
    path = write(tmp_path, HEADER + "客户,2024-01-01,3\n", encoding="gb18030")
    assert read_transactions(path)["customer_id"].to_pandas().tolist() == ["客户"]


def test_no_such_file_folder_or_kind(tmp_path):
    with pytest.raises(DataError, match="there is no file 'cdno'.*Did you mean 'cdnow'"):
        read_transactions("cdno")
    with pytest.raises(DataError, match="is a folder"):
        read_transactions(tmp_path)
    with pytest.raises(DataError, match="source must be a path, .*; got 3"):
        read_transactions(3)
    with pytest.raises(ArgumentError, match="missing must be one of error, drop; got 'keep'"):
        read_transactions("cdnow", missing="keep")


def test_dates_after_today_are_refused_unless_a_last_day_is_given(tmp_path):
    path = write(tmp_path, HEADER + "1,2024-01-01,3\n2,2999-12-31,4\n")
    with pytest.raises(DataError, match="1 dated after today, up to 2999-12-31 .*row 2.*: correct"):
        read_transactions(path)
    assert read_transactions(path, until="2024-12-31").count().execute() == 1
    with pytest.raises(DataError, match="no purchase up to 2023-12-31; the first is of 2024-01-01"):
        read_transactions(path, until="2023-12-31")


def test_years_before_1900_are_no_dates(tmp_path):
    path = write(tmp_path, HEADER + "1,0001-01-01,3\n")
    with pytest.raises(DataError, match="1 value of ordered_at is no date"):
        read_transactions(path)


def test_the_day_is_that_on_the_wall():
    moments = pd.to_datetime(["2023-01-01 00:30"]).tz_localize("Asia/Shanghai")
    frame = pd.DataFrame({"customer_id": ["a"], "ordered_at": moments, "amount": [1.0]})
    assert str(read_transactions(frame)["ordered_at"][0].date()) == "2023-01-01"
    zoned = pl.from_pandas(frame)
    with pytest.raises(DataError, match="ordered_at must be in local time.*Shanghai"):
        read_transactions(zoned)


def test_letter_case_and_spaces_in_the_header_do_not_matter(tmp_path):
    path = write(tmp_path, "Customer_ID, Ordered_At , AMOUNT\n1,2024-01-01,3\n")
    assert read_transactions(path)["amount"].to_pandas().tolist() == [3.0]


def test_the_header_alone_can_be_checked(tmp_path):
    path = write(tmp_path, "M1,Day1,Paid\n1,not a date,3\n")
    with pytest.raises(DataError, match="missing columns customer_id"):
        check_header(path)
    check_header(path, "customer_id=M1,ordered_at=Day1,amount=Paid")
    with pytest.raises(ArgumentError, match="a map to different columns; got 'Day1'"):
        check_header(path, "customer_id=Day1,ordered_at=Day1,amount=Paid")


def test_frames_with_repeated_or_period_columns():
    frame = pd.DataFrame([["a", "2024-01-01", 1.0, 2.0]])
    frame.columns = ["customer_id", "ordered_at", "amount", "amount"]
    with pytest.raises(DataError, match="column names must be different; got 'amount'"):
        read_transactions(frame)
    months = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": pd.period_range("2024-03", periods=1, freq="M"),
         "amount": [1.0]}
    )  # fmt: skip
    assert str(read_transactions(months)["ordered_at"][0].date()) == "2024-03-01"
