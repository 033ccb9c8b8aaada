"""Numbers, money and dates as a reader of each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from segkit.errors import ArgumentError
from segkit.i18n import (
    format_date,
    format_money,
    format_number,
    format_percent,
    get_currency,
    get_language,
    localized,
    round_figures,
    set_currency,
    set_language,
    use_language,
)


@pytest.fixture(autouse=True)
def _dollars():
    before = get_currency()
    set_currency("USD")
    yield
    set_currency(before)


def test_english():
    assert format_number(-1234.5, 1) == "\u22121,234.5"
    assert format_percent(0.2288) == "22.9\u202f%"
    assert format_money(35.171) == "$35.17"
    assert format_money(2500315.63) == "$2,500,316"
    assert format_money(2500315.63, compact=True) == "$2.50\u00a0million"
    assert format_money(2.5e9, short=True) == "$2.50\u00a0B"
    assert format_money(999.0, compact=True) == "$999"
    assert format_date(date(1998, 6, 30)) == "30\u00a0Jun\u00a01998"
    assert format_date(date(1998, 6, 30), short=True) == "1998-06-30"


def test_chinese():
    with use_language("zh"):
        assert get_language() == "zh"
        assert format_percent(0.2288) == "22.9%"
        assert format_money(2500315.63, compact=True) == "250 万美元"
        assert format_money(3.2e8, compact=True) == "3.20 亿美元"
        assert format_date(date(1998, 6, 30)) == "1998年6月30日"
    assert get_language() == "en"


def test_currency_is_checked():
    set_currency("CNY")
    assert format_money(5.0) == "CN¥5.00"
    with pytest.raises(ArgumentError, match="currency must be an ISO 4217 code; got 'dollar'"):
        set_currency("dollar")


def test_language_is_checked_and_falls_back():
    with pytest.raises(ArgumentError, match="language must be one of en, zh; got 'fr'"):
        set_language("fr")
    with use_language("zh"):
        assert localized({"en": "Key value", "zh": "重要价值"}) == "重要价值"
        assert localized({"en": "Key value", "zh": ""}) == "Key value"


def test_figures_are_rounded_to_what_is_known():
    assert [round_figures(x) for x in (174740.4, 0.01234, -5.678, 0)] == [175000, 0.0123, -5.68, 0]
