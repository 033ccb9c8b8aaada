"""One row per customer: by hand, by publication, and the same from every kind of source."""

from __future__ import annotations

import re

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.collect import read_transactions
from segkit.customers import summarize_customers
from segkit.errors import ArgumentError, DataError
from segkit.schema import CUSTOMER_SUMMARY, names


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(left, right, check_dtype=False, rtol=1e-12)


def test_six_customers_by_hand(six_orders, six_customers):
    table = summarize_customers(six_orders)
    assert list(table.columns) == names(CUSTOMER_SUMMARY)
    same(table[six_customers.columns], six_customers)
    ann = table.set_index("customer_id").loc["ann"]
    assert (str(ann.first_purchase.date()), str(ann.last_purchase.date())) == (
        "2024-01-01",
        "2024-01-21",
    )


def test_as_of_hides_later_purchases(six_orders):
    table = summarize_customers(six_orders, as_of="2024-01-11").set_index("customer_id")
    assert list(table.index) == ["ann", "bob", "dan", "fay"]
    assert table.loc["ann", ["n_days", "revenue", "recency_days", "T"]].tolist() == [2, 40.0, 0, 10]


def test_as_of_after_the_last_purchase_lengthens_recency_and_T(six_orders):
    table = summarize_customers(six_orders, as_of="2024-03-01").set_index("customer_id")
    assert table.loc["ann", ["recency_days", "recency", "T"]].tolist() == [40, 20, 60]


def test_row_order_and_time_of_day_do_not_matter(six_orders, six_customers):
    shuffled = six_orders.sample(frac=1, random_state=3)
    shuffled["ordered_at"] += pd.to_timedelta(range(9), unit="h")
    same(summarize_customers(shuffled)[six_customers.columns], six_customers)


def test_input_is_not_changed(six_orders):
    before = six_orders.copy(deep=True)
    summarize_customers(six_orders)
    pd.testing.assert_frame_equal(six_orders, before)


def test_order_ids_make_lines_of_one_order_one(six_orders):
    lines = six_orders.assign(order_id=["o1", "o2", "o3", "o4", "o4", "o5", "o6", "o7", "o8"])
    table = summarize_customers(lines).set_index("customer_id")
    assert table.loc["bob", ["n_orders", "mean_order_value"]].tolist() == [1, 12.0]


def test_rows_without_an_order_number_are_orders_of_their_own(six_orders):
    lines = six_orders.assign(order_id=["o1", None, None, None, "o4", None, "o6", None, "o8"])
    table = summarize_customers(lines).set_index("customer_id")
    assert table["n_orders"].tolist() == [3, 2, 1, 1, 1, 1]
    assert table.loc["ann", "mean_order_value"] == 20.0


def test_weeks_merge_occasions_but_count_days(six_orders):
    """Ann buys in the weeks of 1, 8 and 15 January; T is counted from the first Monday."""
    orders = six_orders.assign(
        ordered_at=six_orders["ordered_at"].replace(
            pd.Timestamp("2024-01-21"), pd.Timestamp("2024-01-12")
        )
    )
    ann = summarize_customers(orders, time_unit="week").set_index("customer_id").loc["ann"]
    assert ann[["n_days", "frequency", "recency", "T"]].tolist() == [3, 1, 7, 30]
    assert ann["monetary_value"] == 50.0


@pytest.mark.parametrize("kind", ["csv", "parquet", "polars", "pyarrow", "ibis"])
def test_every_kind_of_source_gives_the_same(kind, cdnow, tmp_path):
    expected = summarize_customers(cdnow)
    if kind == "csv":
        cdnow.to_csv(tmp_path / "orders.csv", index=False)
        source = read_transactions(tmp_path / "orders.csv")
    elif kind == "parquet":
        cdnow.to_parquet(tmp_path / "orders.parquet")
        source = read_transactions(tmp_path / "orders.parquet")
    else:
        source = {
            "polars": pl.from_pandas,
            "pyarrow": pa.Table.from_pandas,
            "ibis": ibis.memtable,
        }[kind](cdnow)
    found = summarize_customers(source)
    if kind in {"csv", "parquet", "ibis"}:
        assert isinstance(found, ibis.Table), "an Ibis table must stay lazy"
        found = found.order_by("customer_id").to_pandas()
    elif kind == "polars":
        assert isinstance(found, pl.DataFrame)
        found = found.to_pandas()
    else:
        assert isinstance(found, pa.Table)
        found = found.to_pandas(date_as_object=False)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)


