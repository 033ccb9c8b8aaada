"""Columns that look like personal data, by their name and by their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from segkit.audit.questions import Questions
from segkit.collect.frames import Frame, as_ibis, own_columns
from segkit.collect.privacy.looks import first_counts, judge, second_counts
from segkit.i18n import _, format_list

_PERSONAL = "personal"


@dataclass(frozen=True)
class PersonalColumn:
    """A column that looks personal: by its name, by its values, or by both.

    ``kind`` is ``name``, ``phone``, ``email``, ``birth_date``, ``address``, ``id_number``,
    ``bank_card``, ``vehicle`` or ``online_account``; ``share`` the share of its values that
    look so, None where only the name tells.
    """

    column: str
    kind: str
    by_name: bool
    share: float | None = None

    @property
    def kind_word(self) -> str:
        """What it looks like, in the current language."""
        return kind_word(self.kind)

    @property
    def advice(self) -> str:
        """What to do with the column, in the current language."""
        if self.share is not None and not self.by_name:
            return _("Look at its values; replace them by a keyed number, or leave them out.")
        return {
            "birth_date": _("Keep the year of birth only."),
            "address": _("Keep region and city only."),
        }.get(self.kind) or _("Leave it out: no analysis needs it.")


def kind_word(kind: str) -> str:
    """Name a kind of personal data in the current language."""
    return {
        "name": _("name of a person"),
        "phone": _("telephone number"),
        "email": _("e-mail address"),
        "birth_date": _("date of birth"),
        "address": _("address"),
        "id_number": _("number of an identity document"),
        "bank_card": _("bank card number"),
        "vehicle": _("number plate"),
        "online_account": _("online account or device"),
    }[kind]


def personal_columns(table: Frame) -> list[PersonalColumn]:
    """Find the columns of a table that look like personal data.

    Use it before a table is handed on: names in Chinese and English are read, and text and
    whole numbers are held against the forms of e-mail addresses, Chinese mobile numbers,
    identity numbers of 18 digits and bank cards (both with their check digits) and IPv4
    addresses. Only shares leave the engine.

    Parameters
    ----------
    table : pandas, polars, pyarrow or Ibis table
        Any table; column names as they are.

    Returns
    -------
    list of PersonalColumn
        In the order of the columns; empty when none looks personal. A column that is not
        listed may still be personal: a name in a free text is not found.

    References
    ----------
    ISO/IEC 7812-1 (Luhn's check of card numbers); GB 11643-1999 (identity numbers).

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"会员号": ["13812345678", "13987654321"], "姓名": ["甲", "乙"]})
    >>> [(found.column, found.kind, found.share) for found in personal_columns(people)]
    [('会员号', 'phone', 1.0), ('姓名', 'name', None)]
    """
    seen = as_ibis(table, function="personal_columns", argument="table")
    questions = Questions(seen)
    ask_personal(questions)
    answers = questions.answers()
    check_numbers(seen, answers)
    return read_personal(seen, answers)


def ask_personal(questions: Questions) -> None:
    """Ask how many values of each column look personal."""
    for (name, kind), count in first_counts(questions.table).items():
        questions.ask(name, _PERSONAL, kind, of=count)


def check_numbers(table: ir.Table, answers: dict[tuple[str, ...], Any]) -> None:
    """Ask for the check digits of columns of long numbers, of which few tables have any."""
    questions = Questions(table)
    for (name, kind), count in second_counts(table, _counts(answers)).items():
        questions.ask(name, _PERSONAL, kind, of=count)
    answers.update(questions.answers())


def read_personal(table: ir.Table, answers: dict[tuple[str, ...], Any]) -> list[PersonalColumn]:
    """Make the list out of the answers."""
    found = judge(own_columns(table), _counts(answers))
    return [PersonalColumn(one.column, one.kind, one.by_name, one.share) for one in found]


def _counts(answers: dict[tuple[str, ...], Any]) -> dict[tuple[str, str], int]:
    return {
        (key[0], key[2]): count
        for key, count in answers.items()
        if len(key) == 3 and key[1] == _PERSONAL
    }


def word_personal(found: list[PersonalColumn]) -> str:
    """Say in one sentence which columns look personal; nothing when none does."""
    if not found:
        return ""
    each = _("{column} ({kind})")
    listing = [each.format(column=one.column, kind=one.kind_word) for one in found]
    return _(
        "Columns that look like personal data: {columns}. Leave them out or replace them before "
        "the table is handed on."
    ).format(columns=format_list(listing))
