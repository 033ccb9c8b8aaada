"""What customers buy and where, by hand."""

from __future__ import annotations

import math

import pandas as pd
import pyarrow as pa
import pytest

from segkit.errors import DataError
from segkit.features import channel_shares, summarize_baskets
from segkit.schema import BASKET_FEATURES, names

COLUMNS = [
    "customer_id", "ordered_at", "amount", "quantity", "unit_price", "product_id", "category",
    "channel", "is_return",
]  # fmt: skip
ROWS = [
    # tea sells at 10, 10 and 20: median 10; milk at 4 and 2: median 3
    ("ann", "2024-01-01", 20.0, 2, 10.0, "tea-1", "tea", "web", False),
    ("ann", "2024-01-02", 20.0, 1, 20.0, "tea-2", "tea", "shop", False),
    ("ann", "2024-01-03", -20.0, -2, 10.0, "tea-1", "tea", "web", True),
    ("ann", "2024-01-04", 4.0, 1, 4.0, "milk-1", "milk", "web", False),
    ("bob", "2024-02-01", 10.0, 1, 10.0, "tea-1", "tea", "web", False),
    ("bob", "2024-02-01", 10.0, 5, 2.0, "milk-1", "milk", "app", False),
    ("cat", "2024-03-01", -5.0, -1, 5.0, "tea-1", "tea", "shop", True),
]


@pytest.fixture
def orders() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]))


def plainly(table: pd.DataFrame) -> list[list]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def test_preferences_by_hand(orders):
    table = summarize_baskets(orders)
    assert list(table.columns) == ["customer_id", *names(BASKET_FEATURES)]
    assert plainly(table.loc[:, "customer_id":"return_share"]) == [
        # 20 of 24 for tea; web: 20 - 20 + 4 = 4 of 24
        ["ann", "tea", 20 / 24, 2, "shop", 20 / 24, 2, "web", "web", 0.25],
        # as much for milk as for tea, in the app as in the web: by name; on one day: by name
        ["bob", "milk", 0.5, 2, "app", 0.5, 2, "app", "app", 0.0],
        ["cat", None, None, 0, None, None, 0, None, None, 1.0],
    ]


def test_prices_by_hand(orders):
    table = summarize_baskets(orders).set_index("customer_id")
    # ann: 44 for 4 pieces; tea at 15 of usual 10, milk at 4 of usual 3
    assert table.loc["ann", "mean_unit_price"] == pytest.approx(11)
    assert table.loc["ann", "price_level"] == pytest.approx((1.5 * 4 / 3) ** 0.5)
    # bob: 20 for 6 pieces; tea at the usual price, milk at 2 of 3; milk-1 sells at 4 and 2
    assert table.loc["bob", "mean_unit_price"] == pytest.approx(20 / 6)
    assert table.loc["bob", "price_level"] == pytest.approx((2 / 3) ** 0.5)
    assert table["bargain_share"].fillna(-1).tolist() == [0.0, 0.5, -1.0]


def test_half_and_twice_the_usual_price_are_usual_together():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "b", "b"],
            "ordered_at": pd.Timestamp("2024-01-01"),
            "amount": 1.0,
            "unit_price": [5.0, 20.0, 10.0, 10.0, 10.0, 10.0],
            "category": ["x", "y", "x", "y", "x", "y"],
        }
    )
    assert summarize_baskets(orders)["price_level"].tolist() == pytest.approx([1.0, 1.0])


def test_a_price_is_found_from_amount_and_quantity(orders):
    with_prices = summarize_baskets(orders)
    without = summarize_baskets(orders.drop(columns="unit_price"))
    pd.testing.assert_frame_equal(with_prices, without)


def test_only_what_has_a_source_is_there(orders):
    least = orders[["customer_id", "ordered_at", "amount"]]
    table = summarize_baskets(least)
    assert list(table.columns) == ["customer_id", "return_share"]
    assert table["return_share"].tolist() == [0.25, 0.0, 1.0], "a negative amount is a return"


def test_a_negative_amount_is_a_return_whatever_the_flag_says(orders):
    table = summarize_baskets(orders.assign(is_return=False))
    pd.testing.assert_frame_equal(table, summarize_baskets(orders))


def test_as_of_hides_later_purchases(orders):
    table = summarize_baskets(orders, as_of="2024-01-02")
    found = table[["customer_id", "n_categories", "last_channel", "return_share"]]
    assert plainly(found) == [["ann", 1, "shop", 0.0]]


def test_row_order_does_not_matter_and_the_input_is_not_changed(orders):
    before = orders.copy(deep=True)
    shuffled = orders.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(summarize_baskets(orders), summarize_baskets(shuffled))
    pd.testing.assert_frame_equal(orders, before)


def test_sums_that_floats_cannot_tell_apart_are_equal():
    """0.1 + 0.2 is not 0.3 as floats; as money it is, so the first by name is the favorite."""
    orders = pd.DataFrame(
        {
            "customer_id": "a",
            "ordered_at": pd.Timestamp("2024-01-01"),
            "amount": [0.1, 0.2, 0.3],
            "category": ["z", "z", "a"],
        }
    )
    assert summarize_baskets(orders)["favorite_category"].tolist() == ["a"]


def test_shares_by_channel(orders):
    shares = channel_shares(orders)
    found = shares.set_index(["customer_id", "channel"])["share"].to_dict()
    assert found == pytest.approx(
        {("ann", "shop"): 5 / 6, ("ann", "web"): 1 / 6, ("bob", "app"): 0.5, ("bob", "web"): 0.5}
    )
    with pytest.raises(DataError, match="channel_shares: missing column channel"):
        channel_shares(orders.drop(columns="channel"))


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_an_amount_that_is_no_number_counts_as_unknown(wrong):
    days = pd.to_datetime(["2024-01-01"] * 3)
    frame = pd.DataFrame({"customer_id": ["a", "a", "b"], "ordered_at": days,
                          "amount": [wrong, 5.0, 1.0], "channel": ["x", "y", "x"]})  # fmt: skip
    found = summarize_baskets(pa.Table.from_pandas(frame)).to_pandas()
    assert found["favorite_channel"].tolist() == ["y", "x"]
    assert found["return_share"].tolist() == [0, 0]
