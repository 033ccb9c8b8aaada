"""Frames of any kind in, the same kind out; the work in between is Ibis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
from ibis.common.exceptions import OperationNotDefinedError, UnsupportedOperationError

from segkit.checks import check_rows_per_customer, fail
from segkit.errors import DataError

#: A pandas, polars or pyarrow table in memory, or an Ibis table anywhere.
Frame = Any
#: What begins so is segkit's own: row numbers, texts that could not be read, columns of work.
MARK = "segkit_"


def kind_of(frame: Frame) -> str:
    """Name the kind of a frame: ``"pandas"``, ``"polars"``, ``"pyarrow"``, ``"ibis"`` or ``""``."""
    if isinstance(frame, ir.Table):
        return "ibis"
    if isinstance(frame, pd.DataFrame):
        return "pandas"
    # Asking the type for its home keeps polars an optional package.
    home, name = type(frame).__module__.partition(".")[0], type(frame).__name__
    if home == "polars" and name in {"DataFrame", "LazyFrame"}:
        return "polars"
    return "pyarrow" if home == "pyarrow" and name == "Table" else ""


def is_frame(value: object) -> bool:
    """Tell whether a value is a table of a kind segkit reads."""
    return bool(kind_of(value))


def as_ibis(frame: Frame, *, function: str = "as_ibis", argument: str = "frame") -> ir.Table:
    """See a frame of any kind as an Ibis table, without changing or copying an Ibis one.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, polars.LazyFrame, pyarrow.Table or ibis.Table
    function, argument : str
        Who asks, for the wording of an error.

    Returns
    -------
    ibis.Table

    Raises
    ------
    DataError
        If it is no table, or a column mixes types that no engine can hold.

    Examples
    --------
    >>> import pandas as pd
    >>> as_ibis(pd.DataFrame({"amount": [1.5]})).columns
    ('amount',)
    """
    kind = kind_of(frame)
    if not kind:
        rule = "a pandas, polars, pyarrow or Ibis table"
        fail(function, argument, rule, frame, "Read files with read_transactions.", error=DataError)
    if kind == "ibis":
        return frame
    if kind == "pandas":
        return _pandas_as_ibis(frame, function)
    lazy = hasattr(frame, "collect_schema")
    names = frame.collect_schema().names() if lazy else frame.schema.names
    _check_names([str(name) for name in names], function)
    return ibis.memtable(frame)


def _check_names(names: list[str], function: str) -> None:
    """Refuse names that no engine keeps apart: to it, Paid and paid are one column."""
    names = [name for name in names if not name.startswith(MARK)]
    for place, name in enumerate(names, start=1):
        if not name.strip():
            rule, remedy = "not empty", f"Name column {place}."
            fail(function, "column names", rule, name, remedy, error=DataError)
        twin = next((one for one in names[: place - 1] if one.lower() == name.lower()), None)
        if twin is not None:
            rule = "different, letter case put aside"
            both = f"{twin}, {name}"
            fail(function, "column names", rule, both, "Rename one of them.", error=DataError)


def _pandas_as_ibis(frame: pd.DataFrame, function: str) -> ir.Table:
    # An index is pandas' own business; engines know columns only.
    plain = frame.reset_index(drop=True)
    for name in plain.columns:
        if not isinstance(name, str):
            fail(function, "column names", "text", name, "Rename the column.", error=DataError)
        if list(plain.columns).count(name) > 1:
            remedy = "Rename one of them."
            fail(function, "column names", "different", name, remedy, error=DataError)
    _check_names(list(plain.columns), function)
    for name in plain.columns:
        column = plain[name]
        if isinstance(column.dtype, pd.PeriodDtype):
            plain[name] = column.dt.to_timestamp()
        elif isinstance(column.dtype, pd.DatetimeTZDtype):
            # The day of a purchase is the day on the wall of the shop, not that of Greenwich.
            plain[name] = column.dt.tz_localize(None)
        elif isinstance(column.dtype, pd.CategoricalDtype):
            plain[name] = column.astype(column.cat.categories.dtype)
        elif column.dtype == object and pd.api.types.infer_dtype(column) in {
            "mixed",
            "mixed-integer",
        }:
            # Ids read from spreadsheets mix 12 and "A12"; as text both stay what they were.
            plain[name] = column.map(str, na_action="ignore")
    return ibis.memtable(plain)


def own_columns(table: ir.Table) -> list[str]:
    """List the columns of a table that are the client's."""
    return [name for name in table.columns if not name.startswith(MARK)]


