"""Each reason for which a row is set aside, as a finding says it, and what to do about it."""

from __future__ import annotations

from segkit.clean import Cleaning
from segkit.i18n import _, ngettext

#: Pairs of a purchase and its return: nothing of them is lost.
SETTLED = ("returned", "return_netted", "return")
#: Without a customer: nothing was sent, or a word for nothing.
LACKS = ("missing_customer", "placeholder_customer")
#: Complete months from which seasons can be told from growth.
TWO_YEARS = 24


def reason_phrase(reason: str, n: int) -> str:
    """Say a reason behind the number of its rows, in the current language.

    Examples
    --------
    >>> reason_phrase("missing_customer", 2)
    'rows have no customer number'
    """
    return {
        "unreadable_date": ngettext(
            "row has a date that cannot be read", "rows have a date that cannot be read", n
        ),
        "unreadable_amount": ngettext(
            "row has an amount that cannot be read", "rows have an amount that cannot be read", n
        ),
        "missing_customer": ngettext(
            "row has no customer number", "rows have no customer number", n
        ),
        "placeholder_customer": ngettext(
            "row has a word for nothing as customer number",
            "rows have a word for nothing as customer number",
            n,
        ),
        "missing_date": ngettext("row has no date", "rows have no date", n),
        "missing_amount": ngettext("row has no amount", "rows have no amount", n),
        "test_account": ngettext(
            "row belongs to a test account", "rows belong to test accounts", n
        ),
        "future_date": ngettext(
            "row is dated after the last day that counts",
            "rows are dated after the last day that counts",
            n,
        ),
        "too_early": ngettext(
            "row is dated before 1900",
            "rows are dated before 1900",
            n,
        ),
        "duplicate": ngettext("row was sent twice", "rows were sent twice", n),
        "other_currency": ngettext("row is in another currency", "rows are in another currency", n),
        "missing_currency": ngettext(
            "row names no currency, and there are several",
            "rows name no currency, and there are several",
            n,
        ),
        "zero_amount": ngettext(
            "row has no payment or no pieces", "rows have no payment or no pieces", n
        ),
        "return_partly_netted": ngettext(
            "return is of more than was bought", "returns are of more than was bought", n
        ),
        "unmatched_return": ngettext(
            "return is without its purchase", "returns are without their purchases", n
        ),
        "empty_row": ngettext("row is empty", "rows are empty", n),
        "total_row": ngettext("row holds totals", "rows hold totals", n),
        "extreme": ngettext("row has an extreme amount", "rows have extreme amounts", n),
    }[reason]


def action_on(reason: str) -> str:
    """Say what to do about rows that were set aside for a reason."""
    dates = _("Send rejected.csv back: the exporting system must write one form of date.")
    amounts = _("Send rejected.csv back, and have these amounts filled in or corrected.")
    older = _("Ask for an export that begins earlier, so that returns find their purchases.")
    return {
        "unreadable_date": dates,
        "unreadable_amount": amounts,
        "missing_customer": _(
            "Have the till or checkout ask for the customer number; without it a purchase belongs "
            "to nobody."
        ),
        "placeholder_customer": _(
            "Have the export leave the customer number empty where there is none, and the till or "
            "checkout ask for it."
        ),
        "missing_date": _("Send rejected.csv back, and have the day of purchase filled in."),
        "missing_amount": amounts,
        "test_account": _("Keep test accounts out of the export, or mark them in a column."),
        "future_date": _("Send rejected.csv back, and have these dates corrected."),
        "too_early": _("Send rejected.csv back, and have these dates corrected."),
        "duplicate": _(
            "Find out why lines are exported twice; if they are real purchases, run again with "
            "duplicates set to keep."
        ),
        "other_currency": _("Convert these amounts at the day's rate, or report them apart."),
        "missing_currency": _("Send rejected.csv back, and have the currency filled in."),
        "zero_amount": _(
            "Ask what these lines are: gifts, samples and corrections of stock are no purchases."
        ),
        "return_partly_netted": older,
        "unmatched_return": older,
        "empty_row": _("Nothing has to be done: such rows hold nothing."),
        "total_row": _("Leave totals out of the export; they are no purchases."),
        "extreme": _("Have the largest amounts in rejected.csv checked against the invoices."),
    }[reason]


def rows_of(cleaning: Cleaning, *reasons: str) -> int:
    """Count the rows that were set aside for any of some reasons."""
    ledger = cleaning.ledger
    return int(ledger.loc[ledger["reason"].isin(reasons), "rows"].sum())
