"""Marks in a name that would turn the reading direction of what stands behind it."""

from __future__ import annotations

import re

_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def unturned(text: str) -> str:
    """Drop the marks that turn the reading direction; a name says the same without them.

    Every page and form passes through here once, when all its texts are together. A CSV file
    does not: it is data, and its ids must be found again.

    Examples
    --------
    >>> unturned("ab\\u202ecd")
    'abcd'
    """
    return _MARKS.sub("", text)
