"""Numbers of customers, orders and products: one way to write each, and none that is spoiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.collect.values.forms import END, START
from segkit.schema import ROW

_WIDE = "".join(map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))))
_NARROW = "".join(chr(ord(sign) - 0xFEE0) for sign in _WIDE)
#: How a spreadsheet shows a number that is longer than its cell: 1.23457E+10.
_SPOILED = f"{START}-?[1-9](?:[.,][0-9]+)?[Ee][+][0-9]{{1,3}}{END}"


def is_id(name: str) -> bool:
    """Tell by the name of a canonical column whether its values are somebody's numbers."""
    return name.endswith("_id")


def plain_id(text: Any) -> Any:
    """Write full-width digits and letters as ASCII, so that ``Ａ１`` and ``A1`` are one customer.

    Examples
    --------
    >>> plain_id(ibis.literal("Ａ１")).execute()
    'A1'
    """
    # Looking is cheap, and hardly any id has one.
    return ibis.ifelse(text.re_search(f"[{_WIDE}]"), text.translate(_WIDE, _NARROW), text)


def spoiled_ids(table: ir.Table, names: Iterable[str], own: Mapping[str, str]) -> dict[str, str]:
    """Say which columns of ids a spreadsheet has shortened to scientific notation.

    Different customers are one and the same there, and nobody would see it. One query counts
    them all.

    Parameters
    ----------
    table : ibis.Table
        Under canonical names; where there is a column ``segkit_row``, the first row is named.
    names : iterable of str
        The columns of ids.
    own : mapping
        What they are called in the source.

    Returns
    -------
    dict
        By column what is wrong with it and what to do; sound columns are not in it.
    """
    asked: dict[str, Any] = {}
    texts = [name for name in names if table[name].type().is_string()]
    for place, name in enumerate(texts):
        value: Any = table[name]
        bad = value.re_search(_SPOILED)
        asked[f"n{place}"] = table.count(where=bad)
        if ROW in table.columns:
            asked[f"row{place}"] = table[ROW].min(where=bad)
    found = table.agg(**asked).to_pyarrow().to_pylist()[0] if asked else {}
    return {
        name: _worded(name, own.get(name, name), found[f"n{place}"], found.get(f"row{place}"))
        for place, name in enumerate(texts)
        if found[f"n{place}"]
    }


def _worded(name: str, own: str, count: int, row: int | None) -> str:
    values = "value" if count == 1 else "values"
    place = "" if row is None else f", the first in row {row:,}"
    return (
        f"{name} (column {own}) has {count:,} {values} in scientific notation such as "
        f"1.2E+10{place}: a spreadsheet left out their last digits, and different ones cannot be "
        "told apart. Format the column as text in the original file and export it again"
    )
