"""The reader's language: translated sentences, and numbers, money and dates as written there.

The language is a property of the running context, so the same result object can be read
in English and in Chinese without being computed twice.
"""

from __future__ import annotations

import gettext as _gettext
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from datetime import date, datetime
from functools import cache
from importlib import resources

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers

from segkit.checks import check_choice
from segkit.currencies import check_currency

LANGUAGES = ("en", "zh")
_LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}
_TAGS = {"en": "en", "zh": "zh-CN"}

_language: ContextVar[str] = ContextVar("language", default="en")
_currency: ContextVar[str] = ContextVar("currency", default="USD")


def get_language() -> str:
    """Tell the language that sentences are made in: ``"en"`` or ``"zh"``."""
    return _language.get()


def set_language(language: str) -> None:
    """Make all following sentences in ``language``."""
    _language.set(check_choice("set_language", "language", language, LANGUAGES))


def language_tag() -> str:
    """Give the current language as a page states it: ``"en"`` or ``"zh-CN"``."""
    return _TAGS[get_language()]


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Make sentences in ``language`` inside a ``with`` block."""
    token = _language.set(check_choice("use_language", "language", language, LANGUAGES))
    try:
        yield
    finally:
        _language.reset(token)


def get_currency() -> str:
    """Tell the ISO 4217 code that amounts are shown in; empty where nobody knows it."""
    return _currency.get()


def is_currency_set() -> bool:
    """Tell whether anybody has said what currency amounts are in."""
    return _currency in copy_context() and bool(get_currency())


def set_currency(currency: str | None) -> None:
    """Show amounts in the currency with this ISO 4217 code, such as ``"USD"`` or ``"CNY"``.

    None shows them as plain numbers: where the currency is not known, none is made up.
    """
    _currency.set(_code_or_none(currency, "set_currency"))


@contextmanager
def use_currency(currency: str | None) -> Iterator[None]:
    """Show amounts in another currency, or in none, inside a ``with`` block."""
    token = _currency.set(_code_or_none(currency, "use_currency"))
    try:
        yield
    finally:
        _currency.reset(token)


def _code_or_none(currency: str | None, function: str) -> str:
    if currency is None:
        return ""
    check_currency(currency, function=function)
    return currency


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    """Read a language's sentences from the .po file itself: there is no compiled copy to go stale.

    English is in the code, so its readers pay for no file.
    """
    if language == "en":
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    place = resources.files("segkit") / "locale" / _LOCALES[language] / "LC_MESSAGES" / "segkit.po"
    compiled = io.BytesIO()
    with place.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def _(text: str) -> str:
    """Translate a sentence into the current language."""
    # An empty text is the name of the catalogue's own header.
    return _catalogue(get_language()).gettext(text) if text else ""


def N_(text: str) -> str:
    """Mark a text of a constant for translation; ``_()`` translates it where it is read."""
    return text


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a sentence that counts ``n`` things into the current language."""
    return _catalogue(get_language()).ngettext(singular, plural, n)


def localized(texts: Mapping[str, str]) -> str:
    """Pick the current language's text from ``{"en": …, "zh": …}``."""
    return texts.get(get_language()) or texts["en"]


def format_list(items: Iterable[str]) -> str:
    """Put items in a row: ``a, b, c`` or ``甲、乙、丙``."""
    return ("、" if get_language() == "zh" else ", ").join(items)


def count_days(n: float) -> str:
    """Count whole days inside a sentence: ``1 day``, ``365 days``, ``365 天``."""
    days = round(n) if math.isfinite(n) else 0
    return ngettext("{n} day", "{n} days", days).format(n=format_number(n))


def join_sentences(sentences: Iterable[str]) -> str:
    """Put whole sentences behind each other; after a Chinese full stop there is no space."""
    return ("" if get_language() == "zh" else " ").join(sentences)


#: From here on digits say nothing to a reader; powers of ten do.
_UNREADABLE = 1e15


def _babel_locale() -> Locale:
    return Locale.parse(_LOCALES[get_language()])


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def format_number(number: float, digits: int = 0) -> str:
    """Write a number with grouped thousands and ``digits`` decimals; a dash when unknown."""
    if not math.isfinite(number):
        return "–"
    if abs(number) >= _UNREADABLE:
        return _with_minus(f"{number:.2e}")
    text = babel_numbers.format_decimal(number, format=_pattern(digits), locale=_babel_locale())
    return _with_minus(text)


def _with_minus(text: str) -> str:
    """Set a minus sign: the hyphen of a keyboard is too short, and lines break at it."""
    is_zero = not any(digit in text for digit in "123456789")
    return text.replace("-", "" if is_zero else "\u2212")


#: So many more decimals a share may have before it is said to be below or above them.
_MORE_DIGITS = 2


def format_percent(share: float, digits: int = 1) -> str:
    """Write a share of 1 as per cent; English sets a thin space before the sign.

    Only nothing is 0 % and only the whole is 100 %: a share that ``digits`` would round to
    either takes more decimals, and past two of them is said to be below or above.
    """
    if not math.isfinite(share):
        return "–"
    text = _percent_number(share * 100, digits)
    # U+2009 is a place to break a line; U+202F is the thin space that is not.
    return f"{text}\u202f%" if get_language() == "en" else f"{text}%"


def _percent_number(percent: float, digits: int) -> str:
    ends = [end for end in (0, 100) if abs(percent - end) > 1e-9]
    rounded = next(
        (d for d in range(digits, digits + _MORE_DIGITS + 1) if round(percent, d) not in ends), None
    )
    if rounded is not None:
        return format_number(percent, rounded)
    step = 10.0 ** -(digits + _MORE_DIGITS)
    near = 0 if abs(percent) < 50 else 100
    inside = near + math.copysign(step, percent - near)
    sign = "<" if abs(percent) < abs(inside) else ">"
    return f"{sign}{format_number(inside, digits + _MORE_DIGITS)}"


