"""The cells of a table: plain values for sorting and files, texts for the reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from segkit.checks import check_columns
from segkit.i18n import (
    format_date,
    format_money_cell,
    format_number,
    format_percent,
    money_heading,
)
from segkit.tables.base import Column

_MISSING = "–"


@dataclass(frozen=True)
class Grid:
    """Columns, plain values and texts, row by row; ``shown`` rows go onto the page."""

    columns: Sequence[Column]
    values: Sequence[Sequence[Any]]
    texts: Sequence[Sequence[str]]
    shown: int
    total: int


def make_grid(frame: Any, columns: Sequence[Column] | None, *, shown: int | None) -> Grid:
    """Take a frame apart into the cells of a table."""
    frame = _to_pandas(frame)
    columns = [_guess(frame, name) for name in frame.columns] if columns is None else list(columns)
    check_columns("show_table", [str(name) for name in frame.columns], [c.name for c in columns])
    by_column = [[plain_value(value) for value in frame[c.name].tolist()] for c in columns]
    values = [list(row) for row in zip(*by_column, strict=True)]
    texts = [
        [cell_text(value, c) for value, c in zip(row, columns, strict=True)]
        for row in values[:shown]
    ]
    columns = [_headed(column) for column in columns]
    kept = len(values) if shown is None else min(shown, len(values))
    return Grid(columns=columns, values=values, texts=texts, shown=kept, total=len(values))


def _headed(column: Column) -> Column:
    if column.kind != "money":
        return column
    return replace(column, label=money_heading(column.label))


def _to_pandas(frame: Any) -> Any:
    """Bring polars, pyarrow and Ibis tables to pandas; all of them know how."""
    for method in ("to_pandas", "execute"):
        if hasattr(frame, method):
            return getattr(frame, method)()
    return frame


def _guess(frame: Any, name: Any) -> Column:
    kind = frame[name].dtype.kind
    kinds = {"i": "int", "u": "int", "f": "number", "M": "date"}
    return Column(str(name), str(name), kinds.get(kind, "text"))


def plain_value(value: Any) -> Any:
    """Bring a value to JSON: dates to ISO text, missing and infinite to None."""
    if hasattr(value, "item"):
        value = value.item()
    # pandas' NA refuses to be compared; its other marks are not equal to themselves.
    if value is None or type(value).__name__ == "NAType" or value != value:
        return None
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def cell_text(value: Any, column: Column) -> str:
    """Write a plain value as the reader's language does."""
    if value is None:
        return _MISSING
    if column.kind == "date":
        return format_date(date.fromisoformat(str(value)[:10]), short=True)
    if column.kind == "text" or isinstance(value, str):
        return str(value)
    if column.kind == "money":
        return format_money_cell(value, column.digits)
    if column.kind in ("percent", "bar_percent"):
        return format_percent(value, 1 if column.digits is None else column.digits)
    default = 0 if column.kind == "int" else 2
    return format_number(value, default if column.digits is None else column.digits)
