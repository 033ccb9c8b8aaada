"""Codes of currencies are those that people pay with today."""

from __future__ import annotations

import pytest

from segkit.currencies import check_currency
from segkit.errors import ArgumentError


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("RMB", r"Did you mean 'CNY'\?"),
        ("人民币", r"Did you mean 'CNY'\?"),
        ("usd", r"Did you mean 'USD'\?"),
        ("XXQ", "Write USD, EUR or CNY"),
    ],
)
def test_a_currency_by_its_common_name_is_answered_with_its_code(said, remedy):
    with pytest.raises(ArgumentError, match=f"f: currency must be an ISO 4217 code.*{remedy}"):
        check_currency(said, function="f")


@pytest.mark.parametrize("code", ["XOF", "XCD", "CNY", "TWD", "EUR"])
def test_currencies_in_use(code):
    check_currency(code, function="f")


@pytest.mark.parametrize("code", ["DEM", "XAU", "XXX", "usd"])
def test_currencies_that_nobody_pays_with(code):
    with pytest.raises(ArgumentError, match=f"f: currency must be an ISO 4217 code; got '{code}'"):
        check_currency(code, function="f")
