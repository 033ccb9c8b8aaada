"""The groups of a campaign are counted in customers, campaign by campaign."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.audit import audit_table, carrying

ROWS = {
    # Two contacts each for the customers of spring, and a control row each month.
    "spring": [("a", False), ("a", False), ("b", False), ("b", False), ("c", True), ("c", True),
               ("d", True)],
    "autumn": [("a", False), ("c", True)],
}  # fmt: skip


def campaigns(rows=ROWS) -> pd.DataFrame:
    flat = [(name, *row) for name, group in rows.items() for row in group]
    return pd.DataFrame(flat, columns=["campaign", "customer_id", "is_control"])


def test_contacts_are_not_customers():
    facts = carrying({"campaigns": campaigns()}).facts
    assert (facts["control"], facts["contacted"]) == (2, 2)


def test_campaigns_are_not_added_up():
    rows = {str(n): [(f"x{n}", False), (f"y{n}", True)] for n in range(5)}
    assert audit_table(campaigns(rows), "campaigns").arms == (1, 1)


def test_the_smaller_group_decides_which_campaign_counts():
    rows = {
        "lopsided": [(str(n), n == 0) for n in range(100)],
        "balanced": [(str(n), n < 3) for n in range(7)],
    }
    assert audit_table(campaigns(rows), "campaigns").arms == (3, 4)


def test_who_is_in_both_groups_is_in_neither():
    rows = {"x": [("a", True), ("a", False), ("b", True), ("c", False), ("d", None), (None, True)]}
    frame = campaigns(rows).astype({"is_control": "boolean"})
    assert audit_table(frame, "campaigns").arms == (1, 1)


@pytest.mark.parametrize("kind", ["int64", "boolean"])
def test_a_single_campaign_needs_no_name(kind):
    frame = campaigns({"x": ROWS["spring"]}).drop(columns="campaign").astype({"is_control": kind})
    assert audit_table(frame, "campaigns").arms == (2, 2)


def test_without_a_flag_there_are_no_groups():
    frame = campaigns()
    assert audit_table(frame.drop(columns="is_control"), "campaigns").arms == (0, 0)
    assert audit_table(frame.assign(is_control="yes"), "campaigns").arms == (0, 0)
    assert audit_table(frame.iloc[:0], "campaigns").arms == (0, 0)
