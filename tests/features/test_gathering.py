"""Customers and purchases on one row each, from wherever they come."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.features import gather_customers
from segkit.i18n import use_language

PEOPLE = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "zoe"],
        "birth_year": [1990, 1960, 2000],
        "gender": ["女", "M", "f"],
        "joined_at": pd.to_datetime(["2020-01-01", "2021-01-01", "2023-12-31"]),
    }
)


def test_both_tables_of_six_orders(six_orders):
    before = six_orders.copy(), PEOPLE.copy()
    found = gather_customers(six_orders, PEOPLE)
    table = found.table.to_pandas().set_index("customer_id")
    assert list(table.index) == ["ann", "bob", "zoe"]
    assert table["age"].tolist() == [34, 64, 24]
    assert table["revenue"].tolist() == [60.0, 12.0, 0.0]
    assert pd.isna(table.loc["zoe", "recency_days"])
    assert (found.n_customers, found.n_buyers, found.n_unlisted) == (3, 2, 4)
    assert found.unlisted_share == pytest.approx(148 / 220)
    assert found.as_of == date(2024, 1, 31)
    assert "4 buyers with 67.3\u202f% of revenue are not in the table" in found.summary()
    pd.testing.assert_frame_equal(six_orders, before[0])
    pd.testing.assert_frame_equal(PEOPLE, before[1])


def test_row_order_does_not_matter(six_orders):
    one = gather_customers(six_orders, PEOPLE).table.to_pandas()
    other = gather_customers(six_orders[::-1], PEOPLE[::-1]).table.to_pandas()
    by_id = [frame.sort_values("customer_id", ignore_index=True) for frame in (one, other)]
    pd.testing.assert_frame_equal(*by_id)


def test_customers_alone_have_no_value():
    found = gather_customers(customers=PEOPLE)
    assert found.as_of == date(2023, 12, 31)
    assert not found.has_revenue
    assert "revenue" not in found.table.columns
    assert "groups have a size and no value" in found.summary()
    with use_language("zh"):
        assert found.period == "2023年12月31日"


def test_transactions_alone_bring_the_region_that_has_most_money(six_orders):
    regions = ["north", "south", "south", "west", "west", "east", "east", "east", "north"]
    found = gather_customers(six_orders.assign(region=regions)).table.to_pandas()
    by_id = found.set_index("customer_id")["region"]
    assert by_id[["ann", "bob", "cat", "fay"]].tolist() == ["south", "west", "east", "north"]
    assert pd.isna(by_id["eve"])  # bought for nothing: no region has any of her money


def test_a_data_set_brings_its_own_customers():
    found = gather_customers("hotel_stays")
    assert [source.name for source in found.sources] == ["hotel_stays", "hotel_guests"]
    assert {"is_member", "is_domestic", "revenue", "favorite_channel"} <= set(found.table.columns)
    assert (found.n_customers, found.n_unlisted) == (500, 0)


def test_ages_as_recorded_need_no_day(six_orders):
    found = gather_customers(customers=pd.DataFrame({"customer_id": ["a", "b"], "age": [30, 40]}))
    assert (found.as_of, found.period) == (None, "")
    assert found.summary().startswith("2 customers.")
    assert found.table.to_pandas()["age"].tolist() == [30, 40]


def test_a_data_set_of_customers_alone_may_be_named_as_data():
    found = gather_customers("bank_customers")
    assert not found.has_revenue
    assert [source.name for source in found.sources] == ["bank_customers"]


def test_rows_keep_their_number_beside_the_table():
    found = gather_customers(customers=PEOPLE)
    rows = found.people.to_pandas().set_index("customer_id")["segkit_row"]
    assert rows.to_dict() == {"ann": 1, "bob": 2, "zoe": 3}
    assert "segkit_row" not in found.table.columns


def test_what_cannot_be_gathered_is_said(six_orders):
    with pytest.raises(DataError, match="data must be given, or customers, or both"):
        gather_customers()
    others = PEOPLE.assign(customer_id=["1", "2", "3"])
    with pytest.raises(DataError, match="customer_id must be in both tables for some customers"):
        gather_customers(six_orders, others)
    with pytest.raises(ArgumentError, match="as_of must be given where the data have no purchase"):
        gather_customers(customers=PEOPLE[["customer_id", "birth_year"]])


def test_a_home_country_that_nobody_has_is_refused():
    with pytest.raises(DataError, match="home_country must be a country .*'Wonderland'.*China, Un"):
        gather_customers("hotel_stays", home_country="Wonderland")
    with pytest.raises(ArgumentError, match="home_country must be the name of a country"):
        gather_customers("hotel_stays", home_country=" ")
    korea = gather_customers("hotel_stays", home_country="south_korea").table
    assert korea.is_domestic.sum().to_pandas() > 0


def test_where_nobody_named_a_home_nobody_is_foreign():
    guests = PEOPLE.assign(region="Asia", country=["Thailand", "Thailand", "Laos"])
    found = gather_customers(customers=guests)
    assert "is_domestic" not in found.table.columns
    assert any("Nobody is from the home country" in note for note in found.notes)
    unknown = gather_customers(customers=PEOPLE.assign(region="Asia", country="unknown"))
    assert "is_domestic" in unknown.table.columns
