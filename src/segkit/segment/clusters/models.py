"""What a fitted method keeps: for each customer, how far each segment is.

Each model gives a *cost* per segment, least for the segment a customer belongs to, from
arrays (``costs``); a :class:`Formula` gives it as expressions of an engine, too (``terms``).
Both compute the same from the same rounded numbers, so that every engine agrees.
"""

from __future__ import annotations

import functools
import operator
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np

from segkit.segment.clusters.points import Points

#: Digits kept of every number of a model: SQL stays readable, segments stay the same.
DIGITS = 8


class Model(ABC):
    """Tells for each customer and segment how badly the two fit."""

    #: From which ratio on a customer is near the border of the second-best segment.
    near = 0.9

    @property
    @abstractmethod
    def n_segments(self) -> int:
        """How many segments the model has."""

    @abstractmethod
    def costs(self, points: Points) -> np.ndarray:
        """Give the cost of each segment (columns) for each customer (rows)."""

    def assign(self, points: Points) -> np.ndarray:
        """Give each customer's segment by position; of equal ones the first."""
        return np.argmin(self.costs(points), axis=1)

    @abstractmethod
    def ratio(self, own: Any, second: Any) -> Any:
        """Say how near the second-best segment is: 0 far away, 1 on the border."""

    @abstractmethod
    def reordered(self, order: Sequence[int]) -> Model:
        """Give the same model with its segments in another order."""


class Formula(Model):
    """A model that can also be said in an engine."""

    @abstractmethod
    def terms(self, numbers: Sequence[Any], matches: Sequence[Sequence[Any]]) -> list[Any]:
        """Build the cost of each segment from columns of an engine.

        ``numbers`` are the transformed features; ``matches[j][c]`` tells whether feature
        ``j`` has its ``c``-th category.
        """


def _sum(terms: Sequence[Any]) -> Any:
    return functools.reduce(operator.add, terms) if terms else ibis.literal(0.0)


def plain(value: float) -> float:
    """Round a number of a model to the digits that are kept."""
    return float(np.round(value, DIGITS)) + 0.0


@dataclass(frozen=True, eq=False)
class Centers(Formula):
    """Centres of k-means; with modes of the categories, prototypes.

    Costs are squared distances, ``weight`` for each category that differs.
    """

    centers: np.ndarray
    modes: np.ndarray
    weight: float = 1.0

    @property
    def n_segments(self) -> int:
        """How many centres there are."""
        return len(self.centers)

    def costs(self, points: Points) -> np.ndarray:
        """Give squared distances."""
        rows = [
            ((points.numbers - center) ** 2).sum(axis=1)
            + self.weight * (points.codes != mode).sum(axis=1)
            for center, mode in zip(self.centers, self.modes, strict=True)
        ]
        return np.column_stack(rows)

    def terms(self, numbers: Sequence[Any], matches: Sequence[Sequence[Any]]) -> list[Any]:
        """Write squared distances."""
        found = []
        for center, mode in zip(self.centers, self.modes, strict=True):
            gaps = [x - float(c) for x, c in zip(numbers, center, strict=True)]
            parts = [gap * gap for gap in gaps]
            for known, code in zip(matches, mode, strict=True):
                parts.append(ibis.cases((known[int(code)], 0.0), else_=float(self.weight)))
            found.append(_sum(parts))
        return found

    def ratio(self, own: Any, second: Any) -> Any:
        """Divide the distance to the own centre by that to the second nearest."""
        return (own / second) ** 0.5

    def reordered(self, order: Sequence[int]) -> Centers:
        """Put the centres into another order."""
        return Centers(self.centers[list(order)], self.modes[list(order)], self.weight)


class _Likelihood(Formula):
    """Costs are -2 log of a segment's share times its density."""

    near = 0.5

    def ratio(self, own: Any, second: Any) -> Any:
        """Divide the second segment's probability by the own one's."""
        half = (own - second) / 2
        return np.exp(half) if isinstance(half, np.ndarray) else half.exp()


