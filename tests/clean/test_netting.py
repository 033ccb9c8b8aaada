"""Returns against their purchases: by hand, and against a plain queue."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.clean import CleaningRules, clean_transactions

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


def test_a_return_is_taken_off_the_oldest_purchases():
    orders = make((1, "p", 5, 50.0), (2, "p", 4, 40.0), (3, "p", -7, -70.0), (4, "p", 1, 10.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["returned", "kept", "return_netted", "kept"]
    assert cleaning.kept["quantity"].tolist() == [2, 1]
    assert cleaning.kept["amount"].tolist() == [20.0, 10.0]
    assert (cleaning.rows_changed, cleaning.amount_changed) == (1, 20.0)
    changed = cleaning.changed.iloc[0]
    assert (changed["segkit_row"], changed["amount_sent"], changed["amount_kept"]) == (2, 40.0, 20)


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


def test_another_customer_product_or_price_is_another_purchase():
    orders = make((1, "p", 2, 20.0), (2, "q", -2, -20.0), (3, "p", -2, -20.0), (4, "p", -2, -18.0))
    orders["unit_price"] = [10.0, 10.0, 10.0, 9.0]
    orders["customer_id"] = ["a", "a", "b", "a"]
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["kept"] + ["unmatched_return"] * 3
    without_price = clean_transactions(orders.drop(columns="unit_price"), until=LAST)
    assert reasons(without_price, 4)[0] == "returned"


def test_without_a_quantity_amounts_are_netted():
    orders = make((1, "p", None, 50.0), (2, "p", None, -20.0)).drop(columns="quantity")
    cleaning = clean_transactions(orders, until=LAST)
    assert cleaning.kept["amount"].tolist() == [30.0]


def test_without_a_product_the_amount_must_be_equal():
    orders = make((1, None, 1, 50.0), (2, None, 1, 20.0), (3, None, -1, -20.0), (4, "", -1, -30.0))
    cleaning = clean_transactions(orders, until=LAST)
    assert reasons(cleaning, 4) == ["kept", "returned", "return_netted", "unmatched_return"]


def test_the_cost_goes_with_the_pieces():
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


def queue(orders: pd.DataFrame) -> tuple[dict[int, float], dict[int, float]]:
    """Net with a queue per customer, product and price: what is left of each purchase."""
    left: dict[int, float] = {}
    alone: dict[int, float] = {}
    waiting: dict[tuple, deque[int]] = {}
    in_time = sorted(orders.itertuples(), key=lambda row: (row.ordered_at, row.quantity < 0))
    for row in in_time:
        line = waiting.setdefault((row.customer_id, row.product_id, row.unit_price), deque())
        if row.quantity > 0:
            left[row.Index] = row.quantity
            line.append(row.Index)
            continue
        open_ = -row.quantity
        while open_ and line:
            taken = min(open_, left[line[0]])
            left[line[0]] -= taken
            open_ -= taken
            if not left[line[0]]:
                line.popleft()
        alone[row.Index] = open_
    return left, alone


lines = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["p", "q"]),
    st.sampled_from([1.0, 2.5]),
    st.integers(-6, 6).filter(bool),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lines, max_size=25), st.randoms(use_true_random=False))
def test_windows_give_what_a_queue_gives(rows, random):
    days = random.sample(range(300), len(rows))
    orders = pd.DataFrame(rows, columns=["customer_id", "product_id", "unit_price", "quantity"])
    orders["ordered_at"] = pd.to_datetime([START + timedelta(days=day) for day in days])
    orders["amount"] = orders["quantity"] * orders["unit_price"]
    left, alone = queue(orders)
    cleaning = clean_transactions(orders.astype({"quantity": "int64"}), until=LAST)
    found = reasons(cleaning, len(orders))
    for index, quantity in left.items():
        assert (found[index] == "returned") == (quantity == 0)
    for index, open_ in alone.items():
        whole = -orders["quantity"][index]
        expected = {0: "return_netted", whole: "unmatched_return"}
        assert found[index] == expected.get(open_, "return_partly_netted")
    kept = [quantity for _index, quantity in sorted(left.items()) if quantity]
    assert cleaning.kept["quantity"].tolist() == kept


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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.fixed_dictionaries(cells), max_size=20),
    st.sampled_from(["net", "keep", "drop"]),
    st.sampled_from(["drop", "keep"]),
    st.randoms(use_true_random=False),
)
def test_rows_and_amounts_balance_in_any_order(rows, returns, others, random):
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
    random.shuffle(rows)
    shuffled = clean_transactions(typed(rows), **choices)
    assert content(shuffled.kept) == content(cleaning.kept)
    assert content(shuffled.rejected) == content(cleaning.rejected)


def test_pandas_keeps_types_without_rows():
    assert list(clean_transactions(typed([]), until=LAST).kept.columns) == list(cells)