def test_the_expression_has_no_window_function(six_orders):
    sql = ibis.to_sql(summarize_customers(ibis.memtable(six_orders))).upper()
    assert not re.search(r"\bOVER\b", sql)


def test_cdnow_sample_meets_the_published_counts(cdnow_sample):
    """Fader, Hardie & Lee (2005): calibration to 1997-09-30."""
    table = summarize_customers(cdnow_sample, as_of="1997-09-30")
    assert len(table) == 2357
    assert table["frequency"].sum() == 2457
    assert (table["frequency"] == 0).sum() == 1411
    assert len(table[["frequency", "recency", "T"]].drop_duplicates()) == 1016
    whole = summarize_customers(cdnow_sample)
    assert (whole["n_orders"].sum(), whole["n_days"].sum()) == (6919, 6696)


def test_it_agrees_with_lifetimes(cdnow_sample):
    from lifetimes.utils import summary_data_from_transaction_data

    theirs = summary_data_from_transaction_data(
        cdnow_sample, "customer_id", "ordered_at", "amount", observation_period_end="1998-06-30"
    )
    ours = summarize_customers(cdnow_sample, as_of="1998-06-30").set_index("customer_id")
    columns = ["frequency", "recency", "T", "monetary_value"]
    pd.testing.assert_frame_equal(
        ours[columns], theirs[columns], check_dtype=False, check_names=False
    )


def test_missing_columns_are_named_at_once():
    with pytest.raises(DataError, match=r"missing columns customer_id, amount\. The table has"):
        summarize_customers(pd.DataFrame({"ordered_at": pd.to_datetime(["2024-01-01"])}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ordered_at": "2024-01-01"}, "ordered_at must be a date column; got 'string'"),
        ({"amount": "12"}, "amount must be a number column; got 'string'"),
    ],
)
def test_wrong_types_are_named(six_orders, change, message):
    with pytest.raises(DataError, match=message):
        summarize_customers(six_orders.assign(**change))


def test_nothing_bought_up_to_as_of(six_orders):
    with pytest.raises(DataError, match="a table with purchases up to 2023-12-31; got 'no rows'"):
        summarize_customers(six_orders, as_of="2023-12-31")


def test_wrong_arguments_are_named(six_orders):
    with pytest.raises(ArgumentError, match="time_unit must be one of day, week, month; got 'dy'"):
        summarize_customers(six_orders, time_unit="dy")
    with pytest.raises(ArgumentError, match="as_of must be a date such as 1998-06-30; got 'soon'"):
        summarize_customers(six_orders, as_of="soon")
    with pytest.raises(DataError, match=r"orders must be a pandas.*; got \[1\]"):
        summarize_customers([1])


@pytest.mark.parametrize("time_unit", ["day", "week", "month"])
def test_a_return_is_no_purchase_and_a_free_order_is(six_orders, time_unit):
    back = pd.DataFrame(
        [("ann", "2024-02-25", -5.0), ("bob", "2024-01-05", -2.0), ("gus", "2024-01-20", -9.0)],
        columns=["customer_id", "ordered_at", "amount"],
    )
    back = back.assign(ordered_at=pd.to_datetime(back["ordered_at"]))
    with_returns = pd.concat([six_orders, back], ignore_index=True)
    before = summarize_customers(six_orders, time_unit=time_unit).set_index("customer_id")
    found = summarize_customers(with_returns, time_unit=time_unit).set_index("customer_id")
    assert found.index.tolist() == before.index.tolist(), "gus bought nothing"
    money = ["revenue", "mean_order_value", "monetary_value"]
    pd.testing.assert_frame_equal(found.drop(columns=money), before.drop(columns=money))
    assert found.loc[["ann", "bob"], "revenue"].tolist() == [55.0, 10.0]
