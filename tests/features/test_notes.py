"""What could not be read is counted and named."""

from __future__ import annotations

import pandas as pd

from segkit.features import feature_notes

DAY = "2024-06-30"


def test_nothing_to_say():
    people = pd.DataFrame({"customer_id": ["a"], "age": [30], "gender": [None], "city_tier": [1]})
    assert feature_notes(as_of=DAY, customers=people) == []
    assert feature_notes(as_of=DAY) == []


def test_people():
    people = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "birth_year": [1850.0, 1990.0, None, 2030.0],
            "joined_at": pd.to_datetime(["2024-07-01", "2024-06-30", None, "2020-01-01"]),
            "gender": ["保密", "女", "??", "Fräulein"],
            "city_tier": ["北京", "一线", "", None],
        }
    )
    assert feature_notes(as_of=DAY, customers=people) == [
        "2 customers have an impossible age (not from 0 to 120 years), which counts as unknown.",
        "1 customer joined after 30\xa0Jun\xa02024; the time as customer counts as unknown.",
        "The gender of 2 customers could not be read (??, Fräulein) and counts as unknown.",
        "The city tier of 1 customer could not be read (北京) and counts as unknown.",
    ]


def test_interactions():
    kinds = [f"kind {i}" for i in range(7)] + ["hologram", "Hologram", "hologram", "like"]
    table = pd.DataFrame(
        {"customer_id": "a", "occurred_at": pd.Timestamp("2024-06-01"), "kind": kinds}
    )
    later = table.assign(occurred_at=pd.Timestamp("2024-07-01"))
    (note,) = feature_notes(as_of=DAY, interactions=pd.concat([table, later]))
    assert note == (
        "10 interactions are of kinds that are not known "
        "(hologram, Hologram, kind 0, kind 1, kind 2, …) and count as other."
    )


def test_complaints():
    table = pd.DataFrame(
        {"customer_id": ["a", "b"], "occurred_at": pd.Timestamp("2024-06-01"),
         "outcome": ["forgotten", "settled"]}
    )  # fmt: skip
    assert feature_notes(as_of=DAY, complaints=table) == [
        "1 complaint has an outcome that is not known (forgotten) and counts as open."
    ]
    assert feature_notes(as_of=DAY, complaints=table.drop(columns="outcome")) == [
        "The complaints have no outcome, so each of them counts as open."
    ]
