"""Codes of currencies: which there are, and what people call them instead."""

from __future__ import annotations

from functools import cache

from babel import numbers as babel_numbers
from babel.core import get_global

from segkit.checks import fail


def check_currency(currency: str, *, function: str) -> None:
    """Refuse what is not an ISO 4217 code of a currency that people pay with today."""
    if currency not in currencies_in_use():
        meant = CURRENCY_HABITS.get(str(currency).upper(), str(currency).upper())
        known = meant in currencies_in_use()
        remedy = f"Did you mean {meant!r}?" if known else "Write USD, EUR or CNY."
        fail(function, "currency", "an ISO 4217 code", currency, remedy)


#: What people call a currency whose code is another.
CURRENCY_HABITS = {
    **dict.fromkeys(("RMB", "CNH", "YUAN", "CN¥", "RMB¥", *"元¥￥", "人民币", "人民币元"), "CNY"),
    **{"US$": "USD", "$": "USD", "美元": "USD", "€": "EUR", "欧元": "EUR"},
}


def currency_code(text: str) -> str:
    """Read what a table calls a currency as its code.

    Examples
    --------
    >>> currency_code(" rmb"), currency_code("¥"), currency_code("USD")
    ('CNY', 'CNY', 'USD')
    """
    name = text.strip().upper()
    return CURRENCY_HABITS.get(name, name)


@cache
def currencies_in_use() -> frozenset[str]:
    """Tell the ISO 4217 codes of all currencies that people pay with today."""
    territories = get_global("territory_currencies")
    return frozenset(
        code for place in territories for code in babel_numbers.get_territory_currencies(place)
    )
