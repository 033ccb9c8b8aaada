"""A decision tree to be read: from left to right on a page, as indented rules on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from segkit.errors import DataError
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import fit_text, one_line, text_width, wrap_text
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SMALL, accent, tint
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext
from segkit.segment.trees.tree import Condition, Node, Tree
from segkit.segment.trees.words import condition_words, path_words

_LEAF = 50.0
_LEAF_WIDTH = 176.0
_INDENT = 14.0
_LINE = 16.0
_MOST_LEAVES = 24


@dataclass(frozen=True)
class _Place:
    """A node: number, depth, height (in leaves from the top), and the words that lead to it."""

    number: int
    depth: int
    row: float
    words: str
    parent: int


@dataclass(frozen=True)
class _Leaf:
    """What a leaf says: a share, written large, and who it is of."""

    share: float
    head: str
    foot: str


def _tree(result: Any) -> Tree:
    tree: Tree = result.definition.tree
    if len(tree.leaves) > _MOST_LEAVES:
        raise DataError(
            f"plot_tree: result must have at most {_MOST_LEAVES} leaves to be read; got "
            f"{len(tree.leaves)}. Take a smaller max_depth, or read result.rules."
        )
    return tree


def _places(tree: Tree) -> list[_Place]:
    """Place the nodes in the order of reading, each at the middle of its leaves."""
    found: list[_Place] = []
    n_leaves = 0

    def visit(number: int, depth: int, words: str, parent: int) -> float:
        nonlocal n_leaves
        node, place = tree.nodes[number], len(found)
        found.append(_Place(number, depth, 0.0, words, parent))
        if node.is_leaf:
            row = float(n_leaves)
            n_leaves += 1
        else:
            rows = [
                visit(child, depth + 1, _step(tree, node, left=left), place)
                for child, left in ((node.left, True), (node.right, False))
            ]
            row = sum(rows) / 2
        found[place] = _Place(number, depth, row, words, parent)
        return row

    visit(0, 0, _("All customers"), -1)
    return found


def _step(tree: Tree, node: Node, *, left: bool) -> str:
    feature = tree.feature(node.feature)
    whole = Condition(feature, values=feature.values, unknown=feature.has_unknown)
    words = condition_words(whole.narrowed(node, left=left))
    return words[:1].upper() + words[1:]


def _leaf(result: Any, number: int) -> _Leaf:
    node, definition = result.definition.tree.nodes[number], result.definition
    people = ngettext("{n} customer", "{n} customers", node.n).format(n=format_number(node.n))
    if number in definition.probabilities:
        share = float(definition.probabilities[number])
        return _Leaf(share, format_percent(share), people)
    segment = definition.leaves[number]
    names = {s.id: s.label() for s in definition.segments}
    share = node.counts[definition.tree.classes.index(segment)] / max(node.n, 1)
    text = _("{share} of {people}")
    return _Leaf(share, names[segment], text.format(share=format_percent(share, 0), people=people))


def _describe(result: Any) -> Caption:
    tree, definition = _tree(result), result.definition
    paths = dict(tree.paths())
    leaves = {number: _leaf(result, number) for number in paths}
    rows = [
        {
            "leaf": definition.leaves[number],
            "rule": path_words(conditions),
            "n_customers": tree.nodes[number].n,
            "share": leaves[number].share,
        }
        for number, conditions in paths.items()
    ]
    best = max(rows, key=lambda row: row["share"])
    if definition.probabilities:
        title = _("Most likely, at {share}: {rule}").format(
            share=format_percent(best["share"]), rule=one_line(best["rule"])
        )
        subtitle = _("Questions from left to right; expected share with the outcome in each group")
    else:
        n = len(rows)
        text = ngettext(
            "{n} rule places {share} of customers as the segmentation does",
            "{n} rules place {share} of customers as the segmentation does",
            n,
        )
        title = text.format(n=format_number(n), share=result.fidelity.text)
        subtitle = _("Questions from left to right; the segment of each rule and its share there")
    sentence = _("{rule}: {head}, {foot}.")
    listing = [
        sentence.format(
            rule=one_line(path_words(conditions)),
            head=one_line(leaves[number].head),
            foot=leaves[number].foot,
        )
        for number, conditions in paths.items()
    ]
    alt = join_sentences([_("Decision tree as rules."), *listing])
    return Caption(title, subtitle, alt, pd.DataFrame(rows))


def _height(result: Any, narrow: bool) -> float:
    tree = _tree(result)
    if not narrow:
        return 20 + _LEAF * max(len(tree.leaves), 2)
    return 12 + sum(_narrow_height(tree, place) for place in _places(tree))


@figure(describe=_describe, height=_height)
def plot_tree(result: Any, ax: Axes) -> None:
    """Draw a decision tree: questions from left to right, what is found in each leaf at the end.

    Parameters
    ----------
    result
        A ``TreeModel`` (leaves show the expected share with the outcome) or ``TreeRules``
        (leaves show the segment), of at most 24 leaves.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    tree = _tree(result)
    ax.set_xticks([])
    ax.set_yticks([])
    width, height = inner_size(ax)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    places = _places(tree)
    if is_narrow(ax):
        _rules(ax, result, places)
    else:
        _branches(ax, result, places)


