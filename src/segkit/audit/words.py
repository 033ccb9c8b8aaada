"""Columns, checks and faults in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from segkit.collect.values.forms import is_personal, n_digits
from segkit.i18n import _, format_date, format_number, ngettext


def column_word(name: str) -> str:
    """Name a canonical column as a client does, in the current language; others as they are.

    Examples
    --------
    >>> column_word("customer_id"), column_word("会员等级")
    ('customer number', '会员等级')
    """
    return (_order_words() | _person_words() | _event_words()).get(name, name)


def _order_words() -> dict[str, str]:
    return {
        "customer_id": _("customer number"),
        "ordered_at": _("day of purchase"),
        "amount": _("amount paid"),
        "order_id": _("order number"),
        "quantity": _("pieces"),
        "unit_price": _("price per piece"),
        "product_id": _("product number"),
        "category": _("product group"),
        "channel": _("channel"),
        "region": _("region"),
        "cost": _("cost"),
        "currency": _("currency"),
        "is_return": _("return or not"),
    }


def _person_words() -> dict[str, str]:
    return {
        "joined_at": _("day of joining"),
        "name": _("name"),
        "phone": _("telephone"),
        "email": _("e-mail"),
        "gender": _("gender"),
        "birth_date": _("date of birth"),
        "birth_year": _("year of birth"),
        "age": _("age"),
        "age_band": _("age band"),
        "income": _("income"),
        "income_band": _("income band"),
        "occupation": _("occupation"),
        "education": _("education"),
        "family": _("family"),
        "household_id": _("household"),
        "city": _("city"),
        "city_tier": _("city tier"),
        "assets": _("assets"),
        "industry": _("industry"),
        "company_size": _("company size"),
    }


def _event_words() -> dict[str, str]:
    return {
        "occurred_at": _("day of the event"),
        "kind": _("kind"),
        "content": _("content"),
        "answered_at": _("day of the answer"),
        "item": _("question"),
        "answer": _("answer"),
        "account_id": _("account number"),
        "as_of": _("day of the balance"),
        "balance": _("balance"),
        "product": _("product"),
        "campaign": _("campaign"),
        "contacted_at": _("day of contact"),
        "contacts": _("contacts"),
        "is_control": _("control group or not"),
        "responded": _("responded or not"),
        "outcome": _("outcome"),
        "rating": _("rating"),
        "purpose": _("purpose of the stay"),
        "arrived_at": _("day of arrival"),
    }


def table_word(kind: str) -> str:
    """Name a kind of table in the current language."""
    return {
        "transactions": _("purchase records"),
        "customers": _("customer details"),
        "interactions": _("interaction records"),
        "survey": _("survey answers"),
        "balances": _("account balances"),
        "campaigns": _("campaign records"),
        "complaints": _("complaint records"),
    }[kind]


def word_check(check: str, conflicts: int, asked: int) -> str:
    """Say a conflict between columns in a sentence."""
    text = (_row_sentences() | _group_sentences())[check]
    return text.format(n=format_number(conflicts), asked=format_number(asked))


def _row_sentences() -> dict[str, str]:
    return {
        "amount_product": _("In {n} of {asked} rows the amount is not quantity × unit price."),
        "sign": _("In {n} of {asked} rows quantity and amount have opposite signs."),
        "return_amount": _("In {n} of {asked} returns the amount is above zero."),
        "cost_above": _("In {n} of {asked} sales the cost is above the amount."),
        "age": _("In {n} of {asked} rows the age does not fit the year of birth."),
        "age_of_day": _("In {n} of {asked} rows the age does not fit the date of birth."),
        "birth_year": _("In {n} of {asked} rows the year of birth is not that of the date."),
        "joined_unborn": _("In {n} of {asked} rows the customer joined before being born."),
        "joined_year_unborn": _(
            "In {n} of {asked} rows the customer joined before the year of birth."
        ),
        "control_contacted": _("In {n} of {asked} rows of the control group there were contacts."),
        "control_cost": _("In {n} of {asked} rows of the control group a contact cost money."),
    }


def _group_sentences() -> dict[str, str]:
    return {
        "order_customer": _("In {n} of {asked} orders there is more than one customer."),
        "order_currency": _("In {n} of {asked} orders there is more than one currency."),
        "product_category": _("For {n} of {asked} products there is more than one product group."),
        "product_name": _("For {n} of {asked} products there is more than one name."),
        "city_tier": _("For {n} of {asked} cities there is more than one tier."),
        "one_answer": _("For {n} of {asked} answers there is more than one value."),
        "one_balance": _("For {n} of {asked} accounts and days there is more than one balance."),
        "account_customer": _("For {n} of {asked} accounts there is more than one customer."),
        "customer_household": _("For {n} of {asked} customers there is more than one household."),
        "both_arms": _("For {n} of {asked} customers and campaigns both groups are given."),
    }


def shown_example(value: Any) -> str:
    """Write a value as an example; what may be somebody's is told by its length alone."""
    if not is_personal(value):
        return shown_value(value)
    if isinstance(value, str):
        n = len(value)
        text = ngettext("a text of {n} character", "a text of {n} characters", n)
        return text.format(n=format_number(n))
    n = n_digits(value)
    return ngettext("a number of {n} digit", "a number of {n} digits", n).format(n=format_number(n))


def shown_value(value: Any) -> str:
    """Write a value of a column in a sentence."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime | date):
        return format_date(value, short=True)
    if isinstance(value, str):
        return " ".join(value.split())[:40]
    number = float(value)
    if number == round(number) and abs(number) < 1e15:
        # A year of birth has no thousands to group.
        return (
            f"{number:.0f}".replace("-", "\u2212") if abs(number) < 1e4 else format_number(number)
        )
    return format_number(number, 2)
