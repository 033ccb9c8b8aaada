"""The reader's language: translated sentences, and numbers, money and dates as written there.

The language is a property of the running context, so the same result object can be read
in English and in Chinese without being computed twice.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from importlib import resources

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers

from segkit.checks import check_choice, fail

LANGUAGES = ("en", "zh")
_LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}

_language: ContextVar[str] = ContextVar("language", default="en")
_currency: ContextVar[str] = ContextVar("currency", default="USD")


def get_language() -> str:
    """Tell the language that sentences are made in: ``"en"`` or ``"zh"``."""
    return _language.get()


def set_language(language: str) -> None:
    """Make all following sentences in ``language``."""
    _language.set(check_choice("set_language", "language", language, LANGUAGES))


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Make sentences in ``language`` inside a ``with`` block."""
    token = _language.set(check_choice("use_language", "language", language, LANGUAGES))
    try:
        yield
    finally:
        _language.reset(token)


def get_currency() -> str:
    """Tell the ISO 4217 code that amounts are shown in."""
    return _currency.get()


def set_currency(currency: str) -> None:
    """Show amounts in the currency with this ISO 4217 code, such as ``"USD"`` or ``"CNY"``."""
    if currency not in Locale.parse("en_US").currencies:
        fail("set_currency", "currency", "an ISO 4217 code", currency, "Write USD, EUR or CNY.")
    _currency.set(currency)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    folder = resources.files("segkit") / "locale"
    return _gettext.translation("segkit", str(folder), [_LOCALES[language]], fallback=True)


def _(text: str) -> str:
    """Translate a sentence into the current language."""
    return _catalogue(get_language()).gettext(text)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a sentence that counts ``n`` things into the current language."""
    return _catalogue(get_language()).ngettext(singular, plural, n)


def localized(texts: Mapping[str, str]) -> str:
    """Pick the current language's text from ``{"en": …, "zh": …}``."""
    return texts.get(get_language()) or texts["en"]


def _babel_locale() -> Locale:
    return Locale.parse(_LOCALES[get_language()])


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def format_number(number: float, digits: int = 0) -> str:
    """Write a number with grouped thousands and ``digits`` decimals."""
    text = babel_numbers.format_decimal(number, format=_pattern(digits), locale=_babel_locale())
    return _with_minus(text)


def _with_minus(text: str) -> str:
    """Set a minus sign: the hyphen of a keyboard is too short, and lines break at it."""
    return text.replace("-", "\u2212")


def format_percent(share: float, digits: int = 1) -> str:
    """Write a share of 1 as per cent; English sets a thin space before the sign."""
    text = format_number(share * 100, digits)
    # U+2009 is a place to break a line; U+202F is the thin space that is not.
    return f"{text}\u202f%" if get_language() == "en" else f"{text}%"


def format_money(
    amount: float, digits: int | None = None, *, compact: bool = False, short: bool = False
) -> str:
    """Write an amount in the current currency.

    Without ``digits``, amounts of 100 and more lose their cents. ``compact`` words large
    amounts for prose, ``$2.50 million`` or ``250 万美元``; ``short`` abbreviates that for
    a tile, ``$2.50 M``.
    """
    if (compact or short) and abs(amount) >= (10_000 if get_language() == "zh" else 1_000_000):
        return _compact_money(amount, short)
    if digits is None:
        digits = 0 if abs(amount) >= 100 else 2
    text = babel_numbers.format_currency(
        amount,
        get_currency(),
        format="¤" + _pattern(digits),
        locale=_babel_locale(),
        currency_digits=False,
    )
    return _with_minus(text)


def _compact_money(amount: float, short: bool) -> str:
    if get_language() == "zh":
        scale, unit = (1e8, "亿") if abs(amount) >= 1e8 else (1e4, "万")
        name = babel_numbers.get_currency_name(get_currency(), locale=_babel_locale())
        digits = 2 if abs(amount) < 100 * scale else 0
        return f"{format_number(amount / scale, digits)} {unit}{name}"
    scale, word, letter = (1e9, "billion", "B") if abs(amount) >= 1e9 else (1e6, "million", "M")
    return f"{format_money(amount / scale, 2)}\u00a0{letter if short else word}"


def round_figures(amount: float, figures: int = 3) -> float:
    """Round to so many significant figures: more of an estimate would pretend to know them."""
    return float(f"{amount:.{figures}g}")


def format_date(day: date | datetime, *, short: bool = False) -> str:
    """Write a date as a client reads it; ``short`` gives ISO form for tables."""
    if short:
        return day.strftime("%Y-%m-%d")
    pattern = "y年M月d日" if get_language() == "zh" else "d\u00a0MMM\u00a0y"
    return babel_dates.format_date(day, format=pattern, locale=_babel_locale())
