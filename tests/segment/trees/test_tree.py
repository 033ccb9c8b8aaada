"""The tree as data: who goes where, what a leaf asks for, pruning, JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from segkit.errors import SegkitError
from segkit.segment.trees.prune import at_price, between, merge_alike, pruning_sequence
from segkit.segment.trees.tree import NOWHERE, Feature, Node, Tree

AGE = Feature("age", "integer", has_unknown=True)
JOB = Feature("job", "category", ("clerk", "retired", "student"))


@pytest.fixture
def tree() -> Tree:
    """Below 30 or unknown: no. From 30 on: those with a job of the list yes."""
    return Tree(
        ("0", "1"),
        (AGE, JOB),
        (
            Node((60, 40), "age", cut=30.0, unknown_left=True, left=1, right=2),
            Node((50, 10)),
            Node((10, 30), "job", values=("retired", "student"), left=3, right=4),
            Node((2, 18)),
            Node((8, 12)),
        ),
    )


def test_everybody_goes_where_the_splits_say(tree):
    columns = {
        "age": np.array([29.0, 30.0, 30.0, np.nan, 50.0, 50.0]),
        "job": np.array(["clerk", "student", "clerk", None, None, "astronaut"], dtype=object),
    }
    # Nobody in training lacked a job: who does now, or has a new one, cannot be placed.
    assert list(tree.apply(columns)) == [1, 3, 4, 1, NOWHERE, NOWHERE]


def test_a_path_takes_all_questions_of_a_feature_together(tree):
    nodes = list(tree.nodes)
    nodes[1] = Node((50, 10), "age", cut=20.0, unknown_left=False, left=5, right=6)
    nodes += [Node((20, 2)), Node((30, 8))]
    paths = dict(Tree(tree.classes, tree.features, tuple(nodes)).paths())
    (young,), (twens,) = paths[5], paths[6]
    assert (young.low, young.high, young.unknown) == (-math.inf, 20.0, False)
    assert (twens.low, twens.high, twens.unknown) == (20.0, 30.0, True)
    age, job = paths[4]
    assert (age.low, age.high, age.unknown) == (30.0, math.inf, False)
    assert job.values == ("clerk",)


def test_a_tree_comes_back_from_json(tree):
    nodes = (Node((5, 5), "age", cut=math.inf, left=1, right=2), Node((5, 0)), Node((0, 5)))
    for one in (tree, Tree(("0", "1"), (AGE,), nodes)):
        text = one.to_json()
        assert "Infinity" not in text
        assert "NaN" not in text
        assert Tree.from_json(text) == one


@pytest.mark.parametrize("change", ["{", "[]", '{"nodes": []}'])
def test_another_text_is_refused(change):
    with pytest.raises(SegkitError, match=r"from_json: text must be what to_json wrote"):
        Tree.from_json(change)


def test_a_child_that_is_not_there_is_refused(tree):
    data = json.loads(tree.to_json())
    data["nodes"][0]["right"] = 77
    with pytest.raises(SegkitError, match=r"cannot be read as a tree"):
        Tree.from_json(json.dumps(data))


def test_the_weakest_question_goes_first(tree):
    sequence = pruning_sequence(tree)
    assert [len(part.leaves) for _price, part in sequence] == [3, 2, 1]
    # By hand: what the lower question brings for its one leaf more, per customer.
    lost = tree.nodes[2].impurity - tree.nodes[3].impurity - tree.nodes[4].impurity
    assert sequence[1][0] == pytest.approx(lost / 100)
    assert at_price(sequence, 0.0) == tree
    assert len(at_price(sequence, 1.0).leaves) == 1
    prices = between(sequence)
    assert [len(at_price(sequence, price).leaves) for price in prices] == [3, 2, 1]


def test_impurity_is_the_log_loss_of_the_shares():
    assert Node((1, 3)).impurity == pytest.approx(-(math.log(0.25) + 3 * math.log(0.75)))
    assert Node((0, 3)).impurity == 0


def test_a_question_with_one_answer_is_taken_back(tree):
    merged = merge_alike(tree)
    assert [node.feature for node in merged.nodes] == ["age", "", ""]
    assert merged.nodes[2].counts == (10, 30)
