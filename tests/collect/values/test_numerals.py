"""Numbers as clients write them: each form is read, nothing is guessed, nothing is read wrongly."""

from __future__ import annotations

import re
import unicodedata

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect.values.numerals import parse_number
from segkit.errors import ArgumentError, DataError


def column(values, kind="string") -> ibis.Table:
    data = {"paid": values, "segkit_row": list(range(1, len(values) + 1))}
    return ibis.memtable(data, schema={"paid": kind, "segkit_row": "int64"})


def read(values, *, kind="string", decimal=None):
    table = column(values, kind)
    parsed = parse_number(table, "paid", decimal=decimal, function="test")
    return parsed, table.select(x=parsed.expression).to_pyarrow()["x"].to_pylist()


POINT = {
    "12.5": 12.5, " 12.50 ": 12.5, "+12.5": 12.5, "-12.5": -12.5, ".5": 0.5, "0.125": 0.125,
    "1,234.50": 1234.5, "1,234,567": 1234567.0, "1,234": 1234.0, "1.234": 1.234,
    "1 234.5": 1234.5, "1\u00a0234.5": 1234.5, "1\u202f234\u202f567": 1234567.0,
    "1\u2009234": 1234.0, "1'234.5": 1234.5, "1’234": 1234.0, "１２３．４５": 123.45,
    "－￥1.5": -1.5, "￥１，２３４．５": 1234.5, "¥ 8": 8.0, "RMB8.1": 8.1, "8 元": 8.0,
    "CNY -8": -8.0, "- ¥8": -8.0, "8人民币": 8.0, "¥100元": 100.0, "123-": -123.0,
    "(1,234.50)": -1234.5, "（8）": -8.0, "¥(8)": -8.0, "(¥ 8)": -8.0, "1.2E+05": 120000.0,
    "-1.2e-3": -0.0012, "1.2万": 12000.0, "1.13 万元": 11300.0, "3亿": 3e8, "-2千": -2000.0,
    "5百万": 5e6, "2千万": 2e7, "1.5万亿": 1.5e12, "−8": -8.0, "007": 7.0, "\ufeff9": 9.0,
}  # fmt: skip
UNREADABLE = [
    "50%", "5 ％", "1,23,456", "12,34", "1.2.3", "1,234.5.6", "--5", "-5-", "(-5)", "(5", "5)",
    "¥", "元", "-", ".", "1 2", "12 34", "5 6元", "1.2E+305", "1E", "万", "¥-", "NaN", "inf",
    "Infinity", "1d", "0x10", "5;6", "1_000", "½", "٣", "$5€", "5元6", "1-2", "abc", "N/A",
]  # fmt: skip


def test_every_form_beside_the_others():
    parsed, values = read([*POINT, None, "", " \t "])
    assert parsed.form == "point"
    assert values == [*POINT.values(), None, None, None]


@pytest.mark.parametrize("value", POINT)
def test_every_form_is_read_where_the_point_is_known(value):
    assert read([value], decimal=".")[1] == [POINT[value]]


def test_what_is_no_number_is_null():
    assert read(["1.5", *UNREADABLE], decimal=".")[1] == [1.5] + [None] * len(UNREADABLE)
    commas = [value for value in UNREADABLE if value != "12,34"]
    assert read(["1,5", *commas], decimal=",")[1] == [1.5] + [None] * len(commas)


def test_the_other_currencies():
    for values in (
        ["$5", "US$ 5", "5 USD", "5美元", "＄5"],
        ["€5", "5 EUR", "5欧元"],
        ["£5", "￡5"],
    ):
        parsed, found = read(values)
        assert found == [5.0] * len(values)
        assert f"The currency sign {values[0][0]} beside them is left out." in parsed.note


def test_a_decimal_comma_is_known_by_its_values():
    given_values = ["1.234,5", "1,5", "1.234", "1,234", "1.234.567", "0,125", "7", "1 234,5"]
    parsed, values = read(given_values)
    assert parsed.form == "comma"
    assert values == [1234.5, 1.5, 1234.0, 1.234, 1234567.0, 0.125, 7.0, 1234.5]
    assert parsed.note == "paid: numbers with a decimal comma."


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["0.125"], "point"), (["0,125"], "comma"), (["1234.567"], "point"),
        (["1234,567"], "comma"), (["1,234,567"], "point"), (["1.234.567"], "comma"),
        (["2500"], "whole"), (["1", "1 234"], "whole"), (["x"], "none"),
        ([None], "none"), ([], "none"),
    ],
)  # fmt: skip
def test_what_decides(values, form):
    assert read(values)[0].form == form


def test_both_marks_are_reported_with_counts_and_rows():
    rule = (
        r"^test: paid has numbers with a decimal point \(2, such as '1.5' in row 1, '0.125' in "
        r"row 3\) and with a decimal comma \(1, such as '2,5' in row 2\). Say which is meant with "
        r"ReadOptions\(decimal='.'\) or decimal=',' \(in a notebook: decimal\), or correct them.$"
    )
    with pytest.raises(DataError, match=rule):
        read(["1.5", "2,5", "0.125"])


