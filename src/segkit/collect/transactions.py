"""Transactions in: from a file or a frame to canonical columns, or one clear error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from segkit.checks import check_choice, check_date
from segkit.collect.files.engine import dropped_on_failure
from segkit.collect.frames import Frame, is_frame, like
from segkit.collect.options import ReadOptions
from segkit.collect.raw import open_raw
from segkit.collect.reading import interpret, worded
from segkit.collect.values.faults import sound_rows

_WHO = "read_transactions"


def read_transactions(
    source: str | Path | Frame,
    *,
    columns: Mapping[str, str] | str | Path | None = None,
    missing: str = "error",
    until: date | str | None = None,
    preset: str | Path | None = None,
    options: ReadOptions | None = None,
) -> Frame:
    """Read transactions into canonical columns, checked.

    Every analysis starts here: afterwards a column name means the same thing everywhere,
    dates are dates, amounts are numbers, and no row was changed or lost on the way. Where
    faulty rows are to be kept and counted, use :func:`read_raw_transactions`.

    Parameters
    ----------
    source : str, Path, or pandas, polars, pyarrow or Ibis table
        A CSV, Excel, Parquet or JSON lines file; a folder or pattern of files with the same
        columns; the address of a table in a database, such as
        ``"postgresql://user@host/database#orders"``; the name of a data set such as
        ``"cdnow"``; or a table.
    columns : mapping, str or Path, optional
        Canonical name to the name in ``source``, as a mapping, as text
        ``"customer_id=Member,ordered_at=Date,amount=Quantity*Price"``, or a YAML file. Usual
        names in Chinese and English are found without it. Other columns stay.
    missing : {"error", "drop"}
        What to do with rows that lack a customer, a date or an amount.
    until : date or str, optional
        Leave out what is later than this day. Without it a date after today is a fault.
    preset : str or Path, optional
        The columns of a known source, such as ``"online_retail"``.
    options : ReadOptions, optional
        Encoding, delimiter, sheet, decimal mark, order of dates: what to take for granted
        instead of finding it out.

    Returns
    -------
    lazy Ibis table for a file, database or data set, else a table of the kind of ``source``
        =========== ========= ======== =========================================
        name        dtype     unit     meaning
        =========== ========= ======== =========================================
        customer_id text               as written, leading zeros kept (files)
        ordered_at  timestamp          when the purchase was made, local time
        amount      float64   currency what was paid
        …                              every other column of the source
        =========== ========= ======== =========================================

    Raises
    ------
    DataError
        Naming at once every missing column, or every column whose values are missing or
        cannot be read, with examples and the remedy.

    Examples
    --------
    >>> read_transactions("cdnow").count().execute()
    69659
    """
    check_choice(_WHO, "missing", missing, ("error", "drop"))
    last = None if until is None else check_date(_WHO, "until", until)
    raw = open_raw(source, options, function=_WHO)
    with worded(raw, _WHO):
        rows, faults = interpret(
            raw, "transactions", columns, preset, options, mixed="error", function=_WHO
        )
        where = f"{_WHO}: {raw.source.name}"
        with dropped_on_failure() as made:
            made += rows.temporary
            sound = sound_rows(rows.table, missing=missing, until=last, decide=faults, where=where)
            return like(sound, source) if is_frame(source) else sound
