"""What these data can carry: each analysis held against what is there."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segkit.audit.analyses import fact_names
from segkit.audit.carrying_result import Carrying, Filled
from segkit.audit.history import History, describe_history
from segkit.audit.result import Audit
from segkit.audit.table import audit_table
from segkit.checks import check_choice, fail
from segkit.collect.frames import Frame, is_frame
from segkit.schema import TABLES

_WHO = "carrying"


def carrying(
    tables: Frame | Audit | Mapping[str, Frame | Audit], *, history: History | None = None
) -> Carrying:
    """Tell which analyses the data can carry, which with care, and which not.

    Use it when the tables of a client are there and cleaned, and before anything is promised:
    each segmentation and model of segkit is held against the columns, customers, events and
    history that it needs. Every threshold comes with its source, a publication or a rule of
    the house with its reason, and what is lacking is said. Counts cannot tell whether a survey
    asks the right questions.

    Parameters
    ----------
    tables : table, Audit, or mapping of these
        Canonical tables by their kind: ``{"transactions": orders, "customers": people}``. A
        table alone is one of transactions. Tables are audited here; audits save the queries.
    history : History, optional
        Of the transactions. Default: described here; needed where the transactions are given
        as an audit.

    Returns
    -------
    Carrying
        ``.table`` with one row per analysis: verdict ``yes``, ``care`` or ``no``, what is
        there, what is needed and why, and what to bring; ``.summary()``.

    Raises
    ------
    ArgumentError
        If a kind is unknown, or the history is missing.
    DataError
        If something is no table, or transactions have no purchase.

    Examples
    --------
    >>> from segkit.collect import load_dataset
    >>> found = carrying(load_dataset("cdnow_sample"))
    >>> found.verdict("mbg_nbd"), found.verdict("rfm_grid"), found.verdict("profit_pyramid")
    ('yes', 'care', 'no')
    """
    given = dict(tables) if isinstance(tables, Mapping) else {_kind_of(tables): tables}
    audits: dict[str, Audit] = {}
    for kind, one in given.items():
        check_choice(_WHO, "tables", kind, list(TABLES))
        audits[kind] = one if isinstance(one, Audit) else audit_table(one, kind)
        if audits[kind].kind != kind:
            fail(_WHO, f"tables[{kind!r}]", f"an audit of {kind}", audits[kind].kind)
    orders = given.get("transactions")
    if orders is not None and history is None:
        if isinstance(orders, Audit):
            remedy = "Give describe_history(orders) along."
            fail(_WHO, "history", "the history of the audited transactions", None, remedy)
        history = describe_history(orders)
    return Carrying(count_facts(audits, history), _filled(audits))


def _kind_of(table: Frame | Audit) -> str:
    if isinstance(table, Audit):
        return table.kind
    if not is_frame(table):
        rule = "a table, an audit, or a mapping of these by kind"
        fail(_WHO, "tables", rule, table, "Write {'transactions': orders}.")
    return "transactions"


def count_facts(audits: Mapping[str, Audit], history: History | None) -> dict[str, float]:
    """Count what the analyses ask for; what is not known is 0."""
    facts = dict.fromkeys(fact_names(), 0.0)
    if history is not None:
        facts |= {
            "customers": history.n_customers,
            "repeat_customers": history.n_repeat_customers,
            "purchases": history.n_purchases,
            # First and last day are both days of it.
            "span_days": history.span_days + 1,
            "complete_months": history.complete_months,
        }
    columns = {kind: audit.table.set_index("column") for kind, audit in audits.items()}
    for fact, (kind, column) in _DISTINCT.items():
        facts[fact] = _number(columns, kind, column, "distinct")
    lines, orders = _number(columns, "transactions", "order_id", "present"), facts["orders"]
    facts["lines_per_order"] = lines / orders if orders else 0.0
    # A model of yes or no learns as much as its rarer answer has cases.
    known, again = facts["customers"], facts["repeat_customers"]
    facts["rarer_repeat"] = min(again, known - again)
    others = max(0.0, max(known, facts["people"]) - facts["complainers"])
    facts["rarer_complaint"] = min(facts["complainers"], others)
    if "campaigns" in audits:
        facts["control"], facts["contacted"] = map(float, audits["campaigns"].arms)
    return facts


#: Facts that are the number of different values of a column.
_DISTINCT = {
    "orders": ("transactions", "order_id"),
    "products": ("transactions", "product_id"),
    "categories": ("transactions", "category"),
    "people": ("customers", "customer_id"),
    "respondents": ("survey", "customer_id"),
    "items": ("survey", "item"),
    "active_people": ("interactions", "customer_id"),
    "interaction_kinds": ("interactions", "kind"),
    "complainers": ("complaints", "customer_id"),
    "holders": ("balances", "customer_id"),
    "balance_days": ("balances", "as_of"),
}


def _number(columns: Mapping[str, pd.DataFrame], kind: str, column: str, what: str) -> float:
    if kind not in columns or column not in columns[kind].index:
        return 0.0
    value = columns[kind].at[column, what]
    return 0.0 if pd.isna(value) else float(value)


def _filled(audits: Mapping[str, Audit]) -> Filled:
    """Give the share of rows in which each column is filled, by table.column."""
    return {
        f"{kind}.{row['column']}": float(row["completeness"])
        for kind, audit in audits.items()
        for row in audit.table.to_dict("records")
        if row["present"]
    }
