"""Dates as clients write them: each form is read, no order is guessed, no date is invented."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect.values import calendar
from segkit.collect.values.calendar import parse_date
from segkit.collect.values.date_forms import year_places
from segkit.errors import ArgumentError, DataError

DAY = dt.datetime(2024, 11, 1)
MORNING, EVENING = DAY.replace(hour=8, minute=26), DAY.replace(hour=20, minute=26)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Stop the clock: a two-digit year is one that has come."""

    class Day(dt.date):
        @classmethod
        def today(cls):
            return cls(2026, 1, 15)

    monkeypatch.setattr(calendar, "date", Day)


def read(values, *, kind="string", **options):
    data = {"day": values, "segkit_row": list(range(1, len(values) + 1))}
    table = ibis.memtable(data, schema={"day": kind, "segkit_row": "int64"})
    parsed = parse_date(table, "day", function="test", **options)
    return parsed, table.select(x=parsed.expression).to_pyarrow()["x"].to_pylist()


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("YYYY-MM-DD", {
            "2024-11-01": DAY, "2024-11-1": DAY, " 2024-11-01 \n": DAY, "２０２４－１１－０１": DAY,
            "2024-11-01 08:26": MORNING, "2024-11-01T08:26:00": MORNING, "2024-11-01 8:26": MORNING,
            "2024-11-01 08:26:00.5": MORNING.replace(microsecond=500000),
            "2024-11-01 08:26:00.123456789": MORNING.replace(microsecond=123456),
            "2024-11-01 8:26 PM": EVENING, "2024-11-01 08:26am": MORNING,
            "2024-11-01 12:26 AM": DAY.replace(minute=26),
            "2024-11-01 12:26:00 pm": DAY.replace(hour=12, minute=26),
        }),
        ("YYYY/MM/DD", {"2024/11/1": DAY, "2024/11/01 8:26": MORNING}),
        ("YYYY.MM.DD", {"2024.11.01": DAY, "2024.11.01 08:26:00.00": MORNING}),
        ("YYYYMMDD", {"20241101": DAY, "20241101 08:26": MORNING, "２０２４１１０１": DAY}),
        ("DD.MM.YYYY", {"1.11.2024": DAY, "31.12.2024": DAY.replace(month=12, day=31)}),
        ("DD/MM/YYYY", {"01/11/2024 8:26": MORNING, "13/11/2024": DAY.replace(day=13)}),
        ("MM/DD/YYYY", {"11/1/2024 8:26": MORNING, "11/13/2024": DAY.replace(day=13)}),
        ("DD-MM-YYYY", {"05-05-2024": dt.datetime(2024, 5, 5)}),
        ("DD/MM/YY", {"1/11/24": DAY, "31/12/68": dt.datetime(2068, 12, 31),
                      "1/2/69": dt.datetime(1969, 2, 1)}),
        ("MM/DD/YY", {"11/1/24 8:26 PM": EVENING, "12/31/98": dt.datetime(1998, 12, 31)}),
        ("YYYY年M月D日", {
            "2024年11月1日": DAY, "2024 年 11 月 01 日": DAY, "２０２４年１１月１日": DAY,
            "2024年11月1日 8:26": MORNING, "2024年11月1日8:26:00": MORNING,
            "2024年11月1日8时26分": MORNING, "2024年11月1日 08时26分00秒": MORNING,
            "2024年11月1号": DAY,
        }),
        ("DD Mon YYYY", {
            "01-Nov-2024": DAY, "1 November 2024": DAY, "1-NOV-24": DAY, "1st Nov 2024": DAY,
            "1 Nov 2024 08:26": MORNING, "3 Sept 2024": dt.datetime(2024, 9, 3),
        }),
        ("Mon DD, YYYY", {
            "Nov 1, 2024": DAY, "November 1, 2024, 8:26 PM": EVENING, "Nov. 1st 2024": DAY,
            "May 31, 2024": dt.datetime(2024, 5, 31),
        }),
        ("serial", {"45597": DAY, "45597.35": DAY.replace(hour=8, minute=24), "４５５９７": DAY,
                    "45597.351388888": MORNING}),
    ],
)  # fmt: skip
def test_every_form_is_read(form, values):
    parsed, found = read([*values, None, ""])
    assert parsed.form == form
    assert found == [*values.values(), None, None]


