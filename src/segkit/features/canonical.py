"""A table that a client sent, checked for the columns that a summary needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_columns, fail
from segkit.collect.frames import Frame, as_ibis, kind_of, like
from segkit.collect.values.value_rules import KINDS, fits
from segkit.customers import day_of
from segkit.errors import DataError
from segkit.schema import TABLES, names

#: Kinds whose values are computed with; a text column may hold whatever a client writes.
_COMPUTED = ("date", "number", "integer", "flag")
#: Beyond all amounts: cents of more than this would not fit a whole number of an engine.
_HUGE = 1e16
#: Columns in which words stand as often as numbers.
_EITHER = ("city_tier", "company_size")


def canonical(frame: Frame, kind: str, *, function: str, argument: str | None = None) -> ir.Table:
    """See a client's table as Ibis, its columns checked against ``schema.TABLES[kind]``.

    Rows without a customer are left out: they belong to nobody.

    Raises
    ------
    DataError
        If columns are missing or empty throughout, or have a type nothing is computed with.
    """
    table = as_ibis(frame, function=function, argument=argument or kind)
    columns = TABLES[kind]
    remedy = "Rename columns to the canonical names."
    check_columns(function, table.columns, names(columns, required=True), remedy=remedy)
    for column in columns:
        if column.name not in table.columns or column.name in _EITHER:
            continue
        found = table[column.name].type()
        if column.required and found.is_null():
            rule, remedy = "a column with values", "Look for the column that holds them."
            fail(function, column.name, rule, "no value in any row", remedy, error=DataError)
        if column.kind in _COMPUTED and not fits(column.kind, found):
            rule = f"a column of {KINDS[column.kind]}"
            fail(function, column.name, rule, str(found), "Convert it first.", error=DataError)
    kept = table.filter(table.customer_id.notnull())
    # The customers' own columns are carried along as they came.
    return kept if kind == "customers" else kept.mutate(**_finite(kept, kind))


def _finite(table: ir.Table, kind: str) -> dict[str, Any]:
    """See numbers that are none, NaN and infinity, as missing: engines sum them up to nothing."""
    numbers = [c.name for c in TABLES[kind] if c.kind == "number" and c.name in table.columns]
    return {
        name: ibis.cases((table[name].abs() < _HUGE, table[name]))
        for name in numbers
        if table[name].type().is_floating()
    }


def given_back(found: ir.Table, original: Frame) -> Frame:
    """Give a result in the kind of ``original``: lazy for Ibis, else sorted by customer."""
    return found if kind_of(original) == "ibis" else like(found.order_by("customer_id"), original)


def has(table: ir.Table, *columns: str) -> bool:
    """Tell whether a table has all of these columns, with a type: not empty throughout."""
    return all(name in table.columns and not table[name].type().is_null() for name in columns)


def up_to(table: ir.Table, column: str, as_of: date) -> ir.Table:
    """Keep what was known on a day, with that moment's ``day`` and its age in ``days_ago``."""
    dated = table.mutate(day=day_of(table[column]))
    dated = dated.mutate(days_ago=days_until(dated.day, as_of))
    return dated.filter(dated.days_ago >= 0)


def days_until(day: Any, as_of: date) -> Any:
    """Count the days from a day to ``as_of``."""
    return ibis.literal(as_of).delta(day, unit="day").cast("int64")
