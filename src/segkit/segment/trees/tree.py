"""A decision tree as data: its splits, who goes where, and what each leaf asks for."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from segkit.errors import SegkitError

#: Columns of customers as the tree sees them: numbers with NaN, or texts with None.
Columns = Mapping[str, np.ndarray]

#: Where a customer goes of whom the tree lacks something it has to ask.
NOWHERE = -1


@dataclass(frozen=True)
class Feature:
    """A column that a tree may ask for.

    ``kind`` is ``"integer"``, ``"number"``, ``"flag"`` (0 or 1) or ``"category"``, whose
    ``values`` are those it had in training. ``has_unknown`` tells whether some customers of
    the training lacked it: only then does the tree know where such customers go.
    """

    name: str
    kind: str
    values: tuple[str, ...] = ()
    has_unknown: bool = False

    def is_known(self, column: np.ndarray) -> np.ndarray:
        """Flag the customers whose value the tree knows; a new category is not known."""
        if self.kind == "category":
            return one_of(column, self.values)
        return np.isfinite(column)


@dataclass(frozen=True)
class Node:
    """One node: the training customers of each class, and the question unless it is a leaf.

    Those below ``cut``, or with one of ``values``, go to ``left``, the others to ``right``;
    the unknown go where ``unknown_left`` says. An infinite cut parts known from unknown.
    """

    counts: tuple[int, ...]
    feature: str = ""
    cut: float = math.nan
    values: tuple[str, ...] = ()
    unknown_left: bool = False
    left: int = NOWHERE
    right: int = NOWHERE

    @property
    def is_leaf(self) -> bool:
        """Whether nothing more is asked here."""
        return self.left < 0

    @property
    def n(self) -> int:
        """Customers of the training who came here."""
        return sum(self.counts)

    @property
    def impurity(self) -> float:
        """Sum of the training customers' log loss, were all told the shares of this node."""
        return -sum(count * math.log(count / self.n) for count in self.counts if count)


@dataclass(frozen=True)
class Condition:
    """What one leaf asks of one feature, all questions on the way taken together."""

    feature: Feature
    low: float = -math.inf
    high: float = math.inf
    values: tuple[str, ...] = ()
    unknown: bool = False

    @property
    def takes_known(self) -> bool:
        """Whether any known value fulfils it, or only the lack of one."""
        is_category = self.feature.kind == "category"
        return bool(self.values) if is_category else self.low < self.high

    def narrowed(self, node: Node, *, left: bool) -> Condition:
        """Add the answer to one more question."""
        unknown = self.unknown and node.unknown_left == left
        if self.feature.kind == "category":
            values = tuple(v for v in self.values if (v in node.values) == left)
            return replace(self, values=values, unknown=unknown)
        if left:
            return replace(self, high=min(self.high, node.cut), unknown=unknown)
        return replace(self, low=max(self.low, node.cut), unknown=unknown)


@dataclass(frozen=True)
class Tree:
    """Nodes, the root first; ``classes`` are what it tells apart."""

    classes: tuple[str, ...]
    features: tuple[Feature, ...]
    nodes: tuple[Node, ...]

    @property
    def used(self) -> tuple[str, ...]:
        """The features that some node asks for, in their order."""
        asked = {node.feature for node in self.nodes}
        return tuple(feature.name for feature in self.features if feature.name in asked)

    @property
    def leaves(self) -> tuple[int, ...]:
        """Numbers of the leaves, left to right."""
        return tuple(leaf for leaf, _conditions in self.paths())

    def apply(self, columns: Columns) -> np.ndarray:
        """Give each customer the number of the leaf, ``NOWHERE`` where none can be told."""
        n = len(next(iter(columns.values()))) if columns else 0
        found = np.full(n, NOWHERE)
        known = {f.name: f.is_known(columns[f.name]) for f in self.features if f.name in self.used}
        waiting = [(0, np.arange(n))]
        while waiting:
            place, rows = waiting.pop()
            node = self.nodes[place]
            if node.is_leaf:
                found[rows] = place
                continue
            feature = self.feature(node.feature)
            column, is_known = columns[node.feature][rows], known[node.feature][rows]
            is_text = feature.kind == "category"
            left = one_of(column, node.values) if is_text else column < node.cut
            unknown = ~is_known & feature.has_unknown
            goes_left = (is_known & left) | (unknown & node.unknown_left)
            goes_right = (is_known & ~left) | (unknown & (not node.unknown_left))
            waiting += [(node.left, rows[goes_left]), (node.right, rows[goes_right])]
        return found

    def feature(self, name: str) -> Feature:
        """Give a feature by its name."""
        return next(feature for feature in self.features if feature.name == name)

    def paths(self) -> Iterator[tuple[int, tuple[Condition, ...]]]:
        """Give each leaf with what it asks for, left to right."""
        yield from self._paths(0, {})

    def _paths(
        self, place: int, asked: Mapping[str, Condition]
    ) -> Iterator[tuple[int, tuple[Condition, ...]]]:
        node = self.nodes[place]
        if node.is_leaf:
            yield place, tuple(asked.values())
            return
        feature = self.feature(node.feature)
        before = asked.get(feature.name) or Condition(
            feature, values=feature.values, unknown=feature.has_unknown
        )
        for child, left in ((node.left, True), (node.right, False)):
            own = {feature.name: before.narrowed(node, left=left)}
            yield from self._paths(child, {**asked, **own})

    def cut_at(self, places: set[int]) -> Tree:
        """Make leaves of these nodes; what lies below them goes."""
        kept: list[Node] = []

        def keep(place: int) -> int:
            node, number = self.nodes[place], len(kept)
            kept.append(node)
            if node.is_leaf or place in places:
                kept[number] = Node(node.counts)
            else:
                left, right = keep(node.left), keep(node.right)
                kept[number] = replace(node, left=left, right=right)
            return number

        keep(0)
        return replace(self, nodes=tuple(kept))

    def to_json(self) -> str:
        """Write the tree as JSON; nothing in it is code."""
        return json.dumps(_finite(asdict(self)), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Tree:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        SegkitError
            If it is not such a text.
        """
        try:
            data = json.loads(text)
            features = tuple(
                Feature(**{**f, "values": tuple(f["values"])}) for f in data["features"]
            )
            nodes = tuple(_node(node) for node in data["nodes"])
            tree = cls(tuple(data["classes"]), features, nodes)
            list(tree.paths())
        except (ValueError, TypeError, KeyError, IndexError, StopIteration, RecursionError) as err:
            message = "from_json: text must be what to_json wrote; it cannot be read as a tree."
            raise SegkitError(f"{message} Write it again.") from err
        return tree


def one_of(column: np.ndarray, values: tuple[str, ...]) -> np.ndarray:
    """Flag the customers with one of these texts; pandas looks them up much quicker than numpy."""
    return pd.Series(column, dtype=object).isin(values).to_numpy()


def _node(data: dict[str, Any]) -> Node:
    cut = {None: math.nan, "inf": math.inf}.get(data["cut"], data["cut"])
    own = {"counts": tuple(data["counts"]), "values": tuple(data["values"]), "cut": cut}
    return Node(**{**data, **own})


def _finite(data: dict[str, Any]) -> dict[str, Any]:
    """Say in strict JSON what it has no numbers for."""
    for node in data["nodes"]:
        if not math.isfinite(node["cut"]):
            node["cut"] = "inf" if node["cut"] > 0 else None
    return data
