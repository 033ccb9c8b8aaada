"""Which columns look personal, by their name and by the form of their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from segkit.collect.privacy.check_digits import passes_identity, passes_luhn
from segkit.collect.privacy.headers import kind_by_header
from segkit.collect.values.value_rules import is_missing

#: By column and by ``present`` or a kind of personal data: in how many rows.
Counts = Mapping[tuple[str, str], int]

_MOBILE = r"^\s*(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}\s*$"
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_ID_NUMBER = r"^\s*[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]\s*$"
_CARD = r"^\s*[1-9]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{0,3}\s*$"
_BYTE = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = rf"^\s*{_BYTE}(\.{_BYTE}){{3}}\s*$"
#: What values look like, and the share of them from which a column counts. A number of eleven
#: digits may by chance look like a telephone, an e-mail address looks like nothing else.
_FORMS = {
    "email": (_EMAIL, 0.01),
    "id_number": (_ID_NUMBER, 0.05),
    "phone": (_MOBILE, 0.5),
    "bank_card": (_CARD, 0.5),
    "online_account": (_IPV4, 0.5),
}
#: Only text has these; digits alone cannot.
_OF_TEXT = ("email", "online_account")
#: Of long numbers, one in ten passes Luhn's check by chance and one in eleven the other: few
#: columns are of that form, so that the check is asked of these alone.
_CHECKS = {"id_number": (_ID_NUMBER, passes_identity), "bank_card": (_CARD, passes_luhn)}


@dataclass(frozen=True)
class Found:
    """A column that looks personal.

    ``by_name`` where its name says so; ``share`` of the values that look so, None where only
    the name tells.
    """

    column: str
    kind: str
    by_name: bool
    share: float | None


def first_counts(table: ir.Table) -> dict[tuple[str, str], Any]:
    """Give the aggregates that say how many values of each column look personal."""
    asked = {}
    for name in _candidates(table):
        text = table[name].cast("string")
        asked[name, "present"] = table.count(where=~is_missing(table[name]))
        for kind, (pattern, _least) in _FORMS.items():
            if kind not in _OF_TEXT or table[name].type().is_string():
                asked[name, kind] = table.count(where=text.re_search(pattern))
    return asked


def second_counts(table: ir.Table, first: Counts) -> dict[tuple[str, str], Any]:
    """Give the aggregates that replace some of the first: of long numbers with check digits."""
    asked = {}
    for name in _candidates(table):
        text = table[name].cast("string")
        for kind, (pattern, passes) in _CHECKS.items():
            count = first.get((name, kind), 0)
            if count and count >= _FORMS[kind][1] * first[name, "present"]:
                where = text.re_search(pattern) & passes(text)
                asked[name, kind] = table.count(where=where)
    return asked


def judge(columns: list[str], counts: Counts) -> list[Found]:
    """Make the list out of the counts, in the order of the columns."""
    found = []
    for name in columns:
        by_name, by_values = kind_by_header(name), _by_values(name, counts)
        kind = by_name or (by_values and by_values[0])
        if kind:
            share = by_values[1] if by_values and by_values[0] == kind else None
            found.append(Found(name, kind, by_name is not None, share))
    return found


def look(table: ir.Table, columns: list[str]) -> list[Found]:
    """Find the columns that look personal; one query, two where there are long numbers."""
    counts = _run(table, first_counts(table))
    counts |= _run(table, second_counts(table, counts))
    return judge(columns, counts)


def _run(table: ir.Table, asked: dict[tuple[str, str], Any]) -> dict[tuple[str, str], int]:
    # Keys hold names from a client's file: engines get plain ones.
    plain = {f"q{place}": of for place, of in enumerate(asked.values())}
    row = table.agg(**plain).to_pyarrow().to_pylist()[0] if plain else {}
    return {key: row[f"q{place}"] for place, key in enumerate(asked)}


def _candidates(table: ir.Table) -> list[str]:
    kinds = ((name, table[name].type()) for name in table.columns)
    return [
        name
        for name, kind in kinds
        if (kind.is_string() or kind.is_integer()) and not name.startswith("segkit_")
    ]


def _by_values(name: str, counts: Counts) -> tuple[str, float] | None:
    present = counts.get((name, "present"), 0)
    for kind, (_pattern, enough) in _FORMS.items():
        share = counts.get((name, kind), 0) / present if present else 0.0
        if present and share >= enough:
            return kind, share
    return None
