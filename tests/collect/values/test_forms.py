"""Numbers and dates are read on Spark and in SQLite as on DuckDB."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from segkit.collect import read_raw_transactions
from segkit.collect.values.calendar import parse_date
from segkit.collect.values.forms import values_of
from segkit.collect.values.numerals import parse_number
from segkit.errors import DataError


def test_the_row_is_the_source_s_own():
    table = ibis.memtable({"paid": ["a", "b"], "segkit_row": [7, 9]})
    assert values_of(table, "paid").to_pandas().row.to_list() == [7, 9]
    assert values_of(table.drop("segkit_row"), "paid").to_pandas().row.isna().all()


NUMBERS = {
    "points": ["１，２３４．５", "－￥1.5", "(8-)", "8-", "1.13万元", "1\u202f234.25", "1.2E+05"],
    "commas": ["1.234,5", "€ 0,125", "1 234", "1’234,5", "x", "12,5 EUR", "3亿", "1,2,3", "\n5"],
}  # fmt: skip
DATES = {
    "iso": [
        "2024-11-01 8:26",
        "2024-2-30",
        "２０２４-１-１",
        "2024-11-01T08:26:00.123456789",
        "x",
        "2024-12-31 24:00:00",
        "2024-12-31 23:59:60",
    ],
    "last": ["1/11/2024", "13/11/2024 12:26 AM", "13/11/2024 8:26:01 PM", "13/13/2024", None],
    "short": ["11/1/24", "12/31/98", "02/30/24", "11/13/24 23:59", "1/1/69"],
    "chinese": ["2024年11月1日8时26分", "2024年1月1日 8:26", "2024年13月1日", "", "2024年1月1号"],
    "words": ["01-Nov-2024", "1 September 24", "31 Nov 2024", "1 may 2024 8:26", "1 Foo 2024"],
    "compact": ["20241101", "20240230", "20241101 8:26", "2024110", "19991231"],
    "serial": ["45597", "45597.35", "99999.99999", "10000", " 45597\t"],
}


def test_the_quick_way_for_iso_dates_reads_the_end_of_a_day_alike():
    """DuckDB may read ISO dates by itself; what it makes of odd times must be what we make."""
    texts = [
        "2024-10-31 24:00:00",
        "2024-10-31 23:59:60",
        "2024-10-31 24:00",
        "2024-10-31 24:00:01",
    ]
    frame = pa.table({"customer_id": list("abcd"), "ordered_at": texts, "amount": ["1.5"] * 4})
    there = ibis.duckdb.connect().create_table("orders", frame)
    rows = read_raw_transactions(there).table.order_by("customer_id")
    found = rows.to_pyarrow().to_pydict()
    assert [str(day) for day in found["ordered_at"]] == [
        "2024-11-01 00:00:00", "None", "2024-11-01 00:00:00", "None",
    ]  # fmt: skip
    assert found["segkit_raw_ordered_at"] == [None, texts[1], None, texts[3]]


def same_on_both(there, name, values, parse, **options):
    """Read ``values`` here and in the table ``there`` of another engine; both must agree."""
    found = []
    for table in (as_table(name, values), there):
        parsed = parse(table, name, function="test", **options)
        rows = table.select("segkit_row", x=parsed.expression).order_by("segkit_row")
        read = rows.to_pyarrow()["x"].to_pylist()
        found.append((parsed.form, parsed.note, [str(value) for value in read]))
    assert found[0] == found[1]
    assert set(found[0][2]) != {"None"}


def as_table(name, values) -> ibis.Table:
    data = {name: values, "segkit_row": list(range(1, len(values) + 1))}
    return ibis.memtable(data, schema={name: "string", "segkit_row": "int64"})


@pytest.mark.parametrize("name", [*NUMBERS, "short", "chinese", "words", "compact"])
def test_columns_are_read_the_same_in_sqlite(name):
    values, parse = (NUMBERS | DATES)[name], parse_number if name in NUMBERS else parse_date
    there = ibis.sqlite.connect()
    table = there.create_table(name, as_table(name, values).to_pyarrow())
    same_on_both(table, name, values, parse)
    there.disconnect()


def on_spark(spark, tmp_path, name, values) -> ibis.Table:
    as_table(name, values).to_parquet(tmp_path / f"{name}.parquet")
    return spark.read_parquet(str(tmp_path / f"{name}.parquet"), table_name=name)


@pytest.mark.spark
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_read_the_same_on_spark(spark, tmp_path, name):
    there = on_spark(spark, tmp_path, name, NUMBERS[name])
    same_on_both(there, name, NUMBERS[name], parse_number)


@pytest.mark.spark
@pytest.mark.parametrize("name", DATES)
def test_dates_are_read_the_same_on_spark(spark, tmp_path, name):
    there = on_spark(spark, tmp_path, name, DATES[name])
    same_on_both(there, name, DATES[name], parse_date)


@pytest.mark.spark
def test_mixed_dates_are_read_and_refused_the_same_on_spark(spark, tmp_path):
    mixed = [value for values in DATES.values() for value in values]
    there = on_spark(spark, tmp_path, "mixed", mixed)
    same_on_both(there, "mixed", mixed, parse_date, mixed="read")
    with pytest.raises(DataError, match="mixes dates in several forms: .*2024-11-01 8:26' in row"):
        parse_date(there, "mixed", function="test")
