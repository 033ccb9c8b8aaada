"""CSV and its kin: delimiter and header found, every value kept as the text it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from segkit.checks import shown
from segkit.collect.files.delimiter import find_layout
from segkit.collect.files.encoding import as_utf8, read_head
from segkit.collect.files.header import Header, join_notes
from segkit.collect.files.part import Part, trim
from segkit.collect.options import ReadOptions
from segkit.errors import DataError
from segkit.schema import ROW


def open_delimited(path: Path, options: ReadOptions, *, where: str) -> Part:
    """Load a delimited text file: text columns, rows in the file's order.

    Raises
    ------
    DataError
        If it does not decode, has no header, or a row has more or fewer fields than it.
    """
    with as_utf8(path, options.encoding, where=where) as (file, codec, notes):
        # Of the copy, if there is one: lines are counted in what the engine reads.
        text, _codec = read_head(file, codec if file == path else "utf-8", where=where)
        delimiter, header, skip = find_layout(text, options, where)
        table = _load(file, delimiter, header, skip, where)
    name = table.op().name
    own = {f"c{i}": name for i, name in enumerate(header.names) if name != ROW}
    columns = {name: table[plain] for plain, name in own.items()}
    rows = table.select(**columns, **{ROW: table.rowid() + 1})
    part = Part(rows, join_notes(*notes, header.note), (name,))
    return trim(part, where=where)


def _load(file: Path, delimiter: str, header: Header, skip: int, where: str) -> ir.Table:
    """Load all rows as text into a table of its own, where rows keep their places."""
    # Text first: a sniffed number loses leading zeros, a sniffed date loses the culprit; and
    # with every column named nothing is sniffed, so that short rows are not hidden.
    try:
        view = ibis.read_csv(
            file,
            auto_detect=False,
            columns={f"c{i}": "VARCHAR" for i in range(len(header.names))},
            delim=delimiter,
            header=True,
            skip=skip,
            quote='"',
            escape='"',
        )
        backend: Any = view.get_backend()
        table = backend.create_table(ibis.util.gen_name("segkit_raw"), view, temp=True)
        backend.drop_view(view.get_name())
        return table
    except duckdb.Error as error:
        raise DataError(_worded(error, where)) from error


def _worded(error: duckdb.Error, where: str) -> str:
    """Word why a row cannot be read, with its line."""
    text = str(error)
    line = re.search(r"Line: (\d+)", text)
    row = re.search(r"Original Line: (.*)", text)
    reason = re.search(
        r"Expected Number of Columns: .*|Value with unterminated quote|Maximum line size", text
    )
    remedy = "Save it as CSV UTF-8 with as many fields in every row as in the header."
    if reason and "quote" in reason[0]:
        remedy = "Close the quotation mark; inside quoted text it is written twice."
    if not line or not reason:
        first = " ".join(text.partition("\n")[0].split()).rstrip(".")[:200]
        return f"{where} cannot be read: {first}. {remedy}"
    cut = f" ({shown(row[1].strip(), 60)})" if row else ""
    return f"{where} cannot be read: Line: {line[1]}{cut}: {reason[0].rstrip('.')}. {remedy}"
