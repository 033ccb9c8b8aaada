"""Do the values of a table agree with each other? Checks by the kind of table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.collect.frames import own_columns
from segkit.collect.values.currencies import in_codes
from segkit.collect.values.value_rules import fits, is_missing
from segkit.schema import TABLES

#: Prices are rounded to the cent, so that a product may be off by half a cent a piece.
_CENT = 0.01
_DAYS_OF_YEAR = 365.25


@dataclass(frozen=True)
class RowCheck:
    """Something that must hold within a row; ``bad`` tells of the rows where all is known."""

    name: str
    columns: tuple[str, ...]
    bad: Callable[[ir.Table, date], Any]
    #: Rows that are asked at all, besides having a value in each column.
    asked: Callable[[ir.Table], Any] | None = None

    def is_asked(self, table: ir.Table) -> Any:
        """Tell which rows the check can be asked of."""
        asked = self.asked(table).fill_null(False) if self.asked else ibis.literal(True)
        for column in self.columns:
            asked = asked & ~is_missing(table[column])
        return asked


@dataclass(frozen=True)
class GroupCheck:
    """Rows of one key must agree in another column, or there must be one row of the key."""

    name: str
    key: tuple[str, ...]
    column: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that take part."""
        return (*self.key, self.column) if self.column else self.key


Check = RowCheck | GroupCheck


def _is_no_product(table: ir.Table, today: date) -> Any:
    quantity = table.quantity.cast("float64")
    product = quantity * table.unit_price.cast("float64")
    room = _CENT + _CENT / 2 * quantity.abs()
    return (table.amount.cast("float64") - product).abs() > room


def _has_wrong_sign(table: ir.Table, today: date) -> Any:
    quantity, amount = table.quantity, table.amount
    return ((quantity < 0) & (amount > 0)) | ((quantity > 0) & (amount < 0))


def _is_wrong_age(table: ir.Table, today: date) -> Any:
    # The birthday of the year may lie ahead, and the table may be of the year before.
    return (today.year - table.birth_year - table.age).abs() > 2


def _is_wrong_age_of_day(table: ir.Table, today: date) -> Any:
    days = ibis.literal(today).delta(table.birth_date.cast("date"), unit="day")
    return (days / _DAYS_OF_YEAR - table.age).abs() > 2


def _flagged(table: ir.Table, column: str) -> Any:
    return table[column].cast("int64") == 1


_ROWS: dict[str, tuple[RowCheck, ...]] = {
    "transactions": (
        RowCheck("amount_product", ("amount", "quantity", "unit_price"), _is_no_product),
        RowCheck("sign", ("amount", "quantity"), _has_wrong_sign),
        RowCheck(
            "return_amount",
            ("amount", "is_return"),
            lambda t, today: t.amount > 0,
            lambda t: _flagged(t, "is_return"),
        ),
        RowCheck(
            "cost_above",
            ("amount", "cost"),
            lambda t, today: t.cost > t.amount,
            lambda t: t.amount > 0,
        ),
    ),
    "customers": (
        RowCheck("age", ("birth_year", "age"), _is_wrong_age),
        RowCheck("age_of_day", ("birth_date", "age"), _is_wrong_age_of_day),
        RowCheck(
            "birth_year",
            ("birth_date", "birth_year"),
            lambda t, today: t.birth_date.year() != t.birth_year,
        ),
        RowCheck(
            "joined_unborn",
            ("joined_at", "birth_date"),
            lambda t, today: t.joined_at.cast("date") < t.birth_date.cast("date"),
        ),
        RowCheck(
            "joined_year_unborn",
            ("joined_at", "birth_year"),
            lambda t, today: t.joined_at.year() < t.birth_year,
        ),
    ),
    "campaigns": (
        RowCheck(
            "control_contacted",
            ("is_control", "contacts"),
            lambda t, today: t.contacts > 0,
            lambda t: _flagged(t, "is_control"),
        ),
        RowCheck(
            "control_cost",
            ("is_control", "cost"),
            lambda t, today: t.cost > 0,
            lambda t: _flagged(t, "is_control"),
        ),
    ),
}

