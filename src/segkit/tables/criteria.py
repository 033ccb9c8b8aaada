"""Criteria as a table: which the columns carry, what each tells, what the others lack."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from segkit.i18n import _, format_list, format_number
from segkit.segment.feature_words import feature_label
from segkit.tables.base import Column, Table, make_table


def criteria_table(criteria: Any) -> Table:
    """Show every criterion: its segments, whom it covers, what it tells of revenue, or lacks.

    Parameters
    ----------
    criteria
        ``Criteria``, from ``compare_criteria``.

    Returns
    -------
    Table
        Columns name, n_segments, classified_share, explained, best, and lacking (in words).
        Without revenue, explained and best are not shown.
    """
    table = criteria.table
    known = table["n_segments"] > 0
    frame = table.assign(
        name=[criteria.label(name) for name in table["criterion"]],
        n_segments=table["n_segments"].where(known),
        classified_share=table["classified_share"].where(known),
        explained=table["explained"].clip(lower=0),
        best=[_best(criteria, row) for row in table.to_dict("records")],
        lacking=[_lacking(row) for row in table.to_dict("records")],
    )
    columns = [
        Column("name", _("Criterion")),
        Column("n_segments", _("Segments with customers"), "int"),
        Column("classified_share", _("Customers it covers"), "percent", 0),
        Column("explained", _("Explains of revenue"), "percent", 1),
        Column("best", _("Worth most (index)")),
        Column("lacking", _("What is lacking")),
    ]
    # Without purchases nothing is known of worth, and with all columns nothing is lacking.
    empty = {
        "explained": frame["explained"].isna().all(),
        "lacking": (frame["lacking"] == "").all(),
    }
    empty["best"] = empty["explained"]
    shown = [column for column in columns if not empty.get(column.name)]
    return make_table(pd.DataFrame(frame), shown, _("Criteria and what they tell"), name="criteria")


def criteria_groups_table(criteria: Any) -> Table:
    """Show the segments of every criterion with their size and worth.

    Parameters
    ----------
    criteria
        ``Criteria``, from ``compare_criteria``.

    Returns
    -------
    Table
        Columns criterion, name, n_customers, customer_share, and where revenue is known
        revenue_share, mean_revenue, index (1 = average of the criterion) with its interval.
    """
    frames = [_segments(criteria, name, found) for name, found in criteria.segmentations.items()]
    columns = [
        Column("title", _("Criterion")),
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column("revenue_share", _("Share of revenue"), "bar_percent", 1),
        Column("mean_revenue", _("Revenue per customer"), "money", 0),
        Column("index", _("Average = 100"), "int"),
        Column("interval", _("95 % interval")),
    ]
    frame = pd.concat(frames, ignore_index=True)
    shown = columns if criteria.worth else columns[:4]
    title = _("Every group: its size and what it is worth")
    if not criteria.worth:
        title = _("Every group and its size")
    return make_table(frame, shown, title, name="groups-by-criterion")


def _segments(criteria: Any, name: str, found: Any) -> pd.DataFrame:
    profile = found.profile
    profile = profile[profile["n_customers"] > 0].assign(title=criteria.label(name))
    worth = criteria.worth.get(name)
    rows = {} if worth is None else worth.table.set_index("segment").to_dict("index")
    lifts = [rows.get(segment, {}).get("lift", math.nan) for segment in profile["segment"]]
    intervals = [_interval(rows.get(segment, {})) for segment in profile["segment"]]
    return profile.assign(index=[lift * 100 for lift in lifts], interval=intervals)


def _interval(row: dict[str, Any]) -> str:
    low, high = row.get("lift_low", math.nan), row.get("lift_high", math.nan)
    if math.isnan(low):
        return "–"
    text = _("{low} to {high}")
    return text.format(low=format_number(low * 100), high=format_number(high * 100))


def borders_table(borders: Any) -> Table:
    """Show for each criterion who lies near a border, and whether the border is firm.

    Parameters
    ----------
    borders
        ``Borders``, from ``check_borders``.

    Returns
    -------
    Table
        Columns title, source (in words), near_share, and agreement where one is known.
    """
    table = borders.table
    words = {True: _("from the data"), False: _("fixed")}
    frame = table.assign(source=[words[bool(flag)] for flag in table["from_data"]])
    columns = [
        Column("title", _("Criterion")),
        Column("source", _("Borders")),
        Column("near_share", _("Customers near a border"), "percent", 1),
        Column("agreement", _("Agreement (adjusted Rand)"), "number", 2),
    ]
    shown = [c for c in columns if c.name != "agreement" or frame["agreement"].notna().any()]
    return make_table(frame, shown, _("How firm the borders are"), name="borders")


def _best(criteria: Any, row: dict[str, Any]) -> str:
    if not row["best"] or math.isnan(row["lift"]):
        return ""
    segments = criteria.segmentations[row["criterion"]].definition.segments
    name = next(segment.label() for segment in segments if segment.id == row["best"])
    index = format_number(row["lift"] * 100)
    return _("{name} ({index})").format(name=name, index=index)


def _lacking(row: dict[str, Any]) -> str:
    if row["n_segments"]:
        return ""
    columns = [name for name in row["lacking"].split(",") if name]
    if not columns:
        return _("values that the criterion knows")
    return format_list(feature_label(name) for name in columns)
