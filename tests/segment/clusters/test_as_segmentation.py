"""A clustering of each kind goes wherever a segmentation goes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit import tables
from segkit.i18n import use_language
from segkit.report.kept import RUN_FOLDER, SEGMENTS_FILE, keep_segments
from segkit.segment import Segmentation
from segkit.segment.clusters import cluster_customers
from segkit.segment.describe import describe_segments
from segkit.segment.natural import explain_clusters
from segkit.segment.stability import segment_stability
from segkit.segment.trees import explain_segments

FEATURES = {
    "kmeans": ["x", "y"],
    "gaussian_mixture": ["x", "y"],
    "hierarchical": ["x", "y"],
    "hdbscan": ["x", "y"],
    "k_prototypes": ["x", "y", "color", "member"],
    "latent_classes": ["color", "member", "tier"],
}
#: Every table of a segmentation, whichever way it was made.
TABLES = [
    "segment_profile_table", "value_by_segment_table", "segment_actions_table",
    "segment_rules_table",
]  # fmt: skip


@pytest.fixture(scope="module")
def customers(clouds) -> pd.DataFrame:
    """The clouds with what a report asks of customers, some of it unknown."""
    rng = np.random.default_rng(1)
    made = clouds.drop(columns="true").assign(
        revenue=rng.gamma(2, 50, len(clouds)) + 100 * (clouds["true"] == "c"),
        recency_days=rng.integers(0, 300, len(clouds)),
        n_days=rng.integers(1, 9, len(clouds)),
    )
    made.loc[:2, ["x", "tier"]] = np.nan
    return made.astype({"tier": "Int64"})


@pytest.fixture(scope="module", params=FEATURES)
def clustering(customers, request):
    k = "auto" if request.param == "hdbscan" else 3
    return cluster_customers(customers, features=FEATURES[request.param], method=request.param, k=k)


def test_it_is_one(clustering):
    assert isinstance(clustering, Segmentation)
    assert len(clustering.definition.segments) >= 3
    assert clustering.n_unclassified in (0, 3)
    alone = clustering.segmentation
    assert type(alone) is Segmentation
    pd.testing.assert_frame_equal(alone.profile, clustering.profile)
    pd.testing.assert_frame_equal(alone.customers, clustering.customers)


def test_its_segments_are_described_and_compared(clustering, customers):
    found = describe_segments(clustering, customers)
    assert set(found.names) == {s.id for s in clustering.definition.segments}
    assert found.summary()
    compared = clustering.compare(sk.score_rfm(customers))
    assert compared.n_matched == len(customers)
    assert compared.titles[0] == clustering.definition.label()
    assert clustering.compare(clustering.segmentation).adjusted_rand == 1
    rules = explain_segments(clustering, customers, features=clustering.definition.inputs)
    assert len(rules.rules) >= 3
    natural = explain_clusters(clustering, sk.score_rfm(customers), customers)
    assert set(natural.rules["segment"]) <= set(found.names)


def test_its_stability_needs_no_way_of_making_it(clustering, customers):
    found = segment_stability(clustering, customers, n_resamples=3)
    assert list(found.table["segment"]) == [s.id for s in clustering.definition.segments]
    known = found.table[found.table["segment"].str.startswith("cluster")]
    assert (known["jaccard"] > 0.75).all()
    assert 0.7 < found.adjusted_rand <= 1
    again = segment_stability(clustering, customers.sample(frac=1, random_state=5), n_resamples=3)
    pd.testing.assert_frame_equal(again.table, found.table)


def test_it_is_kept_with_a_run(clustering, tmp_path, monkeypatch):
    monkeypatch.setenv(RUN_FOLDER, str(tmp_path))
    kept = keep_segments(clustering)
    stored = pd.read_parquet(tmp_path / SEGMENTS_FILE)
    assert len(stored) == kept.rows == len(clustering.customers)
    assert set(stored["segment"]) <= {*(s["id"] for s in kept.segments), "unclassified"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_table_is_made(clustering, customers, language):
    n_segments = len(clustering.definition.segments)
    with use_language(language):
        for name in TABLES:
            made = getattr(tables, name)(clustering).frame
            assert n_segments <= len(made) <= n_segments + 1, name
        stability = segment_stability(clustering, customers, n_resamples=2)
        assert len(tables.stability_table(stability).frame) == n_segments
        assert len(tables.segment_actions_table(clustering, stability).frame) >= n_segments
        assert len(tables.cluster_centers_table(clustering).frame)
        assert len(tables.transforms_table(clustering).frame) == len(clustering.definition.features)
        assert len(tables.cluster_evidence_table(clustering).frame)
        assert len(tables.comparison_table(clustering.compare(clustering)).frame) >= n_segments
        assert len(tables.segment_contrasts_table(describe_segments(clustering, customers)).frame)
