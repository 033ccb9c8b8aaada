"""How much room a text takes on a slide, and how it is made to fit.

Office draws the text, not this program, so widths are estimated from those of the usual
sans-serif faces, a little too wide on purpose: a box that is not quite full does no harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_POINTS = 72.0
_SAFETY = 1.06
_NARROW = frozenset("iljtfrI.,:;'|!()[]{}/\\ \u202f\u00a0·-")
_WIDE = frozenset("mwMW%@—→")
_BOLD = 1.07
_LITTLE_SMALLER = 0.8
_CLAUSE_END = re.compile(r"(?<=[，；：。！？])\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])")


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    """Give the width of a character as a share of the size of its font."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.92
    if character.isupper() or character in "&$<>=+":
        return 0.72
    return 0.56 if ord(character) < 0x250 else 1.0


def _width(text: str) -> float:
    return sum(_em(character) for character in text)


def is_chinese(text: str) -> bool:
    """Tell whether a text has characters that stand a full square wide."""
    return any(unicodedata.east_asian_width(c) in "WF" for c in text)


def line_height(text: str, size: float) -> float:
    """Give the height of a line in points; Chinese needs more air between lines."""
    return size * (1.4 if is_chinese(text) else 1.22)


def _pieces(text: str) -> list[str]:
    """Take a text apart where a line may break: after spaces and between Chinese characters."""
    pieces: list[str] = []
    for word in re.findall(r"[^ \t\n]+[ \t\n]*|[ \t\n]+", text):
        start = 0
        for place, character in enumerate(word):
            if unicodedata.east_asian_width(character) in "WF":
                if word[start:place]:
                    pieces.append(word[start:place])
                pieces.append(character)
                start = place + 1
        if word[start:]:
            pieces.append(word[start:])
    return pieces


def count_lines(text: str, size: float, width: float, *, bold: bool = False) -> int:
    """Count the lines of a text of ``size`` points in a box of ``width`` inches.

    Examples
    --------
    >>> count_lines("one line", 20, 5), count_lines("长" * 40, 18, 5)
    (1, 3)
    """
    room = width * _POINTS / (size * _SAFETY * (_BOLD if bold else 1))
    lines, used = 1, 0.0
    for piece in _pieces(text):
        need, bare = _width(piece), _width(piece.rstrip())
        if used and used + bare > room:
            lines, used = lines + 1, 0.0
        if bare > room:  # a word longer than the line is broken
            whole = int(bare / room)
            lines, need = lines + whole, bare - whole * room
        used += need
    return lines


def text_height(
    texts: Sequence[str], size: float, width: float, *, gap: float = 0.0, bold: bool = False
) -> float:
    """Give the height of paragraphs in inches, ``gap`` points between them."""
    heights = [count_lines(t, size, width, bold=bold) * line_height(t, size) for t in texts]
    return (sum(heights) + gap * max(len(texts) - 1, 0)) / _POINTS


def fit_size(
    texts: Sequence[str],
    width: float,
    height: float,
    *,
    largest: float,
    smallest: float,
    gap: float = 0.0,
    bold: bool = False,
) -> float:
    """Find the largest size at which the texts fit a box, not below ``smallest``."""
    size = largest
    while size > smallest and text_height(texts, size, width, gap=gap, bold=bold) > height:
        size -= 1
    return size


def fit_title(text: str, width: float, height: float, *, largest: float, smallest: float) -> float:
    """Find the size of a bold title; a little smaller where that saves a line of few words."""
    size = fit_size([text], width, height, largest=largest, smallest=smallest, bold=True)
    lines = count_lines(text, size, width, bold=True)
    least = max(smallest, _LITTLE_SMALLER * size)
    other = size
    while other - 1 >= least:
        other -= 1
        if count_lines(text, other, width, bold=True) < lines:
            return other
    return size


def clauses(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a Chinese title behind its punctuation, where that takes no more lines.

    Left to itself a line ends wherever it is full, within a word too.

    Examples
    --------
    >>> clauses("前 20% 的客户贡献 70% 的销售额，65% 已沉默一年以上", 38, 11)
    ['前 20% 的客户贡献 70% 的销售额，', '65% 已沉默一年以上']
    """
    parts = [part for part in _CLAUSE_END.split(text) if part]
    lines = count_lines(text, size, width, bold=bold)
    fit = all(count_lines(part, size, width, bold=bold) == 1 for part in parts)
    return parts if fit and len(parts) == lines else [text]


def shorten(text: str, size: float, width: float, height: float, *, bold: bool = False) -> str:
    """Cut a text that does not fit a box, with an ellipsis for what is left out."""
    if text_height([text], size, width, bold=bold) <= height:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_height([text[:middle] + "…"], size, width, bold=bold) <= height:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def paginate(
    texts: Sequence[str], size: float, width: float, height: float, *, gap: float = 0.0
) -> list[list[str]]:
    """Share paragraphs among slides; one that is longer than a slide is split at a sentence."""
    pages: list[list[str]] = [[]]
    for text in texts:
        for part in _split(text, size, width, height):
            if pages[-1] and text_height([*pages[-1], part], size, width, gap=gap) > height:
                pages.append([])
            pages[-1].append(part)
    return [page for page in pages if page]


def _split(text: str, size: float, width: float, height: float) -> list[str]:
    if text_height([text], size, width) <= height:
        return [text]
    parts = [""]
    for piece in _SENTENCE_END.split(text):
        for bit in [piece] if _fits(piece, size, width, height) else _pieces(piece):
            # A single word that fills more than a slide is cut by force.
            step = max(1, len(bit) if _fits(bit, size, width, height) else 200)
            for start in range(0, len(bit), step):
                joined = f"{parts[-1]}{_space(parts[-1], bit)}{bit[start : start + step]}"
                if _fits(joined, size, width, height):
                    parts[-1] = joined
                else:
                    parts.append(bit[start : start + step])
    return [part.strip() for part in parts if part.strip()]


def _fits(text: str, size: float, width: float, height: float) -> bool:
    return text_height([text], size, width) <= height


def _space(before: str, after: str) -> str:
    """Put back the space that the split at a sentence took."""
    ends = before[-1:] in {".", "!", "?"} and not after[:1].isspace()
    return " " if ends else ""
