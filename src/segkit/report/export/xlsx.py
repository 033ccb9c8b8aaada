"""A report as a workbook: a summary and one sheet per table, typed, sortable, without formulas."""

from __future__ import annotations

import contextvars
from datetime import date, datetime
from pathlib import Path
from typing import Any

from segkit.errors import SegkitError
from segkit.i18n import (
    _,
    format_money_cell,
    format_number,
    get_language,
    language_tag,
    ngettext,
    set_currency,
)
from segkit.report.export.content import Content, TableData, printable
from segkit.report.export.look import Look, about, look_of, made_lines
from segkit.report.export.sheet_text import LINE, row_height, sheet_names, text_width

#: What a sheet can hold.
MAX_ROWS = 1_048_576
_MAX_TEXT = 32_767
_FIRST_YEAR = 1900
_WIDEST, _NARROWEST = 60, 9
# Sheets are measured by their first rows; a million are not read for a width.
_MEASURED_ROWS = 500
_EXACT_BELOW = 2**53
# Narrow enough to be read when printed on one page's width.
_SUMMARY_WIDTHS = (20, 36, 58, 46)


def write_xlsx(content: Content, path: Path, *, brand: Any = None) -> None:
    """Write the workbook.

    Texts are written as texts whatever they begin with, so no name becomes a formula or a
    link; numbers are numbers, dates are dates.

    Parameters
    ----------
    content
        The report's content.
    path
        The file to write.
    brand
        Whose report it is.
    """
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _font(), "font_size": 10, "valign": "top"},
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        book = _Book(workbook, look_of(brand), _money_prefix(content))
        _describe(workbook, content, book.look)
        names = sheet_names([_("Summary"), *(table.title for table in content.tables)])
        summary = workbook.add_worksheet(names[0])
        for name, table in zip(names[1:], content.tables, strict=True):
            book.add_table(name, table)
        _Summary(book, summary).write(content, names[1:])
        _page_setup(summary, book.look)


def _font() -> str:
    return "Microsoft YaHei" if get_language() == "zh" else "Calibri"


def _money_prefix(content: Content) -> str:
    """Find what stands before an amount: a currency sign, or nothing where the head says it."""
    manifest = content.manifest
    currency = str(manifest.parameters.get("currency") or manifest.data.get("currency", "USD"))

    def prefix() -> str:
        try:
            set_currency(currency or None)
        except SegkitError:  # a notebook may call something else its currency
            return ""
        return format_money_cell(0, 0).split("0")[0]

    return contextvars.copy_context().run(prefix)


def _describe(workbook: Any, content: Content, look: Look) -> None:
    facts = about(content, look)
    workbook.set_properties(
        {
            "title": facts.title,
            "subject": facts.subject,
            "author": facts.author,
            "company": facts.author,
            "comments": "\n".join(made_lines(content))[:2000],
            "created": facts.created,
        }
    )
    workbook.set_custom_property("language", language_tag())


def _page_setup(sheet: Any, look: Look) -> None:
    """Set how a sheet is printed: one page wide, with a footer."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    # "&" begins a code in a footer.
    sheet.set_footer(f"&L{look.line[:100].replace('&', '&&')}&R&P / &N")


class _Book:
    """A workbook with its formats."""

    def __init__(self, workbook: Any, look: Look, money: str) -> None:
        self.workbook, self.look, self.money = workbook, look, money
        self._formats: dict[tuple[Any, ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Make a format once and give the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _font(), "font_size": 10, "valign": "top"}
            self._formats[key] = self.workbook.add_format(base | properties)
        return self._formats[key]

    def header(self, *, right: bool = False) -> Any:
        """Give the format of a table's head."""
        return self.format(
            bold=True,
            font_color="#ffffff",
            indent=0 if right else 1,
            bg_color=self.look.accent,
            text_wrap=True,
            valign="vcenter",
            align="right" if right else "left",
        )

    def add_table(self, name: str, table: TableData) -> None:
        """Write a table with all its rows into a sheet of its own."""
        sheet = self.workbook.add_worksheet(name)
        columns = table.columns
        for place, column in enumerate(columns):
            right = column["kind"] not in ("text", "date")
            sheet.write_string(0, place, _cell(column["label"]), self.header(right=right))
            width = _width(table, place)
            sheet.set_column(place, place, width)
        widths = [_width(table, place) for place in range(len(columns))]
        sheet.set_row(0, row_height([column["label"] for column in columns], widths))
        formats = [self._cell_format(table, place) for place in range(len(columns))]
        last = 0
        for last, row in enumerate(table.rows(), start=1):
            if last == MAX_ROWS:
                last -= 1
                break
            for place, value in enumerate(row):
                _write(sheet, last, place, value, columns[place]["kind"], formats[place])
            # Not every program finds the height of a wrapped text by itself.
            wrapped = [
                value if isinstance(value, str) and width == _WIDEST else ""
                for value, width in zip(row, widths, strict=True)
            ]
            height = row_height(wrapped, widths)
            if height > LINE:
                sheet.set_row(last, height)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_ROWS}"})
        sheet.repeat_rows(0)
        _page_setup(sheet, self.look)

    def _cell_format(self, table: TableData, place: int) -> Any:
        column = table.columns[place]
        kind, digits = column["kind"], column["digits"]
        if kind == "text":
            return self.format(text_wrap=_width(table, place) == _WIDEST, align="left", indent=1)
        if kind == "date":
            return self.format(num_format="yyyy-mm-dd", align="left", indent=1)
        if kind in ("percent", "bar_percent"):
            return self.format(num_format=_decimals(1 if digits is None else digits, "0") + "%")
        if kind == "money":
            digits = _money_digits(table, place) if digits is None else digits
            sign = f'"{self.money}"' if self.money else ""
            return self.format(num_format=sign + _decimals(digits))
        default = 0 if kind == "int" else 2
        return self.format(num_format=_decimals(default if digits is None else digits))


