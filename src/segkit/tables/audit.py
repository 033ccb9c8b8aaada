"""The audit of a table, personal columns, and what the data can carry, as tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from segkit.audit.carrying_overview import carrying_overview
from segkit.audit.words import table_word
from segkit.checks import check_choice
from segkit.i18n import _
from segkit.tables.base import Column, Table, make_table

_VERDICTS = ("yes", "care", "no")


def data_quality_table(audit: Any) -> Table:
    """Show one row per column of a table: filled, different, valid, consistent, newest.

    No value is shown but dates: the least and largest of others may name a person.

    Parameters
    ----------
    audit
        An ``Audit``.

    Returns
    -------
    Table
        Columns word, column, completeness, distinct, uniqueness, validity, consistency, and
        newest where a column has dates.
    """
    frame = audit.table
    columns = [
        Column("word", _("Column")),
        Column("column", _("Name in the data")),
        Column("completeness", _("Filled"), "bar_percent", 1),
        Column("distinct", _("Different values"), "int"),
        Column("uniqueness", _("Different per value"), "percent", 1),
        Column("validity", _("Valid"), "percent", 1),
        Column("consistency", _("Consistent"), "percent", 1),
    ]
    if frame["newest"].notna().any():
        columns.append(Column("newest", _("Newest"), "date"))
    title = _("Quality of the data: {table}").format(table=table_word(audit.kind))
    return make_table(frame, columns, title, name=f"data-quality-{audit.kind}")


def personal_table(audits: Any) -> Table:
    """Show the columns that look like personal data, with what to do about them.

    Parameters
    ----------
    audits
        An ``Audit``, or several.

    Returns
    -------
    Table
        Columns table, column, kind, share (of values that look so), advice.
    """
    several = audits if isinstance(audits, Sequence) else [audits]
    rows = [
        {
            "table": table_word(audit.kind),
            "column": one.column,
            "kind": one.kind_word,
            "share": one.share,
            "advice": one.advice,
        }
        for audit in several
        for one in audit.personal
    ]
    columns = [
        Column("table", _("Table")),
        Column("column", _("Column")),
        Column("kind", _("Looks like")),
        Column("share", _("Share of values"), "percent", 1),
        Column("advice", _("Advice")),
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    frame["share"] = frame["share"].astype("float64")
    title = _("Columns that look like personal data")
    return make_table(frame, columns, title, name="personal-columns")


def carrying_table(carrying: Any, *, verdict: str | None = None) -> Table:
    """Show one row per analysis: whether the data carry it, why, and what to bring.

    Parameters
    ----------
    carrying
        A ``Carrying``.
    verdict
        Only the analyses with this verdict: ``"yes"``, ``"care"`` or ``"no"``.

    Returns
    -------
    Table
        Columns name, verdict_word (left out with ``verdict``), there, needed, source, bring
        (left out where everything is there).
    """
    frame = carrying.table
    # What can be done stands first.
    frame = frame.sort_values("verdict", key=lambda v: v.map(_VERDICTS.index), kind="stable")
    columns = [
        Column("name", _("Analysis")),
        Column("verdict_word", _("Possible")),
        Column("there", _("What is there")),
        Column("needed", _("What decides")),
        Column("source", _("Why")),
        Column("bring", _("What to bring")),
    ]
    title, name = _("What these data can carry"), "carrying"
    if verdict is not None:
        check_choice("carrying_table", "verdict", verdict, _VERDICTS)
        frame = frame[frame["verdict"] == verdict]
        dropped = {"verdict_word", *(["bring"] if verdict == "yes" else [])}
        columns = [column for column in columns if column.name not in dropped]
        title, name = _titles()[verdict], f"carrying-{verdict}"
    return make_table(frame, columns, title, name=name)


def carrying_overview_table(carrying: Any) -> Table:
    """Show on half a page what can be done now, what needs more, and which data are missing.

    Use it before :func:`carrying_table`, which has each threshold with its source.

    Parameters
    ----------
    carrying
        A ``Carrying``.

    Returns
    -------
    Table
        Columns group_word, analyses, bring.
    """
    columns = [
        Column("group_word", _("Where it stands")),
        Column("analyses", _("Analyses")),
        Column("bring", _("What to bring")),
    ]
    title = _("What can be done, and what to bring for more")
    return make_table(carrying_overview(carrying), columns, title, name="carrying-overview")


def _titles() -> dict[str, str]:
    return {
        "yes": _("What these data can carry"),
        "care": _("What these data can carry with care"),
        "no": _("What these data cannot carry"),
    }
