"""What a column of the customer table is called, and how its values are written, for readers."""

from __future__ import annotations

import math
from typing import Any

from segkit.i18n import (
    N_,
    _,
    count_days,
    format_money,
    format_number,
    format_percent,
    get_language,
    localized,
)
from segkit.schema import CUSTOMER_SUMMARY, TABLES

#: Names of columns as they stand above a table; a column of the client's keeps its own name.
_LABELS = {
    "recency_days": N_("Days since last purchase"),
    "n_orders": N_("Purchases"),
    "n_days": N_("Purchase days"),
    "revenue": N_("Revenue"),
    "mean_order_value": N_("Mean order value"),
    "frequency": N_("Repeat purchase days"),
    "recency": N_("Days from first to last purchase"),
    "T": N_("Days since first purchase"),
    "monetary_value": N_("Spend on a repeat purchase day"),
    "age": N_("Age"),
    "gender": N_("Gender"),
    "income": N_("Income"),
    "income_band": N_("Income band"),
    "age_band": N_("Age band"),
    "occupation": N_("Occupation"),
    "education": N_("Education"),
    "family": N_("Family situation"),
    "region": N_("Region"),
    "city": N_("City"),
    "city_tier": N_("City tier"),
    "assets": N_("Assets held"),
    "industry": N_("Industry"),
    "company_size": N_("Company size"),
    "nps_score": N_("Willingness to recommend"),
    "n_interactions": N_("Interactions"),
    "n_responses": N_("Likes, comments and shares"),
    "n_events": N_("Events taken part in"),
    "n_views": N_("Contents viewed"),
    "n_opens": N_("Messages opened"),
    "industry_group": N_("Industry"),
    "n_employees": N_("Employees"),
    "is_member": N_("Member"),
    "is_domestic": N_("From the home country"),
    "tenure_years": N_("Years as customer"),
    "favorite_category": N_("Favorite product group"),
    "favorite_channel": N_("Favorite channel"),
    "n_categories": N_("Product groups bought"),
    "return_share": N_("Share of returns"),
    "price_level": N_("Price level"),
    "country": N_("Country"),
    "member_level": N_("Member level"),
    "marital_status": N_("Marital status"),
    "household_size": N_("Household size"),
    "home_ownership": N_("Home ownership"),
    "kids_count": N_("Children"),
}
#: What all customers bring is 销售额; what one of them spent is 消费金额, never 收入, their income.
_IN_FULL = {"revenue": {"en": "Revenue", "zh": "消费金额"}}
_UNITS = {
    column.name: column.unit for table in (*TABLES.values(), CUSTOMER_SUMMARY) for column in table
}


def feature_label(name: str) -> str:
    """Name a column in the current language; one that segkit does not know keeps its name.

    Examples
    --------
    >>> feature_label("recency_days"), feature_label("steps_per_day")
    ('Days since last purchase', 'steps_per_day')
    """
    if name in _IN_FULL:
        return localized(_IN_FULL[name])
    return _(_LABELS[name]) if name in _LABELS else name


def feature_unit(name: str) -> str:
    """Give the unit of a canonical column; empty for others and for plain numbers."""
    return _UNITS.get(name, "")


def inside_label(name: str) -> str:
    """Name a column as it stands inside a sentence: ``Revenue`` → ``revenue``, ``RFM`` stays."""
    label = feature_label(name)
    plain = get_language() == "en" and name in _LABELS and label[1:2].islower()
    return label[0].lower() + label[1:] if plain else label


def feature_value(name: str, value: Any) -> str:
    """Write a value of a column with its unit, in the current language.

    Examples
    --------
    >>> feature_value("recency_days", 12.0), feature_value("age", 34.31)
    ('12 days', '34.3')
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return str(value)
    if math.isnan(value):
        return "–"
    unit = _UNITS.get(name, "")
    if unit == "currency":
        return format_money(value)
    if unit == "days":
        return count_days(value) if float(value).is_integer() else _days(value)
    if unit == "share":
        return format_percent(value)
    return format_number(value, 0 if float(value).is_integer() else _decimals(value))


def _days(value: float) -> str:
    return _("{n} days").format(n=format_number(value, 1))


def _decimals(value: float) -> int:
    return 1 if abs(value) >= 1 else 2
