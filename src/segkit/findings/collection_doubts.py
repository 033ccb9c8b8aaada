"""What a look at the rows of a collection cannot say."""

from __future__ import annotations

from segkit.audit import Audit, History
from segkit.clean import Cleaning
from segkit.collect.frames import as_ibis
from segkit.collect.values.currencies import in_codes
from segkit.findings.collection_words import LACKS, rows_of
from segkit.findings.data import data_limits
from segkit.i18n import _, format_money, format_number, ngettext
from segkit.report.elements import Limits


def collection_limits(sent: Audit, cleaning: Cleaning, history: History) -> Limits:
    """Write what a look at the rows cannot say."""
    return Limits(
        [
            *data_limits(cleaning.kept, history.n_customers),
            *_lost_customers(cleaning),
            *_copies(sent, cleaning),
            *_without_currency(cleaning),
            *_unmatched(cleaning),
            _("A value that can be read may still be wrong: a mistyped price looks like a price."),
            _(
                "A column was chosen by its name and form; that its values mean what the name "
                "says has to be confirmed by whoever exported it."
            ),
            _(
                "What the data can carry is judged by counts and columns of this one table; "
                "whether a result will be of use, a count cannot tell."
            ),
            _(
                "Personal data are searched for by column names and by the form of values; a name "
                "within free text is not found."
            ),
        ]
    )


def _lost_customers(cleaning: Cleaning) -> list[str]:
    if not rows_of(cleaning, *LACKS):
        return []
    ledger = cleaning.ledger
    amount = ledger.loc[ledger["reason"].isin(LACKS), "amount"].sum()
    text = _(
        "Purchases without a customer number, {amount} in all, are in nobody's history: customers "
        "may have bought more, and more often, than it seems."
    )
    return [text.format(amount=format_money(amount, compact=True))]


def _copies(sent: Audit, cleaning: Cleaning) -> list[str]:
    n = rows_of(cleaning, "duplicate")
    if not n or "order_id" in set(sent.table["column"]):
        return []
    text = ngettext(
        "{n} line was taken for a copy without an order number to tell; it may be a purchase.",
        "{n} lines were taken for copies without order numbers to tell; some may be purchases.",
        n,
    )
    return [text.format(n=format_number(n))]


def _without_currency(cleaning: Cleaning) -> list[str]:
    """Tell of rows kept that name no currency, where all others are in one."""
    kept = as_ibis(cleaning.kept)
    if "currency" not in kept.columns or not kept.currency.type().is_string():
        return []
    codes = kept.select(code=in_codes(kept.currency))
    found = codes.agg(n=codes.code.isnull().sum(), code=codes.code.max()).to_pyarrow().to_pylist()
    n, code = found[0]["n"], found[0]["code"]
    if not n or code is None:
        return []
    text = ngettext(
        "{n} row names no currency and is taken to be in {code}, as all others are.",
        "{n} rows name no currency and are taken to be in {code}, as all others are.",
        int(n),
    )
    return [text.format(n=format_number(int(n)), code=code)]


def _unmatched(cleaning: Cleaning) -> list[str]:
    n = rows_of(cleaning, "unmatched_return", "return_partly_netted")
    if not n:
        return []
    text = ngettext(
        "{n} return has no purchase here, or more came back than was bought: the purchase may be "
        "older than these data.",
        "{n} returns have no purchase here, or more came back than was bought: the purchases may "
        "be older than these data.",
        n,
    )
    return [text.format(n=format_number(n))]
