"""The customers of CDNOW's sample, and one table in every kind of frame."""

from __future__ import annotations

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.customers import summarize_customers

KINDS = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "pyarrow": pa.Table.from_pandas,
    "ibis": ibis.memtable,
}


def to_pandas(table) -> pd.DataFrame:
    """Bring a result of any kind to pandas."""
    return table if isinstance(table, pd.DataFrame) else table.to_pandas()


@pytest.fixture(scope="session")
def sample_customers(cdnow_sample) -> pd.DataFrame:
    return summarize_customers(cdnow_sample, as_of="1998-06-30")


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    """A function from pandas to each kind of frame in turn."""
    return KINDS[request.param]


@pytest.fixture
def back():
    return to_pandas
