"""Weigh each number of segments: separation, references without structure, stability, size."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score, silhouette_score

from segkit.segment.clusters.fit import Fit, fit
from segkit.segment.clusters.points import REFERENCES, Points, category_weight, reference

#: How many customers the evidence rests on at most, drawings of each reference, resamples.
N_POINTS, N_DRAWS, N_RESAMPLES = 1000, 5, 10
_STARTS = 3

EVIDENCE_COLUMNS = (
    "k",
    "silhouette",
    "silhouette_normal",
    "silhouette_box",
    "silhouette_columns",
    "reference_error",
    "gap",
    "gap_error",
    "stability_rand",
    "stability_jaccard",
    "smallest_share",
    "bic",
    "bic_of_one",
    "n_found",
)


@dataclass
class _References:
    silhouettes: dict[str, list[float]] = field(default_factory=lambda: {r: [] for r in REFERENCES})
    spreads: list[float] = field(default_factory=list)


def weigh(method: str, points: Points, ks: list[int], seed: int) -> pd.DataFrame:
    """Give one row per number of segments, columns ``EVIDENCE_COLUMNS``; NaN where unknown."""
    weight = category_weight(points)
    one = fit(method, points, 1, seed).bic if method in LIKELIHOOD else math.nan
    rows = [_weigh_one(method, points, k, seed, weight) | {"bic_of_one": one} for k in ks]
    return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))


#: Methods that have a likelihood, and so a BIC.
LIKELIHOOD = ("gaussian_mixture", "latent_classes")


def _weigh_one(method: str, points: Points, k: int, seed: int, weight: float) -> dict[str, float]:
    rng = np.random.default_rng([seed, k])
    found = fit(method, points, k, seed)
    drawn = _references(method, points, k, rng, weight)
    spread = np.log(max(_spread(points, found, weight), 1e-12))
    rand, jaccard = _stability(method, points, k, found, rng)
    sizes = np.bincount(found.labels, minlength=found.model.n_segments)
    sizes = np.delete(sizes, found.noise) if found.noise >= 0 else sizes
    means = {f"silhouette_{r}": float(np.mean(v)) for r, v in drawn.silhouettes.items()}
    error = max(float(np.std(drawn.silhouettes[r])) for r in ("normal", "box"))
    return {
        "k": k,
        "silhouette": silhouette(points, found, weight),
        **means,
        "reference_error": error * math.sqrt(1 + 1 / N_DRAWS),
        "gap": float(np.mean(drawn.spreads) - spread),
        "gap_error": float(np.std(drawn.spreads)) * math.sqrt(1 + 1 / N_DRAWS),
        "stability_rand": rand,
        "stability_jaccard": jaccard,
        "smallest_share": float(sizes.min() / len(points)) if len(sizes) else math.nan,
        "bic": found.bic,
        "n_found": found.n_segments,
    }


def silhouette(points: Points, found: Fit, weight: float) -> float:
    """Give the mean silhouette (Rousseeuw, 1987); 0 for fewer than two segments.

    Customers who belong nowhere count as 0: a few dense spots are no clear grouping of all.
    """
    kept = found.labels != found.noise
    labels = found.labels[kept]
    if not 2 <= len(np.unique(labels)) < len(labels):
        return 0.0
    inside = silhouette_score(points.take(np.flatnonzero(kept)).flat(weight), labels)
    return float(inside * kept.mean())


def _spread(points: Points, found: Fit, weight: float) -> float:
    """Sum the squared distances to the middle of the own segment."""
    flat = points.flat(weight)
    own = [flat[found.labels == k] for k in np.unique(found.labels)]
    return float(sum(((part - part.mean(axis=0)) ** 2).sum() for part in own))


def _references(
    method: str, points: Points, k: int, rng: np.random.Generator, weight: float
) -> _References:
    drawn = _References()
    for kind in REFERENCES:
        for _draw in range(N_DRAWS):
            others = reference(points, kind, rng)
            found = fit(method, others, k, int(rng.integers(2**31)), starts=_STARTS)
            drawn.silhouettes[kind].append(silhouette(others, found, weight))
            if kind == "box":
                drawn.spreads.append(np.log(max(_spread(others, found, weight), 1e-12)))
    return drawn


def _stability(
    method: str, points: Points, k: int, found: Fit, rng: np.random.Generator
) -> tuple[float, float]:
    """Fit resamples and assign everybody: mean adjusted Rand, least mean Jaccard of a segment.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics
    and Data Analysis 52.
    """
    n, segments = len(points), [s for s in np.unique(found.labels) if s != found.noise]
    rands, overlaps = [], []
    for _draw in range(N_RESAMPLES):
        rows = _resample(method, n, rng)
        other = fit(method, points.take(rows), k, int(rng.integers(2**31)), starts=_STARTS)
        labels = other.model.assign(points)
        rands.append(adjusted_rand_score(found.labels, labels))
        overlaps.append([_best_overlap(found.labels == s, labels) for s in segments])
    jaccard = float(np.mean(overlaps, axis=0).min()) if segments else math.nan
    return float(np.mean(rands)), jaccard


def _resample(method: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw with replacement; for density four fifths without, as twins would look dense."""
    if method == "hdbscan":
        return np.sort(rng.permutation(n)[: math.ceil(0.8 * n)])
    return np.sort(rng.integers(n, size=n))


def _best_overlap(own: np.ndarray, labels: np.ndarray) -> float:
    both = np.bincount(labels, weights=own)
    either = np.bincount(labels) + own.sum() - both
    return float((both / np.maximum(either, 1)).max())
