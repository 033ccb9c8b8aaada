"""Data without structure give one segment, in whatever shape they come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.segment.clusters import cluster_customers
from segkit.segment.clusters.points import Points, reference

N = 300


def skewed_counts(rng: np.random.Generator) -> np.ndarray:
    """Independent counts, most of them 0 or 1: heaps, but no two of them belong together."""
    return np.column_stack([rng.negative_binomial(0.8, 0.8 / (0.8 + m), N) for m in (1.5, 3, 0.6)])


def correlated_counts(rng: np.random.Generator) -> np.ndarray:
    covariance = [[1, 0.7, 0.3], [0.7, 1, 0.2], [0.3, 0.2, 1]]
    return rng.poisson(np.exp(0.3 + 0.8 * rng.multivariate_normal(np.zeros(3), covariance, N)))


SHAPES = {"skewed": skewed_counts, "correlated": correlated_counts}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "method", ["kmeans", "hierarchical", "hdbscan", "gaussian_mixture", "k_prototypes"]
)
def test_counts_with_ties_are_one_segment(method, shape, seed):
    drawn = SHAPES[shape](np.random.default_rng([11, seed]))
    frame = pd.DataFrame(drawn, columns=["a", "b", "c"]).assign(customer_id=range(N))
    found = cluster_customers(frame, method=method, max_k=3)
    assert found.segmentation.profile["n_customers"].tolist() == [N]
    assert found.choice.startswith("There are no clusters here")


def one_feature(values: np.ndarray, plain: np.ndarray | None = None) -> Points:
    codes = np.empty((len(values), 0), dtype=np.int64)
    own = None if plain is None else plain[:, None]
    return Points(values[:, None], codes, (), own)


@pytest.mark.parametrize("kind", ["normal", "box"])
def test_the_reference_keeps_the_heaps_of_a_count(kind):
    counts = np.repeat([0, 1, 2, 3, 4], [180, 60, 30, 20, 10]).astype(float)
    # A power that draws high counts together, as Yeo and Johnson's does for such data.
    bent = 1 - (counts + 1) ** -3.0
    drawn = reference(one_feature(bent, counts), kind, np.random.default_rng(0)).numbers[:, 0]
    values, sizes = np.unique(drawn, return_counts=True)
    assert values == pytest.approx(np.unique(bent))
    assert sizes.tolist() == [180, 60, 30, 20, 10]


@pytest.mark.parametrize("kind", ["normal", "box"])
def test_the_reference_has_no_second_peak(kind):
    answers = np.repeat([1.0, 2, 3, 4, 5], [120, 30, 5, 30, 115])
    drawn = reference(one_feature(answers), kind, np.random.default_rng(0)).numbers[:, 0]
    sizes = np.bincount(drawn.astype(int), minlength=6)[1:]
    assert (np.diff(sizes) <= 1).all()


@pytest.mark.parametrize("kind", ["normal", "box"])
def test_a_gap_between_two_peaks_is_filled(kind):
    visits = np.repeat([1.0, 2, 3, 21, 22, 23], 50)
    drawn = reference(one_feature(visits), kind, np.random.default_rng(0)).numbers[:, 0]
    assert ((drawn > 4) & (drawn < 20)).mean() > 0.2
