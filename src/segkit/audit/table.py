"""A table looked at column by column, in two queries where the data lie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segkit.audit.arms import count_arms
from segkit.audit.consistency import Check, GroupCheck, RowCheck, checks_of, count_groups, made_on
from segkit.audit.personal import ask_personal, check_numbers, read_personal
from segkit.audit.questions import Questions, is_any, is_countable
from segkit.audit.result import Audit, Broken
from segkit.audit.text_rules import text_rules
from segkit.checks import check_choice, check_date, fail
from segkit.collect.frames import Frame, as_ibis, own_columns
from segkit.collect.reading import RawRows
from segkit.collect.values.currencies import in_codes
from segkit.collect.values.value_rules import KINDS, Rule, fits, is_missing, rules_of
from segkit.errors import DataError
from segkit.schema import RAW, TABLES, names

_WHO = "audit_table"
#: Rules that are told by completeness and uniqueness.
_ELSEWHERE = ("known", "unique")
#: When the rows of a table happened, by its kind.
_MOMENTS = {
    "transactions": "ordered_at",
    "customers": "joined_at",
    "interactions": "occurred_at",
    "survey": "answered_at",
    "balances": "as_of",
    "campaigns": "contacted_at",
    "complaints": "occurred_at",
}
_Answers = dict[tuple[str, ...], Any]


def audit_table(
    table: Frame | RawRows, kind: str = "transactions", *, as_of: date | str | None = None
) -> Audit:
    """Look at a table column by column: complete, unique, valid, consistent, up to date?

    Use it on what a reader gives, before cleaning: it says what is in the table and what is
    wrong with it, and changes nothing. All is counted where the data lie, in two queries, or
    three for campaigns; no
    row leaves the engine, only counts and the least and largest value.

    Parameters
    ----------
    table : RawRows, or pandas, polars, pyarrow or Ibis table
        A table with canonical columns, typed. Other columns are looked at for completeness
        and uniqueness. Columns that begin with ``segkit_`` are segkit's own: companions
        ``segkit_raw_<column>`` hold texts that could not be read, and count as invalid.
    kind : str
        Kind of table, a key of ``segkit.schema.TABLES``.
    as_of : date or str, optional
        The day on which the table is looked at; later dates are invalid and the age of the
        newest date is counted from it. Default: no age is told, and dates may be of tomorrow
        at the latest, as clocks differ.

    Returns
    -------
    Audit
        ``.table`` with one row per column, ``.checks`` with one row per check of consistency,
        ``.personal``, ``.faults`` in words, ``.summary()``.

    Raises
    ------
    ArgumentError
        If ``kind`` is unknown or ``as_of`` no date.
    DataError
        If it is no table, or has no columns.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["a", None], "ordered_at": pd.to_datetime(["2024-01-01"] * 2),
    ...     "amount": [10.0, 5.0], "quantity": [2, 1], "unit_price": [5.0, 9.0],
    ... })
    >>> for fault in audit_table(orders).faults:
    ...     print(fault)
    customer number: missing in 1 of 2 rows.
    In 1 of 2 rows the amount is not quantity × unit price.
    """
    check_choice(_WHO, "kind", kind, list(TABLES))
    day = None if as_of is None else check_date(_WHO, "as_of", as_of)
    last = day or date.today() + timedelta(days=1)
    given = table.table if isinstance(table, RawRows) else table
    seen = as_ibis(given, function=_WHO, argument="table")
    if not own_columns(seen):
        fail(_WHO, "table", "a table with columns", list(seen.columns), error=DataError)
    rules = rules_of(kind, seen.schema(), until=last) + text_rules(kind, seen)
    checks = checks_of(kind, seen)
    answers = _ask(seen, kind, rules, checks, day or made_on(seen, checks))
    groups = count_groups(seen, [check for check in checks if isinstance(check, GroupCheck)])
    return Audit(
        kind=kind,
        as_of=day,
        moment=_MOMENTS[kind],
        n_rows=int(answers[("rows",)]),
        n_duplicates=groups["duplicates"][1],
        missing=tuple(n for n in names(TABLES[kind], required=True) if n not in seen.columns),
        wrong_types=_wrong_types(seen, kind),
        broken=_broken(seen, rules, answers, last),
        personal=tuple(read_personal(seen, answers)),
        _columns=_columns(seen, kind, answers, day),
        _checks=_checks(checks, answers, groups),
        arms=count_arms(seen) if kind == "campaigns" else (0, 0),
    )


def _ask(
    table: ir.Table, kind: str, rules: Sequence[Rule], checks: Sequence[Check], today: date
) -> _Answers:
    questions = Questions(table)
    questions.ask("rows", of=table.count())
    for name in own_columns(table):
        _ask_column(questions, name, [rule for rule in rules if rule.column == name])
    for check in checks:
        if isinstance(check, RowCheck):
            asked = check.is_asked(table)
            questions.count(check.name, "asked", where=asked)
            questions.count(check.name, "conflicts", where=asked & check.bad(table, today))
    ask_personal(questions)
    answers = questions.answers()
    check_numbers(table, answers)
    return answers


def _ask_column(questions: Questions, name: str, rules: Sequence[Rule]) -> None:
    column, dtype = questions.table[name], questions.table[name].type()
    present = column.notnull() if dtype.is_null() else ~is_missing(column)
    questions.count(name, "present", where=present)
    if is_countable(dtype):
        # Spellings of one currency are one currency.
        values = in_codes(column) if name == "currency" and dtype.is_string() else column
        questions.ask(name, "distinct", of=values.nunique(where=present))
    if dtype.is_numeric() or _is_moment(dtype):
        questions.ask(name, "lowest", of=_end(column.min(where=present)))
        questions.ask(name, "highest", of=_end(column.max(where=present)))
    if dtype.is_boolean() or dtype.is_integer():
        questions.count(name, "ones", where=column.cast("int64") == 1)
    if RAW + name in questions.table.columns:
        sent = ~is_missing(questions.table[RAW + name])
        questions.count(name, "unreadable", where=sent & ~present)
    rules = [rule for rule in rules if rule.name not in _ELSEWHERE]
    questions.count(name, "invalid", where=is_any(rule.bad(column) for rule in rules))
    for rule in rules:
        bad = rule.bad(column).fill_null(False)
        questions.count(name, "rule", rule.name, where=bad)
        questions.ask(name, "rule", rule.name, "low", of=_end(column.min(where=bad)))
        questions.ask(name, "rule", rule.name, "high", of=_end(column.max(where=bad)))


def _columns(table: ir.Table, kind: str, answers: _Answers, day: date | None) -> pd.DataFrame:
    known = {column.name: column for column in TABLES[kind]}
    rows = []
    for name in own_columns(table):
        unreadable = int(answers.get((name, "unreadable"), 0))
        dtype = table[name].type()
        lowest, highest = (_read_end(answers.get((name, e)), dtype) for e in ("lowest", "highest"))
        newest = highest.date() if isinstance(highest, datetime) else None
        rows.append(
            {
                "column": name,
                "known": name in known,
                "required": name in known and known[name].required,
                "dtype": str(dtype),
                "present": int(answers[(name, "present")]),
                "distinct": answers.get((name, "distinct")),
                "unreadable": unreadable,
                "invalid": int(answers[(name, "invalid")]) + unreadable,
                "lowest": lowest,
                "highest": highest,
                "ones": answers.get((name, "ones")),
                "newest": newest,
                "days_behind": (day - newest).days if day and newest else None,
            }
        )
    return pd.DataFrame(rows)


def _checks(
    checks: Sequence[Check], answers: _Answers, groups: dict[str, tuple[int, int]]
) -> pd.DataFrame:
    rows = []
    for check in checks:
        if isinstance(check, RowCheck):
            asked, conflicts = answers[(check.name, "asked")], answers[(check.name, "conflicts")]
        else:
            asked, conflicts = groups[check.name]
        of = "rows" if isinstance(check, RowCheck) else "groups"
        rows.append((check.name, check.columns, of, int(asked), int(conflicts)))
    return pd.DataFrame(rows, columns=["check", "columns", "of", "asked", "conflicts"])


def _broken(
    table: ir.Table, rules: Sequence[Rule], answers: _Answers, last: date
) -> tuple[Broken, ...]:
    found = []
    for rule in rules:
        key = (rule.column, "rule", rule.name)
        if rule.name not in _ELSEWHERE and answers[key]:
            dtype = table[rule.column].type()
            least, largest = (_read_end(answers[(*key, end)], dtype) for end in ("low", "high"))
            counts = (int(answers[key]), int(answers[("rows",)]))
            found.append(
                Broken(rule.column, rule.name, *counts, least, largest, rule.low, rule.high, last)
            )
    return tuple(found)


def _wrong_types(table: ir.Table, kind: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (column.name, KINDS[column.kind], str(table[column.name].type()))
        for column in TABLES[kind]
        if column.name in table.columns and not fits(column.kind, table[column.name].type())
    )


def _end(value: Any) -> Any:
    """Ask for a moment as text: on its way some engines' clients know no year 2999."""
    return value.cast("string") if _is_moment(value.type()) else value


def _read_end(value: Any, dtype: Any) -> Any:
    if value is None or not _is_moment(dtype):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:  # the year 12024
        return value


def _is_moment(dtype: Any) -> bool:
    return bool(dtype.is_timestamp() or dtype.is_date())
