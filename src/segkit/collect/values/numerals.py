"""Read numbers as clients write them: currency signs, thousands, decimal comma, 1.2万."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any, NoReturn

import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, fail
from segkit.collect.options import DECIMALS
from segkit.collect.values.forms import (
    END,
    START,
    Parsed,
    any_case,
    count_by,
    counted,
    has_wide,
    is_blank,
    narrowed,
    nothing,
    taken,
    total,
    values_of,
)
from segkit.errors import DataError
from segkit.i18n import _, join_sentences

_GAP = "[ \u00a0\u2007\u2009\u202f]"
#: One currency's signs and words. The dollar's and euro's stand first: 美元 also holds 元.
_CURRENCIES = {
    "$": "US[$]|[$＄]|USD|美元",
    "€": "€|EUR|欧元",
    "£": "[£￡]|GBP|英镑",
    "¥": "[¥￥]|CN[¥￥]|RMB|CNY|人民币|元",
}
_UNITS = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3}
_BODY = f"[0-9.,](?:[0-9.,'{_GAP[1:-1]}]*[0-9])?"


def _dressed(currency: str) -> str:
    """Give the pattern of a number with the sign, brackets, unit and one currency around it."""
    gap, money = f"{_GAP}*", f"(?:{currency})"
    body = f"{_BODY}(?:{gap}(?:{'|'.join(_UNITS)}))?(?:{gap}{money})?"
    before = f"(?:[-+]{gap}(?:{money}{gap})?|{money}{gap}(?:[-+]{gap})?)?"
    behind = f"(?:{money}{gap})?{body}{gap}-"
    brackets = f"(?:{money}{gap})?[(]{gap}(?:{money}{gap})?{body}{gap}[)](?:{gap}{money})?"
    return f"{before}{body}|{behind}|{brackets}"


_DRESSED = (
    f"{START}(?:{'|'.join(_dressed(any_case(signs)) for signs in _CURRENCIES.values())}){END}"
)
# The minus of an exponent is none of the number.
_NEGATIVE = "(?:^|[^Ee])[-(－−–（]"
_SIGN, _POWER = "^[-+]?", "(?:[Ee][-+]?[0-9]{1,2})?$"
_PLAIN = f"{_SIGN}[0-9.,]+{_POWER}"
_DIGITS = "[0-9]{1,30}"


def _grouped(separator: str, least: int = 1) -> str:
    return f"[1-9][0-9]{{0,2}}(?:{separator}[0-9]{{3}}){{{least},9}}"


_NEUTRAL = f"{_grouped(_GAP)}|{_grouped(chr(39))}"


def _certain(mark: str, other: str) -> str:
    """Give the pattern of numbers in which ``mark`` can be nothing but the decimal one."""
    no_group = f"[0-9]{{0,30}}{mark}(?:[0-9]{{1,2}}|[0-9]{{4,30}})"
    three = f"(?:0[0-9]{{0,29}}|[0-9]{{4,30}})?{mark}[0-9]{{3}}"
    both = f"(?:{_grouped(other)}|{_NEUTRAL}){mark}{_DIGITS}"
    return f"{_SIGN}(?:{no_group}|{three}|{both}|{_grouped(other, 2)}){_POWER}"


#: Tried in this order, the frequent ones first.
_FORMS = {
    "point": _certain("[.]", ","),
    "whole": f"{_SIGN}(?:[0-9]{{1,30}}|{_NEUTRAL}){_POWER}",
    "comma": _certain(",", "[.]"),
    "three after comma": f"{_SIGN}{_grouped(',')}{_POWER}",
    "three after point": f"{_SIGN}{_grouped('[.]')}{_POWER}",
}


def _readable(mark: str, other: str) -> str:
    whole = f"(?:{_DIGITS}|{_grouped(other)}|{_NEUTRAL})"
    return f"(?:{whole}(?:{mark}{_DIGITS})?|{mark}{_DIGITS})"


_READABLE = {".": _readable("[.]", ","), ",": _readable(",", "[.]")}
_REMEDY = "Say which is meant with ReadOptions(decimal='.') or decimal=',' (in a notebook: decimal)"


def parse_number(
    table: ir.Table, column: str, *, decimal: str | None = None, function: str
) -> Parsed:
    """Read a column of text as numbers, once it is certain which mark is the decimal one.

    One query counts how the numbers are written; the decision is made for the whole column.
    Understood are full-width digits, one currency sign or word (¥ $ € £ 元 RMB CNY USD EUR
    GBP …) before or behind, a sign before or behind, brackets for negative numbers, thousands
    by comma, point, space or apostrophe, ``1.2E+05``, and 千, 万, 百万, 千万, 亿 and 万亿.
    Per cents, other groupings (``1,23,456``) and anything else are unreadable.

    The decimal mark is decided so:

    - A value shows a decimal point that has another number of digits than three behind it
      (``12.5``), nothing, a zero or four digits and more before it (``0.125``,
      ``1234.567``), or a comma in the same number (``1,234.5``, ``1,234,567``). The same
      with the marks exchanged shows a decimal comma. One kind alone decides.
    - Where each value with a mark is of the form ``1.234`` or ``1,234``, nothing tells
      thousands from decimals, and it is asked for. Whole numbers beside them, such as 950 or
      2500, are no evidence: of decimals some would end in a zero and be shorter, thousands
      would be grouped everywhere, and tables put together by hand do neither.

    Parameters
    ----------
    table : ibis.Table
        Where there is a column ``segkit_row``, errors name rows by it.
    column : str
        Text, or numbers, which are passed through.
    decimal : {".", ","}, optional
        The mark, where it is known; what does not fit it is unreadable.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    Parsed
        ``expression`` is float64, null for missing and unreadable values, never infinite;
        ``form`` is ``"point"``, ``"comma"``, ``"whole"``, ``"typed"``, or ``"none"`` where
        no value is readable.

    Raises
    ------
    DataError
        If both marks, none for certain, or several currencies are found.

    Examples
    --------
    >>> table = ibis.memtable({"paid": ["￥1.234,50", "12,5", "(3)"]})
    >>> parsed = parse_number(table, "paid", function="example")
    >>> parsed.form, table.select(paid=parsed.expression).to_pandas().paid.to_list()
    ('comma', [1234.5, 12.5, -3.0])
    """
    check_columns(function, table.columns, [column])
    if decimal is not None:
        check_choice(function, "decimal", decimal, DECIMALS)
    text: Any = table[column]
    if not text.type().is_string():
        return _typed(text, column, function)
    labelled = _labelled(table, column)
    found = count_by(labelled, "form", "plain", "wide", "unit", "currency")
    where = f"{function}: {column}"
    currency = _one_currency(labelled, found, where)
    forms = {form: total(found, form=form) for form in _FORMS}
    mark = decimal or _decide(labelled, forms, where)
    expression = _number(
        text,
        mark,
        dressed=any(not one["plain"] and one["form"] in _FORMS for one in found),
        wide=any(one["wide"] for one in found),
        units=any(one["unit"] for one in found),
    )
    form = _form(forms, mark)
    return Parsed(expression, form, _note(column, form, currency))


def _typed(value: Any, column: str, function: str) -> Parsed:
    kind = value.type()
    if not kind.is_numeric() or kind.is_boolean():
        if not kind.is_null():
            remedy = "Name another column."
            fail(function, column, "numbers or text", str(kind), remedy, error=DataError)
        return Parsed(nothing(value, "float64"), "none", _note(column, "none", ""))
    number = value.cast("float64")
    if kind.is_floating():
        number = ibis.ifelse(number.isnan() | number.isinf(), ibis.null("float64"), number)
    return Parsed(number, "typed", _note(column, "typed", ""))


def _labelled(table: ir.Table, column: str) -> ir.Table:
    """Name, value by value, all that the decision asks for."""
    values: Any = values_of(table, column)
    plain = values.value.re_search(_PLAIN)
    # Steps of their own, so that engines take the dress off once and not for every form.
    steps: Any = values.mutate(plain=plain, text=narrowed(values.value))
    # Searched and then cut, for engines are slow in cutting by a pattern of such length.
    bare = taken(_where(steps.text, _DRESSED), _BODY)
    steps = steps.mutate(bare=ibis.ifelse(steps.plain, steps.value, ibis.coalesce(bare, "")))
    ladder = [(steps.bare.re_search(pattern), form) for form, pattern in _FORMS.items()]
    money = [(steps.value.re_search(any_case(signs)), sign) for sign, signs in _CURRENCIES.items()]
    dressed = ~steps.plain & (steps.bare != "")
    return steps.mutate(
        form=ibis.cases(*ladder, (is_blank(steps.value), "blank"), else_="unreadable"),
        wide=dressed & has_wide(steps.value),
        unit=dressed & steps.value.re_search("[千万亿]"),
        currency=ibis.ifelse(dressed, ibis.cases(*money, else_=""), ""),
    )


def _one_currency(labelled: ir.Table, found: list[dict[str, Any]], where: str) -> str:
    readable = [one for one in found if one["form"] in _FORMS]
    signs = sorted({one["currency"] for one in readable if one["currency"]})
    if len(signs) < 2:
        return signs[0] if signs else ""
    is_number: Any = labelled.form.isin(list(_FORMS))
    parts = [
        f"{sign} {counted(labelled, is_number & (labelled.currency == sign), count)}"
        for sign, count in ((sign, total(readable, currency=sign)) for sign in signs)
    ]
    raise DataError(
        f"{where} has amounts in several currencies: {', '.join(parts)}. "
        "Convert them to one, or read each currency for itself."
    )


def _decide(labelled: ir.Table, forms: dict[str, int], where: str) -> str:
    if forms["point"] and forms["comma"]:
        _refuse(labelled, forms, ("point", "comma"), where)
    if forms["point"] or forms["comma"]:
        return "." if forms["point"] else ","
    if forms["three after comma"] or forms["three after point"]:
        _refuse(labelled, forms, ("three after comma", "three after point"), where)
    return "."


_WORDS = {
    "point": "with a decimal point",
    "comma": "with a decimal comma",
    "three after comma": "with three digits after a comma",
    "three after point": "with three digits after a point",
}


def _refuse(
    labelled: ir.Table, forms: dict[str, int], named: tuple[str, ...], where: str
) -> NoReturn:
    parts = [
        f"{_WORDS[one]} {counted(labelled, labelled.form == one, forms[one])}"
        for one in named
        if forms[one]
    ]
    found = f"{where} has numbers {' and '.join(parts)}"
    if "point" in named:
        raise DataError(f"{found}. {_REMEDY}, or correct them.")
    raise DataError(f"{found}, and nothing tells thousands from decimals. {_REMEDY}.")


def _number(text: Any, decimal: str, *, dressed: bool, wide: bool, units: bool) -> Any:
    """Build the one expression that reads the column; what no value needs stays out of it."""
    core = _READABLE[decimal]
    value = _as_float(_where(text, f"{_SIGN}{core}{_POWER}"), decimal)
    if not dressed:
        return value
    narrow = narrowed(text) if wide else text
    fitting = _where(narrow, _DRESSED, f"^[^0-9.,]*{core}[^0-9.,]*$")
    bare = taken(fitting, _BODY).re_replace(f"'|{_GAP}", "")
    if units:
        # As an exponent, not as a factor: 1.13 * 10000 is not 11300.
        power = [(text.contains(unit), f"E{zeros}") for unit, zeros in _UNITS.items()]
        bare = bare.concat(ibis.cases(*power, else_=""))
    size = _as_float(bare, decimal)
    signed = ibis.ifelse(text.re_search(_NEGATIVE), -size, size)
    return ibis.ifelse(text.re_search(_PLAIN), value, signed)


def _where(text: Any, *patterns: str) -> Any:
    """Keep the texts that fit all patterns, so that a plain cast holds on every engine."""
    fits = reduce(and_, [text.re_search(pattern) for pattern in patterns])
    return ibis.ifelse(fits, text, ibis.null("string"))


def _as_float(text: Any, decimal: str) -> Any:
    text = text.replace(",", "") if decimal == "." else text.replace(".", "").replace(",", ".")
    return text.cast("float64")


def _form(forms: dict[str, int], mark: str) -> str:
    if any(forms[one] for one in _WORDS):
        return "point" if mark == "." else "comma"
    return "whole" if forms["whole"] else "none"


def _note(column: str, form: str, currency: str) -> str:
    notes = {
        "point": _("{column}: numbers with a decimal point."),
        "comma": _("{column}: numbers with a decimal comma."),
        "whole": _("{column}: whole numbers."),
        "typed": _("{column}: numbers by the type of the column."),
        "none": _("{column}: no value can be read as a number."),
    }
    sentences = [notes[form].format(column=column)]
    if currency:
        signed = _("The currency sign {currency} beside them is left out.")
        sentences.append(signed.format(currency=currency))
    return join_sentences(sentences)
