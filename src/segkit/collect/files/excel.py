"""Workbooks: the sheet that is meant, its header, and cells with the types Excel gave them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from segkit.checks import did_you_mean, listed
from segkit.collect.files.header import DEPTH, find_header, join_notes
from segkit.collect.files.part import Part, trim
from segkit.collect.options import ReadOptions
from segkit.errors import DataError
from segkit.i18n import _, format_list
from segkit.schema import ROW

#: Excel keeps 15 digits of a number: of a longer one the last were lost when it was typed.
_EXACT = 10**15


def open_excel(path: Path, options: ReadOptions, *, where: str) -> Part:
    """Load one sheet of a workbook; a column in which all cells are of a type has that type.

    Whole numbers are integers, so that an id shown as 12345 is no 12345.0; a column of numbers
    and texts is text, and texts keep their leading zeros.

    Raises
    ------
    DataError
        If it is no workbook or protected, the sheet is not clear, or a header is missing.
    """
    sheet, note = _sheet(path, options, where)
    try:
        rows = list(sheet.iter_rows())
    except CalamineError as error:
        raise DataError(_broken(path, where, error)) from error
    header = find_header([[_text(cell) for cell in row] for row in rows[:DEPTH]], where=where)
    body = rows[header.index + 1 :]
    columns = {
        name: _column([row[i] for row in body], name, where)
        for i, name in enumerate(header.names)
        if name != ROW
    }
    # Rows are counted below the header; Excel's own number is higher by what stands above.
    columns[ROW] = pa.array(range(1, len(body) + 1), pa.int64())
    table = ibis.memtable(pa.table(columns))
    return trim(Part(table, join_notes(note, header.note, _zeros_note(path))), where=where)


def excel_header(path: Path, options: ReadOptions, *, where: str) -> tuple[str, ...]:
    """Read the names of a sheet's columns."""
    sheet, _note = _sheet(path, options, where)
    first = [row for row, _n in zip(sheet.iter_rows(), range(DEPTH), strict=False)]
    return find_header([[_text(cell) for cell in row] for row in first], where=where).names


def _sheet(path: Path, options: ReadOptions, where: str) -> tuple[CalamineSheet, str]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if options.sheet is not None:
            if options.sheet not in names:
                hint = did_you_mean(options.sheet, names)
                raise DataError(f"{where} has no sheet {options.sheet!r}. {hint}")
            return book.get_sheet_by_name(options.sheet), ""
        seen = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        sheets = [book.get_sheet_by_name(name) for name in seen]
    except CalamineError as error:
        raise DataError(_broken(path, where, error)) from error
    full = [sheet for sheet in sheets if sheet.height]
    if len(full) > 1:
        found = listed(repr(sheet.name) for sheet in full)
        raise DataError(
            f"{where} has several sheets with content: {found}. "
            "Say which with ReadOptions(sheet=...) (in a notebook: sheet)."
        )
    if not full:
        raise DataError(f"{where} has no sheet with content. Export it again.")
    note = ""
    if len(names) > 1:
        note = _("Sheet {sheet} was read; the other sheets are hidden or empty.")
        note = note.format(sheet=full[0].name)
    return full[0], note


def _broken(path: Path, where: str, error: CalamineError) -> str:
    words = str(error)
    with path.open("rb") as file:
        head = file.read(4096)
    if _is_text(head):
        return _mislabelled(path, head, where)
    # What is protected is no zip archive any more, but a container of the older kind.
    wrapped = head.startswith(b"\xd0\xcf\x11\xe0") and path.suffix.lower() != ".xls"
    if wrapped or "assword" in words or "ncrypt" in words:
        return f"{where} is protected by a password. Save it without one."
    return (
        f"{where} is no workbook that can be read ({words[:100].rstrip('.')}). "
        "Open it in a spreadsheet and save it as .xlsx."
    )


def _zeros_note(path: Path) -> str:
    """Say that a workbook shows numbers with zeros in front, which are no part of them."""
    try:
        with zipfile.ZipFile(path) as book:
            styles = book.read("xl/styles.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError):
        return ""  # an older or a binary workbook, which keeps its formats elsewhere
    formats = sorted(set(re.findall(r'formatCode="(0{2,})(?:;[^"]*)?"', styles)))
    if not formats:
        return ""
    text = _(
        "The workbook shows some numbers with leading zeros (format {formats}), which are no "
        "part of the cells and were not read. If these are numbers of customers or products, "
        "store the column as text."
    )
    return text.format(formats=format_list(formats))


def _is_text(head: bytes) -> bool:
    # Workbooks are archives or containers, and both have null bytes from the start.
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not re.search(rb"[\x00-\x08]", head)


def _mislabelled(path: Path, head: bytes, where: str) -> str:
    """Word what a file is that is called a workbook and is none."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return (
            f"{where} is a web page (HTML or XML) with the ending of a workbook. "
            "Open it in a spreadsheet and save it as .xlsx."
        )
    name = path.with_suffix(".tsv" if b"\t" in head else ".csv").name
    return f"{where} is a text file with the ending of a workbook. Rename it to {name!r}."


def _text(cell: Any) -> str:
    """Write a cell as text: whole numbers without decimals, dates as ISO."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell))
        text = repr(cell)
        # Three digits behind a point could be thousands; a cell of Excel's leaves no doubt.
        return f"{text}0" if len(text.rpartition(".")[2]) == 3 else text
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell).strip() if isinstance(cell, str) else "" if cell is None else str(cell)


def _column(cells: Sequence[Any], name: str, where: str) -> pa.Array:
    """Give a column the one type that all of its cells have, else make it text."""
    kinds = {_kind(cell) for cell in cells} - {""}
    if kinds == {"number"}:
        numbers = [float(cell) if _kind(cell) else None for cell in cells]
        if all(number is None or _is_whole(number) for number in numbers):
            whole = [None if number is None else int(number) for number in numbers]
            return pa.array(whole, pa.int64())
        return pa.array(numbers, pa.float64())
    if kinds == {"moment"}:
        return pa.array(list(_moments(cells)), pa.timestamp("us"))
    if kinds == {"flag"}:
        return pa.array([cell if _kind(cell) else None for cell in cells], pa.bool_())
    _refuse_rounded(cells, name, where)
    texts = [cell if isinstance(cell, str) else _text(cell) for cell in cells]
    return pa.array([text if text.strip() else None for text in texts], pa.string())


def _refuse_rounded(cells: Sequence[Any], name: str, where: str) -> None:
    """Refuse long numbers among texts: two customers' would be one and the same."""
    for row, cell in enumerate(cells, start=1):
        if _kind(cell) == "number" and abs(cell) >= _EXACT:
            raise DataError(
                f"{where}: {name} has texts, and in row {row:,} a number of more than 15 digits, "
                "of which Excel does not keep the last. Store the column as text and enter the "
                "numbers again."
            )


def _kind(cell: Any) -> str:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    if isinstance(cell, bool):
        return "flag"
    if isinstance(cell, int | float):
        return "number"
    if isinstance(cell, date):
        return "moment"
    return "length" if isinstance(cell, timedelta | time) else "text"


def _is_whole(number: float) -> bool:
    return float(number).is_integer() and abs(number) < _EXACT


def _moments(cells: Iterable[Any]) -> Iterable[datetime | None]:
    for cell in cells:
        if not _kind(cell):
            yield None
        else:
            yield cell if isinstance(cell, datetime) else datetime.combine(cell, time())
