"""What the values of canonical columns must be, as expressions that run on any engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import IsNan

from segkit.collect.values.forms import trimmed
from segkit.schema import EARLIEST, TABLES, Column

#: Beyond all amounts; not every engine can be asked for infinity itself.
_HUGE = 1e300

#: Lowest and highest value; None where there is none.
_RANGES: dict[str, tuple[float | None, float | None]] = {
    "unit_price": (0, None),
    "age": (0, 120),
    "income": (0, None),
    "city_tier": (1, 9),
    "answer": (0, 10),
    "contacts": (0, None),
    "rating": (1, 5),
}


@dataclass(frozen=True)
class Rule:
    """One thing that values of a column must be.

    ``bad`` tells of each value whether it breaks the rule; for a rule of the column as a
    whole it counts the rows that do. ``said`` goes on from "3 values of rating are …";
    ``low`` and ``high`` are the bounds of a range.
    """

    column: str
    name: str
    said: str
    bad: Callable[[Any], Any]
    of_column: bool = False
    low: float | None = None
    high: float | None = None

    def word(self, count: int) -> str:
        """Say how many values or rows break the rule."""
        if self.of_column:
            rows = "row repeats" if count == 1 else "rows repeat"
            return f"{count:,} {rows} a {self.column}"
        values = "value of {} is" if count == 1 else "values of {} are"
        return f"{count:,} {values.format(self.column)} {self.said}"

    def count(self, table: ir.Table) -> Any:
        """Count the values that break the rule, as an aggregate of ``table``."""
        bad = self.bad(table[self.column])
        return bad if self.of_column else bad.fill_null(False).cast("int64").sum().coalesce(0)

    def examples(self, table: ir.Table) -> ir.Table:
        """Give up to three of the values, least first, as a table with a column ``value``."""
        values = table.select(value=table[self.column])
        if values.value.type().is_temporal():
            # As text: a year such as 2999 is more than pandas' finest unit, in which Spark
            # hands over moments, can hold.
            bad = values.filter(self.bad(values.value).fill_null(False))
            days = bad.select(value=bad.value.cast("date").cast("string")).distinct()
            return days.order_by("value").limit(3)
        if self.of_column:
            times = values.filter(values.value.notnull()).group_by("value").agg(n=ibis._.count())
            found = times.filter(times.n > 1).select("value")
        else:
            found = values.filter(self.bad(values.value).fill_null(False)).distinct()
        return found.order_by("value").limit(3)


def fits(kind: str, dtype: Any) -> bool:
    """Tell whether an engine's type can hold a kind of canonical column."""
    if dtype.is_null():  # a column that is empty throughout has no type of its own
        return True
    if kind == "text":
        # Numbers of customers may be whole numbers; with decimals they came out of a table
        # with gaps, and 17850.0 is not the number that the client knows.
        return dtype.is_string() or dtype.is_integer() or dtype.is_uuid()
    if kind == "date":
        return (dtype.is_timestamp() and not dtype.timezone) or dtype.is_date()
    if kind == "flag":
        return dtype.is_boolean() or dtype.is_integer()
    return dtype.is_numeric() and not dtype.is_boolean()


#: What a type that fits is called.
KINDS = {
    "text": "text",
    "date": "dates in local time, without a time zone",
    "number": "numbers",
    "integer": "whole numbers",
    "flag": "true or false",
}


def rules_of(kind: str, schema: Any, *, until: date | None = None) -> list[Rule]:
    """List the rules for the columns that a table of this kind has.

    Parameters
    ----------
    kind : str
        A key of ``segkit.schema.TABLES``.
    schema : ibis.Schema
        The columns and types of the table; what is missing or of the wrong type has no rules.
    until : date, optional
        The last day that a date may be of. Default: tomorrow, as clocks differ.

    Returns
    -------
    list of Rule
    """
    last = until or date.today() + timedelta(days=1)
    rules = []
    for column in TABLES[kind]:
        if column.name in schema and fits(column.kind, schema[column.name]):
            rules += _rules(column, schema[column.name], last)
    if kind == "customers" and "customer_id" in schema:
        rules.append(Rule("customer_id", "unique", "", _repeats, of_column=True))
    return rules


def _rules(column: Column, dtype: Any, last: date) -> list[Rule]:
    rules = []
    if column.required:
        rules.append(Rule(column.name, "known", "missing", _missing(dtype)))
    if dtype.is_null():
        return rules
    if column.kind == "date":
        said = f"before {EARLIEST} or after {last}"
        rules.append(Rule(column.name, "date", said, _outside_days(last)))
    elif column.kind == "flag" and dtype.is_integer():
        rules.append(Rule(column.name, "flag", "neither 0 nor 1", lambda v: ~v.isin([0, 1])))
    elif column.kind in ("number", "integer"):
        rules += _number_rules(column, dtype, last)
    return rules


def _number_rules(column: Column, dtype: Any, last: date) -> list[Rule]:
    rules = []
    if dtype.is_floating():
        rules.append(Rule(column.name, "finite", "infinite", _outside(-_HUGE, _HUGE)))
    if column.kind == "integer" and not dtype.is_integer():
        rules.append(
            Rule(column.name, "whole", "not whole", lambda v: _known(v) & (v != v.round()))
        )
    bounds = (EARLIEST.year, last.year) if column.name == "birth_year" else (None, None)
    low, high = _RANGES.get(column.name, bounds)
    if low is not None or high is not None:
        parts = [f"below {low:g}"] if low is not None else []
        parts += [f"above {high:g}"] if high is not None else []
        rules.append(
            Rule(column.name, "range", " or ".join(parts), _outside(low, high), False, low, high)
        )
    return rules


def _known(value: Any) -> Any:
    # Not a number is how pandas and polars write a gap, and larger than all to some engines;
    # others, such as SQLite, have no such value.
    has_nan = value.type().is_floating() and ibis.get_backend(value).has_operation(IsNan)
    return value.notnull() & ~value.isnan() if has_nan else value.notnull()


def is_missing(value: Any) -> Any:
    """Tell of each value of a column whether it is missing: nothing, blanks, or not a number."""
    return _missing(value.type())(value)


def _missing(dtype: Any) -> Callable[[Any], Any]:
    if dtype.is_string():
        return lambda value: trimmed(value).isnull()
    return lambda value: ~_known(value)


def _outside(low: float | None, high: float | None) -> Callable[[Any], Any]:
    def bad(value: Any) -> Any:
        outside = ibis.literal(False)
        if low is not None:
            outside = outside | (value < low)
        if high is not None:
            outside = outside | (value > high)
        return _known(value) & outside

    return bad


def _outside_days(last: date) -> Callable[[Any], Any]:
    def bad(value: Any) -> Any:
        day = value.cast("date")
        return (day < ibis.literal(EARLIEST)) | (day > ibis.literal(last))

    return bad


def _repeats(value: Any) -> Any:
    return value.count() - value.nunique()
