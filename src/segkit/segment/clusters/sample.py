"""Choose the customers that a method is fitted to, and bring only these to Python."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd
from ibis.common.exceptions import OperationNotDefinedError

from segkit.errors import DataError
from segkit.schemes.cutoffs import HUGE


def draw_sample(
    table: ir.Table, kinds: Mapping[str, str], size: int, seed: int, function: str
) -> tuple[pd.DataFrame, int]:
    """Fetch at most ``size`` customers who have all features, and count all of them.

    The choice is by a hash of id and seed: neither the order of rows nor the engine matters.
    Rows come sorted by id.
    """
    complete = table.select("customer_id", *kinds)
    for name, kind in kinds.items():
        column = complete[name]
        if kind == "number":
            complete = complete.mutate(**{name: column.cast("float64")})
            complete = complete.filter(complete[name].abs() < HUGE)
        complete = complete.filter(complete[name].notnull())
    n = int(complete.count().to_pyarrow().as_py())
    if not n:
        raise DataError(
            f"{function}: features must be known together for one customer at least; got none "
            f"with all of {', '.join(kinds)}. Leave out a feature that is mostly missing."
        )
    frame = fetch_at_most(complete, size, seed, too_many=n > size)
    key = frame["customer_id"].astype(str)
    return frame.iloc[key.argsort(kind="stable")].reset_index(drop=True), n


def fetch_at_most(complete: ir.Table, size: int, seed: int, *, too_many: bool) -> pd.DataFrame:
    """Fetch all customers, or ``size`` of them where that is too many: the same each time."""
    if not too_many:
        return complete.to_pyarrow().to_pandas()
    text = complete["customer_id"].cast("string") + f":{seed}"
    try:
        lot = complete.mutate(segkit_lot=text.hexdigest("md5"))
        chosen = lot.order_by("segkit_lot", "customer_id").limit(size).drop("segkit_lot")
        return chosen.to_pyarrow().to_pandas()
    except OperationNotDefinedError:
        # An engine without hashes: the first ids are as good where these say nothing.
        return complete.order_by("customer_id").limit(size).to_pyarrow().to_pandas()