def test_what_no_calendar_has_is_null():
    impossible = [
        "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-11-00", "0000-01-01",
        "2024-11-01 24:01", "2024-11-01 08:60", "2024-11-01 13:26 PM", "2024-11/01", "2024-11-01x",
        "2024-111-1", "2024", "yesterday", "N/A", "-2024-11-01", "2024-11-01 08",
    ]  # fmt: skip
    assert read(["2024-02-29", *impossible])[1] == [dt.datetime(2024, 2, 29), *[None] * 17]
    assert read(["31/02/2024", "29/02/2024"])[1] == [None, dt.datetime(2024, 2, 29)]
    assert read(["30-Feb-2024", "31 Nov 2024"])[1] == [None, None]


@pytest.mark.parametrize(
    "text",
    ["2024-10-31 24:00", "2024-10-31 24:00:00", "2024-10-31T24:00:00.000", "2024/10/31 24:00",
     "31.10.2024 24:00", "20241031 24:00:00", "2024年10月31日24:00", "2024年10月31日 24时00分",
     "2024年10月31日24时00分00秒", "31 Oct 2024 24:00", "２０２４－１０－３１ ２４：００"],
)  # fmt: skip
def test_the_end_of_a_day_is_the_beginning_of_the_next(text):
    assert read([text])[1] == [DAY]


def test_the_end_of_a_day_stands_beside_other_times():
    texts = ["2024-10-31 23:59", "2024-12-31 24:00", "2024-02-28 24:00", "2024-11-01 00:00", "x"]
    assert read(texts)[1] == [
        dt.datetime(2024, 10, 31, 23, 59), dt.datetime(2025, 1, 1), dt.datetime(2024, 2, 29), DAY,
        None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "time", ["23:59:60", "24:00:01", "24:01", "24:30:00", "25:00", "24:00 PM", "24:00:60", "24"]
)
def test_other_times_that_no_clock_shows_are_null(time):
    day = "2024-10-31"
    assert read([f"{day} 10:00:00", f"{day} {time}"])[1] == [dt.datetime(2024, 10, 31, 10), None]


def test_day_or_month_first_is_asked_for_with_both_readings():
    rule = (
        r"^test: day does not tell day, month and year apart: '01/11/2024' in row 2 could be "
        r"2024-11-01 \(dmy\) or 2024-01-11 \(mdy\). Say which with ReadOptions\(date_order=…\), "
        r"'dmy', 'mdy' or 'ymd' \(in a notebook: date_order\).$"
    )
    with pytest.raises(DataError, match=rule):
        read(["05/05/2024", "01/11/2024"])


def test_both_orders_are_reported_with_counts_and_rows():
    rule = (
        r"day first \(1, such as '13/01/2024' in row 2\) and with the month first "
        r"\(2, such as '01/13/2024' in row 1, '01/14/2024' in row 4\)"
    )
    with pytest.raises(DataError, match=rule):
        read(["01/13/2024", "13/01/2024", "02/03/2024", "01/14/2024"])


def test_a_given_order_is_used_and_what_does_not_fit_is_null():
    values = ["1.11.2024", "13.11.2024", "11.13.2024"]
    first, thirteenth = DAY, DAY.replace(day=13)
    assert read(values, date_order="dmy")[1] == [first, thirteenth, None]
    assert read(values, date_order="mdy")[1] == [dt.datetime(2024, 1, 11), None, thirteenth]
    parsed, found = read(values, date_order="ymd")
    assert (parsed.form, found) == ("none", [None, None, None])
    assert read(["2024-11-01"], date_order="dmy")[1] == [DAY]
    with pytest.raises(ArgumentError, match="date_order must be one of"):
        read(values, date_order="ydm")


@pytest.mark.parametrize("value", ["25/12/24", "24-11-01", "01.02.03", "98-06-30"])
def test_a_year_of_two_digits_that_may_stand_first_is_asked_for(value):
    with pytest.raises(DataError, match=f"{value}' in row 1 could be .*ymd"):
        read([value])


def test_what_is_no_date_tells_nothing_about_the_others():
    with pytest.raises(DataError, match="25/12/24' in row 2 could be"):
        read(["00/00/00", "25/12/24"])
    assert read(["00/00/00", "45/45/45"])[1] == [None, None]
    with pytest.raises(DataError, match="98-30-30' in row 1 could be no day at all"):
        read(["98-30-30"])


