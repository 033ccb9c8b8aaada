"""Which columns play which part in a prediction: each plays one."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.checks import fail
from segkit.errors import ArgumentError

#: Known only when the contact is over; in bank_marketing the length of the call in seconds.
KNOWN_LATE = ("duration", "call_duration", "call_seconds")


def check_roles(
    outcome: str | None,
    order: str | None,
    predictors: Sequence[str] | None,
    *,
    function: str,
) -> None:
    """Check that outcome, order and predictors are different columns; no data are needed.

    Raises
    ------
    ArgumentError
        If they are not, an order is named for no outcome, or one that is known only after it.
    """
    others = {"outcome": outcome, "outcome_order": order}
    if predictors is not None and not predictors:
        remedy = "Leave it out to take all that was known before."
        fail(function, "predictors", "one or more columns", [], remedy)
    if order is not None and outcome is None:
        remedy = "Name the outcome, a column of yes and no, as well."
        raise ArgumentError(
            f"{function}: outcome_order must come with an outcome; got {order!r}. {remedy}"
        )
    if outcome is not None and outcome == order:
        fail(function, "outcome_order", "another column than the outcome", order)
    if order is not None and order.casefold() in KNOWN_LATE:
        rule = "a column that tells when, not one known only after the outcome"
        fail(function, "outcome_order", rule, order, "Name a column of dates, or leave it out.")
    if "customer_id" in (predictors or ()):
        remedy = "Leave it out: it names each customer, and describes none."
        fail(function, "predictors", "columns that describe customers", "customer_id", remedy)
    for name, column in others.items():
        if column is not None and column in (predictors or ()):
            fail(function, "predictors", f"other columns than {name}", column, "Leave it out.")
