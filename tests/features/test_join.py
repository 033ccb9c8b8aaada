"""All on one row: nothing happened is not the same as nothing is known."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.customers import summarize_customers
from segkit.errors import ArgumentError, DataError
from segkit.features import join_features

PEOPLE = pd.DataFrame({"customer_id": ["c", "a", "b"], "age": [40, 20, 30]})
TOLD = pd.DataFrame(
    {
        "customer_id": ["b", "z"],
        "n_complaints": [2, 1],
        "complaint_state": ["open", "open"],
        "lowest_rating": [1.0, 1.0],
        "own_score": [7.0, 7.0],
    }
)


def plainly(table: pd.DataFrame) -> list[list]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def test_who_is_not_listed_did_nothing():
    assert plainly(join_features(PEOPLE, TOLD)) == [
        ["a", 20, 0, "none", None, None],
        ["b", 30, 2, "open", 1.0, 7.0],
        ["c", 40, 0, "none", None, None],
    ]


def test_what_a_listed_customer_leaves_open_stays_open():
    told = TOLD.assign(n_complaints=[None, 1], complaint_state=[None, "open"])
    table = plainly(join_features(PEOPLE, told))
    assert table[0] == ["a", 20, 0, "none", None, None]
    assert table[1] == ["b", 30, None, None, 1.0, 7.0]


def test_or_nothing_is_known_of_them():
    table = join_features(PEOPLE, TOLD, unlisted="unknown")
    assert plainly(table)[0] == ["a", 20, None, None, None, None]
    assert plainly(table)[1] == ["b", 30, 2, "open", 1.0, 7.0]


def test_several_tables_and_none():
    answers = pd.DataFrame({"customer_id": ["a"], "nps_score": [9], "nps_group": ["promoter"]})
    table = join_features(PEOPLE, TOLD, answers)
    assert plainly(table[["customer_id", "n_complaints", "nps_score", "nps_group"]]) == [
        ["a", 0, 9, "promoter"], ["b", 2, None, "unasked"], ["c", 0, None, "unasked"],
    ]  # fmt: skip
    assert join_features(PEOPLE)["customer_id"].tolist() == ["a", "b", "c"]


def test_people_who_never_bought(six_orders):
    people = pd.DataFrame({"customer_id": ["ann", "zoe"], "gender": ["female", "female"]})
    table = join_features(people, summarize_customers(six_orders)).set_index("customer_id")
    zoe = table.loc["zoe"]
    assert zoe[["n_orders", "n_days", "revenue", "frequency"]].tolist() == [0, 0, 0.0, 0]
    assert zoe[["recency_days", "mean_order_value", "T", "last_purchase"]].isna().all()
    assert table.loc["ann", "revenue"] == 60.0


def test_own_columns_of_the_customers_keep_their_gaps():
    people = pd.DataFrame({"customer_id": ["a", "b"], "n_calls": [1.0, None]})
    assert join_features(people, TOLD)["n_calls"].isna().tolist() == [False, True]


def test_ibis_stays_lazy_and_inputs_are_not_changed():
    before = TOLD.copy(deep=True)
    found = join_features(ibis.memtable(PEOPLE), ibis.memtable(TOLD))
    assert isinstance(found, ibis.Table)
    table = found.order_by("customer_id").to_pandas()
    pd.testing.assert_frame_equal(table, join_features(PEOPLE, TOLD), check_dtype=False)
    pd.testing.assert_frame_equal(TOLD, before)


def test_wrong_tables():
    with pytest.raises(DataError, match="table 1 must be with one row per customer_id; got '1 row"):
        join_features(PEOPLE, pd.concat([TOLD, TOLD[:1]]))
    with pytest.raises(DataError, match="table 2 must be of columns that are not there yet; got"):
        join_features(PEOPLE, TOLD, TOLD)
    with pytest.raises(DataError, match="customer_id of table 1 must be of the type string"):
        join_features(PEOPLE, pd.DataFrame({"customer_id": [1], "x": [1]}))
    with pytest.raises(DataError, match="missing column customer_id"):
        join_features(PEOPLE, pd.DataFrame({"id": ["a"]}))
    with pytest.raises(ArgumentError, match="unlisted must be one of nothing, unknown"):
        join_features(PEOPLE, TOLD, unlisted="zero")
