"""Segments as tables: who they are, where the borders lie, what they are worth."""

from __future__ import annotations

import math
from typing import Any

from segkit.checks import check_columns
from segkit.i18n import _, format_money, format_number
from segkit.segment.feature_words import feature_unit
from segkit.tables.base import Column, Table, make_table


def segment_profile_table(segmentation: Any) -> Table:
    """Show one row per segment: size, revenue, silence and purchase days.

    Use it beside ``plot_segment_shares``; segments come by revenue, the largest first.

    Parameters
    ----------
    segmentation
        A ``Segmentation``.

    Returns
    -------
    Table
        Columns name, n_customers, customer_share, revenue, revenue_share, mean_revenue,
        median_recency_days, mean_n_days.
    """
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column("revenue", _("Revenue"), "money", 0),
        Column("revenue_share", _("Share of revenue"), "bar_percent", 1),
        Column("mean_revenue", _("Revenue per customer"), "money", 0),
        Column("median_recency_days", _("Days since last purchase (median)"), "int"),
        Column("mean_n_days", _("Purchase days (mean)"), "number", 1),
    ]
    profile = _by_revenue(segmentation.profile)
    # A customer table without revenue leaves its columns empty: they are not shown.
    known = [c for c in columns if c.name == "name" or profile[c.name].notna().any()]
    return make_table(profile, known, _("Segments"), name="segments")


def value_by_segment_table(segmentation: Any) -> Table:
    """Show what an average customer of each segment brings against the average of all.

    Parameters
    ----------
    segmentation
        A ``Segmentation`` whose profile has revenue.

    Returns
    -------
    Table
        Columns name, n_customers, revenue, mean_revenue, revenue_index (1 = average customer).
    """
    profile = _by_revenue(segmentation.profile)
    people = profile["n_customers"].sum()
    average = profile["revenue"].sum() / people if people else float("nan")
    frame = profile.assign(revenue_index=profile["mean_revenue"] / average)
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("revenue", _("Revenue"), "money", 0),
        Column("mean_revenue", _("Revenue per customer"), "money", 0),
        Column("revenue_index", _("Times the average customer"), "number", 1),
    ]
    return make_table(frame, columns, _("Value by segment"), name="value-by-segment")


def segment_actions_table(segmentation: Any, stability: Any = None) -> Table:
    """Show what to do with each segment that holds customers.

    Parameters
    ----------
    segmentation
        A ``Segmentation``.
    stability
        Its ``Stability``, from ``segment_stability``: segments that would not come out again
        are marked.

    Returns
    -------
    Table
        Columns name, n_customers, action, and where a segment is not stable verdict (in words).
    """
    profile = _by_revenue(segmentation.profile)
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("action", _("What to do")),
    ]
    filled, title = profile[profile["n_customers"] > 0], _("What to do per segment")
    verdicts = {} if stability is None else _doubts(stability)
    if verdicts:
        filled = filled.assign(verdict=[verdicts.get(s, "") for s in filled["segment"]])
        columns.append(Column("verdict", _("Stability")))
    return make_table(filled, columns, title, name="what-to-do-per-segment")


def _doubts(stability: Any) -> dict[str, str]:
    """Name the segments that are not stable, by id."""
    words = {"doubtful": _("in doubt"), "unstable": _("not to be relied on")}
    table = stability.table[stability.table["verdict"].isin(list(words))]
    return dict(zip(table["segment"], table["verdict"].map(words), strict=True))


def cutoffs_table(segmentation: Any) -> Table:
    """Show which values make which level of each score, and how many customers it holds.

    Parameters
    ----------
    segmentation
        A ``Segmentation``.

    Returns
    -------
    Table
        Columns score, input (in words), level, values (in words), n_customers.
    """
    frame = segmentation.cutoffs
    check_columns(
        "cutoffs_table", frame.columns, ["score", "input", "level", "lower", "upper", "n_customers"]
    )
    scheme = segmentation.scheme
    rows = frame.to_dict("records")
    inputs = {name: about.label.read(name) for name, about in scheme.inputs.items()}
    worded = frame.assign(
        values=[_level_values(row, scheme.scores[row["score"]]) for row in rows],
        input=[inputs.get(row["input"], row["input"]) for row in rows],
        score=[scheme.scores[row["score"]].label.read(row["score"]) for row in rows],
    )
    columns = [
        Column("score", _("Score")),
        Column("input", _("Measured on")),
        Column("level", _("Level"), "int"),
        Column("values", _("Values")),
        Column("n_customers", _("Customers"), "int"),
    ]
    return make_table(worded, columns, _("Cut-offs of the scores"), name="cut-offs")


def _level_values(row: dict[str, Any], score: Any) -> str:
    """Word the bounds of a level; the better level holds a customer on the cut-off."""
    if score.order is not None:
        return str(score.order[row["level"] - 1])
    lower, upper = row["lower"], row["upper"]
    low, high = (_bound(value, row["input"]) for value in (lower, upper))
    if lower == upper:
        return _("nobody: equal values share another level")
    if math.isinf(lower) and math.isinf(upper):
        return _("any value")
    if score.better == "high":
        if math.isinf(lower):
            return _("below {high}").format(high=high)
        if math.isinf(upper):
            return _("{low} or more").format(low=low)
        return _("{low} to below {high}").format(low=low, high=high)
    if math.isinf(lower):
        return _("at most {high}").format(high=high)
    if math.isinf(upper):
        return _("above {low}").format(low=low)
    return _("above {low} to {high}").format(low=low, high=high)


def _bound(value: float, column: str) -> str:
    if not math.isfinite(value):
        return ""
    if feature_unit(column) == "currency":
        return format_money(value)
    return format_number(value, 0 if float(value).is_integer() else 2)


def segment_rules_table(segmentation: Any) -> Table:
    """Show the rule of each segment in words.

    Parameters
    ----------
    segmentation
        A ``Segmentation``.

    Returns
    -------
    Table
        Columns name, rule.
    """
    columns = [Column("name", _("Segment")), Column("rule", _("Rule"))]
    title = _("How customers are put into segments")
    return make_table(segmentation.rules, columns, title, name="segment-rules")


def _by_revenue(profile: Any) -> Any:
    return profile.sort_values("revenue", ascending=False, kind="stable", ignore_index=True)