def _branches(ax: Axes, result: Any, places: list[_Place]) -> None:
    width, height = inner_size(ax)
    tree = result.definition.tree
    step = (width - _LEAF_WIDTH) / (max(place.depth for place in places) + 1)
    row_height = height / max(len(tree.leaves), 1)
    ys = [(place.row + 0.5) * row_height for place in places]
    # The start needs little room; what it saves goes to the questions.
    first = min(step, 92.0)
    rest = (width - _LEAF_WIDTH - first) / max(max(place.depth for place in places), 1)
    xs = [0.0 if place.depth == 0 else first + (place.depth - 1) * rest for place in places]
    for place, x, y in zip(places, xs, ys, strict=True):
        room = (first if place.depth == 0 else rest) - 22
        text = wrap_text(one_line(place.words), room, lines=3)
        ax.text(x + 4, y, text, va="center", ha="left", fontsize=BODY, color=INK, linespacing=1.2)
        used = max(text_width(line) for line in text.split("\n"))
        if place.parent >= 0:
            _branch(ax, (xs[place.parent], ys[place.parent], x - 8), (x, y))
        end = x + used + 10
        node = tree.nodes[place.number]
        target = width - _LEAF_WIDTH if node.is_leaf else x + room + 14
        ax.plot([end, target], [y, y], color=tint(CONTEXT, 0.5), linewidth=1.2, zorder=1)
        if node.is_leaf:
            _leaf_words(ax, _leaf(result, place.number), width - _LEAF_WIDTH + 8, y, _LEAF_WIDTH)


def _branch(ax: Axes, start: tuple[float, float, float], end: tuple[float, float]) -> None:
    """Draw the upright and the level part of a branch."""
    line: dict[str, Any] = {"color": tint(CONTEXT, 0.5), "linewidth": 1.2, "zorder": 1}
    ax.plot([start[2], start[2]], [start[1], end[1]], **line)
    ax.plot([start[2], end[0]], [end[1], end[1]], **line)


def _leaf_words(ax: Axes, leaf: _Leaf, x: float, y: float, width: float) -> None:
    """Write a leaf over a bar of its share."""
    bar = width - 14
    ax.add_patch(Rectangle((x, y + 13), bar, 4, color=tint(CONTEXT, 0.25), linewidth=0))
    ax.add_patch(Rectangle((x, y + 13), bar * leaf.share, 4, color=accent(), linewidth=0))
    head = fit_text(one_line(leaf.head), bar, BODY, "bold")
    used = text_width(head, BODY, "bold")
    if used + 10 + text_width(leaf.foot, SMALL) <= bar:
        ax.text(x, y + 2, head, va="center", fontsize=BODY, fontweight="bold", color=INK)
        ax.text(x + bar, y + 2, leaf.foot, va="center", ha="right", fontsize=SMALL, color=MUTED)
        return
    ax.text(x, y - 11, head, va="center", fontsize=BODY, fontweight="bold", color=INK)
    ax.text(x, y + 4, fit_text(leaf.foot, bar, SMALL), va="center", fontsize=SMALL, color=MUTED)


def _narrow_words(place: _Place) -> str:
    return wrap_text(one_line(place.words), 296 - _INDENT * place.depth, lines=3)


def _narrow_height(tree: Tree, place: _Place) -> float:
    lines = _narrow_words(place).count("\n") + 1
    return _LINE * lines + 7 + (46 if tree.nodes[place.number].is_leaf else 0)


def _rules(ax: Axes, result: Any, places: list[_Place]) -> None:
    """Write the questions under each other, each inside the one before it."""
    tree, top = result.definition.tree, 6.0
    tops, ends = [], []
    for place in places:
        x, words = 4 + _INDENT * place.depth, _narrow_words(place)
        lines = words.count("\n") + 1
        middle = top + _LINE * lines / 2
        ax.text(x + 4, middle, words, va="center", fontsize=BODY, color=INK, linespacing=1.25)
        tops.append(top)
        ends.append(middle)
        if tree.nodes[place.number].is_leaf:
            below = top + _LINE * lines + 17
            _leaf_words(ax, _leaf(result, place.number), x + 4, below, 308 - x)
        top += _narrow_height(tree, place)
    line: dict[str, Any] = {"color": tint(CONTEXT, 0.5), "linewidth": 1.2, "zorder": 1}
    for place, middle in zip(places, ends, strict=True):
        if place.parent >= 0:
            x = 4 + _INDENT * (place.depth - 1) + 6
            ax.plot([x, x, x + 9], [tops[place.parent] + _LINE + 2, middle, middle], **line)
