"""What parts the fields of a text file, and its header: from its beginning, without an engine."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from segkit.collect.files.encoding import HEAD, as_utf8, read_head
from segkit.collect.files.header import Header, find_header
from segkit.collect.options import DELIMITERS, ReadOptions
from segkit.errors import DataError

#: Records that are looked at to find the delimiter and the header.
_RECORDS = 100


def delimited_header(path: Path, options: ReadOptions, *, where: str) -> tuple[str, ...]:
    """Read the names of a file's columns from its beginning."""
    text, _codec = read_head(path, options.encoding, where=where)
    if options.encoding and "\ufffd" in text:
        with as_utf8(path, options.encoding, where=where):
            pass  # the encoding that was named is not that of the file, which this says
    return find_layout(text, options, where)[1].names


def find_layout(text: str, options: ReadOptions, where: str) -> tuple[str, Header, int]:
    """Find what parts the fields of a text, its header, and how many lines stand above it."""
    if len(text) >= HEAD // 4 and not re.search("[\r\n]", text):
        raise DataError(
            f"{where} has a first line of more than {HEAD // 4:,} characters. "
            "Export it again with a line for each row."
        )
    candidates = [options.delimiter] if options.delimiter else DELIMITERS
    read = {mark: _records(text, mark) for mark in candidates}
    delimiter = max(read, key=lambda mark: _fit([record for record, _line in read[mark]]))
    found = read[delimiter]
    header = find_header([record for record, _line in found], where=where)
    return delimiter, header, found[header.index - 1][1] if header.index else 0


def _records(text: str, delimiter: str) -> list[tuple[list[str], int]]:
    """Read the first records, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[tuple[list[str], int]] = []
    try:
        for record in reader:
            records.append(([cell.strip() for cell in record], reader.line_num))
            if len(records) == _RECORDS:
                return records
    except csv.Error:  # a field too long for it; what was read so far tells enough
        return records
    # The last record of a beginning may be cut.
    return records[:-1] if len(text) >= HEAD // 4 and len(records) > 1 else records


def _fit(records: list[list[str]]) -> tuple[int, int]:
    """Tell how well a delimiter fits: how many records agree on a number of fields, and on which.

    A single field is no agreement: every delimiter that is not there has it.
    """
    widths = [len(record) for record in records if any(record)]
    several = [width for width in widths if width > 1]
    common = max(several, key=lambda width: (several.count(width), width), default=1)
    return several.count(common), common
