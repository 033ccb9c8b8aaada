"""Rules for clusters, and for the scheme's segments where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.segment import score_rfm
from segkit.segment.clusters import cluster_customers
from segkit.segment.natural import explain_clusters


@pytest.fixture(scope="module")
def two_kinds():
    draw = np.random.default_rng(3)
    n = 400
    often = np.arange(n) % 2 == 0
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(n)],
            "n_days": np.where(often, draw.integers(20, 30, n), draw.integers(1, 4, n)),
            "recency_days": np.where(often, draw.integers(1, 20, n), draw.integers(200, 300, n)),
            "revenue": draw.gamma(2, 50, n),
        }
    )


def test_clusters_are_explained_by_their_own_features(two_kinds):
    clusters = cluster_customers(two_kinds, features=["n_days", "recency_days"], max_k=3)
    rules = explain_clusters(clusters, score_rfm(two_kinds), two_kinds)
    assert len(clusters.definition.segments) == 2
    assert rules.definition.name == "kmeans_2_rules"
    assert rules.fidelity.value == 1.0
    assert set(rules.definition.inputs) <= {"n_days", "recency_days"}


def test_where_there_are_none_the_segments_of_the_scheme_are(two_kinds):
    clusters = cluster_customers(two_kinds, features=["revenue"], k=1)
    rules = explain_clusters(clusters, score_rfm(two_kinds), two_kinds)
    assert rules.definition.name == "rfm_cn8_rules"
    assert set(rules.definition.inputs) <= {"n_days", "recency_days", "revenue"}


def test_clusters_have_names_that_people_say(two_kinds):
    clusters = cluster_customers(two_kinds, features=["n_days", "recency_days"], max_k=3)
    names = set(clusters.segmentation.profile["name"])
    assert {name.lower() for name in names} <= {
        "buying often, seen lately", "seen lately, buying often",
        "long silent, buying rarely", "buying rarely, long silent",
    }  # fmt: skip
    own = {"n_days": "visits", "recency_days": "silence"}
    named = cluster_customers(two_kinds, features=own, max_k=3)
    assert any("visits" in name for name in named.segmentation.profile["name"])
