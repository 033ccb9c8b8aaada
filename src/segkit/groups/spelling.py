"""A condition as it is typed on a Chinese keyboard, and columns by the names people use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segkit.collect.columns.known_headers import plain, synonyms

_SIGNS = {
    "≥": ">=", "≤": "<=", "≠": "<>", "＝": "=", "＞": ">", "＜": "<", "（": "(", "）": ")",
    "，": ",", "；": ";", "\u3000": " ", "\u00a0": " ",
}  # fmt: skip
_WORDS = {"且": "and", "并且": "and", "或": "or", "或者": "or", "非": "not"}
_WORD = re.compile(rf"(?<=[\s)])({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?=[\s(])")
_QUOTED = re.compile(r"('(?:[^']|'')*')")


def in_ascii(text: str) -> str:
    """Write signs of a Chinese keyboard, and 且 and 或, as SQL does; quoted texts stay.

    Examples
    --------
    >>> in_ascii("年龄≥30 且 城市=‘苏州，市’")
    "年龄>=30 and 城市='苏州，市'"
    """
    for quote in "‘’“”":
        text = text.replace(quote, "'")
    parts = _QUOTED.split(text)
    return "".join(part if i % 2 else _plain_part(part) for i, part in enumerate(parts))


def _plain_part(part: str) -> str:
    for sign, ascii_sign in _SIGNS.items():
        part = part.replace(sign, ascii_sign)
    return _WORD.sub(lambda found: _WORDS[found[1]], part)


def find_column(name: str, columns: Sequence[str]) -> str | None:
    """Find a column by its name, by letter case aside, or by a usual name of a canonical one.

    Examples
    --------
    >>> find_column("AGE", ["age"]), find_column("年龄", ["age"]), find_column("x", ["age"])
    ('age', 'age', None)
    """
    if name in columns:
        return name
    alike = [column for column in columns if column.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    return next((column for column in columns if plain(name) in _usual_names(column)), None)


def _usual_names(column: str) -> set[str]:
    known = synonyms("customers").get(column, ())
    return {name for level in known for name in level} | _SUMMARY_NAMES.get(column, set())


#: What is computed from purchases has no header in anybody's file, but words all the same.
_SUMMARY_NAMES = {
    column: {plain(name) for name in names}
    for column, names in {
        "revenue": ("消费金额", "累计消费", "总消费", "spend", "total spend"),
        "n_orders": ("订单数", "购买次数", "orders", "purchases"),
        "n_days": ("购买天数", "purchase days"),
        "recency_days": ("最近购买天数", "距最近一次购买的天数", "days since last purchase"),
        "mean_order_value": ("客单价", "平均客单价", "average order value"),
    }.items()
}
