"""Each check on a table of few rows of which some are known to conflict."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.audit import audit_table

D = pd.Timestamp

CASES = [
    ("transactions", "amount_product",
     {"amount": [10.0, 9.99, 10.0, None], "quantity": [2, 3, 2, 1],
      "unit_price": [5.0, 3.333, 4.0, 9.0]}, 1, 3),
    ("transactions", "sign", {"amount": [5.0, -5.0, 5.0], "quantity": [1, -1, -1]}, 1, 3),
    ("transactions", "return_amount",
     {"amount": [5.0, -5.0, 5.0], "is_return": [True, True, False]}, 1, 2),
    ("transactions", "cost_above",
     {"amount": [5.0, 5.0, -5.0, 0.0], "cost": [6.0, 5.0, 3.0, 1.0]}, 1, 2),
    ("transactions", "order_customer",
     {"order_id": ["1", "1", "2", None], "customer_id": ["a", "b", "a", "c"]}, 1, 2),
    ("transactions", "order_currency",
     {"order_id": ["1", "1", "2"], "currency": ["USD", "CNY", "CNY"]}, 1, 2),
    ("transactions", "product_category",
     {"product_id": ["1", "1", "2"], "category": ["x", "y", "x"]}, 1, 2),
    ("transactions", "product_name",
     {"product_id": ["1", "1", "2"], "Description": ["x", "x ", "y"]}, 1, 2),
    ("customers", "age", {"birth_year": [1980, 1980, 2000, 1990], "age": [44, 45, 24, 50]}, 1, 4),
    ("customers", "age_of_day",
     {"birth_date": [D("1980-01-02"), D("1980-12-30"), D("1990-06-01")],
      "age": [44.0, 43.0, 20.0]}, 1, 3),
    ("customers", "birth_year",
     {"birth_date": [D("1980-01-02"), D("1981-01-01")], "birth_year": [1980, 1980]}, 1, 2),
    ("customers", "joined_unborn",
     {"birth_date": [D("1980-01-02"), D("2001-01-01")], "joined_at": [D("2000-01-01")] * 2}, 1, 2),
    ("customers", "joined_year_unborn",
     {"birth_year": [1980, 2001], "joined_at": [D("2000-01-01")] * 2}, 1, 2),
    ("customers", "city_tier",
     {"region": ["r", "r", "q"], "city": ["x", "x", "x"], "city_tier": [1, 2, 2]}, 1, 2),
    ("survey", "one_answer",
     {"customer_id": ["a", "a", "a"], "item": ["1", "1", "2"],
      "answered_at": [D("2024-01-01")] * 3}, 1, 2),
    ("balances", "one_balance",
     {"account_id": ["1", "1", "2"], "as_of": [D("2024-01-01")] * 3}, 1, 2),
    ("balances", "account_customer",
     {"account_id": ["1", "1", "2"], "customer_id": ["a", "b", "b"]}, 1, 2),
    ("balances", "customer_household",
     {"customer_id": ["a", "a", "b"], "household_id": ["h", "k", "k"]}, 1, 2),
    ("campaigns", "control_contacted",
     {"is_control": [True, True, False], "contacts": [1, 0, 2]}, 1, 2),
    ("campaigns", "control_cost",
     {"is_control": [1, 1, 0], "cost": [0.5, 0.0, 2.0]}, 1, 2),
    ("campaigns", "both_arms",
     {"customer_id": ["a", "a", "b"], "campaign": ["x", "x", "x"],
      "is_control": [True, False, True]}, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "check", "frame", "conflicts", "asked"), CASES)
def test_a_conflict_is_counted(kind, check, frame, conflicts, asked):
    audit = audit_table(pd.DataFrame(frame), kind)
    found = audit.checks.set_index("check").loc[check]
    assert (found["conflicts"], found["asked"]) == (conflicts, asked)
    assert found["said"] in audit.faults
    assert f"{conflicts} of {asked}" in found["said"]


def test_every_check_has_a_case():
    from segkit.audit import consistency

    checks = [*consistency._ROWS.values(), *consistency._GROUPS.values()]
    known = {(kind, check) for kind, check, *_rest in CASES}
    assert {check.name for group in checks for check in group} | {"product_name"} == {
        check for _kind, check in known
    }


def test_consistency_stands_beside_each_column_of_the_check():
    frame = pd.DataFrame({"amount": [10.0, 9.0], "quantity": [2, 3], "unit_price": [5.0, 5.0]})
    table = audit_table(frame).table.set_index("column")
    assert table.loc[["amount", "quantity", "unit_price"], "consistency"].tolist() == [0.5] * 3
    assert table.loc["amount", "conflicts"] == 1


def test_a_check_is_not_asked_of_wrong_types():
    frame = pd.DataFrame({"amount": ["ten"], "quantity": [2], "unit_price": [5.0]})
    assert "amount_product" not in set(audit_table(frame).checks["check"])


def test_ages_of_an_old_table_are_not_held_against_today():
    """The table is of 2014; all but one row agree on that."""
    born = [1950, 1960, 1970, 1980, 1990]
    frame = pd.DataFrame({"birth_year": born, "age": [64, 54, 43, 34, 70]})
    checks = audit_table(frame, "customers").checks.set_index("check")
    assert checks.at["age", "conflicts"] == 1
    later = audit_table(frame, "customers", as_of="2024-01-01").checks.set_index("check")
    assert later.at["age", "conflicts"] == 5


def test_repeated_customers_and_several_currencies_are_said():
    people = pd.DataFrame({"customer_id": ["a", "a", "b"], "city": ["x", "y", "z"]})
    assert audit_table(people, "customers").faults == [
        "1 row repeats a customer number that another row has."
    ]
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "ordered_at": [D("2024-01-01")] * 2,
            "amount": [1.0, 2.0],
            "currency": ["USD", "CNY"],
        }
    )
    assert audit_table(orders).faults == [
        "There are amounts in 2 currencies; they cannot be added up."
    ]
