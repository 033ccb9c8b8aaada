"""Transactions cleaned: each row is kept, or rejected for the first reason that applies."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from segkit.clean.facts import believed_prefixes, extreme_limit, wanted_currency
from segkit.clean.fates import (
    REASON,
    RETURN,
    check_orders,
    first_reasons,
    later_reasons,
    prepare,
)
from segkit.clean.netting import (
    KEPT_AMOUNT,
    drop_returns,
    keep_as_sent,
    keep_returns,
    mark_returns,
    net_returns,
)
from segkit.clean.result import Cleaning
from segkit.clean.rules import Choices, CleaningRules, check_choices
from segkit.clean.set_aside import part_set_aside, with_set_aside
from segkit.collect.frames import Frame, as_ibis, discard, freed_on_failure, kind_of, materialize
from segkit.collect.reading import RawRows

_WHO = "clean_transactions"


def clean_transactions(
    orders: Frame | RawRows,
    *,
    returns: str = "net",
    duplicates: str = "drop",
    zero_amounts: str = "drop",
    until: date | str | None = None,
    currency: str | None = None,
    extreme: str | float = "list",
    rules: CleaningRules = CleaningRules(),  # noqa: B008 (frozen)
) -> Cleaning:
    """Clean transactions, and account for every row.

    Use it between reading and counting: revenue, frequency and recency are wrong where
    returns, copies, test accounts and free goods count as purchases. A row is kept, or
    rejected for the first of these reasons that applies:

    1. ``unreadable_date``, ``unreadable_amount``: a text was sent that is no date, no number
    2. ``placeholder_customer`` (``NULL``, ``-``, ``未知``: a word for nothing),
       ``missing_customer``, ``missing_date``, ``missing_amount``
    3. ``test_account``: the customer id names itself a test, see ``rules``
    4. ``future_date`` (after ``until``), ``too_early`` (before 1900, see ``rules``)
    5. ``duplicate``: all columns of the source are those of another row; one of them stays
    6. ``other_currency``: not in ``currency``; ``missing_currency``: none is named, beside rows
       in several. Where all others are in one, such a row is taken to be in it too
    7. ``zero_amount``: nothing was paid or the quantity is 0: free goods, adjustments
    8. returns, as ``returns`` says
    9. ``extreme``, where ``extreme`` says so

    Parameters
    ----------
    orders : RawRows, or pandas, polars, pyarrow or Ibis table
        Canonical transactions with their types; values may be missing. What
        :func:`read_raw_transactions` gives is best given whole: then rows that the reader set
        aside are accounted for too, as ``empty_row`` and ``total_row``. Columns
        ``segkit_raw_<name>`` hold the text as sent where a value could not be read,
        ``segkit_row`` the row in the source. It is computed once, where the data lie.
    returns : {"net", "keep", "drop"}
        A return has a negative amount or quantity, ``is_return``, or a cancellation's order
        number (see ``rules``). ``"net"`` takes its money off an earlier purchase of the same
        customer, and product where both name one: the latest with that much left, the same
        order first, else the latest together. What is left is kept; a purchase repaid in full
        is ``returned``, the return ``return_netted``, ``return_partly_netted`` (more came back
        than was paid) or ``unmatched_return``. ``"keep"`` keeps returns as negative lines;
        ``"drop"`` rejects them as ``return`` and leaves purchases as they are.
    duplicates : {"drop", "keep"}
        Equal rows without order number or time of day may be purchases: then keep them.
    zero_amounts : {"drop", "keep"}
        Rows with amount 0 or quantity 0.
    until : date or str, optional
        The last day that counts. Default: today.
    currency : str, optional
        ISO code of the currency to keep. Without it all rows must be in one.
    extreme : {"list", "drop"} or float
        ``"list"`` keeps extreme amounts and lists them in ``.extremes``; ``"drop"`` rejects
        them. A number, in the currency of the amounts, rejects what is above it.
    rules : CleaningRules
        What counts as a test account, a cancellation, too early and extreme.

    Returns
    -------
    Cleaning
        ``.kept``, ``.rejected``, ``.changed``, ``.extremes``, ``.ledger``.

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or currencies are mixed and none chosen.
    ArgumentError
        If an argument is outside its rule.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["a", "a", None, "b"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-09", "2024-01-02", "2024-01-05"]),
    ...     "amount": [10.0, -4.0, 3.0, 5.0],
    ...     "product_id": ["tea", "tea", "tea", "tea"],
    ... })
    >>> cleaning = clean_transactions(orders, until="2024-01-31")
    >>> cleaning.kept[["customer_id", "amount"]]
      customer_id  amount
    0           a     6.0
    1           b     5.0
    >>> cleaning.rejected[["segkit_row", "reason", "amount"]]
       segkit_row            reason  amount
    0           2     return_netted    -4.0
    1           3  missing_customer     3.0
    """
    choices = check_choices(
        _WHO,
        {
            "returns": returns,
            "duplicates": duplicates,
            "zero_amounts": zero_amounts,
            "until": until,
            "currency": currency,
            "extreme": extreme,
            "rules": rules,
        },
    )
    given, aside = part_set_aside(orders)
    table = as_ibis(given, function=_WHO, argument="orders")
    check_orders(_WHO, table)
    # Counted before anything is judged: a row that gets lost on the way is found at the end.
    rows_in = int(table.count().to_pyarrow().as_py()) + sum(len(one.rows) for one in aside)
    made: list[ir.Table] = []
    try:
        judged = _judge(prepare(table, numbered=kind_of(given) != "ibis"), choices, made)
        judged = materialize(with_set_aside(judged, aside))
    finally:
        for intermediate in made:
            discard(intermediate)
    with freed_on_failure(judged):
        judged, limit = _judge_extremes(judged, choices)
        return Cleaning.of(judged, given, choices, limit, rows_in)


def _judge(table: ir.Table, choices: Choices, made: list[ir.Table]) -> ir.Table:
    """Give every row its fate, but for those of extreme amounts; add what was computed for it."""
    first = first_reasons(table, choices)
    wanted = wanted_currency(first, choices, _WHO)
    marked = mark_returns(first, believed_prefixes(first, choices.rules.cancelled_prefixes))
    later = later_reasons(marked, choices, wanted)
    if choices.returns == "net" and _any_return(marked):
        return net_returns(later, made)
    # Without a return there is nothing to net, and no window to compute.
    ways = {"net": keep_as_sent, "keep": keep_returns, "drop": drop_returns}
    return ways[choices.returns](later)


def _judge_extremes(judged: ir.Table, choices: Choices) -> tuple[ir.Table, float | None]:
    """Reject extreme amounts where that was chosen, and give their limit."""
    limit = extreme_limit(judged, choices)
    if choices.rejects_extremes and limit is not None:
        above = judged[REASON].isnull() & (judged[KEPT_AMOUNT] > limit)
        judged = judged.mutate(**{REASON: ibis.ifelse(above, "extreme", judged[REASON])})
    return judged, limit


def _any_return(table: ir.Table) -> bool:
    live = table.filter(table[REASON].isnull())
    return bool(live[RETURN].any().to_pyarrow().as_py())
