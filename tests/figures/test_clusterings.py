"""A clustering of each kind is drawn as every other segmentation is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit import figures
from segkit.figures.cluster_plane import cluster_view
from segkit.i18n import use_language
from segkit.segment.clusters import cluster_customers
from segkit.segment.describe import describe_segments
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
#: Those that take the segmentation itself.
PLOTS = ["plot_segment_shares", "plot_segment_bubbles", "plot_segment_recency"]


@pytest.fixture(scope="module")
def clouds() -> pd.DataFrame:
    """Three round clouds with what a report asks of customers, some of it unknown."""
    rng = np.random.default_rng(1)
    cloud = np.repeat([0, 1, 2], 50)
    made = pd.DataFrame(
        {
            "customer_id": range(150),
            "x": np.array([0, 8, 0])[cloud] + rng.normal(size=150),
            "y": np.array([0, 0, 8])[cloud] + rng.normal(size=150),
            "color": np.where(cloud == 0, "red", "blue"),
            "member": cloud == 1,
            "tier": pd.array(cloud + 1, dtype="Int64"),
            "revenue": rng.gamma(2, 50, 150) + 100 * (cloud == 2),
            "recency_days": rng.integers(0, 300, 150),
            "n_days": rng.integers(1, 9, 150),
        }
    )
    made.loc[:2, ["x", "tier"]] = np.nan
    return made


@pytest.mark.parametrize("method", FEATURES)
def test_every_figure_is_drawn(method, clouds, look):
    k = "auto" if method == "hdbscan" else 3
    clustering = cluster_customers(clouds, features=FEATURES[method], method=method, k=k)
    results = dict.fromkeys(PLOTS, clustering) | {
        "plot_comparison": clustering.compare(sk.score_rfm(clouds)),
        "plot_segment_contrasts": describe_segments(clustering, clouds),
        "plot_snake": describe_segments(clustering, clouds),
        "plot_segment_spread": figures.segment_spread(clustering, clouds, column="revenue"),
        "plot_stability": segment_stability(clustering, clouds, n_resamples=2),
        "plot_tree": explain_segments(clustering, clouds, features=clustering.definition.inputs),
        "plot_cluster_evidence": clustering,
        "plot_embedding": cluster_view(clustering, clouds),
        "plot_silhouette": cluster_view(clustering, clouds),
    }
    for language in ("en", "zh"):
        with use_language(language):
            for name, result in results.items():
                plot = getattr(figures, name)
                look(plot, result)
                assert plot.describe(result).title
