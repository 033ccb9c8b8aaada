"""What could not be read on the way to the features, counted and named."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_date
from segkit.collect.frames import Frame
from segkit.customers import day_of
from segkit.features.canonical import canonical, days_until, has, up_to
from segkit.features.people import OLDEST, possible, read_gender, read_tier, recorded_ages
from segkit.features.words import meant, plain, words_of
from segkit.i18n import _, format_date, format_list, format_number, ngettext

_WHO = "feature_notes"
#: So many words are named; the rest is in the count.
_NAMED = 5


def feature_notes(
    *,
    as_of: date | str,
    customers: Frame | None = None,
    interactions: Frame | None = None,
    complaints: Frame | None = None,
) -> list[str]:
    """Say what of a client's tables could not be used for the features, in whole sentences.

    A report shows them below the segments: a word that nobody knows is a customer in the
    wrong group.

    Parameters
    ----------
    as_of : date or str
        The day the features are of.
    customers, interactions, complaints : pandas, polars, pyarrow or Ibis table, optional
        The tables as given to :func:`describe_people`, :func:`summarize_interactions` and
        :func:`summarize_complaints`.

    Returns
    -------
    list of str
        In the current language; empty where everything was understood. Words of the tables
        are quoted as they came.

    Raises
    ------
    DataError
        If columns are missing or of the wrong type.
    ArgumentError
        If ``as_of`` is no date.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": ["a"], "birth_year": [1850]})
    >>> feature_notes(as_of="2024-06-30", customers=people)
    ['1 customer has an impossible age (not from 0 to 120 years), which counts as unknown.']
    """
    day = check_date(_WHO, "as_of", as_of)
    notes: list[str] = []
    if customers is not None:
        notes += _on_people(canonical(customers, "customers", function=_WHO), day)
    if interactions is not None:
        notes += _on_interactions(canonical(interactions, "interactions", function=_WHO), day)
    if complaints is not None:
        notes += _on_complaints(canonical(complaints, "complaints", function=_WHO), day)
    return notes


def _on_people(table: ir.Table, as_of: date) -> list[str]:
    notes = []
    ages = recorded_ages(table, as_of)
    if ages:
        recorded = ibis.or_(*(age.notnull() for age in ages))
        impossible = recorded & ibis.coalesce(*(possible(age) for age in ages)).isnull()
        notes += _on_ages(_count(table, impossible))
    if has(table, "joined_at"):
        late = _count(table, days_until(day_of(table.joined_at), as_of) < 0)
        notes += _on_joining(late, as_of)
    if has(table, "gender"):
        n, words = _unread(table, table.gender, read_gender(table.gender))
        notes += _on_genders(n, words)
    if has(table, "city_tier"):
        n, words = _unread(table, table.city_tier, read_tier(table.city_tier))
        notes += _on_tiers(n, words)
    return notes


def _on_ages(n: int) -> list[str]:
    text = ngettext(
        "{n} customer has an impossible age (not from 0 to {oldest} years), "
        "which counts as unknown.",
        "{n} customers have an impossible age (not from 0 to {oldest} years), "
        "which counts as unknown.",
        n,
    )
    return [text.format(n=format_number(n), oldest=OLDEST)] if n else []


def _on_joining(n: int, as_of: date) -> list[str]:
    text = ngettext(
        "{n} customer joined after {day}; the time as customer counts as unknown.",
        "{n} customers joined after {day}; their time as customer counts as unknown.",
        n,
    )
    return [text.format(n=format_number(n), day=format_date(as_of))] if n else []


def _on_genders(n: int, words: str) -> list[str]:
    text = ngettext(
        "The gender of {n} customer could not be read ({words}) and counts as unknown.",
        "The gender of {n} customers could not be read ({words}) and counts as unknown.",
        n,
    )
    return [text.format(n=format_number(n), words=words)] if n else []


def _on_tiers(n: int, words: str) -> list[str]:
    text = ngettext(
        "The city tier of {n} customer could not be read ({words}) and counts as unknown.",
        "The city tier of {n} customers could not be read ({words}) and counts as unknown.",
        n,
    )
    return [text.format(n=format_number(n), words=words)] if n else []


def _on_interactions(table: ir.Table, as_of: date) -> list[str]:
    known = up_to(table, "occurred_at", as_of)
    n, words = _unread(known, known.kind, meant(plain(known.kind), "interaction"))
    text = ngettext(
        "{n} interaction is of a kind that is not known ({words}) and counts as other.",
        "{n} interactions are of kinds that are not known ({words}) and count as other.",
        n,
    )
    return [text.format(n=format_number(n), words=words)] if n else []


def _on_complaints(table: ir.Table, as_of: date) -> list[str]:
    if not has(table, "outcome"):
        return [_("The complaints have no outcome, so each of them counts as open.")]
    known = up_to(table, "occurred_at", as_of)
    n, words = _unread(known, known.outcome, meant(plain(known.outcome), "outcome"))
    text = ngettext(
        "{n} complaint has an outcome that is not known ({words}) and counts as open.",
        "{n} complaints have outcomes that are not known ({words}) and count as open.",
        n,
    )
    return [text.format(n=format_number(n), words=words)] if n else []


def _count(table: ir.Table, condition: Any) -> int:
    return int(table.count(where=condition).execute())


def _unread(table: ir.Table, column: Any, read: Any) -> tuple[int, str]:
    """Count the values that were not understood, and name those that stand there most."""
    values = table.select(value=plain(column), word=column.cast("string"), read=read)
    said = values.value.notnull() & ~values.value.isin(words_of("unsaid"))
    unread = values.filter(said, values.read.isnull())
    times = unread.group_by("word").agg(n=unread.count())
    total = times.agg(n=times.n.sum(), words=times.count()).to_pyarrow().to_pylist()[0]
    most = times.order_by(ibis.desc("n"), "word").limit(_NAMED).to_pyarrow()["word"].to_pylist()
    rest = ["…"] if total["words"] > _NAMED else []
    return int(total["n"] or 0), format_list([*most, *rest])
