"""Fit a tree that predicts an outcome, and test it on customers it never saw."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, check_number, fail
from segkit.collect.columns.roles import KNOWN_LATE
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError
from segkit.segment.trees.calendar import out_of_reach, time_bound
from segkit.segment.trees.data import Prepared, kind_of_feature, prepare, read_outcome
from segkit.segment.trees.fitting import Growth, Training
from segkit.segment.trees.leaks import find_leaks
from segkit.segment.trees.leaves import leaf_definition
from segkit.segment.trees.model import Sample, TreeModel
from segkit.segment.trees.scores import gain_table, reliability_table
from segkit.segment.trees.tree import NOWHERE, Feature
from segkit.segment.trees.trial import Trial, Tried, cross_trial, later_trial, parted

_WHO = "fit_tree"


def fit_tree(
    customers: Frame,
    outcome: str = "responded",
    *,
    features: Sequence[str] | None = None,
    order: str | None = None,
    test: Frame | None = None,
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
        Column of true and false, 1 and 0 or yes and no. Customers without one, or with a word
        for nothing such as "unknown", are left out.
    features : sequence of str, optional
        Columns of numbers, flags or texts of at most 50 values. Default: all of them but those
        known too late and, with ``order`` or ``test``, those that tell the time rather than
        the customer.
    order : str, optional
        Column of dates or numbers that tells when. The latest 30 % are then the test; customers
        of one moment stay together, and those without one are left out. Without it: 5-fold
        stratified cross-validation, 3 times, of which the metrics are averaged; the other
        tables show the first.
    test : pandas, polars, pyarrow or Ibis table, optional
        Customers of a later time with the same columns, one row each. The tree is then made on
        all of ``customers`` and tested on these; the same customer may be in both, as he was
        earlier and as he was later. Not together with ``order``.
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
    for argument, names in {"features": features, "leaks": leaks}.items():
        if isinstance(names, str):
            fail(_WHO, argument, "a list of columns", names, f"Write [{names!r}].")
    if test is not None and order is not None:
        remedy = "test says itself which customers are the later ones."
        fail(_WHO, "order", "left out where test is given", order, remedy)
    table = as_ibis(customers, function=_WHO, argument="customers")
    others = [outcome] if order is None else [outcome, order]
    check_columns(_WHO, table.columns, ["customer_id", *others, *(features or ())])
    late = {*KNOWN_LATE, *leaks}
    if order in late:
        rule = "a column that tells when, not one known only after the outcome"
        fail(_WHO, "order", rule, order, "Name a column of dates, or leave it out.")
    left_out = () if features is not None else tuple(n for n in table.columns if n in late)
    prepared = prepare(table, features, function=_WHO, others=others, left_out=left_out)
    known, unknown = _known(prepared, outcome, order)
    later = None if test is None else _later(test, prepared.features, outcome)
    bound = () if features is not None else _time_bound(prepared, known.training, later)
    used = tuple(feature for feature in prepared.features if feature.name not in bound)
    growth = Growth(used, int(max_depth), 0 if min_leaf is None else int(min_leaf))
    rng = np.random.default_rng(random_state)
    task = _Task(outcome, late, left_out, bound, unknown, later is not None)
    if later is not None:
        return _assess(later_trial(known.training, later, growth, rng), growth, task)
    if order is not None:
        return _assess(later_trial(*parted(known, outcome, _WHO), growth, rng), growth, task)
    return _assess(cross_trial(known, growth, rng), growth, task)


@dataclass(frozen=True)
class _Task:
    """What was asked, and what was put aside for it."""

    outcome: str
    late: Collection[str]
    left_out: tuple[str, ...]
    time_bound: tuple[str, ...]
    unknown: tuple[int, int]
    has_test: bool


def _check(max_depth: Any, min_leaf: Any, random_state: Any) -> None:
    check_number(_WHO, "max_depth", max_depth, low=1, high=8, whole=True)
    if min_leaf is not None:
        check_number(_WHO, "min_leaf", min_leaf, low=1, whole=True, unit="customers")
    check_number(_WHO, "random_state", random_state, low=0, whole=True)


def _known(
    prepared: Prepared, outcome: str, order: str | None = None, *, argument: str = ""
) -> tuple[Tried, tuple[int, int]]:
    """Keep the customers whose outcome and moment are known; count who lacked either, too."""
    name = argument or outcome
    answers = read_outcome(prepared.frame[outcome], function=_WHO, argument=name)
    has_answer = ~np.isnan(answers)
    has_moment = np.ones(len(answers), dtype=bool)
    if order is not None:
        _check_moments(prepared.frame[order], order)
        has_moment = prepared.frame[order].notna().to_numpy()
    known = np.flatnonzero(has_answer & has_moment)
    # Of one customer with it, nothing is left to test with.
    _check_both(answers[known], name, fewest=1 if argument else 2)
    kept = prepared.take(known)
    moments = None if order is None else _moments(kept.frame[order])
    lacking = int((~has_answer).sum()), int((has_answer & ~has_moment).sum())
    return Tried(
        kept.frame["customer_id"], Training(kept.columns, answers[known], moments)
    ), lacking


def _later(test: Frame, features: Sequence[Feature], outcome: str) -> Tried:
    """Read the customers of a later time as the tree sees those it is made on."""
    table = as_ibis(test, function=_WHO, argument="test")
    names = [feature.name for feature in features]
    who = f"{_WHO}: test"
    check_columns(who, table.columns, ["customer_id", outcome, *names])
    _check_kinds(table, features, who)
    prepared = prepare(table, names, function=who, others=[outcome])
    return _known(prepared, outcome, argument=f"{outcome} of test")[0]


def _check_kinds(table: ir.Table, features: Sequence[Feature], who: str) -> None:
    numbers = {"integer", "number"}
    for feature in features:
        found = kind_of_feature(table[feature.name])
        if found != feature.kind and not {found, feature.kind} <= numbers:
            kind = str(table[feature.name].type())
            fail(who, feature.name, "of the type it has in customers", kind, error=DataError)


def _time_bound(prepared: Prepared, known: Training, later: Tried | None) -> tuple[str, ...]:
    """List the features that would learn the time by heart, where a time is given."""
    if later is not None:
        return tuple(out_of_reach(prepared.features, known.columns, later.training.columns))
    return () if known.order is None else tuple(time_bound(prepared, known.order))


def _check_both(answers: np.ndarray, outcome: str, *, fewest: int) -> None:
    n_with, n = int(answers.sum()), len(answers)
    if not fewest <= n_with <= n - fewest:
        found = f"{n_with:,} of {n:,} customers with it"
        remedy = f"A tree needs {fewest} or more customers with the outcome, and as many without."
        fail(_WHO, outcome, "true for some and false for others", found, remedy, error=DataError)


def _check_moments(column: pd.Series, order: str) -> None:
    """Refuse an order that cannot be one, or that so many lack that little is left."""
    is_date = pd.api.types.is_datetime64_any_dtype(column)
    if not (is_date or pd.api.types.is_numeric_dtype(column)):
        rule, remedy = "a column of dates or numbers", "Make a date of it, or leave it out."
        fail(_WHO, order, rule, str(column.dtype), remedy, error=DataError)
    known = int(column.notna().sum())
    if known <= len(column) / 2:
        found, remedy = f"{known:,} of {len(column):,}", "Fill it, or leave the order out."
        rule = "a date or number for more than half of the customers"
        fail(_WHO, order, rule, found, remedy, error=DataError)


def _moments(column: pd.Series) -> np.ndarray:
    """Give the order as numbers."""
    if pd.api.types.is_datetime64_any_dtype(column):
        # Moments with a time zone are no numpy dates.
        return pd.DatetimeIndex(column).asi8
    return column.to_numpy(dtype="float64")


def _assess(trial: Trial, growth: Growth, task: _Task) -> TreeModel:
    """Put together what a trial told."""
    outcome, learnt = trial.outcome, trial.learnt
    sample = Sample(
        n_train=len(learnt.outcome),
        train_rate=float(learnt.outcome.mean()),
        n_test=len(outcome),
        test_rate=float(outcome.mean()),
        by_time=task.has_test or learnt.order is not None,
        n_unknown=task.unknown[0],
        as_they_were=task.has_test,
        n_undated=task.unknown[1],
    )
    definition, tested = leaf_definition(trial.scorer, task.outcome), trial.table()
    # In cross-validation the customers of the test are those that the tree was made on.
    leaves = trial.leaves() if sample.by_time else np.full(len(outcome), NOWHERE)
    tested["segment"] = [definition.leaves.get(int(leaf)) for leaf in leaves]
    return TreeModel(
        definition=definition,
        outcome=task.outcome,
        sample=sample,
        metrics=trial.metrics,
        gain=gain_table(outcome, trial.scores[0]),
        reliability=reliability_table(outcome, trial.scores[0]),
        tested=tested,
        single_rule=trial.stump.tree,
        leaks=find_leaks(learnt, growth.features, task.late),
        left_out=task.left_out,
        time_bound=task.time_bound,
    )
