"""The same cleaning on Spark: each row has the same fate there, and stays there."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.clean import clean_transactions
from segkit.synthetic import make_cosmetics

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Made-up lines with copies, gaps, returns, test accounts and a late date."""
    lines = make_cosmetics(150, seed=3)["transactions"].reset_index(drop=True)
    lines = lines.assign(customer_id=lines["customer_id"].astype("str"))
    returned = lines.iloc[::9].assign(is_return=True)
    returned["amount"] = -returned["amount"].abs()
    returned["quantity"] = -returned["quantity"].abs()
    returned["ordered_at"] += pd.Timedelta(days=5)
    lines = pd.concat([lines, returned, lines.iloc[:7]], ignore_index=True)
    lines.loc[::31, "customer_id"] = None
    lines.loc[::37, "amount"] = 0.0
    lines.loc[5, "customer_id"] = "TEST9"
    lines.loc[6, "ordered_at"] = pd.Timestamp("2999-12-31")
    # Spark reads microseconds, not the nanoseconds of pandas.
    return lines.assign(
        ordered_at=lines["ordered_at"].astype("datetime64[us]"),
        segkit_row=range(1, len(lines) + 1),
    )


@pytest.mark.parametrize("returns", ["net", "keep", "drop"])
def test_each_row_has_the_same_fate(spark, orders, tmp_path, returns):
    path = tmp_path / "orders.parquet"
    orders.to_parquet(path)
    table = spark.read_parquet(str(path), table_name=f"orders_{returns}")
    there = clean_transactions(table, returns=returns, until="2030-01-01")
    here = clean_transactions(orders, returns=returns, until="2030-01-01")
    assert isinstance(there.kept, ibis.Table), "nothing but counts may leave Spark"
    pd.testing.assert_frame_equal(there.ledger, here.ledger, rtol=1e-9)
    columns = ["segkit_row", "reason", "why"]
    found = there.rejected.select(columns).to_pandas().sort_values("segkit_row")
    expected = here.rejected[columns]
    pd.testing.assert_frame_equal(found.reset_index(drop=True), expected, check_dtype=False)
    assert there.extreme_limit == pytest.approx(here.extreme_limit)
    assert here.rows_rejected > 20
