"""Blocks of a survey against its factors, as tables: how many factors, which blocks are one."""

from __future__ import annotations

from typing import Any

from segkit.i18n import _
from segkit.segment.missing import Missing
from segkit.tables.base import Column, Table, make_table


def factor_numbers_table(check: Any) -> Table | Missing:
    """Show each rule for the number of factors, and how well so many find the blocks.

    Parameters
    ----------
    check
        ``BlockCheck``, from ``check_survey_blocks``, or the reason why there is none.

    Returns
    -------
    Table or Missing
        Columns rule, n_factors, n_at_home, adjusted_rand, joined_rand.
    """
    if isinstance(check, Missing):
        return check
    words = {
        "chosen": _("This report: three items or more to each factor, or as asked for"),
        "map": _("Least in common beyond the factors (Velicer)"),
        "kaiser": _("Eigenvalues above 1 (Kaiser)"),
        "parallel": _("More than chance gives (parallel analysis)"),
        "blocks": _("As many as the survey has blocks"),
    }
    frame = check.numbers.assign(rule=[words[rule] for rule in check.numbers["rule"]])
    columns = [
        Column("rule", _("Rule")),
        Column("n_factors", _("Factors"), "int"),
        Column("n_at_home", _("Items where most of their block lie"), "int"),
        Column("adjusted_rand", _("Agreement with the blocks (adjusted Rand index)"), "number", 2),
        Column(
            "joined_rand",
            _("The same, blocks that cannot be told apart put together"),
            "number",
            2,
        ),
    ]
    return make_table(frame, columns, _("How many factors, by rule"), name="factor-numbers")


def block_pairs_table(check: Any) -> Table | Missing:
    """Show for each pair of blocks how alike what they measure is, the most alike first.

    Parameters
    ----------
    check
        ``BlockCheck``, from ``check_survey_blocks``, or the reason why there is none.

    Returns
    -------
    Table or Missing
        Columns one, other, correlation, low, high, told (in words).
    """
    if isinstance(check, Missing):
        return check
    told = {True: _("two different things"), False: _("one and the same to the respondents")}
    unknown = _("cannot be said")
    pairs = check.pairs
    words = [
        told[bool(apart)] if known else unknown
        for apart, known in zip(pairs["is_apart"], pairs["correlation"].notna(), strict=True)
    ]
    columns = [
        Column("one", _("Block")),
        Column("other", _("Other block")),
        Column("correlation", _("Correlation without error"), "number", 2),
        Column("low", _("Lower end"), "number", 2),
        Column("high", _("Upper end"), "number", 2),
        Column("told", _("What that says")),
    ]
    title = _("Which blocks can be told apart")
    return make_table(pairs.assign(told=words), columns, title, name="block-pairs")
