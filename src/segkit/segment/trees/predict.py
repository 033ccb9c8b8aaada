"""Fit a tree that predicts an outcome, and test it on customers it never saw."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segkit.checks import check_columns, check_number, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError
from segkit.i18n import _, format_number, format_percent
from segkit.schemes.scheme import Named
from segkit.segment.trees.calendar import time_bound
from segkit.segment.trees.data import Prepared, prepare, read_outcome
from segkit.segment.trees.definition import TreeDefinition
from segkit.segment.trees.fitting import Growth, Scorer, Training, cross_scores, fit_scorers
from segkit.segment.trees.folds import later_part
from segkit.segment.trees.leaks import KNOWN_LATE, find_leaks
from segkit.segment.trees.model import Sample, TreeModel
from segkit.segment.trees.scores import (
    auc,
    auc_gain,
    brier,
    gain_table,
    log_loss,
    mean_estimate,
    reliability_table,
)
from segkit.segment.trees.words import in_both

_WHO = "fit_tree"
#: Share of the customers, the latest, on whom a tree made on the earlier ones is tested.
TEST_SHARE = 0.3
_REPEATS = 3
_FIRST, _LAST = (0x1F, 0x5F, 0xA8), (0xB8, 0xC0, 0xCC)


def fit_tree(
    customers: Frame,
    outcome: str = "responded",
    *,
    features: Sequence[str] | None = None,
    order: str | None = None,
    leaks: Sequence[str] = (),
    max_depth: int = 4,
    min_leaf: int | None = None,
    random_state: int = 0,
) -> TreeModel:
    """Fit a tree that predicts an outcome, with rules a manager can read.

    Use it to find who buys again, subscribes or complains, and to learn honestly how well that
    can be known. All of it is made on training customers – the grouping of categories, the
    pruning, the calibration – and measured on others.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id``, the outcome and the features.
    outcome : str
        Column of true and false, 1 and 0 or yes and no. Customers without one are left out.
    features : sequence of str, optional
        Columns of numbers, flags or texts of at most 50 values. Default: all of them but those
        known too late and, with ``order``, those that tell the time rather than the customer.
    order : str, optional
        Column of dates or numbers that tells when. The latest 30 % are then the test; customers
        of one moment stay together. Without it: 5-fold stratified cross-validation, 3 times, of
        which the metrics are averaged; the other tables show the first.
    leaks : sequence of str
        Further columns known only after the outcome; named in ``features``, they are warned of.
    max_depth : int
        Most questions on the way to a leaf, 1 to 8.
    min_leaf : int, optional
        Fewest training customers of a leaf; default one in a hundred, at least 5.
    random_state : int
        Of the folds; the order of rows does not matter.

    Returns
    -------
    TreeModel
        ``metrics``, ``gain``, ``reliability``, ``rules``, ``warnings``; ``predict(customers)``.

    Raises
    ------
    DataError
        If columns are missing or unfit, or all customers have the same outcome.
    ArgumentError
        If another argument is outside its rule.

    Notes
    -----
    Classes are not weighted, however rare the outcome: weights would bend the probabilities and
    leave the ranking nearly as it is. A missing value goes the way that was better for the
    customers of the training who lacked it; where nobody did, it leaves a new customer without
    a group, as does a category never seen.

    Examples
    --------
    >>> import pandas as pd
    >>> visits = [i % 10 for i in range(400)]
    >>> customers = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(400)],
    ...     "visits": visits, "bought": [n >= 6 or i % 37 == 0 for i, n in enumerate(visits)]})
    >>> model = fit_tree(customers, "bought")
    >>> list(model.rules["rule"])
    ['visits of 6 or more', 'visits below 6']
    """
    _check(max_depth, min_leaf, random_state)
    table = as_ibis(customers, function=_WHO, argument="customers")
    others = [outcome] if order is None else [outcome, order]
    check_columns(_WHO, table.columns, ["customer_id", *others, *(features or ())])
    late = {*KNOWN_LATE, *leaks}
    left_out = () if features is not None else tuple(n for n in table.columns if n in late)
    prepared = prepare(table, features, function=_WHO, others=others, left_out=left_out)
    answers = read_outcome(prepared.frame[outcome], function=_WHO, argument=outcome)
    known_flags = ~np.isnan(answers)
    known = np.flatnonzero(known_flags)
    _check_both(answers[known], outcome)
    prepared, answers = prepared.take(known), answers[known]
    moments = None if order is None else _moments(prepared.frame[order], order)
    bound = () if features is not None or moments is None else tuple(time_bound(prepared, moments))
    used = tuple(feature for feature in prepared.features if feature.name not in bound)
    growth = Growth(used, int(max_depth), 0 if min_leaf is None else int(min_leaf))
    training = Training(prepared.columns, answers, moments)
    task = _Task(outcome, late, left_out, bound, len(known_flags) - len(answers))
    return _assess(prepared, training, growth, task, np.random.default_rng(random_state))


@dataclass(frozen=True)
class _Task:
    """What was asked, and what was put aside for it."""

    outcome: str
    late: Collection[str]
    left_out: tuple[str, ...]
    time_bound: tuple[str, ...]
    n_unknown: int


def _check(max_depth: Any, min_leaf: Any, random_state: Any) -> None:
    check_number(_WHO, "max_depth", max_depth, low=1, high=8, whole=True)
    if min_leaf is not None:
        check_number(_WHO, "min_leaf", min_leaf, low=1, whole=True, unit="customers")
    check_number(_WHO, "random_state", random_state, low=0, whole=True)


def _check_both(answers: np.ndarray, outcome: str) -> None:
    n_with, n = int(answers.sum()), len(answers)
    if not 0 < n_with < n:
        found = f"{n_with:,} of {n:,} customers with it"
        remedy = "A tree needs customers with and without the outcome."
        fail(_WHO, outcome, "true for some and false for others", found, remedy, error=DataError)


def _moments(column: pd.Series, order: str) -> np.ndarray:
    """Read the order as numbers."""
    is_date = pd.api.types.is_datetime64_any_dtype(column)
    is_number = pd.api.types.is_numeric_dtype(column)
    if column.isna().any() or not (is_date or is_number):
        found = f"{column.dtype}, {int(column.isna().sum()):,} missing"
        rule = "a column of dates or numbers without a gap"
        fail(_WHO, order, rule, found, "Fill it or leave those rows out.", error=DataError)
    return column.to_numpy().astype("int64" if is_date else "float64")


@dataclass(frozen=True, eq=False)
class _Test:
    """Whom the tree was made on and tested on; a row of scores for each drawing of the folds."""

    inside: np.ndarray
    outside: np.ndarray
    scorer: Scorer
    stump: Scorer
    scores: np.ndarray
    single: np.ndarray


def _assess(
    prepared: Prepared,
    training: Training,
    growth: Growth,
    task: _Task,
    rng: np.random.Generator,
) -> TreeModel:
    """Fit and test: on later customers where there is an order, else by cross-validation."""
    test = _fit_and_score(training, growth, task, rng)
    learnt, outcome = training.take(test.inside), training.outcome[test.outside]
    sample = Sample(
        n_train=len(test.inside),
        train_rate=float(learnt.outcome.mean()),
        n_test=len(test.outside),
        test_rate=float(outcome.mean()),
        by_time=training.order is not None,
        n_unknown=task.n_unknown,
    )
    ids = prepared.frame["customer_id"].iloc[test.outside].reset_index(drop=True)
    pairs = zip(test.scores, test.single, strict=True)
    first = test.scores[0]
    return TreeModel(
        definition=leaf_definition(test.scorer, task.outcome),
        outcome=task.outcome,
        sample=sample,
        metrics=_mean_of([_metrics(outcome, *pair, sample.train_rate) for pair in pairs]),
        gain=gain_table(outcome, first),
        reliability=reliability_table(outcome, first),
        tested=pd.DataFrame({"customer_id": ids, "probability": first, "outcome": outcome == 1}),
        single_rule=test.stump.tree,
        leaks=find_leaks(learnt, growth.features, task.late),
        left_out=task.left_out,
        time_bound=task.time_bound,
    )


def _fit_and_score(
    training: Training, growth: Growth, task: _Task, rng: np.random.Generator
) -> _Test:
    if training.order is None:
        everybody = np.arange(len(training.outcome))
        scores, single = cross_scores(training, growth, rng, _REPEATS)
        return _Test(everybody, everybody, *fit_scorers(training, growth, rng), scores, single)
    later = later_part(training.order, TEST_SHARE)
    inside, outside = np.flatnonzero(~later), np.flatnonzero(later)
    _check_parts(training, inside, outside, task.outcome)
    scorer, stump = fit_scorers(training.take(inside), growth, rng)
    left = training.take(outside).columns
    told = (one.predict(left)[np.newaxis] for one in (scorer, stump))
    return _Test(inside, outside, scorer, stump, *told)


def _mean_of(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Average the metrics of the drawings, the ends of the intervals too.

    The error of the mean would be smaller; but what is delivered is one tree.
    """
    together = pd.concat(tables)
    return together.groupby("measure", sort=False).mean().reset_index()


