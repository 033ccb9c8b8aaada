"""Shares of a value, summed in the engine: of customers under a condition, of the top ones."""

from __future__ import annotations

import math
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_columns, check_number, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError
from segkit.uncertainty import Share, TopShare, share_of_sum


def share_of_value(customers: Frame, condition: Any, *, value: str = "revenue") -> Share:
    """Give the share of a value that customers under a condition bring.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer.
    condition : callable
        From the Ibis table to a boolean column: ``lambda t: t.n_days == 1``.
    value : str
        The column that is shared out, in currency; its total above 0.

    Returns
    -------
    Share
        With the 95 % interval of :func:`segkit.uncertainty.share_of_sum`.

    Raises
    ------
    DataError
        If the column is missing or its total is not above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": ["a", "b"], "revenue": [3.0, 1.0]})
    >>> share_of_value(people, lambda t: t.revenue > 2).value
    0.75
    """
    table, amount = _amounts("share_of_value", customers, value)
    return _ratio("share_of_value", table, condition(table).ifelse(amount, 0.0), amount)


def share_of_top(customers: Frame, top: float = 0.2, *, value: str = "revenue") -> TopShare:
    """Give the share of a value that the top customers bring, with its interval.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer.
    top : float
        Share of customers, highest value first, between 0 and 1.
    value : str
        The column that ranks customers and is shared out, in currency.

    Returns
    -------
    TopShare
        As read from the Lorenz curve. The interval takes into account that the border of
        the top moves with the sample: a customer above the border ``b`` counts
        ``value - b``, and all count ``top * b`` (Cowell & Victoria-Feser 2003,
        Distribution-free inference for welfare indices under complete and incomplete
        information).

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": list("abcde"), "revenue": [60.0, 20, 10, 5, 5]})
    >>> round(share_of_top(people, 0.4).value, 2)
    0.8
    """
    check_number("share_of_top", "top", top, low=0, high=1, low_open=True)
    table, amount = _amounts("share_of_top", customers, value)
    n = int(table.count().to_pandas())
    # The border is the last customer who is in the top at least in part: with this border
    # the sum below is exact also where ``top`` does not end at a whole customer.
    rank = max(1, math.ceil(round(top * n, 9)))
    ranked = table.select(amount=amount).order_by(ibis.desc("amount"))
    border = float(ranked.limit(1, offset=rank - 1).to_pyarrow()["amount"][0].as_py() or 0.0)
    above = (amount > border).ifelse(amount - border, 0.0)
    share = _ratio("share_of_top", table, above + top * border, amount)
    return TopShare(share.value, share.low, share.high, top)


def _amounts(function: str, customers: Frame, value: str) -> tuple[ir.Table, Any]:
    table = as_ibis(customers, function=function, argument="customers")
    check_columns(function, table.columns, [value])
    return table, table[value].cast("float64")


def _ratio(function: str, table: ir.Table, part: Any, whole: Any) -> Share:
    rows = table.select(part=part, whole=whole)
    # Three products carry the variance: sum((p - s·w)²) = pp - 2·s·pw + s²·ww.
    sums = rows.agg(
        p=rows.part.sum(),
        w=rows.whole.sum(),
        pp=(rows.part * rows.part).sum(),
        pw=(rows.part * rows.whole).sum(),
        ww=(rows.whole * rows.whole).sum(),
    )
    p, w, pp, pw, ww = sums.to_pandas().fillna(0.0).iloc[0].astype(float)
    if w <= 0:
        rule = "a column with a total above 0"
        remedy = "A share of nothing, or of a loss, has no meaning: check the amounts."
        fail(function, "value", rule, w, remedy, error=DataError)
    share = p / w
    return share_of_sum(p, w, pp - 2 * share * pw + share**2 * ww)
