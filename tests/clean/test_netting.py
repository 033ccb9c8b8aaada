"""Returns against their purchases: by hand, and against a plain queue."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.clean import CleaningRules, clean_transactions, matching

LAST = "2024-12-31"
START = datetime(2024, 1, 1)


def make(*rows: tuple) -> pd.DataFrame:
    """Rows of day, product, quantity, amount."""
    frame = pd.DataFrame(rows, columns=["day", "product_id", "quantity", "amount"])
    moments = [START + timedelta(days=day) for day in frame.pop("day")]
    return frame.assign(customer_id="a", ordered_at=moments)


def reasons(cleaning, n: int) -> list[str]:
    found = dict.fromkeys(range(1, n + 1), "kept")
    found |= dict(zip(cleaning.rejected["segkit_row"], cleaning.rejected["reason"], strict=True))
    return list(found.values())


def test_a_return_is_taken_off_the_latest_purchase_with_enough_left():
    orders = make((1, "p", 5, 50.0), (2, "p", 4, 40.0), (3, "p", 9, 3.0), (4, "p", -1, -10.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["kept", "kept", "kept", "return_netted"]
    assert cleaning.kept["quantity"].tolist() == [5, 3, 9]
    assert cleaning.kept["amount"].tolist() == [50.0, 30.0, 3.0]
    assert (cleaning.rows_changed, cleaning.amount_changed) == (1, 10.0)
    changed = cleaning.changed.iloc[0]
    assert (changed["segkit_row"], changed["amount_sent"], changed["amount_kept"]) == (2, 40.0, 30)


def test_what_no_purchase_covers_is_taken_off_the_latest_together():
    orders = make((1, "p", 5, 50.0), (2, "p", 4, 40.0), (3, "p", -7, -70.0), (4, "p", 1, 10.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["kept", "returned", "return_netted", "kept"]
    assert cleaning.kept["quantity"].tolist() == [2, 1]
    assert cleaning.kept["amount"].tolist() == [20.0, 10.0]


@pytest.mark.parametrize("price", [None, (100.0, 10.0), (100.0, None), (9.99, 10.0)])
def test_money_decides_and_no_refund_erases_more_than_was_paid_back(price):
    orders = make((1, "p", 1, 100.0), (2, "p", -1, -10.0))
    if price:
        orders["unit_price"] = price
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 2) == ["kept", "return_netted"]
    assert cleaning.kept[["amount", "quantity"]].to_numpy().tolist() == [[90.0, 1.0]]


@pytest.mark.parametrize("column", ["quantity", "unit_price", "product_id"])
@pytest.mark.parametrize("lacking", [0, 1])
def test_a_value_that_one_side_lacks_is_no_hindrance(column, lacking):
    orders = make((1, "p", 4, 40.0), (2, "p", -1, -10.0)).assign(unit_price=10.0)
    orders.loc[lacking, column] = None
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 2) == ["kept", "return_netted"]
    assert cleaning.kept["amount"].tolist() == [30.0]


def test_crumbs_of_floats_are_no_money():
    orders = make((1, "p", 3, 3 * 1.1), (2, "p", -1, -1.1), (3, "p", -2, -2.2))
    orders["unit_price"] = [1.1, 3.3 / 3, 1.1000000001]
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 3) == ["returned", "return_netted", "return_netted"]


def test_the_purchase_of_the_same_order_comes_first():
    orders = make((1, "p", 1, 50.0), (2, "p", 1, 50.0), (3, "p", -1, -20.0), (4, None, -1, -30.0))
    orders["order_id"] = ["7", "8", "7", "7"]
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["returned", "kept", "return_netted", "return_netted"]


def test_only_earlier_purchases_are_meant():
    orders = make((1, "p", -2, -20.0), (2, "p", 2, 20.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 2) == ["unmatched_return", "kept"]


def test_on_one_moment_the_purchase_comes_first():
    orders = make((1, "p", -2, -20.0), (1, "p", 2, 20.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 2) == ["return_netted", "returned"]


def test_more_came_back_than_was_bought():
    orders = make((1, "p", 2, 20.0), (2, "p", -3, -30.0), (3, "p", 2, 20.0), (4, "p", -1, -10.0))
    cleaning = clean_transactions(orders, until=LAST)
    expected = ["returned", "return_partly_netted", "kept", "return_netted"]
    assert reasons(cleaning, 4) == expected
    assert cleaning.kept["quantity"].tolist() == [1]


def test_another_customer_or_product_is_another_purchase():
    orders = make((1, "p", 2, 20.0), (2, "q", -2, -20.0), (3, "p", -2, -20.0), (4, "p", -2, -18.0))
    orders["customer_id"] = ["a", "a", "b", "a"]
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["kept", *["unmatched_return"] * 2, "return_netted"]
    assert cleaning.kept["amount"].tolist() == [2.0]


def test_without_a_quantity_amounts_are_netted():
    orders = make((1, "p", None, 50.0), (2, "p", None, -20.0)).drop(columns="quantity")
    cleaning = clean_transactions(orders, until=LAST)
    assert cleaning.kept["amount"].tolist() == [30.0]


def test_a_refund_without_a_product_is_of_any():
    orders = make((1, "p", 1, 5.0), (2, "q", 1, 7.0), (3, None, None, -12.0), (4, "", None, -1.0))
    cleaning = clean_transactions(orders, until=LAST)
    expected = ["returned", "returned", "return_netted", "unmatched_return"]
    assert reasons(cleaning, 4) == expected


@pytest.mark.parametrize("word", ["NULL", "-", "未知", "n/a"])
def test_words_for_nothing_are_no_product_and_no_order(word):
    orders = make((1, "p", 1, 50.0), (2, "q", 1, 60.0), (3, word, -1, -20.0))
    orders["order_id"] = [word, "8", word]
    cleaning = clean_transactions(orders, until=LAST)
    assert cleaning.kept["amount"].tolist() == [50.0, 40.0]


def test_the_cost_goes_with_the_money():
    orders = make((1, "p", 4, 40.0), (2, "p", -1, -10.0)).assign(cost=[8.0, -2.0])
    kept = clean_transactions(orders, until=LAST).kept
    assert kept[["quantity", "amount", "cost"]].to_numpy().tolist() == [[3, 30, 6]]


def test_returns_kept_or_dropped():
    orders = make((1, "p", 4, 40.0), (2, "p", -1, -10.0), (3, "p", 1, 10.0))
    orders["is_return"] = [False, False, True]
    kept = clean_transactions(orders, returns="keep", until=LAST)
    assert kept.kept["amount"].tolist() == [40.0, -10.0, -10.0]
    assert kept.kept["quantity"].tolist() == [4, -1, -1]
    assert (kept.rows_changed, kept.amount_changed) == (1, 20.0)
    dropped = clean_transactions(orders, returns="drop", until=LAST)
    assert reasons(dropped, 3) == ["kept", "return", "return"]
    netted = clean_transactions(orders, until=LAST)
    assert netted.kept["quantity"].tolist() == [2]


def test_the_number_of_a_cancellation():
    orders = make(*[(day, "p", 1, 10.0) for day in range(4)])
    orders["order_id"] = ["536365", "536366", "c536367", "CX1"]
    found = clean_transactions(orders, returns="drop", until=LAST)
    assert reasons(found, 4) == ["kept", "kept", "kept", "kept"], "half is not most"
    orders.loc[3, "order_id"] = "536368"
    found = clean_transactions(orders, returns="drop", until=LAST)
    assert reasons(found, 4) == ["kept", "kept", "return", "kept"]
    rules = CleaningRules(cancelled_prefixes=())
    assert clean_transactions(orders, returns="drop", until=LAST, rules=rules).rows_kept == 4
    orders["order_id"] = ["C1", "C2", "C3", "C4"]
    assert clean_transactions(orders, returns="drop", until=LAST).rows_kept == 4


def test_huge_and_tiny_lines_are_netted_too():
    orders = make((1, "p", None, 1e300), (2, "p", None, -1e300), (3, "q", 1e-9, 1.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 3) == ["returned", "return_netted", "kept"]


def by_hand(orders: pd.DataFrame) -> tuple[dict[int, int], dict[int, int]]:
    """Take one return after the other off purchases: money left of each, and not found of each."""
    left: dict[int, int] = {}
    alone: dict[int, int] = {}
    for row in sorted(orders.itertuples(), key=lambda row: (row.ordered_at, row.amount < 0)):
        if row.amount > 0:
            left[row.Index] = int(row.amount)
            continue
        mine = [
            other for other in reversed(left) if orders["customer_id"][other] == row.customer_id
        ]
        products = ("", row.product_id)
        fitting = [
            other for other in mine if not row.product_id or orders["product_id"][other] in products
        ]
        fitting.sort(key=lambda other: orders["order_id"][other] != row.order_id)
        wanted = int(-row.amount)
        enough = [other for other in fitting if left[other] >= wanted]
        for other in enough[:1] or fitting:
            taken = min(wanted, left[other])
            left[other] -= taken
            wanted -= taken
        alone[row.Index] = wanted
    return left, alone


def some_orders(rows: list[tuple], days: list[int]) -> pd.DataFrame:
    orders = pd.DataFrame(rows, columns=["customer_id", "product_id", "order_id", "amount"])
    orders["ordered_at"] = pd.to_datetime([START + timedelta(days=day) for day in days])
    return orders.astype({"amount": "float64"})


def hold_against_hand(orders: pd.DataFrame) -> None:
    left, alone = by_hand(orders)
    cleaning = clean_transactions(orders, until=LAST, duplicates="keep")
    expected = {}
    for index, money in left.items():
        expected[index] = "kept" if money else "returned"
    for index, money in alone.items():
        whole = -orders["amount"][index]
        expected[index] = {0: "return_netted", whole: "unmatched_return"}.get(
            money, "return_partly_netted"
        )
    assert reasons(cleaning, len(orders)) == [expected[index] for index in range(len(orders))]
    kept = [money for _index, money in sorted(left.items()) if money]
    assert cleaning.kept["amount"].tolist() == kept


lines = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["p", "q", "p", "q", ""]),
    st.sampled_from(["1", "2", "3"]),
    st.integers(-6, 6).filter(bool),
)


# Each example cleans a table of up to 25 lines, a second of work: hence fewer of them.
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lines, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_windows_give_what_a_hand_gives(rows, chance):
    hold_against_hand(some_orders(rows, chance.sample(range(300), len(rows))))


def test_many_lines_are_settled_as_by_hand():
    chance = random.Random(7)
    rows = [
        (chance.choice("abcde"), chance.choice(["p", "q", "r"]), chance.choice("12345678"),
         chance.choice([-9, -5, -2, -1, 3, 4, 8, 9]))
        for _line in range(360)
    ]  # fmt: skip
    hold_against_hand(some_orders(rows, chance.sample(range(365), len(rows))))


@pytest.mark.parametrize(("name", "least"), [("_FAR", 3), ("_MOST_ROUNDS", 1)])
def test_a_customer_with_very_many_lines_is_settled_by_the_queue(monkeypatch, name, least):
    monkeypatch.setattr(matching, name, least)
    rows = [("a", "p", "", 10)] * 20 + [("a", "p", "", -10)] * 12 + [("a", "q", "", -10)]
    orders = some_orders(rows, list(range(len(rows))))
    cleaning = clean_transactions(orders, until=LAST)
    assert sorted(cleaning.rejected["reason"]) == (
        ["return_netted"] * 12 + ["returned"] * 12 + ["unmatched_return"]
    )
    assert cleaning.amount_kept == 80
    over = some_orders(rows[:2] + [("a", "p", "", -9)] * 3, [1, 2, 3, 4, 5])
    found = clean_transactions(over, until=LAST)
    assert found.amount_kept == 0
    assert sorted(found.rejected["reason"])[:2] == ["return_netted", "return_netted"]
    assert found.ledger.set_index("reason").at["return_partly_netted", "rows"] == 1


cells = {
    "customer_id": st.sampled_from(["a", "b", " a", "test1", "", None]),
    "ordered_at": st.sampled_from([*(START + timedelta(hours=7 * n) for n in range(9)), None]),
    "amount": st.sampled_from([0.1, 0.2, 0.3, 5.0, -0.1, -0.3, -5.0, 0.0, None, float("nan")]),
    "quantity": st.sampled_from([1, 2, 3, -1, -2, 0, 0.5, None]),
    "product_id": st.sampled_from(["p", "q", "", None]),
    "is_return": st.sampled_from([True, False, None]),
    "order_id": st.sampled_from(["1", "2", "C3", None]),
    "cost": st.sampled_from([1.0, None]),
}


def typed(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(cells))
    kinds = {"amount": "float64", "quantity": "float64", "cost": "float64"}
    kinds |= {"is_return": "boolean", "ordered_at": "datetime64[us]"}
    return frame.astype({**kinds, "customer_id": "str", "product_id": "str", "order_id": "str"})


def content(table: pd.DataFrame) -> list[tuple]:
    plain = table.drop(columns="segkit_row", errors="ignore").round({"amount": 9, "quantity": 9})
    return sorted(map(repr, plain.itertuples(index=False, name=None)))


# Each example cleans twice, a second of work: hence fewer of them.
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.fixed_dictionaries(cells), max_size=20),
    st.sampled_from(["net", "keep", "drop"]),
    st.sampled_from(["drop", "keep"]),
    st.randoms(use_true_random=False),
)
def test_rows_and_amounts_balance_in_any_order(rows, returns, others, chance):
    orders = typed(rows)
    before = orders.copy(deep=True)
    choices = {"returns": returns, "duplicates": others, "zero_amounts": others, "until": LAST}
    cleaning = clean_transactions(orders, **choices)
    pd.testing.assert_frame_equal(orders, before)
    assert cleaning.rows_in == len(orders) == len(cleaning.kept) + len(cleaning.rejected)
    assert cleaning.rows_kept == len(cleaning.kept)
    assert cleaning.amount_in == pytest.approx(orders["amount"].sum(), abs=1e-9)
    parts = cleaning.amount_kept + cleaning.amount_rejected + cleaning.amount_changed
    assert parts == pytest.approx(cleaning.amount_in, abs=1e-9)
    assert cleaning.kept["amount"].sum() == pytest.approx(cleaning.amount_kept, abs=1e-9)
    if returns != "keep":
        assert (cleaning.kept["amount"] >= 0).all()
        assert not (cleaning.kept["quantity"] < 0).any()
    chance.shuffle(rows)
    shuffled = clean_transactions(typed(rows), **choices)
    assert content(shuffled.kept) == content(cleaning.kept)
    assert content(shuffled.rejected) == content(cleaning.rejected)


def test_pandas_keeps_types_without_rows():
    assert list(clean_transactions(typed([]), until=LAST).kept.columns) == list(cells)


@pytest.mark.parametrize("size", [1e10, 1e11, 3e11, 1e12, 1e13, 1e15, 1e20, 1e300])
def test_no_money_is_lost_however_large_it_is(size):
    rows = [
        ("a", "2024-01-01", size, "x"),
        ("a", "2024-01-02", 20.5, "x"),
        ("a", "2024-01-05", -size / 2, "x"),
        ("b", "2024-01-01", size, "x"),
        ("b", "2024-01-05", -size, "x"),
        ("c", "2024-01-01", 0.3, "x"),
        ("c", "2024-01-05", -0.1, "x"),
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "product_id"])
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"])
    cleaning = clean_transactions(frame, until="2024-12-31")
    kept = cleaning.kept.groupby("customer_id")["amount"].agg(list).to_dict()
    assert kept == {"a": [pytest.approx(size / 2, rel=1e-15), 20.5], "c": [0.2]}
    reasons = cleaning.rejected["reason"].tolist()
    assert reasons == ["return_netted", "returned", "return_netted", "return_netted"]


def test_many_large_lines_of_one_customer(monkeypatch):
    # So many that a return does not look at all purchases, and a sum beyond 64 bits.
    monkeypatch.setattr(matching, "_FAR", 50)
    # Each return asks for the same purchase, and a round settles one: the queue does the rest.
    monkeypatch.setattr(matching, "_MANY", 1_000)
    n = 200
    frame = pd.DataFrame(
        {
            "customer_id": "a",
            "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(range(2 * n), unit="s"),
            "amount": [5e16 + 8 * i for i in range(n)] + [-(5e16 + 8 * i) for i in range(n)],
            "product_id": "x",
        }
    )
    cleaning = clean_transactions(frame, until="2024-12-31")
    assert cleaning.rows_kept == 0
    assert cleaning.ledger.set_index("reason")["rows"][["returned", "return_netted"]].tolist() == [
        n,
        n,
    ]
