"""Customers with the same history are one pattern: fit and forecast patterns, not people.

A million customers are some hundred thousand distinct (frequency, recency, T). They are
counted where the data lies, through Ibis, and forecasts go back by joining on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns
from segkit.clv.arrays import UNIT_DAYS, Array
from segkit.collect.frames import Frame, as_ibis, kind_of, like
from segkit.errors import DataError
from segkit.schema import ROW

HISTORY = ("frequency", "recency", "T")


@dataclass(frozen=True)
class Patterns:
    """Distinct histories, times in days, with the number of customers of each."""

    frequency: Array
    recency: Array
    T: Array
    weights: Array

    @property
    def n_customers(self) -> int:
        """Customers behind the patterns."""
        return int(self.weights.sum())

    def __len__(self) -> int:
        """Count the patterns."""
        return len(self.weights)

    def in_unit(self, time_unit: str) -> tuple[Array, Array, Array]:
        """Frequency, recency and T, the times in ``"day"``, ``"week"`` or ``"month"``."""
        days = UNIT_DAYS[time_unit]
        return self.frequency, self.recency / days, self.T / days


def compress_patterns(customers: Frame, *, function: str = "compress_patterns") -> Patterns:
    """Count the customers of each distinct purchase history.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer with ``frequency`` (repeat purchase days), ``recency`` and
        ``T`` (days), as :func:`segkit.customers.summarize_customers` gives them.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    Patterns
        Sorted, so that the order of the rows makes no difference anywhere.

    Raises
    ------
    DataError
        If a column is missing, or a history cannot be: a missing or negative number,
        ``recency`` beyond ``T``, a repeat purchase without ``recency``.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame(
    ...     {"frequency": [0, 0, 2], "recency": [0, 0, 14], "T": [30, 30, 21]})
    >>> compress_patterns(customers).weights.tolist()
    [2.0, 1.0]
    """
    table = as_ibis(customers, function=function, argument="customers")
    remedy = "summarize_customers makes them from transactions."
    check_columns(function, table.columns, HISTORY, remedy=remedy)
    counts = count_distinct(table, HISTORY, function=function)
    x, t_x, T, weights = (counts[name].to_numpy(float) for name in (*HISTORY, "weight"))
    _check_history(function, x, t_x, T, weights)
    return Patterns(x, t_x, T, weights)


def count_distinct(table: ir.Table, columns: tuple[str, ...], *, function: str) -> pd.DataFrame:
    """Count the rows of each distinct combination of number columns, sorted."""
    wrong = [name for name in columns if not table[name].type().is_numeric()]
    if wrong:
        held = ", ".join(f"{name} ({table[name].type()})" for name in wrong)
        raise DataError(f"{function}: columns must hold numbers; got {held}. Convert them first.")
    keys = {name: table[name].cast("float64") for name in columns}
    counts = table.group_by(**keys).agg(weight=table.count().cast("float64")).execute()
    return counts.sort_values(list(columns), ignore_index=True)


def _check_history(function: str, x: Array, t_x: Array, T: Array, weights: Array) -> None:
    numbers = np.isfinite(x) & np.isfinite(t_x) & np.isfinite(T)
    faults = {
        "a missing frequency, recency or T": ~numbers,
        "a frequency that is no whole number of at least 0": numbers & ((x < 0) | (x % 1 != 0)),
        "recency or T below 0": numbers & ((t_x < 0) | (T < 0)),
        "recency beyond T": numbers & (t_x > T),
        "recency above 0 without a repeat purchase": numbers & (x == 0) & (t_x > 0),
        "a repeat purchase with recency of 0": numbers & (x > 0) & (t_x == 0),
    }
    found = [
        f"{what} (customers: {weights[rows].sum():,.0f})"
        for what, rows in faults.items()
        if rows.any()
    ]
    if found:
        raise DataError(
            f"{function}: customers must have possible histories; got {'; '.join(found)}. "
            "summarize_customers makes frequency, recency and T from transactions."
        )


def join_back(
    customers: Frame, forecast: pd.DataFrame, columns: dict[str, ir.Value | ibis.Deferred]
) -> Frame:
    """Join one forecast per pattern back to the customers, in the engine.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        With ``customer_id`` and the columns of ``HISTORY``.
    forecast : pandas.DataFrame
        ``HISTORY`` in days, and the forecast columns.
    columns : dict
        Columns of the result, as Ibis expressions over both tables.

    Returns
    -------
    table of the kind of ``customers``
        In the order of ``customers``; lazy and in no order for Ibis.
    """
    table, ordered = as_ibis(customers), kind_of(customers) != "ibis"
    if ordered:
        table = table.mutate(**{ROW: ibis.row_number()})
    right = ibis.memtable(forecast.rename(columns={name: f"{name}_key" for name in HISTORY}))
    same = [table[name].cast("float64") == right[f"{name}_key"] for name in HISTORY]
    joined = table.left_join(right, same)
    if ordered:
        joined = joined.order_by(ROW)
    return like(joined.select(**columns), customers)
