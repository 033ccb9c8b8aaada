"""The fate of each row that can be told from the row itself, or from its copies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_columns, fail
from segkit.clean.rules import Choices
from segkit.collect.files.header import UNNAMED
from segkit.collect.frames import MARK, own_columns
from segkit.collect.values.currencies import in_codes
from segkit.collect.values.forms import trimmed
from segkit.collect.values.placeholders import is_placeholder, known_text
from segkit.errors import DataError
from segkit.schema import RAW, ROW, TRANSACTIONS, names

#: Columns of the work, added to a table's own.
CUSTOMER, MOMENT, AMOUNT = "segkit_customer", "segkit_moment", "segkit_amount"
QUANTITY, REASON, RETURN = "segkit_quantity", "segkit_reason", "segkit_return"
#: An amount that is a product cannot be read where one of its factors cannot.
_AMOUNT_FROM = ("amount", "quantity", "unit_price")
_TYPES = {"date": "timestamp", "number": "float64", "integer": "int64", "flag": "boolean"}
_NUMBERS = ("amount", "quantity", "unit_price", "cost")


def check_orders(function: str, table: ir.Table) -> None:
    """Check that a table has canonical columns of their types.

    Raises
    ------
    DataError
        If a required column is missing, or a column has another type than it should.
    """
    remedy = "Rename columns, or map them with read_transactions(..., columns={...})."
    check_columns(function, table.columns, names(TRANSACTIONS, required=True), remedy=remedy)
    _check_marked(function, table)
    moment = table.ordered_at.type()
    if getattr(moment, "timezone", None):
        rule, remedy = "a date column in local time", "Convert it to the shop's own time."
        fail(function, "ordered_at", rule, str(moment), remedy, error=DataError)
    if not (moment.is_date() or moment.is_timestamp() or moment.is_null()):
        remedy = "read_transactions turns text into dates."
        fail(function, "ordered_at", "a date column", str(moment), remedy, error=DataError)
    for name in _NUMBERS:
        if name in table.columns and not (
            table[name].type().is_numeric() or table[name].type().is_null()
        ):
            kind = str(table[name].type())
            remedy = "read_transactions turns text into numbers."
            fail(function, name, "a number column", kind, remedy, error=DataError)
    if "is_return" in table.columns:
        flag = table.is_return.type()
        if not (flag.is_boolean() or flag.is_numeric() or flag.is_null()):
            rule = "a column of true and false"
            fail(function, "is_return", rule, str(flag), error=DataError)


def _check_marked(function: str, table: ir.Table) -> None:
    """Refuse columns that are named as segkit's own: they would be lost in what is kept."""
    own = (RAW, UNNAMED)
    marked = [n for n in table.columns if n.startswith(MARK) and n != ROW and not n.startswith(own)]
    if marked:
        rule = f"without names that begin with {MARK}, which are segkit's own"
        remedy = "Rename them, or leave them out."
        fail(function, "columns of orders", rule, marked, remedy, error=DataError)


def prepare(table: ir.Table, *, numbered: bool) -> ir.Table:
    """Add the values that the work is done on: ids without blanks, numbers that are numbers.

    ``numbered`` numbers the rows of a table that has no row numbers and is held in memory;
    in a database no row comes first.
    """
    table = _with_types(table)
    if numbered and ROW not in table.columns:
        table = table.mutate(**{ROW: ibis.row_number() + 1})
    clean = {
        CUSTOMER: _identity(table.customer_id),
        MOMENT: table.ordered_at.cast("timestamp"),
        AMOUNT: number(table.amount),
        QUANTITY: number(table.quantity) if "quantity" in table.columns else ibis.null("float64"),
    }
    return table.mutate(**clean)


def _with_types(table: ir.Table) -> ir.Table:
    """Give columns without any value a type: engines cannot store them without one."""
    kinds = {column.name: _TYPES.get(column.kind, "string") for column in TRANSACTIONS}
    empty = [name for name in table.columns if table[name].type().is_null()]
    typed = {name: table[name].cast(kinds.get(name, "string")) for name in empty}
    return table.mutate(**typed) if typed else table


def number(value: Any) -> Any:
    """Cast to float; what is no finite number is missing."""
    value = value.cast("float64")
    return ibis.ifelse(value.isnan() | value.isinf(), ibis.null("float64"), value)


def text(value: Any) -> Any:
    """Strip a text; an empty one is missing. Other types stay."""
    return trimmed(value) if value.type().is_string() else value


def _identity(value: Any) -> Any:
    kind = value.type()
    if not kind.is_floating():
        return known_text(value)
    # A column of whole numbers with gaps comes from pandas as floats: 17850.0 is no id.
    value = number(value)
    whole = value.cast("int64").cast("string")
    return ibis.ifelse(value == value.floor(), whole, value.cast("string"))


