from __future__ import annotations

import pandas as pd
import pytest

from segkit.segment.missing import Missing
from segkit.segment.trees import explain_segments, fit_tree, predict_next_purchase
from segkit.tables import tree_metrics_table, tree_rules_table


@pytest.fixture(scope="module")
def model():
    visits = [i % 10 for i in range(400)]
    frame = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(400)], "visits": visits})
    return fit_tree(
        frame.assign(bought=[n >= 6 or i % 37 == 0 for i, n in enumerate(visits)]), "bought"
    )


def test_rules_of_a_model_have_probabilities(model):
    frame = tree_rules_table(model).frame
    assert list(frame["rule"]) == ["visits of 6 or more", "visits below 6"]
    assert frame["probability"].is_monotonic_decreasing


def test_rules_of_segments_have_precision(rfm, customers):
    rules = explain_segments(rfm, customers, max_depth=2)
    frame = tree_rules_table(rules).frame
    assert list(frame.columns) == ["name", "rule", "n_customers", "precision", "recall"]
    assert frame["n_customers"].sum() == rules.n_customers


def test_measures_are_in_words(model):
    frame = tree_metrics_table(model).frame
    assert frame["measure"][0] == "Ranking (AUC, 1 is perfect)"
    assert frame["value"].tolist() == model.metrics["value"].tolist()


def test_rules_of_an_outlook_have_buyers(cdnow_sample):
    outlook = predict_next_purchase(cdnow_sample)
    frame = tree_rules_table(outlook).frame
    assert list(frame["rule"]) == list(outlook.table["rule"])
    assert frame["n_customers"].sum() == 2357
    assert (frame["buyers_low"] <= frame["buyers"]).all()
    assert tree_metrics_table(outlook).frame["value"].tolist() == list(
        outlook.model.metrics["value"]
    )


def test_what_is_missing_stays_missing():
    missing = Missing("No history.")
    assert tree_rules_table(missing) is missing
    assert tree_metrics_table(missing) is missing
