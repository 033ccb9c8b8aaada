"""The segments of several schemes under each other."""

from __future__ import annotations

from typing import Any

from segkit.i18n import _
from segkit.tables.base import Column, Table, make_table


def scheme_segments_table(applied: Any) -> Table:
    """Show the segments of every scheme that could be applied, with what to do for each.

    Use it below ``schemes_overview_table``, which also names the schemes that could not.

    Parameters
    ----------
    applied
        ``AppliedSchemes``, from ``apply_schemes``.

    Returns
    -------
    Table
        Columns title, name, n_customers, customer_share, revenue_share, action; segments without
        customers are left out.
    """
    wanted = ["title", "name", "n_customers", "customer_share", "revenue_share", "action"]
    frame = applied.table.reindex(columns=wanted)
    frame = frame[frame["n_customers"] > 0]
    columns = [
        Column("title", _("Criterion")),
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column("revenue_share", _("Share of revenue"), "bar_percent", 1),
        Column("action", _("What to do")),
    ]
    known = [c for c in columns if c.name in ("title", "name") or frame[c.name].notna().any()]
    return make_table(frame, known, _("The segments of each criterion"), name="scheme-segments")