def _decimals(digits: int, whole: str = "#,##0") -> str:
    return whole + ("." + "0" * digits if digits else "")


def _money_digits(table: TableData, place: int) -> int:
    amounts = [row[place] for row in table.shown if isinstance(row[place], int | float)]
    return 2 if any(abs(amount) < 100 for amount in amounts) else 0


def _cell(text: Any) -> str:
    text = printable(text)
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


def _write(sheet: Any, row: int, place: int, value: Any, kind: str, style: Any) -> None:
    """Write one value as what it is; a text is never read as anything else."""
    if value is None:
        sheet.write_blank(row, place, None, style)
    elif kind == "date" and (day := _day(value)) is not None:
        sheet.write_datetime(row, place, day, style)
    elif kind == "text" or isinstance(value, str | bool) or abs(value) > _EXACT_BELOW:
        sheet.write_string(row, place, _cell(value), style)
    else:
        sheet.write_number(row, place, value, style)


def _day(value: Any) -> datetime | None:
    """Read a day that a workbook can hold; it knows none before 1900."""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day) if day.year > _FIRST_YEAR else None


def _width(table: TableData, place: int) -> int:
    texts = [row[place] for row in table.texts[:_MEASURED_ROWS]]
    words = table.columns[place]["label"].split()
    # The head may take two lines; the arrow of the filter stands beside its last one.
    head = max([text_width(table.columns[place]["label"]) // 2 + 4, *map(text_width, words)])
    widest = max([head, *(text_width(text) for text in texts)]) + 2
    return min(max(widest, _NARROWEST), _WIDEST)


class _Summary:
    """The first sheet: the answer, its numbers, the findings, what follows, where it is from."""

    def __init__(self, book: _Book, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0

    def write(self, content: Content, names: list[str]) -> None:
        """Write the sheet from top to bottom."""
        look = self.book.look
        for place, width in enumerate(_SUMMARY_WIDTHS):
            self.sheet.set_column(place, place, width)
        self._line(content.headline, bold=True, font_size=18, font_color=look.ink)
        for text in (content.lede, content.period):
            self._line(text, font_color=look.muted, font_size=11)
        self._block(
            [_("Number"), _("What it is")], [[k["value"], k["label"]] for k in content.kpis]
        )
        heads = [_("Number"), _("Finding"), _("Evidence"), _("What to do")]
        rows = [[f[n] for n in ("number", "title", "evidence", "action")] for f in content.findings]
        self._block(heads, rows)
        self._block([_("Sheet"), _("Table"), _("Source"), _("Rows")], _table_rows(content, names))
        self._block([_("Limits")], [[sentence] for sentence in content.limits], span=3)
        self._block([_("How this was made")], [list(pair) for pair in content.made], span=3)
        self.sheet.hide_gridlines(2)
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:D{self.row + 1}"})

    def _line(self, text: str, **properties: Any) -> None:
        if text:
            self.sheet.write_string(self.row, 0, _cell(text), self.book.format(**properties))
            self.sheet.set_row(self.row, properties["font_size"] * 1.7)
            self.row += 1

    def _block(self, heads: list[str], rows: list[list[str]], *, span: int = 0) -> None:
        """Write a small table; under ``span`` its last cell goes on over the columns beside it."""
        if not rows:
            return
        self.row += 1
        heads = heads + [""] * (span + 1 - len(heads)) if span else heads
        for place, head in enumerate(heads):
            self.sheet.write_string(self.row, place, head, self.book.header())
        self.row += 1
        for cells in rows:
            self._cells(cells, span)
            self.row += 1

    def _cells(self, cells: list[str], span: int) -> None:
        left: dict[str, Any] = {"text_wrap": True, "align": "left", "indent": 1}
        name = self.book.format(bold=True, font_color=self.book.look.accent, **left)
        plain = self.book.format(**left)
        height = LINE
        for place, text in enumerate(cells):
            last = place == len(cells) - 1
            style = name if place == 0 and len(cells) > 1 else plain
            room = _SUMMARY_WIDTHS[place]
            if span and last and place < span:
                room = sum(_SUMMARY_WIDTHS[place : span + 1])
                self.sheet.merge_range(self.row, place, self.row, span, "", style)
            self.sheet.write_string(self.row, place, _cell(text), style)
            height = max(height, row_height([text], [room]))
        self.sheet.set_row(self.row, height + 3)


def _table_rows(content: Content, names: list[str]) -> list[list[str]]:
    rows = []
    for name, table in zip(names, content.tables, strict=True):
        note = format_number(table.total)
        left_out = table.total - (MAX_ROWS - 1)
        if left_out > 0:
            rest = ngettext(
                "{n} more row is in the CSV.", "{n} more rows are in the CSV.", left_out
            )
            note = f"{note}; {rest.format(n=format_number(left_out))}"
        rows.append([name, table.title, table.source, note])
    return rows
