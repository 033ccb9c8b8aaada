"""Refuse transactions with faults, and name every kind of fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import listed
from segkit.collect.values.forms import discreet, examples
from segkit.collect.values.placeholders import known_text
from segkit.errors import DataError
from segkit.schema import EARLIEST, RAW, ROW, TRANSACTIONS, names

REQUIRED = names(TRANSACTIONS, required=True)
_KINDS = {
    "date": ("date", "write 2024-01-31"),
    "number": ("number", "write 1234.5"),
    "flag": ("yes or no", "write yes or no"),
}
#: No shop's records are older; an earlier year is a fault of the export.


def sound_rows(
    table: ir.Table,
    *,
    missing: str,
    until: date | None,
    decide: Mapping[str, str],
    where: str,
) -> ir.Table:
    """Give the rows of a typed table without its companion columns, or refuse it.

    Parameters
    ----------
    table : ibis.Table
        Canonical transactions with ``segkit_raw_<name>`` beside them.
    missing : {"error", "drop"}
        What to do with rows that lack a required value.
    until : date or None
        Leave out what is later.
    decide : mapping
        Faults of whole columns that are known already, by column.
    where : str
        Who asks and about which source.

    Raises
    ------
    DataError
        Naming every kind of fault with counts, examples and rows.
    """
    early = table.ordered_at < ibis.literal(EARLIEST)
    sent = ibis.coalesce(table[f"{RAW}ordered_at"], ibis.ifelse(early, _day(table), None))
    table = table.mutate(
        **{f"{RAW}ordered_at": sent},
        ordered_at=ibis.ifelse(early, ibis.null("timestamp"), table.ordered_at),
    )
    # A word for nothing is nobody's number.
    table = table.mutate(customer_id=known_text(table.customer_id))
    _refuse(table, missing, until, decide, where)
    if missing == "drop":
        table = table.drop_null(REQUIRED)
    if until is not None:
        table = table.filter(table.ordered_at.date() <= ibis.literal(until))
    return table.drop(*[name for name in table.columns if name == ROW or name.startswith(RAW)])


def _day(table: ir.Table) -> Any:
    return table.ordered_at.date().cast("string")


def _refuse(
    table: ir.Table, missing: str, until: date | None, decide: Mapping[str, str], where: str
) -> None:
    """Count every kind of fault in one pass, and name them all in one error."""
    kinds = {c.name: c.kind for c in TRANSACTIONS if RAW + c.name in table.columns}
    kinds = {name: kind for name, kind in kinds.items() if name not in decide}
    found = _counted(table, until, list(kinds))
    faults = list(decide.values())
    faults += [
        _bad_values(table, name, kind, found[f"bad_{name}"])
        for name, kind in kinds.items()
        if found[f"bad_{name}"]
    ]
    lacking = {c: found[f"missing_{c}"] for c in REQUIRED if found[f"missing_{c}"]}
    if lacking and missing == "error":
        rows = ", ".join(
            f"{count:,} without {column}{_first_row(table, _is_missing(table, column))}"
            for column, count in lacking.items()
        )
        remedy = "complete them, or leave them out with missing='drop' (-p missing=drop)"
        faults.append(f"{rows}: {remedy}")
    elif lacking and max(lacking.values()) == found["rows"]:
        faults.append(f"no row has a {listed(lacking)}")
    if found["late"] and until is None:
        late = _first_row(table, table.ordered_at.date() > ibis.literal(_border(until)))
        remedy = "correct them, or leave out what is later than a day with until= (-p as_of=)"
        faults.append(f"{found['late']:,} dated after today, up to {found['last']}{late}: {remedy}")
    if faults:
        remedy = "The notebook data_collection sets faulty rows aside and makes a clean table."
        # What is wrong with whole columns, it refuses as well.
        end = f" {remedy}" if len(faults) > len(decide) else ""
        raise DataError(f"{where} (rows: {found['rows']:,}): {'; '.join(faults)}.{end}")
    if until is not None and not found["known"]:
        first = found["first"]
        raise DataError(f"{where} has no purchase up to {until}; the first is of {first}.")


def _border(until: date | None) -> date:
    # A day's grace: the clock here may lag behind that of the shop.
    return until or date.today() + timedelta(days=1)


def _counted(table: ir.Table, until: date | None, typed: list[str]) -> dict[str, Any]:
    border = ibis.literal(_border(until))
    day = table.ordered_at.date()
    counts = table.agg(
        rows=table.count(),
        first=day.min(),
        last=day.max(),
        late=(day > border).sum(),
        known=(day <= border).sum(),
        **{f"missing_{c}": _is_missing(table, c).sum() for c in REQUIRED},
        **{f"bad_{c}": table[RAW + c].notnull().sum() for c in typed},
    )
    return dict(counts.to_pyarrow().to_pylist()[0])


def _is_missing(table: ir.Table, column: str) -> Any:
    missing = table[column].isnull()
    return missing & table[RAW + column].isnull() if RAW + column in table.columns else missing


def _first_row(table: ir.Table, which: Any) -> str:
    """Say where the first of some rows is, where rows are numbered."""
    if ROW not in table.columns:
        return ""
    row = table.filter(which)[ROW].min().to_pyarrow().as_py()
    return f" (the first in row {row:,})"


def _bad_values(table: ir.Table, column: str, kind: str, count: int) -> str:
    noun, remedy = _KINDS[kind]
    row = table[ROW] if ROW in table.columns else ibis.null("int64")
    bad = table.select(value=table[RAW + column], row=row)
    some = examples(bad, bad.value.notnull(), 3)
    values = listed(f"{discreet(value)}{place}" for value, place in some)
    words = f"value of {column} is" if count == 1 else f"values of {column} are"
    return f"{count:,} {words} no {noun} ({values}): {remedy}"
