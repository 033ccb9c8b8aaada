"""A condition as it is typed on a Chinese keyboard."""

from __future__ import annotations

import re

_SIGNS = {
    "≥": ">=", "≤": "<=", "≠": "<>", "＝": "=", "＞": ">", "＜": "<", "（": "(", "）": ")",
    "，": ",", "；": ";", "\u3000": " ", "\u00a0": " ",
}  # fmt: skip
_WORDS = {"且": "and", "并且": "and", "或": "or", "或者": "or", "非": "not"}
_LONG_FIRST = "|".join(sorted(_WORDS, key=len, reverse=True))
_WORD = re.compile(rf"(?<=[\s)])({_LONG_FIRST})(?=[\s(])|^(非)(?=[\s(])")
#: After a value nothing but and or or can stand, with blanks around it or without.
_AFTER_VALUE = re.compile(r"(?<=[0-9A-Za-z)])( ?)(并且|且|或者|或)")
_AFTER_WORD = re.compile(r"(?i)\b(?:and|or|not|in|is|like|between) $")
_AFTER_QUOTE = re.compile(r"^(\s*)(并且|且|或者|或)")
_QUOTED = re.compile(r"('(?:[^']|'')*'|[‘’][^‘’]*[‘’]|[“”][^“”]*[“”])")
_CURLY = "‘’“”"


def in_ascii(text: str) -> str:
    """Write signs of a Chinese keyboard, and 且 and 或, as SQL does; quoted texts stay.

    Examples
    --------
    >>> in_ascii("年龄≥30且城市=‘苏州，市’")
    "年龄>=30 and 城市='苏州，市'"
    """
    parts = _QUOTED.split(text)
    return "".join(
        _in_quotes(part) if i % 2 else _plain_part(part, after_quote=i > 0)
        for i, part in enumerate(parts)
    )


def _in_quotes(part: str) -> str:
    return "'" + part[1:-1].replace("'", "''") + "'" if part[0] in _CURLY else part


def _plain_part(part: str, *, after_quote: bool) -> str:
    for sign, ascii_sign in _SIGNS.items():
        part = part.replace(sign, ascii_sign)
    for quote in _CURLY:
        part = part.replace(quote, "'")
    if after_quote:
        part = _AFTER_QUOTE.sub(_conjunction, part)
    part = _WORD.sub(lambda found: _WORDS[found[1] or found[2]], part)
    return _AFTER_VALUE.sub(_conjunction, part)


def _conjunction(found: re.Match[str]) -> str:
    # "and 或有负债 > 1" asks for a column whose name begins so.
    before = found.string[: found.start()] + found[1]
    if _AFTER_WORD.search(before):
        return found[0]
    after = "" if found.string[found.end() :].startswith(" ") else " "
    return f" {_WORDS[found[2]]}{after}"
