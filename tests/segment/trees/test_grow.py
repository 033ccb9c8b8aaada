"""Growing: round cuts, grouped categories, gaps, any order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.segment.trees.grow import grow, round_cut
from segkit.segment.trees.tree import Feature

FINITE = st.floats(-1e12, 1e12, allow_nan=False)


def grown(values, codes, kind="number", *, depth=3, classes=("0", "1")):
    column = np.array(values, dtype=object if kind == "category" else "float64")
    return grow(
        {"x": column},
        np.array(codes),
        [Feature("x", kind)],
        classes,
        max_depth=depth,
        min_leaf=1,
    )


@given(FINITE, FINITE)
def test_a_cut_lies_between_its_neighbours(first, second):
    below, above = sorted((first, second))
    if below < above:
        assert below < round_cut(below, above) <= above


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_a_cut_between_whole_numbers_is_whole(below, width):
    cut = round_cut(float(below), float(below + width), finest=1)
    assert cut.is_integer()
    assert below < cut <= below + width


@given(st.integers(-(10**8), 10**8), st.integers(1, 10**6))
def test_a_cut_between_amounts_is_an_amount(below, width):
    """34.13, never 34.125: and no amount changes sides for it."""
    low, high = below / 100, (below + width) / 100
    cut = round_cut(low, high, finest=0.01)
    assert cut == round(cut, 2)
    assert low < cut <= high


def test_an_amount_that_a_sum_missed_by_a_digit_stays_on_its_side():
    below, above = 34.12, float(np.nextafter(34.13, 0))
    assert below < round_cut(below, above, finest=0.01) <= above
    assert round_cut(below, float(np.nextafter(34.13, 99)), finest=0.01) == 34.13


def test_amounts_give_cuts_that_are_amounts_and_means_their_own():
    amounts = [10.12, 10.13, 20.57, 34.12, 34.13, 34.14, 50.25, 70.99]
    assert grown(amounts, [0, 0, 0, 0, 1, 1, 1, 1], depth=1).nodes[0].cut == 34.13
    means = [value + 1 / 3 for value in amounts]
    cut = grown(means, [0, 0, 0, 0, 1, 1, 1, 1], depth=1).nodes[0].cut
    assert means[3] < cut <= means[4]


@pytest.mark.parametrize(
    ("below", "above", "cut"),
    [(4981.2, 5012.3, 5000), (59, 60, 59.5), (0.2, 0.9, 0.5), (-7, 7, 0), (0.1, 0.11, 0.105)],
)
def test_a_cut_is_the_roundest_number(below, above, cut):
    assert round_cut(below, above) == pytest.approx(cut, abs=1e-12)


def test_separable_customers_are_separated():
    tree = grown([1, 2, 3, 10, 11, 12], [0, 0, 0, 1, 1, 1])
    assert tree.nodes[0].cut == 5
    assert [node.counts for node in tree.nodes] == [(3, 3), (3, 0), (0, 3)]


def test_neighbouring_numbers_of_any_size_are_told_apart():
    """Single precision would see 16,777,216 and 16,777,217 as one number."""
    tree = grown([16_777_216, 16_777_217] * 5, [0, 1] * 5, "integer")
    assert tree.nodes[0].cut == 16_777_217


def test_one_question_takes_categories_of_like_share_together():
    jobs = ["clerk"] * 10 + ["student"] * 10 + ["driver"] * 10 + ["retired"] * 10
    bought = [0] * 9 + [1] + [1] * 9 + [0] + [0] * 8 + [1] * 2 + [1] * 8 + [0] * 2
    tree = grown(jobs, bought, "category", depth=1)
    assert set(tree.nodes[0].values) in ({"clerk", "driver"}, {"retired", "student"})
    assert tree.features[0].values == ("clerk", "driver", "retired", "student")


def test_three_classes_are_told_apart_by_category_and_row_order_does_not_matter():
    rng = np.random.default_rng(0)
    values = np.array(list("abcdef"), dtype=object)[rng.integers(0, 6, 300)]
    codes = np.array([{"a": 0, "b": 0, "c": 1, "d": 1, "e": 2, "f": 2}[v] for v in values])
    classes = ("one", "two", "three")
    tree = grown(values, codes, "category", classes=classes)
    columns = {"x": values}
    leaves = tree.apply(columns)
    assert all(
        np.argmax(tree.nodes[leaf].counts) == c for leaf, c in zip(leaves, codes, strict=True)
    )
    turned = rng.permutation(300)
    assert grown(values[turned], codes[turned], "category", classes=classes) == tree


def test_the_missing_have_a_side_of_their_own():
    tree = grown([1, 2, 3, 4, np.nan, np.nan, np.nan], [0, 0, 0, 0, 1, 1, 1])
    assert np.isinf(tree.nodes[0].cut)
    (known,), (unknown,) = (asked for _leaf, asked in tree.paths())
    assert (known.takes_known, known.unknown) == (True, False)
    assert (unknown.takes_known, unknown.unknown) == (False, True)


def test_nothing_is_asked_of_one_class_or_too_few():
    assert len(grown([1, 2, 3, 4], [1, 1, 1, 1]).nodes) == 1
    assert len(grown([1], [1]).nodes) == 1
