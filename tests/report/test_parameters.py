"""Parameters are read without running anything and checked before a kernel starts."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import ParameterError
from segkit.report.parameters import (
    check_parameters,
    parameter_source,
    read_notebook,
    read_parameters,
)

SOURCE = '''\
"""What may be changed."""
data: str = "cdnow"  # data set name or path
as_of: str | None = None  # day the analysis looks from; date
bins: int = 5  # score levels; 3..5
margin: float = 0.3  # gross margin; share of revenue; 0..1
horizon_days: int = 365  # how far to look; days; 1..
shares: list[float] = [0.2, 0.8]  # shares of customers; 0..1
models: list[Literal["mbg_nbd", "bg_nbd"]] = ["mbg_nbd"]
detail: bool = True
language: str = "en"  # language; one of en, zh
n_segments: int | None = None  # how many; 2..
'''


def declared(source: str = SOURCE):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    return read_parameters({"cells": [cell]})


def check(**given):
    return check_parameters(declared(), given, notebook="run sample")


def test_comment_gives_meaning_unit_and_range():
    margin = next(p for p in declared() if p.name == "margin")
    assert (margin.meaning, margin.unit) == ("gross margin", "share of revenue")
    assert (margin.low, margin.high, margin.range_text) == (0, 1, "0..1")


def test_types_are_said_as_written():
    types = {p.name: p.type_text for p in declared()}
    assert types["as_of"] == "date | None"
    assert types["shares"] == "list[float]"
    assert types["n_segments"] == "int | None"


def test_defaults_pass_their_own_check():
    values = check()
    assert list(values) == [p.name for p in declared()]
    assert values["shares"] == [0.2, 0.8]
    assert values["n_segments"] is None


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("bins", "4", 4),
        ("bins", " 4 ", 4),
        ("margin", "0.25", 0.25),
        ("detail", "false", False),
        ("detail", "True", True),
        ("shares", "0.01, 0.04,0.15", [0.01, 0.04, 0.15]),
        ("shares", "[0.5]", [0.5]),
        ("shares", (0.1, 0.2), [0.1, 0.2]),
        ("models", "bg_nbd,mbg_nbd", ["bg_nbd", "mbg_nbd"]),
        ("as_of", "1998-06-30", "1998-06-30"),
        ("as_of", date(1998, 6, 30), "1998-06-30"),
        ("as_of", "none", None),
        ("n_segments", "None", None),
        ("n_segments", "7", 7),
        ("data", Path("orders.csv"), "orders.csv"),
        ("data", {"a": "b", "c": "d"}, "a=b,c=d"),
        ("data", "none", "none"),
    ],
)
def test_values_come_out_in_their_types(name, text, value):
    got = check(**{name: text})[name]
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("bins", "many", r"bins must be a whole number from 3 to 5; got 'many'"),
        ("bins", "6", r"bins must be a whole number from 3 to 5; got '6'"),
        ("bins", 4.5, r"bins must be a whole number"),
        ("bins", True, r"bins must be a whole number.*got True"),
        ("margin", "nan", r"margin must be a number from 0 to 1 \(share of revenue\); got 'nan'"),
        ("margin", float("inf"), r"margin must be a number"),
        ("horizon_days", 0, r"horizon_days must be a whole number of at least 1 \(days\); got 0"),
        ("shares", "0.1,2", r"shares must be a list, each entry a number from 0 to 1"),
        ("models", "nbd", r"models must be a list, each entry one of mbg_nbd, bg_nbd"),
        ("detail", "perhaps", r"detail must be true or false; got 'perhaps'"),
        ("language", "fr", r"language must be one of en, zh; got 'fr'"),
        ("as_of", "1998-13-01", r"as_of must be a date such as 1998-06-30, or none"),
        ("as_of", "30.6.1998", r"as_of must be a date"),
        ("bins", "none", r"bins must be a whole number"),
        ("data", 5, r"data must be text; got 5"),
    ],
)
def test_wrong_values_are_named_with_rule_and_value(name, value, message):
    with pytest.raises(ParameterError, match=message):
        check(**{name: value})


def test_unknown_name_gets_the_nearest():
    with pytest.raises(ParameterError, match=r"'n_segmnts'. Did you mean 'n_segments'\?"):
        check(n_segmnts=5)


def test_all_faults_are_named_at_once():
    with pytest.raises(ParameterError) as caught:
        check(n_segmnts=5, bins="many", language="fr")
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("bins = 5", r"must be a typed literal"),
        ("bins: int = 2 + n", r"must be a plain literal"),
        ("bins: int = __import__('os').getpid()", r"must be a plain literal"),
        ("bins: Foo = 5", r"must be annotated with int"),
        ("import os", r"must be a typed literal"),
    ],
)
def test_cell_may_hold_only_typed_literals(line, message):
    with pytest.raises(ParameterError, match=message):
        declared(line)


def test_reading_runs_nothing(tmp_path):
    proof = tmp_path / "ran"
    with pytest.raises(ParameterError, match="plain literal"):
        declared(f"x: str = open({str(proof)!r}, 'w').name")
    assert not proof.exists()


def test_notebook_without_parameters_takes_none():
    assert read_parameters({"cells": []}) == []


def test_file_that_is_no_notebook_is_named(tmp_path):
    file = tmp_path / "x.ipynb"
    file.write_text("[]")
    with pytest.raises(ParameterError, match=r"x\.ipynb must be a Jupyter notebook"):
        read_notebook(file)


@given(st.text())
def test_injected_text_is_only_a_literal(text):
    tree = ast.parse(parameter_source({"data": text}))
    assert [type(node) for node in tree.body] == [ast.Assign]
    assert ast.literal_eval(tree.body[0].value) == text


@pytest.mark.parametrize("value", [object(), float("nan"), {1: print}])
def test_injected_value_must_be_a_literal(value):
    with pytest.raises(ParameterError, match="data must be a plain literal; got"):
        parameter_source({"data": value})


def test_injected_name_must_be_a_name():
    with pytest.raises(ParameterError, match="must be a plain literal"):
        parameter_source({"a; import os": 1})


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("bins: int = 5\nmargin: float = = 0.3", "'margin: float = = 0.3'"),
        ("shares: list[float] = [0.2,", "'shares: list"),
        ("bins: int = 5\n  margin: float = 0.3", "'margin: float = 0.3'"),
    ],
)
def test_a_cell_that_is_not_python_is_told(source, shown):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    with pytest.raises(ParameterError, match="the parameters cell must be Python") as caught:
        read_parameters({"cells": [cell]})
    assert shown in str(caught.value)
