"""Columns that look like personal data, by their name and by their values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.audit.questions import Questions, own_columns
from segkit.collect.columns.known_headers import plain
from segkit.collect.frames import Frame, as_ibis
from segkit.collect.values.value_rules import is_missing
from segkit.i18n import _, format_list

#: What columns are called, in the plain form of ``known_headers``; the first that fits counts.
_HEADERS = {
    "email": r"e?mail(id|address|addr)?$|邮箱|电子邮件",
    "id_number": r"身份证|证件号|护照|nationalid|identity(card|no|number)|idcard|passport|^ssn$"
    r"|socialsecurity",
    "bank_card": r"银行卡|信用卡号|银行账号|cardn(o|um|umber)$|^iban$|bankaccount",
    "online_account": r"微信|^qq|wechat|openid|unionid|^ipaddress$|^ip地址$|deviceid|设备号",
    "phone": r"(phone|mobile|tele?)(no|num|number)?$|^cell(phone)?$|手机|电话|联系方式",
    "birth_date": r"^(date)?(of)?birth(date|day)$|^dateofbirth$|^dob$|出生(日期|年月日)|生日",
    "address": r"(^|home|street|post(al)?|mailing|delivery|shipping|billing)address\d?$|^street"
    r"|地址|住址",
    "name": r"^(full|first|middle|last|sur|family|given|customer|member|client|contact|guest|buyer"
    r"|user|nick|recipient)?name$|姓名|昵称|收货人|^客户名称$|^联系人$",
}
#: Contain what looks like a header above but are something else.
_NOT = re.compile(r"会员卡|member(ship)?card|loyaltycard|公司|企业|company|商品|产品|product")

#: What values look like, and the share of them from which a column counts. A number of eleven
#: digits may by chance look like a telephone, an e-mail address looks like nothing else.
_MOBILE = r"^\s*(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}\s*$"
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_ID_NUMBER = r"^\s*[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]\s*$"
#: Of the numbers as long as a card's, one in ten passes Luhn's check by chance.
_CARD = r"^\s*[1-9]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{0,3}\s*$"
_VALUES = {
    "email": (_EMAIL, 0.01),
    "id_number": (_ID_NUMBER, 0.05),
    "phone": (_MOBILE, 0.5),
    "bank_card": (_CARD, 0.5),
}


@dataclass(frozen=True)
class PersonalColumn:
    """A column that looks personal: by its name, by its values, or by both.

    ``kind`` is ``name``, ``phone``, ``email``, ``birth_date``, ``address``, ``id_number``,
    ``bank_card`` or ``online_account``; ``share`` the share of its values that look so, None
    where only the name tells.
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
        "online_account": _("online account or device"),
    }[kind]


def personal_columns(table: Frame) -> list[PersonalColumn]:
    """Find the columns of a table that look like personal data.

    Use it before a table is handed on: names in Chinese and English are read, and text and
    whole numbers are held against the forms of e-mail addresses, Chinese mobile numbers,
    identity numbers of 18 digits and bank cards (Luhn's check). Only shares leave the engine.

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
    check_cards(seen, answers)
    return read_personal(seen, answers)


def ask_personal(questions: Questions) -> None:
    """Ask how many values of each column look personal."""
    table = questions.table
    for name in own_columns(table):
        dtype = table[name].type()
        if not (dtype.is_string() or dtype.is_integer()):
            continue
        text = table[name].cast("string")
        questions.count(name, "personal", "present", where=~is_missing(table[name]))
        for kind, (pattern, _least) in _VALUES.items():
            if kind != "email" or dtype.is_string():
                questions.count(name, "personal", kind, where=text.re_search(pattern))


def check_cards(table: ir.Table, answers: dict[tuple[str, ...], Any]) -> None:
    """Ask Luhn's check of columns of long numbers, of which few tables have any."""
    questions = Questions(table)
    for name in own_columns(table):
        long = answers.get((name, "personal", "bank_card"), 0)
        if long and long >= _VALUES["bank_card"][1] * answers[(name, "personal", "present")]:
            where = _passes_luhn(table[name].cast("string"))
            questions.count(name, "personal", "bank_card", where=where)
    answers.update(questions.answers())


def read_personal(table: ir.Table, answers: dict[tuple[str, ...], Any]) -> list[PersonalColumn]:
    """Make the list out of the answers."""
    found = []
    for name in own_columns(table):
        by_values = _kind_by_values(name, answers)
        kind = _kind_by_name(name)
        if kind is None and by_values is None:
            continue
        kind = kind or by_values[0]  # type: ignore[index]
        share = by_values[1] if by_values and by_values[0] == kind else None
        found.append(PersonalColumn(name, kind, _kind_by_name(name) is not None, share))
    return found


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


def _kind_by_name(name: str) -> str | None:
    header = plain(name)
    if _NOT.search(header):
        return None
    return next((kind for kind, form in _HEADERS.items() if re.search(form, header)), None)


def _kind_by_values(name: str, answers: dict[tuple[str, ...], Any]) -> tuple[str, float] | None:
    present = answers.get((name, "personal", "present"), 0)
    if not present:
        return None
    for kind, (_pattern, enough) in _VALUES.items():
        share = answers.get((name, "personal", kind), 0) / present
        if share >= enough:
            return kind, share
    return None


#: Where a digit stands in the first text is its worth, in the second that of its double
#: with the digits of the double added up: 5 → 10 → 1.
_SINGLE, _DOUBLE = "0123456789", "0516273849"
_CARD_LENGTH = 19


def _passes_luhn(text: Any) -> Any:
    """Tell whether a text is a number as long as a card's that passes Luhn's check.

    Without a cast, which would fail on the first text that is no number.
    """
    digits = text.re_replace(r"[ \s-]", "")
    filled = digits.lpad(_CARD_LENGTH, "0")
    total = ibis.literal(0, "int64")
    for place in range(_CARD_LENGTH):
        worth = _SINGLE if (_CARD_LENGTH - place) % 2 else _DOUBLE
        total = total + ibis.literal(worth).find(filled.substr(place, 1))
    return text.re_search(_CARD) & (total % 10 == 0)
