"""Parts of the customers that a tree does not see while it grows."""

from __future__ import annotations

import math

import numpy as np


def stratified_folds(codes: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """Give each customer a fold, every class spread evenly, however few are of it."""
    fold = np.empty(len(codes), dtype=int)
    start = 0
    for code in np.unique(codes):
        rows = rng.permutation(np.flatnonzero(codes == code))
        # The next class goes on where this one ended, so that folds are equally large.
        fold[rows] = (np.arange(len(rows)) + start) % n_folds
        start += len(rows)
    return fold


def later_part(order: np.ndarray, share: float) -> np.ndarray:
    """Flag the latest customers, about ``share`` of all; those of one moment stay together."""
    moments, counts = np.unique(order, return_counts=True)
    earlier = np.cumsum(counts) / len(order)
    cut = int(np.argmin(np.abs(earlier - (1 - share))))
    return np.asarray(order > moments[cut])


def how_many_folds(codes: np.ndarray, most: int = 5) -> int:
    """Give as many folds as the rarest class can be spread over, at least two."""
    rarest = min((int(n) for n in np.bincount(codes) if n), default=0)
    return max(2, min(most, rarest))


def leaf_size(n: int) -> int:
    """Give the fewest customers of a leaf: one in a hundred, at least five."""
    return max(5, math.ceil(n / 100))
