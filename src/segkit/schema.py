"""Canonical tables: the columns segkit works on, what they mean and their units.

Every reader ends in one of these tables and every computation starts from one, so a
column name means the same thing in every file of the kit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: Beside the canonical columns: the row in the source, counted from 1 below the header.
ROW = "segkit_row"
#: Before a column's name: the text as it was sent, where a value could not be read.
RAW = "segkit_raw_"
#: No business date is before this day: such are the zeros of other systems.
EARLIEST = date(1900, 1, 1)


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
    Column("unit_price", "number", "currency", "what one piece was sold for"),
    Column("product_id", "text", "", "which product"),
    Column("category", "text", "", "product group"),
    Column("channel", "text", "", "where the purchase was made"),
    Column("region", "text", "", "region of the purchase"),
    Column("cost", "number", "currency", "what the line cost the seller"),
    Column("currency", "text", "", "ISO 4217 code of the amounts"),
    Column("is_return", "flag", "", "whether the line is a return"),
)

CUSTOMERS: tuple[Column, ...] = (
    Column("customer_id", "text", "", "the customer, one row each", required=True),
    Column("joined_at", "date", "", "when the customer registered or opened the first account"),
    Column("name", "text", "", "name of the person or company"),
    Column("phone", "text", "", "telephone number"),
    Column("email", "text", "", "e-mail address"),
    Column("gender", "text", "", "gender as recorded"),
    Column("birth_date", "date", "", "day of birth"),
    Column("birth_year", "integer", "year", "year of birth"),
    Column("age", "number", "years", "age when the table was made"),
    Column("age_band", "text", "", "age as a band, where no number is known"),
    Column("income", "number", "currency", "income of the customer, a month or a year"),
    Column("income_band", "text", "", "income as a band, where no number is known"),
    Column("occupation", "text", "", "occupation"),
    Column("education", "text", "", "highest education"),
    Column("family", "text", "", "family situation: single, couple, couple with children …"),
    Column("household_id", "text", "", "who lives together"),
    Column("region", "text", "", "region or province the customer lives in"),
    Column("city", "text", "", "city the customer lives in"),
    Column("city_tier", "integer", "", "tier of the city, 1 for the largest"),
    Column("assets", "number", "currency", "assets held with the company"),
    Column("industry", "text", "", "industry of a company"),
    Column("company_size", "text", "employees", "employees of a company, a number or a band"),
)

INTERACTIONS: tuple[Column, ...] = (
    Column("customer_id", "text", "", "who acted", required=True),
    Column("occurred_at", "date", "", "when it happened", required=True),
    Column("kind", "text", "", "what: email_open, page_view, event, like …", required=True),
    Column("channel", "text", "", "where it happened"),
    Column("content", "text", "", "what it was about, or what was written"),
)

SURVEY: tuple[Column, ...] = (
    Column("customer_id", "text", "", "who answered", required=True),
    Column("answered_at", "date", "", "when the answer was given"),
    Column("item", "text", "", "which question", required=True),
    Column("answer", "number", "points, 0 to 10", "the answer on its scale", required=True),
)

BALANCES: tuple[Column, ...] = (
    Column("customer_id", "text", "", "who holds the account", required=True),
    Column("account_id", "text", "", "which account"),
    Column("household_id", "text", "", "household of the customer"),
    Column("as_of", "date", "", "the day that the balance is of", required=True),
    Column(
        "balance", "number", "currency", "balance, or its average up to that day", required=True
    ),
    Column("product", "text", "", "kind of account"),
)

CAMPAIGNS: tuple[Column, ...] = (
    Column("customer_id", "text", "", "who was contacted, or held out", required=True),
    Column("campaign", "text", "", "which campaign, where there are several"),
    Column("contacted_at", "date", "", "when the customer was contacted"),
    Column("channel", "text", "", "how the customer was contacted"),
    Column("contacts", "integer", "contacts", "how often the customer was contacted"),
    Column("is_control", "flag", "", "whether the customer was held out as control"),
    Column("responded", "flag", "", "whether the customer did what was asked for"),
    Column("cost", "number", "currency", "what the contact cost"),
)

COMPLAINTS: tuple[Column, ...] = (
    Column("customer_id", "text", "", "who complained or rated", required=True),
    Column("occurred_at", "date", "", "when", required=True),
    Column("kind", "text", "", "what about"),
    Column("outcome", "text", "", "settled, refused or open"),
    Column("rating", "number", "points, 1 to 5", "satisfaction, 5 is best"),
    Column("channel", "text", "", "where the complaint came in"),
)

#: What a client can send, by the kind of table.
TABLES: dict[str, tuple[Column, ...]] = {
    "transactions": TRANSACTIONS,
    "customers": CUSTOMERS,
    "interactions": INTERACTIONS,
    "survey": SURVEY,
    "balances": BALANCES,
    "campaigns": CAMPAIGNS,
    "complaints": COMPLAINTS,
}

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
