"""The ledger of a cleaning as a table of a report."""

from __future__ import annotations

from typing import Any

from segkit.i18n import _
from segkit.tables.base import Column, Table, make_table


def cleaning_table(cleaning: Any) -> Table:
    """Show one row per step: rows as sent, each reason, rows kept and what of them changed.

    A reason that no row has is shown with 0: it was looked for.

    Parameters
    ----------
    cleaning
        A ``Cleaning``.

    Returns
    -------
    Table
        Columns why, rows, share (of the rows sent), customers, amount.
    """
    columns = [
        Column("why", _("Step")),
        Column("rows", _("Rows"), "int"),
        Column("share", _("Share of rows"), "bar_percent", 1),
        Column("customers", _("Customers"), "int"),
        Column("amount", _("Amount"), "money", 0),
    ]
    title = _("What became of each row")
    return make_table(cleaning.ledger, columns, title, name="cleaning-ledger")
