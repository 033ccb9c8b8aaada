from __future__ import annotations

import pandas as pd
import pytest

from segkit.audit import audit_table, carrying
from segkit.errors import ArgumentError
from segkit.synthetic import make_banking
from segkit.tables import (
    carrying_overview_table,
    carrying_table,
    data_quality_table,
    personal_table,
)


@pytest.fixture(scope="module")
def audit():
    return audit_table(make_banking(100)["customers"], "customers")


def test_the_quality_of_each_column(audit):
    table = data_quality_table(audit)
    assert table.name == "data-quality-customers"
    assert table.frame["column"].tolist() == audit.table["column"].tolist()
    assert [column.name for column in table.columns] == [
        "word", "column", "completeness", "distinct", "uniqueness", "validity", "consistency",
        "newest",
    ]  # fmt: skip


def test_no_value_of_a_person_stands_in_it(audit):
    table = data_quality_table(audit)
    shown = table.frame.to_csv()
    people = make_banking(100)["customers"]
    for name in ("customer_id", "name", "phone", "email"):
        assert not any(str(value) in shown for value in people[name])


def test_newest_is_left_out_without_dates():
    table = data_quality_table(audit_table(pd.DataFrame({"x": [1]})))
    assert "newest" not in [column.name for column in table.columns]


def test_personal_columns_with_their_advice(audit, cdnow_sample):
    table = personal_table([audit, audit_table(cdnow_sample)])
    assert table.frame["column"].tolist() == ["name", "birth_date", "phone", "email"]
    assert table.frame["share"].isna().tolist() == [True, True, False, False]
    assert table.frame["advice"].str.len().min() > 10
    assert personal_table(audit).frame.equals(table.frame)
    assert personal_table(audit_table(cdnow_sample)).frame.empty


def test_the_overview_puts_what_can_be_done_first_and_is_short(cdnow_sample):
    found = carrying(cdnow_sample)
    table = carrying_overview_table(found)
    frame = table.frame
    assert list(dict.fromkeys(frame["group_word"])) == [
        "Can be done now", "Can be done with care", "Needs more of the same data",
        "Data are missing",
    ]  # fmt: skip
    assert len(frame) <= 15
    names = " ".join(frame["analyses"])
    assert all(name in names for name in found.table["name"])
    assert (frame["bring"] == "").tolist() == [True] + [False] * (len(frame) - 1)
    profit = frame[frame["analyses"].str.contains("80/20")].iloc[0]
    assert profit["bring"] == "A column: cost (purchase records)."
    survey = frame[frame["analyses"].str.contains("Attitude segments")].iloc[0]
    assert "quadrant" in survey["analyses"]
    care = frame[frame["group_word"] == "Can be done with care"].iloc[0]
    assert care["bring"].count("customers with purchases") == 1, "only the most of each"
    assert care["bring"].startswith("3,000 customers with purchases instead of 2,357.")
    assert survey["bring"] == "A table of survey answers: customer number; question; answer."


def test_what_the_data_can_carry(cdnow_sample):
    found = carrying(cdnow_sample)
    table = carrying_table(found)
    order = list(dict.fromkeys(table.frame["verdict_word"]))
    assert order == [w for w in ("yes", "with care", "no") if w in order]
    assert len(table.frame) == len(found.table)
    parts = [carrying_table(found, verdict=verdict) for verdict in ("yes", "care", "no")]
    assert sum(len(part.frame) for part in parts) == len(table.frame)
    assert [part.name for part in parts] == ["carrying-yes", "carrying-care", "carrying-no"]
    assert "bring" not in parts[0].frame
    with pytest.raises(ArgumentError, match="verdict must be one of yes, care, no"):
        carrying_table(found, verdict="maybe")
