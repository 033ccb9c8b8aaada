"""Transactions in: from a file or a frame to canonical columns, or one clear error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, check_date, fail
from segkit.collect.faults import REQUIRED, typed_rows
from segkit.collect.frames import Frame, as_ibis, is_frame, like, materialize
from segkit.collect.opening import open_source, word_failure
from segkit.collect.source import find_source
from segkit.errors import DataError
from segkit.schema import TRANSACTIONS, names

_WHO = "read_transactions"


def read_transactions(
    source: str | Path | Frame,
    *,
    columns: Mapping[str, str] | str | None = None,
    missing: str = "error",
    until: date | str | None = None,
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
        ``"customer_id=Member,ordered_at=Date,amount=Paid"``. Names that differ from the
        canonical ones in letter case only need no mapping. Other columns stay.
    missing : {"error", "drop"}
        What to do with rows that lack a customer, a date or an amount.
    until : date or str, optional
        Leave out what is later than this day. Without it a date after today is a fault.

    Returns
    -------
    lazy Ibis table for a file or data set, else a table of the kind of ``source``
        =========== ========= ======== =========================================
        name        dtype     unit     meaning
        =========== ========= ======== =========================================
        customer_id text               as written, leading zeros kept (files)
        ordered_at  timestamp          when the purchase was made, local time
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
    last = None if until is None else check_date(_WHO, "until", until)
    wanted = parse_column_map(columns)
    if is_frame(source):
        table = _canonical(as_ibis(source, function=_WHO, argument="source"), wanted)
        rows = typed_rows(table, missing=missing, until=last, name="the table", function=_WHO)
        return like(rows, source)
    if not isinstance(source, str | Path):
        fail(_WHO, "source", "a path, a data set's name or a table", source, error=DataError)
    found = find_source(source, function=_WHO)
    try:
        table = _canonical(open_source(found, function=_WHO), wanted)
        rows = typed_rows(table, missing=missing, until=last, name=found.name, function=_WHO)
        # A CSV file is parsed once; Parquet is read column by column when it is asked for.
        return materialize(rows) if found.format == "csv" else rows
    except duckdb.Error as error:
        raise DataError(word_failure(found, error, function=_WHO)) from error


def check_header(source: str | Path, columns: Mapping[str, str] | str | None = None) -> None:
    """Check that a file has the columns that ``read_transactions`` needs; read no row.

    Raises
    ------
    DataError
        If the file cannot be opened or lacks columns.
    """
    found = find_source(source, function=_WHO)
    try:
        _canonical(open_source(found, function=_WHO), parse_column_map(columns))
    except duckdb.Error as error:
        raise DataError(word_failure(found, error, function=_WHO)) from error


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
    own_names = list(columns.values())
    twice = [own for own in own_names if own_names.count(own) > 1]
    if twice:
        remedy = "Give each canonical column one of its own."
        fail(_WHO, "columns", "a map to different columns", twice[0], remedy)
    return dict(columns)


def _canonical(table: ir.Table, columns: dict[str, str]) -> ir.Table:
    """Rename own columns to canonical ones, once all of them are known to be there."""
    columns = _by_letter_case(table, columns) | columns
    pairs = ",".join(f"{name}=…" for name in REQUIRED)
    remedy = f"Name yours with columns={{...}}, or --map {pairs}."
    unmapped = [name for name in REQUIRED if name not in columns]
    check_columns(_WHO, table.columns, [*unmapped, *columns.values()], remedy=remedy)
    # A column that is mapped away must not stay behind under a canonical name.
    shadowed = [c for c in columns if c in table.columns and columns[c] != c]
    return table.drop(*shadowed).rename(columns)


def _by_letter_case(table: ir.Table, columns: dict[str, str]) -> dict[str, str]:
    """Map required columns that are there but for letter case, where that is unambiguous."""
    found = {}
    for name in REQUIRED:
        alike = [own for own in table.columns if own.lower() == name]
        if name not in table.columns and name not in columns and len(alike) == 1:
            found[name] = alike[0]
    return found
