"""Fit one method with one number of segments to the points of a sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture

from segkit.segment.clusters.models import (
    DIGITS,
    Centers,
    LatentClasses,
    Mixture,
    Model,
    Neighbors,
)
from segkit.segment.clusters.points import Points, category_weight

#: Starts of a fit; of all starts the best is kept.
STARTS = 10
_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Fit:
    """A model, each point's segment, and the BIC where a likelihood exists (lower is better).

    ``noise`` is the position of the segment of those who belong nowhere, -1 if there is none.
    """

    model: Model
    labels: np.ndarray
    bic: float = float("nan")
    noise: int = -1

    @property
    def n_segments(self) -> int:
        """Segments besides noise."""
        return self.model.n_segments - (self.noise >= 0)


def fit(method: str, points: Points, k: int, seed: int, *, starts: int = STARTS) -> Fit:
    """Fit ``method`` with ``k`` segments; the same seed and points give the same fit."""
    return _FITTERS[method](points, k, seed, starts)


def _k_means(points: Points, k: int, seed: int, starts: int) -> Fit:
    with warnings.catch_warnings():
        # Fewer different customers than segments: the evidence tells it.
        warnings.simplefilter("ignore")
        found = KMeans(k, n_init=starts, random_state=seed).fit(points.numbers)
    centers = found.cluster_centers_.round(DIGITS)
    model = Centers(centers, np.empty((k, 0), dtype=np.int64))
    return Fit(model, model.assign(points))


def _gaussian_mixture(points: Points, k: int, seed: int, starts: int) -> Fit:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = GaussianMixture(k, n_init=max(1, starts // 3), random_state=seed, reg_covar=1e-4)
        found.fit(points.numbers)
    model = Mixture(
        found.weights_.round(DIGITS).clip(10.0**-DIGITS),
        found.means_.round(DIGITS),
        found.precisions_cholesky_.round(DIGITS),
    )
    return Fit(model, model.assign(points), float(found.bic(points.numbers)))


def _hierarchical(points: Points, k: int, seed: int, starts: int) -> Fit:
    labels = AgglomerativeClustering(k).fit_predict(points.numbers)
    return Fit(Neighbors(points.numbers.round(DIGITS), labels), labels)


def _hdbscan(points: Points, k: int, seed: int, starts: int) -> Fit:
    """Find dense regions; ``k`` is the least size of one, in customers."""
    size = min(max(k, 5), len(points))
    found = HDBSCAN(min_cluster_size=size, min_samples=min(10, size), copy=True)
    labels = found.fit_predict(points.numbers)
    n = int(labels.max()) + 1
    if not n:
        return Fit(Neighbors(points.numbers.round(DIGITS), labels + 1), labels + 1)
    noise = n if (labels < 0).any() else -1
    labels = np.where(labels < 0, n, labels)
    return Fit(Neighbors(points.numbers.round(DIGITS), labels), labels, noise=noise)


def _k_prototypes(points: Points, k: int, seed: int, starts: int) -> Fit:
    """Move centres and modes in turn with the customers, from several starts."""
    rng = np.random.default_rng(seed)
    weight = category_weight(points)
    best: tuple[float, Any] = (np.inf, None)
    for _start in range(starts):
        model = _first_prototypes(points, k, weight, rng)
        total = np.inf
        for _round in range(_ROUNDS):
            costs = model.costs(points)
            labels, last = costs.argmin(axis=1), total
            total = float(costs.min(axis=1).sum())
            if total >= last - 1e-9:
                break
            model = _moved(points, labels, model)
        if total < best[0]:
            best = (total, model)
    found = Centers(best[1].centers.round(DIGITS), best[1].modes, weight)
    return Fit(found, found.assign(points))


def _first_prototypes(points: Points, k: int, weight: float, rng: np.random.Generator) -> Centers:
    """Choose customers as first prototypes, far ones more likely (k-means++)."""
    chosen = [int(rng.integers(len(points)))]
    while True:
        at = points.take(np.array(chosen))
        model = Centers(at.numbers, at.codes, weight)
        if len(chosen) == k:
            return model
        gap = model.costs(points).min(axis=1)
        chances = gap / gap.sum() if gap.sum() > 0 else None
        chosen.append(int(rng.choice(len(points), p=chances)))


def _moved(points: Points, labels: np.ndarray, model: Centers) -> Centers:
    centers, modes = model.centers.copy(), model.modes.copy()
    for k in range(len(centers)):
        own = labels == k
        if own.any():
            centers[k] = points.numbers[own].mean(axis=0)
            modes[k] = [
                np.bincount(points.codes[own, j], minlength=size).argmax()
                for j, size in enumerate(points.sizes)
            ]
    return Centers(centers, modes, model.weight)


def _latent_classes(points: Points, k: int, seed: int, starts: int) -> Fit:
    """Maximise the likelihood by expectation and maximisation, from several starts.

    References
    ----------
    Goodman (1974), Exploratory latent structure analysis using both identifiable and
    unidentifiable models, Biometrika 61.
    """
    rng = np.random.default_rng(seed)
    layers = [
        (points.codes[:, [j]] == np.arange(size)).astype(float)
        for j, size in enumerate(points.sizes)
    ]
    best: tuple[float, Any] = (-np.inf, None)
    for _start in range(starts if k > 1 else 1):
        weights = rng.dirichlet(np.ones(k), len(points))
        likelihood = -np.inf
        for _round in range(_ROUNDS):
            shares, tables = _maximized(weights, layers)
            logs = np.log(shares) + sum(
                layer @ np.log(table).T for layer, table in zip(layers, tables, strict=True)
            )
            top = logs.max(axis=1, keepdims=True)
            inner = np.exp(logs - top)
            last, likelihood = likelihood, float((top[:, 0] + np.log(inner.sum(axis=1))).sum())
            weights = inner / inner.sum(axis=1, keepdims=True)
            if likelihood - last < 1e-6 * len(points):
                break
        if likelihood > best[0]:
            best = (likelihood, (shares, tables))
    shares, tables = best[1]
    n_free = (k - 1) + k * sum(size - 1 for size in points.sizes)
    model = LatentClasses(
        shares.round(DIGITS).clip(10.0**-DIGITS),
        tuple((-2 * np.log(table)).round(DIGITS) for table in tables),
    )
    bic = n_free * np.log(len(points)) - 2 * best[0]
    return Fit(model, model.assign(points), float(bic))


def _maximized(
    weights: np.ndarray, layers: list[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Take shares and chances from memberships; half a customer is added to each category.

    Without it a category that a class has not seen would be impossible in it for ever.
    """
    held = weights.sum(axis=0)
    tables = []
    for layer in layers:
        counts = weights.T @ layer + 0.5 / layer.shape[1]
        tables.append(counts / counts.sum(axis=1, keepdims=True))
    return (held + 1e-9) / (held + 1e-9).sum(), tables


_FITTERS: dict[str, Callable[[Points, int, int, int], Fit]] = {
    "kmeans": _k_means,
    "gaussian_mixture": _gaussian_mixture,
    "hierarchical": _hierarchical,
    "hdbscan": _hdbscan,
    "k_prototypes": _k_prototypes,
    "latent_classes": _latent_classes,
}
