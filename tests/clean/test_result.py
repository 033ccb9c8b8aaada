"""What a cleaning says of itself: ledger, sentences, the file for the client."""

from __future__ import annotations

import csv
from contextvars import Context

import ibis
import pandas as pd
import pytest

from segkit.clean import clean_transactions, reason_word, transactions
from segkit.clean.result import Cleaning
from segkit.clean.words import REASONS
from segkit.errors import ArgumentError
from segkit.i18n import use_currency, use_language

LAST = "2024-12-31"


@pytest.fixture
def orders() -> pd.DataFrame:
    rows = [
        ("a", "2024-01-01", 10.0, 5, "p"),
        ("a", "2024-02-01", -4.0, -2, "p"),
        (None, "2024-01-02", 3.0, 1, "p"),
        ("b", "2024-01-03", 8.0, 1, "=1+1"),
        ("b", "2024-01-03", 8.0, 1, "=1+1"),
        ("c", "2025-06-01", 8.0, 1, "p"),
    ]
    columns = ["customer_id", "ordered_at", "amount", "quantity", "product_id"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]))


@pytest.fixture
def cleaning(orders) -> Cleaning:
    return clean_transactions(orders, until=LAST)


def test_the_ledger_by_hand(cleaning):
    table = cleaning.ledger.set_index("reason")
    seen = table[table["rows"] > 0]
    assert seen["rows"].to_dict() == {
        "rows_in": 6, "missing_customer": 1, "future_date": 1, "duplicate": 1,
        "return_netted": 1, "kept": 2, "changed": 1,
    }  # fmt: skip
    assert seen["customers"].to_dict() == {
        "rows_in": 3, "missing_customer": 0, "future_date": 1, "duplicate": 1,
        "return_netted": 1, "kept": 2, "changed": 1,
    }  # fmt: skip
    assert seen["amount"].to_dict() == {
        "rows_in": 33, "missing_customer": 3, "future_date": 8, "duplicate": 8,
        "return_netted": -4, "kept": 14, "changed": 4,
    }  # fmt: skip
    assert table.loc["kept", "share"] == pytest.approx(2 / 6)
    assert cleaning.table.equals(cleaning.ledger)
    assert cleaning.amount_rejected == 15
    assert table.index.is_unique


def test_only_what_could_apply_is_listed(orders, cleaning):
    shown = set(cleaning.ledger["reason"])
    assert {"returned", "duplicate", "zero_amount"} <= shown
    assert not shown & {"return", "extreme"}
    other = clean_transactions(orders, returns="drop", duplicates="keep", zero_amounts="keep")
    shown = set(other.ledger["reason"])
    assert not shown & {"returned", "duplicate", "zero_amount", "changed"}


def test_no_currency_is_made_up(cleaning):
    # In a context of its own no currency was ever set.
    assert ", worth 14.00. " in Context().run(cleaning.summary)
    with use_currency("EUR"):
        assert ", worth €14.00. " in cleaning.summary()


def test_the_sentences(cleaning):
    with use_currency("USD"):
        sentences = cleaning.summary()
    assert sentences == (
        "2 of 6 rows were kept (33.3\u202f%), worth $14.00. Most often set aside: No customer "
        "number (1 row). 1 purchase was returned in part and lowered by $4.00."
    )
    assert "Next: summarize_customers(cleaning.kept)" in repr(cleaning)
    html = cleaning._repr_html_()
    assert "<td>Date after 31 Dec 2024</td>" in html.replace("\u00a0", " ")


def test_nothing_set_aside(orders):
    one = clean_transactions(orders.iloc[:1], until=LAST)
    with use_currency("USD"):
        sentences = one.summary()
    assert sentences == "1 of one row was kept, worth $10.00. Nothing was set aside."


def test_the_language_is_that_of_the_reader(cleaning):
    english = cleaning.rejected["why"].tolist()
    with use_language("zh"):
        chinese = cleaning.rejected["why"].tolist()
        ledger = cleaning.ledger["why"].tolist()
    assert cleaning.rejected["why"].tolist() == english
    assert not set(english) & set(chinese)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in word) for word in ledger + chinese)


def test_every_reason_has_words_of_its_own():
    steps = [*REASONS, "rows_in", "kept", "changed", "turned"]
    words = [reason_word(step) for step in steps]
    assert len(set(words)) == len(steps)
    assert not set(words) & set(steps)


def test_the_file_for_the_client(cleaning, tmp_path):
    path = cleaning.write_rejected(tmp_path / "rejected.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["segkit_row"] for row in rows] == ["2", "3", "5", "6"]
    assert [row["reason"] for row in rows] == cleaning.rejected["reason"].tolist()
    assert rows[2]["product_id"] == "'=1+1"
    assert rows[0]["amount"] == "-4.0"
    assert rows[1]["customer_id"] == ""


def test_nothing_rejected_is_a_header(orders, tmp_path):
    path = clean_transactions(orders.iloc[:1], until=LAST).write_rejected(tmp_path / "none.csv")
    assert path.read_text(encoding="utf-8-sig").count("\n") == 1


def test_a_file_that_cannot_be_written(cleaning, tmp_path):
    with pytest.raises(ArgumentError, match="path must be a file that can be written; got"):
        cleaning.write_rejected(tmp_path)


def test_a_column_of_the_same_name_is_not_lost(orders):
    cleaning = clean_transactions(orders.assign(reason="too small"), until=LAST)
    assert set(cleaning.rejected["reason_sent"]) == {"too small"}
    assert set(cleaning.kept["reason"]) == {"too small"}


@pytest.mark.parametrize("step", ["prepare", "first_reasons", "later_reasons", "net_returns"])
def test_a_row_lost_on_the_way_is_an_error_of_ours(orders, monkeypatch, step):
    whole = getattr(transactions, step)

    def lose(table, *args, **kwargs):
        rows = whole(table, *args, **kwargs)
        return rows.filter(rows.amount != 10.0)

    monkeypatch.setattr(transactions, step, lose)
    with pytest.raises(RuntimeError, match="6 rows came in and 5 are accounted for"):
        clean_transactions(orders, until=LAST)


def test_rows_of_a_database_stay_there(orders):
    connection = ibis.duckdb.connect()
    table = connection.create_table("orders", orders)
    cleaning = clean_transactions(table, until=LAST)
    assert isinstance(cleaning.kept, ibis.Table)
    assert cleaning.kept.count().execute() == 2
    assert "segkit_row" not in cleaning.rejected.columns
    assert connection.table("orders").count().execute() == 6
