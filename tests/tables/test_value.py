from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.tables import pyramid_table, top_customers_table
from segkit.value import value_pyramid


def test_the_pyramid_table(six_customers):
    pyramid = value_pyramid(six_customers, shares=(0.5, 0.5))
    table = pyramid_table(pyramid)
    assert [column.name for column in table.columns] == [
        "name", "n_customers", "customer_share", "revenue", "revenue_share", "mean_revenue",
        "threshold",
    ]  # fmt: skip
    assert table.frame["revenue"].tolist() == [200.0, 20.0]
    assert table.frame["threshold"].tolist() == [40.0, 0.0]


def test_profit_has_its_columns_and_no_bar(six_customers):
    people = six_customers.assign(gain=[5.0, -1, 9, 0, 0, 2])
    table = pyramid_table(value_pyramid(people, shares=(0.5, 0.5), profit="gain"))
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds["profit_share"] == "percent"
    assert table.frame["profit"].sum() == 15


def test_a_value_of_another_name_is_worded(six_customers):
    clv = six_customers.rename(columns={"revenue": "clv"})
    labels = [column.label for column in pyramid_table(value_pyramid(clv, value="clv")).columns]
    assert "Share of future value" in labels
    other = six_customers.rename(columns={"revenue": "points"})
    labels = [c.label for c in pyramid_table(value_pyramid(other, value="points")).columns]
    assert "Share of points" in labels


def test_top_customers_come_by_value_then_id(six_customers):
    tied = six_customers.assign(revenue=[5.0, 5, 9, 1, 1, 5])
    for frame in (tied, tied.sample(frac=1, random_state=1), pl.from_pandas(tied)):
        table = top_customers_table(frame, n=4)
        assert table.frame["customer_id"].tolist() == ["cat", "ann", "bob", "fay"]
        assert table.frame["rank"].tolist() == [1, 2, 3, 4]


def test_top_customers_of_cdnow(customers):
    table = top_customers_table(customers, n=20)
    expected = customers.sort_values("revenue", ascending=False).head(20)
    assert table.frame["customer_id"].tolist() == expected["customer_id"].tolist()
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "rank": "int", "customer_id": "text", "revenue": "money", "n_orders": "int",
        "last_purchase": "date",
    }  # fmt: skip


def test_more_customers_than_there_are_and_own_columns(six_customers):
    table = top_customers_table(six_customers, n=100, columns=["n_days", "T"])
    assert len(table.frame) == 6
    assert list(table.frame.columns) == ["rank", "customer_id", "revenue", "n_days", "T"]


def test_arguments_outside_their_rule(six_customers):
    with pytest.raises(ArgumentError, match="n must be a whole number at least 1"):
        top_customers_table(six_customers, n=0)
    with pytest.raises(ArgumentError, match="columns must be a list of column names"):
        top_customers_table(six_customers, columns="n_days")
    with pytest.raises(DataError, match=r"missing columns clv, p_aliv"):
        top_customers_table(six_customers, by="clv", columns=["p_aliv"])
    with pytest.raises(
        DataError, match="customers must be a pandas, polars, pyarrow or Ibis table"
    ):
        top_customers_table([1, 2])


def test_the_input_is_not_changed(six_customers):
    before = six_customers.copy(deep=True)
    top_customers_table(six_customers)
    pd.testing.assert_frame_equal(six_customers, before)


def test_ids_are_masked_unless_asked_for(six_customers):
    ids = top_customers_table(six_customers, n=4, show_ids=False).frame["customer_id"]
    assert ids.map(len).max() <= 3
    assert ids.str.startswith("…").all()
