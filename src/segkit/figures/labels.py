"""Text in figures: made safe, measured, shortened, and kept from overlapping."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from segkit.figures.fonts import font_families, has_glyph
from segkit.figures.style import BODY

ELLIPSIS = "…"
#: Marks that turn the reading direction of all that follows.
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What stands for a character that no font of the figure can draw.
_UNDRAWABLE = "\u25a1"
#: Chinese marks that no line begins with.
_NEVER_FIRST = frozenset("、，。；：！？）”》")


def one_line(text: object) -> str:
    """Put a name on one line without control characters, for sentences outside a picture."""
    return "".join(
        character
        for character in " ".join(str(text).split())
        if unicodedata.category(character) not in {"Cc", "Cs"} and character not in _DIRECTION_MARKS
    )


def plain(text: object) -> str:
    """Make a name fit for a figure: one line, no control characters, nothing undrawable.

    A character that neither the packaged fonts nor the machine's can draw becomes a box;
    the table beside the figure and its text alternative keep the name as it is.
    """
    safe = []
    for character in one_line(text):
        kind = unicodedata.category(character)
        if kind == "Cf" or "\ufe00" <= character <= "\ufe0f":
            continue
        safe.append(character if has_glyph(character) else _UNDRAWABLE)
    return " ".join("".join(safe).split())


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Measure text in pixels."""
    if not text:
        return 0.0
    font = FontProperties(family=font_families(), size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


def fit_text(text: object, width: float, size: float = BODY, weight: str = "normal") -> str:
    """Shorten a name with an ellipsis until it is at most ``width`` pixels wide."""
    name = plain(text)
    if text_width(name, size, weight) <= width:
        return name
    while name and text_width(name + ELLIPSIS, size, weight) > width:
        name = name[:-1]
    return name.rstrip() + ELLIPSIS


def wrap_text(text: object, width: float, lines: int = 2, size: float = BODY) -> str:
    """Break a name into at most ``lines`` lines of ``width`` pixels, the last one shortened."""
    rest = plain(text)
    out: list[str] = []
    while rest and len(out) < lines - 1 and text_width(rest, size) > width:
        cut = len(rest)
        while cut > 1 and text_width(rest[:cut], size) > width:
            cut -= 1
        # Chinese has no spaces and breaks between any two characters.
        space = rest.rfind(" ", 1, cut + 1)
        cut = space if space > 0 else _before_word(rest, cut)
        # A stop or a comma goes with the character before it.
        if cut > 1 and rest[cut : cut + 1] in _NEVER_FIRST:
            cut -= 1
        out.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        out.append(fit_text(rest, width, size))
    return "\n".join(out)


def _before_word(text: str, cut: int) -> int:
    """Move a break within a Latin word or a number in Chinese text before it, if it fits there."""
    start = cut
    if cut < len(text) and _is_latin(text[cut]):
        while start > 0 and _is_latin(text[start - 1]):
            start -= 1
    return start if start > 1 else cut


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def spread(
    positions: Sequence[float], gap: float, *, low: float = -np.inf, high: float = np.inf
) -> list[float]:
    """Move labels apart along one axis until neighbours are ``gap`` away from each other.

    They keep their order, move as little as a pool of neighbours allows, and stay within
    ``low`` and ``high`` where there is room.
    """
    order = np.argsort(np.asarray(positions, dtype="float64"), kind="stable")
    # Taking k gaps off the k-th label turns "gap away" into "not decreasing": isotonic.
    steps = gap * np.arange(len(order))
    pools: list[list[float]] = []
    for wish in np.asarray(positions, dtype="float64")[order] - steps:
        pools.append([float(wish), 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (last, many), (first, few) = pools.pop(), pools.pop()
            pools.append([(last * many + first * few) / (many + few), many + few])
    level = np.repeat([mean for mean, _count in pools], [int(count) for _mean, count in pools])
    if len(order):
        level = np.maximum(np.minimum(level, high - steps[-1]), low)
    moved = np.empty(len(order))
    moved[order] = level + steps
    return [float(place) for place in moved]
