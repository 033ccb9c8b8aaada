"""Numbers, money and dates as a reader of each language writes them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from segkit.errors import ArgumentError
from segkit.i18n import (
    currency_word,
    format_date,
    format_list,
    format_moment,
    format_money,
    format_money_cell,
    format_money_range,
    format_number,
    format_percent,
    format_period,
    get_currency,
    get_language,
    is_currency_set,
    join_sentences,
    language_tag,
    localized,
    money_heading,
    round_figures,
    set_currency,
    set_language,
    use_currency,
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
    assert format_money(154_823.0, compact=True) == "$155,000"
    assert format_money(12_345_678.0, compact=True) == "$12.3\u00a0million"
    assert format_date(date(1998, 6, 30)) == "30\u00a0Jun\u00a01998"
    assert format_date(date(1998, 6, 30), short=True) == "1998-06-30"


def test_chinese():
    with use_language("zh"):
        assert get_language() == "zh"
        assert format_number(-1234.5, 1) == "\u22121,234.5"
        assert format_percent(0.2288) == "22.9%"
        assert format_date(date(1998, 6, 30)) == "1998年6月30日"
    assert get_language() == "en"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (2500315.63, "250 万美元"),
        (3.2e8, "3.20 亿美元"),
        (99_999_999.6, "1.00 亿美元"),
        (12_345_678.0, "1,230 万美元"),
        (174_740.4, "17.5 万美元"),
        (230_000.0, "23.0 万美元"),
        (175_000.0, "17.5 万美元"),
        (-120_000.0, "\u221212.0 万美元"),
        (9_999.6, "1.00 万美元"),
        (9_999.0, "9,999 美元"),
        (100.0, "100 美元"),
        (35.171, "35.17 美元"),
        (0.0, "0.00 美元"),
    ],
)
def test_chinese_amounts_count_in_ten_thousands(amount, text):
    with use_language("zh"):
        assert format_money(amount) == text
        assert format_money(amount, compact=True) == text
        assert format_money(amount, short=True) == text


def test_chinese_amounts_with_digits_are_exact():
    with use_language("zh"):
        assert format_money(1747404.0, 0) == "1,747,404 美元"
        assert format_money(106.0816, 2) == "106.08 美元"


def test_amounts_of_a_table():
    assert money_heading("Revenue") == "Revenue"
    assert format_money_cell(1747404.0, 0) == "$1,747,404"
    with use_language("zh"):
        assert money_heading("销售额") == "销售额（美元）"
        assert format_money_cell(1747404.0, 0) == "1,747,404"
        assert format_money_cell(35.171) == "35.17"


def test_renminbi_is_yuan_behind_a_number():
    set_currency("CNY")
    with use_language("zh"):
        assert format_money(5.0) == "5.00 元"
        assert format_money(2.5e6) == "250 万元"
        assert money_heading("销售额") == "销售额（元）"
    set_currency("HKD")
    with use_language("zh"):
        assert currency_word() == "港元"


def test_an_interval_of_amounts_has_one_precision():
    assert format_money_range(43.91, 406.6) == "$44 to $407"
    assert format_money_range(4.4, 61.23) == "$4.40 to $61.23"
    assert format_money_range(0.3, 406.6) == "$0.30 to $406.60"
    assert format_money_range(-512.2, 43.91) == "\u2212$512 to $44"
    with use_language("zh"), use_currency("CNY"):
        assert format_money_range(43.91, 406.6) == "44 元至 407 元"
        assert format_money_range(9_950.0, 12_034.0) == "9,950 元至 12,034 元"
    with use_language("zh"), use_currency(None):
        assert format_money_range(43.91, 406.6) == "44 至 407"


def test_rows_of_words_sentences_and_days():
    days = date(1997, 1, 1), date(1998, 6, 30)
    assert format_list(["a", "b"]) == "a, b"
    assert join_sentences(["One.", "Two."]) == "One. Two."
    assert format_period(*days) == "1\u00a0Jan\u00a01997 – 30\u00a0Jun\u00a01998"
    assert format_moment(datetime(2024, 5, 6, 7, 8)) == "6\u00a0May\u00a02024, 07:08"
    with use_language("zh"):
        assert format_list(["甲", "乙"]) == "甲、乙"
        assert join_sentences(["一。", "二。"]) == "一。二。"
        assert format_period(*days) == "1997年1月1日至1998年6月30日"
        assert format_moment(datetime(2024, 5, 6, 7, 8)) == "2024年5月6日 07:08"


def test_pages_state_their_language():
    assert language_tag() == "en"
    with use_language("zh"):
        assert language_tag() == "zh-CN"


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


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.0, 0, "0 %"),
        (1.0, 0, "100 %"),
        (1 - 1e-13, 1, "100.0 %"),  # noise of a sum is not a part of it
        (0.002, 0, "0.2 %"),
        (0.9991, 0, "99.9 %"),
        (0.000004, 1, "<0.001 %"),
        (0.9999999, 1, ">99.999 %"),
        (-0.00004, 1, "−0.004 %"),
    ],
)
def test_only_nothing_is_0_per_cent_and_only_the_whole_is_100(share, digits, text):
    assert format_percent(share, digits) == text


def test_nothing_has_no_minus():
    assert format_number(-0.4) == "0"
    assert format_money(-0.001) == "$0.00"


def test_amounts_are_rounded_before_their_scale_is_chosen():
    assert format_money(999_999_999, compact=True) == "$1.00 billion"
    with use_language("zh"):
        assert format_money(99_999_999) == "1.00 亿美元"


def test_amounts_without_a_currency_are_plain_numbers():
    with use_currency(None):
        assert (get_currency(), currency_word(), is_currency_set()) == ("", "", False)
        assert [format_money(x) for x in (35.171, 324.4, -7)] == ["35.17", "324", "\u22127.00"]
        assert format_money(2.5e6, compact=True) == "2.50\u00a0million"
        assert format_money_cell(1747404.0, 0) == "1,747,404"
        with use_language("zh"):
            assert [format_money(x) for x in (35.171, 2.5e6)] == ["35.17", "250 万"]
            assert money_heading("销售额") == "销售额"
    assert is_currency_set()
