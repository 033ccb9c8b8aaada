from __future__ import annotations

import pytest

from segkit.value.words import value_word


@pytest.mark.parametrize(
    ("column", "word"),
    [("revenue", "revenue"), ("clv", "future value"), ("my\n points", "my points")],
)
def test_columns_are_worded_and_unknown_ones_stay(column, word):
    assert value_word(column) == word
