"""Who the customers are: ages by hand, words as clients write them, what is impossible."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.collect.frames import as_ibis
from segkit.errors import ArgumentError, DataError
from segkit.features import describe_people, feature_notes
from segkit.schema import CUSTOMER_FEATURES, PEOPLE_FEATURES, column_of, names

DAY = "2024-06-30"


def described(**columns: list) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], **columns})
    return describe_people(frame, as_of=DAY)


def values(table: pd.DataFrame, column: str) -> list:
    return [None if pd.isna(value) else value for value in table[column]]


def test_full_years_by_the_day_of_birth():
    born = ["1990-06-30", "1990-07-01", "2024-06-30", "2024-07-01", "1904-06-30", "1903-06-30"]
    table = described(birth_date=pd.to_datetime([*born, None]))
    assert values(table, "age") == [34, 33, 0, None, 120, None, None]
    assert values(table, "age_known") == [True, True, True, False, True, False, False]


def test_who_is_born_on_a_leap_day_is_older_on_the_first_of_march():
    frame = pd.DataFrame({"customer_id": ["a"], "birth_date": pd.to_datetime(["2000-02-29"])})
    ages = [describe_people(frame, as_of=day)["age"][0] for day in ("2023-02-28", "2023-03-01")]
    assert ages == [22, 23]


def test_the_most_exact_possible_age_counts():
    table = described(
        birth_date=pd.to_datetime(["1990-12-31", "1890-01-01", None, None, None]),
        birth_year=[1990, 1980, 1970, None, 1850],
        age=[50.0, 50.0, 50.0, 41.9, 130.0],
    )
    assert values(table, "age") == [33, 44, 54, 41, None]


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("gender", ["女", " F ", "Female", "男", "m", "先生"], ["female"] * 3 + ["male"] * 3),
        ("gender", ["其他", "non-binary", "保密", "1", "", None], ["other"] * 2 + [None] * 4),
        ("city_tier", ["一线", "新一线", "二线城市", "Tier 3", "tier-4", "5"], [1, 2, 2, 3, 4, 5]),
        ("city_tier", ["一线城市", "6", "0", "北京", "", None], [1] + [None] * 5),
        ("city_tier", [1, 2, 5, 6, 0, -1], [1, 2, 5, None, None, None]),
        ("city_tier", [1.0, 2.5, 5.0, None], [1, None, 5, None]),
        ("company_size", ["50-99人", "1,000+", "100人以下", "<20", "大型", None],
         [50, 1000, 1, 1, None, None]),
        ("company_size", [12, 0, -3], [12, 0, None]),
        ("company_size", ["1万人以上", "1.5万人", "5k", "2千人", "5 kitchens", "1万人以下"],
         [10_000, 15_000, 5_000, 2_000, 5, 1]),
        ("company_size", ["1-5万人", "500-1万人", "1k-5k", "1,000-4,999 people", "3万people"],
         [10_000, 500, 1_000, 1_000, 30_000]),
        ("industry", ["汽车制造业", "Banking", "软件服务", "电子商务", "医院", "采矿"],
         ["manufacturing", "finance", "services", "retail", "public", "other"]),
        ("industry", ["Financial services", None, ""], ["finance", None, None]),
        ("member_level", ["gold", "银卡", "无", "", None, "non-member"],
         [True, True, False, False, False, False]),
        ("member_level", ["未知", "unknown", "N/A", "none", "普通会员"],
         [None, None, None, False, True]),
        ("country", ["China", "中国", "CN", "Germany", None], [True, True, True, False, None]),
        ("country", ["未知", "Unknown", "n/a", "Chinatown"], [None, None, None, False]),
    ],
)  # fmt: skip
def test_words_and_numbers(column, given, expected):
    found = {
        "company_size": "n_employees",
        "industry": "industry_group",
        "member_level": "is_member",
        "country": "is_domestic",
    }
    assert values(described(**{column: given}), found.get(column, column)) == expected


def test_home_is_where_the_company_says():
    frame = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "country": ["Germany", "中国", "GERMANY"]}
    )
    for home, expected in (("Germany", [True, False, True]), ("CN", [False, True, False])):
        table = describe_people(frame, as_of=DAY, home_country=home)
        assert table["is_domestic"].tolist() == expected
    with pytest.raises(ArgumentError, match="home_country must be the name of a country; got ''"):
        describe_people(frame, as_of=DAY, home_country="")


@pytest.mark.parametrize("make", [pl.from_pandas, pa.Table.from_pandas, ibis.memtable])
def test_days_without_a_time(make):
    """Polars and Arrow hold days as days, pandas as moments: the ages are the same."""
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "birth_date": [date(1990, 6, 30), date(1990, 7, 1)],
            "joined_at": [date(2023, 7, 1), date(2024, 7, 1)],
        }
    )
    found = describe_people(make(frame), as_of=DAY)
    table = as_ibis(found).order_by("customer_id").to_pandas()
    assert values(table, "age") == [34, 33]
    assert values(table, "tenure_years") == [pytest.approx(365 / 365.25), None]
    assert len(feature_notes(as_of=DAY, customers=make(frame))) == 1


def test_years_as_customer():
    table = described(joined_at=pd.to_datetime(["2023-07-01", "2024-06-30", "2024-07-01", None]))
    assert table["tenure_years"].fillna(-1).round(4).tolist() == [0.9993, 0.0, -1, -1]


def test_all_else_stays_and_the_input_is_not_changed():
    frame = pd.DataFrame(
        {"customer_id": ["b", None, "a"], "income": [1, 2, 3], "gender": ["女", "男", "男"]}
    )
    before = frame.copy(deep=True)
    table = describe_people(frame, as_of=DAY)
    assert table.to_dict("list") == {
        "customer_id": ["a", "b"], "income": [3, 1], "gender": ["male", "female"],
    }  # fmt: skip
    pd.testing.assert_frame_equal(frame, before)


def test_ibis_stays_lazy():
    lazy = ibis.memtable({"customer_id": ["a"], "birth_year": [1990]})
    found = describe_people(lazy, as_of=DAY)
    assert isinstance(found, ibis.Table)
    assert found.to_pandas()["age"].tolist() == [34]


def test_a_customer_has_one_row():
    frame = pd.DataFrame({"customer_id": ["a", "a", "b"]})
    with pytest.raises(
        DataError, match="customer_id must be present and different in every row; got '3"
    ):
        describe_people(frame, as_of=DAY)


def test_wrong_columns_and_days():
    with pytest.raises(DataError, match="missing column customer_id"):
        describe_people(pd.DataFrame({"id": ["a"]}), as_of=DAY)
    wrong = pd.DataFrame({"customer_id": ["a"], "birth_date": ["1990-01-01"]})
    with pytest.raises(DataError, match="birth_date must be a column of dates"):
        describe_people(wrong, as_of=DAY)
    with pytest.raises(ArgumentError, match="as_of must be a date"):
        describe_people(wrong, as_of="yesterday")


def test_columns_are_declared_once():
    declared = names(CUSTOMER_FEATURES)
    assert len(declared) == len(set(declared))
    assert set(names(PEOPLE_FEATURES)) <= set(declared)
    assert (column_of("age").kind, column_of("revenue").unit) == ("integer", "currency")
    assert column_of("income").kind == "number"
    assert column_of("a column of the user's own") is None
