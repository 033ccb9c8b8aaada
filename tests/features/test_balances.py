"""Averages of days, by hand, and the made-up bank's own."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.features import summarize_balances
from segkit.schema import BALANCE_FEATURES, names

COLUMNS = ["customer_id", "account_id", "household_id", "as_of", "balance"]
ROWS = [
    # monthly averages: April stands for 30 days, May for 31, June for 30
    ("ann", "a1", "h1", "2024-03-31", 999.0),
    ("ann", "a1", "h1", "2024-04-30", 910.0),
    ("ann", "a1", "h1", "2024-05-31", 910.0),
    ("ann", "a2", "h1", "2024-05-31", 91.0),  # opened in May
    ("ann", "a1", "h1", "2024-06-30", 910.0),
    ("ann", "a2", "h1", "2024-06-30", 91.0),
    ("bob", "b1", "h1", "2024-04-30", 182.0),  # closed in May
    ("cat", "c1", "h2", "2024-06-30", 91.0),
    ("dan", "d1", None, "2024-06-30", -91.0),
    ("dan", "d1", None, "2024-07-31", 500.0),  # not known yet
]


@pytest.fixture
def balances() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


def test_by_hand(balances):
    table = summarize_balances(balances, as_of="2024-06-30", days=91)
    assert list(table.columns) == ["customer_id", *names(BALANCE_FEATURES)]
    assert table.to_numpy().tolist() == [
        ["ann", 910 + 61.0, 2, 2, 1031.0, 1031.0],
        ["bob", 60.0, 1, 2, 1031.0, 1031.0],
        ["cat", 30.0, 1, 1, 30.0, 0.0],
        ["dan", -30.0, 1, 1, -30.0, 0.0],
    ]


def test_a_window_takes_a_part_of_a_month(balances):
    """15 of the 30 days of June are in the window, and nothing else."""
    table = summarize_balances(balances, as_of="2024-06-30", days=15)
    assert table["average_assets"].tolist() == [1001.0, 91.0, -91.0]
    longer = summarize_balances(balances, as_of="2024-06-30", days=40).set_index("customer_id")
    assert longer.loc["cat", "average_assets"] == pytest.approx(91 * 30 / 40)


def test_the_first_day_of_all_counts_as_long_as_the_longest_gap():
    balances = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "as_of": pd.to_datetime(["2024-01-31", "2024-02-10"]),
            "balance": [100.0, 100.0],
        }
    )
    table = summarize_balances(balances, as_of="2024-02-10", days=365)
    assert table["average_assets"].tolist() == [50.0, 50.0]
    one_day = summarize_balances(balances[:1], as_of="2024-02-10", days=365)
    assert one_day["average_assets"].tolist() == [100.0]


def test_customers_tell_the_households(balances):
    people = pd.DataFrame(
        {"customer_id": ["ann", "bob", "cat", "dan", "eve", "fay"],
         "household_id": ["h1", "h1", "h2", None, "h2", " "]}
    )  # fmt: skip
    table = summarize_balances(balances, as_of="2024-06-30", days=91, customers=people)
    found = table.set_index("customer_id")
    assert found.loc["eve"].tolist() == [0.0, 0, 2, 30.0, 30.0]
    assert found.loc["fay"].tolist() == [0.0, 0, 1, 0.0, 0.0]
    assert found["n_household"].tolist() == [2, 2, 2, 1, 2, 1]


def test_row_order_does_not_matter_and_the_input_is_not_changed(balances):
    before = balances.copy(deep=True)
    first = summarize_balances(balances, as_of="2024-06-30")
    second = summarize_balances(balances.sample(frac=1, random_state=5), as_of="2024-06-30")
    pd.testing.assert_frame_equal(first, second, rtol=1e-12)
    pd.testing.assert_frame_equal(balances, before)


def test_wrong_arguments(balances):
    with pytest.raises(DataError, match="balances must be a table with balances in the 5 days"):
        summarize_balances(balances, as_of="2024-06-10", days=5)
    with pytest.raises(ArgumentError, match="days must be a whole number of days at least 1"):
        summarize_balances(balances, as_of="2024-06-10", days=0)
    with pytest.raises(DataError, match="missing column balance"):
        summarize_balances(balances.drop(columns="balance"), as_of="2024-06-30")
