"""Columns by the names that people use."""

from __future__ import annotations

import pytest

from segkit.collect.columns.usual_names import find_column, own_name


@pytest.mark.parametrize(
    ("name", "found"),
    [("Age", "age"), ("年龄", "age"), ("消费金额", "revenue"), ("Loan", None), ("loan", "loan")],
)
def test_usual_names(name, found):
    assert find_column(name, ["age", "revenue", "loan", "LOAN"]) == found


def test_own_names_come_first_and_unknown_ones_back():
    own = {"job": "occupation", "age": "n_years"}
    columns = ["occupation", "age"]
    found = [own_name(name, columns, own) for name in ("job", "age", "nobody")]
    assert found == ["occupation", "age", "nobody"]
