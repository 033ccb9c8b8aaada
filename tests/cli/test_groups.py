"""``segkit groups``."""

from __future__ import annotations

import re

import pandas as pd
import pytest
import sqlglot

from segkit import cli

YOUNG, BIG = "Young: age < 30", "Big: revenue >= 1500 and city_tier = 1"


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    rows = [("ann", 25, "苏州"), ("bob", 45, "苏州"), ("cat", None, "无锡"), ("zoe", 29, "无锡")]
    pd.DataFrame(rows, columns=["会员号", "年龄", "城市"]).to_csv(path, index=False)
    return path


@pytest.fixture
def orders(six_orders, tmp_path):
    path = tmp_path / "orders.csv"
    six_orders.to_csv(path, index=False)
    return path


def test_profile_and_overlap_of_both_tables(people, orders, capsys):
    words = ["groups", YOUNG, "Bought: revenue > 0", "--data", str(orders)]
    assert cli.main([*words, "--customers", str(people)]) == 0
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert ["Young", "2", "1"] in lines  # ann and zoe; ann has bought
    assert ["Bought", "1", "3"] in lines
    assert "In no group: 0; in more than one: 1; customers in all: 4." in out
    assert "3 buyers with 21.8\u202f% of revenue are not in the table of customers" in out


def test_customers_alone_in_chinese(people, capsys):
    words = ["groups", "苏州青年：年龄＜30 且 城市='苏州'", "--customers", str(people)]
    assert cli.main([*words, "--as-of", "2024-01-31", "--language", "zh"]) == 0
    out = capsys.readouterr().out
    (line,) = [row for row in out.splitlines() if "年龄 < 30" in row]
    assert line.split()[0] == "苏州青年"
    assert " 1 " in line
    assert "NaN" not in out
    assert "nan" not in out


def test_transactions_alone_under_names_of_their_own(six_orders, tmp_path, capsys):
    own = {"customer_id": "Kdnr", "ordered_at": "Tag", "amount": "Umsatz"}
    six_orders.rename(columns=own).to_csv(tmp_path / "own.csv", index=False)
    words = ["groups", "Twice: n_orders >= 2", "--data", str(tmp_path / "own.csv")]
    assert cli.main([*words, "--map", "customer_id=Kdnr,ordered_at=Tag,amount=Umsatz"]) == 0
    assert "In no group: 4; in more than one: 0; customers in all: 6." in capsys.readouterr().out


def test_each_group_becomes_a_file(tmp_path, capsys):
    words = ["groups", YOUNG, BIG, "--data", "cosmetics_orders", "--out", str(tmp_path / "new")]
    assert cli.main(words) == 0
    assert "02-Big.csv" in capsys.readouterr().out
    young = pd.read_csv(tmp_path / "new" / "01-Young.csv")
    assert list(young) == ["customer_id"]
    assert len(young) == 178
    assert cli.main(words) == 2
    assert "a folder without these files" in capsys.readouterr().err


def test_sql_is_all_that_is_printed(capsys):
    assert cli.main(["groups", YOUNG, BIG, "--data", "cosmetics_orders", "--sql", "postgres"]) == 0
    tree = sqlglot.parse_one(capsys.readouterr().out, read="postgres")
    assert [column.alias_or_name for column in tree.selects] == ["customer_id", "Young", "Big"]


def test_a_file_of_conditions(tmp_path, people, capsys):
    file = tmp_path / "groups.yaml"
    file.write_text("Young: age < 30\nOld: age >= 60\n", encoding="utf-8")
    words = ["groups", str(file), "--customers", str(people), "--as-of", "2024-01-31"]
    assert cli.main(words) == 0
    assert ["Old", "0", "0"] in [line.split() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["age < 30"], "groups must have names; got 'age < 30'"),
        (["Young: ag < 30"], "asks for 'ag', which is no column .* Did you mean 'age'"),
        (["Young: age < 30; drop table x"], "groups must have names"),
        ([YOUNG, "--sql", "cobol"], "dialect must be one of"),
        ([YOUNG, "--as-of", "yesterday"], "as_of must be"),
    ],
)
def test_faults_are_one_paragraph(words, message, capsys):
    assert cli.main(["groups", *words, "--data", "cosmetics_orders"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert re.search(message, captured.err)


def test_no_table_is_a_fault(capsys):
    assert cli.main(["groups", YOUNG]) == 2
    assert "data must be given, or customers, or both" in capsys.readouterr().err


def test_a_file_is_asked_by_its_own_words(tmp_path, capsys):
    path = tmp_path / "people.csv"
    rows = [("ann", "女", 899), ("bob", "男", 2), ("cat", "女", 12)]
    pd.DataFrame(rows, columns=["会员号", "性别", "contract_value"]).to_csv(path, index=False)
    words = ["groups", "W: 性别 = '女'", "L: contract_value > 3", "N: gender = 'robot'"]
    assert cli.main([*words, "--customers", str(path)]) == 0
    out = capsys.readouterr().out
    lines = [line.split()[:2] for line in out.splitlines()]
    assert ["W", "2"] in lines
    assert ["L", "2"] in lines
    assert "No customer has the value “robot” in gender; it has female, male." in out
