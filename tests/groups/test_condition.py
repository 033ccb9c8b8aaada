"""Conditions: what they give, and that text is never more than comparisons."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import ArgumentError
from segkit.groups import read_condition
from segkit.groups.spelling import in_ascii

FRAME = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "age": [25.0, 35.0, 40.0, None],
        "city_tier": [1, 1, 2, 3],
        "city": ["苏州", "Wuxi", "O'Hare", None],
        "revenue": [5000.0, 80.0, float("inf"), float("nan")],
        "is_member": [True, False, True, False],
        "joined_at": pd.to_datetime(["2023-01-01", "2024-01-31", "2024-02-01", None]),
    }
)
TABLE = ibis.memtable(FRAME)


def who(text: str, table=TABLE) -> str:
    flag = read_condition(text, table.schema()).on(table)
    return "".join(sorted(table.filter(flag).customer_id.to_pandas()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age between 30 and 40 and city_tier = 1", "b"),
        ("age between 30 and 40", "bc"),
        ("AGE >= 35 or city_tier = 3", "bcd"),
        ("not (city_tier = 1)", "cd"),
        ("not age > 30", "a"),  # whose age is not known is neither
        ("city in ('苏州', 'Wuxi')", "ab"),
        ("city not in ('苏州')", "bc"),
        ("city = 'O''Hare'", "c"),
        ("city like 'W%'", "b"),
        ("city ilike 'w%'", "b"),
        ("city is null", "d"),
        ("age is not null", "abc"),
        ("is_member", "ac"),
        ("not is_member", "bd"),
        ("is_member is true", "ac"),
        ("is_member = false", "bd"),
        ("joined_at >= '2024-01-31'", "bc"),
        ("joined_at between '2024-01-01' and '2024-01-31'", "b"),
        ("revenue >= 5000", "a"),  # neither NaN nor infinity is an amount
        ("revenue > -1e3", "ab"),
        ("age > city_tier", "abc"),
        ("30 <= age", "bc"),
        ("年龄≥30 且 城市等级＝1", "b"),
        ("城市 = “苏州” 或 （年龄 ＞ 38）", "ac"),
        ("消费金额 >= 80", "ab"),
    ],
)
def test_who_fulfils_a_condition(text, expected):
    assert who(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no condition"),
        ("agee > 3", "asks for 'agee', which is no column of the customers. Did you mean 'age'"),
        ("age > 'old'", "age must be compared with a number such as 30; got \"'old'\""),
        ("age = true", "age must be compared with a number"),
        ("city = 3", "city must be compared with a text in quotes"),
        ("city > age", "age must be compared with a text"),
        ("joined_at > 'yesterday'", "joined_at must be compared with a day in quotes"),
        ("age between 40 and 30", "between 40 and 30, where nobody can be"),
        ("age like '3%'", "age must be compared with a text"),
        ("age", "must be comparisons of columns with values; got 'age'"),
        ("1 = 1", "must be comparisons of columns with values"),
        ("age = null", "age must be compared with a number"),
        ("age + 1 > 3", "must be comparisons of columns|must be compared"),
        ("upper(city) = 'X'", "comparisons of columns"),
        ("age = (select 1)", "must be compared with a number"),
        ("age in (select 1)", "must be comparisons of columns"),
        ("exists (select 1)", "must be comparisons of columns"),
        ("age = 1; drop table customers", "must be one condition"),
        ("age = 1 union select 2", "must be comparisons of columns"),
        ("case when is_member then is_member end", "must be comparisons of columns"),
        ("cast(age as int) = 1", "must be comparisons of columns|must be compared"),
        ("other.age = 1", "must be comparisons of columns"),
        ("age = 1 and", "cannot be read at character"),
        ("drop table customers", "must be comparisons of columns"),
        ("read_csv('/etc/passwd')", "must be comparisons of columns"),
        ("age > 1 limit 3", "cannot be read|must be"),
        ("(" * 3000, "characters; at most|too many brackets|cannot be read"),
        ("(" * 900 + "age = 1" + ")" * 900, "too many brackets|cannot be read"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(ArgumentError, match=message):
        read_condition(text, TABLE.schema(), name="g")


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_one_clear_error(text):
    said, columns = "", set()
    try:
        columns = set(read_condition(text, TABLE.schema()).columns)
    except ArgumentError as error:
        said = str(error)
    assert columns <= set(FRAME.columns)
    assert columns or "group 'condition'" in said


@given(st.text(min_size=1, max_size=20).filter(lambda text: "\x00" not in text))
def test_values_are_values_whatever_they_hold(value):
    """A quoted text is compared, and nothing in it is ever read as SQL."""
    quoted = value.replace("'", "''")
    for quote in "‘’“”":
        quoted = quoted.replace(quote, "")
    wanted = quoted.replace("''", "'")
    table = ibis.memtable(pd.DataFrame({"customer_id": ["x"], "city": [wanted]}))
    assert who(f"city = '{quoted}'", table) == "x"


def test_a_column_of_no_comparable_kind_is_named():
    schema = ibis.schema({"tags": "array<string>"})
    with pytest.raises(ArgumentError, match="tags must be a column of numbers, text, days or"):
        read_condition("tags = 'a'", schema)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("年龄≥30且城市=‘苏州’", "年龄>=30 and 城市='苏州'"),
        ("城市='苏州'或者年龄>3", "城市='苏州' or 年龄>3"),
        ("is_member且age>3", "is_member and age>3"),
        ("age > 3 and 或有负债 > 1", "age > 3 and 或有负债 > 1"),
        ("city = 'Xi’an'", "city = 'Xi’an'"),
        ("city = ‘Xi'an’", "city = 'Xi''an'"),
        ("city = '甲且乙，丙'", "city = '甲且乙，丙'"),
        ("非 会员 且 (年龄>3)", "not 会员 and (年龄>3)"),
    ],
)
def test_spelling_of_a_chinese_keyboard(typed, expected):
    assert in_ascii(typed) == expected
    assert in_ascii(expected) == expected