def like(table: ir.Table, original: Frame) -> Frame:
    """Give an Ibis table back in the kind of ``original``; an Ibis one stays lazy."""
    kind = kind_of(original)
    if kind == "pandas":
        # Through Arrow: Ibis' own way to pandas takes twice as long for a million rows.
        return table.to_pyarrow().to_pandas(date_as_object=False)
    if kind == "polars":
        return table.to_polars()
    return table.to_pyarrow() if kind == "pyarrow" else table


def fetch(table: ir.Table, function: str) -> list[dict[str, Any]]:
    """Run an aggregation where the customers are, and bring its few rows to Python.

    Raises
    ------
    DataError
        If the engine lacks what it takes, as SQLite and MySQL lack the median.
    """
    try:
        return list(_as_declared(table).to_pyarrow().to_pylist())
    except (OperationNotDefinedError, UnsupportedOperationError) as err:
        engine = table.get_backend().name
        raise DataError(
            f"{function}: customers must be in an engine with medians and quantiles; "
            f"got {engine!r}. Pass table.to_pandas(), or run scheme_sql's statement there."
        ) from err


def _as_declared(table: ir.Table) -> ir.Table:
    """Have the engine itself give each number in the type that Ibis says it has.

    PostgreSQL averages whole numbers, and adds them up, to ``numeric`` of more digits than a
    float takes. ``Column.cast`` leaves out a cast to the type that Ibis believes in already.
    """
    numbers = {name: kind for name, kind in table.schema().items() if kind.is_numeric()}
    return table.mutate(
        **{name: ops.Cast(table[name], to=kind).to_expr() for name, kind in numbers.items()}
    )


def check_one_row_each(
    table: ir.Table, *, function: str, remedy: str = "Keep one row per customer."
) -> None:
    """Check that a table has one row per ``customer_id``, so that nobody counts twice.

    Raises
    ------
    DataError
        If a customer has several rows, or a row no customer.

    Examples
    --------
    >>> check_one_row_each(ibis.memtable({"customer_id": ["a", "a"]}), function="apply_scheme")
    Traceback (most recent call last):
    ...
    segkit.errors.DataError: apply_scheme: customer_id must be present and different in every row; \
    got '2 rows for 1 customers'. Keep one row per customer.
    """
    counts = table.aggregate(rows=table.count(), customers=table.customer_id.nunique())
    check_rows_per_customer(function, **fetch(counts, function)[0], remedy=remedy)


def materialize(table: Frame) -> Frame:
    """Compute a lazy Ibis table once, where its data lie; give any other frame back as it is.

    Use it before several analyses of one table, so that each does not compute it anew.

    Examples
    --------
    >>> import pandas as pd
    >>> lazy = as_ibis(pd.DataFrame({"amount": [1.5]})).mutate(double=ibis._.amount * 2)
    >>> materialize(lazy).to_pandas()
       amount  double
    0     1.5     3.0
    """
    if kind_of(table) != "ibis":
        return table
    backend = table.get_backend()
    if backend.name != "duckdb":
        return table.cache()
    # Ibis' own cache drops its table while Python shuts down, and then complains aloud.
    name = ibis.util.gen_name("segkit")
    try:
        return backend.create_table(name, table, temp=True)
    except BaseException:
        # What was computed until then stays.
        _drop(backend, name)
        raise


def _drop(backend: Any, name: str) -> None:
    backend.raw_sql(f'DROP TABLE IF EXISTS temp.main."{name}"')


@contextmanager
def freed_on_failure(table: ir.Table) -> Iterator[None]:
    """Drop a table that :func:`materialize` made, should the block fail."""
    try:
        yield
    except BaseException:
        backend: Any = table.get_backend()
        if backend.name == "duckdb":
            _drop(backend, table.op().name)
        raise


def discard(table: ir.Table) -> None:
    """Drop a table that :func:`materialize` made, once what was made of it is computed."""
    backend: Any = table.get_backend()
    if backend.name == "duckdb":
        backend.raw_sql(f'DROP TABLE IF EXISTS temp.main."{table.op().name}"')
