"""Tables as files: CSV that a spreadsheet opens as text, names that any disk takes."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """Keep a text from being a formula: a spreadsheet runs cells that begin with ``=``.

    Numbers stay numbers, so a negative amount is not touched.

    Examples
    --------
    >>> safe_cell('=HYPERLINK("x")'), safe_cell(-3.5)
    ('\\'=HYPERLINK("x")', -3.5)
    """
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


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


def data_uri(content: bytes, mime: str) -> str:
    """Pack a file into an address that needs no second file."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def file_slug(text: str, fallback: str) -> str:
    """Make a file name of lower-case ASCII letters, digits and hyphens out of a title."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48].strip("-")
    return slug or fallback
