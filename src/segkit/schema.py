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
    """One canonical column: its name, kind, unit and meaning.

    ``nothing`` is what a computed column says of a customer to whom nothing happened: 0
    complaints, the state ``"none"``; None where nothing can be said of such a customer.
    """

    name: str
    kind: str  # text, date, number, integer, flag
    unit: str
    meaning: str
    required: bool = False
    nothing: int | float | str | bool | None = None


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
    Column(
        "n_orders",
        "integer",
        "orders",
        "distinct orders, or rows where no order id is known",
        nothing=0,
    ),
    Column("n_days", "integer", "days", "days with at least one purchase", nothing=0),
    Column("revenue", "number", "currency", "sum of amounts", nothing=0.0),
    Column("recency_days", "integer", "days", "days from the last purchase to as_of"),
    Column("mean_order_value", "number", "currency", "revenue / n_orders"),
    Column("frequency", "integer", "days", "repeat purchase days: n_days - 1", nothing=0),
    Column("recency", "integer", "days", "days from the first to the last purchase"),
    Column("T", "integer", "days", "days from the first purchase to as_of"),
    Column(
        "monetary_value",
        "number",
        "currency",
        "mean spend of a repeat purchase day, 0 without one",
        nothing=0.0,
    ),
)

#: What ``segkit.features`` computes beside the summary, by the kind of table it comes from.
PEOPLE_FEATURES: tuple[Column, ...] = (
    Column("age", "integer", "years", "full years on the day of the table"),
    Column("age_known", "flag", "", "whether the age is known", nothing=False),
    Column("tenure_years", "number", "years", "time since the customer joined"),
    Column("gender", "text", "", "female, male or other"),
    Column("city_tier", "integer", "", "tier of the city, 1 (largest) to 5"),
    Column("is_domestic", "flag", "", "whether the customer lives in the home country"),
    Column("is_member", "flag", "", "whether the customer has a member level"),
    Column("n_employees", "integer", "employees", "employees of a company, lower end of a band"),
    Column("industry_group", "text", "", "industry in few groups: manufacturing, finance …"),
)

INTERACTION_FEATURES: tuple[Column, ...] = (
    Column("n_interactions", "integer", "times", "what the customer did", nothing=0),
    Column("n_opens", "integer", "times", "e-mails and messages opened", nothing=0),
    Column("n_views", "integer", "times", "pages and contents viewed", nothing=0),
    Column("n_events", "integer", "times", "events taken part in", nothing=0),
    Column("n_responses", "integer", "times", "likes, comments, shares and posts", nothing=0),
    Column("n_logins", "integer", "times", "logins and visits to the app", nothing=0),
    Column("n_calls", "integer", "times", "calls and questions to the service", nothing=0),
    Column("n_other", "integer", "times", "interactions of a kind segkit does not know", nothing=0),
    Column("n_troubles", "integer", "times", "failed payments, fees and the like", nothing=0),
    Column("n_active_days", "integer", "days", "days with an interaction", nothing=0),
    Column("last_interaction_days", "integer", "days", "days since the last interaction"),
)

COMPLAINT_FEATURES: tuple[Column, ...] = (
    Column("n_complaints", "integer", "complaints", "complaints made", nothing=0),
    Column("worst_outcome", "text", "", "worst outcome: refused, open or settled"),
    Column("complaint_state", "text", "", "refused, open, settled or none", nothing="none"),
    Column("lowest_rating", "number", "points, 1 to 5", "lowest rating of a service"),
    Column("rating_state", "text", "", "negative, positive or none", nothing="none"),
    Column("lowest_survey_rating", "number", "points, 1 to 5", "lowest answer to a survey"),
    Column("survey_state", "text", "", "negative, positive or none", nothing="none"),
    Column("last_complaint_days", "integer", "days", "days since the last complaint"),
)

ANSWER_FEATURES: tuple[Column, ...] = (
    Column("n_answers", "integer", "answers", "questions answered", nothing=0),
    Column("nps_score", "integer", "points, 0 to 10", "willingness to recommend"),
    Column("nps_group", "text", "", "promoter, passive, detractor or unasked", nothing="unasked"),
)

BASKET_FEATURES: tuple[Column, ...] = (
    Column("favorite_category", "text", "", "product group with the most money"),
    Column("favorite_category_share", "number", "", "its share of the customer's money, 0 to 1"),
    Column("n_categories", "integer", "product groups", "product groups bought", nothing=0),
    Column("favorite_channel", "text", "", "channel with the most money"),
    Column("favorite_channel_share", "number", "", "its share of the customer's money, 0 to 1"),
    Column("n_channels", "integer", "channels", "channels used", nothing=0),
    Column("first_channel", "text", "", "channel of the first purchase"),
    Column("last_channel", "text", "", "channel of the last purchase"),
    Column("return_share", "number", "", "share of lines that are returns, 0 to 1"),
    Column("mean_unit_price", "number", "currency", "mean price of a piece"),
    Column("price_level", "number", "", "own prices against the median of the product group"),
    Column("bargain_share", "number", "", "share of lines below the product's usual price, 0 to 1"),
)

BALANCE_FEATURES: tuple[Column, ...] = (
    Column("average_assets", "number", "currency", "daily-average assets", nothing=0.0),
    Column("n_accounts", "integer", "accounts", "accounts with a balance", nothing=0),
    Column("n_household", "integer", "people", "customers of the household"),
    Column("household_assets", "number", "currency", "daily-average assets of all of them"),
    Column(
        "family_assets",
        "number",
        "currency",
        "household_assets where two or more live together, else 0",
        nothing=0.0,
    ),
)

CUSTOMER_FEATURES: tuple[Column, ...] = (
    *PEOPLE_FEATURES,
    *INTERACTION_FEATURES,
    *COMPLAINT_FEATURES,
    *ANSWER_FEATURES,
    *BASKET_FEATURES,
    *BALANCE_FEATURES,
)


def names(table: tuple[Column, ...], *, required: bool | None = None) -> list[str]:
    """List the column names of a canonical table, optionally only (un)required ones."""
    return [c.name for c in table if required is None or c.required is required]


def column_of(name: str) -> Column | None:
    """Find what a column of the customer table means; None for a column of the user's own."""
    known = (*CUSTOMER_SUMMARY, *CUSTOMER_FEATURES, *CUSTOMERS)
    return next((column for column in known if column.name == name), None)
