"""Transactions in: from a file or a frame to canonical columns, or one clear error."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, fail, listed, shown
from segkit.collect.datasets import load_dataset
from segkit.collect.frames import Frame, as_ibis, is_frame, like, materialize
from segkit.collect.source import Source, find_source
from segkit.errors import DataError
from segkit.schema import TRANSACTIONS, names

_WHO = "read_transactions"
_REQUIRED = names(TRANSACTIONS, required=True)
_RAW = "segkit_raw_"
_KINDS = {"ordered_at": ("date", "write 2024-01-31"), "amount": ("number", "write 1234.5")}


def read_transactions(
    source: str | Path | Frame,
    *,
    columns: Mapping[str, str] | str | None = None,
    missing: str = "error",
) -> Frame:
    """Read transactions into canonical columns, checked.

    Every analysis starts here: afterwards a column name means the same thing everywhere,
    dates are dates, amounts are numbers, and no row was changed or lost on the way.

    Parameters
    ----------
    source : str, Path, or pandas, polars, pyarrow or Ibis table
        A CSV or Parquet file, the name of a data set such as ``"cdnow"``, or a table.
    columns : mapping or str, optional
        Canonical name to the name in ``source``, as a mapping or as text:
        ``"customer_id=Member,ordered_at=Date,amount=Paid"``. Other columns stay.
    missing : {"error", "drop"}
        What to do with rows that lack a customer, a date or an amount.

    Returns
    -------
    lazy Ibis table for a file or data set, else a table of the kind of ``source``
        =========== ========= ======== =========================================
        name        dtype     unit     meaning
        =========== ========= ======== =========================================
        customer_id text               as written, leading zeros kept (files)
        ordered_at  timestamp          when the purchase was made
        amount      float64   currency what was paid
        …                              every other column of the source
        =========== ========= ======== =========================================

    Raises
    ------
    DataError
        Naming at once every missing column, or every column whose values are missing or
        cannot be read, with examples and the remedy.

    Examples
    --------
    >>> read_transactions("cdnow").count().execute()
    69659
    """
    check_choice(_WHO, "missing", missing, ("error", "drop"))
    wanted = parse_column_map(columns)
    if is_frame(source):
        table = _canonical(as_ibis(source, function=_WHO, argument="source"), wanted)
        return like(_checked(table, missing, "the table"), source)
    if not isinstance(source, str | Path):
        fail(_WHO, "source", "a path, a data set's name or a table", source, error=DataError)
    found = find_source(source, function=_WHO)
    try:
        checked = _checked(_canonical(_open(found), wanted), missing, found.name)
        # A CSV file is parsed once; Parquet is read column by column when it is asked for.
        return materialize(checked) if found.format == "csv" else checked
    except duckdb.Error as error:
        raise DataError(_unreadable(found, error)) from error


def parse_column_map(columns: Mapping[str, str] | str | None) -> dict[str, str]:
    """Read a column map: canonical name to own name, from a mapping or ``a=b,c=d`` text."""
    if not columns:
        return {}
    if isinstance(columns, str):
        pairs = [part.partition("=") for part in columns.split(",")]
        if not all(canonical.strip() and own.strip() for canonical, _, own in pairs):
            rule = "pairs canonical=own with commas between"
            fail(_WHO, "columns", rule, columns, "Example: customer_id=Member,amount=Paid.")
        columns = {canonical.strip(): own.strip() for canonical, _, own in pairs}
    for canonical in columns:
        check_choice(_WHO, "columns", canonical, names(TRANSACTIONS))
    return dict(columns)


def _open(source: Source) -> ir.Table:
    if source.format == "dataset":
        return ibis.memtable(load_dataset(source.name))
    if source.format == "parquet":
        return ibis.read_parquet(source.path)
    delimiter, header = _header(source)
    # As text first: a sniffed number loses leading zeros, a sniffed date loses the culprit;
    # and with every column named nothing is sniffed, so that short rows are not hidden.
    return ibis.read_csv(
        source.path,
        auto_detect=False,
        columns=dict.fromkeys(header, "VARCHAR"),
        delim=delimiter,
        header=True,
        quote='"',
        escape='"',
    )


def _header(source: Source) -> tuple[str, list[str]]:
    """Read the names in the first line, and the separator that it has most of."""
    opener = gzip.open if source.path.name.lower().endswith(".gz") else open
    try:
        with opener(source.path, "rt", encoding="utf-8-sig", newline="") as file:
            line = file.readline(1_000_000)
    except UnicodeDecodeError as error:
        raise DataError(f"{_WHO}: {source.name} is not in UTF-8. Save it as CSV UTF-8.") from error
    delimiter = max(",;\t|", key=line.count)
    header = next(csv.reader([line], delimiter=delimiter), [])
    faulty = sorted({name for name in header if not name.strip() or header.count(name) > 1})
    if faulty or not header:
        given = listed(repr(name) for name in faulty)
        message = f"{_WHO}: the header of {source.name} has empty or repeated names: {given}"
        raise DataError(f"{message}. Give every column a name of its own.")
    return delimiter, header


def _unreadable(source: Source, error: duckdb.Error) -> str:
    if source.format == "parquet":
        return f"{_WHO}: {source.name} is no readable Parquet file. Write it again."
    # DuckDB's first lines say where and what; the rest is advice about its own options.
    lines = [" ".join(line.split()).rstrip(".") for line in str(error).splitlines()]
    reason = ": ".join(lines[:3]).partition("Error: ")[2][:300]
    remedy = "Save it as CSV UTF-8 with as many fields in every row as in the header."
    return f"{_WHO}: {source.name} cannot be read: {reason}. {remedy}"


def _canonical(table: ir.Table, columns: dict[str, str]) -> ir.Table:
    """Rename own columns to canonical ones, once all of them are known to be there."""
    pairs = ",".join(f"{name}=…" for name in _REQUIRED)
    remedy = f"Name yours with columns={{...}}, or --map {pairs}."
    unmapped = [name for name in _REQUIRED if name not in columns]
    check_columns(_WHO, table.columns, [*unmapped, *columns.values()], remedy=remedy)
    # A column that is mapped away must not stay behind under a canonical name.
    shadowed = [c for c in columns if c in table.columns and columns[c] != c]
    return table.drop(*shadowed).rename(columns)


def _checked(table: ir.Table, missing: str, name: str) -> ir.Table:
    """Type the required columns and refuse what cannot be typed."""
    raw = table.mutate(**{_RAW + column: table[column] for column in _REQUIRED})
    typed = raw.mutate(
        customer_id=_text(raw.customer_id),
        ordered_at=_as_date(raw.ordered_at),
        amount=_as_number(raw.amount),
    )
    _refuse_faults(typed, missing, name)
    kept = typed.drop_null(_REQUIRED) if missing == "drop" else typed
    return kept.drop(*[_RAW + column for column in _REQUIRED])


def _text(value: Any) -> Any:
    return value.strip().nullif("") if value.type().is_string() else value


def _as_date(value: Any) -> Any:
    if value.type().is_string():
        return _text(value).try_cast("timestamp")
    if value.type().is_temporal():
        return value.cast("timestamp")
    return ibis.null("timestamp")


def _as_number(value: Any) -> Any:
    if value.type().is_string():
        number = _text(value).try_cast("float64")
    elif value.type().is_numeric():
        number = value.cast("float64")
    else:
        return ibis.null("float64")
    return ibis.ifelse(number.isnan() | number.isinf(), ibis.null("float64"), number)


def _refuse_faults(typed: ir.Table, missing: str, name: str) -> None:
    """Count every kind of fault in one pass, and name them all in one error."""
    counts = typed.agg(
        rows=typed.count(),
        **{f"missing_{c}": _is_missing(typed, c).sum() for c in _REQUIRED},
        **{f"bad_{c}": _is_bad(typed, c).sum() for c in _KINDS},
    )
    found = counts.to_pyarrow().to_pylist()[0]
    if not found["rows"]:
        raise DataError(f"{_WHO}: {name} has a header but no rows. Export it again.")
    faults = [_bad_values(typed, c, found[f"bad_{c}"]) for c in _KINDS if found[f"bad_{c}"]]
    lacking = {c: found[f"missing_{c}"] for c in _REQUIRED if found[f"missing_{c}"]}
    if lacking and missing == "error":
        rows = ", ".join(f"{count:,} without {column}" for column, count in lacking.items())
        faults.append(f"{rows}: complete them, or leave them out with missing='drop'")
    elif lacking and max(lacking.values()) == found["rows"]:
        faults.append(f"no row has a {listed(lacking)}")
    if faults:
        raise DataError(f"{_WHO}: {name} (rows: {found['rows']:,}): {'; '.join(faults)}.")


def _is_missing(typed: ir.Table, column: str) -> Any:
    missing = _text(typed[_RAW + column]).isnull()
    if typed[_RAW + column].type().is_floating():
        missing = missing | typed[_RAW + column].isnan()
    return missing


def _is_bad(typed: ir.Table, column: str) -> Any:
    return typed[column].isnull() & ~_is_missing(typed, column)


def _bad_values(typed: ir.Table, column: str, count: int) -> str:
    kind, remedy = _KINDS[column]
    bad = typed.filter(_is_bad(typed, column)).select(value=typed[_RAW + column])
    examples = bad.distinct().order_by("value").limit(3).to_pyarrow().column("value").to_pylist()
    values = listed(shown(value, 30) for value in examples)
    return f"{count:,} values of {column} are no {kind} ({values}): {remedy}"
