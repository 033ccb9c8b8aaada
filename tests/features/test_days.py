"""Tables of polars and Arrow hold days as days, without a time: the features are the same."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit import summarize_customers
from segkit.collect.frames import as_ibis
from segkit.features import (
    feature_notes,
    summarize_answers,
    summarize_balances,
    summarize_baskets,
    summarize_complaints,
    summarize_interactions,
)

DAYS = [date(2024, 1, 1), date(2024, 1, 11), date(2024, 1, 5)]
END = "2024-06-30"
TABLES = {
    "orders": {"ordered_at": DAYS, "amount": [10.0, 30.0, 5.0], "channel": ["app", "web", "app"]},
    "interactions": {"occurred_at": DAYS, "kind": ["view", "like", "login"]},
    "complaints": {"occurred_at": DAYS, "kind": ["complaint"] * 3, "outcome": ["open"] * 3},
    "survey": {"answered_at": DAYS, "item": ["nps"] * 3, "answer": [6.0, 9.0, 4.0]},
    "balances": {"as_of": DAYS, "balance": [5.0, 6.0, 7.0]},
}
WAYS = {
    "customers": ("orders", lambda t: summarize_customers(t)),
    "baskets": ("orders", lambda t: summarize_baskets(t, as_of=END)),
    "interactions": ("interactions", lambda t: summarize_interactions(t, as_of=END)),
    "complaints": ("complaints", lambda t: summarize_complaints(t, as_of=END)),
    "answers": ("survey", summarize_answers),
    "balances": ("balances", lambda t: summarize_balances(t, as_of="2024-02-29")),
}


def frame_of(name: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": ["a", "a", "b"], **TABLES[name]})


def moments_of(name: str) -> pd.DataFrame:
    frame = frame_of(name)
    days = [column for column in frame if isinstance(frame[column].iloc[0], date)]
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in days})


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.from_pandas, pa.Table.from_pandas, ibis.memtable],
    ids=["pandas", "polars", "arrow", "ibis"],
)  # fmt: skip
@pytest.mark.parametrize("way", WAYS)
def test_days_give_what_moments_give(way, make):
    name, summarize = WAYS[way]
    expected = summarize(moments_of(name))
    found = as_ibis(summarize(make(frame_of(name)))).order_by("customer_id").to_pandas()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_notes_read_days():
    table = pl.from_pandas(frame_of("interactions").assign(kind=["view", "??", "??"]))
    assert len(feature_notes(as_of=END, interactions=table)) == 1
