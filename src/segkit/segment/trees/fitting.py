"""Fit one tree of probabilities: grow, prune and calibrate on training customers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segkit.segment.trees.folds import (
    how_many_folds,
    later_part,
    leaf_size,
    stratified_folds,
)
from segkit.segment.trees.grow import grow
from segkit.segment.trees.prune import at_price, between, pruning_sequence
from segkit.segment.trees.scores import log_loss
from segkit.segment.trees.tree import NOWHERE, Columns, Feature, Tree

CLASSES = ("0", "1")
#: Share of the training customers on whom probabilities are calibrated, not grown.
HELD_OUT = 0.2
#: A line through fewer outcomes (or fewer without) would be noise.
_FEWEST = 20


@dataclass(frozen=True, eq=False)
class Training:
    """Customers to learn from; ``order`` is when each was, if that is known."""

    columns: Columns
    outcome: np.ndarray
    order: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> Training:
        """Keep these customers."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        order = None if self.order is None else self.order[rows]
        return Training(columns, self.outcome[rows], order)


@dataclass(frozen=True)
class Growth:
    """How large a tree may become; ``min_leaf`` of 0 is one customer in a hundred."""

    features: tuple[Feature, ...]
    max_depth: int
    min_leaf: int = 0

    def grow(self, training: Training, max_depth: int | None = None) -> Tree:
        """Grow one tree, unpruned."""
        return grow(
            training.columns,
            training.outcome.astype(int),
            self.features,
            CLASSES,
            max_depth=self.max_depth if max_depth is None else max_depth,
            min_leaf=self.min_leaf or leaf_size(len(training.outcome)),
        )


@dataclass(frozen=True)
class Scorer:
    """A tree with the probability of each leaf; ``calibration`` is (intercept, slope) or none."""

    tree: Tree
    probabilities: Mapping[int, float]
    base_rate: float
    calibration: tuple[float, float] | None

    def predict(self, columns: Columns) -> np.ndarray:
        """Give probabilities; the base rate for those whom the tree cannot place."""
        leaves = self.tree.apply(columns)
        found = np.full(len(leaves), self.base_rate)
        for leaf, probability in self.probabilities.items():
            found[leaves == leaf] = probability
        return found


def fit_scorers(
    training: Training, growth: Growth, rng: np.random.Generator
) -> tuple[Scorer, Scorer]:
    """Fit the pruned tree and, to compare with, the best single question, on the same part."""
    held = _held_out(training, rng)
    growing, holding = training.take(np.flatnonzero(~held)), training.take(np.flatnonzero(held))
    full = pruning_sequence(growth.grow(growing))
    tree = at_price(full, _best_price(growing, growth, between(full), rng))
    stump = growth.grow(growing, max_depth=1)
    return _calibrated(tree, training, holding), _calibrated(stump, training, holding)


def _held_out(training: Training, rng: np.random.Generator) -> np.ndarray:
    """Flag the customers kept for calibration: every fifth, and of the later ones if in order.

    The level of today is wanted; but a tree that never saw the latest customers would be old.
    """
    codes = training.outcome.astype(int)
    if min(np.bincount(codes, minlength=2)) * HELD_OUT < _FEWEST:
        return np.zeros(len(codes), dtype=bool)
    if training.order is not None:
        return later_part(training.order, 2 * HELD_OUT) & (stratified_folds(codes, 2, rng) == 0)
    return np.asarray(stratified_folds(codes, round(1 / HELD_OUT), rng) == 0)


def _best_price(
    growing: Training, growth: Growth, prices: Sequence[float], rng: np.random.Generator
) -> float:
    """Choose how far to prune by the log loss on parts of the training that were left out.

    The parts are drawn at random even where there is an order in time: over time the level
    moves, and the log loss would reward the guess of a level instead of the tree. What time
    does to the tree is for the later customers to show.
    """
    losses = np.zeros(len(prices))
    for inside, outside in _pairs(growing, rng):
        sequence = pruning_sequence(growth.grow(growing.take(inside)))
        left = growing.take(outside)
        for i, price in enumerate(prices):
            predicted = uncalibrated(at_price(sequence, price)).predict(left.columns)
            losses[i] += log_loss(left.outcome, predicted).sum()
    # Of equally good ones the smallest tree.
    best = np.flatnonzero(losses <= losses.min() + 1e-9)[-1]
    return prices[int(best)]


