"""The base in numbers, by hand and on CDNOW."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from segkit.customers import summarize_customers
from segkit.errors import ArgumentError, DataError
from segkit.value import describe_customers


def test_six_customers_by_hand(six_orders):
    customers = summarize_customers(six_orders)
    before = customers.copy(deep=True)
    base = describe_customers(customers, silent_days=20)
    assert (base.n_customers, base.n_orders, base.revenue) == (6, 9, 220.0)
    assert (base.first_purchase, base.as_of) == (date(2024, 1, 1), date(2024, 1, 31))
    assert (base.last_joined, base.span_days) == (date(2024, 1, 31), 30)
    assert base.one_time.value == 5 / 6
    assert base.one_time_revenue.value == 160 / 220
    assert base.silent.value == 3 / 6  # bob 26, dan 29, fay 21 days
    assert base.n_slipping == 0
    assert customers.equals(before)


def test_slipping_customers_bought_again_spent_more_and_are_silent(six_orders):
    base = describe_customers(summarize_customers(six_orders, as_of="2024-06-30"), silent_days=60)
    assert (base.n_slipping, base.slipping_revenue) == (1, 60.0)  # ann
    assert base.as_of == date(2024, 6, 30)


def test_cdnow(cdnow):
    base = describe_customers(summarize_customers(cdnow))
    assert (base.n_customers, base.n_orders, round(base.revenue, 2)) == (23570, 69659, 2500315.63)
    assert round(base.silent.value, 3) == 0.646
    assert base.period == "1\u00a0Jan\u00a01997 – 30\u00a0Jun\u00a01998"


def test_faults_are_named(six_customers):
    with pytest.raises(ArgumentError, match="silent_days must be a whole number of days at least"):
        describe_customers(six_customers, silent_days=0)
    with pytest.raises(DataError, match="missing columns first_purchase, last_purchase"):
        describe_customers(six_customers)


def test_it_shows_itself_as_a_table(six_customers):
    dates = {
        "first_purchase": pd.Timestamp("2024-01-01"),
        "last_purchase": pd.Timestamp("2024-01-31"),
    }
    page = describe_customers(six_customers.assign(**dates))._repr_html_()
    assert '<th style="text-align:left">Customers</th><td>6</td>' in page
    assert "$220" in page
    assert page.count("<tr>") == 6
