"""What customers say and do beside buying, read from files of their own, beside their purchases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis.expr.types as ir

from segkit.checks import fail
from segkit.collect.frames import Frame, as_ibis, like
from segkit.collect.reading import read_raw_table
from segkit.errors import DataError
from segkit.features.answers import summarize_answers
from segkit.features.interactions import summarize_interactions
from segkit.features.join import join_features

_WHO = "join_contacts"
#: What a question of recommendation gives; other questions are for a report of their own.
_ANSWERS = ("nps_score", "nps_group")


def join_contacts(
    customers: Frame,
    *,
    survey: str | Path | Frame | None = None,
    interactions: str | Path | Frame | None = None,
    as_of: date | str,
) -> Frame:
    """Put willingness to recommend and interactions beside each customer's purchases.

    Loyalty and social activity are told from these. What is not given adds no column, so that
    :func:`segkit.segment.several.apply_schemes` can say what is lacking.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, with ``customer_id``. Not changed.
    survey : str, Path or table, optional
        Answers: a file or data set in long form (``customer_id``, ``item``, ``answer``). Its
        question of recommendation, 0 to 10, is taken.
    interactions : str, Path or table, optional
        What customers did: ``customer_id``, ``occurred_at``, ``kind``; the 90 days up to
        ``as_of`` count.
    as_of : date or str
        The day the table describes.

    Returns
    -------
    table of the kind of ``customers``
        Its columns; ``nps_score`` (0 to 10, null where not asked) and ``nps_group`` where the
        survey asks for recommendation; those of :func:`summarize_interactions`, 0 for who is
        not in ``interactions``.

    Raises
    ------
    DataError
        If a file cannot be read, lacks columns, or is about none of the customers.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"customer_id": ["a", "b"], "n_days": [3, 1]})
    >>> answers = pd.DataFrame({"customer_id": ["a"], "item": ["nps"], "answer": [9]})
    >>> join_contacts(customers, survey=answers, as_of="2024-12-31")
      customer_id  n_days  nps_score nps_group
    0           a       3        9.0  promoter
    1           b       1        NaN   unasked
    """
    table = as_ibis(customers, function=_WHO, argument="customers")
    if survey is not None:
        answers = as_ibis(summarize_answers(_read(survey, "survey")))
        kept = [name for name in _ANSWERS if name in answers.columns]
        table = _joined(table, answers.select("customer_id", *kept), "survey")
    if interactions is not None:
        done = summarize_interactions(_read(interactions, "interactions"), as_of=as_of)
        table = _joined(table, as_ibis(done), "interactions")
    return like(table, customers)


def _read(source: str | Path | Frame, kind: str) -> ir.Table:
    if not isinstance(source, str | Path):
        return as_ibis(source, function=_WHO, argument=kind)
    return read_raw_table(source, kind=kind, function=_WHO).table


def _joined(table: ir.Table, told: ir.Table, kind: str) -> ir.Table:
    if not table.semi_join(told, "customer_id").limit(1).count().to_pyarrow().as_py():
        rule = "a table of the customers of the data"
        remedy = "Use the same customer ids in both."
        fail(_WHO, kind, rule, "no customer in common", remedy, error=DataError)
    return as_ibis(join_features(table, told))
