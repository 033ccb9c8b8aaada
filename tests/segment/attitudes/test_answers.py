"""Long and wide surveys give one row per customer; the last answer counts."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.features import summarize_answers
from segkit.segment.attitudes import spread_answers
from segkit.segment.attitudes.answers import check_blocks, read_answers

LONG = pd.DataFrame(
    {
        "customer_id": ["b", "a", "a", "a"],
        "item": ["q1", "q1", "q1", "q2"],
        "answer": [3.0, 1.0, 5.0, 2.0],
        "answered_at": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01", None]),
    }
)


def spread_by_hand(frame: pd.DataFrame) -> dict:
    return frame.set_index("customer_id").sort_index().replace(np.nan, None).to_dict("index")


EXPECTED = {"a": {"q1": 5.0, "q2": 2.0}, "b": {"q1": 3.0, "q2": None}}


def test_the_last_answer_counts():
    before = LONG.copy()
    assert spread_by_hand(spread_answers(LONG)) == EXPECTED
    pd.testing.assert_frame_equal(LONG, before)


def test_row_order_does_not_matter():
    assert spread_by_hand(spread_answers(LONG.iloc[::-1])) == EXPECTED


def test_without_dates_the_mean_counts():
    found = spread_by_hand(spread_answers(LONG.drop(columns="answered_at")))
    assert found["a"]["q1"] == 3.0


def test_ibis_stays_lazy():
    assert isinstance(spread_answers(ibis.memtable(LONG)), ibis.expr.types.Table)


def test_an_answer_outside_the_scale_is_missing():
    wide = pd.DataFrame({"customer_id": [1, 2], "q1": [3, 99], "q2": [1, 5]})
    read = read_answers("f", wide, scale=(1, 5))
    assert read.n_outside == 1
    assert read.matrix["q1"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("highest", "lowest", "scale"), [(5, 1, (1, 5)), (7, 2, (1, 7)), (10, 0, (0, 10))]
)
def test_the_scale_is_the_first_usual_one_that_holds_all(highest, lowest, scale):
    wide = pd.DataFrame({"customer_id": [1, 2], "q1": [highest, lowest]})
    assert read_answers("f", wide).scale == scale


@pytest.mark.parametrize("nothing", [None, np.nan, np.inf])
def test_a_later_empty_answer_does_not_delete_the_earlier_one(nothing):
    later = pd.DataFrame(
        {
            "customer_id": ["a"],
            "item": ["q1"],
            "answer": [nothing],
            "answered_at": pd.to_datetime(["2024-06-01"]),
        }
    ).astype({"answer": "float64"})
    both = pd.concat([LONG, later], ignore_index=True)
    assert spread_by_hand(spread_answers(both)) == EXPECTED
    told = summarize_answers(both)
    assert told["n_answers"].tolist() == [2, 1]
    pd.testing.assert_frame_equal(spread_answers(both), told.drop(columns="n_answers"))


def test_items_may_be_numbers():
    numbered = LONG.assign(item=[1, 1, 1, 2])
    assert list(spread_answers(numbered).columns) == ["customer_id", "1", "2"]
    assert spread_answers(numbered, items=[2])["2"].tolist()[0] == 2.0


def test_customers_come_sorted():
    many = pd.DataFrame({"customer_id": range(300, 0, -1), "item": "q", "answer": 1.0})
    assert spread_answers(many)["customer_id"].tolist() == list(range(1, 301))


@pytest.mark.parametrize("name", ["customer_id", "Customer_ID", " "])
def test_an_item_that_can_be_no_column_is_refused(name):
    with pytest.raises(DataError, match="spread_answers: item must be different names"):
        spread_answers(LONG.assign(item=name))


def test_unknown_items_are_named():
    with pytest.raises(DataError, match="items must be items of the survey; got \\['q9'\\]"):
        spread_answers(LONG, items=["q9"])


def test_words_are_refused():
    wide = pd.DataFrame({"customer_id": [1], "q1": ["agree"]})
    with pytest.raises(DataError, match="items must be columns of numbers; got \\['q1'\\]"):
        read_answers("f", wide, ["q1"])


def test_a_respondent_twice_is_refused():
    wide = pd.DataFrame({"customer_id": [1, 1], "q1": [1, 2]})
    with pytest.raises(DataError, match="customer_id must be different in every row; got 1"):
        read_answers("f", wide)


def test_blocks_may_not_share_an_item():
    with pytest.raises(ArgumentError, match="each item in one block; got \\['q1'\\]"):
        check_blocks("f", {"a": ["q1"], "b": ["q1"]}, ["q1"])
