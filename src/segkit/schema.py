"""Canonical tables: the columns segkit works on, what they mean and their units.

Every reader ends in one of these tables and every computation starts from one, so a
column name means the same thing in every file of the kit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One canonical column: its name, kind, unit and meaning."""

    name: str
    kind: str  # text, date, number, integer, flag
    unit: str
    meaning: str
    required: bool = False


TRANSACTIONS: tuple[Column, ...] = (
    Column("customer_id", "text", "", "who bought", required=True),
    Column("ordered_at", "date", "", "when the purchase was made", required=True),
    Column("amount", "number", "currency", "what was paid for this line or order", required=True),
    Column("order_id", "text", "", "which order the line belongs to"),
    Column("quantity", "number", "pieces", "how many pieces"),
    Column("product_id", "text", "", "which product"),
    Column("category", "text", "", "product group"),
    Column("channel", "text", "", "where the purchase was made"),
    Column("region", "text", "", "region of the purchase"),
    Column("cost", "number", "currency", "what the line cost the seller"),
    Column("is_return", "flag", "", "whether the line is a return"),
)

CUSTOMER_SUMMARY: tuple[Column, ...] = (
    Column("customer_id", "text", "", "the customer", required=True),
    Column("first_purchase", "date", "", "day of the first purchase"),
    Column("last_purchase", "date", "", "day of the last purchase"),
    Column("n_orders", "integer", "orders", "distinct orders, or rows where no order id is known"),
    Column("n_days", "integer", "days", "days with at least one purchase"),
    Column("revenue", "number", "currency", "sum of amounts"),
    Column("recency_days", "integer", "days", "days from the last purchase to as_of"),
    Column("mean_order_value", "number", "currency", "revenue / n_orders"),
    Column("frequency", "integer", "days", "repeat purchase days: n_days - 1"),
    Column("recency", "integer", "days", "days from the first to the last purchase"),
    Column("T", "integer", "days", "days from the first purchase to as_of"),
    Column(
        "monetary_value", "number", "currency", "mean spend of a repeat purchase day, 0 without one"
    ),
)


def names(table: tuple[Column, ...], *, required: bool | None = None) -> list[str]:
    """List the column names of a canonical table, optionally only (un)required ones."""
    return [c.name for c in table if required is None or c.required is required]
