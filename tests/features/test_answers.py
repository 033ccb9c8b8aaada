"""A survey on one row per customer, by hand."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.features import list_items, summarize_answers

ROWS = [
    ("ann", "2024-01-01", "NPS", 3.0),
    ("ann", "2024-05-01", "NPS", 9.0),  # the latest counts
    ("ann", "2024-05-01", "Satisfaction", 2.0),
    ("bob", "2024-05-01", "NPS", 6.0),
    ("bob", "2024-05-01", "price", 2.0),
    ("bob", "2024-05-01", "price", 4.0),  # twice at one moment: the mean
    ("cat", "2024-05-01", "NPS", 8.0),
    ("cat", "2024-06-01", "NPS", None),  # no answer is none
    ("dan", "2024-05-01", "price", 5.0),
    ("dan", "2024-05-01", "Satisfaction", 3.0),
    ("eve", "2024-05-01", "unanswered", None),
]


@pytest.fixture
def survey() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["customer_id", "answered_at", "item", "answer"])
    return frame.assign(answered_at=pd.to_datetime(frame["answered_at"]))


def plainly(table: pd.DataFrame) -> list[list]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def test_by_hand(survey):
    table = summarize_answers(survey)
    assert list(table.columns) == [
        "customer_id", "NPS", "Satisfaction", "price", "n_answers", "nps_score", "nps_group",
    ]  # fmt: skip
    assert plainly(table) == [
        ["ann", 9.0, 2.0, None, 2, 9, "promoter"],
        ["bob", 6.0, None, 3.0, 2, 6, "detractor"],
        ["cat", 8.0, None, None, 1, 8, "passive"],
        ["dan", None, 3.0, 5.0, 2, None, "unasked"],
    ]


def test_row_order_does_not_matter_and_the_input_is_not_changed(survey):
    before = survey.copy(deep=True)
    shuffled = survey.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(summarize_answers(survey), summarize_answers(shuffled))
    pd.testing.assert_frame_equal(survey, before)


def test_chosen_questions_in_their_order(survey):
    table = summarize_answers(survey, items=["price", "Satisfaction"])
    assert list(table.columns)[:4] == ["customer_id", "price", "Satisfaction", "n_answers"]
    assert plainly(table)[3] == ["dan", 5.0, 3.0, 2, None, "unasked"]
    assert table["nps_score"].fillna(-1).tolist() == [9, 6, 8, -1], "kept or not, it is known"


def test_items_are_listed(survey):
    assert list_items(survey) == ["NPS", "Satisfaction", "price"]


def test_a_survey_without_such_questions_has_no_groups(survey):
    table = summarize_answers(survey[survey["item"] == "price"])
    assert list(table.columns) == ["customer_id", "price", "n_answers"]


def test_answers_outside_the_scale_give_no_score():
    survey = pd.DataFrame({"customer_id": ["a", "b"], "item": ["q", "q"], "answer": [11.0, 10.0]})
    table = summarize_answers(survey, nps_item="q")
    assert plainly(table) == [["a", 11.0, 1, None, "unasked"], ["b", 10.0, 1, 10, "promoter"]]


def test_ibis_stays_lazy(survey):
    found = summarize_answers(ibis.memtable(survey))
    assert isinstance(found, ibis.Table)
    table = found.order_by("customer_id").to_pandas()
    pd.testing.assert_frame_equal(table, summarize_answers(survey), check_dtype=False)


@pytest.mark.parametrize("item", ["customer_id", "N_Answers", " "])
def test_questions_that_cannot_be_columns(item):
    survey = pd.DataFrame({"customer_id": ["a"], "item": [item], "answer": [1.0]})
    with pytest.raises(DataError, match="item must be different names"):
        summarize_answers(survey)


def test_wrong_arguments(survey):
    with pytest.raises(ArgumentError, match="items must be one of NPS"):
        summarize_answers(survey, items=["prize"])
    with pytest.raises(ArgumentError, match="nps_item must be one of NPS"):
        summarize_answers(survey, nps_item="nsp")
    with pytest.raises(DataError, match="survey must be a table with answers"):
        summarize_answers(survey.assign(answer=float("nan")))
    many = pd.DataFrame({"customer_id": "a", "item": [f"q{i}" for i in range(301)], "answer": 1.0})
    with pytest.raises(DataError, match="item must be a column of at most 300 questions"):
        summarize_answers(many)
