"""The arithmetic of a typing tool: which questions, and how many points for an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Points are as small as they can be while placing this share of people as exact ones would.
_SAME_PLACE = 0.98
_LARGEST = (3, 5, 9, 15, 30, 99)
_PARTS = 10
#: A little of each item's own variance, so that two questions with one answer do no harm.
_RIDGE = 1e-6


@dataclass(frozen=True)
class Points:
    """``starts`` of each segment, and ``weights``: a row per segment, a column per item."""

    starts: np.ndarray
    weights: np.ndarray

    def place(self, x: np.ndarray) -> np.ndarray:
        """Give the position of the segment with the highest total, of equal ones the first."""
        return (x @ self.weights.T + self.starts).argmax(axis=1)


def pick_items(x: np.ndarray, y: np.ndarray, most: int) -> list[int]:
    """Pick items one by one: each time that with which the segments differ most.

    Wilks' lambda is the share of the answers' variance that is within segments; the item
    that makes it smallest is next. Of equal ones the first is taken.
    """
    within, total = _scatter(x, y), np.atleast_2d(np.cov(x, rowvar=False, bias=True))
    ridge = _RIDGE * np.diag(np.diag(total))
    within, total = within + ridge, total + ridge
    picked: list[int] = []
    for _turn in range(most):
        left = [i for i in range(x.shape[1]) if i not in picked]
        lambdas = [_log_lambda(within, total, [*picked, i]) for i in left]
        picked.append(left[int(np.argmin(np.round(lambdas, 9)))])
    return picked


def _scatter(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    means = np.array([x[y == g].mean(axis=0) for g in range(y.max() + 1)])
    centered = x - means[y]
    return np.atleast_2d(centered.T @ centered / len(x))


def _log_lambda(within: np.ndarray, total: np.ndarray, chosen: list[int]) -> float:
    part = np.ix_(chosen, chosen)
    return float(np.linalg.slogdet(within[part])[1] - np.linalg.slogdet(total[part])[1])


def fit_points(x: np.ndarray, y: np.ndarray) -> Points:
    """Fit the linear discriminant, then make its weights small whole numbers, none below 0.

    Only differences between segments count, so each column may start at nought. The starts
    are kept as fine as the points allow, by rounding them last.
    """
    exact = _discriminant(x, y)
    largest = float(np.ptp(exact.weights, axis=0).max())
    if not largest > 0:
        return Points(np.zeros(len(exact.starts)), np.zeros_like(exact.weights))
    places = exact.place(x)
    for top in _LARGEST:
        scale = top / largest
        weights = np.round((exact.weights - exact.weights.min(axis=0)) * scale)
        # What rounding takes from the answers' usual level the starts give back.
        usual = x.mean(axis=0)
        starts = np.round((exact.starts + exact.weights @ usual) * scale - weights @ usual)
        points = Points(starts - starts.min(), weights)
        if (points.place(x) == places).mean() >= _SAME_PLACE:
            break
    return points


def _discriminant(x: np.ndarray, y: np.ndarray) -> Points:
    counts = np.bincount(y)
    means = np.array([x[y == g].mean(axis=0) for g in range(len(counts))])
    within = _scatter(x, y) * len(x) / max(len(x) - len(counts), 1)
    within = within + _RIDGE * np.diag(np.maximum(x.var(axis=0), 1e-12))
    weights = np.linalg.solve(within, means.T).T
    starts = np.log(counts / len(y)) - 0.5 * (means * weights).sum(axis=1)
    return Points(starts, weights)


def cross_validate(x: np.ndarray, y: np.ndarray, most: int, random_state: int) -> np.ndarray:
    """Place everybody by what was learnt from others: a row per number of questions.

    Questions are picked and points are made anew without the part that is placed.
    """
    rng = np.random.default_rng(random_state)
    part = np.empty(len(y), dtype=np.int64)
    for g in range(y.max() + 1):
        members = np.flatnonzero(y == g)
        part[members] = rng.permutation(np.arange(len(members)) % _PARTS)
    guesses = np.empty((most, len(y)), dtype=np.int64)
    for p in range(_PARTS):
        out = part == p
        if not out.any():
            continue
        order = pick_items(x[~out], y[~out], most)
        for n in range(1, most + 1):
            chosen = order[:n]
            guesses[n - 1, out] = fit_points(x[~out][:, chosen], y[~out]).place(x[out][:, chosen])
    return guesses
