"""The ledger: rows, customers and amounts by fate, in one pass over the judged rows."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.clean.fates import AMOUNT, CUSTOMER, QUANTITY, REASON
from segkit.clean.netting import KEPT_AMOUNT, KEPT_QUANTITY
from segkit.clean.words import REASONS

_COLUMNS = ["reason", "rows", "customers", "amount"]


def is_changed(table: ir.Table) -> Any:
    """Tell rows whose amount or quantity is not what was sent."""
    moved = (table[AMOUNT] != table[KEPT_AMOUNT]) | (table[QUANTITY] != table[KEPT_QUANTITY])
    # Without a quantity the comparison of amounts alone is the answer.
    return moved.fill_null(False)


def make_ledger(judged: ir.Table, rows_in: int) -> pd.DataFrame:
    """Count what came in, each reason, what was kept and what of it was changed.

    ``rows_in`` was counted before a row was judged; here it could not be wrong.
    """
    fate = ibis.ifelse(
        judged[REASON].isnull(), ibis.ifelse(is_changed(judged), "changed", "kept"), judged[REASON]
    )
    table = judged.mutate(segkit_fate=fate)
    groups = _rows(
        table.group_by("segkit_fate").agg(
            rows=table.count(),
            customers=table[CUSTOMER].nunique(),
            amount=table[AMOUNT].sum(),
            kept=table[KEPT_AMOUNT].sum(),
        )
    )
    kept = table.filter(table[REASON].isnull())
    n_kept = _rows(kept.agg(customers=kept[CUSTOMER].nunique()))[0]["customers"]
    whole = _rows(table.agg(customers=table[CUSTOMER].nunique(), amount=table[AMOUNT].sum()))[0]
    by_fate = {row["segkit_fate"]: row for row in groups}
    return _table(by_fate, {**whole, "rows": rows_in}, n_kept)


def _table(by_fate: dict[str, Any], whole: dict[str, Any], n_kept: int) -> pd.DataFrame:
    empty = {"rows": 0, "customers": 0, "amount": 0.0, "kept": 0.0}
    as_sent, changed = by_fate.get("kept", empty), by_fate.get("changed", empty)
    rows = [("rows_in", whole["rows"], whole["customers"], whole["amount"])]
    for reason in REASONS:
        found = by_fate.get(reason, empty)
        rows.append((reason, found["rows"], found["customers"], found["amount"]))
    n_rows = as_sent["rows"] + changed["rows"]
    rows.append(("kept", n_rows, n_kept, (as_sent["kept"] or 0.0) + (changed["kept"] or 0.0)))
    taken = (changed["amount"] or 0.0) - (changed["kept"] or 0.0)
    rows.append(("changed", changed["rows"], changed["customers"], taken))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.fillna({"amount": 0.0}).astype(
        {"rows": "int64", "customers": "int64", "amount": "float64"}
    )


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    return list(table.to_pyarrow().to_pylist())