def test_a_year_of_two_digits_stands_first_where_that_is_said():
    parsed, found = read(["24-11-01", "98-06-30"], date_order="ymd")
    assert (parsed.form, found) == ("YY-MM-DD", [DAY, dt.datetime(1998, 6, 30)])


def test_what_tells_the_place_of_a_year_of_two_digits():
    dates = {
        "31/12/24": "last", "24/12/31": "first", "01/02/99": "last", "99/02/01": "first",
        "01/02/00": "last", "26/01/25": "", "27/01/28": "", "27/01/26": "last",
    }  # fmt: skip
    table = ibis.memtable({"text": list(dates)})
    places = year_places(table.text, dt.date(2026, 1, 15))
    found = table.select(**places).to_pandas()
    named = [("last" if row.last else "") + ("first" if row.first else "") for row in
             found.rename_axis(None).itertuples(index=False)]  # fmt: skip
    assert named == list(dates.values())


def test_forms_beside_each_other_are_reported():
    rule = (
        r"mixes dates in several forms: YYYY-MM-DD \(2, such as '2024-11-01' in row 1, "
        r"'2024-11-03' in row 3\), DD/MM/YYYY \(1, such as '13/11/2024' in row 2\). Write all of "
        r"them as 2024-11-01, or read them side by side with mixed='read', as the notebook "
        r"data_collection does."
    )
    with pytest.raises(DataError, match=rule):
        read(["2024-11-01", "13/11/2024", "2024-11-03"])
    with pytest.raises(DataError, match="serial .*such as '45597' in row 2"):
        read(["2024-11-01", "45597"])
    with pytest.raises(DataError, match="serial .*unreadable .*such as 'A1' in row 2"):
        read(["45597", "A1"])


def test_forms_beside_each_other_are_read_where_asked():
    values = ["2024-11-01", "2024年11月1日", "20241101", "1 Nov 2024", "13/11/2024", "02/03/2024"]
    parsed, found = read([*values, "45597", "2024-11"], mixed="read")
    assert found[:5] == [DAY] * 4 + [DAY.replace(day=13)]
    assert found[5:] == [dt.datetime(2024, 3, 2), None, None]
    assert parsed.form == "YYYY-MM-DD + DD/MM/YYYY + YYYYMMDD + YYYY年M月D日 + DD Mon YYYY"
    assert parsed.note.startswith("day: dates of several forms side by side: YYYY-MM-DD, DD/MM")


def test_what_a_value_alone_leaves_open_is_left_unread():
    values = ["13/11/2024", "11/13/2024", "05/05/2024", "01/11/2024", "24-11-01"]
    parsed, found = read(values, mixed="read")
    thirteenth = DAY.replace(day=13)
    assert found == [thirteenth, thirteenth, dt.datetime(2024, 5, 5), None, None]
    assert "Dates that could be read in two ways are left unread." in parsed.note
    assert parsed.form == "DD/MM/YYYY + MM/DD/YYYY + DD-MM-YY"
    found = read(["2024-11-01", "2024-11-01", "01/11/2024"], mixed="read")
    assert found[0].form == "YYYY-MM-DD + DD/MM/YYYY"
    assert found[1] == [DAY, DAY, None]
    with pytest.raises(ArgumentError, match="mixed must be one of"):
        read(values, mixed="guess")


@pytest.mark.parametrize("zone", ["Z", "+08:00", " -0500", " UTC"])
def test_times_with_a_zone_are_refused(zone):
    rule = "times with a zone .*in row 2.*shop's own time and drop the zone: .*AT TIME ZONE"
    zoned = f"2024-11-01T08:26:00{zone}"
    with pytest.raises(DataError, match=rule):
        read(["2024-11-01", zoned])
    assert read(["2024-11-01", zoned, None], mixed="read")[1] == [DAY, None, None]
    with pytest.raises(DataError, match=rule):
        read(["2024-11-01", zoned, zoned], mixed="read")


@pytest.mark.parametrize("value", ["01/11/2024", "11.12.24", "24-11-01"])
def test_an_open_order_is_asked_for_where_most_of_the_column_has_it(value):
    rule = "day does not tell day, month and year apart: .*in row 1 could be .*date_order"
    for mixed in ("error", "read"):
        with pytest.raises(DataError, match=rule):
            read([value, None, value], mixed=mixed)
    with pytest.raises(DataError, match="the day first .* and with the month first .*date_order"):
        read(["13/11/24", "11/13/24"], mixed="read")


