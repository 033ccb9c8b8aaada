"""Lazy tables computed once, for as long as several questions are asked of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import ibis.expr.types as ir

from segkit.collect.frames import materialize


@contextlib.contextmanager
def computed_once(*tables: ir.Table) -> Iterator[tuple[ir.Table, ...]]:
    """Hold tables of a local DuckDB as temporary ones inside a ``with`` block.

    Any other engine may hold more than it could keep twice, so there a table stays a query.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> lazy = ibis.memtable(pd.DataFrame({"amount": [1.5]}))
    >>> with computed_once(lazy) as (held,):
    ...     float(held.amount.sum().execute())
    1.5
    """
    with contextlib.ExitStack() as stack:
        yield tuple(_held(table, stack) for table in tables)


def _held(table: ir.Table, stack: contextlib.ExitStack) -> ir.Table:
    backend = table.get_backend()
    if backend.name != "duckdb":
        return table
    held = materialize(table)
    place = held.op().namespace
    where = (place.catalog, place.database)
    stack.callback(backend.drop_table, held.op().name, database=where, force=True)
    return held
