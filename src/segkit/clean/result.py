"""Cleaned transactions: what was kept, what was rejected and why, and the ledger of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.cells import write_csv
from segkit.checks import check_path, fail
from segkit.clean.fates import AMOUNT, CUSTOMER, MOMENT, QUANTITY, REASON, raw_text
from segkit.clean.ledger import is_changed, make_ledger
from segkit.clean.netting import KEPT_AMOUNT, KEPT_COST, KEPT_QUANTITY
from segkit.clean.rules import Choices
from segkit.clean.words import REASONS, count_rows, reason_word
from segkit.collect.frames import Frame, kind_of, like, own_columns
from segkit.i18n import (
    _,
    format_money,
    format_number,
    format_percent,
    is_currency_set,
    join_sentences,
    ngettext,
)  # fmt: skip
from segkit.schema import ROW

#: Above it, the cents of a sum say nothing.
_CENTS_BELOW = 100


@dataclass(frozen=True, eq=False)
class Cleaning:
    """Transactions of which each row is accounted for; made by ``clean_transactions``.

    Tables and sentences follow the language of :mod:`segkit.i18n` at the moment they are
    read; reasons also stand as ids, which never change.

    Attributes
    ----------
    extreme_limit : float or None
        The amount above which a line is extreme; None where nothing can be said.
    """

    extreme_limit: float | None
    _judged: ir.Table = field(repr=False)
    _original: Frame = field(repr=False)
    _choices: Choices = field(repr=False)
    _counts: pd.DataFrame = field(repr=False)

    @classmethod
    def of(
        cls,
        judged: ir.Table,
        original: Frame,
        choices: Choices,
        limit: float | None,
        rows_in: int,
    ) -> Cleaning:
        """Count the fates of judged rows, and hold that of ``rows_in`` none is lost."""
        counts = make_ledger(judged, rows_in)
        cleaning = cls(limit, judged, original, choices, counts)
        rows = cleaning.rows_kept + cleaning.rows_rejected
        if cleaning.rows_in != rows:
            raise RuntimeError(
                f"clean_transactions: {cleaning.rows_in:,} rows came in and {rows:,} are accounted "
                "for. Either the table changed meanwhile, or this is a fault of segkit."
            )
        return cleaning

    @cached_property
    def kept(self) -> Frame:
        """Rows to work with, in the kind of table that was given (Ibis stays lazy).

        The columns of the input without companions: ``customer_id`` without blanks around it,
        ``ordered_at`` timestamp, ``amount`` and ``cost`` float64; amount, quantity and cost of
        a purchase that was returned in part are what is left of it.
        """
        return like(self._kept_rows(), self._original)

    def _ordered(self, condition: Any) -> ir.Table:
        """Filter rows; those of a table in memory, where rows have an order, in that order."""
        rows = self._judged.filter(condition)
        in_memory = kind_of(self._original) != "ibis"
        return rows.order_by(ROW) if in_memory else rows

    def _kept_rows(self) -> ir.Table:
        table = self._ordered(self._judged[REASON].isnull())
        clean: dict[str, Any] = {
            "customer_id": table[CUSTOMER],
            "ordered_at": table[MOMENT],
            "amount": table[KEPT_AMOUNT],
            "cost": table[KEPT_COST],
        }
        if "quantity" in table.columns:
            own = table.quantity.type()
            pieces = table[KEPT_QUANTITY]
            clean["quantity"] = pieces.round().cast(own) if own.is_integer() else pieces
        own = own_columns(self._judged)
        return table.select(**{name: clean.get(name, table[name]) for name in own})

    @property
    def rejected(self) -> Frame:
        """Rows that were set aside, each with its reason, in the kind of table given.

        =========== ======= ===========================================================
        name        dtype   meaning
        =========== ======= ===========================================================
        segkit_row  int64   row in the source, where it was given
        reason      text    id of the reason
        why         text    the reason in words
        raw         text    what was sent, where a value could not be read
        …                   every column of the input, as it was sent (``reason_sent``
                            where a name is taken)
        =========== ======= ===========================================================
        """
        return like(self._rejected_rows(), self._original)

    def _rejected_rows(self) -> ir.Table:
        table = self._ordered(self._judged[REASON].notnull())
        words = [(table[REASON] == reason, self._word(reason)) for reason in REASONS]
        number = {ROW: table[ROW]} if ROW in table.columns else {}
        reasons = {
            "reason": table[REASON],
            "why": ibis.cases(*words, else_=table[REASON]),
            "raw": raw_text(table),
        }
        # A table of returns may have a column "reason" of its own.
        own = {f"{n}_sent" if n in reasons else n: table[n] for n in own_columns(self._judged)}
        return table.select(**{**number, **reasons, **own})

    @property
    def changed(self) -> Frame:
        """Kept rows whose amount or quantity is not what was sent, with both.

        ``segkit_row`` where known, ``customer_id``, ``ordered_at``, ``product_id`` where
        known, ``amount_sent``, ``amount_kept``, ``quantity_sent``, ``quantity_kept``.
        """
        rows = self._ordered(self._judged[REASON].isnull() & is_changed(self._judged))
        also = [name for name in (ROW, "order_id", "product_id") if name in rows.columns]
        columns = {
            **{name: rows[name] for name in also[:1] if name == ROW},
            "customer_id": rows[CUSTOMER],
            "ordered_at": rows[MOMENT],
            **{name: rows[name] for name in also if name != ROW},
            "amount_sent": rows[AMOUNT],
            "amount_kept": rows[KEPT_AMOUNT],
            "quantity_sent": rows[QUANTITY],
            "quantity_kept": rows[KEPT_QUANTITY],
        }
        return like(rows.select(**columns), self._original)

    @property
    def extremes(self) -> Frame:
        """Kept rows with an amount above ``extreme_limit``, the largest first."""
        rows = self._kept_rows()
        limit = ibis.literal(self.extreme_limit, "float64")
        found = rows.filter((rows.amount > limit).fill_null(False))
        return like(found.order_by(found.amount.desc()), self._original)

    @property
    def ledger(self) -> pd.DataFrame:
        """One row per step: what came in, each reason, what was kept, what of it was changed.

        ========= ======= ======== ======================================================
        name      dtype   unit     meaning
        ========= ======= ======== ======================================================
        reason    str              id: rows_in, a reason, kept, or changed
        why       str              the same in words
        rows      int64   rows     rows_in = kept + all reasons; changed rows are kept
        share     float64 share    of the rows that came in
        customers int64   people   different customers of these rows
        amount    float64 currency as sent; kept: as kept; changed: sent less kept
        ========= ======= ======== ======================================================
        """
        table = self._counts.copy()
        asked = table["reason"].map(self._is_asked) | (table["rows"] > 0)
        table = table[asked].reset_index(drop=True)
        table.insert(1, "why", [self._word(reason) for reason in table["reason"]])
        rows = table["rows"] / self.rows_in if self.rows_in else table["rows"] * float("nan")
        table.insert(3, "share", rows.astype("float64"))
        return table

    @property
    def table(self) -> pd.DataFrame:
        """The ledger, under the name that every result of segkit has."""
        return self.ledger

    def _is_asked(self, reason: str) -> bool:
        """Tell whether a reason could apply at all, by the choices that were made."""
        choices = self._choices
        return {
            # Of the reader of a file, not of these rules.
            "empty_row": False,
            "total_row": False,
            "duplicate": choices.duplicates == "drop",
            "zero_amount": choices.zero_amounts == "drop",
            "return": choices.returns == "drop",
            "returned": choices.returns == "net",
            "return_netted": choices.returns == "net",
            "return_partly_netted": choices.returns == "net",
            "unmatched_return": choices.returns == "net",
            "changed": choices.returns != "drop",
            "extreme": choices.rejects_extremes,
        }.get(reason, True)

    def _word(self, reason: str) -> str:
        choices = self._choices
        if reason == "changed" and choices.returns == "keep":
            reason = "turned"
        until = choices.until if choices.until_given else None
        earliest: Any = choices.rules.earliest
        return reason_word(reason, until=until, earliest=earliest)

    def _step(self, reason: str, column: str) -> Any:
        return self._counts.set_index("reason").at[reason, column]

    @property
    def rows_in(self) -> int:
        """Rows of the input."""
        return int(self._step("rows_in", "rows"))

    @property
    def rows_kept(self) -> int:
        """Rows kept, those that were changed among them."""
        return int(self._step("kept", "rows"))

    @property
    def rows_rejected(self) -> int:
        """Rows rejected, for whichever reason."""
        return int(self._counts.loc[self._counts["reason"].isin(REASONS), "rows"].sum())

    @property
    def rows_changed(self) -> int:
        """Rows kept with another amount or quantity than was sent."""
        return int(self._step("changed", "rows"))

    @property
    def amount_in(self) -> float:
        """Sum of the amounts that were sent."""
        return float(self._step("rows_in", "amount"))

    @property
    def amount_kept(self) -> float:
        """Sum of the amounts kept."""
        return float(self._step("kept", "amount"))

    @property
    def amount_rejected(self) -> float:
        """Sum of the amounts rejected, as sent: returns count negative."""
        return float(self._counts.loc[self._counts["reason"].isin(REASONS), "amount"].sum())

    @property
    def amount_changed(self) -> float:
        """What was taken off kept rows: ``amount_in = amount_kept + _rejected + _changed``."""
        return float(self._step("changed", "amount"))

    def summary(self) -> str:
        """Say in a few sentences what was kept, and what for most rows was the reason."""
        if not self.rows_in:
            return _("The table has no rows.")
        kept = ngettext(
            "{n} of one row was kept, worth {amount}.",
            "{n} of {rows} rows were kept ({share}), worth {amount}.",
            self.rows_in,
        ).format(
            n=format_number(self.rows_kept),
            rows=format_number(self.rows_in),
            share=format_percent(self.rows_kept / self.rows_in),
            amount=self._in_words(self.amount_kept),
        )
        return join_sentences([kept, *self._main_reason(), *self._changes()])

    def _main_reason(self) -> list[str]:
        found = self._counts[self._counts["reason"].isin(REASONS) & (self._counts["rows"] > 0)]
        if found.empty:
            return [_("Nothing was set aside.")]
        top = found.loc[found["rows"].idxmax()]
        text = _("Most often set aside: {why} ({rows}).")
        return [text.format(why=self._word(top["reason"]), rows=count_rows(int(top["rows"])))]

    def _changes(self) -> list[str]:
        if not self.rows_changed or self._choices.returns != "net":
            return []
        text = ngettext(
            "{n} purchase was returned in part and lowered by {amount}.",
            "{n} purchases were returned in part and lowered by {amount}.",
            self.rows_changed,
        )
        amount = self._in_words(self.amount_changed)
        return [text.format(n=format_number(self.rows_changed), amount=amount)]

    def _in_words(self, amount: float) -> str:
        """Word money in the currency that is set; where none is, as a number."""
        if is_currency_set():
            return format_money(amount, compact=True)
        return format_number(amount, 2 if abs(amount) < _CENTS_BELOW else 0)

    def write_rejected(self, path: str | Path) -> Path:
        """Write the rejected rows as CSV that a spreadsheet opens, to send back to the client.

        UTF-8 with its mark; a text that a spreadsheet would run as a formula is quoted.
        """
        target = check_path("write_rejected", "path", path)
        try:
            write_csv(self._rejected_rows(), target)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            fail("write_rejected", "path", "a file that can be written", str(path), f"{reason}.")
        return target

    def __repr__(self) -> str:
        """Show the sentences and name the next step."""
        return (
            f"{self.summary()}\n"
            "Next: summarize_customers(cleaning.kept), .ledger, .rejected, "
            ".write_rejected('rejected.csv')"
        )

    def _repr_html_(self) -> str:
        """Show the ledger as a small table."""
        heads = [_("Step"), _("Rows"), _("Share of rows"), _("Customers"), _("Amount")]
        body = []
        for row in self.ledger.itertuples(index=False):
            cells = [
                format_number(row.rows),
                format_percent(row.share),
                format_number(row.customers),
                format_money(row.amount),
            ]
            numbers = "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in cells)
            body.append(f"<tr><td>{escape(row.why)}</td>{numbers}</tr>")
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        return (
            f"<table><caption>{escape(self.summary())}</caption>"
            f"<thead><tr>{header}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        )
