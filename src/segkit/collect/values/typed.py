"""Give the canonical columns of a table their types; what cannot be read stays beside as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.collect.columns.column_map import ColumnMap
from segkit.collect.options import ReadOptions
from segkit.collect.values.calendar import parse_date
from segkit.collect.values.forms import NO, YES, Parsed, is_blank, trimmed
from segkit.collect.values.ids import is_id, plain_id, spoiled_ids
from segkit.collect.values.numerals import parse_number
from segkit.errors import DataError
from segkit.schema import RAW, ROW, TABLES

_TYPES = {"date": "timestamp", "number": "float64", "integer": "int64"}
#: Excel keeps so many digits of a whole number, and what writes JSON with decimals may too.
_EXCEL_EXACT = 10**15
#: Above it a float no longer holds every whole number.
_FLOAT_EXACT = 2**53
#: Flags of the canonical columns say whether a purchase was sent back.
_YES = (*YES, "对", "√", "退货", "已退货", "return", "returned")
_NO = (*NO, "不是", "×", "正常", "未退货", "sale")


@dataclass(frozen=True)
class Typed:
    """A table of canonical columns with their types.

    Where a value could not be read it is null, and ``segkit_raw_<name>`` holds what was sent.
    ``faults`` say, by column, what its reader has to decide; nothing of such a column is read.
    """

    table: ir.Table
    notes: tuple[str, ...]
    faults: dict[str, str]


def type_columns(
    table: ir.Table,
    columns: ColumnMap,
    options: ReadOptions,
    *,
    mixed: str,
    ids_as_text: bool,
    function: str,
) -> Typed:
    """Read each canonical column by its kind, and multiply what is a product.

    Parameters
    ----------
    table : ibis.Table
        With its own column names.
    columns : ColumnMap
        Which of them are which canonical ones.
    options : ReadOptions
        Decimal mark and order of dates, where they are known.
    mixed : {"error", "read"}
        What to do about dates in several forms, see :func:`parse_date`.
    ids_as_text : bool
        Whether whole numbers under a text column's name become text, because the format of
        the file wrote them as numbers for want of anything else.
    function : str
        Who asks, for the wording of an error.
    """
    table = columns.apply(table)
    kinds = {c.name: c.kind for c in TABLES[columns.kind] if c.name in table.columns}
    factors = {factor for pair in columns.products.values() for factor in pair}
    kinds |= {factor: "number" for factor in factors if factor not in kinds}
    new: dict[str, Any] = {}
    notes: list[str] = []
    # Customers merged by it would go unseen; of an order or a product a line stays what it is.
    faults = spoiled_ids(table, [name for name in kinds if name == "customer_id"], columns.renames)
    for name, kind in kinds.items():
        if kind == "text":
            new[name] = _text(table, name, ids_as_text=ids_as_text)
            fault = _rounded(table, name, columns.renames.get(name, name), ids_as_text)
            if fault:
                faults[name] = fault
            continue
        try:
            parsed = _parsed(table, name, kind, options, mixed, function)
        except DataError as error:
            own = columns.renames.get(name, name)
            text = str(error).removeprefix(f"{function}: ").rstrip(".")
            if own != name and text.startswith(f"{name} "):
                text = f"{name} (column {own}){text.removeprefix(name)}"
            faults[name] = text
            parsed = Parsed(ibis.null(_TYPES[kind]), "none", "")
        notes.append(parsed.note)
        new[name] = parsed.expression
        new[RAW + name] = _unread(table, name, parsed.expression)
    typed = table.mutate(**new)
    for name, (first, second) in columns.products.items():
        # Rounded to what money can show: 3 × 1.1 is not 3.3000000000000003.
        typed = typed.mutate(**{name: (typed[first] * typed[second]).round(6)})
    return Typed(typed, tuple(note for note in notes if note), faults)


def _text(table: ir.Table, name: str, *, ids_as_text: bool) -> Any:
    value: Any = table[name]
    kind = value.type()
    if kind.is_string():
        return plain_id(trimmed(value)) if is_id(name) else trimmed(value)
    if kind.is_floating():
        return number_text(value)
    return value.cast("string") if ids_as_text else value


def number_text(value: Any) -> Any:
    """Write numbers of a float column as text, whole ones without decimals.

    An id is a number only for want of anything else: 12345.0 was 12345.
    """
    some = ibis.ifelse(value.isnan() | value.isinf(), None, value)
    # Engines round down to an integer, and larger numbers fit none.
    small = ibis.ifelse(some.abs() < _FLOAT_EXACT, some, None)
    whole = small.cast("int64").cast("string")
    return ibis.ifelse(small == small.floor(), whole, some.cast("string"))


def _rounded(table: ir.Table, name: str, own: str, loose: bool) -> str:
    """Say that a column of ids has numbers whose last digits are lost; else nothing.

    Two customers would be one and the same there, and nobody would see it.
    """
    value: Any = table[name]
    if not value.type().is_floating():
        return ""
    limit = _EXCEL_EXACT if loose else _FLOAT_EXACT
    large = ~value.isnan() & (value.abs() >= limit)
    row = {"row": table[ROW].min(where=large)} if ROW in table.columns else {}
    found = table.agg(rows=large.sum(), **row).to_pyarrow().to_pylist()[0]
    if not found["rows"]:
        return ""
    place = f", the first in row {found['row']:,}" if row else ""
    return (
        f"{name} (column {own}) has numbers of more than 15 digits{place}, of which a number with "
        "decimals does not keep the last; store the column as text"
    )


def _parsed(
    table: ir.Table, name: str, kind: str, options: ReadOptions, mixed: str, function: str
) -> Parsed:
    if kind == "flag":
        return Parsed(_flag(table[name]), "flag", "")
    if kind == "date":
        parsed = parse_date(
            table, name, date_order=options.date_order, mixed=mixed, function=function
        )
        return _quick_date(table, name, parsed)
    parsed = parse_number(table, name, decimal=options.decimal, function=function)
    if kind != "integer":
        return parsed
    number: Any = parsed.expression
    whole = ibis.ifelse(number == number.round(), number, None).cast("int64")
    return Parsed(whole, parsed.form, parsed.note)


def _quick_date(table: ir.Table, name: str, parsed: Parsed) -> Parsed:
    """Let DuckDB read ISO dates by itself, four times as fast, and the rest as was decided."""
    value: Any = table[name]
    iso = "YYYY-MM-DD" in parsed.form.split(" + ") and value.type().is_string()
    if not iso or table.get_backend().name != "duckdb":
        return parsed
    # The lengths of a day, and of a day with its time; other texts it would read in its own way.
    plain = value.length().isin((10, 16, 19)) & (value.substr(4, 1) == "-")
    # And no zone where minutes or seconds would stand: 2024-01-31 08:26+08.
    for place, signs in ((10, ("", " ", "T")), (13, ("", ":")), (16, ("", ":"))):
        plain &= value.substr(place, 1).isin(signs)
    quick = ibis.ifelse(plain, value, None).try_cast("timestamp")
    # A choice and no coalesce, of which DuckDB computes every part for every row.
    read = ibis.ifelse(quick.notnull(), quick, parsed.expression)
    return Parsed(read, parsed.form, parsed.note)


def _flag(value: Any) -> Any:
    kind = value.type()
    if kind.is_boolean() or kind.is_null():
        return value.cast("boolean")
    if kind.is_numeric():
        return value != 0
    text = trimmed(value.cast("string")).lower()
    return ibis.cases((text.isin(_YES), True), (text.isin(_NO), False), else_=None)


def _unread(table: ir.Table, name: str, read: Any) -> Any:
    """Keep what was sent where it holds something but could not be read."""
    value: Any = table[name]
    kind = value.type()
    if kind.is_string():
        # One choice inside the other: of a conjunction engines compute both sides.
        return ibis.ifelse(read.isnull(), ibis.ifelse(is_blank(value), None, value), None)
    sent = read.isnull() & value.notnull()
    if kind.is_floating():
        sent &= ~value.isnan()
    return ibis.ifelse(sent, value.cast("string"), None)
