"""What customers did: counted by hand, in the window and before it."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.features import summarize_interactions
from segkit.schema import INTERACTION_FEATURES, names

ROWS = [
    ("ann", "2024-06-30 23:00", "email_open"),
    ("ann", "2024-06-30 08:00", "打开邮件"),
    ("ann", "2024-06-21", "Page View"),  # the first day of a window of ten days
    ("ann", "2024-06-20", "page_view"),  # the day before it
    ("ann", "2024-07-01", "like"),  # not known yet
    ("bob", "2024-06-25", "点赞"),
    ("bob", "2024-06-25", "share"),
    ("bob", "2024-06-26", "comment"),
    ("bob", "2024-06-26", "活动"),
    ("bob", "2024-06-27", "hologram"),  # nobody knows what that is
    ("bob", "2024-06-27", None),
    ("cat", "2024-06-29", "failed payment"),
    ("cat", "2024-06-01", "login"),
    ("dan", "2024-08-01", "like"),
    (None, "2024-06-29", "like"),
    ("eve", None, "like"),
]


@pytest.fixture
def interactions() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["customer_id", "occurred_at", "kind"])
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], format="mixed"))


def test_by_hand(interactions):
    table = summarize_interactions(interactions, as_of="2024-06-30", window_days=10)
    assert list(table.columns) == ["customer_id", *names(INTERACTION_FEATURES)]
    #              all open view event resp login call other trouble days last
    assert table.to_numpy().tolist() == [
        ["ann", 3, 2, 1, 0, 0, 0, 0, 0, 0, 2, 0],
        ["bob", 6, 0, 0, 1, 3, 0, 0, 2, 0, 3, 3],
        ["cat", 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 29],
    ]


def test_row_order_does_not_matter_and_the_input_is_not_changed(interactions):
    before = interactions.copy(deep=True)
    first = summarize_interactions(interactions, as_of="2024-06-30")
    second = summarize_interactions(interactions[::-1], as_of="2024-06-30")
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(interactions, before)


def test_who_only_met_trouble_never_interacted(interactions):
    only = interactions[interactions["kind"] == "failed payment"]
    table = summarize_interactions(only, as_of="2024-06-30")
    assert table["last_interaction_days"].isna().all()
    assert table[["n_interactions", "n_troubles"]].to_numpy().tolist() == [[0, 1]]


def test_wrong_arguments(interactions):
    with pytest.raises(ArgumentError, match="window_days must be a whole number of days at least"):
        summarize_interactions(interactions, as_of="2024-06-30", window_days=0)
    with pytest.raises(DataError, match="occurred_at must be a column with values"):
        summarize_interactions(interactions.assign(occurred_at=None), as_of="2024-06-30")
    with pytest.raises(DataError, match="missing column kind"):
        summarize_interactions(interactions.drop(columns="kind"), as_of="2024-06-30")
