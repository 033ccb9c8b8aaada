"""One file that was opened: its rows, and what stood around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.collect.files.header import UNNAMED, shown_text, unnamed_fault
from segkit.i18n import format_list, format_number, ngettext
from segkit.schema import ROW

#: So many rows at the end may be totals and subtotals.
_LAST = 5
_TOTAL = re.compile(
    r"(合计|总计|小计|总数|总额|共计|累计|grand total|sub-?total|totals?|sum|summe|gesamt|somme)"
    r"\s*[:：]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"[-+(（−¥￥$€£A-Z\s]*[0-9０-９][0-9０-９.,，．'\s)）%元万亿-]*", re.IGNORECASE
)


@dataclass(frozen=True)
class SetAside:
    """Rows of a source that are none of its table, and why: ``total_row`` or ``empty_row``."""

    reason: str
    rows: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True)
class Part:
    """Rows with their number in ``segkit_row``, notes about them, and the tables they lie in.

    ``rows`` is how many there are in the file, those ``set_aside`` among them.
    """

    table: ir.Table
    notes: tuple[str, ...] = ()
    temporary: tuple[str, ...] = field(default=(), repr=False)
    rows: int = 0
    set_aside: tuple[SetAside, ...] = ()


def trim(part: Part, *, where: str) -> Part:
    """Set aside what is no row of the table: columns and rows without content, totals at the end.

    A total is one of the last rows in which the first cell with content is a word such as 合计
    or Total, another cell is empty, and all others hold numbers. A customer of that name, with a
    day of purchase beside it, stays.

    Raises
    ------
    DataError
        If a column without a name has values.
    """
    part = _without_unnamed(part, where)
    own = [name for name in part.table.columns if name != ROW]
    rows = _count(part.table)
    # Row by row only where the first cell is empty: most files have no such row at all.
    blank = _is_blank(part.table[own[0]])
    empty = _count(part.table.filter(blank))
    if empty:
        for name in own[1:]:
            blank &= _is_blank(part.table[name])
        empty = _count(part.table.filter(blank))
    notes = list(part.notes)
    table = part.table
    aside: list[SetAside] = []
    if empty:
        found = table.filter(blank).order_by(ROW)[ROW].to_pyarrow().to_pylist()
        aside.append(SetAside("empty_row", tuple(found)))
        table = table.filter(~blank)
        notes.append(_empty_note(empty))
    totals = _totals(table, own) if rows else []
    if totals:
        found = [row for row, _word in totals]
        aside.append(SetAside("total_row", tuple(found)))
        table = table.filter(~table[ROW].isin(found))
        notes.append(_totals_note(totals))
    return replace(part, table=table, notes=tuple(notes), rows=rows, set_aside=tuple(aside))


def _empty_note(empty: int) -> str:
    text = ngettext(
        "One row without any content was left out.",
        "{n} rows without any content were left out.",
        empty,
    )
    return text.format(n=format_number(empty))


def _totals_note(totals: list[tuple[int, str]]) -> str:
    text = ngettext(
        "Row {rows} is a total ({words}), not a purchase, and was left out.",
        "Rows {rows} are totals ({words}), not purchases, and were left out.",
        len(totals),
    )
    numbers = format_list([format_number(row) for row, _word in totals])
    words = format_list(list(dict.fromkeys(shown_text(word) for _row, word in totals)))
    return text.format(rows=numbers, words=words)


def _count(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _content(value: Any) -> Any:
    """Give a cell as text, null where it is empty."""
    return value.strip().nullif("") if value.type().is_string() else value.cast("string")


def _is_blank(value: Any) -> Any:
    if not value.type().is_string():
        return value.isnull()
    # What begins with more than a blank is none; only the others are looked at in full.
    return ibis.ifelse(value.left(1) > " ", False, _content(value).isnull())


def _without_unnamed(part: Part, where: str) -> Part:
    unnamed = [name for name in part.table.columns if name.startswith(UNNAMED)]
    for name in unnamed:
        held = part.table.mutate(value=_content(part.table[name])).select("value", row=ROW)
        some = held.filter(held.value.notnull()).order_by("row").limit(1).to_pyarrow().to_pylist()
        if some:
            raise unnamed_fault(name, some[0]["row"], where)
    return replace(part, table=part.table.drop(*unnamed)) if unnamed else part


def _totals(table: ir.Table, own: list[str]) -> list[tuple[int, str]]:
    """Find totals in the last rows, from the end up; a row that is none ends the search."""
    texts = table.select(ROW, **{f"c{i}": _content(table[name]) for i, name in enumerate(own)})
    last = texts.order_by(ibis.desc(ROW)).limit(_LAST).to_pyarrow().to_pylist()
    found: list[tuple[int, str]] = []
    for record in last:
        cells = [record[f"c{i}"] for i in range(len(own))]
        full = [cell for cell in cells if cell]
        word = full[0] if full else ""
        if len(full) == len(cells) or not _TOTAL.fullmatch(word):
            break
        if not all(_NUMBER.fullmatch(cell) for cell in full[1:]):
            break
        found.insert(0, (record[ROW], word))
    return found
