"""Make a tree and try it on customers it did not see, or as they were later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segkit.checks import fail
from segkit.errors import DataError
from segkit.segment.trees.fitting import Growth, Scorer, Training, cross_scores, fit_scorers
from segkit.segment.trees.folds import later_part
from segkit.segment.trees.scores import auc, auc_gain, brier, log_loss, mean_estimate

#: Share of the customers, the latest, on whom a tree made on the earlier ones is tested.
TEST_SHARE = 0.3
_REPEATS = 3


@dataclass(frozen=True, eq=False)
class Tried:
    """Customers with an id each and what is known of them."""

    ids: pd.Series
    training: Training

    def take(self, rows: np.ndarray) -> Tried:
        """Keep these customers."""
        return Tried(self.ids.iloc[rows].reset_index(drop=True), self.training.take(rows))


@dataclass(frozen=True, eq=False)
class Trial:
    """Whom a tree was made on and tried on; a row of scores for each drawing of the folds."""

    learnt: Training
    tried: Tried
    scorer: Scorer
    stump: Scorer
    scores: np.ndarray
    single: np.ndarray

    @property
    def outcome(self) -> np.ndarray:
        """What became of those on whom the tree was tried."""
        return self.tried.training.outcome

    @property
    def metrics(self) -> pd.DataFrame:
        """How well tree and single question do, the mean of the drawings.

        The ends of the intervals are means too: the error of the mean would be smaller, but
        what is delivered is one tree.
        """
        base = float(self.learnt.outcome.mean())
        pairs = zip(self.scores, self.single, strict=True)
        together = pd.concat([_metrics(self.outcome, *pair, base) for pair in pairs])
        return together.groupby("measure", sort=False).mean().reset_index()

    def table(self) -> pd.DataFrame:
        """Each customer it was tried on: what was told, by tree and question, and what came."""
        return pd.DataFrame(
            {
                "customer_id": self.tried.ids,
                "probability": self.scores[0],
                "outcome": self.outcome == 1,
                "single_rule": self.single[0],
            }
        )

    def leaves(self) -> np.ndarray:
        """Give the leaf of each customer it was tried on; meant where none made the tree."""
        return np.asarray(self.scorer.tree.apply(self.tried.training.columns))


def cross_trial(known: Tried, growth: Growth, rng: np.random.Generator) -> Trial:
    """Try each customer by trees that never saw the customer; the tree is made on all."""
    training = known.training
    scores, single = cross_scores(training, growth, rng, _REPEATS)
    return Trial(training, known, *fit_scorers(training, growth, rng), scores, single)


def later_trial(learnt: Training, later: Tried, growth: Growth, rng: np.random.Generator) -> Trial:
    """Make the tree on some customers and try it on those who came later."""
    scorer, stump = fit_scorers(learnt, growth, rng)
    told = (one.predict(later.training.columns)[np.newaxis] for one in (scorer, stump))
    return Trial(learnt, later, scorer, stump, *told)


def parted(known: Tried, outcome: str, function: str) -> tuple[Training, Tried]:
    """Part customers by their order in time: the earlier ones, and the latest 30 %."""
    assert known.training.order is not None
    later = later_part(known.training.order, TEST_SHARE)
    parts = [known.take(np.flatnonzero(rows)) for rows in (~later, later)]
    for part, name in zip(parts, ("earlier", "later"), strict=True):
        answers = part.training.outcome
        if not 0 < answers.sum() < len(answers):
            found = f"{int(answers.sum()):,} of the {len(answers):,} {name} customers with it"
            remedy = "Leave order out, or take a longer time."
            rule = "true for some and false for others, both earlier and later"
            fail(function, outcome, rule, found, remedy, error=DataError)
    return parts[0].training, parts[1]


def _metrics(
    outcome: np.ndarray, probability: np.ndarray, single: np.ndarray, base_rate: float
) -> pd.DataFrame:
    gained, own = auc_gain(outcome, probability, single), auc(outcome, probability)
    one = auc(outcome, single).value
    rows: list[tuple[Any, ...]] = [
        ("auc", own.value, own.low, own.high, 0.5, one, gained.value, gained.low, gained.high)
    ]
    for measure, loss in (("brier", brier), ("log_loss", log_loss)):
        losses, others = loss(outcome, probability), loss(outcome, single)
        mean, less = mean_estimate(losses, floor=0.0), mean_estimate(others - losses)
        base = float(loss(outcome, np.full(len(outcome), base_rate)).mean())
        values = (mean.value, mean.low, mean.high, base, float(others.mean()))
        rows.append((measure, *values, less.value, less.low, less.high))
    columns: Sequence[str] = ["measure", "value", "low", "high", "base", "single_rule"]
    return pd.DataFrame(rows, columns=[*columns, "gain", "gain_low", "gain_high"])
