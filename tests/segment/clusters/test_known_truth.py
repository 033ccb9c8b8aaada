"""The made-up bank and cosmetics brand: true segments come back, or none where none are."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.segment.clusters import cluster_customers
from segkit.synthetic import BankPopulation, make_banking, make_cosmetics


def shares_of_use(separation: float) -> tuple[pd.DataFrame, pd.Series]:
    """What each customer's card payments go to and come from, and the true behaviour."""
    population = BankPopulation(separation=separation)
    made = make_banking(1200, seed=3, tables=["transactions"], population=population)
    paid = made.tables["transactions"]
    counts = [pd.crosstab(paid["customer_id"], paid[name]) for name in ("category", "channel")]
    enough = counts[0].sum(axis=1) >= 12
    shares = [table[enough].div(table[enough].sum(axis=1), axis=0) for table in counts]
    frame = pd.concat(shares, axis=1).rename_axis(None, axis=1).reset_index()
    truth = made.truth["customers"].set_index("customer_id")["behavior"]
    return frame, truth.reindex(frame["customer_id"])


@pytest.mark.parametrize("method", ["kmeans", "hierarchical"])
def test_the_banks_behaviours_come_back(method):
    frame, truth = shares_of_use(1.0)
    result = cluster_customers(frame, method=method, max_k=6)
    told = result.segmentation.customers.set_index("customer_id")["segment"]
    known = truth.notna()
    assert result.chosen.k == 4
    agreement = adjusted_rand_score(truth[known], told.reindex(truth.index)[known])
    assert agreement >= 0.9


def test_where_all_behave_alike_there_are_none():
    frame, _truth = shares_of_use(0.0)
    result = cluster_customers(frame, max_k=6)
    assert result.chosen.reason == "separation"
    assert result.segmentation.profile["n_customers"].tolist() == [len(frame)]


def test_price_and_quality_minded_women_come_back():
    made = make_cosmetics(1500, seed=3, tables=["survey"])
    answers = made.tables["survey"].pivot_table("answer", "customer_id", "item")
    items = [name for name in answers if name.startswith(("price", "quality"))]
    result = cluster_customers(
        answers.reset_index().rename_axis(None, axis=1), features=items, max_k=6
    )
    truth = made.truth["customers"].set_index("customer_id")["orientation"]
    told = result.segmentation.customers.set_index("customer_id")["segment"]
    assert result.chosen.k == 2
    assert adjusted_rand_score(truth.reindex(told.index), told) >= 0.9
