"""An export with faults: each is where the list says, and nothing else was touched."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.synthetic import Planted, make_cosmetics, plant_faults
from segkit.synthetic.faults import DEFAULT_COUNTS


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return make_cosmetics(250, seed=3, language="zh")["transactions"]


@pytest.fixture(scope="module")
def planted(orders) -> Planted:
    return plant_faults(orders, seed=8)


def found(planted: Planted, fault: str) -> pd.DataFrame:
    """Give the lines of a fault, as they stand in the export."""
    rows = planted.faults.loc[planted.faults["fault"] == fault, "row"]
    return planted.rows.iloc[rows - 1]


def test_the_same_seed_plants_the_same_faults(orders, planted):
    again = plant_faults(orders, seed=8)
    pd.testing.assert_frame_equal(again.rows, planted.rows)
    pd.testing.assert_frame_equal(again.faults, planted.faults)
    assert not plant_faults(orders, seed=9).faults.equals(planted.faults)


def test_the_input_is_not_changed(orders):
    before = orders.copy(deep=True)
    plant_faults(orders)
    pd.testing.assert_frame_equal(orders, before)


def test_each_fault_is_planted_as_often_as_asked(orders, planted):
    counted = planted.faults["fault"].value_counts().to_dict()
    assert counted.pop("return") == orders["is_return"].sum()
    assert counted == DEFAULT_COUNTS
    assert planted.faults["row"].is_unique
    own = sum(DEFAULT_COUNTS[name] for name in ("duplicate_line", "header_again", "totals_row"))
    assert len(planted.rows) == len(orders) + own


def test_all_other_lines_are_as_they_were(orders, planted):
    """Without the listed lines the export is the original without the same lines."""
    clean = plant_faults(orders, counts={})
    assert set(clean.faults["fault"]) == {"return"}
    touched = planted.faults.loc[planted.faults["fault"] != "return", "row"]
    kept = planted.rows.drop(index=touched - 1)
    lines = clean.rows.astype(str).agg("|".join, axis=1)
    assert kept.agg("|".join, axis=1).isin(lines).all()
    changed = DEFAULT_COUNTS.keys() - {"duplicate_line", "header_again", "totals_row"}
    assert len(kept) == len(orders) - sum(DEFAULT_COUNTS[name] for name in changed)


def test_an_export_without_faults_reads_back_as_the_original(orders):
    clean = plant_faults(orders, counts={}).rows
    assert (clean["会员号"] == orders["customer_id"]).all()
    assert (pd.to_datetime(clean["下单时间"]) == orders["ordered_at"]).all()
    assert (clean["实付金额"].astype(float) == orders["amount"].round(2)).all()
    assert ((clean["是否退货"] == "是") == orders["is_return"]).all()
    assert set(clean["币种"]) == {"CNY"}


@pytest.mark.parametrize(
    ("fault", "column", "pattern"),
    [
        ("missing_id", "会员号", r""),
        ("test_account", "会员号", r"TEST00[123]"),
        ("padded_id", "会员号", r" M\d{7}  "),
        ("missing_date", "下单时间", r""),
        ("impossible_date", "下单时间", r"\d{4}-02-30 \d\d:\d\d:\d\d"),
        ("date_in_2999", "下单时间", r"2999-12-31 00:00:00"),
        ("other_date_form", "下单时间", r"\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d:\d\d"),
        ("missing_amount", "实付金额", r""),
        ("unreadable_amount", "实付金额", r"待定|n/a"),
        ("zero_amount", "实付金额", r"0\.00"),
        ("extreme_amount", "实付金额", r"\d{5,}\.00"),
        ("full_width_digits", "实付金额", r"[０-９]+\.[０-９]{2}"),
        ("currency_sign", "实付金额", r"¥\d+\.\d\d"),
        ("thousands_separator", "实付金额", r"\d,\d{3}\.\d\d"),
        ("other_currency", "币种", r"USD"),
        ("line_break", "品类", r"[\u4e00-\u9fff]+\n\*"),
    ],
)
def test_a_fault_is_where_the_list_says(planted, fault, column, pattern):
    listed = planted.faults[planted.faults["fault"] == fault]
    assert set(listed["column"]) == {column}
    assert found(planted, fault)[column].str.fullmatch(pattern).all()


def test_duplicates_follow_the_line_they_repeat(planted):
    rows = planted.faults.loc[planted.faults["fault"] == "duplicate_line", "row"]
    for row in rows:
        assert planted.rows.iloc[row - 1].tolist() == planted.rows.iloc[row - 2].tolist()


def test_the_header_comes_again_and_the_totals_last(orders, planted):
    assert found(planted, "header_again").iloc[0].tolist() == list(planted.rows.columns)
    last = planted.rows.iloc[-1]
    assert last["会员号"] == "合计"
    assert float(last["实付金额"]) == pytest.approx(orders["amount"].sum())
    assert (last.drop(["会员号", "实付金额"]) == "").all()
    assert planted.faults.iloc[-1].tolist() == [len(planted.rows), "", "totals_row"]


def test_the_export_survives_a_chinese_encoding(planted):
    text = planted.rows.to_csv(index=False).encode("gb18030")
    back = pd.read_csv(io.BytesIO(text), encoding="gb18030", dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(back, planted.rows)


def test_english_headers_and_a_table_of_three_columns():
    orders = make_cosmetics(150, seed=3)["transactions"][["customer_id", "ordered_at", "amount"]]
    planted = plant_faults(orders, language="en")
    assert list(planted.rows.columns) == ["Member ID", "Order Date", "Amount Paid", "Currency"]
    assert planted.rows.iloc[-1]["Member ID"] == "Total"
    assert "line_break" not in set(planted.faults["fault"])
    assert (planted.faults["fault"] == "return").sum() == (orders["amount"] < 0).sum()


def test_other_columns_keep_their_name_and_missing_values_stay_empty():
    orders = pd.DataFrame(
        {
            "customer_id": ["007", None],
            "ordered_at": pd.to_datetime(["2024-01-01", None]),
            "amount": [1.5, None],
            "stars": [5, 4],
        }
    )
    rows = plant_faults(orders, counts={}).rows
    assert rows["会员号"].tolist() == ["007", ""]
    assert rows["下单时间"].tolist() == ["2024-01-01 00:00:00", ""]
    assert rows["实付金额"].tolist() == ["1.50", ""]
    assert rows["stars"].tolist() == ["5", "4"]


def test_refused_arguments(orders):
    with pytest.raises(ArgumentError, match="counts must be of known faults; got 'missing_ids'"):
        plant_faults(orders, counts={"missing_ids": 1})
    with pytest.raises(ArgumentError, match="totals_row.* at most 1"):
        plant_faults(orders, counts={"totals_row": 2})
    with pytest.raises(ArgumentError, match="line_break needs category"):
        plant_faults(orders.drop(columns="category"), counts={"line_break": 1})
    with pytest.raises(DataError, match="missing column amount"):
        plant_faults(orders.drop(columns="amount"))
    with pytest.raises(DataError, match="frame must be a table of at least 109 lines"):
        plant_faults(orders.head(20))
