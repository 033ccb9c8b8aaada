"""Value columns in words."""

from __future__ import annotations

from segkit.i18n import _


def value_word(column: str) -> str:
    """Name what customers are ranked by, for use inside a sentence; else the column itself.

    Examples
    --------
    >>> value_word("clv")
    'future value'
    """
    words = {"revenue": _("revenue"), "profit": _("profit"), "clv": _("future value")}
    return words.get(column) or " ".join(column.split())
