"""Columns that tell when, not who: they run along with time and would be learned by heart."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.stats import spearmanr

from segkit.segment.trees.data import Prepared
from segkit.segment.trees.tree import Columns, Feature

#: So much less often than by chance must neighbours in time differ.
_SELDOM = 0.1
#: House rule: where so many have left the range of a feature, its cuts part nobody any more; a
#: rank correlation with time beyond it says that the feature is little else.
_GONE = 0.9
#: Of fewer customers a rank correlation says little.
_FEWEST = 10


def time_bound(prepared: Prepared, order: np.ndarray) -> list[str]:
    """List the features that stay the same from one customer to the next, or rise with time.

    The month of a call, an interest rate of the day or a running number is one; a tree would
    learn from it which weeks went well, and has no answer for weeks to come. A customer's own
    features change from customer to customer about as often as chance has it.
    """
    sequence = np.argsort(order, kind="stable")
    columns = {f: prepared.columns[f.name][sequence] for f in prepared.features}
    return [
        feature.name
        for feature, column in columns.items()
        if _runs_along(column) or (feature.kind != "category" and _rises(column, order[sequence]))
    ]


def _rises(column: np.ndarray, order: np.ndarray) -> bool:
    known = np.isfinite(column)
    if known.sum() < _FEWEST or np.ptp(column[known]) == 0 or np.ptp(order[known]) == 0:
        return False
    return bool(abs(spearmanr(column[known], order[known]).statistic) > _GONE)


def _runs_along(column: np.ndarray) -> bool:
    texts = np.array([str(value) for value in column])
    _values, places, counts = np.unique(texts, return_inverse=True, return_counts=True)
    by_chance = 1 - float(((counts / len(texts)) ** 2).sum())
    changes = float((places[1:] != places[:-1]).mean()) if len(texts) > 1 else 0.0
    # A value that nearly everybody has changes seldom in any order.
    return by_chance > 0 and changes < _SELDOM * by_chance


def out_of_reach(features: Iterable[Feature], earlier: Columns, later: Columns) -> list[str]:
    """List the numbers of which nearly all customers have a later value than anybody had earlier.

    Days since the first purchase grow with the calendar: where all customers joined within a
    few weeks, a cut between them has everybody on one side a quarter later.
    """
    return [
        feature.name
        for feature in features
        if feature.kind in ("integer", "number")
        and _share_outside(earlier[feature.name], later[feature.name]) > _GONE
    ]


def _share_outside(earlier: np.ndarray, later: np.ndarray) -> float:
    known, found = earlier[np.isfinite(earlier)], later[np.isfinite(later)]
    if not len(known) or not len(found):
        return 0.0
    return float(((found < known.min()) | (found > known.max())).mean())
