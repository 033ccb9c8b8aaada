"""Columns that tell when, not who: they run along with time and would be learned by heart."""

from __future__ import annotations

import numpy as np

from segkit.segment.trees.data import Prepared

#: So much less often than by chance must neighbours in time differ.
_SELDOM = 0.1


def time_bound(prepared: Prepared, order: np.ndarray) -> list[str]:
    """List the features that stay the same from one customer to the next in time.

    The month of a call or an interest rate of the day is one; a tree would learn from it
    which weeks went well, and has no answer for weeks to come. A customer's own features
    change from customer to customer about as often as chance has it.
    """
    sequence = np.argsort(order, kind="stable")
    return [
        feature.name
        for feature in prepared.features
        if _runs_along(prepared.columns[feature.name][sequence])
    ]


def _runs_along(column: np.ndarray) -> bool:
    texts = np.array([str(value) for value in column])
    _values, places, counts = np.unique(texts, return_inverse=True, return_counts=True)
    by_chance = 1 - float(((counts / len(texts)) ** 2).sum())
    changes = float((places[1:] != places[:-1]).mean()) if len(texts) > 1 else 0.0
    # A value that nearly everybody has changes seldom in any order.
    return by_chance > 0 and changes < _SELDOM * by_chance
