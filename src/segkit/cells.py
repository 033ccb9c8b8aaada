"""Cells of CSV files that a spreadsheet opens as text, and never as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the page of a report needs these words and no engine
    import ibis.expr.types as ir

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """Keep a text from being a formula: a spreadsheet runs cells that begin with ``=``.

    Numbers stay numbers, so a negative amount is not touched.

    Examples
    --------
    >>> safe_cell('=HYPERLINK("x")'), safe_cell(-3.5)
    ('\\'=HYPERLINK("x")', -3.5)
    """
    # What begins with such marks by itself gets one more, so that one can be taken away.
    if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def plain_cell(text: str) -> str:
    """Take the mark of :func:`safe_cell` away again.

    Examples
    --------
    >>> plain_cell(safe_cell("=1+1")), plain_cell(safe_cell("'=1+1")), plain_cell("plain")
    ('=1+1', "'=1+1", 'plain')
    """
    is_marked = text.startswith("'") and text.lstrip("'").startswith(_FORMULA_STARTS)
    return text[1:] if is_marked else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write rows as CSV text, a missing value as an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_cell(str(name)) for name in columns])
    for row in rows:
        writer.writerow(["" if value is None else safe_cell(value) for value in row])
    return buffer.getvalue()


def csv_bytes(text: str) -> bytes:
    """Encode CSV with the mark by which Excel knows UTF-8."""
    return text.encode("utf-8-sig")


def write_csv(table: ir.Table, path: Path) -> None:
    """Write an Ibis table as such a CSV file, batch by batch: it may be larger than memory."""
    header = csv_text(table.columns, [])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(header)
        for batch in table.to_pyarrow_batches():
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            file.write(csv_text(table.columns, rows).removeprefix(header))
