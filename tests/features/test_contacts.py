"""Recommendation and interactions beside purchases, from tables of their own."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.features import join_contacts
from segkit.segment.several import apply_schemes

CUSTOMERS = pd.DataFrame({"customer_id": ["a", "b", "c"], "n_days": [3, 1, 2]})
SURVEY = pd.DataFrame({"customer_id": ["a", "b"], "item": ["nps", "nps"], "answer": [9.0, 3.0]})
INTERACTIONS = pd.DataFrame(
    {
        "customer_id": ["a"] * 6 + ["b"] * 4,
        "occurred_at": pd.to_datetime(["2024-06-01"] * 10),
        "kind": ["like"] * 6 + ["page_view"] * 4,
    }
)
DAY = "2024-06-30"


def test_nothing_given_changes_nothing():
    assert join_contacts(CUSTOMERS, as_of=DAY).equals(CUSTOMERS)


def test_loyalty_and_activity_are_told_from_both():
    joined = join_contacts(CUSTOMERS, survey=SURVEY, interactions=INTERACTIONS, as_of=DAY)
    found = apply_schemes(joined, ["loyalty_nps", "social_activity"])
    assert not found.lacking
    loyal = found["loyalty_nps"].customers.set_index("customer_id")["segment"]
    assert loyal.to_dict() == {"a": "loyal", "b": "easily_lost", "c": "ordinary"}
    active = found["social_activity"].customers.set_index("customer_id")["segment"]
    assert active.to_dict() == {"a": "active", "b": "consumer", "c": "silent"}


def test_what_is_not_given_is_said_to_be_lacking():
    joined = join_contacts(CUSTOMERS, interactions=INTERACTIONS, as_of=DAY)
    found = apply_schemes(joined, ["loyalty_nps", "social_activity"])
    assert found.lacking == {"loyalty_nps": ["nps_score"]}


def test_a_survey_without_the_question_is_lacking_it():
    other = SURVEY.assign(item="price_1")
    joined = join_contacts(CUSTOMERS, survey=other, as_of=DAY)
    assert apply_schemes(joined, ["loyalty_nps"]).lacking == {"loyalty_nps": ["nps_score"]}


def test_files_with_their_own_names_are_read(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("会员号,题目,答案\na,nps,9\nb,nps,3\n", encoding="utf-8")
    joined = join_contacts(CUSTOMERS, survey=path, as_of=DAY)
    assert joined["nps_score"].tolist()[:2] == [9, 3]


@pytest.mark.parametrize(("name", "table"), [("survey", SURVEY), ("interactions", INTERACTIONS)])
def test_tables_of_other_customers_are_refused(name, table):
    strangers = table.assign(customer_id="x")
    with pytest.raises(DataError, match=f"{name} must be a table of the customers of the data"):
        join_contacts(CUSTOMERS, **{name: strangers}, as_of=DAY)


def test_an_interaction_file_without_dates_is_refused():
    with pytest.raises(DataError, match="occurred_at"):
        join_contacts(CUSTOMERS, interactions=INTERACTIONS.drop(columns="occurred_at"), as_of=DAY)