def test_both_proven_orders_are_named():
    parsed, found = read(["13/11/2024", "25/11/2024", "11/13/2024", "01/11/2024"], mixed="read")
    assert parsed.form == "DD/MM/YYYY + MM/DD/YYYY"
    assert parsed.note.startswith(
        "day: dates of several forms side by side: DD/MM/YYYY, MM/DD/YYYY."
    )
    assert found == [DAY.replace(day=13), DAY.replace(day=25), DAY.replace(day=13), None]


@pytest.mark.parametrize("value", ["2024-11", "11/2024", "2024年11月", "Nov 2024"])
def test_months_without_a_day_are_refused(value):
    with pytest.raises(DataError, match=f"months without a day .*{value}' in row 1"):
        read([value])


def test_columns_that_have_a_type():
    assert read([DAY.date(), None], kind="date")[1] == [DAY, None]
    assert read([MORNING], kind="timestamp")[0].form == "typed"
    assert read([20241101, 20240230, None, 7], kind="int64")[1] == [DAY, None, None, None]
    assert read([20241101.0, float("nan")], kind="float64")[1] == [DAY, None]
    assert read([45597.35, None], kind="float64")[1] == [DAY.replace(hour=8, minute=24), None]
    assert read([45597], kind="int64")[0].form == "serial"
    assert read([2024, 1730449560], kind="int64")[1] == [None, None]
    assert read([None], kind="null")[1] == [None]
    with pytest.raises(DataError, match="YYYYMMDD .*serial"):
        read([45597, 20241101], kind="int64")
    with pytest.raises(DataError, match="day must be in local time.*UTC"):
        read([DAY.replace(tzinfo=dt.UTC)], kind="timestamp('UTC')")
    with pytest.raises(DataError, match="day must be dates or text; got 'boolean'"):
        read([True], kind="boolean")


def test_no_value_and_no_rows():
    for values in ([], [None], ["x"]):
        parsed, found = read(values)
        assert (parsed.form, found) == ("none", [None] * len(values))
        assert parsed.note == "day: no value can be read as a date."


STYLES = [
    "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d %H:%M", "%Y.%m.%d",
    "%Y%m%d", "%d/%m/%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %I:%M %p", "%m-%d-%Y", "%Y年%m月%d日",
    "%Y年%m月%d日 %H时%M分%S秒", "%d-%b-%Y", "%d %B %Y %H:%M", "%b %d, %Y", "%d/%m/%y", "%m/%d/%y",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    moments=st.lists(
        st.datetimes(dt.datetime(1969, 1, 1), dt.datetime(2026, 1, 1)), min_size=1, max_size=20
    ),
    style=st.sampled_from(STYLES),
)
def test_any_date_in_any_form_comes_back(moments, style):
    texts = [moment.strftime(style) for moment in moments]
    expected = [dt.datetime.strptime(text, style) for text in texts]
    order = "mdy" if style.startswith("%m") else "dmy"
    assert read(texts, date_order=order)[1] == expected
    try:
        found = read(texts)[1]
    except DataError:
        return
    assert found == expected


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(10000 * 86400, 99999 * 86400), min_size=1, max_size=20))
def test_any_day_number_comes_back(seconds):
    expected = [dt.datetime(1899, 12, 30) + dt.timedelta(seconds=one) for one in seconds]
    assert read([f"{one / 86400:.9f}" for one in seconds])[1] == expected
    assert read([one / 86400 for one in seconds], kind="float64")[1] == expected


JUNK = st.one_of(
    st.text(alphabet="0129-/. :T年月日PMNov,", max_size=16),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12),
    st.from_regex("[0-4]?[0-9]/[0-4]?[0-9]/(20)?[0-9]{2}", fullmatch=True),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(JUNK, max_size=15), st.sampled_from(["error", "read"]))
def test_junk_is_never_read_wrongly(texts, mixed):
    try:
        parsed, values = read(texts, mixed=mixed)
    except DataError:
        return
    for text, value in zip(texts, values, strict=True):
        if value is None or parsed.form == "serial":
            continue
        numbers = re.findall("[0-9]+", unicodedata.normalize("NFKC", text))
        if len(numbers[0]) == 8:
            numbers[:1] = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
        assert {value.year, value.year % 100} & {int(n) for n in numbers}
        assert value.day in {int(n) for n in numbers}
        assert re.search("[A-Za-z]{3}", text) or value.month in {int(n) for n in numbers}
