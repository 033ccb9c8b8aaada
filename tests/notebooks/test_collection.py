"""The notebook of data collection: every row accounted for, and what lies beside the report."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from segkit.errors import DataError, ParameterError, RunError
from segkit.report import Run, run_report
from segkit.report.order import check_run


def collect(out: Path, **options) -> Run:
    options.setdefault("parameters", {})
    return run_report("data_collection", out=out, progress=False, **options)


def rejected(run: Run) -> list[dict[str, str]]:
    with (run.path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def adds_up(run: Run) -> None:
    results = run.results
    kept = pq.read_metadata(run.path / "transactions.parquet").num_rows
    assert kept == results["rows_kept"]
    assert len(rejected(run)) == results["rows_rejected"]
    assert results["rows_in"] == kept + results["rows_rejected"]
    reasons = [n for name, n in results.items() if name.startswith("rejected_")]
    assert sum(reasons) == results["rows_rejected"]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return collect(tmp_path_factory.mktemp("collection"))


@pytest.fixture(scope="module")
def chinese(tmp_path_factory) -> Run:
    return collect(tmp_path_factory.mktemp("collection_zh"), language="zh")


def test_every_row_of_the_export_is_accounted_for(run):
    adds_up(run)
    results = run.results
    assert results["rows_in"] == 2275
    assert results["rejected_total_row"] == 1
    assert results["rejected_missing_customer"] == 15
    assert results["rejected_duplicate"] == 12
    assert results["rejected_test_account"] == 6
    assert results["rejected_future_date"] == 5
    assert results["rejected_other_currency"] == 4
    assert results["rejected_returned"] == results["rejected_return_netted"] == 63


def test_the_run_knows_the_tables_beside_its_report(run):
    facts = json.loads((run.path / "run.json").read_text(encoding="utf-8"))
    tables = {table["file"]: table["rows"] for table in facts["kept"]["tables"]}
    assert tables["transactions.parquet"] == run.results["rows_kept"]
    assert tables["rejected.csv"] == run.results["rows_rejected"]
    assert tables["extremes.csv"] == run.results["n_extremes"]
    assert set(tables) <= set(facts["files"])


def test_a_rejected_row_is_found_in_the_export_and_says_why(run):
    lines = {int(line["segkit_row"]): line for line in rejected(run)}
    assert list(lines) == sorted(lines)
    assert {line["why"] for line in lines.values()} >= {"No customer number", "Line sent twice"}
    unread = [line["raw"] for line in lines.values() if line["reason"] == "unreadable_amount"]
    assert "待定" in unread


def test_other_notebooks_take_the_clean_table(run, tmp_path):
    clean = run.path / "transactions.parquet"
    next_run = run_report("behavioral", data=clean, out=tmp_path, progress=False)
    assert next_run.results["n_customers"] == run.results["n_customers"]
    assert next_run.results["revenue"] == pytest.approx(run.results["revenue"])


def test_both_languages_give_the_same_numbers(run, chinese):
    assert chinese.results == run.results
    page = chinese.report.read_text(encoding="utf-8")
    assert "客户编号" in page


def test_the_report_names_no_customer(run, chinese):
    ids = pq.read_table(run.path / "transactions.parquet")["customer_id"].unique().to_pylist()
    for report in (run, chinese):
        page = report.report.read_text(encoding="utf-8")
        notebook = (report.path / "notebook.ipynb").read_text(encoding="utf-8")
        assert not [one for one in ids if one in page or one in notebook]


@pytest.fixture(scope="module")
def invoices(absent):
    folder = os.environ.get("SEGKIT_DATA_DIR", "")
    if not folder or not (Path(folder) / "online_retail").is_dir():
        absent("online_retail is not here: SEGKIT_DATA_DIR names the folder of real data.")
    try:
        import pyreadr  # noqa: F401
    except ImportError:
        absent("pyreadr is not installed; it reads onlineretail.rda.")


@pytest.mark.usefixtures("invoices")
def test_the_published_counts_of_online_retail(tmp_path):
    wanted = {"returns": "drop", "duplicates": "keep", "currency": "GBP"}
    run = collect(tmp_path, data="online_retail", parameters=wanted)
    adds_up(run)
    assert run.results["rows_in"] == 541_909
    assert run.results["rejected_missing_customer"] == 135_080
    assert run.results["rows_kept"] == 397_884
    assert run.results["n_customers"] == 4_338


@pytest.fixture
def people(tmp_path) -> Path:
    """An export with names, telephones and e-mail addresses, and with telephones as ids."""
    rows = {
        "会员号": [f"1380000{i:04d}" for i in range(40)] + [""],
        "姓名": [f"王{chr(0x4E00 + i)}" for i in range(41)],
        "手机": [f"1391234{i:04d}" for i in range(41)],
        "备注": [f"mail w{i}@shop.example" for i in range(41)],
        "下单时间": [f"2024-{i % 12 + 1:02d}-{i % 28 + 1:02d}" for i in range(41)],
        "实付金额": [f"{10 + i}.00" for i in range(41)],
    }
    path = tmp_path / "people.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="gb18030")
    return path


def test_persons_are_replaced_when_asked(people, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "a key of more than sixteen bytes")
    run = collect(tmp_path / "out", data=people, parameters={"pseudonym_key": "SHOP_KEY"})
    adds_up(run)
    assert run.results["n_personal_columns"] == 4
    table = pq.read_table(run.path / "transactions.parquet")
    assert table.column_names == ["customer_id", "ordered_at", "amount"]
    assert all(len(one) == 32 for one in table["customer_id"].to_pylist())
    for file in run.path.rglob("*"):
        text = file.read_bytes().decode("utf-8", "ignore") if file.is_file() else ""
        assert not [mark for mark in ("1380000", "1391234", "@shop.example", "王") if mark in text]
        assert "a key of more than" not in text


def test_without_the_wish_only_the_report_is_without_persons(people, tmp_path):
    run = collect(tmp_path / "out", data=people)
    page = run.report.read_text(encoding="utf-8")
    assert not [mark for mark in ("1380000", "1391234", "@shop.example", "王") if mark in page]
    assert "手机" in page
    names = pq.read_table(run.path / "transactions.parquet").column_names
    assert {"姓名", "手机", "备注"} <= set(names)


def test_nothing_left_is_one_clear_error(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("会员号,下单时间,实付金额\n,2024-01-01,3\n,2024-01-02,4\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"no row can be used; rows set aside: 2 .No customer"):
        collect(tmp_path / "out", data=path)


def test_what_can_be_known_before_is_said_before(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("会员号,下单时间,备注\n1,2024-01-01,x\n", encoding="gb18030")

    def check(**wanted):
        check_run("data_collection", {"data": path, **wanted})

    with pytest.raises(DataError, match="missing column amount. The table has 会员号"):
        check()
    with pytest.raises(DataError, match="x.csv is not in UTF-8 throughout"):
        check(encoding="utf-8")
    with pytest.raises(ParameterError, match="data_collection: decimal must be one of"):
        check(decimal="x")
    with pytest.raises(ParameterError, match="8 of them different, not the key itself"):
        check(pseudonym_key="NO_SUCH_KEY")
    check(column_map="amount=备注")
