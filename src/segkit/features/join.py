"""All that is known of a customer on one row."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, fail, listed
from segkit.collect.frames import MARK, Frame, as_ibis, kind_of
from segkit.errors import DataError
from segkit.features.canonical import given_back
from segkit.schema import column_of

_WHO = "join_features"
_UNLISTED = ("nothing", "unknown")
_LISTED = f"{MARK}listed"


def join_features(customers: Frame, *tables: Frame, unlisted: str = "nothing") -> Frame:
    """Put the features of several tables on one row per customer.

    The customers are those of the first table: people who never bought are kept if it is a
    table of people, and are left out if it is a summary of purchases.

    A customer whom a table does not list is read as one to whom nothing happened: a table of
    complaints lists all complaints. Then numbers of times are 0, money is 0, states are
    ``"none"``, and what cannot be said of such a customer – a rating, the days since – stays
    null (``segkit.schema.Column.nothing`` has the values). Where a table covers only some of
    the customers, say users of the app, join it with ``unlisted="unknown"``: then nothing is
    known of the others, and all is null.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, with ``customer_id``.
    *tables : pandas, polars, pyarrow or Ibis table
        Tables of this room, or others with one row per ``customer_id``.
    unlisted : {"nothing", "unknown"}
        What is so of a customer whom a table does not list.

    Returns
    -------
    table of the kind of ``customers``, lazy for Ibis
        The columns of ``customers``, then those of each table; sorted by ``customer_id``
        (not in Ibis).

    Raises
    ------
    DataError
        If ``customer_id`` is missing or of another type, two tables have a column of one
        name, or a table in memory has several rows of a customer.
    ArgumentError
        If ``unlisted`` is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"customer_id": ["a", "b"], "revenue": [10.0, 20.0]})
    >>> told = pd.DataFrame({"customer_id": ["b"], "n_complaints": [1], "lowest_rating": [2.0]})
    >>> join_features(customers, told)
      customer_id  revenue  n_complaints  lowest_rating
    0           a     10.0             0            NaN
    1           b     20.0             1            2.0
    """
    check_choice(_WHO, "unlisted", unlisted, _UNLISTED)
    joined = _with_customers(customers, "customers")
    for i, frame in enumerate(tables, start=1):
        table = _with_customers(frame, f"table {i}")
        _check_fits(joined, table, i)
        joined = _joined(joined, table, fill=unlisted == "nothing")
    return given_back(joined, customers)


def _joined(left: ir.Table, right: ir.Table, *, fill: bool) -> ir.Table:
    # What a listed customer's row leaves open stays open.
    listed_here = right.mutate(**{_LISTED: ibis.literal(True)})
    found = left.left_join(listed_here, "customer_id").drop("customer_id_right")
    nothing = {}
    for name in right.columns:
        column = column_of(name)
        if fill and column is not None and column.nothing is not None:
            nothing[name] = ibis.ifelse(found[_LISTED].isnull(), column.nothing, found[name])
    return found.mutate(**nothing).drop(_LISTED)


def _with_customers(frame: Frame, argument: str) -> ir.Table:
    table = as_ibis(frame, function=_WHO, argument=argument)
    check_columns(_WHO, table.columns, ["customer_id"])
    if kind_of(frame) != "ibis":
        # A lazy table is not computed for this; those of this room have one row each.
        ids = table.customer_id
        counts = table.agg(rows=table.count(), ids=ids.nunique() + ids.isnull().any().cast("int64"))
        rows, different = counts.to_pyarrow().to_pylist()[0].values()
        if rows != different:
            rule, value = "with one row per customer_id", f"{rows - different:,} rows too many"
            fail(_WHO, argument, rule, value, "Summarize it first.", error=DataError)
    return table


def _check_fits(left: ir.Table, right: ir.Table, i: int) -> None:
    ids, others = left.customer_id.type(), right.customer_id.type()
    if ids.is_string() != others.is_string():
        rule, remedy = f"of the type {ids}, as in customers", "Convert it first."
        fail(_WHO, f"customer_id of table {i}", rule, str(others), remedy, error=DataError)
    # Engines do not tell columns apart by letter case.
    taken = {name.lower() for name in left.columns}
    twice = [name for name in right.columns if name != "customer_id" and name.lower() in taken]
    if twice:
        rule, remedy = "of columns that are not there yet", "Rename or drop them."
        fail(_WHO, f"table {i}", rule, listed(twice), remedy, error=DataError)
