from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from segkit.errors import DataError
from segkit.figures import plot_segment_spread, segment_spread


@pytest.mark.parametrize("column", ["recency_days", "revenue"])
def test_quartiles_are_those_of_pandas(rfm, customers, column):
    found = segment_spread(rfm, customers, column=column).table.set_index("segment")
    merged = rfm.customers.merge(customers, on="customer_id")
    for share, name in [(0.25, "lower"), (0.5, "median"), (0.75, "upper")]:
        by_hand = merged.groupby("segment")[column].quantile(share)
        assert found[name].to_dict() == pytest.approx(by_hand.to_dict())
    assert found["n_customers"].sum() == 23_570


def test_the_title_names_both_ends(rfm, customers):
    caption = plot_segment_spread.describe(segment_spread(rfm, customers))
    first, last = caption.data.iloc[0], caption.data.iloc[-1]
    assert caption.title == (
        f"Median days since the last purchase: {first['median']:.0f} ({first['name']}) "
        f"to {last['median']:.0f} ({last['name']})"
    )


@pytest.mark.parametrize("column", ["recency_days", "revenue", "n_days"])
def test_nothing_overlaps(rfm11, customers, column, look):
    texts = look(plot_segment_spread, segment_spread(rfm11, customers, column=column))
    assert texts.count("Champions") == 2


def test_hostile_names(hostile, look):
    table = hostile.profile[["segment", "name", "n_customers"]].assign(
        lower=np.arange(8.0), median=np.arange(8.0) + 1, upper=np.arange(8.0) + 2
    )
    look(plot_segment_spread, SimpleNamespace(table=table, column="$x$ <b>"))


def test_what_cannot_be_spread(rfm, customers):
    with pytest.raises(DataError, match=r"missing column recency_day \(nearest: recency_days\)"):
        segment_spread(rfm, customers, column="recency_day")
    with pytest.raises(DataError, match="customers must have values in revenue"):
        segment_spread(rfm, customers.assign(revenue=np.nan), column="revenue")
