"""Read dates as clients write them: ISO, day or month first, 20241101, 2024年11月1日, Excel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, fail
from segkit.collect.options import DATE_ORDERS
from segkit.collect.values.date_faults import (
    ZONE_REMEDY,
    ask_order,
    refuse_both,
    refuse_mixed,
    refuse_zoned,
)
from segkit.collect.values.date_forms import (
    FORMS,
    HALF_CLOCK,
    LATE_CLOCK,
    MONTH_ONLY,
    REAL_DAY,
    SERIAL,
    ZONED,
    clock,
    midnight_shift,
    noon_shift,
    ordered_iso,
    readings,
    year_places,
)
from segkit.collect.values.forms import (
    Parsed,
    count_by,
    has_wide,
    is_blank,
    narrowed,
    nothing,
    taken,
    total,
    values_of,
)
from segkit.errors import DataError
from segkit.i18n import _, format_list, join_sentences

#: Day 0 of Excel's 1900 system, moved by its 29 February 1900, which never was.
_EXCEL_ORIGIN = datetime(1899, 12, 30)
_OTHER = ("serial", "zone", "month only")


def parse_date(
    table: ir.Table,
    column: str,
    *,
    date_order: str | None = None,
    mixed: str = "error",
    function: str,
) -> Parsed:
    """Read a column of text as dates with their times, once it is certain what they say.

    One query counts how the dates are written; the decision is made for the whole column.
    Understood are ``2024-11-01``, ``2024/11/1``, ``2024.11.01``, ``01/11/2024``, ``1.11.24``
    and so on, ``20241101``, ``2024年11月1日``, ``01-Nov-2024``, ``1 November 2024`` and
    ``Nov 1, 2024``, each with or without a time (``T08:26:00.5``, ``8:26``, ``8:26 PM``,
    ``8时26分``), full-width digits, and day numbers of Excel such as ``45597.35``, where
    all values are such. ``24:00`` is the beginning of the next day, as ISO 8601 had it until
    2019 and has it again since 2022, and tills still write it. Dates that no calendar has are
    unreadable, and so is a leap second (``23:59:60``), which no engine can keep.

    - Day or month first: a number above 12 decides for the column. Both kinds, or none, and
      the order is asked for.
    - Two-digit years stand last and are of 1969 to 2068; where ``24-11-01`` could also
      begin with its year, the order is asked for. It could not, where a value would then be
      of a year to come.
    - One column has one form. Under ``mixed="read"`` it may have several, and what a value
      alone leaves open, such as ``01/11/2024``, or has a zone, is unreadable; but where that
      is most of the column, it is refused under both.

    Parameters
    ----------
    table : ibis.Table
        Where there is a column ``segkit_row``, errors name rows by it.
    column : str
        Text; dates and times, which are passed through; or numbers: 20241101 or Excel's.
    date_order : {"ymd", "dmy", "mdy"}, optional
        The order of year, month and day, where it is known; dates of three numbers that do
        not fit it are unreadable. Four digits in front are always the year.
    mixed : {"error", "read"}
        What to do about several forms in one column.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    Parsed
        ``expression`` is a timestamp without zone, null for missing and unreadable values;
        ``form`` names the form, such as ``"DD/MM/YYYY"``, several with ``" + "`` between,
        or is ``"serial"``, ``"typed"``, or ``"none"`` where no value is readable.

    Raises
    ------
    DataError
        If forms are mixed, the order is open, a time has a zone, or a month lacks its day.

    Examples
    --------
    >>> table = ibis.memtable({"day": ["1.11.2024 8:26", "24.12.2024"]})
    >>> parsed = parse_date(table, "day", function="example")
    >>> parsed.form, str(table.select(day=parsed.expression).to_pandas().day[0])
    ('DD.MM.YYYY', '2024-11-01 08:26:00')
    """
    check_columns(function, table.columns, [column])
    check_choice(function, "mixed", mixed, ("error", "read"))
    if date_order is not None:
        check_choice(function, "date_order", date_order, DATE_ORDERS)
    where = f"{function}: {column}"
    value: Any = table[column]
    if not value.type().is_string():
        return _typed(table, column, where, function)
    labelled = _labelled(table, column)
    found = count_by(labelled, "form", "reading", "place", "wide", "timed", "half", "late")
    counts = _counts(found)
    if counts.get("zone") and (mixed == "error" or _is_most(counts["zone"], found)):
        refuse_zoned(labelled, counts["zone"], where)
    if mixed == "error":
        refuse_mixed(labelled, counts, where)
    if list(counts) == ["serial"]:
        number = taken(taken(narrowed(value), SERIAL), "[0-9.]+").nullif("").cast("float64")
        return Parsed(_from_excel(number), "serial", _note(column, ["serial"]))
    read = [form for form in counts if form in FORMS]
    orders = {form: _order(labelled, found, form, date_order, mixed, where) for form in read}
    # Four digits behind are the year, whatever was said: such dates do not fit.
    orders = {f: o for f, o in orders.items() if not (o == "ymd" and FORMS[f].year == "last")}
    return _parsed(value, column, orders, [one for one in found if one["form"] in FORMS])


def _counts(found: list[dict[str, Any]]) -> dict[str, int]:
    counts = {form: total(found, form=form) for form in (*FORMS, *_OTHER)}
    if counts["serial"]:
        # Five digits are a day only where everything is: beside other values they are a code.
        counts["unreadable"] = total(found, form="unreadable")
    return {form: rows for form, rows in counts.items() if rows}


def _typed(table: ir.Table, column: str, where: str, function: str) -> Parsed:
    value: Any = table[column]
    kind = value.type()
    if kind.is_timestamp() and kind.timezone:
        rule = "in local time, without a time zone"
        fail(function, column, rule, kind.timezone, ZONE_REMEDY, error=DataError)
    if kind.is_timestamp() or kind.is_date():
        return Parsed(value.cast("timestamp"), "typed", _note(column, ["typed"]))
    if kind.is_numeric() and not kind.is_boolean():
        return _from_numbers(table, column, where)
    if not kind.is_null():
        remedy = "Name another column."
        fail(function, column, "dates or text", str(kind), remedy, error=DataError)
    return Parsed(nothing(value, "timestamp"), "none", _note(column, []))


def _from_numbers(table: ir.Table, column: str, where: str) -> Parsed:
    """Read a column of numbers: all of the form 20241101, or all day numbers of Excel."""
    values: Any = values_of(table, column)
    number = values.value.cast("float64")
    day = number.between(19000101, 20991231) & (number == number.floor())
    ladder = [
        (day, "YYYYMMDD"),
        (number.between(10000, 99999.99999), "serial"),
        (number.isnull() | number.isnan(), "blank"),
    ]
    labelled = values.mutate(form=ibis.cases(*ladder, else_="unreadable"))
    counts = _counts(count_by(labelled, "form"))
    refuse_mixed(labelled, counts, where)
    form = next(iter(counts), "none")
    own: Any = table[column]
    number = own.cast("float64")
    if form == "serial":
        fitting = ibis.ifelse(number.between(10000, 99999.99999), number, None)
        return Parsed(_from_excel(fitting), form, _note(column, [form]))
    if form == "none":
        return Parsed(nothing(own, "timestamp"), form, _note(column, []))
    whole = ibis.ifelse(number.between(19000101, 20991231), own, None).cast("int64")
    iso = FORMS[form].iso
    assert iso is not None
    fitting = ibis.ifelse(number == number.floor(), iso(whole.cast("string")), None)
    fitting = taken(fitting, REAL_DAY).nullif("")
    return Parsed(fitting.cast("timestamp"), form, _note(column, [form]))


def _from_excel(number: Any) -> Any:
    whole = (number * 86400).round().cast("int64")
    # In two steps: no engine's interval of seconds is sure to hold a century.
    start = ibis.literal(_EXCEL_ORIGIN) + (whole // 86400).as_interval("D")
    return start + (whole % 86400).as_interval("s")


def _labelled(table: ir.Table, column: str) -> ir.Table:
    """Name, value by value, all that the decision asks for."""
    values: Any = values_of(table, column)
    # A step of its own, so that engines narrow once and not for every form.
    steps: Any = values.mutate(text=narrowed(values.value))
    text = steps.text
    ladder = [(text.re_search(form.pattern), name) for name, form in FORMS.items()]
    others = zip((SERIAL, ZONED, MONTH_ONLY), _OTHER, strict=True)
    ladder += [(text.re_search(pattern), name) for pattern, name in others]
    named: Any = steps.mutate(
        form=ibis.cases(*ladder, (is_blank(text), "blank"), else_="unreadable"),
    )
    open_forms = [name for name, form in FORMS.items() if form.year in {"last", "short"}]
    short_forms = [name for name, form in FORMS.items() if form.year == "short"]
    text = named.text
    reading = ibis.cases(*((found, name) for name, found in readings(text).items()), else_="")
    places = year_places(text, date.today()).items()
    place = ibis.cases(*((found, name) for name, found in places), else_="")
    return named.mutate(
        reading=ibis.ifelse(named.form.isin(open_forms), reading, ""),
        place=ibis.ifelse(named.form.isin(short_forms), place, ""),
        wide=has_wide(named.value),
        timed=text.re_search("[:时時点]"),
        half=text.re_search(HALF_CLOCK),
        late=text.re_search(LATE_CLOCK),
    )


def _is_most(rows: int, found: list[dict[str, Any]]) -> bool:
    """Tell whether so many values are the greater part of those that are not blank."""
    return 2 * rows > total(found) - total(found, form="blank")


def _order(
    labelled: Any,
    found: list[dict[str, Any]],
    form: str,
    date_order: str | None,
    mixed: str,
    where: str,
) -> str:
    """Decide in which order a form's three numbers stand; empty where the form says it."""
    kind = FORMS[form].year
    if kind not in {"last", "short"}:
        return ""
    if date_order:
        return date_order
    known = ("day", "month", "same", "either")
    rows = {reading: total(found, form=form, reading=reading) for reading in known}
    is_left = mixed == "read" and not _is_most(total(found, form=form), found)
    if rows["day"] and rows["month"]:
        if is_left or (mixed == "read" and kind == "last"):
            return "by value"
        refuse_both(labelled, form, rows, where)
    if rows["month"]:
        return "mdy"
    first = total(found, form=form, place="first")
    # 00/00/00 is no date, and tells nothing about the place of a year.
    last = sum(total(found, form=form, place="last", reading=reading) for reading in rows)
    certain = kind == "last" or bool(last and not first) or not (first or any(rows.values()))
    if certain and (rows["day"] or not rows["either"]):
        return "dmy"
    if is_left:
        return "open"
    ask_order(labelled, form, kind, certain, where)
    return ""


