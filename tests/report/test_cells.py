"""Cells of a table: what a reader sees and what a file holds."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from segkit.errors import DataError
from segkit.i18n import use_language
from segkit.report.cells import make_grid
from segkit.tables.base import Column

FRAME = pd.DataFrame(
    {
        "name": ["a", None],
        "share": [0.2294, float("nan")],
        "money": [1234.6, float("inf")],
        "day": pd.to_datetime(["1998-06-30", None]),
        "n": pd.array([5401, None], dtype="Int64"),
    }
)
COLUMNS = [
    Column("name"),
    Column("share", "Share", kind="bar_percent"),
    Column("money", kind="money"),
    Column("day", kind="date"),
    Column("n", kind="int"),
]


def test_values_and_texts():
    grid = make_grid(FRAME, COLUMNS, shown=None)
    assert grid.values == [["a", 0.2294, 1234.6, "1998-06-30", 5401], [None] * 5]
    assert grid.texts == [["a", "22.9\u202f%", "$1,235", "1998-06-30", "5,401"], ["–"] * 5]


def test_texts_follow_the_language():
    with use_language("zh"):
        assert make_grid(FRAME, COLUMNS, shown=1).texts[0][1] == "22.9%"


def test_other_frames_give_the_same():
    frame = pl.DataFrame({"n": [1, 2], "x": [0.5, None]})
    grid = make_grid(frame, None, shown=1)
    assert [c.kind for c in grid.columns] == ["int", "number"]
    assert grid.values == [[1, 0.5], [2, None]]
    assert (grid.shown, grid.total, len(grid.texts)) == (1, 2, 1)


def test_frame_is_not_changed():
    before = FRAME.copy(deep=True)
    make_grid(FRAME, COLUMNS, shown=None)
    pd.testing.assert_frame_equal(FRAME, before)


def test_unknown_column_gets_the_nearest():
    with pytest.raises(DataError, match=r"missing column shar \(nearest: share\)"):
        make_grid(FRAME, [Column("shar")], shown=None)