def format_money(
    amount: float, digits: int | None = None, *, compact: bool = False, short: bool = False
) -> str:
    """Write an amount in the current currency.

    Without ``digits``, amounts of 100 and more lose their cents. ``compact`` words large
    amounts for prose, ``$2.50 million``; ``short`` abbreviates that for a tile, ``$2.50 M``.
    Chinese names the currency behind the number, ``324 美元``, and counts in 万 and 亿
    unless ``digits`` ask for the exact amount: ``250 万美元``. Wherever an amount is so
    shortened, it has three figures from 10,000 on, zeros included: as many as its neighbours.
    Where no currency is known, the same number stands alone.
    """
    if not math.isfinite(amount):
        return "–"
    large = compact or short
    if get_language() == "zh":
        n_digits = _money_digits(amount, digits)
        return _chinese_money(amount, n_digits, exact=digits is not None and not large)
    if large and _is_long(amount):
        amount = round_figures(amount)
        if abs(amount) >= 1_000_000:
            return _english_millions(amount, short)
    if not get_currency():
        return format_number(amount, _money_digits(amount, digits))
    if abs(amount) >= _UNREADABLE:
        return f"{format_number(amount)} {get_currency()}"
    text = babel_numbers.format_currency(
        amount,
        get_currency(),
        format="¤" + _pattern(_money_digits(amount, digits)),
        locale=_babel_locale(),
        currency_digits=False,
    )
    return _with_minus(text)


def format_money_range(low: float, high: float) -> str:
    """Write an interval of amounts, both ends to the same precision: ``44 元至 407 元``.

    An end that would be rounded to nothing keeps both ends' cents.
    """
    wide = max(abs(low), abs(high))
    is_lost = any(0 < abs(end) < 0.5 for end in (low, high))
    digits = _money_digits(0.0 if is_lost else wide, None)
    first, last = (format_money(end, digits) for end in (low, high))
    if get_language() == "en":
        return f"{first} to {last}"
    # A word of Chinese meets the next one without a space, a number does not.
    return f"{first}至 {last}" if get_currency() else f"{first} 至 {last}"


def _money_digits(amount: float, digits: int | None) -> int:
    if digits is not None:
        return digits
    if abs(amount) >= 100:
        return 0
    return babel_numbers.get_currency_precision(get_currency()) if get_currency() else 2


def _is_long(amount: float) -> bool:
    """Tell whether prose shortens an amount; 9,999.6 would be written as 10,000."""
    return abs(round(amount)) >= 10_000


def _chinese_money(amount: float, digits: int, *, exact: bool) -> str:
    if exact or not _is_long(amount):
        return f"{format_number(amount, digits)} {currency_word()}".rstrip()
    # Rounded first: 99,999,999 is 1.00 亿 and not 10,000 万.
    amount = round_figures(amount)
    scale, unit = (1e8, "亿") if abs(amount) >= 1e8 else (1e4, "万")
    return f"{format_number(amount / scale, _decimals(amount / scale))} {unit}{currency_word()}"


def _decimals(number: float) -> int:
    """Count the decimals that a number of at least 1 shows when it has three figures."""
    return max(0, 2 - math.floor(math.log10(abs(number))))


_MILLIONS = ((1e12, "trillion", "T"), (1e9, "billion", "B"), (1e6, "million", "M"))


def _english_millions(amount: float, short: bool) -> str:
    # Rounded by the caller: 999,999,999 is $1.00 billion and not $1,000.00 million.
    scale, word, letter = next(step for step in _MILLIONS if abs(amount) >= step[0])
    number = amount / scale
    return f"{format_money(number, _decimals(number))}\u00a0{letter if short else word}"


def currency_word() -> str:
    """Name the current currency as it stands behind a number: ``US dollars``, ``美元``, ``元``.

    Empty where none is known.
    """
    if not get_currency():
        return ""
    if get_language() == "zh" and get_currency() == "CNY":
        return "元"
    # Two of them, because English has another form for one.
    return babel_numbers.get_currency_name(get_currency(), 2, locale=_babel_locale())


def money_heading(label: str) -> str:
    """Head a column of amounts: a Chinese table names the currency there, once for all rows."""
    named = get_language() == "zh" and get_currency()
    return f"{label}（{currency_word()}）" if named else label


def format_money_cell(amount: float, digits: int | None = None) -> str:
    """Write an amount under a :func:`money_heading`."""
    if get_language() == "zh":
        return format_number(amount, _money_digits(amount, digits))
    return format_money(amount, digits)


def round_figures(amount: float, figures: int = 3) -> float:
    """Round to so many significant figures: more of an estimate would pretend to know them."""
    if not math.isfinite(amount):
        return amount
    return float(f"{amount:.{figures}g}")


def format_date(day: date | datetime, *, short: bool = False) -> str:
    """Write a date as a client reads it; ``short`` gives ISO form for tables."""
    if short:
        return day.strftime("%Y-%m-%d")
    pattern = "y年M月d日" if get_language() == "zh" else "d\u00a0MMM\u00a0y"
    return babel_dates.format_date(day, format=pattern, locale=_babel_locale())


def format_period(first: date | datetime, last: date | datetime) -> str:
    """Write a span of time from its first to its last day."""
    between = "至" if get_language() == "zh" else " – "
    return f"{format_date(first)}{between}{format_date(last)}"


def format_moment(moment: datetime) -> str:
    """Write a day and the time on it, to the minute."""
    between = " " if get_language() == "zh" else ", "
    return f"{format_date(moment)}{between}{moment:%H:%M}"
