"""What was read, how, what is wrong with it and what was kept of it, as tables of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from segkit.audit.words import column_word
from segkit.i18n import _
from segkit.tables.base import Column, Table, make_table


def reading_table(rows: Any) -> Table:
    """Show what was found out about a file: encoding, header, totals, how values are written.

    Parameters
    ----------
    rows
        A ``RawRows``.

    Returns
    -------
    Table
        Column note, a sentence each.
    """
    columns = [Column("note", _("What was found"))]
    frame = pd.DataFrame({"note": list(rows.notes)})
    return make_table(frame, columns, _("How the data were read"), name="reading")


def mapping_table(rows: Any) -> Table:
    """Show which own column became which canonical one, and why; unused columns at the end.

    Parameters
    ----------
    rows
        A ``RawRows``.

    Returns
    -------
    Table
        Columns own, word, canonical, reason.
    """
    mapped = [{**row, "word": column_word(row["canonical"])} for row in rows.columns.rows()]
    unused = _("Needed by no analysis; it stays as it is.")
    left = [
        {"own": name, "word": "–", "canonical": "–", "reason": unused}
        for name in rows.columns.unmapped
    ]
    columns = [
        Column("own", _("Column as sent")),
        Column("word", _("Taken as")),
        Column("canonical", _("Name in the clean table")),
        Column("reason", _("Why")),
    ]
    frame = pd.DataFrame([*mapped, *left], columns=[column.name for column in columns])
    return make_table(frame, columns, _("Which column is which"), name="column-mapping")


def faults_table(audit: Any) -> Table:
    """Show what is wrong with a table as it was sent, a sentence each.

    Values of columns that look personal are not quoted; the columns themselves stand in
    ``personal_table``.

    Parameters
    ----------
    audit
        An ``Audit``.

    Returns
    -------
    Table
        Column fault.
    """
    personal = {one.column for one in audit.personal}
    broken = tuple(
        replace(one, least="…", largest="…") if one.column in personal else one
        for one in audit.broken
    )
    faults = replace(audit, broken=broken, personal=()).faults or [_("No fault was found.")]
    columns = [Column("fault", _("As sent"))]
    frame = pd.DataFrame({"fault": faults})
    return make_table(frame, columns, _("What is wrong with the data as sent"), name="faults")


def kept_tables_table(kept: Any) -> Table:
    """Show the tables that a run puts beside its report.

    Parameters
    ----------
    kept
        A ``KeptTables``.

    Returns
    -------
    Table
        Columns file, what, rows.
    """
    words = {
        "transactions": _("Clean purchase records: the data of the other notebooks"),
        "rejected": _("Rows set aside, each with its reason, to send back"),
        "extremes": _("Extreme amounts that were kept, to be checked"),
    }
    rows = [{**one, "what": words[one["file"].partition(".")[0]]} for one in kept.tables]
    columns = [
        Column("file", _("File")),
        Column("what", _("What is in it")),
        Column("rows", _("Rows"), "int"),
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    title = _("Tables in the folder of this run")
    if kept.pseudonymized:
        title = _("Tables in the folder of this run, customers under keyed numbers")
    return make_table(frame, columns, title, name="kept-tables")
