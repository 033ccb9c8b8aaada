"""Check digits of bank cards and identity numbers, as expressions that every engine reads."""

from __future__ import annotations

from typing import Any

import ibis

#: Where a digit stands in the first text is its worth, in the second that of its double
#: with the digits of the double added up: 5 → 10 → 1.
_SINGLE, _DOUBLE = "0123456789", "0516273849"
_CARD_LENGTH = 19
#: Worth of the places of an identity number; X at the end is worth 10.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)
_ID_DIGITS = "0123456789X"


def passes_luhn(text: Any) -> Any:
    """Tell whether the digits of a text pass Luhn's check, as bank cards do.

    Without a cast, which would fail on the first text that is no number.

    References
    ----------
    ISO/IEC 7812-1, annex B.
    """
    filled = text.re_replace(r"[ \s-]", "").lpad(_CARD_LENGTH, "0")
    total = ibis.literal(0, "int64")
    for place in range(_CARD_LENGTH):
        worth = _SINGLE if (_CARD_LENGTH - place) % 2 else _DOUBLE
        total = total + ibis.literal(worth).find(filled.substr(place, 1))
    return total % 10 == 0


def passes_identity(text: Any) -> Any:
    """Tell whether a text of 18 places ends in the check digit of an identity number.

    References
    ----------
    GB 11643-1999, section 4.2 (ISO 7064, MOD 11-2).
    """
    number = text.strip().upper()
    total = ibis.literal(0, "int64")
    for place, weight in enumerate(_ID_WEIGHTS):
        total = total + ibis.literal(_ID_DIGITS).find(number.substr(place, 1)) * weight
    return total % 11 == 1
