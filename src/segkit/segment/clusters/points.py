"""The sample as the methods see it: transformed numbers beside codes of categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: What a reference without structure may keep of the data; see :func:`reference`.
REFERENCES = ("normal", "box", "columns")


@dataclass(frozen=True, eq=False)
class Points:
    """Customers as numbers; a category is its position in the feature's list.

    ``numbers`` is n × p, ``codes`` n × q with -1 for a category that the list lacks,
    ``sizes`` tells how many categories each of the q features has.
    """

    numbers: np.ndarray
    codes: np.ndarray
    sizes: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Count the customers."""
        return len(self.numbers)

    def take(self, rows: np.ndarray) -> Points:
        """Give some of the customers, in the order asked for."""
        return Points(self.numbers[rows], self.codes[rows], self.sizes)

    def flat(self, weight: float) -> np.ndarray:
        """Lay categories out as numbers, so that distances can be measured.

        The squared distance of two customers is then that of their numbers plus ``weight``
        for each feature in which their categories differ, as k-prototypes counts it.
        """
        parts = [self.numbers]
        for j, size in enumerate(self.sizes):
            parts.append((self.codes[:, [j]] == np.arange(size)) * np.sqrt(weight / 2))
        return np.hstack(parts)

    def n_different(self) -> int:
        """Count the customers that differ from each other."""
        both = np.hstack([self.numbers, self.codes])
        return len(np.unique(both, axis=0)) if both.size else 0


def category_weight(points: Points) -> float:
    """Weigh a difference in category against one in numbers, as Huang (1998) proposes.

    Half the mean standard deviation of the numbers; these have one unit of it here.
    Without any numbers the weight plays no part.

    References
    ----------
    Huang (1998), Extensions to the k-means algorithm for clustering large data sets with
    categorical values, Data Mining and Knowledge Discovery 2.
    """
    spread = points.numbers.std(axis=0)
    return float(np.round(0.5 * spread.mean(), 6)) if spread.size and spread.mean() > 0 else 1.0


#: A feature with this many customers to a value is a flag, a count or an answer.
_PER_VALUE = 4
#: A gap so much wider than those beside it parts two peaks, and is no step of a count.
_WIDE = 3.0


def _on_values(drawn: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Put drawn numbers on the nearest of a feature's own values, if it has few.

    Within a gap that parts two peaks they stay: the reference must not have the peaks.
    """
    values = np.unique(own)
    if len(values) < 2 or len(values) * _PER_VALUE > len(own):
        return drawn
    gaps = np.diff(values)
    beside = np.full(len(gaps), np.inf)
    if len(gaps) > 1:
        beside = np.maximum(np.append(gaps[1:], 0.0), np.append(0.0, gaps[:-1]))
    place = np.clip(np.searchsorted(values, drawn), 1, len(values) - 1)
    low, high = values[place - 1], values[place]
    nearest = np.where(drawn - low < high - drawn, low, high)
    is_free = (gaps > _WIDE * beside)[place - 1] & (drawn > low) & (drawn < high)
    return np.where(is_free, drawn, nearest)


def reference(points: Points, kind: str, rng: np.random.Generator) -> Points:
    """Draw as many customers without any segments, like the data in all else.

    ``"normal"`` draws numbers from one normal cloud with the data's covariances,
    ``"box"`` evenly from the box around the data along its principal axes (Tibshirani,
    Walther and Hastie, 2001), ``"columns"`` keeps each feature's own values and shuffles
    them, so that nothing ties features together. Categories are shuffled in each case.

    Flags and counts stay flags and counts in the first two as well: points on few values lie
    in heaps, and heaps have a high silhouette without there being any segments.
    """
    n = len(points)
    codes = np.column_stack([rng.permutation(c) for c in points.codes.T] or [np.empty((n, 0))])
    numbers = points.numbers
    if numbers.shape[1] and kind == "columns":
        numbers = np.column_stack([rng.permutation(column) for column in numbers.T])
    elif numbers.shape[1]:
        middle = numbers.mean(axis=0)
        _u, stretch, axes = np.linalg.svd(numbers - middle, full_matrices=False)
        along = (numbers - middle) @ axes.T
        if kind == "normal":
            drawn = rng.normal(size=along.shape) * (stretch / np.sqrt(max(n - 1, 1)))
        else:
            drawn = rng.uniform(along.min(axis=0), along.max(axis=0), size=along.shape)
        numbers = middle + drawn @ axes
        columns = zip(numbers.T, points.numbers.T, strict=True)
        numbers = np.column_stack([_on_values(drawn, own) for drawn, own in columns])
    return Points(numbers, codes.astype(np.int64), points.sizes)
