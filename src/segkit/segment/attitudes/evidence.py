"""Whether factor scores fall into groups at all, and into how many."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.cluster.vq import ClusterError, kmeans2

#: Numbers of groups that are tried.
CANDIDATES = (2, 3, 4, 5, 6)
#: A group that is smaller serves nobody.
LEAST_SHARE, LEAST_PEOPLE = 0.05, 10
_DRAWS = 99
_STARTS, _STARTS_OF_CHANCE, _STEPS = 20, 2, 25
#: Groups that matter show in so many people; silhouettes cost the square of their number.
_SAMPLE = 1_000


def fit_centers(scores: np.ndarray, k: int, random_state: int) -> np.ndarray:
    """Find the centres of ``k`` groups by k-means, in an order that rows do not decide."""
    centers, _inertia = _k_means(scores, k, random_state, _STARTS)
    # Kept at a coarse grain: noise of the last digit shall not turn the order round.
    order = np.lexsort(np.round(centers, 6).T[::-1])[::-1]
    return centers[order]


def _k_means(
    scores: np.ndarray, k: int, random_state: int, n_starts: int
) -> tuple[np.ndarray, float]:
    """Run k-means from several starts; give the best centres, and the spread within groups.

    By scipy: on the few thousand rows here scikit-learn's spends most of its time on threads.
    """
    best, least = scores.mean(axis=0, keepdims=True), float("inf")
    for start in range(n_starts if k > 1 else 1):
        rng = np.random.default_rng((random_state, start))
        try:
            found, group = kmeans2(scores, k, iter=_STEPS, minit="++", missing="raise", rng=rng)
        except ClusterError:
            continue  # a group lost all its people on the way: another start keeps them
        inertia = float(((scores - found[group]) ** 2).sum())
        if inertia < least:
            best, least = found, inertia
    return best, least


def _spread(scores: np.ndarray, k: int, random_state: int, n_starts: int) -> float:
    inertia = _k_means(scores, k, random_state, n_starts)[1]
    return float(np.log(inertia)) if inertia > 0 else -np.inf


def weigh_numbers(scores: np.ndarray, random_state: int) -> pd.DataFrame:
    """Compare the groups of 2 to 6 with those that k-means finds where there are none.

    The reference is one crowd with the same correlations and the same skewness of each
    score: answers that pile up at the top of the scale are no group. ``gap`` is by how much
    the logarithm of the spread within groups is below that of the reference, ``z`` the same
    in standard deviations of the reference, ``p`` the share of references with as large a
    largest z, taken over all numbers at once. ``chosen`` marks the number with the best
    silhouette among those beyond chance whose smallest group is large enough.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), Estimating the number of clusters in a data set via
    the gap statistic, Journal of the Royal Statistical Society B 63. Liu et al. (2008),
    Statistical significance of clustering for high-dimension, low-sample size data, Journal
    of the American Statistical Association 103: one Gaussian crowd as the reference.
    """
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(random_state)
    if len(scores) > _SAMPLE:
        scores = scores[np.sort(rng.choice(len(scores), _SAMPLE, replace=False))]
    numbers = [k for k in CANDIDATES if k * LEAST_PEOPLE <= len(scores)]
    if not numbers:
        columns = ["n_segments", "silhouette", "gap", "z", "p", "least_share", "chosen"]
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in columns})
    crowds = np.array(
        [
            [_spread(crowd, k, random_state, _STARTS_OF_CHANCE) for k in numbers]
            for crowd in (_crowd(scores, rng) for _ in range(_DRAWS))
        ]
    )
    real = np.array([_spread(scores, k, random_state, _STARTS) for k in numbers])
    middle, width = crowds.mean(axis=0), crowds.std(axis=0, ddof=1)
    width = np.where(width > 0, width, np.inf)  # where chance always gives the same, no z
    z = (middle - real) / width
    largest = ((middle - crowds) / width).max(axis=1)
    rows = []
    for i, k in enumerate(numbers):
        centers = fit_centers(scores, k, random_state)
        group = nearest_center(scores, centers)
        share = float(np.bincount(group, minlength=k).min() / len(scores))
        rows.append(
            {
                "n_segments": k,
                "silhouette": float(silhouette_score(scores, group)),
                "gap": float(middle[i] - real[i]),
                "z": float(z[i]),
                "p": float((1 + (largest >= z[i]).sum()) / (1 + _DRAWS)),
                "least_share": share,
            }
        )
    table = pd.DataFrame(rows)
    good = (table["p"] <= 0.05) & (table["least_share"] >= LEAST_SHARE)
    best = table.loc[good, "silhouette"].idxmax() if good.any() else None
    return table.assign(chosen=table.index == best)


def nearest_center(scores: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Give the position of the nearest centre."""
    return (scores @ centers.T - 0.5 * (centers**2).sum(axis=1)).argmax(axis=1)


def _crowd(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw as many people from one crowd with the scores' correlations, spreads and skewness."""
    n, d = scores.shape
    related = np.atleast_2d(np.corrcoef(scores, rowvar=False)) if d > 1 else np.eye(1)
    normal = rng.multivariate_normal(np.zeros(d), related, size=n, method="eigh")
    skews = stats.skew(scores, axis=0)
    drawn = np.column_stack(
        [
            stats.pearson3.ppf(stats.norm.cdf(normal[:, j]), skews[j])
            if abs(skews[j]) > 0.05
            else normal[:, j]
            for j in range(d)
        ]
    )
    return drawn * scores.std(axis=0)
