"""The sample as the methods see it: transformed numbers beside codes of categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

#: What a reference without structure may keep of the data; see :func:`reference`.
REFERENCES = ("normal", "box", "columns")


@dataclass(frozen=True, eq=False)
class Points:
    """Customers as numbers; a category is its position in the feature's list.

    ``numbers`` is n × p, ``codes`` n × q with -1 for a category that the list lacks,
    ``sizes`` tells how many categories each of the q features has. ``plain`` is n × p: the
    numbers in the features' own units, those transformed where it is left out.
    """

    numbers: np.ndarray
    codes: np.ndarray
    sizes: tuple[int, ...] = ()
    plain: np.ndarray | None = None

    def __len__(self) -> int:
        """Count the customers."""
        return len(self.numbers)

    def take(self, rows: np.ndarray) -> Points:
        """Give some of the customers, in the order asked for."""
        plain = None if self.plain is None else self.plain[rows]
        return Points(self.numbers[rows], self.codes[rows], self.sizes, plain)

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
#: A gap so much wider than those beside it parts two peaks, and is no step of a count, if
#: this share of customers lies on either side.
_WIDE, _PEAK = 3.0, 0.03


def _on_values(drawn: np.ndarray, own: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Put drawn numbers on a feature's own values, if it has few.

    Each value is drawn as often as it occurs, one peak of them at most: skewed counts lie in
    heaps, a heap of noughts above all, and these are no segments. Within a gap that parts two
    peaks numbers stay as drawn: the reference must not have the peaks. Gaps are measured in
    the feature's own unit, as a transform widens those of small counts.
    """
    values, first, counts = np.unique(own, return_index=True, return_counts=True)
    if len(values) < 2 or len(values) * _PER_VALUE > len(own):
        return drawn
    is_wide = _wide_gaps(plain[first], counts)
    if not is_wide.any():
        ranks = (np.argsort(np.argsort(drawn, kind="stable")) + 0.5) / len(drawn)
        return values[np.searchsorted(np.cumsum(_one_peak(counts))[:-1], ranks)]
    place = np.clip(np.searchsorted(values, drawn), 1, len(values) - 1)
    low, high = values[place - 1], values[place]
    nearest = np.where(drawn - low < high - drawn, low, high)
    is_free = is_wide[place - 1] & (drawn > low) & (drawn < high)
    return np.where(is_free, drawn, nearest)


def _wide_gaps(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    gaps = np.diff(values)
    beside = np.full(len(gaps), np.inf)
    if len(gaps) > 1:
        beside = np.maximum(np.append(gaps[1:], 0.0), np.append(0.0, gaps[:-1]))
    below = np.cumsum(counts)[:-1] / counts.sum()
    return (gaps > _WIDE * beside) & (np.minimum(below, 1 - below) >= _PEAK)


def _one_peak(counts: np.ndarray) -> np.ndarray:
    """Give shares that rise up to the most frequent value and fall behind it, near the counts."""
    top = int(np.argmax(counts))
    rising = optimize.isotonic_regression(counts[: top + 1]).x
    falling = optimize.isotonic_regression(counts[top:], increasing=False).x
    shares = np.append(rising, falling[1:])
    return shares / shares.sum()


def reference(points: Points, kind: str, rng: np.random.Generator) -> Points:
    """Draw as many customers without any segments, like the data in all else.

    ``"normal"`` draws numbers from one normal cloud with the data's covariances,
    ``"box"`` evenly from the box around the data along its principal axes (Tibshirani,
    Walther and Hastie, 2001), ``"columns"`` keeps each feature's own values and shuffles
    them, so that nothing ties features together. Categories are shuffled in each case.

    Flags and counts stay flags and counts in the first two as well, with heaps of the same
    size: heaps have a high silhouette without there being any segments.
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
        plain = points.numbers if points.plain is None else points.plain
        columns = zip(numbers.T, points.numbers.T, plain.T, strict=True)
        numbers = np.column_stack([_on_values(*column) for column in columns])
    return Points(numbers, codes.astype(np.int64), points.sizes)
