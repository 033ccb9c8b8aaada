"""Segments from the words of a column."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.i18n import use_language
from segkit.schemes import lint_scheme
from segkit.segment.by_column import segment_by_column


def table(words) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"c{i}" for i in range(len(words))], "band": words})


def test_bands_come_in_the_order_of_their_numbers():
    found = segment_by_column(table(["100K+", "15-24K", "Under 15K", "15-24K", None]), "band")
    assert found.profile["name"].tolist() == ["Under 15K", "15-24K", "100K+", "Unclassified"]
    assert found.profile["n_customers"].tolist() == [1, 2, 1, 1]
    assert not list(lint_scheme(found.scheme))


def test_rare_words_are_one_segment():
    found = segment_by_column(table(["a"] * 3 + ["b"] * 2 + ["c", "d"]), "band", most=2)
    assert found.profile["name"].tolist() == ["a", "b", "Other values"]
    assert found.profile["n_customers"].tolist() == [3, 2, 2]
    with use_language("zh"):
        assert found.profile["name"].tolist()[-1] == "其他取值"


def test_words_that_differ_by_blanks_or_case_are_one():
    found = segment_by_column(table(["Own House", "own house", "ownhouse", "rent"]), "band")
    assert found.profile["n_customers"].tolist() == [3, 1]


def test_hostile_words_and_names_stay_data():
    words = ["<script>alert(1)</script>", "$x$", "'; drop table customers; --"]
    hostile = table(words).rename(columns={"band": "类别 1"})
    found = segment_by_column(hostile, "类别 1")
    assert sorted(found.profile["name"]) == sorted(words)
    assert found.profile["n_customers"].tolist() == [1, 1, 1]
    assert "<script>" not in found._repr_html_()


def test_what_is_no_column_of_words():
    with pytest.raises(DataError, match="band must be a column of text; got 'float64'"):
        segment_by_column(table([1.0, 2.0]), "band")
    with pytest.raises(DataError, match="band must be a column with values; got 'no value"):
        segment_by_column(table(["", " "]), "band")
    with pytest.raises(DataError, match="bund"):
        segment_by_column(table(["a"]), "bund")
