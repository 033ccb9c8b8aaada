"""Who moved: counted by hand on seven customers."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.segment import segment_migration

BEFORE = pd.DataFrame({"customer_id": list("abcdef"), "segment": ["x", "x", "x", "y", "y", "z"]})
AFTER = pd.DataFrame({"customer_id": list("gfedcb"), "segment": ["x", "z", "x", "y", "x", "y"]})


@pytest.fixture
def found():
    return segment_migration(BEFORE, AFTER, order=["y", "x"], names={"x": "X <b>"})


def test_counts_by_hand(found):
    # b: x to y, c: stays x, d: stays y, e: y to x, f: stays z; a is gone, g is new.
    rows = found.counts.to_dict("split")["data"]
    assert rows == [["x", "x", 1], ["x", "y", 1], ["y", "x", 1], ["y", "y", 1], ["z", "z", 1]]
    assert (found.n_matched, found.n_moved, found.n_new, found.n_gone) == (5, 2, 1, 1)
    assert found.moved_share == pytest.approx(0.4)
    assert found.moves[["before", "after"]].to_numpy().tolist() == [["x", "y"], ["y", "x"]]


def test_matrix_keeps_the_order_given_then_names(found):
    assert list(found.matrix.index) == list(found.matrix.columns) == ["y", "x", "z"]
    assert found.matrix.to_numpy().tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert found.name("x") == "X <b>"
    assert found.name("z") == "z"
    assert found.summary() == ("2 of 5 customers known to both changed segment (40.0\u202f%).")


def test_row_order_and_engine_do_not_matter(found):
    shuffled = segment_migration(ibis.memtable(BEFORE.sample(frac=1, random_state=1)), AFTER[::-1])
    pd.testing.assert_frame_equal(shuffled.counts, found.counts)


def test_numbers_and_texts_are_one_customer():
    numbers = BEFORE.assign(customer_id=range(6))
    found = segment_migration(numbers, numbers.assign(customer_id=numbers["customer_id"].map(str)))
    assert (found.n_matched, found.n_moved) == (6, 0)


def test_no_common_customer_and_no_segment():
    found = segment_migration(BEFORE, AFTER.assign(customer_id=range(6)))
    assert (found.n_matched, found.n_new, found.n_gone) == (0, 6, 6)
    assert "nobody can be seen to move" in found.summary()
    unknown = segment_migration(BEFORE, AFTER.assign(segment=None))
    assert set(unknown.counts["after"]) == {""}


def test_missing_columns_are_named():
    with pytest.raises(DataError, match="missing column segment"):
        segment_migration(BEFORE, AFTER[["customer_id"]])
