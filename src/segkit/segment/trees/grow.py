"""Grow a tree with scikit-learn, and keep its splits as plain, readable numbers and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from segkit.segment.trees.tree import Columns, Feature, Node, Tree


def grow(
    columns: Columns,
    codes: np.ndarray,
    features: Sequence[Feature],
    classes: tuple[str, ...],
    *,
    max_depth: int,
    min_leaf: int,
) -> Tree:
    """Grow a tree that tells ``classes`` apart, of which ``codes`` gives each customer's.

    Only the order of values counts: numbers go in as their rank, so that no cut suffers from
    rounding; categories by how often the classes occur among them, so that a question can
    take several of them at once. A cut is then put on the roundest number that parts the
    same customers.

    References
    ----------
    Breiman et al. (1984), theorem 4.5: for two classes the best grouping of categories is a
    cut in the order of their shares. For more: Coppersmith, Hong and Hosking (1999),
    Partitioning nominal attributes in decision trees, Data Mining and Knowledge Discovery 3.
    """
    counts = tuple(int(n) for n in np.bincount(codes, minlength=len(classes)))
    ranked = [_rank(columns[f.name], f, codes, len(classes)) for f in features]
    seen = tuple(feature for feature, _ranks, _known in ranked)
    if sum(n > 0 for n in counts) < 2 or not features or len(codes) < 2 * min_leaf:
        return Tree(classes, seen, (Node(counts),))
    from sklearn.tree import DecisionTreeClassifier

    grown = DecisionTreeClassifier(
        criterion="log_loss", max_depth=max_depth, min_samples_leaf=min_leaf, random_state=0
    ).fit(np.column_stack([ranks for _feature, ranks, _known in ranked]), codes)
    present = [int(code) for code in grown.classes_]
    nodes = [
        _node(grown.tree_, place, ranked, present, len(classes))
        for place in range(grown.tree_.node_count)
    ]
    return Tree(classes, seen, tuple(nodes))


_Ranked = tuple[Feature, np.ndarray, np.ndarray]


def _rank(column: np.ndarray, feature: Feature, codes: np.ndarray, n_classes: int) -> _Ranked:
    """Put ranks for values: the feature as seen here, each customer's rank, value by rank."""
    if feature.kind == "category":
        found, known = pd.factorize(column, sort=True)
        is_known, places = found >= 0, found[found >= 0]
        order = _order(places, codes[is_known], len(known), n_classes)
        known, place_to_rank = known[order], np.argsort(order)
        ranks = place_to_rank[places] if len(known) else places
    else:
        is_known = np.isfinite(column)
        known, ranks = np.unique(column[is_known], return_inverse=True)
    ranked = np.full(len(column), np.nan)
    ranked[is_known] = ranks
    values = tuple(sorted(map(str, known))) if feature.kind == "category" else ()
    return replace(feature, values=values, has_unknown=not is_known.all()), ranked, known


def _order(places: np.ndarray, codes: np.ndarray, n_values: int, n_classes: int) -> np.ndarray:
    """Order categories along the line in which their shares of the classes differ most."""
    if not n_values:
        return np.arange(0)
    counts = np.zeros((n_values, n_classes))
    np.add.at(counts, (places, codes), 1)
    weights, whole = counts.sum(axis=1), counts.sum(axis=0) / counts.sum()
    # One customer more, with the shares of all, keeps rare categories out of the extremes.
    shares = (counts + whole) / (weights + 1)[:, None]
    spread = np.sqrt(weights)[:, None] * (shares - whole)
    line = np.linalg.svd(spread, full_matrices=False)[2][0]
    line = line if line[np.argmax(np.abs(line).round(9))] > 0 else -line
    # Values come sorted, so that equal ones keep the order of the alphabet.
    return np.argsort((shares @ line).round(12), kind="stable")


def _node(tree: Any, place: int, ranked: list[_Ranked], present: list[int], n: int) -> Node:
    counts = [0] * n
    for code, share in zip(present, tree.value[place][0], strict=True):
        counts[code] = round(float(share) * int(tree.n_node_samples[place]))
    left = int(tree.children_left[place])
    if left < 0:
        return Node(tuple(counts))
    feature, _ranks, known = ranked[tree.feature[place]]
    threshold = float(tree.threshold[place])
    first = len(known) if math.isinf(threshold) else math.floor(threshold) + 1
    question: dict[str, Any] = (
        {"values": tuple(sorted(map(str, known[:first])))}
        if feature.kind == "category"
        else {"cut": _cut(known, first, feature.kind)}
    )
    return Node(
        tuple(counts),
        feature.name,
        unknown_left=feature.has_unknown and bool(tree.missing_go_to_left[place]),
        left=left,
        right=int(tree.children_right[place]),
        **question,
    )


def _cut(known: np.ndarray, first: int, kind: str) -> float:
    if first >= len(known):
        return math.inf
    finest = 0.0 if kind == "flag" else _finest(known)
    return round_cut(float(known[first - 1]), float(known[first]), finest=finest)


def _finest(known: np.ndarray) -> float:
    """Give the unit that values come in: an age is whole, of whatever type its column is."""
    if (known == np.floor(known)).all():
        return 1.0
    cents = known * 100
    return 0.01 if (np.abs(cents - np.round(cents)) < 1e-6).all() else 0.0


def round_cut(below: float, above: float, *, finest: float = 0.0) -> float:
    """Give the roundest number well between two neighbours: above ``below``, at most ``above``.

    It lies in the middle half of the gap where that has one, so that new customers are not
    judged by where the last one of either side happened to be. ``finest`` is the unit that
    values come in, 1 or 0.01, or 0: nobody pays half a cent, and no rule should name it.

    Examples
    --------
    >>> round_cut(4_981.2, 5_012.3), round_cut(0.31, 0.34), round_cut(34.12, 34.13, finest=0.01)
    (5000.0, 0.33, 34.13)
    """
    quarter = (Decimal(above) - Decimal(below)) / 4
    low, middle, high = (Decimal(below) + i * quarter for i in (1, 2, 3))
    top = math.floor(math.log10(max(abs(below), abs(above))))
    last = round(math.log10(finest)) if finest else top - 17
    for power in range(top + 1, last - 1, -1):
        for step in (Decimal(10) ** power, Decimal(5) * Decimal(10) ** (power - 1)):
            if step < Decimal(10) ** last:
                continue
            cut = (middle / step).to_integral_value() * step
            # A very narrow gap has no float inside: it ends in the upper neighbour.
            if low <= cut <= high and below < float(cut) <= above:
                return float(cut)
    if finest and (nearest := round(above, -last)) != above:
        # A sum of cents may miss them by the last digit of a float.
        return float(nearest) if below < nearest <= above else round_cut(below, above)
    return float(above)
