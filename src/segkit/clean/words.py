"""Why a row was set aside, in words."""

from __future__ import annotations

from datetime import date

from segkit.i18n import _, format_date, format_number, ngettext

#: In the order in which they are asked: a row is set aside for the first that applies.
REASONS = (
    "empty_row",
    "total_row",
    "unreadable_date",
    "unreadable_amount",
    "placeholder_customer",
    "missing_customer",
    "missing_date",
    "missing_amount",
    "test_account",
    "future_date",
    "too_early",
    "duplicate",
    "other_currency",
    "missing_currency",
    "zero_amount",
    "return",
    "returned",
    "return_netted",
    "return_partly_netted",
    "unmatched_return",
    "extreme",
)


def reason_word(reason: str, *, until: date | None = None, earliest: date | None = None) -> str:
    """Say a reason, or a step of the ledger, in the current language.

    Examples
    --------
    >>> reason_word("missing_customer")
    'No customer number'
    """
    return _dated(reason, until, earliest) or {
        "rows_in": _("Rows as sent"),
        "kept": _("Rows kept"),
        "changed": _("Of these, returned in part"),
        "turned": _("Of these, turned into negative lines"),
        "empty_row": _("Row without any content"),
        "total_row": _("Row of totals"),
        "unreadable_date": _("Date cannot be read"),
        "unreadable_amount": _("Amount cannot be read"),
        "placeholder_customer": _("A word for nothing as customer number"),
        "missing_customer": _("No customer number"),
        "missing_date": _("No date"),
        "missing_amount": _("No amount"),
        "test_account": _("Test account"),
        "future_date": _("Date in the future"),
        "too_early": _("Date long before the shop"),
        "duplicate": _("Line sent twice"),
        "other_currency": _("Another currency"),
        "missing_currency": _("No currency, where there are several"),
        "zero_amount": _("Nothing paid or no pieces"),
        "return": _("Return"),
        "returned": _("Purchase returned in full"),
        "return_netted": _("Return taken off its purchase"),
        "return_partly_netted": _("Return of more than was bought"),
        "unmatched_return": _("Return without its purchase"),
        "extreme": _("Extreme amount"),
    }.get(reason, reason)


def _dated(reason: str, until: date | None, earliest: date | None) -> str:
    if reason == "future_date" and until is not None:
        return _("Date after {day}").format(day=format_date(until))
    if reason == "too_early" and earliest is not None:
        return _("Date before {day}").format(day=format_date(earliest))
    return ""


def count_rows(n: int) -> str:
    """Count rows inside a sentence.

    Examples
    --------
    >>> count_rows(1), count_rows(2000)
    ('1 row', '2,000 rows')
    """
    return ngettext("{n} row", "{n} rows", n).format(n=format_number(n))
