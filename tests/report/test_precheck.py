"""What parameters mean is checked before a kernel starts."""

from __future__ import annotations

import os

import pytest

from segkit.errors import ArgumentError, BrandError, DataError, ParameterError, SchemeError
from segkit.report.order import check_run


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ({"scheme": "rfm_cn9"}, SchemeError, "rfm_cn8"),
        ({"currency": "dollar"}, ArgumentError, "run behavioral: currency must be an ISO 4217"),
        ({"currency": "XXX"}, ArgumentError, "ISO 4217"),
        ({"shares": [0.5, 0.6]}, ParameterError, "sum to 1; got .*, which sum to 1.1"),
        ({"shares": []}, ParameterError, "sum to 1"),
        ({"column_map": "nonsense"}, ArgumentError, "pairs canonical=own"),
        ({"column_map": "foo=bar"}, ArgumentError, "columns must be one of customer_id"),
    ],
)
def test_values_that_cannot_mean_anything(wanted, error, message):
    with pytest.raises(error, match=message):
        check_run("behavioral", wanted)


def test_files_without_the_columns(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("M1,Day1,Paid1\n1,2024-01-01,3\n")
    with pytest.raises(DataError, match=r"missing columns customer_id, ordered_at, amount.*--map"):
        check_run("behavioral", {"data": path})
    mapping = "customer_id=M1,ordered_at=Day1,amount=Paid1"
    order = check_run("behavioral", {"data": path, "column_map": mapping})
    assert order.parameters["data"] == str(path)


def test_homes_of_nobody_and_names_that_are_no_text_are_refused(notebook_path, tmp_path):
    with pytest.raises(DataError, match="data must be a path .* There is no user 'nosuchuser'"):
        check_run(notebook_path, {"data": "~nosuchuser/x.csv"})
    with pytest.raises(ArgumentError, match="out must be a path .* There is no user 'nosuchuser'"):
        check_run(notebook_path, out="~nosuchuser/x")
    with pytest.raises(BrandError, match="brand must be a path .* There is no user 'nosuchuser'"):
        check_run(notebook_path, brand="~nosuchuser/brand.yml")
    with pytest.raises(ParameterError, match="notebook must be a path .* no user 'nosuchuser'"):
        check_run("~nosuchuser/n.ipynb")
    with pytest.raises(DataError, match="there is no file 'x+'"):
        check_run(notebook_path, {"data": "x" * 300})


def test_a_name_that_is_not_utf_8_is_refused_before_a_cell_runs(notebook_path, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/orders\xff.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("customer_id,ordered_at,amount\na,2024-01-01,1\n")
    with pytest.raises(ParameterError, match=r"data must be .*got .orders\\udcff\.csv"):
        check_run(notebook_path, {"data": path})


@pytest.mark.parametrize(
    ("name", "held", "message"),
    [
        ("SHOP_KEY", None, "there is no such variable"),
        ("SHOP_KEY", " " * 20, "that variable is set, but what it holds is too weak"),
        ("SHOP_KEY", "hunter2", "that variable is set, but what it holds is too weak"),
        ("PATH", "a key of more than sixteen bytes", "PATH is one that every system sets"),
    ],
)
def test_a_key_that_can_be_guessed(tmp_path, monkeypatch, name, held, message):
    path = tmp_path / "x.csv"
    path.write_text("customer_id,ordered_at,amount\n1,2024-01-01,5\n")
    if held is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, held)
    with pytest.raises(ParameterError, match=message) as found:
        check_run("data_collection", {"data": path, "pseudonym_key": name})
    assert held is None or not held.strip() or held not in str(found.value)
