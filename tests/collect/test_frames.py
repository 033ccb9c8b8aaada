"""Frames of all kinds: names that engines do not keep apart are refused in one sentence."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.collect import read_raw_transactions
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
