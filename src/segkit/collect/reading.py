"""From any source to a canonical table: opened, mapped and typed, with nothing refused yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis.expr.types as ir

from segkit.collect.columns.column_map import ColumnMap
from segkit.collect.columns.mapping import map_columns
from segkit.collect.databases.address import parse_address, without_secrets
from segkit.collect.files.engine import drop_tables, dropped_on_failure, engine_words
from segkit.collect.files.part import SetAside
from segkit.collect.frames import Frame, materialize
from segkit.collect.options import ReadOptions
from segkit.collect.raw import RawTable, open_raw
from segkit.collect.source import Source, own_preset
from segkit.collect.values.typed import Typed, type_columns
from segkit.errors import DataError, SegkitError
from segkit.schema import ROW

#: Formats whose values have to be interpreted: that is done once, and kept.
_LOADED = ("csv", "excel", "jsonl")
#: Formats in which an id may have been written as a number.
_LOOSE = ("excel", "jsonl")


@dataclass(frozen=True)
class RawRows:
    """All rows of a source under canonical names and types; made by :func:`read_raw_table`.

    Attributes
    ----------
    table
        Ibis table. A value that could not be read is null, and the text that was sent stands
        in ``segkit_raw_<name>``; ``segkit_row`` is the row in the source, where it has one.
        Columns that are not mapped stay as they were.
    source
        What was read.
    columns
        Which column became which, and why.
    notes
        Sentences for the reader of a report: what was found out about the file, and how
        numbers and dates are written in it.
    set_aside
        Rows of the file that are none of its table, by reason: ``empty_row``, ``total_row``.
        :func:`clean_transactions` accounts for them where it is given all of this.
    """

    table: ir.Table
    source: Source
    columns: ColumnMap
    notes: tuple[str, ...] = field(default=())
    set_aside: tuple[SetAside, ...] = ()
    temporary: tuple[str, ...] = field(default=(), repr=False)

    def release(self) -> None:
        """Drop the table that the rows were loaded into, once they are not needed any more."""
        drop_tables(self.temporary)

    def __repr__(self) -> str:
        """Show what was found, and name the next step."""
        lines = [f"RawRows of {self.source.name}; next: clean_transactions(rows)"]
        # The columns tell theirs already.
        notes = [f"  {note}" for note in self.notes if note != self.columns.note]
        return "\n".join([*lines, repr(self.columns), *notes])


def read_raw_table(
    source: str | Path | Frame,
    *,
    kind: str = "transactions",
    columns: Mapping[str, str] | str | Path | None = None,
    preset: str | Path | None = None,
    options: ReadOptions | None = None,
    function: str = "read_raw_table",
) -> RawRows:
    """Read a table into canonical columns and keep every row, the faulty ones too.

    Use it before cleaning and auditing, which count and name what is wrong; where a source is
    to be right or refused, use :func:`read_transactions`.

    Parameters
    ----------
    source : str, Path, or pandas, polars, pyarrow or Ibis table
        What :func:`open_raw` opens.
    kind : str
        Kind of table, a key of ``segkit.schema.TABLES``.
    columns, preset
        Which own column is which, see :func:`map_columns`.
    options : ReadOptions, optional
        What to take for granted instead of finding it out.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    RawRows

    Raises
    ------
    DataError
        If the source cannot be opened or mapped, or a whole column can be read in two ways.

    Examples
    --------
    >>> import pandas as pd
    >>> sent = pd.DataFrame({"会员号": ["007"], "下单时间": ["2024-02-30"], "实付金额": ["¥3"]})
    >>> rows = read_raw_table(sent).table.to_pandas()
    >>> rows[["customer_id", "amount", "segkit_raw_ordered_at"]]
      customer_id  amount segkit_raw_ordered_at
    0         007     3.0            2024-02-30
    """
    raw = open_raw(source, options, function=function)
    with worded(raw, function):
        rows, faults = interpret(
            raw, kind, columns, preset, options, mixed="read", function=function
        )
    if faults:
        rows.release()
        raise DataError(f"{function}: {raw.source.name}: {'; '.join(faults.values())}.")
    return rows


def read_raw_transactions(
    source: str | Path | Frame,
    *,
    columns: Mapping[str, str] | str | Path | None = None,
    preset: str | Path | None = None,
    options: ReadOptions | None = None,
) -> RawRows:
    """Read transactions and keep every row, the faulty ones too; see :func:`read_raw_table`.

    Examples
    --------
    >>> read_raw_transactions("cdnow").table.count().execute()
    69659
    """
    return read_raw_table(
        source, columns=columns, preset=preset, options=options, function="read_raw_transactions"
    )


def interpret(
    raw: RawTable,
    kind: str,
    columns: Mapping[str, str] | str | Path | None,
    preset: str | Path | None,
    options: ReadOptions | None,
    *,
    mixed: str,
    function: str,
) -> tuple[RawRows, dict[str, str]]:
    """Map and type what was opened; besides the rows give the faults of whole columns."""
    with dropped_on_failure() as made:
        made += raw.temporary
        typed, found = _typed(raw, kind, columns, preset, options, mixed=mixed, function=function)
        table = typed.table
        temporary: tuple[str, ...] = ()
        if raw.source.format in _LOADED or raw.temporary:
            table = materialize(table)
            temporary = (table.op().name,)
            made += temporary
            raw.release()
    notes = [*raw.notes, *([found.note] if found.note else []), *typed.notes]
    rows = RawRows(table, raw.source, found, tuple(notes), raw.set_aside, temporary)
    return rows, typed.faults


def _typed(
    raw: RawTable,
    kind: str,
    columns: Mapping[str, str] | str | Path | None,
    preset: str | Path | None,
    options: ReadOptions | None,
    *,
    mixed: str,
    function: str,
) -> tuple[Typed, ColumnMap]:
    own = [name for name in raw.table.columns if name != ROW]
    preset = preset or own_preset(raw.source, kind, function=function)
    found = map_columns(own, kind=kind, columns=columns, preset=preset, function=function)
    where = f"{function}: {raw.source.name}"
    if not raw.table.limit(1).count().to_pyarrow().as_py():
        raise DataError(f"{where} has a header but no rows. Export it again.")
    typed = type_columns(
        raw.table,
        found,
        options or ReadOptions(),
        mixed=mixed,
        ids_as_text=raw.source.format in _LOOSE,
        function=function,
    )
    return typed, found


@contextmanager
def worded(raw: RawTable, function: str) -> Iterator[None]:
    """Word what an engine raises while rows are read."""
    try:
        yield
    except SegkitError:
        raise
    except duckdb.Error as error:
        words = engine_words(error)
        message = f"{function}: {raw.source.name} cannot be read: {words}. Write it again."
        raise DataError(message) from None
    except Exception as error:
        if raw.source.format != "database":
            raise
        address = parse_address(raw.source.given, function=function)
        words = " ".join(without_secrets(str(error), address).split())[:200].rstrip(".")
        remedy = "Check the right to read it and the types of its columns."
        message = f"{function}: {address.shown} cannot be read: {words}. {remedy}"
        raise DataError(message) from None
