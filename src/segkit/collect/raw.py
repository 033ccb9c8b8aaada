"""Any source as a lazy table with its own column names, before anything is interpreted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from segkit.checks import fail, listed
from segkit.collect.datasets.own_formats import read_own
from segkit.collect.datasets.registry import DATASETS
from segkit.collect.files.engine import drop_tables, dropped_on_failure, one_file
from segkit.collect.files.header import UNNAMED
from segkit.collect.files.part import Part, SetAside
from segkit.collect.frames import Frame, as_ibis, is_frame, kind_of
from segkit.collect.options import ReadOptions
from segkit.collect.source import Source, find_source
from segkit.collect.values.typed import number_text
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_number, ngettext
from segkit.schema import ROW

#: How many files are named in a note.
_NAMED = 8


@dataclass(frozen=True)
class RawTable:
    """A source as it was sent; made by :func:`open_raw`.

    Attributes
    ----------
    table
        Ibis table with the source's own column names. Values are text where the format knows
        no types (CSV), else what they are. Files and frames have ``segkit_row``, the row in the
        source counted from 1 below the header, through all files of a folder; databases have
        none. In a file, rows that are none of the table, such as totals, are left out.
    source
        What was read.
    notes
        Sentences for the reader of a report: what was found out, and what was left out.
    set_aside
        The numbers of the rows that were left out, by reason: ``empty_row``, ``total_row``.
    """

    table: ir.Table
    source: Source
    notes: tuple[str, ...] = ()
    temporary: tuple[str, ...] = field(default=(), repr=False)
    set_aside: tuple[SetAside, ...] = ()

    def release(self) -> None:
        """Drop the tables that the rows were loaded into, once something else was made of them."""
        drop_tables(self.temporary)


def open_raw(
    source: str | Path | Frame, options: ReadOptions | None = None, *, function: str = "open_raw"
) -> RawTable:
    """Open a source of any kind without interpreting its columns.

    Parameters
    ----------
    source : str, Path, or pandas, polars, pyarrow or Ibis table
        A file (CSV, Excel, Parquet, JSON lines), a folder or pattern of files with the same
        columns, the address of a table in a database, a data set's name, or a table.
    options : ReadOptions, optional
        What to take for granted instead of finding it out.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    RawTable

    Raises
    ------
    DataError
        One error that names the file, and row and column where they are known.

    Examples
    --------
    >>> import pandas as pd
    >>> open_raw(pd.DataFrame({"paid": [3.0]})).table.to_pandas()
       paid  segkit_row
    0   3.0           1
    """
    options = options or ReadOptions()
    if is_frame(source):
        return RawTable(_numbered(source, function), _table_source())
    if not isinstance(source, str | Path):
        fail(function, "source", "a path, a data set's name or a table", source, error=DataError)
    found = find_source(source, function=function)
    if found.format == "database":
        from segkit.collect.databases.database import open_database

        part = open_database(found.given, function=function)
        return RawTable(part.table, found, part.notes, part.temporary)
    if found.format == "dataset":
        return RawTable(_numbered(read_own(DATASETS[found.name]), function), found)
    parts = []
    with dropped_on_failure() as made:
        for path in found.files:
            parts.append(_open_part(path, found, options, function))
            made += parts[-1].temporary
        one = len(parts) == 1
        table = parts[0].table if one else _stacked(parts, found, function)
        notes = parts[0].notes if one else _notes(parts, found)
        return RawTable(table, found, notes, tuple(made), _set_aside(parts))


def read_header(
    source: str | Path | Frame, options: ReadOptions | None = None, *, function: str
) -> tuple[str, ...]:
    """Read the names of a source's columns, and no row where the format allows it.

    Raises
    ------
    DataError
        If it cannot be opened or has no header.
    """
    options = options or ReadOptions()
    if is_frame(source):
        return tuple(as_ibis(source, function=function, argument="source").columns)
    found = find_source(source, function=function)
    if found.format in {"database", "dataset"}:
        raw = open_raw(source, options, function=function)
        names: Sequence[str] = raw.table.columns
        raw.release()
    elif found.format == "parquet":
        names = _open_parquet(found.files[0], where=f"{function}: {found.files[0].name}").columns
    else:
        path = found.files[0]
        names = _reader(found.format)[1](path, options, where=f"{function}: {path.name}")
    return tuple(name for name in names if name != ROW and not name.startswith(UNNAMED))


def _reader(kind: str) -> tuple[Callable[..., Part], Callable[..., tuple[str, ...]]]:
    """Give what opens files of a kind, and what reads only their header."""
    if kind == "excel":
        from segkit.collect.files.excel import excel_header, open_excel

        return open_excel, excel_header
    if kind == "jsonl":
        from segkit.collect.files.json_lines import json_header, open_json_lines

        return open_json_lines, json_header
    from segkit.collect.files.delimited import open_delimited
    from segkit.collect.files.delimiter import delimited_header

    return open_delimited, delimited_header


def _open_part(path: Path, source: Source, options: ReadOptions, function: str) -> Part:
    where = f"{function}: {path.name}"
    if source.format != "parquet":
        return _reader(source.format)[0](path, options, where=where)
    table = _open_parquet(path, where=where)
    rows = 0 if len(source.files) == 1 else int(table.count().to_pyarrow().as_py())
    return Part(table, (), (), rows)


def _open_parquet(path: Path, *, where: str) -> ir.Table:
    try:
        # A folder named day=1 is no column.
        table = ibis.read_parquet(
            one_file(path, where=where), file_row_number=True, hive_partitioning=False
        )
    except duckdb.Error:
        message = f"{where} is no readable Parquet file. Write it again."
        raise DataError(message) from None
    return table.mutate(**{ROW: table.file_row_number + 1}).drop("file_row_number")


def _numbered(frame: Frame, function: str) -> ir.Table:
    """See a frame as an Ibis table with its rows counted; rows of an Ibis table have no order."""
    kind = kind_of(frame)
    if kind == "pandas":
        as_ibis(frame, function=function, argument="source")  # its columns must have names
        return as_ibis(frame.assign(**{ROW: range(1, len(frame) + 1)}), function=function)
    if kind == "polars":
        counted = as_ibis(frame.with_row_index(ROW, offset=1), function=function)
        return counted.mutate(**{ROW: counted[ROW].cast("int64")})
    if kind == "pyarrow":
        import pyarrow as pa

        row = pa.array(range(1, frame.num_rows + 1), pa.int64())
        return as_ibis(frame.append_column(ROW, row), function=function)
    return as_ibis(frame, function=function, argument="source")


def _table_source() -> Source:
    return Source("the table", _("table in memory"), Path(), _("table in memory"), "frame")


def _stacked(parts: list[Part], source: Source, function: str) -> ir.Table:
    """Put files under each other, once all have the columns of the first."""
    first = parts[0].table
    for part, path in zip(parts[1:], source.files[1:], strict=True):
        lacks = [name for name in first.columns if name not in part.table.columns]
        more = [name for name in part.table.columns if name not in first.columns]
        if lacks or more:
            said = [f"lacks {listed(map(repr, lacks))}"] if lacks else []
            said += [f"has {listed(map(repr, more))} besides"] if more else []
            raise DataError(
                f"{function}: {path.name} {' and '.join(said)}; the columns must be those of "
                f"{source.files[0].name}. Give the files alike columns, or read them one by one."
            )
    types = _common_types([part.table for part in parts])
    tables, before = [], 0
    for part in parts:
        own = {name: _cast(part.table[name], kind) for name, kind in types.items()}
        own[ROW] = part.table[ROW] + before
        tables.append(part.table.select(**own))
        before += part.rows
    return ibis.union(*tables)


def _set_aside(parts: list[Part]) -> tuple[SetAside, ...]:
    """Number the rows that were left out as all others are, through all files."""
    rows: dict[str, list[int]] = {}
    before = 0
    for part in parts:
        for aside in part.set_aside:
            rows.setdefault(aside.reason, []).extend(row + before for row in aside.rows)
        before += part.rows
    return tuple(SetAside(reason, tuple(found)) for reason, found in rows.items())


def _cast(value: Any, kind: Any) -> Any:
    # The customer 12345.0 of one file is the customer "12345" of another.
    return (
        number_text(value) if kind == "string" and value.type().is_floating() else value.cast(kind)
    )


def _common_types(tables: list[ir.Table]) -> dict[str, Any]:
    """Give each column the type that all files have, or text where they do not agree."""
    types: dict[str, Any] = {}
    for name in tables[0].columns:
        found = {table[name].type().copy(nullable=True) for table in tables}
        numbers = all(kind.is_numeric() and not kind.is_boolean() for kind in found)
        common = next(iter(found)) if len(found) == 1 else "float64" if numbers else "string"
        if name != ROW:
            types[name] = common
    return types


def _notes(parts: list[Part], source: Source) -> tuple[str, ...]:
    """Say how many files were read and with which row each begins, then each file's own notes."""
    count = len(parts)
    text = ngettext("One file was read.", "{n} files were read: {files}.", count)
    starts, before = [], 0
    for part, path in zip(parts, source.files, strict=True):
        start = _("{file} from row {row}")
        starts.append(start.format(file=path.name, row=format_number(before + 1)))
        before += part.rows
    shown = starts if count <= _NAMED else [*starts[:_NAMED], "…"]
    notes = [text.format(n=format_number(count), files=format_list(shown))]
    for part, path in zip(parts, source.files, strict=True):
        notes += [f"{path.name}: {note}" for note in part.notes]
    return tuple(notes)
