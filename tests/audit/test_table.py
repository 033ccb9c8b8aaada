from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.audit import audit_table
from segkit.collect import read_raw_transactions
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.schema import TABLES
from segkit.synthetic import make_banking, make_cosmetics

DAY = pd.Timestamp("2024-03-01")


@pytest.fixture
def faulty() -> pd.DataFrame:
    """Six lines of purchases, each column with a fault of its own."""
    return pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", " ", None, "N/A"],
            "ordered_at": [DAY, DAY, pd.Timestamp("1799-01-01"), DAY, pd.Timestamp("2999-01-01"),
                           pd.NaT],
            "amount": [10.0, 10.0, 20.0, np.nan, 6.0, 4.0],
            "segkit_raw_amount": [None, None, None, "abc", None, None],
            "unit_price": [5.0, 5.0, -1.0, 1.0, 2.0, 4.0],
            "quantity": [2, 2, 1, 1, 3, 1],
            "order_id": ["1", "1", "2", "2", "3", "4"],
            "会员等级": ["金", "金", None, None, "银", None],
        }
    )  # fmt: skip


@pytest.fixture
def audit(faulty):
    return audit_table(faulty, as_of="2024-05-01")


def columns(audit) -> pd.DataFrame:
    return audit.table.set_index("column")


def test_each_column_is_counted(audit):
    table = columns(audit)
    assert list(table.index) == [
        "customer_id", "ordered_at", "amount", "unit_price", "quantity", "order_id", "会员等级",
    ]  # fmt: skip
    assert table["present"].tolist() == [4, 5, 5, 6, 6, 6, 3]
    assert table["distinct"].tolist() == [3, 3, 4, 5, 3, 4, 2]
    assert table.at["customer_id", "completeness"] == pytest.approx(4 / 6)
    assert table.at["会员等级", "uniqueness"] == pytest.approx(2 / 3)


def test_invalid_values_are_counted_once(audit):
    table = columns(audit)
    assert table["invalid"].tolist() == [1, 2, 1, 1, 0, 0, 0]
    assert table.at["amount", "unreadable"] == 1
    assert table.at["amount", "validity"] == pytest.approx(5 / 6)
    assert table.at["ordered_at", "validity"] == pytest.approx(3 / 5)


def test_a_column_of_the_client_has_no_rules(audit):
    row = columns(audit).loc["会员等级"]
    assert not row["known"]
    assert (row["invalid"], row["word"]) == (0, "会员等级")


def test_the_faults_are_said(audit):
    assert audit.faults == [
        "customer number: missing in 2 of 6 rows.",
        "day of purchase: missing in 1 of 6 rows.",
        "amount paid: cannot be read in 1 of 6 rows.",
        "day of purchase: before 1900 or after 2024-05-01 in 2 of 6 rows, "
        "such as 1799-01-01, 2999-01-01.",
        "price per piece: values below 0 in 1 of 6 rows, such as \u22121.",
        "customer number: a word for nothing in 1 of 6 rows, such as N/A.",
        "In 1 of 5 rows the amount is not quantity × unit price.",
        "1 row is the same as another in every column.",
    ]


def test_timeliness_is_told_of_the_newest_date(six_orders):
    table = columns(audit_table(six_orders, as_of="2024-04-01"))
    assert table.at["ordered_at", "newest"] == date(2024, 1, 31)
    assert table.at["ordered_at", "days_behind"] == 61
    faults = audit_table(six_orders, as_of="2024-04-01").faults
    assert faults == [
        "The newest day of purchase is 31\xa0Jan\xa02024, 61 days before the day of the report."
    ]
    assert audit_table(six_orders, as_of="2024-02-10").faults == []
    assert audit_table(six_orders).faults == []


def test_missing_columns_and_wrong_types_are_said(six_orders):
    frame = six_orders.drop(columns="customer_id").assign(amount="ten", quantity=1)
    audit = audit_table(frame)
    assert audit.missing == ("customer_id",)
    assert audit.faults[0] == (
        "Columns that must be there are missing: customer number (customer_id)."
    )
    assert audit.faults[1].startswith("amount paid: the type string does not fit")


@pytest.mark.parametrize("kind", list(TABLES))
def test_a_table_without_rows(kind):
    frame = pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    audit = audit_table(frame, kind)
    assert audit.n_rows == 0
    assert audit.faults[-1] == "The table has no rows."
    assert "rows 0" in repr(audit)


