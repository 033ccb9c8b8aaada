"""Categories, levels for what is missing, and how faults in them are told."""

from __future__ import annotations

import re

import duckdb
import ibis
import pandas as pd
import pytest

from segkit.errors import DataError, SchemeError
from segkit.i18n import _, get_language, use_language
from segkit.schemes import DIALECTS, compile_scheme, lint_scheme, load_scheme, scheme_sql
from segkit.schemes.score import Category, Score, Text, each_in_both, in_both, plain_word

FILE = """\
name: places
title: {en: Places, zh: 地点}
description: {en: North and south., zh: 南北。}
inputs:
  region:
    kind: text
    label: {en: Region, zh: 地区}
  visits:
    kind: integer
    label: {en: Visits, zh: 到访次数}
scores:
  G:
    input: region
    method: categories
    label: {en: Region, zh: 地区}
    categories:
      - id: north
        name: {en: North, zh: 北方}
        values: [北京, Inner Mongolia, "=1+1"]
      - id: south
        name: {en: South, zh: 南方}
        values: [广东, "o'brien"]
      - id: other
        name: {en: Elsewhere, zh: 其他}
        others: true
  V:
    input: visits
    method: cuts
    cuts: [1, 3]
    missing: 1
    label: {en: Visits, zh: 到访次数}
segments:
  - id: north
    name: {en: North, zh: 北方}
    description: {en: North., zh: 北方。}
    action: {en: Warm., zh: 保暖。}
    color: "#111111"
    when: {G: north, V: {min: 2}}
  - id: rest
    name: {en: Rest, zh: 其余}
    description: {en: Rest., zh: 其余。}
    action: {en: None., zh: 无。}
    color: "#999999"
    when:
      - {G: [south, other]}
      - {G: north, V: 1}
"""
CUSTOMERS = pd.DataFrame(
    [
        ("a", "北京", 2), ("b", " inner mongolia ", 1), ("c", "INNERMONGOLIA", 5), ("d", "=1+1", 9),
        ("e", "北京", None), ("f", "广东", 9), ("g", "O'Brien", 9), ("h", "Mars", 9), ("i", "", 9),
        ("j", None, 9), ("k", "  ", 9), ("l", "北京", 0),
    ],
    columns=["customer_id", "region", "visits"],
).astype({"visits": "Int64"})  # fmt: skip
FOUND = dict(
    zip(
        "abcdefghijkl",
        ["north"] * 4 + ["rest"] * 4 + ["unclassified"] * 3 + ["rest"],
        strict=True,
    )
)


@pytest.fixture
def write(tmp_path):
    def _write(*changes):
        text = FILE
        for old, new in changes:
            assert old in text, "the change must change something"
            text = text.replace(old, new, 1)
        path = tmp_path / "places.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_words_mean_the_same_in_any_letter_case_and_with_blanks(write):
    scheme = load_scheme(write())
    assert lint_scheme(scheme) == []
    found = compile_scheme(scheme, ibis.memtable(CUSTOMERS)).to_pandas()
    assert dict(zip(found["customer_id"], found["segment"], strict=True)) == FOUND


def test_the_printed_sql_reads_words_alike(write):
    with duckdb.connect() as connection:
        connection.register("customers", CUSTOMERS)
        rows = connection.execute(scheme_sql(load_scheme(write()))).fetchall()
    assert {row[0]: row[-1] for row in rows} == FOUND


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_no_dialect_trims_by_names_of_characters(write, dialect):
    """Spark reads backslash-v in a list of characters to trim as the letter v."""
    sql = scheme_sql(load_scheme(write()), dialect=dialect)
    assert "TRIM" not in sql.upper()
    assert "REPLACE" in sql.upper()


def test_a_column_of_numbers_holds_no_words(write):
    frame = CUSTOMERS.assign(region=1)
    with pytest.raises(DataError, match="region must be a column of text; got 'int64'"):
        compile_scheme(load_scheme(write()), ibis.memtable(frame))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("        others: true", "        other: true", "unknown key. Did you mean 'others'?"),
        ("        others: true\n", "", "category 'other' must have either values or others: true"),
        ("values: [广东,", "values: [广东, 北 京,",
         "word '北 京' is in the categories 'north' and 'south'. Keep it in one of them"),
        ("values: [广东,", 'values: ["  ",', "category 'south' must not list an empty word."),
        ("values: [广东,", "values: [no,", "must be text; got False."),
        ("id: south", "id: north", "categories must be two or more with different ids"),
        ("id: other", "id: 其他", "must be a word of letters, digits, - and _; got '其他'."),
        ("    missing: 1", "    missing: 4", "missing must be a level from 1 to 3; got 4."),
        ("    method: cuts\n    cuts: [1, 3]", "    method: categories",
         "method categories needs categories. Add it."),
        ("    missing: 1", "    missing: 1\n    bins: 3", "bins belongs to method quantile"),
    ],
)  # fmt: skip
def test_a_fault_of_a_users_file_is_told_with_its_line(write, old, new, told):
    with pytest.raises(SchemeError, match=re.escape(told)) as caught:
        load_scheme(write((old, new)))
    assert re.search(r"places\.yaml: line \d+, scores\.[GV]", str(caught.value))


def test_others_stand_last():
    words = [Category(id="rest", others=True), Category(id="north", values=("北京",))]
    with pytest.raises(ValueError, match="others: true must be in the last category"):
        Score(input="x", method="categories", categories=words)
    with pytest.raises(ValueError, match="better must be high for method categories"):
        Score(input="x", method="categories", categories=words[::-1], better="low")


def test_a_finding_of_the_linter_names_the_line(write):
    path = write(("{G: north, V: 1}", "{G: nort, V: 1}"), ("zh: 南方}", "zh: ''}"))
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {issue.code: issue for issue in lint_scheme(path)}
    assert set(found) == {"gap", "never_fires", "impossible_value", "missing_translation"}
    assert "nort" in lines[found["impossible_value"].line - 1]
    assert "South" in lines[found["missing_translation"].line - 1]
    assert lines[found["gap"].line - 1] == "segments:"
    text = str(found["impossible_value"])
    assert re.match(r"error: line \d+, segments\[1\]\.when\[1\]\.G: .*Did you mean 'north'\?", text)
    assert lint_scheme(load_scheme(path).model_dump(exclude_none=True))[0].line is None


def test_plain_words():
    assert plain_word(" Inner Mongolia ") == "innermongolia"


def test_texts_are_written_in_both_languages():
    with use_language("zh"):
        text = in_both(lambda: f"{_('Revenue')} ({get_language()})")
        assert get_language() == "zh"
    assert text == Text(en="Revenue (en)", zh="销售额 (zh)")
    assert each_in_both(lambda: [_("Age"), get_language()]) == (
        Text(en="Age", zh="年龄"),
        Text(en="en", zh="zh"),
    )
    assert each_in_both(list) == ()
