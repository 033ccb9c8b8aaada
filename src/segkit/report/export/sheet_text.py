"""Names of sheets, and how much room a text takes in a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from segkit.i18n import _
from segkit.report.export.content import printable

LINE = 15.0
_MOST_LINES = 20
_NAME_LENGTH = 31


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Make names that a workbook takes: at most 31 characters, none forbidden, no two alike.

    Examples
    --------
    >>> sheet_names(["Segments", "segments", "Who / what?", "=1+1"])
    ['Segments', 'segments 2', 'Who what', '=1+1']
    """
    names: list[str] = []
    # Excel keeps "History" for itself.
    taken = {"history"}
    for title in titles:
        base = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", printable(title)).split()).strip("'")
        base = base or _("Table")
        name, number = _cut(base, _NAME_LENGTH), 2
        while name.casefold() in taken:
            name = f"{_cut(base, _NAME_LENGTH - 1 - len(str(number)))} {number}"
            number += 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, length: int) -> str:
    """Cut a name as Excel counts it: a character outside the basic plane counts twice."""
    used = 0
    for place, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > length:
            return text[:place].rstrip(" '")
    return text


def text_width(text: str) -> int:
    """Measure a text in columns of a fixed-width font; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def row_height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Give the height of a row in points, so that the texts in it show whole."""
    lines = (_lines(text, width) for text, width in zip(texts, widths, strict=True))
    return LINE * min(max(lines, default=1), _MOST_LINES)


def _lines(text: str, width: int) -> int:
    """Count the lines of a text in a column: words go to the next line whole."""
    lines, used = 1, 0
    for word in printable(text).split(" "):
        need = text_width(word)
        if used and used + 1 + need > width - 3:
            lines, used = lines + 1, 0
        lines += max(need - 1, 0) // width
        used += need % width + 1
    return lines
