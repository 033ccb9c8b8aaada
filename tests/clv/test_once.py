"""Tables are computed once where that is cheap, and nothing is left behind."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.clv import once, validate_clv
from segkit.clv.once import computed_once

DAYS = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "models": "mbg_nbd"}


@pytest.fixture
def stored(cdnow_sample, tmp_path):
    cdnow_sample.to_parquet(tmp_path / "orders.parquet")
    con = ibis.duckdb.connect()
    return con, con.read_parquet(tmp_path / "orders.parquet", table_name="orders")


def held(con) -> list[str]:
    return con.con.execute("SELECT table_name FROM duckdb_tables()").fetchall()


def test_holds_a_table_inside_the_block_only(stored):
    con, orders = stored
    with computed_once(orders.filter(orders.amount > 20), orders) as (dear, again):
        assert dear.count().execute() < again.count().execute() == orders.count().execute()
        assert len(held(con)) == 2
    assert held(con) == []


def test_drops_the_table_after_an_error(stored):
    con, orders = stored
    with pytest.raises(ValueError, match="stop"), computed_once(orders):
        raise ValueError("stop")
    assert held(con) == []


def test_a_check_leaves_nothing_in_the_users_database_and_forecasts_on(stored, check):
    con, orders = stored
    found = validate_clv(orders, **DAYS)
    assert held(con) == []
    want = check.table.query("model == 'mbg_nbd'").reset_index(drop=True)
    pd.testing.assert_frame_equal(found.table, want, rtol=1e-9)
    assert found.models["mbg_nbd"].predict().count().execute() == 2357


def test_another_engine_stays_lazy(monkeypatch):
    class Elsewhere:
        name = "snowflake"

    table = ibis.memtable(pd.DataFrame({"amount": [1.0]}))
    monkeypatch.setattr(type(table), "get_backend", lambda self: Elsewhere())
    monkeypatch.setattr(once, "materialize", lambda table: pytest.fail("it was computed"))
    with computed_once(table) as (same,):
        assert same is table
