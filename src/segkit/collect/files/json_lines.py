"""JSON lines: an object per line, nested ones laid flat with a point between their names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis

from segkit.collect.files.encoding import as_utf8
from segkit.collect.files.part import Part
from segkit.collect.options import ReadOptions
from segkit.errors import DataError
from segkit.schema import ROW

_WHOLE, _NUMBERS = {"BIGINT", "UBIGINT"}, {"BIGINT", "UBIGINT", "DOUBLE"}


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
    name = ibis.util.gen_name("segkit_json")
    with as_utf8(path, options.encoding, where=where, plain=True) as (file, _codec, notes):
        try:
            place = "'" + str(file).replace("'", "''") + "'"
            backend.raw_sql(
                f'CREATE TEMP TABLE "{name}" AS SELECT json FROM '
                f"read_ndjson_objects({place}, compression='uncompressed')"
            )
        except duckdb.Error as error:
            remedy = "Write one JSON object per line."
            raise DataError(f"{where} is no JSON lines: {_broken(file)}. {remedy}") from error
    fields = _fields(backend, name, where)
    columns = ", ".join([*(_column(field) for field in fields), f"rowid + 1 AS {ROW}"])
    flat = ibis.util.gen_name("segkit_raw")
    backend.raw_sql(f'CREATE TEMP TABLE "{flat}" AS SELECT {columns} FROM "{name}"')
    backend.raw_sql(f'DROP TABLE "{name}"')
    table = backend.table(flat, database="temp.main")
    rows = int(table.count().to_pyarrow().as_py())
    return Part(table, notes, (flat,), rows)


def json_header(path: Path, options: ReadOptions, *, where: str) -> tuple[str, ...]:
    """Read the names of all values; there is no header, so that the file is read for it."""
    part = open_json_lines(path, options, where=where)
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
    other = _first(backend, name, "json_type(json) <> 'OBJECT'")
    if other:
        raise DataError(
            f"{where} is no JSON lines: row {other[0]:,} holds {other[1][:40]!r} and no object. "
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


def _first(backend: Any, name: str, condition: str) -> tuple[int, str] | None:
    query = f'SELECT rowid + 1, json FROM "{name}" WHERE {condition} ORDER BY rowid LIMIT 1'
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


def _types(backend: Any, name: str, pointer: str) -> set[str]:
    kind, value = (f"json_{one}(json, {_literal(pointer)})" for one in ("type", "extract_string"))
    # Longer whole numbers fit no integer; they are ids, and stay what they are as text.
    whole = f"{kind} IN ('BIGINT', 'UBIGINT', 'DOUBLE') AND NOT regexp_matches({value}, '[.eE]')"
    long = f"{whole} AND length({value}) > 18"
    query = f"SELECT DISTINCT CASE WHEN {long} THEN 'VARCHAR' ELSE {kind} END FROM \"{name}\""
    return {kind for (kind,) in backend.raw_sql(query).fetchall()} - {None, "NULL"}


def _column(field: _Field) -> str:
    value = f"json_extract_string(json, {_literal(field.pointer)})"
    if field.types and field.types <= _WHOLE:
        value = f"CAST({value} AS BIGINT)"
    elif field.types and field.types <= _NUMBERS:
        value = f"CAST({value} AS DOUBLE)"
    elif field.types == {"BOOLEAN"}:
        value = f"CAST({value} AS BOOLEAN)"
    return f'{value} AS "{field.name.replace(chr(34), chr(34) * 2)}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
