"""Smaller trees out of a large one, weakest questions first."""

from __future__ import annotations

import itertools
import math

from segkit.segment.trees.tree import Tree


def pruning_sequence(tree: Tree) -> list[tuple[float, Tree]]:
    """Give the tree and its ever smaller parts down to the root, each with its price.

    The price of a part is what a leaf must gain for the leaves it lost to be worth keeping:
    the mean fall in log loss per customer and leaf.

    References
    ----------
    Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees, section 3.3.
    """
    found = [(0.0, tree)]
    price = 0.0
    while len(tree.nodes) > 1:
        prices = _prices(tree)
        price = max(price, min(prices.values()))
        tree = tree.cut_at({place for place, own in prices.items() if own <= price * (1 + 1e-9)})
        found.append((price, tree))
    return found


def at_price(sequence: list[tuple[float, Tree]], price: float) -> Tree:
    """Choose the part that is worth its leaves at this price."""
    return [tree for own, tree in sequence if own <= price][-1]


def between(sequence: list[tuple[float, Tree]]) -> list[float]:
    """Give one price in the middle of each step of the sequence, to be tried elsewhere."""
    prices = [price for price, _tree in sequence]
    middles = [math.sqrt(a * b) for a, b in itertools.pairwise(prices)]
    return [*middles, prices[-1]]


def merge_alike(tree: Tree) -> Tree:
    """Take back questions both of whose answers end in the same class: they tell nothing."""
    while True:
        alike = {
            place
            for place, node in enumerate(tree.nodes)
            if not node.is_leaf
            and tree.nodes[node.left].is_leaf
            and tree.nodes[node.right].is_leaf
            and main_class(tree, node.left) == main_class(tree, node.right)
        }
        if not alike:
            return tree
        tree = tree.cut_at(alike)


def main_class(tree: Tree, place: int) -> int:
    """Give the class most customers of a node are of; of equal ones the first."""
    counts = tree.nodes[place].counts
    return counts.index(max(counts))


def _prices(tree: Tree) -> dict[int, float]:
    """Give what each question brings for each leaf that it costs."""
    total = tree.nodes[0].n
    prices: dict[int, float] = {}

    def below(place: int) -> tuple[float, int]:
        node = tree.nodes[place]
        if node.is_leaf:
            return node.impurity, 1
        (left, n_left), (right, n_right) = below(node.left), below(node.right)
        loss, leaves = left + right, n_left + n_right
        prices[place] = max(0.0, node.impurity - loss) / total / (leaves - 1)
        return loss, leaves

    below(0)
    return prices
