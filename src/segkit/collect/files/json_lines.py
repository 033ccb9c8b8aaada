"""JSON lines: an object per line, nested ones laid flat with a point between their names."""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis

from segkit.collect.files.encoding import as_utf8
from segkit.collect.files.engine import drop_tables, one_file
from segkit.collect.files.part import Part
from segkit.collect.options import ReadOptions
from segkit.errors import DataError
from segkit.schema import ROW

#: Whole numbers of more than 15 digits are LONG here: not every one of them is a DOUBLE too.
_WHOLE, _NUMBERS = {"BIGINT", "UBIGINT", "LONG"}, {"BIGINT", "UBIGINT", "DOUBLE"}
#: Above it a DOUBLE no longer holds every whole number.
_EXACT = 2**53
_KINDS = {"ARRAY": "a list", "VARCHAR": "a text", "BOOLEAN": "true or false", "NULL": "null"}


@dataclass(frozen=True)
class _Field:
    """A value of the objects: its name, the JSON pointer to it, and the types it has."""

    name: str
    pointer: str
    types: frozenset[str]


def open_json_lines(path: Path, options: ReadOptions, *, where: str) -> Part:
    """Load a file with a JSON object in every line; texts stay text, numbers are numbers.

    An object inside an object becomes columns such as ``address.city``.

    Raises
    ------
    DataError
        If a line is no JSON object, or a value is a list, naming its row.
    """
    backend: Any = ibis.get_backend()
    name, flat = (ibis.util.gen_name(f"segkit_{word}") for word in ("json", "raw"))
    try:
        with as_utf8(path, options.encoding, where=where, plain=True) as (file, _codec, notes):
            _load(backend, name, file, where)
        fields = _fields(backend, name, where)
        columns = ", ".join([*(_column(field) for field in fields), f"rowid + 1 AS {ROW}"])
        backend.raw_sql(f'CREATE TEMP TABLE "{flat}" AS SELECT {columns} FROM "{name}"')
    finally:
        drop_tables([name])
    table = backend.table(flat, database="temp.main")
    rows = int(table.count().to_pyarrow().as_py())
    return Part(table, notes, (flat,), rows)


def _load(backend: Any, name: str, file: Path, where: str) -> None:
    place = _literal(one_file(file, where=where))
    try:
        backend.raw_sql(
            f'CREATE TEMP TABLE "{name}" AS SELECT json FROM '
            f"read_ndjson_objects({place}, compression='uncompressed', hive_partitioning=false)"
        )
    except duckdb.Error:
        # Not from the engine's error, which repeats the line.
        remedy = "Write one JSON object per line."
        raise DataError(f"{where} is no JSON lines: {_broken(file)}. {remedy}") from None


def json_header(path: Path, options: ReadOptions, *, where: str) -> tuple[str, ...]:
    """Read the names of all values; there is no header, so that the file is read for it."""
    part = open_json_lines(path, options, where=where)
    drop_tables(part.temporary)
    return tuple(name for name in part.table.columns if name != ROW)