_GROUPS: dict[str, tuple[GroupCheck, ...]] = {
    "transactions": (
        GroupCheck("order_customer", ("order_id",), "customer_id"),
        GroupCheck("order_currency", ("order_id",), "currency"),
        GroupCheck("product_category", ("product_id",), "category"),
    ),
    "customers": (GroupCheck("city_tier", ("region", "city"), "city_tier"),),
    "survey": (GroupCheck("one_answer", ("customer_id", "item", "answered_at")),),
    "balances": (
        GroupCheck("one_balance", ("account_id", "as_of")),
        GroupCheck("account_customer", ("account_id",), "customer_id"),
        GroupCheck("customer_household", ("customer_id",), "household_id"),
    ),
    "campaigns": (GroupCheck("both_arms", ("customer_id", "campaign"), "is_control"),),
}
#: What the name of a product is called where a table has one beside its number.
_PRODUCT_NAMES = ("product_name", "description", "商品名称", "商品名", "产品名称")


def checks_of(kind: str, table: ir.Table) -> list[Check]:
    """List the checks for which a table has the columns, in types that fit."""
    kinds = {column.name: column.kind for column in TABLES[kind]}
    usable = {
        name
        for name in own_columns(table)
        if name not in kinds
        or (fits(kinds[name], table[name].type()) and not table[name].type().is_null())
    }
    wanted: list[Check] = [*_ROWS.get(kind, ()), *_GROUPS.get(kind, ())]
    if kind == "transactions":
        names = [name for name in table.columns if name.casefold() in _PRODUCT_NAMES]
        wanted += [GroupCheck("product_name", ("product_id",), name) for name in names]
    return [check for check in wanted if set(check.columns) <= usable]


def made_on(table: ir.Table, checks: Sequence[Check]) -> date:
    """Guess the day that ages are of, where nobody tells it: half of the customers agree on it."""
    names = {check.name for check in checks}
    if not names & {"age", "age_of_day"}:
        return date.today()
    born = table.birth_year if "age" in names else table.birth_date.year()
    year = (
        table.agg(year=(born + table.age).cast("float64").median()).to_pyarrow()["year"][0].as_py()
    )
    return date.today() if year is None else date(min(max(round(year), 1), 9998), 7, 1)


def count_groups(table: ir.Table, checks: Sequence[GroupCheck]) -> dict[str, tuple[int, int]]:
    """Count the groups of each check and those that conflict, and rows sent twice: one query.

    Returns
    -------
    dict
        Name of the check to groups and conflicts; ``duplicates`` holds rows and repeated rows.
    """
    parts = [_repeated(table), *(_conflicts(table, check) for check in checks)]
    rows = (ibis.union(*parts) if len(parts) > 1 else parts[0]).to_pyarrow().to_pylist()
    return {row["name"]: (int(row["asked"]), int(row["conflicts"])) for row in rows}


def _repeated(table: ir.Table) -> ir.Table:
    rows = table.select(own_columns(table))
    different = rows.distinct().agg(n=ibis._.count())
    counted = rows.agg(asked=rows.count()).cross_join(different)
    conflicts = (counted.asked - counted.n).cast("int64")
    name = ibis.literal("duplicates")
    return counted.select(name=name, asked=counted.asked.cast("int64"), conflicts=conflicts)


def _conflicts(table: ir.Table, check: GroupCheck) -> ir.Table:
    known = [~is_missing(table[name]) for name in check.key]
    rows = table.filter(*known)
    if check.column:
        value = rows[check.column]
        if check.column == "currency" and value.type().is_string():
            value = in_codes(value)
        many = value.nunique(where=~is_missing(value)) > 1
    else:
        many = rows.count() > 1
    groups = rows.group_by(list(check.key)).agg(segkit_many=many)
    return groups.agg(
        name=ibis.literal(check.name),
        asked=groups.count().cast("int64"),
        conflicts=groups.segkit_many.cast("int64").sum().coalesce(0).cast("int64"),
    )
