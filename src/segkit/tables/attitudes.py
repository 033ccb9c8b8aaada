"""Surveys as tables: items, reliability, factors, needs, and the questions that place customers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segkit.i18n import _
from segkit.segment.missing import Missing
from segkit.tables.base import Column, Table, make_table


def items_table(check: Any) -> Table:
    """Show what is known of each item of a survey before it is used.

    Parameters
    ----------
    check
        An ``ItemCheck``, from ``check_items``.

    Returns
    -------
    Table
        Columns item, block (left out without blocks), n_answers, missing_share, mean, sd,
        item_total, note (in words).
    """
    frame = check.table
    columns = [
        Column("item", _("Item")),
        Column("block", _("Block")),
        Column("n_answers", _("Answers"), "int"),
        Column("missing_share", _("Not answered"), "percent", 1),
        Column("mean", _("Mean"), "number", 2),
        Column("sd", _("Standard deviation"), "number", 2),
        Column("item_total", _("Correlation with the rest"), "number", 2),
        Column("note", _("Note")),
    ]
    frame = frame.assign(note=[_note(row) for row in frame.to_dict("records")])
    needless = {"block"} if set(frame["block"]) == {"all"} else set()
    needless |= {"note"} if not frame["note"].any() else set()
    shown = [column for column in columns if column.name not in needless]
    return make_table(frame, shown, _("Items of the survey"), name="items")


def _note(row: dict[str, Any]) -> str:
    if row["turned"]:
        return _("turned round")
    if row["runs_against"]:
        return _("runs against the others")
    return "" if row["sd"] > 0 else _("all answer alike")


def reliability_table(reliability: Any) -> Table:
    """Show how dependably each block of items measures one thing.

    Parameters
    ----------
    reliability
        A ``Reliability``, from ``reliability``.

    Returns
    -------
    Table
        Columns block, n_items, n_respondents, alpha, alpha_low, alpha_high, omega, mean_r.
    """
    columns = [
        Column("block", _("Block")),
        Column("n_items", _("Items"), "int"),
        Column("n_respondents", _("Respondents"), "int"),
        Column("alpha", _("Cronbach's alpha"), "number", 2),
        Column("alpha_low", _("Lower end"), "number", 2),
        Column("alpha_high", _("Upper end"), "number", 2),
        Column("omega", _("McDonald's omega"), "number", 2),
        Column("mean_r", _("Mean correlation"), "number", 2),
    ]
    title = _("Reliability of the blocks")
    return make_table(reliability.table, columns, title, name="reliability")


def loadings_table(factors: Any) -> Table:
    """Show how strongly each item hangs on each factor, item by item.

    Parameters
    ----------
    factors
        ``Factors``, from ``find_factors``.

    Returns
    -------
    Table
        Columns item, factor, communality, and ``loading_1`` … for the factors in their order.
    """
    names = list(factors.names)
    # A factor may be called like a column of the table.
    renamed = {name: f"loading_{i}" for i, name in enumerate(names, start=1)}
    about = factors.loadings[["item", "factor", "communality"]]
    loadings = factors.loadings[names].rename(columns=renamed)
    frame = pd.concat([about, loadings], axis=1)
    columns = [
        Column("item", _("Item")),
        Column("factor", _("Strongest factor")),
        *(Column(renamed[name], str(name), "number", 2) for name in names),
        Column("communality", _("Explained by the factors"), "percent", 0),
    ]
    return make_table(frame, columns, _("Loadings of the items"), name="loadings")


def need_table(needs: Any) -> Table:
    """Show the needs in their order, with their weights and who has them first.

    Parameters
    ----------
    needs
        A ``NeedRanking``, from ``rank_needs``, or the frame of its ``by_segment``.

    Returns
    -------
    Table
        Columns name (of the segment, where there are several), rank, need, weight, low, high,
        chain_weight, first_share.
    """
    frame = needs if isinstance(needs, pd.DataFrame) else needs.table
    columns = [
        Column("name", _("Segment")),
        Column("rank", _("Rank"), "int"),
        Column("need", _("Need")),
        Column("weight", _("Weight in the answers"), "bar_percent", 1),
        Column("low", _("Lower end"), "percent", 1),
        Column("high", _("Upper end"), "percent", 1),
        Column("chain_weight", _("Weight by the chain of needs"), "percent", 1),
        Column("first_share", _("Have it as first need"), "percent", 1),
    ]
    shown = [column for column in columns if column.name in frame]
    return make_table(frame, shown, _("Needs from the first on"), name="needs")


def typing_table(tool: Any) -> Table | Missing:
    """Show the points that each answer earns for each segment: the typing tool on paper.

    Parameters
    ----------
    tool
        A ``TypingTool``, from ``fit_typing_tool``, or why there is none.

    Returns
    -------
    Table
        Columns question and ``points_1`` … for the segments in their order.
    """
    if isinstance(tool, Missing):
        return tool
    segments = [group.label() for group in tool.definition.groups]
    # Two segments may have one name; columns have numbers.
    names = [f"points_{i}" for i in range(1, len(segments) + 1)]
    sums = tool.definition.sums
    rows: list[list[Any]] = [[_("Start with"), *(int(one.constant) for one in sums)]]
    for i, item in enumerate(tool.items):
        rows.append([item, *(int(one.weights[i]) for one in sums)])
    frame = pd.DataFrame(rows, columns=["question", *names])
    columns = [Column("question", _("Question"))]
    columns += [Column(name, label, "int") for name, label in zip(names, segments, strict=True)]
    title = _("Points by answer: multiply, add up, take the highest")
    return make_table(frame, columns, title, name="typing-tool")