def _parsed(value: Any, column: str, orders: dict[str, str], found: list[dict[str, Any]]) -> Parsed:
    """Build the one expression that reads the column; what no value needs stays out of it."""
    if not orders:
        return Parsed(nothing(value, "timestamp"), "none", _note(column, []))
    text = narrowed(value) if any(one["wide"] for one in found) else value
    ladder = []
    for name, order in orders.items():
        form = FORMS[name]
        iso = form.iso(text) if form.iso else ordered_iso(text, form, order)
        ladder.append((text.re_search(form.pattern), iso))
    day = taken(ibis.cases(*ladder, else_=""), REAL_DAY).nullif("")
    if any(one["timed"] for one in found):
        day = day.concat(clock(text, chinese="YYYY年M月D日" in orders))
    # None but real days and times are left, so that a plain cast holds on every engine.
    moment = day.cast("timestamp")
    if any(one["half"] for one in found):
        moment = moment + noon_shift(text)
    if any(one["late"] for one in found):
        moment = moment + midnight_shift(text)
    names = [word for name, order in orders.items() for word in _named(name, order)]
    unsure = not {"by value", "open"}.isdisjoint(orders.values())
    return Parsed(moment, " + ".join(names), _note(column, names, unsure=unsure))


def _named(form: str, order: str) -> list[str]:
    """Name a form in the order that was found: ``DD/MM/YYYY``, ``MM/DD/YYYY``, or both."""
    mark, year = form[2], form.rpartition(form[2])[2]
    month_first = mark.join(["MM", "DD", year])
    if order == "by value" and FORMS[form].year == "last":
        return [form, month_first]
    if order == "mdy":
        return [month_first]
    return [mark.join(["YY", "MM", "DD"]) if order == "ymd" and year == "YY" else form]


def _note(column: str, forms: list[str], *, unsure: bool = False) -> str:
    sentences = {
        "none": _("{column}: no value can be read as a date."),
        "typed": _("{column}: dates by the type of the column."),
        "serial": _("{column}: day numbers of Excel, counted from 1900."),
        "one": _("{column}: dates of the form {forms}."),
        "several": _("{column}: dates of several forms side by side: {forms}."),
    }
    kind = "several" if len(forms) > 1 else "".join(forms) or "none"
    note = sentences.get(kind, sentences["one"])
    notes = [note.format(column=column, forms=format_list(forms))]
    if unsure:
        notes.append(_("Dates that could be read in two ways are left unread."))
    return join_sentences(notes)
