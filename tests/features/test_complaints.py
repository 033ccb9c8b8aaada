"""Complaints, ratings and answers to surveys told apart, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import ArgumentError
from segkit.features import summarize_complaints
from segkit.schema import COMPLAINT_FEATURES, names

ROWS = [
    ("ann", "2024-06-01", "complaint", "settled", None),
    ("ann", "2024-06-02", "投诉", "驳回", None),
    ("bob", "2024-06-03", "delivery", "open", None),  # what it is about: a complaint
    ("bob", "2024-06-04", "delivery", "settled", None),
    ("cat", "2024-06-05", "SMS rating", None, 2.0),
    ("cat", "2024-06-06", "网点评价", None, 5.0),
    ("dan", "2024-06-07", "satisfaction survey", None, 3.0),
    ("eve", "2024-06-08", "delivery", "settled", 1.0),  # helped, and not pleased with it
    ("fay", "2024-06-09", None, None, 4.0),  # a rating by its columns
    ("gil", "2024-06-10", "fault", None, None),  # a complaint of which nothing is known yet
    ("hal", "2023-06-30", "complaint", "refused", None),  # a day before the window
    ("ida", "2024-07-01", "complaint", "refused", None),  # not known yet
]
COLUMNS = ["customer_id", "occurred_at", "kind", "outcome", "rating"]


@pytest.fixture
def complaints() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"]))


def test_by_hand(complaints):
    table = summarize_complaints(complaints, as_of="2024-06-29")
    assert list(table.columns) == ["customer_id", *names(COMPLAINT_FEATURES)]
    rows = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    assert rows == [
        ["ann", 2, "refused", "refused", None, "none", None, "none", 27],
        ["bob", 2, "open", "open", None, "none", None, "none", 25],
        ["cat", 0, None, "none", 2.0, "negative", None, "none", None],
        ["dan", 0, None, "none", None, "none", 3.0, "positive", None],
        ["eve", 1, "settled", "settled", None, "none", 1.0, "negative", 21],
        ["fay", 0, None, "none", 4.0, "positive", None, "none", None],
        ["gil", 1, "open", "open", None, "none", None, "none", 19],
        ["hal", 0, None, "none", None, "none", None, "none", 365],
    ]


def test_what_is_negative_can_be_set(complaints):
    table = summarize_complaints(complaints, as_of="2024-06-29", negative_rating=3)
    assert table.set_index("customer_id").loc["dan", "survey_state"] == "negative"


def test_answers_of_a_survey_count_beside_those_of_the_table(complaints):
    survey = pd.DataFrame(
        {
            "customer_id": ["ann", "dan", "zoe", "zoe", "yan"],
            "answered_at": pd.to_datetime(
                ["2024-06-01", "2024-06-01", "2020-01-01", None, "2024-07-01"]
            ),
            "item": ["CSAT", "CSAT", "CSAT", "CSAT", "CSAT"],
            "answer": [5, 1, 1, 4, 1],
        }
    )
    before = survey.copy(deep=True)
    table = summarize_complaints(complaints, as_of="2024-06-29", survey=survey)
    found = table.set_index("customer_id")
    alone = summarize_complaints(complaints, as_of="2024-06-29").set_index("customer_id")
    told = ["n_complaints", "complaint_state", "rating_state"]
    pd.testing.assert_frame_equal(found.loc[alone.index, told], alone[told])
    assert found["survey_state"].to_dict() == alone["survey_state"].to_dict() | {
        "ann": "positive", "dan": "negative", "zoe": "positive",
    }  # fmt: skip
    assert found.loc["dan", "lowest_survey_rating"] == 1, "3 in the table, 1 in the survey"
    pd.testing.assert_frame_equal(survey, before)
    other = survey.assign(item="mood")
    with pytest.raises(ArgumentError, match="satisfaction_item must be one of mood; got None"):
        summarize_complaints(complaints, as_of="2024-06-29", survey=other)
    named = summarize_complaints(
        complaints, as_of="2024-06-29", survey=other, satisfaction_item="mood"
    )
    pd.testing.assert_frame_equal(named, table)


@pytest.mark.parametrize("column", ["kind", "outcome", "rating"])
def test_a_column_may_be_missing_or_empty(complaints, column):
    without = summarize_complaints(complaints.drop(columns=column), as_of="2024-06-29")
    empty = summarize_complaints(complaints.assign(**{column: None}), as_of="2024-06-29")
    pd.testing.assert_frame_equal(without, empty)
    states = without.set_index("customer_id").loc["bob", ["complaint_state", "n_complaints"]]
    assert states.tolist() == ["open", 2]


def test_wrong_arguments(complaints):
    with pytest.raises(ArgumentError, match="negative_rating must be a number at least 1"):
        summarize_complaints(complaints, as_of="2024-06-29", negative_rating=0)