def first_reasons(table: ir.Table, choices: Choices) -> ir.Table:
    """Add the first reason that a row's own date, customer and amount give, else null."""
    day = table[MOMENT].date()
    # A day's grace for today: the clock here may lag behind that of the shop.
    last = choices.until + timedelta(days=0 if choices.until_given else 1)
    checks: list[tuple[Any, str]] = []
    if f"{RAW}ordered_at" in table.columns:
        unreadable = _sent(table, ["ordered_at"]).notnull()
        checks.append((table[MOMENT].isnull() & unreadable, "unreadable_date"))
    if any(RAW + name in table.columns for name in _AMOUNT_FROM):
        unreadable = _sent(table, _AMOUNT_FROM).notnull()
        checks.append((table[AMOUNT].isnull() & unreadable, "unreadable_amount"))
    if table.customer_id.type().is_string():
        checks.append((is_placeholder(table.customer_id), "placeholder_customer"))
    checks += [
        (table[CUSTOMER].isnull(), "missing_customer"),
        (table[MOMENT].isnull(), "missing_date"),
        (table[AMOUNT].isnull(), "missing_amount"),
    ]
    if choices.rules.test_accounts and table[CUSTOMER].type().is_string():
        checks.append((_is_test(table[CUSTOMER], choices.rules.test_accounts), "test_account"))
    checks += [
        (day > ibis.literal(last), "future_date"),
        (day < ibis.literal(choices.rules.earliest), "too_early"),
    ]
    return table.mutate(**{REASON: ibis.cases(*checks, else_=ibis.null("string"))})


def raw_text(table: ir.Table) -> Any:
    """Give the text as sent of the value for which a row could not be read, else null."""
    return ibis.cases(
        (table[REASON] == "unreadable_date", _sent(table, ["ordered_at"])),
        (table[REASON] == "unreadable_amount", _sent(table, _AMOUNT_FROM)),
        else_=ibis.null("string"),
    )


def _sent(table: ir.Table, columns: Sequence[str]) -> Any:
    present = [RAW + name for name in columns if RAW + name in table.columns]
    # What was sent stays as it was sent; blanks alone are nothing sent.
    sent = [
        ibis.ifelse(text(raw).isnull(), ibis.null("string"), raw)
        for raw in (table[name].cast("string") for name in present)
    ]
    return ibis.coalesce(*sent) if sent else ibis.null("string")


def _is_test(customer: Any, patterns: Sequence[str]) -> Any:
    words = [re.escape(p.lower()) for p in patterns if p.isascii()]
    parts = [re.escape(p.lower()) for p in patterns if not p.isascii()]
    if words:
        parts.append(f"(^|[^a-z])({'|'.join(words)})([^a-z]|$)")
    return customer.lower().re_search("|".join(parts))


@dataclass(frozen=True)
class Currency:
    """The code of the currency to keep, and whether rows name others beside it."""

    code: str
    several: bool


def later_reasons(table: ir.Table, choices: Choices, currency: Currency | None) -> ir.Table:
    """Add the reasons that rows without one get from their copies, currency and amount."""
    checks: list[tuple[Any, str]] = []
    if choices.duplicates == "drop":
        table = _numbered_copies(table)
        checks.append((table.segkit_copy > 0, "duplicate"))
    if currency and currency.several:
        code = in_codes(table.currency)
        checks.append((code != currency.code, "other_currency"))
        checks.append((code.isnull(), "missing_currency"))
    if choices.zero_amounts == "drop":
        checks.append(((table[AMOUNT] == 0) | (table[QUANTITY] == 0), "zero_amount"))
    if not checks:
        return table
    later = ibis.cases(*checks, else_=ibis.null("string"))
    return table.mutate(**{REASON: ibis.coalesce(table[REASON], later)})


def among(
    table: ir.Table,
    keys: ir.Table,
    work: Callable[[ir.Table], ir.Table],
    rest: Callable[[ir.Table], ir.Table],
) -> ir.Table:
    """Do ``work`` on the rows with one of ``keys``, and ``rest`` on the others.

    Windows sort what they see: most rows have no copy and no return, and need not be sorted.
    """
    by = list(keys.columns)
    done = work(table.semi_join(keys, by))
    return done.union(rest(table.anti_join(keys, by)).select(*done.columns))


def _numbered_copies(table: ir.Table) -> ir.Table:
    """Number equal lines from 0; among rows that are rejected already nobody looks."""
    live = table.filter(table[REASON].isnull())
    several = live.group_by(CUSTOMER, MOMENT, AMOUNT).agg(segkit_n=live.count())
    keys = several.filter(several.segkit_n > 1).drop("segkit_n")
    return among(
        table,
        keys,
        lambda rows: rows.mutate(segkit_copy=_copy_number(rows)),
        lambda rows: rows.mutate(segkit_copy=ibis.literal(0, "int64")),
    )


def _copy_number(table: ir.Table) -> Any:
    # As cleaned where they are; a note or a size that differs makes another line.
    cleaned = {"customer_id": CUSTOMER, "ordered_at": MOMENT, "amount": AMOUNT}
    same = [cleaned.get(name, name) for name in own_columns(table)]
    window = ibis.window(
        group_by=[table[REASON].isnull(), *(table[name] for name in same)],
        order_by=tie_breakers(table, same) or [table[CUSTOMER]],
    )
    return ibis.row_number().over(window)


def tie_breakers(table: ir.Table, without: Sequence[str] = ()) -> list[Any]:
    """Columns that put rows of one moment in one order, however the table is sorted.

    What the rows say comes before their number in the source: two rows that say the same
    may change places.
    """
    canonical = [n for n in names(TRANSACTIONS, required=False) if n in table.columns]
    others = [] if ROW in table.columns else sorted(table.columns)
    wanted = [*canonical, *(n for n in others if n not in canonical and not n.startswith(MARK))]
    first = [table[name] for name in wanted if name not in without and _sorts(table[name])]
    return [*first, *([table[ROW]] if ROW in table.columns else [])]


def _sorts(column: Any) -> bool:
    kind = column.type()
    plain = kind.is_numeric() or kind.is_string() or kind.is_boolean()
    return bool(plain or kind.is_date() or kind.is_timestamp())
