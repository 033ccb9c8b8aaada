"""What else is known of the customers who were asked: purchases, people, complaints, clicks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from segkit.checks import check_choice, check_date, check_number
from segkit.collect.datasets.registry import DATASETS
from segkit.collect.frames import Frame, as_ibis
from segkit.collect.reading import read_raw_table
from segkit.features.complaints import summarize_complaints
from segkit.features.gathering import gather_customers
from segkit.features.interactions import summarize_interactions
from segkit.features.join import join_features
from segkit.i18n import _, format_list, format_number, ngettext
from segkit.schema import COMPLAINT_FEATURES, RAW, ROW, TABLES, names
from segkit.segment.attitudes.survey import Survey

_WHO = "gather_voices"
KINDS = ("transactions", "customers", "complaints", "interactions")


@dataclass(frozen=True, eq=False)
class Voices:
    """One row per customer with what is known beside the survey; made by :func:`gather_voices`.

    Attributes
    ----------
    table : pandas.DataFrame
        ``customer_id`` and the features of ``segkit.features`` that the tables carry.
    kinds : tuple of str
        The tables there are: transactions, customers, complaints, interactions.
    as_of : date
        The day that the table describes.
    n_asked : int
        Customers of the table who answered the survey.
    """

    table: pd.DataFrame = field(repr=False)
    kinds: tuple[str, ...]
    as_of: date
    n_asked: int

    @property
    def has_revenue(self) -> bool:
        """Whether it is known what the customers paid."""
        return "revenue" in self.table

    @property
    def says_dissatisfied(self) -> bool:
        """Whether somebody could say so: a complaint, a rating, or an answer."""
        return "complaint_state" in self.table

    @property
    def asked_share(self) -> float:
        """The share of the customers who answered."""
        return self.n_asked / len(self.table) if len(self.table) else 0.0

    def summary(self) -> str:
        """Say how many customers are known, and from which tables."""
        n = len(self.table)
        text = ngettext(
            "{n} customer is known, {asked} of them from the survey.",
            "{n} customers are known, {asked} of them from the survey.",
            n,
        ).format(n=format_number(n), asked=format_number(self.n_asked))
        if not self.kinds:
            return text
        more = _("Beside the survey there are tables of {kinds}.")
        return f"{text}\n{more.format(kinds=format_list(map(kind_label, self.kinds)))}"

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Voices of {len(self.table):,} customers on {self.as_of}: "
            f"{', '.join(self.kinds) or 'survey alone'}.\nNext: find_dissatisfied(voices)"
        )


def kind_label(kind: str) -> str:
    """Name a kind of table inside a sentence, in the current language."""
    check_choice("kind_label", "kind", kind, KINDS)
    return {
        "transactions": _("purchases"),
        "customers": _("customer details"),
        "complaints": _("complaints and ratings"),
        "interactions": _("interactions"),
    }[kind]


def gather_voices(
    survey: Survey,
    data: str | Path | Frame | None = None,
    *,
    tables: Mapping[str, str | Path | Frame | None] | None = None,
    as_of: date | str | None = None,
    window_days: int = 365,
) -> Voices:
    """Put what is known of the customers beside the survey on one row per customer.

    Parameters
    ----------
    survey : Survey
        From :func:`read_survey`.
    data : str, Path or table, optional
        Where the survey came from: a data set brings the other tables of its customers.
    tables : mapping, optional
        Kind (transactions, customers, complaints, interactions) to a file, data set or table.
        None stands for no such table.
    as_of : date or str, optional
        Day to look from; the last one in the tables by default.
    window_days : int
        Days that complaints and interactions are looked at, 1 or more.

    Returns
    -------
    Voices

    Raises
    ------
    DataError
        If a table cannot be read or lacks columns.
    ArgumentError
        If a kind is unknown, or another argument is outside its rule.

    Examples
    --------
    >>> from segkit.segment.attitudes import read_survey
    >>> found = gather_voices(read_survey("survey"), "survey")
    >>> found.kinds, found.has_revenue, len(found.table)
    (('transactions', 'customers', 'complaints'), True, 400)
    """
    days = int(check_number(_WHO, "window_days", window_days, low=1, whole=True, unit="days"))
    sources = _sources(data, tables or {})
    events = {kind: _read(sources[kind], kind) for kind in KINDS[2:] if kind in sources}
    given = None if as_of is None else check_date(_WHO, "as_of", as_of)
    last = given or _last_day(survey, events)
    base, day = _base(survey, sources, events, given, last)
    parts = []
    if "interactions" in events:
        parts.append(summarize_interactions(events["interactions"], as_of=day, window_days=days))
    if "complaints" in events or survey.satisfaction_item:
        told = events.get("complaints", _no_complaints(survey))
        asked = survey.answers if survey.satisfaction_item else None
        parts.append(summarize_complaints(told, as_of=day, window_days=days, survey=asked))
    taken = set(base.columns) & set(names(COMPLAINT_FEATURES))
    table = join_features(base.drop(columns=sorted(taken)), *parts)
    n_asked = int(table["customer_id"].isin(survey.answers["customer_id"]).sum())
    return Voices(table, tuple(kind for kind in KINDS if kind in sources), day, n_asked)


def _sources(data: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    for kind in given:
        check_choice(_WHO, "tables", kind, KINDS)
    known = isinstance(data, str) and data in DATASETS and not Path(data).exists()
    found = dict(DATASETS[data].beside) if known else {}
    found |= {kind: source for kind, source in given.items() if source is not None}
    return {kind: found[kind] for kind in KINDS if kind in found}


def _read(source: Any, kind: str) -> pd.DataFrame:
    rows = read_raw_table(source, kind=kind, function=_WHO).table
    columns = [name for name in names(TABLES[kind]) if name in rows.columns]
    beside = [n for n in rows.columns if n == ROW or n.startswith(RAW)]
    kept = rows.drop(*beside).select(*columns)
    moment = kept.occurred_at
    return kept.filter(moment.notnull()).to_pyarrow().to_pandas(date_as_object=False)


def _last_day(survey: Survey, events: Mapping[str, pd.DataFrame]) -> date | None:
    days = [survey.last_answer] if survey.last_answer else []
    days += [pd.Timestamp(frame["occurred_at"].max()).date() for frame in events.values()]
    return max(days, default=None)


def _base(
    survey: Survey,
    sources: Mapping[str, Any],
    events: Mapping[str, pd.DataFrame],
    given: date | None,
    last: date | None,
) -> tuple[pd.DataFrame, date]:
    """Give the customers with what they are and buy; without such tables, all who ever spoke."""
    if "transactions" in sources or "customers" in sources:
        day = given if "transactions" in sources else last
        found = gather_customers(
            sources.get("transactions"), sources.get("customers"), missing="drop", as_of=day
        )
        # Without any date in the tables nothing is counted in days.
        own = found.as_of or last or date.today()
        later = own if last is None or given else max(own, last)
        frame = as_ibis(found.table).to_pyarrow().to_pandas(date_as_object=False)
        return frame, later
    spoke = [survey.answers["customer_id"], *(frame["customer_id"] for frame in events.values())]
    ids = pd.concat(spoke).dropna().drop_duplicates().sort_values(ignore_index=True)
    # Without any date in the tables nothing is counted in days.
    return pd.DataFrame({"customer_id": ids}), last or date.today()


def _no_complaints(survey: Survey) -> pd.DataFrame:
    """Give a table of complaints without a row, so that answers alone are summarized."""
    ids = survey.answers["customer_id"].iloc[:0]
    moments = pd.Series([], dtype="datetime64[us]")
    return pd.DataFrame({"customer_id": ids, "occurred_at": moments}).reset_index(drop=True)