def _broken(file: Path) -> str:
    """Find the line that is no JSON; the engine's own number is one too high at times."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                json.loads(line or "{}")
            except ValueError as error:
                if line.strip():
                    return f"line {number:,} ({str(error).partition(':')[0]})"
    return "an object is too large"


def _fields(backend: Any, name: str, where: str) -> list[_Field]:
    """Walk the objects from the outside in, one query for each level of nesting."""
    other = _first(backend, name, "json_type(json) <> 'OBJECT'", "json_type(json)")
    if other:
        kind = _KINDS.get(other[1], "a number")
        raise DataError(
            f"{where} is no JSON lines: row {other[0]:,} holds {kind} and no object. "
            "Write one JSON object per line."
        )
    fields: list[_Field] = []
    open_ones = [("", "")]
    while open_ones:
        prefix, pointer = open_ones.pop(0)
        for key in _keys(backend, name, pointer):
            here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            full = f"{prefix}{key}"
            types = _types(backend, name, here)
            if types == {"OBJECT"}:
                open_ones.append((f"{full}.", here))
                continue
            _refuse_nested(backend, name, here, full, types, where)
            _refuse_rounded(backend, name, here, full, types, where)
            fields.append(_Field(full, here, frozenset(types)))
    names = [field.name.lower() for field in fields]
    twice = next((field.name for field in fields if names.count(field.name.lower()) > 1), None)
    if twice or not fields:
        given = f"two values of the name {twice!r}" if twice else "no values"
        raise DataError(f"{where} has {given}. Give every value a name of its own.")
    return fields


def _refuse_nested(
    backend: Any, name: str, pointer: str, full: str, types: set[str], where: str
) -> None:
    for kind, words in (("ARRAY", "a list"), ("OBJECT", "an object beside plain values")):
        if kind in types:
            found = _first(backend, name, f"json_type(json, {_literal(pointer)}) = '{kind}'")
            row = found[0] if found else 0
            raise DataError(
                f"{where}: {full} is {words} in row {row:,}. Export one value per column."
            )


def _refuse_rounded(
    backend: Any, name: str, pointer: str, full: str, types: set[str], where: str
) -> None:
    """Refuse numbers with decimals, among texts, that are too large to be told from others."""
    if _as_numbers(types) or "DOUBLE" not in types:
        return
    kind, value = _parts(pointer)
    large = f"{kind} = 'DOUBLE' AND regexp_matches({value}, '[.eE]')"
    found = _first(backend, name, f"{large} AND abs(TRY_CAST({value} AS DOUBLE)) >= {_EXACT}")
    if found:
        raise DataError(
            f"{where}: {full} has texts, and in row {found[0]:,} a number of more than 15 digits "
            "with a decimal point, whose last digits are lost. Store the column as text."
        )


def _first(backend: Any, name: str, condition: str, shown: str = "''") -> tuple[int, str] | None:
    query = f'SELECT rowid + 1, {shown} FROM "{name}" WHERE {condition} ORDER BY rowid LIMIT 1'
    found = backend.raw_sql(query).fetchall()
    return (int(found[0][0]), str(found[0][1])) if found else None


def _keys(backend: Any, name: str, pointer: str) -> list[str]:
    """List the names inside the objects at a pointer, in the order in which they come up."""
    keys = f"json_keys(json, {_literal(pointer)})" if pointer else "json_keys(json)"
    query = (
        f"SELECT key FROM (SELECT rowid AS row, unnest({keys}) AS key, "
        f'generate_subscripts({keys}, 1) AS place FROM "{name}") '
        "GROUP BY key ORDER BY min(row), min(place), key"
    )
    return [str(key) for (key,) in backend.raw_sql(query).fetchall()]


def _parts(pointer: str) -> tuple[str, str]:
    """Give the expressions of a value's type and of its text."""
    place = _literal(pointer)
    return f"json_type(json, {place})", f"json_extract_string(json, {place})"


def _types(backend: Any, name: str, pointer: str) -> set[str]:
    kind, value = _parts(pointer)
    # Longer whole numbers fit no integer; they are ids, and stay what they are as text.
    whole = f"{kind} IN ('BIGINT', 'UBIGINT', 'DOUBLE') AND NOT regexp_matches({value}, '[.eE]')"
    cases = (
        f"WHEN {whole} AND length({value}) > 18 THEN 'VARCHAR' "
        f"WHEN {whole} AND length({value}) > 15 THEN 'LONG'"
    )
    query = f'SELECT DISTINCT CASE {cases} ELSE {kind} END FROM "{name}"'
    return {kind for (kind,) in backend.raw_sql(query).fetchall()} - {None, "NULL"}


def _as_numbers(types: Set[str]) -> str:
    """Give the type of number that holds all values of a column as they are; else nothing."""
    if types and types <= _WHOLE:
        return "BIGINT"
    return "DOUBLE" if types and types <= _NUMBERS else ""


def _column(field: _Field) -> str:
    kind, value = _parts(field.pointer)
    numbers = _as_numbers(field.types)
    if numbers:
        value = f"CAST({value} AS {numbers})"
    elif field.types == {"BOOLEAN"}:
        value = f"CAST({value} AS BOOLEAN)"
    elif "DOUBLE" in field.types:
        # The customer 1.0 is the customer "1"; and 1.125 beside texts is no 1,125.
        whole = f"regexp_replace({value}, '[.]0+$', '')"
        told = f"regexp_replace({whole}, '^(-?[0-9]+[.][0-9]{{3}})$', '\\10')"
        value = f"CASE WHEN {kind} = 'DOUBLE' THEN {told} ELSE {value} END"
    return f'{value} AS "{field.name.replace(chr(34), chr(34) * 2)}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