def test_a_table_without_known_columns():
    audit = audit_table(pd.DataFrame({"x": [1, 1, None]}))
    assert columns(audit).at["x", "distinct"] == 1
    assert len(audit.missing) == 3


@pytest.mark.parametrize("name", list(TABLES))
def test_sound_made_up_tables_have_no_wrong_values(name):
    """Each canonical table, of a bank or a cosmetics brand: only gaps that are meant to be."""
    source = make_cosmetics if name in {"survey"} else make_banking
    audit = audit_table(source(300)[name], name)
    assert audit.broken == ()
    assert audit.checks["conflicts"].sum() == 0
    assert audit.missing == ()
    assert audit.wrong_types == ()


def test_frames_of_every_kind_give_the_same(faulty):
    import ibis
    import pyarrow as pa

    kinds = [
        pl.from_pandas(faulty),
        pa.Table.from_pandas(faulty),
        ibis.memtable(faulty),
        faulty.sample(frac=1, random_state=3),
    ]
    expected = audit_table(faulty, as_of="2024-05-01")
    for frame in kinds:
        found = audit_table(frame, as_of="2024-05-01")
        pd.testing.assert_frame_equal(
            found.table.drop(columns="dtype"), expected.table.drop(columns="dtype")
        )
        assert found.faults == expected.faults


def test_the_input_is_not_changed(faulty):
    before = faulty.copy()
    audit_table(faulty)
    pd.testing.assert_frame_equal(faulty, before)


def test_few_queries_and_no_raw_row(faulty, monkeypatch):
    import ibis

    con = ibis.duckdb.connect()
    table = con.create_table("orders", faulty)
    seen = []
    fetch = type(con).to_pyarrow
    monkeypatch.setattr(
        type(con), "to_pyarrow", lambda self, e, **k: seen.append(fetch(self, e, **k)) or seen[-1]
    )
    audit_table(table)
    assert len(seen) == 2
    assert seen[0].num_rows == 1
    assert seen[1].column_names == ["name", "asked", "conflicts"]


def test_text_that_was_decoded_wrongly_is_found():
    people = pd.DataFrame({"customer_id": ["1", "2", "3"], "city": ["锟斤拷", "上海", "K\ufffdln"]})
    found = audit_table(people, "customers").broken
    assert [(one.column, one.rule, one.count) for one in found] == [("city", "garbled", 2)]


def test_the_audit_speaks_chinese(audit):
    with use_language("zh"):
        assert audit.table["word"].iloc[0] == "客户编号"
        assert "客户编号" in audit.faults[0]
        assert "<table>" in audit._repr_html_()


def test_markup_in_a_column_name_stays_text():
    page = audit_table(pd.DataFrame({"<script>": [1]}))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_wrong_arguments_are_refused(six_orders):
    with pytest.raises(ArgumentError, match="kind must be one of transactions"):
        audit_table(six_orders, "orders")
    with pytest.raises(ArgumentError, match="as_of must be a date"):
        audit_table(six_orders, as_of="soon")
    with pytest.raises(DataError, match="table must be a pandas"):
        audit_table([1, 2])
    with pytest.raises(DataError, match="table must be a table with columns"):
        audit_table(pd.DataFrame())


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "", None]),
            st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False)),
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=25, deadline=None)
def test_counts_agree_with_pandas(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "amount"])
    frame = frame.assign(ordered_at=DAY, amount=frame["amount"].astype("float64"))
    audit = audit_table(frame.astype({"customer_id": "str"}))
    table = columns(audit)
    known = frame["customer_id"].isin(["a", "b"])
    assert table.at["customer_id", "present"] == known.sum()
    assert table.at["customer_id", "distinct"] == frame["customer_id"][known].nunique()
    assert table.at["amount", "present"] == frame["amount"].notna().sum()
    assert audit.n_duplicates == frame.duplicated().sum()


def test_all_of_what_a_reader_gives_can_be_looked_at(six_orders):
    rows = read_raw_transactions(six_orders)
    pd.testing.assert_frame_equal(audit_table(rows).table, audit_table(rows.table).table)


def test_examples_show_nobody():
    """A telephone in the column of ages, or as a rating, is told by its length alone."""
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "age": [13812345678, 250, 30],
            "gender": ["N/A", "f", "m"],
        }
    )
    told = " ".join(audit_table(frame, "customers").faults)
    assert "13,812,345,678" not in told
    assert "such as 250, a number of 11 digits" in told
    assert "such as N/A" in told
    with use_language("zh"):
        assert "13,812,345,678" not in " ".join(audit_table(frame, "customers").faults)
