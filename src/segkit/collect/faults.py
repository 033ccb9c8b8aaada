"""Give the required columns their types, and name at once every value that has none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import fail, listed, shown
from segkit.errors import DataError
from segkit.schema import TRANSACTIONS, names

REQUIRED = names(TRANSACTIONS, required=True)
_RAW = "segkit_raw_"
_KINDS = {"ordered_at": ("date", "write 2024-01-31"), "amount": ("number", "write 1234.5")}
#: No shop's records are older; an earlier year is a fault of the export.
_EARLIEST = date(1900, 1, 1)


def typed_rows(
    table: ir.Table, *, missing: str, until: date | None, name: str, function: str
) -> ir.Table:
    """Type the required columns of a canonical table, or refuse it.

    Raises
    ------
    DataError
        Naming every kind of fault with counts and examples.
    """
    zone = getattr(table.ordered_at.type(), "timezone", None)
    if zone:
        remedy = "Convert it to the shop's own time and drop the zone."
        rule = "in local time, without a time zone"
        fail(function, "ordered_at", rule, zone, remedy, error=DataError)
    raw = table.mutate(**{_RAW + column: table[column] for column in REQUIRED})
    typed = raw.mutate(
        customer_id=_text(raw.customer_id),
        ordered_at=_as_date(raw.ordered_at),
        amount=_as_number(raw.amount),
    )
    _refuse(typed, missing, until, f"{function}: {name}")
    if missing == "drop":
        typed = typed.drop_null(REQUIRED)
    if until is not None:
        typed = typed.filter(typed.ordered_at.date() <= ibis.literal(until))
    return typed.drop(*[_RAW + column for column in REQUIRED])


def _text(value: Any) -> Any:
    return value.strip().nullif("") if value.type().is_string() else value


def _as_date(value: Any) -> Any:
    if value.type().is_string():
        moment = _text(value).try_cast("timestamp")
    elif value.type().is_temporal():
        moment = value.cast("timestamp")
    else:
        return ibis.null("timestamp")
    return ibis.ifelse(moment < ibis.literal(_EARLIEST), ibis.null("timestamp"), moment)


def _as_number(value: Any) -> Any:
    if value.type().is_string():
        number = _text(value).try_cast("float64")
    elif value.type().is_numeric():
        number = value.cast("float64")
    else:
        return ibis.null("float64")
    return ibis.ifelse(number.isnan() | number.isinf(), ibis.null("float64"), number)


def _refuse(typed: ir.Table, missing: str, until: date | None, where: str) -> None:
    """Count every kind of fault in one pass, and name them all in one error."""
    found = _counted(typed, until)
    if not found["rows"]:
        raise DataError(f"{where} has a header but no rows. Export it again.")
    faults = [_bad_values(typed, c, found[f"bad_{c}"]) for c in _KINDS if found[f"bad_{c}"]]
    lacking = {c: found[f"missing_{c}"] for c in REQUIRED if found[f"missing_{c}"]}
    if lacking and missing == "error":
        rows = ", ".join(f"{count:,} without {column}" for column, count in lacking.items())
        remedy = "complete them, or leave them out with missing='drop' (-p missing=drop)"
        faults.append(f"{rows}: {remedy}")
    elif lacking and max(lacking.values()) == found["rows"]:
        faults.append(f"no row has a {listed(lacking)}")
    if found["late"] and until is None:
        remedy = "correct them, or leave out what is later than a day with until= (-p as_of=)"
        faults.append(f"{found['late']:,} dated after today, up to {found['last']}: {remedy}")
    if faults:
        raise DataError(f"{where} (rows: {found['rows']:,}): {'; '.join(faults)}.")
    if until is not None and not found["known"]:
        first = found["first"]
        raise DataError(f"{where} has no purchase up to {until}; the first is of {first}.")


def _counted(typed: ir.Table, until: date | None) -> dict[str, Any]:
    # A day's grace: the clock here may lag behind that of the shop.
    border = until or date.today() + timedelta(days=1)
    day = typed.ordered_at.date()
    counts = typed.agg(
        rows=typed.count(),
        first=day.min(),
        last=day.max(),
        late=(day > ibis.literal(border)).sum(),
        known=(day <= ibis.literal(border)).sum(),
        **{f"missing_{c}": _is_missing(typed, c).sum() for c in REQUIRED},
        **{f"bad_{c}": _is_bad(typed, c).sum() for c in _KINDS},
    )
    return dict(counts.to_pyarrow().to_pylist()[0])


def _is_missing(typed: ir.Table, column: str) -> Any:
    raw = typed[_RAW + column]
    missing = _text(raw).isnull()
    return missing | raw.isnan() if raw.type().is_floating() else missing


def _is_bad(typed: ir.Table, column: str) -> Any:
    return typed[column].isnull() & ~_is_missing(typed, column)


def _bad_values(typed: ir.Table, column: str, count: int) -> str:
    kind, remedy = _KINDS[column]
    bad = typed.filter(_is_bad(typed, column)).select(value=typed[_RAW + column])
    examples = bad.distinct().order_by("value").limit(3).to_pyarrow().column("value").to_pylist()
    values = listed(shown(value, 30) for value in examples)
    noun = f"value of {column} is no {kind}" if count == 1 else f"values of {column} are no {kind}"
    return f"{count:,} {noun} ({values}): {remedy}"
