"""How good predicted probabilities are, on customers whose outcome came later or was kept back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from segkit.uncertainty import Z95, share_of_count

#: Nothing is certain: keeps one surprise from making the log loss infinite.
_LEAST = 1e-6
#: A share of fewer customers says nothing.
_FEWEST = 20


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, error: float, floor: float = -math.inf) -> Estimate:
        """Give the interval of a normal error."""
        return cls(value, max(floor, value - Z95 * error), value + Z95 * error)


def auc_parts(outcome: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each one with and each one without the outcome the share of the others it beats.

    Both have the AUC as their mean; ties count half.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), Comparing the areas under two or more correlated
    receiver operating characteristic curves, Biometrics 44; by ranks: Sun and Xu (2014).
    """
    with_, without = score[outcome == 1], score[outcome == 0]
    ranks = rankdata(np.concatenate([with_, without]))
    own = (ranks[: len(with_)] - rankdata(with_)) / len(without)
    others = 1 - (ranks[len(with_) :] - rankdata(without)) / len(with_)
    return own, others


def auc(outcome: np.ndarray, score: np.ndarray) -> Estimate:
    """Give the area under the ROC curve: how often one with the outcome has the higher score."""
    return _auc_of(*auc_parts(outcome, score)) if _has_both(outcome) else _unknown()


def auc_gain(outcome: np.ndarray, score: np.ndarray, other: np.ndarray) -> Estimate:
    """Give how much the AUC of ``score`` is above that of ``other``, on the same customers."""
    if not _has_both(outcome):
        return _unknown()
    pairs = zip(auc_parts(outcome, score), auc_parts(outcome, other), strict=True)
    own, others = (first - second for first, second in pairs)
    found = _auc_of(own, others)
    return Estimate(found.value, max(-1.0, found.low), found.high)


def _auc_of(own: np.ndarray, others: np.ndarray) -> Estimate:
    if min(len(own), len(others)) < 2:
        return Estimate(float(own.mean()), math.nan, math.nan)
    error = math.sqrt(own.var(ddof=1) / len(own) + others.var(ddof=1) / len(others))
    found = Estimate.of(float(own.mean()), error)
    return Estimate(found.value, found.low, min(1.0, found.high))


def _has_both(outcome: np.ndarray) -> bool:
    return 0 < outcome.sum() < len(outcome)


def _unknown() -> Estimate:
    return Estimate(math.nan, math.nan, math.nan)


def brier(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Give each customer's squared difference of probability and outcome."""
    return (probability - outcome) ** 2


def log_loss(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Give each customer's negative log of the probability of what happened."""
    safe = np.clip(probability, _LEAST, 1 - _LEAST)
    return -np.where(outcome == 1, np.log(safe), np.log(1 - safe))


def mean_estimate(values: np.ndarray, floor: float = -math.inf) -> Estimate:
    """Give a mean with its interval."""
    if len(values) < 2:
        return Estimate(float(values.mean()) if len(values) else math.nan, math.nan, math.nan)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    return Estimate.of(float(values.mean()), error, floor)


def gain_table(outcome: np.ndarray, score: np.ndarray, parts: int = 10) -> pd.DataFrame:
    """Tabulate lift and cumulative gain, best tenth first.

    Customers of one leaf have one score; where a tenth ends within a leaf, it takes its share
    of the leaf's outcomes, which is what chance would bring on average.
    """
    values, places = np.unique(-score, return_inverse=True)
    n = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=len(values)))])
    hits = np.bincount(places, weights=outcome, minlength=len(values))
    reached = np.concatenate([[0.0], np.cumsum(hits)])
    ends = np.round(np.linspace(0, len(outcome), parts + 1))
    found = np.interp(ends, n, reached)
    people, own = np.diff(ends), np.diff(found)
    rate, total = outcome.mean() if len(outcome) else math.nan, found[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "tenth": np.arange(1, parts + 1),
                "n_customers": people.astype("int64"),
                "n_outcomes": own,
                "rate": own / people,
                "lift": own / people / rate,
                "cumulative_customers": ends[1:] / ends[-1],
                "cumulative_gain": found[1:] / total,
                "cumulative_lift": (found[1:] / total) / (ends[1:] / ends[-1]),
            }
        )
    return table


def reliability_table(outcome: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Set predicted against observed shares, one row for each probability, in at most ten.

    Groups of fewer than 20 customers are put together with their neighbours: a share of a
    handful says nothing.

    ``agrees`` asks all rows together: with ten intervals of 95 %, a third of the models whose
    probabilities are right would miss one.
    """
    values, places = np.unique(probability, return_inverse=True)
    if len(values) > 10:
        edges = np.unique(np.quantile(probability, np.linspace(0, 1, 11)[1:-1]))
        places = np.searchsorted(edges, probability, side="right")
    places = _pooled(places)
    rows, groups = [], np.unique(places)
    for place in groups:
        inside = places == place
        seen = share_of_count(float(outcome[inside].sum()), int(inside.sum()))
        predicted = float(probability[inside].mean())
        rows.append(
            {
                "predicted": predicted,
                "n_customers": int(inside.sum()),
                "observed": seen.value,
                "observed_low": seen.low,
                "observed_high": seen.high,
                "agrees": _could_be(predicted, seen.value, int(inside.sum()), len(groups)),
            }
        )
    columns = ["predicted", "n_customers", "observed", "observed_low", "observed_high", "agrees"]
    return pd.DataFrame(rows, columns=columns)


def _pooled(places: np.ndarray) -> np.ndarray:
    """Number groups anew, neighbours together until they hold enough customers."""
    new, count, current = [], 0, 0
    for size in np.bincount(places):
        new.append(current)
        count += int(size)
        if count >= _FEWEST:
            count, current = 0, current + 1
    # What is left at the end is too few for a group of its own.
    return np.minimum(new, max(current - 1, 0))[places]


def _could_be(predicted: float, observed: float, n: int, groups: int) -> bool:
    """Whether a share lies within Wilson's interval at 1 - 5 % / groups (Bonferroni)."""
    z = float(norm.isf(0.025 / groups))
    # Wilson's interval holds the shares whose own normal error reaches the observed one.
    return abs(observed - predicted) <= z * math.sqrt(predicted * (1 - predicted) / n)
