"""The values that conditions name, held against those that occur."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis.expr.types as ir

from segkit.collect.frames import fetch
from segkit.collect.values.own_numbers import own_numbers
from segkit.errors import ArgumentError
from segkit.features.words import words_of
from segkit.groups.condition import Condition, read_condition
from segkit.i18n import _, format_list

#: Canonical columns that hold words of segkit's own, whatever a file wrote.
_TRANSLATED = ("gender",)
#: More values than these are not named in a sentence: they may be a column of names.
_MOST_NAMED = 12


def read_against(
    table: ir.Table, named: Mapping[str, str], *, function: str
) -> tuple[ir.Table, dict[str, Condition], tuple[str, ...]]:
    """Read conditions as the table can answer them.

    Texts that are numbers throughout are compared as numbers, and what a file calls a gender
    is taken for what segkit calls it.

    Parameters
    ----------
    table : Ibis table
        The customers.
    named : mapping
        Conditions by name.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    tuple
        The table to compute on, the conditions, and sentences on values that never occur.
    """
    try:
        conditions = _read(table, named, function)
    except ArgumentError:
        # Only where texts do not do: columns of numbers, as a text file holds them.
        table = _with_numbers(table, named, function)
        conditions = _read(table, named, function)
    pairs = dict.fromkeys(pair for one in conditions.values() for pair in one.texts)
    absent = _absent(table, list(pairs), function)
    instead = {pair: word for pair in absent if (word := _own_word(*pair))}
    if instead:
        conditions = _read(table, named, function, instead)
    known = list(dict.fromkeys((name, word) for (name, _said), word in instead.items()))
    rest = [pair for pair in absent if pair not in instead]
    rest += [pair for pair in _absent(table, known, function) if pair not in rest]
    return table, conditions, tuple(_notes(table, rest, function))


def _read(table: ir.Table, named: Mapping[str, str], function: str, instead: Any = None) -> Any:
    return {
        name: read_condition(text, table.schema(), name=name, function=function, instead=instead)
        for name, text in named.items()
    }


def _with_numbers(table: ir.Table, named: Mapping[str, str], function: str) -> ir.Table:
    written = " ".join(named.values()).casefold()
    columns = [name for name in table.columns if name.casefold() in written]
    return own_numbers(table, columns, function=function)


def _absent(table: ir.Table, pairs: list[tuple[str, str]], function: str) -> list[tuple[str, str]]:
    """Give the pairs of a column and a value that no customer has."""
    if not pairs:
        return []
    counts = {f"n_{i}": (table[name] == value).sum() for i, (name, value) in enumerate(pairs)}
    found = fetch(table.aggregate(**counts), function)[0]
    return [pair for i, pair in enumerate(pairs) if not found[f"n_{i}"]]


def _own_word(column: str, value: str) -> str | None:
    """Give segkit's word for a file's own, such as female for 女."""
    if column not in _TRANSLATED:
        return None
    plain = value.lower().replace("_", " ").replace("-", " ").strip()
    return next((word for word, known in words_of(column).items() if plain in known), None)


def _notes(table: ir.Table, absent: Iterable[tuple[str, str]], function: str) -> Iterable[str]:
    for column, value in absent:
        known = _values(table, column, function)
        if known:
            text = _("No customer has the value \u201c{value}\u201d in {column}; it has {known}.")
        else:
            text = _("No customer has the value \u201c{value}\u201d in {column}.")
        yield text.format(value=value, column=column, known=format_list(known))


def _values(table: ir.Table, column: str, function: str) -> list[str]:
    """List the values of a column in their order; none where there are many."""
    text = table.filter(table[column].notnull()).select(value=table[column]).distinct()
    rows = fetch(text.order_by("value").limit(_MOST_NAMED + 1), function)
    return [str(row["value"]) for row in rows] if len(rows) <= _MOST_NAMED else []
