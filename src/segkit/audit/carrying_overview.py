"""What the data can carry on half a page: what can be done, what needs more, what is missing."""

from __future__ import annotations

import pandas as pd

from segkit.audit.analyses import Analysis, ColumnNeed, list_analyses
from segkit.audit.carrying_result import (
    Carrying,
    Judged,
    columns_word,
    either,
    in_a_row,
    of_table,
)
from segkit.audit.words import column_word, table_word
from segkit.i18n import _, format_list, join_sentences

GROUPS = ("now", "care", "more", "missing")
#: What must be brought: by missing table its columns, and columns of tables that are there.
_Lack = tuple[str, ...]


def group_word(group: str) -> str:
    """Name a group in the current language."""
    return {
        "now": _("Can be done now"),
        "care": _("Can be done with care"),
        "more": _("Needs more of the same data"),
        "missing": _("Data are missing"),
    }[group]


def carrying_overview(found: Carrying) -> pd.DataFrame:
    """Group the analyses by what stands between them and the data.

    Those that can be done share a row, those that can be done with care, and those that need
    more of what is there. Of the others, those that lack the same tables and columns share
    one, and the row that opens most analyses stands first.

    Returns
    -------
    pandas.DataFrame
        ``group`` (``now``, ``care``, ``more``, ``missing``), ``group_word``, ``n`` (analyses),
        ``analyses`` (their names), ``bring`` (what to bring; empty where all is there).

    Examples
    --------
    >>> from segkit.audit import carrying
    >>> from segkit.collect import load_dataset
    >>> overview = carrying_overview(carrying(load_dataset("cdnow_sample")))
    >>> overview.groupby("group", sort=False)["n"].sum().to_dict()
    {'now': 13, 'care': 5, 'more': 1, 'missing': 20}
    """
    rows: dict[tuple[str, _Lack], list[Analysis]] = {}
    for analysis in list_analyses():
        rows.setdefault(_place(found, analysis), []).append(analysis)
    ordered = sorted(rows.items(), key=lambda row: (GROUPS.index(row[0][0]), -len(row[1])))
    return pd.DataFrame(
        [
            {
                "group": group,
                "group_word": group_word(group),
                "n": len(analyses),
                "analyses": format_list(analysis.name for analysis in analyses),
                "bring": _bring(found, group, analyses),
            }
            for (group, _lack), analyses in ordered
        ]
    )


def _place(found: Carrying, analysis: Analysis) -> tuple[str, _Lack]:
    """Give the group of an analysis, and what it shares a row by."""
    verdict = found.verdict(analysis.id)
    if verdict != "no":
        return ("now" if verdict == "yes" else "care"), ()
    tables, columns = _missing(found, analysis)
    return ("missing", (*tables, *columns)) if tables or columns else ("more", ())


def _missing(found: Carrying, analysis: Analysis) -> tuple[dict[str, list[str]], list[str]]:
    """List what an analysis cannot do without and is not there at all."""
    tables: dict[str, list[str]] = {}
    columns = []
    for one in found.judge(analysis):
        if not isinstance(one.need, ColumnNeed) or one.have or one.verdict != "no":
            continue
        table = found.missing_table(one)
        if table:
            names = [column_word(name) for name in of_table(one.need, table)]
            tables.setdefault(table, []).append(either(names))
        else:
            columns.append(columns_word(one.need))
    return tables, columns


def _most(found: Carrying, analyses: list[Analysis]) -> list[Judged]:
    """Keep of what several analyses lack the one that asks for most of it."""
    most: dict[tuple[str, ...], Judged] = {}
    for analysis in analyses:
        for one in found.judge(analysis):
            need = one.need
            key = need.columns if isinstance(need, ColumnNeed) else (one.what,)
            if one.verdict != "yes" and (key not in most or need.good > most[key].need.good):
                most[key] = one
    return list(most.values())


def _bring(found: Carrying, group: str, analyses: list[Analysis]) -> str:
    if group == "now":
        return ""
    if group != "missing":
        return join_sentences(found.bring(_most(found, analyses)))
    lacking: dict[str, dict[str, None]] = {}
    single: dict[str, None] = {}
    for analysis in analyses:
        tables, columns = _missing(found, analysis)
        for table, names in tables.items():
            lacking.setdefault(table, {}).update(dict.fromkeys(names))
        single.update(dict.fromkeys(columns))
    text = _("A table of {table}: {columns}.")
    parts = [
        text.format(table=table_word(table), columns=in_a_row(list(names)))
        for table, names in lacking.items()
    ]
    parts += [_("A column: {column}.").format(column=column) for column in single]
    return join_sentences(parts)
