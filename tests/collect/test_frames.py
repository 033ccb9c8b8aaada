"""Frames of all kinds: names that engines do not keep apart are refused in one sentence."""

from __future__ import annotations

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.collect import read_raw_transactions
from segkit.collect.frames import check_one_row_each
from segkit.errors import DataError

SENT = {"customer_id": ["a"], "ordered_at": ["2024-01-01"], "amount": ["1"]}
KINDS = [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table]


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Amount", "must be different, letter case put aside; got 'amount, Amount'. Rename one"),
        ("", "must be not empty; got ''. Name column 4"),
        (" ", "must be not empty; got ' '. Name column 4"),
    ],
)
def test_names_that_no_engine_keeps_apart(make, name, rule):
    with pytest.raises(DataError, match=f"read_raw_transactions: column names {rule}"):
        read_raw_transactions(make({**SENT, name: ["2"]}))


@pytest.mark.parametrize("ids", [["a", "a", "b"], ["a", None, "b"], [None, "a", None]])
def test_several_rows_of_a_customer_or_a_row_of_none(ids):
    table = ibis.memtable({"customer_id": ids}, schema={"customer_id": "string"})
    check_one_row_each(table.filter(table.customer_id.notnull()).distinct(), function="f")
    found = f"got '3 rows for {len({*ids} - {None})} customers'. Do."
    with pytest.raises(DataError, match=f"f: customer_id must be present .*; {found}"):
        check_one_row_each(table, function="f", remedy="Do.")
