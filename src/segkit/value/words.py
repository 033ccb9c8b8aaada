"""Value columns in words."""

from __future__ import annotations

import math

from segkit.i18n import _, format_number, ngettext


def value_word(column: str) -> str:
    """Name what customers are ranked by, for use inside a sentence; else the column itself.

    Examples
    --------
    >>> value_word("clv")
    'future value'
    """
    words = {"revenue": _("revenue"), "profit": _("profit"), "clv": _("future value")}
    return words.get(column) or " ".join(column.split())


def count_customers(n: int) -> str:
    """Count customers inside a sentence.

    Examples
    --------
    >>> count_customers(1), count_customers(2000)
    ('1 customer', '2,000 customers')
    """
    return ngettext("{n} customer", "{n} customers", n).format(n=format_number(n))


def count_purchases(n: float) -> str:
    """Count expected or past purchases, shown as a whole number, inside a sentence."""
    shown = round(n) if math.isfinite(n) else 0
    return ngettext("{n} purchase", "{n} purchases", shown).format(n=format_number(n))


def count_repeats(n: float) -> str:
    """Count repeat purchases, shown as a whole number, inside a sentence."""
    shown = round(n) if math.isfinite(n) else 0
    return ngettext("{n} repeat purchase", "{n} repeat purchases", shown).format(n=format_number(n))


def count_orders(n: int) -> str:
    """Count orders inside a sentence."""
    return ngettext("{n} order", "{n} orders", n).format(n=format_number(n))