@pytest.mark.parametrize(
    "values",
    [
        ["1,234"],
        ["12,345", "5000"],
        ["1.234"],
        ["1.234", "950"],
        ["1.234", "950", "2500"],
        ["1,234", "1.234"],
    ],
)
def test_what_can_be_thousands_or_decimals_is_asked_for(values):
    rule = f"three digits after a .* {values[0]}' in row 1.*nothing tells thousands from decimals"
    with pytest.raises(DataError, match=rule.replace(" 1", " .*1", 1)):
        read(values)


def test_an_answer_is_used_and_what_does_not_fit_is_null():
    assert read(["1,234", "2.5", "1.234"], decimal=",")[1] == [1.234, None, 1234.0]
    assert read(["1,234", "2,5", "1.234"], decimal=".")[1] == [1234.0, None, 1.234]
    with pytest.raises(ArgumentError, match="decimal must be one of"):
        read(["1"], decimal=";")


def test_several_currencies_are_refused():
    with pytest.raises(DataError, match=r"several currencies: \$ \(1, such as '\$5' in row 1\), €"):
        read(["$5", "7 EUR"])


def test_columns_that_have_a_type():
    assert read([1, None], kind="int64")[1] == [1.0, None]
    parsed, values = read([1.5, float("nan"), float("inf")], kind="float64")
    assert (parsed.form, values) == ("typed", [1.5, None, None])
    assert read([None], kind="null")[1] == [None]
    with pytest.raises(DataError, match="paid must be numbers or text; got 'boolean'"):
        read([True], kind="boolean")


def test_a_column_that_is_missing_and_a_table_without_rows_known():
    with pytest.raises(DataError, match="missing column paid"):
        parse_number(ibis.memtable({"x": ["1"]}), "paid", function="test")
    with pytest.raises(DataError, match=r"\(1, such as '1,5'\)"):
        parse_number(ibis.memtable({"x": ["1,5", "1.5"]}), "x", function="test")


OPEN = st.integers(1000, 999_999).map(lambda n: f"{n // 1000}M{n % 1000:03d}")
WHOLE = st.integers(0, 10**9).map(str)
#: Each shows by itself that M is the decimal mark.
SHOWING = st.one_of(
    st.integers(0, 999).map(lambda n: f"0M{n:03d}"),
    st.integers(1000, 10**6).map(lambda n: f"{n}M125"),
    st.tuples(WHOLE, st.sampled_from(["5", "05", "1250", "00000"])).map("M".join),
    st.integers(1000, 999_999).map(lambda n: f"{n // 1000}O{n % 1000:03d}M5"),
)


@settings(max_examples=40, deadline=None)
@given(
    unsure=st.lists(OPEN, min_size=1, max_size=5),
    whole=st.lists(WHOLE, max_size=5),
    showing=SHOWING,
    mark=st.sampled_from([".", ","]),
)
def test_only_a_value_that_shows_the_mark_decides_it(unsure, whole, showing, mark):
    other = "," if mark == "." else "."
    texts = [text.replace("M", mark).replace("O", other) for text in [*unsure, *whole, showing]]
    with pytest.raises(DataError, match=r"test: paid has .*three digits .*decimal='\.'"):
        read(texts[:-1])
    parsed, values = read(texts)
    assert parsed.form == ("point" if mark == "." else "comma")
    assert values == [float(text.replace(other, "").replace(mark, ".")) for text in texts]


WRITTEN = st.tuples(
    st.integers(0, 10**12), st.integers(0, 6), st.sampled_from(["", "-", "+", "(", "behind"])
)


def written(cents, digits, sign, group, mark, money) -> tuple[str, float]:
    """Write a number in one style, and give what it must be read as."""
    size = f"{cents / 10**digits:,.{digits}f}"
    text = size.replace(",", "G").replace(".", mark).replace("G", group)
    value = float(size.replace(",", ""))
    text = money.format(text)
    text = {"(": f"({text})", "behind": f"{text}-"}.get(sign, f"{sign}{text}")
    return text, -value if sign in {"-", "(", "behind"} else value


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.lists(WRITTEN, min_size=1, max_size=30),
    style=st.sampled_from([(",", "."), ("", "."), (" ", "."), ("'", "."), (".", ","), ("", ",")]),
    money=st.sampled_from(["{}", "￥{}", "{} 元", "RMB {}", "{}CNY"]),
    wide=st.booleans(),
)
def test_any_number_in_any_style_comes_back(numbers, style, money, wide):
    pairs = [written(*number, *style, money) for number in numbers]
    texts = [text for text, _ in pairs]
    if wide:
        digits = str.maketrans("0123456789", "０１２３４５６７８９")
        texts = [text.translate(digits) for text in texts]
    expected = [value for _, value in pairs]
    assert read(texts, decimal=style[1])[1] == expected
    try:
        found = read(texts)[1]
    except DataError:
        return
    assert found == expected


JUNK = st.one_of(
    st.text(alphabet="0123456789.,-+()¥$元 '％%", max_size=12),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(JUNK, max_size=20), st.sampled_from([None, ".", ","]))
def test_junk_is_never_read_wrongly(texts, decimal):
    try:
        _, values = read(texts, decimal=decimal)
    except DataError:
        return
    for text, value in zip(texts, values, strict=True):
        plain = unicodedata.normalize("NFKC", text)
        if value is None or re.search("[Ee千百万亿]", plain):
            continue
        digits = re.sub("[^0-9]", "", plain)
        assert "%" not in plain
        assert abs(value) in {float(f"{digits}e-{places}") for places in range(len(digits) + 1)}
