"""Who is dissatisfied and says so: complaints, ratings, answers to a satisfaction survey."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_date, check_number, fail, listed
from segkit.collect.frames import Frame
from segkit.features.answers import find_item, items_of
from segkit.features.canonical import canonical, given_back, has, up_to
from segkit.features.words import meant, plain
from segkit.schema import COMPLAINT_FEATURES, names

_WHO = "summarize_complaints"
#: From the worst; what a customer still holds against the company stands first.
_OUTCOMES = ("refused", "open", "settled")


def summarize_complaints(
    complaints: Frame,
    *,
    as_of: date | str,
    window_days: int = 365,
    negative_rating: float = 2,
    survey: Frame | None = None,
    satisfaction_item: str | None = None,
) -> Frame:
    """Tell of each customer the complaints with their state, and the lowest ratings.

    Schemes of dissatisfaction start here: explicit is a complaint that was refused or is
    open, or a negative answer to a satisfaction survey; rated is a negative rating by text
    message or in a branch. The states are texts without gaps, so that a scheme can place
    every customer.

    A row is an answer to a survey or a rating if its ``kind`` says so. Any other row is a
    complaint, unless it has a rating and no outcome, which makes it a rating. A complaint
    without an outcome that is known is open; a rating beside it tells how satisfied the
    customer is with it and counts as an answer to a survey.

    Parameters
    ----------
    complaints : pandas, polars, pyarrow or Ibis table
        ``customer_id``, ``occurred_at``; ``kind``, ``outcome`` and ``rating`` (1 to 5, 5 is
        best) where there are such.
    as_of : date or str
        The day the table describes; what came later is not known and does not count.
    window_days : int
        Days that are looked at, the last of them ``as_of``; at least 1.
    negative_rating : float
        A rating up to this one is negative; 1 to 5.
    survey : pandas, polars, pyarrow or Ibis table, optional
        A survey that asked how satisfied customers are, as for :func:`summarize_answers`: its
        answers count beside those in ``complaints``, on ``as_of`` where no day is known.
    satisfaction_item : str, optional
        That question, 1 to 5. Default: the one named ``satisfaction``, ``csat``, 满意度 or
        the like.

    Returns
    -------
    table of the kind of ``complaints``, lazy for Ibis
        ==================== ======= ======= ============================================
        name                 dtype   unit    meaning
        ==================== ======= ======= ============================================
        customer_id          as in           each customer with a row up to ``as_of``
        n_complaints         int64           complaints
        worst_outcome        str             refused, open or settled; null without one
        complaint_state      str             the same, ``none`` without a complaint
        lowest_rating        float64 points  lowest rating; null without one
        rating_state         str             negative, positive, ``none`` without one
        lowest_survey_rating float64 points  lowest answer to a survey; null without one
        survey_state         str             negative, positive, ``none`` without one
        last_complaint_days  int64   days    since the last complaint, in the window or not
        ==================== ======= ======= ============================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type.
    ArgumentError
        If ``as_of`` is no date, a number is outside its range, or the survey has no such
        question.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "customer_id": ["a", "b", "b"],
    ...     "occurred_at": pd.to_datetime(["2024-06-01", "2024-06-02", "2024-06-03"]),
    ...     "kind": ["complaint", "短信评价", "投诉"],
    ...     "outcome": ["refused", None, "settled"],
    ...     "rating": [None, 2.0, None],
    ... })
    >>> summarize_complaints(table, as_of="2024-06-30")[["complaint_state", "rating_state"]]
      complaint_state rating_state
    0         refused         none
    1         settled     negative
    """
    day = check_date(_WHO, "as_of", as_of)
    check_number(_WHO, "window_days", window_days, low=1, whole=True, unit="days")
    check_number(_WHO, "negative_rating", negative_rating, low=1, high=5)
    table = canonical(complaints, "complaints", function=_WHO)
    if survey is not None:
        answers = _satisfaction(canonical(survey, "survey", function=_WHO), satisfaction_item, day)
        table = _alike(table).union(answers)
    found = complaints_expression(table, day, int(window_days), float(negative_rating))
    return given_back(found, complaints)


def complaints_expression(
    table: ir.Table, as_of: date, window_days: int, negative_rating: float
) -> ir.Table:
    """Build the Ibis expression behind :func:`summarize_complaints`."""
    known = _told_apart(up_to(table, "occurred_at", as_of))
    recent = known.days_ago < window_days
    complained = recent & (known.group == "complaint")
    summary = known.group_by("customer_id").agg(
        n_complaints=known.count(where=complained),
        worst=known.rank.min(where=complained),
        lowest_rating=known.points.min(where=recent & (known.group == "rating")),
        lowest_survey_rating=known.points.min(where=recent & (known.group != "rating")),
        last_complaint_days=known.days_ago.min(where=known.group == "complaint"),
    )
    ranks = [(summary.worst == i, name) for i, name in enumerate(_OUTCOMES)]
    worst = ibis.cases(*ranks, else_=ibis.null("string"))
    summary = summary.mutate(
        worst_outcome=worst,
        complaint_state=worst.fill_null("none"),
        rating_state=_state(summary.lowest_rating, negative_rating),
        survey_state=_state(summary.lowest_survey_rating, negative_rating),
    )
    return summary.select("customer_id", *names(COMPLAINT_FEATURES))


def _satisfaction(survey: ir.Table, item: str | None, as_of: date) -> ir.Table:
    """Give the answers to the question of satisfaction as rows of a complaints table."""
    known = items_of(survey, function=_WHO)
    found = find_item(known, "satisfaction_item", item, function=_WHO)
    if found is None:
        fail(_WHO, "satisfaction_item", f"one of {listed(known, 30)}", item, "Name the question.")
    moment: Any = ibis.literal(as_of).cast("timestamp")
    if has(survey, "answered_at"):
        moment = survey.answered_at.cast("timestamp").fill_null(moment)
    rows = survey.filter(survey.answer.notnull(), survey.item.cast("string") == found)
    return _alike(
        rows.select("customer_id", occurred_at=moment, kind=ibis.literal("survey"), rating="answer")
    )


def _alike(table: ir.Table) -> ir.Table:
    """Select what is needed of complaints in types that two tables can share."""
    nothing = ibis.null("string")
    return table.select(
        "customer_id",
        occurred_at=table.occurred_at.cast("timestamp"),
        kind=table.kind.cast("string") if has(table, "kind") else nothing,
        outcome=table.outcome.cast("string") if has(table, "outcome") else nothing,
        rating=table.rating.cast("float64") if has(table, "rating") else ibis.null("float64"),
    )


def _told_apart(known: ir.Table) -> ir.Table:
    nothing = ibis.null("string")
    read = known.mutate(
        said=plain(known.kind) if has(known, "kind") else nothing,
        ended=plain(known.outcome) if has(known, "outcome") else nothing,
        points=known.rating.cast("float64") if has(known, "rating") else ibis.null("float64"),
    )
    rated = read.points.notnull() & read.ended.isnull()
    by_columns = ibis.ifelse(rated, "rating", "complaint")
    read = read.mutate(
        group=meant(read.said, "complaint").fill_null(by_columns),
        outcome=meant(read.ended, "outcome"),
    )
    ranks = [(read.outcome == name, i) for i, name in enumerate(_OUTCOMES)]
    return read.mutate(rank=ibis.cases(*ranks, else_=_OUTCOMES.index("open")))


def _state(lowest: Any, negative_rating: float) -> Any:
    state = ibis.ifelse(lowest <= negative_rating, "negative", "positive")
    return ibis.ifelse(lowest.isnull(), "none", state)
