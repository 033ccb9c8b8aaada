from __future__ import annotations

import pandas as pd
import pytest

from segkit.features import gather_customers
from segkit.groups import build_groups, example_groups


@pytest.mark.parametrize("name", ["cosmetics_orders", "hotel_stays"])
def test_the_examples_can_be_built(name):
    table = gather_customers(name).table
    found = build_groups(table, example_groups(table.columns))
    assert 3 <= len(found.conditions) <= 5
    assert (found.profile["n_customers"] > 0).any()


def test_a_table_without_a_column_to_ask_for_is_one_group():
    groups = example_groups(["customer_id"])
    assert groups == {"All customers": "customer_id is not null"}
    found = build_groups(pd.DataFrame({"customer_id": ["a", "b"]}), groups)
    assert found.profile["n_customers"].tolist() == [2]
