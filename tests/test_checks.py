"""One place words every failure: the sentences themselves."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from segkit.checks import (
    check_choice,
    check_columns,
    check_date,
    check_number,
    check_rows_per_customer,
    listed,
    shown,
)
from segkit.errors import ArgumentError, DataError, ParameterError, SegkitError


def test_a_sentence_names_function_argument_rule_value_and_remedy():
    expected = r"f: kind must be one of month, week; got 'wek'\. Did you mean 'week'\?"
    with pytest.raises(ArgumentError, match=expected):
        check_choice("f", "kind", "wek", ["month", "week"])
    with pytest.raises(ParameterError, match="kind must be"):
        check_choice("f", "kind", 3, ["month"], error=ParameterError)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (True, "f: n must be a whole number of days at least 1 and at most 9; got True"),
        (2.5, "got 2.5"),
        (0, "got 0"),
        (10, "got 10"),
        ("5", "got '5'"),
    ],
)
def test_numbers_outside_their_rule(value, rule):
    with pytest.raises(ArgumentError, match=rule):
        check_number("f", "n", value, low=1, high=9, whole=True, unit="days")


def test_open_bounds_and_what_is_no_number():
    assert check_number("f", "x", 0.1, low=0, low_open=True) == 0.1
    for value in (0, float("nan"), float("inf"), None):
        with pytest.raises(ArgumentError, match="x must be a number above 0; got"):
            check_number("f", "x", value, low=0, low_open=True)


def test_dates_in_every_form():
    day = date(1998, 6, 30)
    for value in (day, datetime(1998, 6, 30, 12), "1998-06-30", " 1998-06-30T10:00 "):
        assert check_date("f", "as_of", value) == day
    with pytest.raises(ArgumentError, match="a date such as 1998-06-30; got '30.6.98'. Write it"):
        check_date("f", "as_of", "30.6.98")


def test_all_missing_columns_at_once_with_the_nearest():
    expected = r"f: missing columns amount \(nearest: Amount\), day\. The table has Amount, who\."
    with pytest.raises(DataError, match=expected):
        check_columns("f", ["Amount", "who"], ["who", "amount", "day"], remedy="Do.")


def test_one_row_per_customer_by_two_counts():
    check_rows_per_customer("f", 4, 4)
    expected = (
        "f: customer_id must be present and different in every row; "
        "got '1,500 rows for 1,200 customers'. Keep one row per customer."
    )
    with pytest.raises(DataError, match=expected):
        check_rows_per_customer("f", 1_500, 1_200)
    with pytest.raises(DataError, match="customers'. Summarize them first."):
        check_rows_per_customer("f", 2, 1, remedy="Summarize them first.")


def test_long_values_are_cut_and_long_lists_counted():
    assert shown("x" * 100, 10) == "'xxxxxxxx…"
    assert shown("a\nb") == "'a\\nb'"
    assert listed(range(15), 3) == "0, 1, 2 and 12 more"


def test_every_error_is_a_segkit_error_and_a_value_error():
    import segkit.errors as errors

    classes = [c for c in vars(errors).values() if isinstance(c, type)]
    assert len(classes) >= 7
    assert all(issubclass(c, SegkitError) and issubclass(c, ValueError) for c in classes)