@dataclass(frozen=True, eq=False)
class Mixture(_Likelihood):
    """Normal clouds: shares, means, and triangles that turn a gap into standard normals."""

    shares: np.ndarray
    means: np.ndarray
    factors: np.ndarray

    @property
    def n_segments(self) -> int:
        """How many clouds there are."""
        return len(self.shares)

    def _constants(self) -> list[float]:
        inner = np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(axis=1)
        return [plain(value) for value in -2 * (np.log(self.shares) + inner)]

    def costs(self, points: Points) -> np.ndarray:
        """Give -2 log(share × density), without the constant that all share."""
        rows = [
            (((points.numbers - mean) @ factor) ** 2).sum(axis=1) + constant
            for mean, factor, constant in zip(
                self.means, self.factors, self._constants(), strict=True
            )
        ]
        return np.column_stack(rows)

    def terms(self, numbers: Sequence[Any], matches: Sequence[Sequence[Any]]) -> list[Any]:
        """Write the same as sums of squares."""
        found = []
        for mean, factor, constant in zip(self.means, self.factors, self._constants(), strict=True):
            gaps = [x - float(m) for x, m in zip(numbers, mean, strict=True)]
            turned = [
                _sum([gap * float(factor[i, j]) for i, gap in enumerate(gaps) if factor[i, j]])
                for j in range(len(gaps))
            ]
            found.append(_sum([value * value for value in turned]) + constant)
        return found

    def reordered(self, order: Sequence[int]) -> Mixture:
        """Put the clouds into another order."""
        rows = list(order)
        return Mixture(self.shares[rows], self.means[rows], self.factors[rows])


@dataclass(frozen=True, eq=False)
class LatentClasses(_Likelihood):
    """Classes within which features are independent: shares, and chances of each category.

    ``surprises[j]`` is k × categories: -2 log of the chance. A category that no list has
    says nothing.
    """

    shares: np.ndarray
    surprises: tuple[np.ndarray, ...]

    @property
    def n_segments(self) -> int:
        """How many classes there are."""
        return len(self.shares)

    def costs(self, points: Points) -> np.ndarray:
        """Give -2 log(share × chance of the answers)."""
        found = np.tile(-2 * np.log(self.shares), (len(points), 1)).round(DIGITS)
        for j, table in enumerate(self.surprises):
            code = points.codes[:, j]
            found += np.where((code >= 0)[:, None], table.T[code], 0.0)
        return found

    def terms(self, numbers: Sequence[Any], matches: Sequence[Sequence[Any]]) -> list[Any]:
        """Write the same as a sum of cases."""
        found = []
        for k, share in enumerate(self.shares):
            parts: list[Any] = [
                ibis.cases(
                    *[(known[c], float(value)) for c, value in enumerate(table[k])], else_=0.0
                )
                for known, table in zip(matches, self.surprises, strict=True)
            ]
            found.append(_sum(parts) + plain(-2 * np.log(share)))
        return found

    def reordered(self, order: Sequence[int]) -> LatentClasses:
        """Put the classes into another order."""
        rows = list(order)
        return LatentClasses(self.shares[rows], tuple(table[rows] for table in self.surprises))


@dataclass(frozen=True, eq=False)
class Neighbors(Model):
    """The sample itself: everybody belongs where the most similar customer of it does."""

    points: np.ndarray
    labels: np.ndarray

    @property
    def n_segments(self) -> int:
        """How many segments the sample has."""
        return int(self.labels.max()) + 1

    def costs(self, points: Points) -> np.ndarray:
        """Give the distance to the nearest customer of each segment."""
        from sklearn.neighbors import NearestNeighbors

        found = np.empty((len(points), self.n_segments))
        for k in range(self.n_segments):
            tree = NearestNeighbors(n_neighbors=1).fit(self.points[self.labels == k])
            found[:, k] = tree.kneighbors(points.numbers)[0][:, 0]
        return found

    def ratio(self, own: Any, second: Any) -> Any:
        """Divide the distance to the own segment's nearest customer by that to another's."""
        return own / second

    def reordered(self, order: Sequence[int]) -> Neighbors:
        """Put the segments into another order."""
        place = np.empty(len(order), dtype=np.int64)
        place[list(order)] = np.arange(len(order))
        return Neighbors(self.points, place[self.labels])
