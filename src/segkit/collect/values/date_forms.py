"""The forms in which dates are written, and how each becomes one that every engine reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from segkit.collect.values.forms import BLANK, END, START, any_case, taken

_HOUR, _MINUTES = "(?:[01]?[0-9]|2[0-3])", ":[0-5][0-9]"
#: The end of a day, which is the beginning of the next one.
_DAY_END = "24:00(?::00(?:[.]0{1,9})?)?"
_CLOCK = f"(?:{_HOUR}{_MINUTES}(?:{_MINUTES}(?:[.][0-9]{{1,9}})?)?|{_DAY_END})"
_HALF_CLOCK = f"(?:0?[1-9]|1[0-2])(?:{_MINUTES}){{1,2}} ?[AaPp][Mm]"
_TIME = f"(?:(?:T|,?{BLANK}+)(?:{_HALF_CLOCK}|{_CLOCK}))?"
_YEAR, _SHORT, _PART = "[1-9][0-9]{3}", "[0-9]{2}", "[0-9]{1,2}"
_MONTHS = any_case(
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ABBREVIATIONS = "janfebmaraprmayjunjulaugsepoctnovdec"
#: Two-digit years from here on are of the twentieth century, as POSIX has it.
CENTURY = "69"

#: A zone behind the time; the day on the shop's wall is not known from it.
ZONED = f"{START}[0-9].*[0-9]{_MINUTES}[:.0-9]* ?(?:Z|UTC|GMT|[-+][0-9]{{2}}(?::?[0-9]{{2}})?){END}"
#: A month without its day.
MONTH_ONLY = (
    f"{START}(?:{_YEAR}[-/.](?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-/.]{_YEAR}"
    f"|{_YEAR} ?年 ?(?:0?[1-9]|1[0-2]) ?月?|{_MONTHS}[-/ .,]+{_YEAR}){END}"
)
#: Five digits: 1927 to 2173. Four would make 16 July 1905 of the year 2024.
SERIAL = f"{START}[1-9][0-9]{{4}}(?:[.][0-9]{{1,20}})?{END}"
HALF_CLOCK = f"[AaPp][Mm]{END}"
#: A clock that shows the end of its day. Years, months and days have no 24 before such a sign.
LATE_CLOCK = "24[:时時点]00"


@dataclass(frozen=True)
class DateForm:
    """A form of dates: its pattern, and the way from such a text to year, month and day.

    ``year`` tells where the year stands: ``"first"``, ``"last"`` (four digits, so that day and
    month are to be told apart) or ``"short"`` (two digits, in any place); ``""`` where the form
    leaves no question.
    """

    pattern: str
    iso: Callable[[Any], Any] | None = None
    year: str = ""


def _part(text: Any, number: int) -> Any:
    """Take the first, second or third group of digits out of a date."""
    before = "[0-9]+[^0-9]+" * (number - 1)
    return text.re_extract(f"^[^0-9]*{before}([0-9]+)", 1)


def _joined(year: Any, month: Any, day: Any) -> Any:
    return year.concat("-", _padded(month), "-", _padded(day))


def _padded(number: Any) -> Any:
    return ibis.ifelse(number.length() == 1, ibis.literal("0").concat(number), number)


def _century(year: Any) -> Any:
    return ibis.ifelse(year >= CENTURY, "19", "20").concat(year)


def _any_century(year: Any) -> Any:
    return ibis.ifelse(year.length() == 2, _century(year), year)


def _month_number(text: Any) -> Any:
    name = taken(text, "[A-Za-z]{3}").lower()
    return (ibis.literal(_ABBREVIATIONS).find(name) // 3 + 1).cast("string")


def _year_first(text: Any) -> Any:
    return _joined(_part(text, 1), _part(text, 2), _part(text, 3))


def _compact(text: Any) -> Any:
    digits = taken(text, "[0-9]{8}")
    return _joined(digits.substr(0, 4), digits.substr(4, 2), digits.substr(6, 2))


def _day_name_year(text: Any) -> Any:
    return _joined(_any_century(_part(text, 2)), _month_number(text), _part(text, 1))


def _name_day_year(text: Any) -> Any:
    return _joined(_part(text, 2), _month_number(text), _part(text, 1))


def _numeric(mark: str) -> dict[str, DateForm]:
    """Give the three forms of numbers with one mark between them."""
    inside = f"[{mark}]"
    first = f"{START}{_YEAR}{inside}{_PART}{inside}{_PART}{_TIME}{END}"
    last = f"{START}{_PART}{inside}{_PART}{inside}{_YEAR}{_TIME}{END}"
    short = f"{START}{_PART}{inside}{_PART}{inside}{_SHORT}{_TIME}{END}"
    return {
        f"YYYY{mark}MM{mark}DD": DateForm(first, _year_first, "first"),
        f"DD{mark}MM{mark}YYYY": DateForm(last, year="last"),
        f"DD{mark}MM{mark}YY": DateForm(short, year="short"),
    }


_WORDED_CLOCK = f"(?:{_HOUR}[时時点][0-5][0-9]分(?:[0-5][0-9]秒)?|24[时時点]00分(?:00秒)?)"
_CHINESE_TIME = f"(?:{BLANK}*(?:{_HOUR}{_MINUTES}(?:{_MINUTES})?|{_DAY_END}|{_WORDED_CLOCK}))?"
_NUMERIC = {name: form for mark in "-/." for name, form in _numeric(mark).items()}
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_DAYS = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
#: A day that the calendar has, as year-month-day.
REAL_DAY = f"^(?:{_YEAR}-(?:{_DAYS})|{_LEAP})$"
#: Every form that is read, by its name; tried in this order.
FORMS: dict[str, DateForm] = {
    **dict(sorted(_NUMERIC.items(), key=lambda one: "first last short".index(one[1].year))),
    "YYYYMMDD": DateForm(f"{START}(?:19|20)[0-9]{{6}}{_TIME}{END}", _compact),
    "YYYY年M月D日": DateForm(
        f"{START}{_YEAR} ?年 ?{_PART} ?月 ?{_PART} ?[日号]{_CHINESE_TIME}{END}", _year_first
    ),
    "DD Mon YYYY": DateForm(
        f"{START}{_PART}(?:st|nd|rd|th)?[-/ .]*{_MONTHS}[-/ .,]+(?:{_YEAR}|{_SHORT}){_TIME}{END}",
        _day_name_year,
    ),
    "Mon DD, YYYY": DateForm(
        f"{START}{_MONTHS}[.]? {_PART}(?:st|nd|rd|th)?,? +{_YEAR}{_TIME}{END}", _name_day_year
    ),
}


def readings(text: Any) -> dict[str, Any]:
    """Tell day and month apart, by value, in dates of three numbers with the year behind.

    ``"day"`` and ``"month"`` name what must stand first, because the other number is above 12;
    under ``"same"`` both are equal, under ``"either"`` nothing tells.
    """
    high, low = "(?:1[3-9]|2[0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
    mark = "[-/.]"
    equal = "|".join(f"0?{n}{mark}0?{n}" for n in range(1, 13))
    return {
        "day": text.re_search(f"{START}{high}{mark}{low}{mark}"),
        "month": text.re_search(f"{START}{low}{mark}{high}{mark}"),
        "same": text.re_search(f"{START}(?:{equal}){mark}"),
        "either": text.re_search(f"{START}{low}{mark}{low}{mark}"),
    }


def year_places(text: Any, today: date) -> dict[str, Any]:
    """Tell, by value, where a two-digit year must stand: ``"first"`` or ``"last"``.

    A number that no day has is the year; one that would make a year to come is the day.
    """
    mark = "[-/.]"
    no_day = "(?:00|3[2-9]|[4-9][0-9])"
    coming = "|".join(f"{n:02d}" for n in range(today.year % 100 + 1, 32)) or "(?:none)"
    behind = f"{START}{_PART}{mark}{_PART}{mark}"
    return {
        "last": text.re_search(f"{behind}{no_day}(?:[^0-9]|$)")
        | (
            text.re_search(f"{START}(?:{coming}){mark}")
            & ~text.re_search(f"{behind}(?:{coming})(?:[^0-9]|$)")
        ),
        "first": text.re_search(f"{START}{no_day}{mark}")
        | (
            text.re_search(f"{behind}(?:{coming})(?:[^0-9]|$)")
            & ~text.re_search(f"{START}(?:{coming}){mark}")
        ),
    }


def ordered_iso(text: Any, form: DateForm, order: str) -> Any:
    """Write a date of three numbers as year-month-day; null where ``order`` does not fit."""
    first, second, third = (_part(text, number) for number in (1, 2, 3))
    year = _century(third) if form.year == "short" else third
    if order == "dmy":
        return _joined(year, second, first)
    if order == "mdy":
        return _joined(year, first, second)
    if order == "ymd" and form.year == "short":
        return _joined(_century(first), second, third)
    if order in {"by value", "open"} and form.year == "last":
        found = readings(text)
        day_first, month_first = _joined(year, second, first), _joined(year, first, second)
        return ibis.cases(
            (found["day"] | found["same"], day_first), (found["month"], month_first), else_=None
        )
    return ibis.null("string")


def meaning(value: str, order: str) -> str:
    """Read one date by hand, to show what an order makes of it; empty where it makes none."""
    numbers = dict(zip(order, (int(digits) for digits in re.findall(r"\d+", value)), strict=False))
    year = numbers["y"]
    if year < 100:
        year += 1900 if year >= int(CENTURY) else 2000
    try:
        return date(year, numbers["m"], numbers["d"]).isoformat()
    except ValueError:
        return ""


def clock(text: Any, *, chinese: bool) -> Any:
    """Take the time of day out of a date, with a space before it; empty where there is none."""
    # To the microsecond, which is all that engines keep.
    found = ibis.coalesce(taken(text, "[0-9]{1,2}:[0-9:]+(?:[.][0-9]{1,6})?"), "")
    if chinese:
        words = taken(text, "[0-9]{1,2}[时時点][0-9]{1,2}分(?:[0-9]{1,2}秒)?")
        words = words.re_replace("[时時点分]", ":").re_replace("[:秒]$", "")
        found = found.concat(ibis.coalesce(words, ""))
    hour = ibis.ifelse(found.substr(1, 1) == ":", " 0", " ")
    found = found.re_replace("^24:", "00:")
    return ibis.ifelse(found == "", "", hour.concat(found))


def midnight_shift(text: Any) -> Any:
    """Give the interval by which the end of a day is later than its beginning, else none."""
    hours = ibis.ifelse(text.re_search(LATE_CLOCK), 24, 0)
    return hours.cast("int64").as_interval("h")


def noon_shift(text: Any) -> Any:
    """Give the interval that a clock of twelve hours needs on top of what it shows."""
    after, twelve = text.re_search(f"[Pp][Mm]{END}"), text.re_search("[^0-9:]12:")
    before = text.re_search(f"[Aa][Mm]{END}")
    hours = ibis.cases((after & ~twelve, 12), (before & twelve, -12), else_=0)
    return hours.cast("int64").as_interval("h")
