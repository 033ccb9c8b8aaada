"""A survey with one row per customer: a column per question, and who would recommend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, fail, listed
from segkit.collect.frames import Frame
from segkit.errors import DataError
from segkit.features.canonical import canonical, given_back, has
from segkit.features.words import words_of
from segkit.schema import ANSWER_FEATURES, EARLIEST, names

_WHO = "summarize_answers"
#: More questions than this are ids in the wrong column.
_MOST_ITEMS = 300
#: No answer is as large: what is not below it is NaN or infinite.
_HUGE = 1e100
#: From 9 on one recommends, from 7 on one is passive; 8.5, a mean of two answers, is below 9.
PROMOTER, PASSIVE, HIGHEST = 9, 7, 10


def list_items(survey: Frame) -> list[str]:
    """List the questions of a survey that have an answer, sorted.

    Examples
    --------
    >>> import pandas as pd
    >>> list_items(pd.DataFrame({"customer_id": ["a"], "item": ["nps"], "answer": [9]}))
    ['nps']
    """
    who = "list_items"
    return items_of(canonical(survey, "survey", function=who), function=who)


def summarize_answers(
    survey: Frame,
    *,
    items: Sequence[str] | None = None,
    nps_item: str | None = None,
) -> Frame:
    """Put the answers to a survey on one row per customer.

    Attitudes, needs and loyalty start here. The latest answer of a customer to a question
    counts; of several at that moment, or where no moment is known, their mean.

    Parameters
    ----------
    survey : pandas, polars, pyarrow or Ibis table
        One row per answer: ``customer_id``, ``item``, ``answer``; ``answered_at`` where a
        question was asked more than once.
    items : sequence of str, optional
        The questions to keep, in this order. Default: all, sorted; :func:`list_items` names
        them.
    nps_item : str, optional
        The question how likely one would recommend the company, 0 to 10. Default: the one
        named ``nps``, ``recommend``, 推荐意愿 or the like, if there is one.

    Returns
    -------
    table of the kind of ``survey``, lazy for Ibis
        ================== ======= ======= ==============================================
        name               dtype   unit    meaning
        ================== ======= ======= ==============================================
        customer_id        as in           each customer with an answer to these questions
        *item*             float64 points  a column per question, under its own name; null
                                           where it was not answered
        n_answers          int64   answers questions that were answered, of those kept
        nps_score          int64   points  0 to 10, if there is such a question; a mean of
                                           several answers without its fraction
        nps_group          str             promoter (9, 10), passive (7, 8), detractor (0
                                           to 6), ``unasked``
        ================== ======= ======= ==============================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, there is no answer, or the name of a
        question cannot be that of a column.
    ArgumentError
        If an item is no question of the survey.

    References
    ----------
    The groups of the score follow Reichheld (2003), The One Number You Need to Grow, Harvard
    Business Review 81(12).

    Examples
    --------
    >>> import pandas as pd
    >>> survey = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"],
    ...     "answered_at": pd.to_datetime(["2024-01-01", "2024-06-01", "2024-06-01"]),
    ...     "item": ["nps", "nps", "price_1"], "answer": [6.0, 9.0, 4.0],
    ... })
    >>> summarize_answers(survey)[["customer_id", "price_1", "nps_group"]]
      customer_id  price_1 nps_group
    0           a      NaN  promoter
    1           b      4.0   unasked
    """
    table = canonical(survey, "survey", function=_WHO)
    known = items_of(table, function=_WHO)
    for item in items or ():
        check_choice(_WHO, "items", item, known)
    kept = list(known if items is None else dict.fromkeys(items))
    check_item_names(kept, ["customer_id", *names(ANSWER_FEATURES)], function=_WHO)
    nps = find_item(known, "nps_item", nps_item, function=_WHO)
    return given_back(answers_expression(table, kept, nps), survey)


def answers_expression(table: ir.Table, items: list[str], nps_item: str | None) -> ir.Table:
    """Build the Ibis expression behind :func:`summarize_answers`."""
    latest = latest_answers(table)
    latest = latest.filter(latest.item.isin({*items, *([nps_item] if nps_item else [])}))
    answers: dict[str, Any] = {
        f"item_{i}": latest.answer.max(where=latest.item == item) for i, item in enumerate(items)
    }
    if nps_item is not None:
        answers["nps"] = latest.answer.max(where=latest.item == nps_item)
    answers["n_answers"] = latest.count(where=latest.item.isin(items))
    wide = latest.group_by("customer_id").agg(**answers)
    columns: dict[str, Any] = {item: wide[f"item_{i}"] for i, item in enumerate(items)}
    columns["n_answers"] = wide.n_answers
    if nps_item is not None:
        right = (wide.nps >= 0) & (wide.nps <= HIGHEST)
        score = ibis.ifelse(right, wide.nps.floor().cast("int64"), None)
        columns |= {"nps_score": score, "nps_group": _nps_group(score)}
    return wide.select("customer_id", **columns)


def _nps_group(score: Any) -> Any:
    return ibis.cases(
        (score >= PROMOTER, "promoter"),
        (score >= PASSIVE, "passive"),
        (score.notnull(), "detractor"),
        else_="unasked",
    )


def latest_answers(table: ir.Table) -> ir.Table:
    """Give one row per customer and question: the latest answer, or the mean of several.

    An answer that is empty or no number is none: it does not replace an earlier one.
    """
    moment: Any = ibis.literal(EARLIEST).cast("timestamp")
    if has(table, "answered_at"):
        moment = table.answered_at.cast("timestamp").fill_null(moment)
    # A question may stand there as a number; its column needs a name.
    rows = table.select(
        "customer_id",
        item=table.item.cast("string"),
        answer=table.answer.cast("float64"),
        moment=moment,
    )
    # Engines sort NaN above all numbers, so an upper bound leaves it out.
    rows = rows.filter(rows.answer.abs() < _HUGE, rows.item.notnull())
    last = rows.group_by("customer_id", "item").agg(moment=rows.moment.max())
    return (
        rows.join(last, ["customer_id", "item", "moment"])
        .group_by("customer_id", "item")
        .agg(answer=ibis._.answer.mean())
    )


def items_of(table: ir.Table, *, function: str) -> list[str]:
    """List the questions that have an answer, sorted; few enough to be questions."""
    answer = table.answer.cast("float64")
    answered = table.filter(answer.abs() < _HUGE, table.item.notnull())
    items = answered.select(item=answered.item.cast("string")).distinct()
    found = items.limit(_MOST_ITEMS + 1).to_pyarrow()["item"].to_pylist()
    if not found:
        fail(function, "survey", "a table with answers", "no answer", error=DataError)
    if len(found) > _MOST_ITEMS:
        rule = f"a column of at most {_MOST_ITEMS} questions"
        remedy = "Name the column of the question item, or keep the questions of one survey."
        fail(function, "item", rule, f"more than {_MOST_ITEMS}", remedy, error=DataError)
    return sorted(found)


def find_item(known: list[str], argument: str, given: str | None, *, function: str) -> str | None:
    """Check the question that was named, or find one by its words."""
    if given is not None:
        return check_choice(function, argument, given, known)
    usual = words_of(argument)
    named = {item.lower().replace("_", " ").replace("-", " ").strip(): item for item in known}
    return next((named[word] for word in usual if word in named), None)


def check_item_names(items: Sequence[str], others: Sequence[str], *, function: str) -> None:
    """Check that questions can be columns, beside the ``others`` that the table has."""
    taken = {name.lower() for name in others}
    wrong = []
    for item in items:
        # Engines do not tell columns apart by letter case.
        if item.lower() in taken or not item.strip():
            wrong.append(item)
        taken.add(item.lower())
    if wrong:
        rule = "different names that are not those of other columns, letter case put aside"
        fail(function, "item", rule, listed(wrong), "Rename the questions.", error=DataError)
