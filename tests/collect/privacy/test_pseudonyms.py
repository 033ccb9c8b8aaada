from __future__ import annotations

import hashlib
import hmac

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect import pseudonym, pseudonymize
from segkit.errors import ArgumentError, DataError
from segkit.synthetic import make_banking

KEY = "sixteen letters!"


@pytest.fixture
def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ["c", "a", None, "b"],
            "name": ["甲", "乙", "丙", "丁"],
            "phone": ["1", "2", "3", "4"],
            "birth_date": pd.to_datetime(["1980-05-06", "1990-01-01", None, "2000-12-31"]),
            "address": ["广东省深圳市南山区1号", " 北京市朝阳区", "Baker Street 5", None],
            "segkit_raw_birth_date": [None, None, "6 May", None],
            "segkit_raw_amount": [None, "ten", None, None],
        }
    )


def test_only_what_an_analysis_needs_is_left(people):
    safe = pseudonymize(people, key=KEY)
    assert list(safe.columns) == ["customer_id", "birth_year", "region", "segkit_raw_amount"]
    years = [None if pd.isna(year) else int(year) for year in safe["birth_year"]]
    assert years == [1980, 1990, None, 2000]
    assert [None if pd.isna(place) else place for place in safe["region"]] == [
        "广东", "北京", None, None,
    ]  # fmt: skip


def test_a_pseudonym_is_half_of_an_hmac(people):
    safe = pseudonymize(people, key=KEY)
    expected = hmac.new(KEY.encode(), b"c", hashlib.sha256).hexdigest()[:32]
    assert safe["customer_id"][0] == expected == pseudonym("c", KEY)
    assert pd.isna(safe["customer_id"][2])


def test_joins_hold_across_tables_and_types():
    made = make_banking(200)
    joined = made["customers"].merge(made["transactions"], on="customer_id")
    safe = [pseudonymize(made[name], key=KEY) for name in ("customers", "transactions")]
    assert len(safe[0].merge(safe[1], on="customer_id")) == len(joined)
    as_text = pseudonymize(pd.DataFrame({"customer_id": ["12", "7"]}), key=KEY)
    as_number = pseudonymize(pd.DataFrame({"customer_id": [12, 7]}), key=KEY)
    assert as_text["customer_id"].tolist() == as_number["customer_id"].tolist()


def test_another_key_gives_other_pseudonyms(people):
    one = pseudonymize(people, key=KEY)["customer_id"].dropna()
    other = pseudonymize(people, key=KEY + "x")["customer_id"].dropna()
    assert not set(one) & set(other)


def test_bytes_text_and_environment_are_one_key(people, monkeypatch):
    monkeypatch.setenv("SHOP_KEY", KEY)
    found = [
        pseudonymize(people, key=key)["customer_id"].dropna().tolist()
        for key in (KEY, KEY.encode(), "env:SHOP_KEY")
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    "make", [lambda f: f, pl.from_pandas, lambda f: pa.Table.from_pandas(f, preserve_index=False)]
)
def test_the_kind_and_the_order_of_rows_are_kept(people, make):
    frame = make(people)
    safe = pseudonymize(frame, key=KEY)
    assert type(safe) is type(frame)
    ids = pa.table(safe)["customer_id"] if not isinstance(safe, pd.DataFrame) else None
    found = safe["customer_id"].tolist() if ids is None else ids.to_pylist()
    known = [None if pd.isna(one) else one for one in found]
    assert known == [pseudonym("c", KEY), pseudonym("a", KEY), None, pseudonym("b", KEY)]


def test_an_ibis_table_stays_lazy_in_its_engine(people):
    con = ibis.duckdb.connect()
    table = con.create_table("people", people)
    safe = pseudonymize(table, key=KEY)
    assert isinstance(safe, ibis.Table)
    found = safe.to_pandas()
    assert set(found["customer_id"].dropna()) == {pseudonym(one, KEY) for one in "abc"}
    assert len(found) == 4


def test_the_input_is_not_changed(people):
    before = people.copy()
    pseudonymize(people, key=KEY)
    pd.testing.assert_frame_equal(people, before)