def _pairs(training: Training, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    codes = training.outcome.astype(int)
    n_folds = how_many_folds(codes)
    fold = stratified_folds(codes, n_folds, rng)
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(n_folds)]


def cross_scores(
    training: Training, growth: Growth, rng: np.random.Generator, repeats: int
) -> tuple[np.ndarray, np.ndarray]:
    """Score each customer by trees that never saw him, and by the best single question.

    Folds are drawn several times, so that no draw decides; a row for each drawing. Measure
    each row by itself: the mean of several trees' scores is more than one tree can do.
    """
    codes = training.outcome.astype(int)
    found = np.zeros((2, repeats, len(codes)))
    for repeat in range(repeats):
        n_folds = how_many_folds(codes)
        fold = stratified_folds(codes, n_folds, rng)
        for k in range(n_folds):
            inside, outside = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            scorers = fit_scorers(training.take(inside), growth, rng)
            left = training.take(outside)
            for row, scorer in enumerate(scorers):
                # A tree without questions ranks nobody, across folds neither.
                asks = len(scorer.tree.nodes) > 1
                found[row, repeat, outside] = (
                    scorer.predict(left.columns) if asks else training.outcome.mean()
                )
    tree, single = found
    return tree, single


def uncalibrated(tree: Tree) -> Scorer:
    """Give each leaf the share it had in training, one imagined customer of all added."""
    root = tree.nodes[0]
    base = root.counts[1] / root.n if root.n else float("nan")
    shares = {
        leaf: (tree.nodes[leaf].counts[1] + base) / (tree.nodes[leaf].n + 1) for leaf in tree.leaves
    }
    return Scorer(tree, shares, base, None)


def _calibrated(tree: Tree, training: Training, holding: Training) -> Scorer:
    """Bend the shares of the leaves to those of the part that was held out.

    A curve of two numbers keeps the order of the leaves and needs few outcomes; isotonic
    regression would only pool leaves.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines; on the logit scale:
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45.
    """
    raw = uncalibrated(tree)
    base = float(training.outcome.mean())
    placed = tree.apply(holding.columns) != NOWHERE
    outcome = holding.outcome[placed]
    few = min(outcome.sum(), len(outcome) - outcome.sum()) < _FEWEST
    if few or not 0 < raw.base_rate < 1:
        return Scorer(tree, _rounded(raw.probabilities), base, None)
    logits = {leaf: float(np.log(p / (1 - p))) for leaf, p in raw.probabilities.items()}
    given = raw.predict(holding.columns)[placed]
    line = _line(np.log(given / (1 - given)), outcome)
    bent = {leaf: float(1 / (1 + np.exp(-(line[0] + line[1] * x)))) for leaf, x in logits.items()}
    return Scorer(tree, _rounded(bent), base, line)


def _rounded(probabilities: Mapping[int, float]) -> dict[int, float]:
    """Keep the digits that say something; the printed SQL has exactly the same numbers."""
    return {leaf: round(probability, 6) for leaf, probability in probabilities.items()}


def _line(logits: np.ndarray, outcome: np.ndarray) -> tuple[float, float]:
    from scipy.optimize import minimize
    from scipy.special import expit

    def loss(line: np.ndarray) -> tuple[float, np.ndarray]:
        bent = line[0] + line[1] * logits
        gap = expit(bent) - outcome
        value = np.logaddexp(0, bent) - outcome * bent
        # The slight pull towards (0, 1) matters only where the slope cannot be told.
        pull = line - np.array([0.0, 1.0])
        slope = np.array([gap.sum(), gap @ logits]) + 2e-3 * pull
        return float(value.sum() + 1e-3 * pull @ pull), slope

    start, finely = np.array([0.0, 1.0]), {"ftol": 1e-10}
    found = minimize(loss, start, jac=True, method="SLSQP", bounds=_BOUNDS, options=finely).x
    return float(found[0]), float(found[1])


#: The slope stays above zero: calibration never turns the order of the leaves around.
_BOUNDS = [(-20.0, 20.0), (0.05, 20.0)]
