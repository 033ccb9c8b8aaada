"""Attitude segments as tables: what they think, what they want, who is dissatisfied."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segkit.i18n import _
from segkit.segment.missing import Missing
from segkit.tables.base import Column, Table, make_table


def attitude_profile_table(study: Any, means: pd.DataFrame) -> Table:
    """Show each attitude segment: size, mean answers, willingness to recommend, revenue.

    Parameters
    ----------
    study
        An ``AttitudeStudy``.
    means
        ``customer_id`` and each respondent's mean answer by block, from ``block_means``.

    Returns
    -------
    Table
        Columns name, n_customers, customer_share, ``mean_1`` … by block, nps, mean_revenue;
        the last two where they are known.
    """
    segments = study.segments
    profile = segments.profile
    placed = pd.DataFrame(segments.customers)[["customer_id", "segment"]]
    blocks = list(means.columns[1:])
    by_segment = placed.merge(means, on="customer_id").groupby("segment")[blocks].mean()
    frame = profile[["segment", "name", "n_customers", "customer_share"]].copy()
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Respondents"), "int"),
        Column("customer_share", _("Share"), "bar_percent", 1),
    ]
    for i, block in enumerate(blocks, start=1):
        frame[f"mean_{i}"] = frame["segment"].map(by_segment[block])
        label = _("{block} (mean)").format(block=block)
        columns.append(Column(f"mean_{i}", label, "number", 1))
    if study.promoters and study.n_groups > 1:
        scores = study.promoters.table.set_index("segment")["nps"]
        frame["nps"] = frame["segment"].map(scores)
        columns.append(Column("nps", _("Net promoter score"), "number", 0))
    if study.worth:
        paid = study.worth.means.set_index("segment")["mean"]
        frame["mean_revenue"] = frame["segment"].map(paid)
        columns.append(Column("mean_revenue", _("Revenue per customer"), "money", 0))
    return make_table(frame, columns, _("Attitude segments"), name="attitude-segments")


def mean_differences_table(differences: Any) -> Table | Missing:
    """Show the differences of means between segments, pair by pair.

    Parameters
    ----------
    differences
        A ``MeanDifferences``, from ``compare_means``.

    Returns
    -------
    Table
        Columns higher, lower (names of segments), difference, low, high, effect, chance.
    """
    if isinstance(differences, Missing):
        return differences
    names, rows = differences._names, []
    for row in differences.table.to_dict("records"):
        pair = (row["segment_a"], row["segment_b"])
        sign = 1 if row["difference"] >= 0 else -1
        low, high = sorted((sign * row["low"], sign * row["high"]))
        one = {"higher": names[pair[::sign][0]], "lower": names[pair[::sign][1]]}
        size = {"difference": abs(row["difference"]), "effect": abs(row["effect"])}
        told = "" if row["differs"] else _("can be chance")
        rows.append({**one, **size, "low": low, "high": high, "note": told})
    kind, digits = ("money", 0) if differences.is_money else ("number", 2)
    columns = [
        Column("higher", _("Higher")),
        Column("lower", _("Lower")),
        Column("difference", _("Difference"), kind, digits),
        Column("low", _("Lower end"), kind, digits),
        Column("high", _("Upper end"), kind, digits),
        Column("effect", _("In standard deviations"), "number", 1),
        Column("note", _("Note")),
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    title = _("{outcome}: differences between segments").format(outcome=differences.outcome)
    return make_table(frame, columns, title, name="differences")


def need_ranks_table(wants: Any) -> Table | Missing:
    """Show what the first to the fifth need weighs, in the answers and by the chain of needs.

    Parameters
    ----------
    wants
        ``Wants``, from ``find_needs``.

    Returns
    -------
    Table
        Columns rank, weight, low, high, chain_weight.
    """
    if isinstance(wants, Missing):
        return wants
    columns = [
        Column("rank", _("Need of a customer, from the first on"), "int"),
        Column("weight", _("Weight in the answers"), "bar_percent", 1),
        Column("low", _("Lower end"), "percent", 1),
        Column("high", _("Upper end"), "percent", 1),
        Column("chain_weight", _("Weight by the chain of needs"), "percent", 0),
    ]
    title = _("What the first to the last need weighs")
    return make_table(wants.by_rank, columns, title, name="need-ranks")


def first_needs_table(wants: Any, segments: Any) -> Table | Missing:
    """Show the needs of each attitude segment in their order.

    Parameters
    ----------
    wants
        ``Wants``, from ``find_needs``.
    segments
        A ``Segmentation`` of the same customers.

    Returns
    -------
    Table
        Columns name, needs.
    """
    if isinstance(wants, Missing):
        return wants
    columns = [Column("name", _("Segment")), Column("needs", _("Needs from the first on"))]
    frame = wants.first_by_segment(segments)
    return make_table(frame, columns, _("Needs by attitude segment"), name="needs-by-segment")


def named_groups_table(segmentation: Any, title: str, name: str) -> Table | Missing:
    """Show the segments of one criterion with their size and action, empty ones left out.

    Parameters
    ----------
    segmentation
        A ``Segmentation``, or why there is none.
    title, name
        What the table shows, and what its files are called.

    Returns
    -------
    Table
        Columns name, n_customers, customer_share, action.
    """
    if isinstance(segmentation, Missing):
        return segmentation
    profile = segmentation.profile
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column("action", _("What to do")),
    ]
    return make_table(profile[profile["n_customers"] > 0], columns, title, name=name)


def orientation_table(orientation: Any) -> Table | Missing:
    """Show how many customers look at price and how many at quality, with what to do."""
    return named_groups_table(orientation, _("Price or quality"), "orientation")


def first_need_groups_table(wants: Any) -> Table | Missing:
    """Show customers by their first need, with what to do."""
    if isinstance(wants, Missing):
        return wants
    return named_groups_table(wants.segments, _("Customers by first need"), "first-needs")


def dissatisfied_table(dissatisfied: Any) -> Table | Missing:
    """Show dissatisfied customers by how it shows, with intervals and what to do.

    Parameters
    ----------
    dissatisfied
        ``Dissatisfied``, from ``find_dissatisfied``.

    Returns
    -------
    Table
        Columns name, n_customers, customer_share, low, high, action.
    """
    if isinstance(dissatisfied, Missing):
        return dissatisfied
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column("low", _("Lower end"), "percent", 1),
        Column("high", _("Upper end"), "percent", 1),
        Column("action", _("What to do")),
    ]
    return make_table(dissatisfied.table, columns, _("Dissatisfied customers"), name="dissatisfied")


def blocks_table(factors: Any, survey: Any) -> Table:
    """Show whether each block of a survey has a factor of its own, as it was built to have.

    Parameters
    ----------
    factors
        ``Factors``, from ``find_factors``.
    survey
        A ``Survey``.

    Returns
    -------
    Table
        Columns block, factor, n_items, n_at_home, told (in words).
    """
    members = {
        name: [item for item in items if item in factors.items]
        for name, items in survey.blocks.items()
    }
    frame = factors.compare_blocks({name: items for name, items in members.items() if items})
    told = {
        "separate": _("has a factor of its own"),
        "merged": _("shares its factor with another block"),
        "split": _("falls apart into several factors"),
    }
    frame = frame.assign(
        block=[survey.label(block) for block in frame["block"]],
        told=[told[verdict] for verdict in frame["verdict"]],
    )
    columns = [
        Column("block", _("Block")),
        Column("factor", _("Strongest factor")),
        Column("n_items", _("Items"), "int"),
        Column("n_at_home", _("Items on that factor"), "int"),
        Column("told", _("What that says")),
    ]
    return make_table(frame, columns, _("Blocks against factors"), name="blocks")
