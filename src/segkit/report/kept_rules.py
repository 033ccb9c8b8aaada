"""The rules that a run keeps beside its report, to be applied where the customers are."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from segkit.i18n import _
from segkit.report.kept import RUN_FOLDER
from segkit.report.notes import Note, said_instead


def keep_rules(result: Any, *, dialect: str = "duckdb") -> Note | None:
    """Keep rules with the run: as a SELECT statement, and as JSON where they were learned.

    Use it in a notebook as the last line of a cell. The statement reads a table ``customers``,
    as ``summarize_customers`` makes it, and names no customer. Outside a run nothing is written.

    Parameters
    ----------
    result
        A ``Segmentation``, or a ``NextPurchase``, of which the rules of today are kept. Of a
        ``Missing`` there is nothing to keep.
    dialect : str
        Of the statement, such as ``"postgres"``.

    Returns
    -------
    Note or None
        Names the files; None where nothing is kept.

    Raises
    ------
    SegkitError
        If the dialect is unknown, or such rules cannot be said in SQL.
    """
    if said_instead(result):
        return None
    definition = getattr(result, "today", result).definition
    # A tree is named after a column, which may be named anything.
    name = re.sub(r"[^\w-]+", "_", definition.name)
    files = {f"{name}.sql": definition.to_sql(dialect, "customers")}
    if hasattr(definition, "to_json"):
        files[f"{name}.json"] = definition.to_json()
    folder = os.environ.get(RUN_FOLDER)
    if not folder:
        return None
    for file, text in files.items():
        (Path(folder) / file).write_text(text + "\n", encoding="utf-8")
    text = _("Beside this report the rules lie as SQL, for a table of customers: {file}.")
    return Note(text.format(file=f"{name}.sql"))