def test_what_to_drop_and_coarsen_can_be_said(people):
    safe = pseudonymize(people, key=KEY, drop=["address"], coarsen={"birth_date": "month"})
    assert list(safe.columns) == [
        "customer_id", "name", "phone", "birth_date", "segkit_raw_amount",
    ]  # fmt: skip
    assert safe["birth_date"][0] == pd.Timestamp("1980-05-01")
    as_it_is = pseudonymize(people, key=KEY, drop=[], coarsen={})
    assert set(people.columns) == set(as_it_is.columns)


def test_what_is_personal_and_cannot_be_coarsened_is_left_out(people):
    safe = pseudonymize(people.assign(birth_date="1980-05-06", address=1), key=KEY)
    assert list(safe.columns) == ["customer_id", "segkit_raw_amount"]


def test_a_year_that_is_there_is_not_made(people):
    frame = people.assign(birth_year=[1, 2, 3, 4])
    safe = pseudonymize(frame, key=KEY)
    assert safe["birth_year"].tolist() == [1, 2, 3, 4]
    assert "birth_date" not in safe


def test_a_telephone_number_can_be_the_customer_number(people):
    safe = pseudonymize(people, key=KEY, columns=["customer_id", "phone"])
    assert safe["phone"].tolist() == [pseudonym(one, KEY) for one in "1234"]
    assert "name" not in safe


def test_a_table_without_rows():
    safe = pseudonymize(pd.DataFrame({"customer_id": pd.Series([], dtype="str")}), key=KEY)
    assert list(safe.columns) == ["customer_id"]
    assert len(safe) == 0


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_different_numbers_stay_different(ids):
    ids = [text for text in ids if "\x00" not in text] or ["a"]
    safe = pseudonymize(pd.DataFrame({"customer_id": ids}), key=KEY)["customer_id"]
    assert safe.nunique() == len(set(ids))
    assert safe.str.fullmatch("[0-9a-f]{32}").all()
    assert safe.tolist() == [pseudonym(one, KEY) for one in ids]


@pytest.mark.parametrize(
    "key", [" " * 20, b"\x00" * 32, "abababababababababab", "hunter2" + " " * 20]
)
def test_a_key_that_can_be_guessed_is_refused_and_never_shown(people, key):
    with pytest.raises(ArgumentError, match="what it holds can be guessed") as found:
        pseudonymize(people, key=key)
    assert str(key).strip() not in str(found.value) or not str(key).strip()


@pytest.mark.parametrize("name", ["PATH", "HOME", "LC_ALL"])
def test_a_variable_that_every_system_sets_is_no_key(people, name, monkeypatch):
    monkeypatch.setenv(name, KEY)
    with pytest.raises(ArgumentError, match=f"{name}, a variable that every system sets"):
        pseudonymize(people, key=f"env:{name}")


def test_a_weak_key_is_refused_and_never_shown(people):
    with pytest.raises(ArgumentError, match="key must be bytes or text of at least 16") as found:
        pseudonymize(people, key="hunter2")
    assert "hunter2" not in str(found.value)
    with pytest.raises(ArgumentError, match="environment variable NO_SUCH_KEY, which is not set"):
        pseudonymize(people, key="env:NO_SUCH_KEY")
    with pytest.raises(ArgumentError, match="key must be bytes or text .* got 'int'"):
        pseudonymize(people, key=12)


def test_wrong_columns_are_refused(people):
    with pytest.raises(DataError, match="missing column member"):
        pseudonymize(people, key=KEY, columns=["member"])
    with pytest.raises(ArgumentError, match="columns must be a list of column names"):
        pseudonymize(people, key=KEY, columns="customer_id")
    with pytest.raises(ArgumentError, match="drop must be a list of column names"):
        pseudonymize(people, key=KEY, drop="name")
    with pytest.raises(ArgumentError, match="must be one of year, month, region"):
        pseudonymize(people, key=KEY, coarsen={"birth_date": "decade"})
    with pytest.raises(DataError, match="birth_date must be a date column"):
        pseudonymize(people.assign(birth_date="1980"), key=KEY, coarsen={"birth_date": "year"})
    with pytest.raises(DataError, match="address must be a column of addresses"):
        pseudonymize(people.assign(address=1), key=KEY, coarsen={"address": "region"})
    with pytest.raises(DataError, match="customer_id must be a column of text or whole numbers"):
        pseudonymize(people.assign(customer_id=[1.0, 2.0, None, 4.0]), key=KEY)