def _check_parts(training: Training, inside: np.ndarray, outside: np.ndarray, outcome: str) -> None:
    for part, name in ((inside, "earlier"), (outside, "later")):
        answers = training.outcome[part]
        if not 0 < answers.sum() < len(answers):
            found = f"{int(answers.sum()):,} of the {len(answers):,} {name} customers with it"
            remedy = "Leave order out, or take a longer time."
            rule = "true for some and false for others, both earlier and later"
            fail(_WHO, outcome, rule, found, remedy, error=DataError)


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
    columns = ["measure", "value", "low", "high", "base", "single_rule"]
    return pd.DataFrame(rows, columns=[*columns, "gain", "gain_low", "gain_high"])


def leaf_definition(scorer: Scorer, outcome: str) -> TreeDefinition:
    """Make each leaf a segment, the most likely first."""
    order = sorted(scorer.tree.leaves, key=lambda leaf: (-scorer.probabilities[leaf], leaf))
    leaves = {leaf: f"leaf_{i}" for i, leaf in enumerate(order, start=1)}
    named = tuple(
        _leaf(i + 1, scorer.probabilities[leaf], scorer.base_rate, i / max(1, len(order) - 1))
        for i, leaf in enumerate(order)
    )
    title = in_both(lambda: _("Tree for {outcome}").format(outcome=outcome))
    probabilities = {leaf: scorer.probabilities[leaf] for leaf in order}
    return TreeDefinition(title, f"tree_{outcome}", scorer.tree, named, leaves, probabilities)


def _leaf(number: int, share: float, base_rate: float, step: float) -> Named:
    return Named(
        id=f"leaf_{number}",
        name=in_both(lambda: _leaf_name(number, share)),
        action=in_both(lambda: _leaf_action(share, base_rate)),
        color=_shade(step),
    )


def _leaf_name(number: int, share: float) -> str:
    text = _("Group {number} ({share} expected)")
    return text.format(number=number, share=format_percent(share))


def _leaf_action(share: float, base_rate: float) -> str:
    lift = format_number(share / base_rate, 2) if base_rate else "–"
    if share >= 1.25 * base_rate:
        return _("Act here first: {lift} times the average share.").format(lift=lift)
    if share <= 0.8 * base_rate:
        return _("Act here last: {lift} times the average share.").format(lift=lift)
    return _("Act here second: about the average share.")


def _shade(step: float) -> str:
    red, green, blue = (
        round(first + step * (last - first)) for first, last in zip(_FIRST, _LAST, strict=True)
    )
    return f"#{red:02x}{green:02x}{blue:02x}"
