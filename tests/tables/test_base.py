from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.tables import Column, Table
from segkit.tables.base import make_table

FRAME = pd.DataFrame({"a": [1], "b": [2]})


def test_a_table_holds_only_what_it_shows_on_a_copy():
    table = make_table(FRAME, [Column("b", "Bee", "int")], "Two")
    assert list(table.frame.columns) == ["b"]
    table.frame.loc[0, "b"] = 9
    assert FRAME.loc[0, "b"] == 2


def test_a_column_without_label_shows_its_name():
    assert Column("a").label == "a"
    assert Column("a", "A").label == "A"


def test_kinds_are_checked():
    with pytest.raises(ArgumentError, match="Did you mean 'money'"):
        Column("a", kind="mony")


def test_columns_must_exist_once():
    with pytest.raises(DataError, match="Table: missing column c"):
        Table(FRAME, [Column("c")])
    with pytest.raises(DataError, match="make_table: missing column c"):
        make_table(FRAME, [Column("c")], "")
    with pytest.raises(ArgumentError, match="columns must be columns that are named once"):
        Table(FRAME, [Column("a"), Column("a")])
