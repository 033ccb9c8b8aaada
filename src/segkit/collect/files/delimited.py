"""CSV and its kin: delimiter and header found, every value kept as the text it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from segkit.collect.files.delimiter import find_layout
from segkit.collect.files.encoding import as_utf8, read_head
from segkit.collect.files.engine import (
    drop_tables,
    dropped_on_failure,
    engine_words,
    one_file,
)
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
    with dropped_on_failure() as made:
        made.append(name)
        return trim(Part(rows, join_notes(*notes, header.note), (name,)), where=where)


def _load(file: Path, delimiter: str, header: Header, skip: int, where: str) -> ir.Table:
    """Load all rows as text into a table of its own, where rows keep their places."""
    backend: Any = ibis.get_backend()
    name, view = (ibis.util.gen_name(f"segkit_{word}") for word in ("raw", "text"))
    # Text first: a sniffed number loses leading zeros, a sniffed date loses the culprit; and
    # with every column named nothing is sniffed, so that short rows are not hidden.
    try:
        lines = backend.read_csv(
            one_file(file, where=where),
            table_name=view,
            auto_detect=False,
            columns={f"c{i}": "VARCHAR" for i in range(len(header.names))},
            delim=delimiter,
            header=True,
            skip=skip,
            quote='"',
            escape='"',
            # A folder named day=1 is no column.
            hive_partitioning=False,
            # Said, because the engine takes the end of the name only up to a question mark.
            compression="gzip" if file.name.lower().endswith(".gz") else "none",
        )
        return backend.create_table(name, lines, temp=True)
    except duckdb.Error as error:
        # What was loaded until then stays.
        drop_tables([name])
        # The engine's words repeat the whole line, with whatever the client wrote there.
        raise DataError(_worded(error, where)) from None
    finally:
        backend.drop_view(view, force=True)


def _worded(error: duckdb.Error, where: str) -> str:
    """Word why a row cannot be read, with its line and nothing of what stands in it."""
    text = str(error)
    line = re.search(r"Line: (\d+)", text)
    reason = re.search(
        r"Expected Number of Columns: \d+ Found: \d+"
        r"|Value with unterminated quote|Maximum line size",
        text,
    )
    remedy = "Save it as CSV UTF-8 with as many fields in every row as in the header."
    if reason and "quote" in reason[0]:
        remedy = "Close the quotation mark; inside quoted text it is written twice."
    if not line or not reason:
        return f"{where} cannot be read: {engine_words(error)}. {remedy}"
    return f"{where} cannot be read: Line: {line[1]}: {reason[0]}. {remedy}"
