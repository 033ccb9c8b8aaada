"""Tables of SQLite, loaded as those of a file are.

SQLite is a file with no types that hold and without much of what segkit computes; Ibis' own
translation gives a wrong first amount there (``argmin`` beside other extremes). So its rows are
streamed into DuckDB once, and everything after it is as for any file.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from segkit.collect.files.part import Part
from segkit.schema import ROW

_BATCH = 50_000
#: Beyond it a float no longer holds every whole number.
_EXACT = 2**53


def list_sqlite_tables(file: str) -> list[str]:
    """List the tables and views of a database in the order of their names."""
    query = "select name from sqlite_master where type in ('table', 'view') order by name"
    with _connect(file) as link:
        return [str(name) for (name,) in link.execute(query) if not name.startswith("sqlite_")]


def open_sqlite(file: str, name: str) -> Part:
    """Load a table: numbers where all values of a column are such, else text."""
    backend: Any = ibis.get_backend()
    place, held = (ibis.util.gen_name(f"segkit_{word}") for word in ("sqlite", "raw"))
    with _connect(file) as link:
        schema = _schema(link, name)
        reader = pa.RecordBatchReader.from_batches(schema, _batches(link, name, schema))
        backend.con.register(place, reader)
        try:
            backend.raw_sql(f'CREATE TEMP TABLE "{held}" AS SELECT * FROM "{place}"')
        finally:
            backend.con.unregister(place)
    table = backend.table(held, database="temp.main")
    return Part(table.mutate(**{ROW: table.rowid() + 1}), (), (held,))


@contextmanager
def _connect(file: str) -> Iterator[sqlite3.Connection]:
    """Open a database so that reading it makes no file and changes none that holds data."""
    path = Path(file).resolve()
    log, index = (path.with_name(f"{path.name}-{word}") for word in ("wal", "shm"))
    mode = "mode=ro"
    with tempfile.TemporaryDirectory(prefix="segkit-") as folder:
        if _has_log(path) and not log.exists():
            # Its last user closed it. Read-only alone would still lay a log beside it.
            mode = "mode=ro&immutable=1"
        elif _has_log(path) and not index.exists():
            # What was written last stands in the log; reading it would lay an index beside it.
            for one in (path, log):
                shutil.copyfile(one, Path(folder) / one.name)
            path = Path(folder) / path.name
        # The engine's threads take turns with the batches, and never two at a time.
        place = f"{path.as_uri()}?{mode}"
        with closing(sqlite3.connect(place, uri=True, check_same_thread=False)) as link:
            yield link


def _has_log(path: Path) -> bool:
    """Tell whether a database writes ahead to a log, as its header says."""
    with path.open("rb") as file:
        return file.read(20)[18:20] == b"\2\2"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _schema(link: sqlite3.Connection, name: str) -> pa.Schema:
    """Look at the types that values have, because those of the columns bind nobody."""
    columns = [row[0] for row in link.execute(f"select * from {_quoted(name)} limit 0").description]
    fields = []
    for column in columns:
        value = _quoted(column)
        long = f"typeof({value}) = 'integer' and {value} not between {-_EXACT} and {_EXACT}"
        query = f"select distinct case when {long} then 'long' else typeof({value}) end"
        kinds = {kind for (kind,) in link.execute(f"{query} from {_quoted(name)}")} - {"null"}
        if kinds and kinds <= {"integer", "long"}:
            fields.append(pa.field(column, pa.int64()))
        elif kinds and kinds <= {"integer", "real"}:
            fields.append(pa.field(column, pa.float64()))
        else:
            fields.append(pa.field(column, pa.string()))
    return pa.schema(fields)


def _batches(link: sqlite3.Connection, name: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    cursor = link.execute(f"select * from {_quoted(name)}")
    while rows := cursor.fetchmany(_BATCH):
        arrays = [
            pa.array([_as(row[i], field.type) for row in rows], field.type)
            for i, field in enumerate(schema)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _as(value: Any, kind: pa.DataType) -> Any:
    if value is None or not pa.types.is_string(kind):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        return str(int(value))  # the customer 7.0 is the customer "7"
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
