"""Rows of a file that are none of its table, such as totals: they too came in, and are rejected."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from segkit.clean.fates import REASON
from segkit.collect.files.part import SetAside
from segkit.collect.frames import Frame
from segkit.collect.reading import RawRows
from segkit.schema import ROW


def part_set_aside(orders: Frame | RawRows) -> tuple[Frame, tuple[SetAside, ...]]:
    """Give the table to clean, and what its reader set aside before."""
    return (orders.table, orders.set_aside) if isinstance(orders, RawRows) else (orders, ())


def with_set_aside(judged: ir.Table, aside: Sequence[SetAside]) -> ir.Table:
    """Add rows that were set aside by their number and reason; nothing else of them is known."""
    if not aside:
        return judged
    numbers = [row for one in aside for row in one.rows]
    reasons = [one.reason for one in aside for _row in one.rows]
    held = ibis.memtable(pa.table({ROW: pa.array(numbers, pa.int64()), REASON: reasons}))
    kinds = {name: kind.copy(nullable=True) for name, kind in judged.schema().items()}
    columns = {
        name: held[name].cast(kind) if name in {ROW, REASON} else ibis.null(kind)
        for name, kind in kinds.items()
    }
    # In the order of the file, as every list of its rows is.
    return judged.cast(kinds).union(held.select(**columns)).order_by(ROW)
