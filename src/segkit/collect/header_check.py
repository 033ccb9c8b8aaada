"""Whether a source has the columns that are needed, from its header alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from segkit.collect.columns.column_map import ColumnMap
from segkit.collect.columns.mapping import map_columns
from segkit.collect.files.delimiter import delimited_header
from segkit.collect.files.header import UNNAMED
from segkit.collect.options import ReadOptions
from segkit.collect.source import find_source, own_preset
from segkit.schema import ROW


def check_header(
    source: str | Path,
    columns: Mapping[str, str] | str | Path | None = None,
    *,
    preset: str | Path | None = None,
    options: ReadOptions | None = None,
    kind: str = "transactions",
) -> ColumnMap:
    """Check that a file has the columns that its reader needs, and map them; read no row.

    A text file is answered without loading an engine, which takes longer than all the rest.

    Parameters
    ----------
    source : str or Path
        What ``read_transactions``, ``read_survey`` and their like read.
    columns, preset
        Which own column is which, see ``map_columns``.
    options : ReadOptions, optional
        What to take for granted instead of finding it out.
    kind : str
        Kind of table, a key of ``segkit.schema.TABLES``.

    Raises
    ------
    DataError
        If the file cannot be opened or lacks columns.
    """
    # An error reads as if the reader itself had found it.
    who = f"read_{kind}"
    found = find_source(source, function=who)
    if found.format == "csv":
        path = found.files[0]
        where = f"{who}: {path.name}"
        own = delimited_header(path, options or ReadOptions(), where=where)
        names = tuple(name for name in own if name != ROW and not name.startswith(UNNAMED))
    else:
        from segkit.collect.raw import read_header

        names = read_header(source, options, function=who)
    preset = preset or own_preset(found, kind, function=who)
    return map_columns(names, kind=kind, columns=columns, preset=preset, function=who)
