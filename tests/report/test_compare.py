"""Two runs side by side: what differs, by how much, and who moved."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from segkit import cli
from segkit.errors import ParameterError
from segkit.i18n import get_currency, use_language
from segkit.report.compare import (
    Change,
    changed_results,
    changed_settings,
    compare_runs,
    find_past_run,
)
from segkit.report.compare_page import _difference
from segkit.report.compare_words import result_name

FIRST, SECOND = "20260101-000000-000-aaaa", "20260201-000000-000-bbbb"
SEGMENTS = [
    {"id": "good", "name": {"en": "Good <b>$x^$</b>", "zh": "好客户"}, "color": "#1f5fa8"},
    {"id": "lost", "name": {"en": "Lost", "zh": "流失"}, "color": "#9a4a06"},
]


def add(out: Path, run_id: str, segments: list[str] | None, notebook="03_x", ids=None, **facts):
    """Put a run's folder there as a run would leave it."""
    folder = out / notebook / run_id
    folder.mkdir(parents=True)
    base = {
        "status": "finished", "notebook": notebook, "title": "Segments", "run_id": run_id,
        "started": "2026-01-31T10:20:00+00:00", "parameters": {"bins": 4, "path": "/home/a/s.yaml"},
        "data": {"name": "a.csv", "rows": 10, "sha256": "0" * 64}, "versions": {"pandas": "3.0"},
        "results": {"revenue": 1000.0, "silent_share": 0.40, "n_orders": 50, "gini": 0.5},
    }  # fmt: skip
    if segments is not None:
        names = ids or [f"secret-{n}" for n in range(len(segments))]
        frame = pd.DataFrame({"customer_id": names, "segment": segments})
        frame.to_parquet(folder / "segments.parquet")
        base["kept"] = {"file": "segments.parquet", "rows": len(names), "segments": SEGMENTS}
    (folder / "run.json").write_text(json.dumps(base | facts), encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path) -> Path:
    add(tmp_path, FIRST, ["good"] * 6 + ["lost"] * 4)
    add(
        tmp_path, SECOND, ["good"] * 4 + ["lost"] * 6,
        parameters={"bins": 5, "path": "/home/b/t.yaml"},
        data={"name": "b.csv", "rows": 20, "sha256": "1" * 64},
        results={"revenue": 1500.0, "silent_share": 0.44, "n_orders": 50, "new_share": 0.1},
    )  # fmt: skip
    return tmp_path


def page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_changes_by_size_in_their_own_units(out):
    changes = changed_results(find_past_run(FIRST, out=out), find_past_run(SECOND, out=out))
    assert [c.name for c in changes] == ["gini", "new_share", "revenue", "silent_share", "n_orders"]
    revenue, silent = changes[2], changes[3]
    assert (revenue.difference, revenue.relative, revenue.kind) == (500.0, 0.5, "money")
    assert silent.kind == "share"
    assert _difference(silent) == "+4.0 points"
    assert _difference(revenue) == "+$500"
    assert _difference(changes[0]) == "–"
    assert changes[4].size == 0


def told(soup) -> list[list[str]]:
    rows = soup.select("figure.table")[0].select("tbody tr")
    return [[c.get_text(strip=True) for c in row.find_all(["th", "td"])] for row in rows]


def test_amounts_in_two_currencies_are_not_compared(tmp_path):
    results = {"revenue": 1000.0, "gini": 0.5}
    add(tmp_path, FIRST, None, parameters={"currency": "USD"}, results=results)
    more = {"revenue": 7000.0, "gini": 0.6}
    add(tmp_path, SECOND, None, parameters={"currency": "CNY"}, results=more)
    soup = page(compare_runs(FIRST, SECOND, out=tmp_path))
    assert soup.h1.get_text() == "Concentration of revenue (Gini): 0.500 before, 0.600 now"
    assert "Amounts are in USD before and in CNY now and are not compared." in soup.get_text()
    assert ["Revenue", "$1,000", "CN¥7,000", "–", "–"] in told(soup)
    assert get_currency() == "USD"


def test_amounts_are_in_the_currency_that_the_data_are_in(tmp_path):
    results = {"revenue": 1000.0}
    for run_id, currency in ((FIRST, "GBP"), (SECOND, "")):
        data = {"name": "a", "rows": 10, "currency": currency}
        parameters = {"currency": None}
        add(tmp_path, run_id, None, parameters=parameters, data=data, results=results)
    soup = page(compare_runs(FIRST, SECOND, out=tmp_path))
    assert "Amounts are in GBP before and in – now and are not compared." in soup.get_text()
    assert ["Revenue", "£1,000", "1,000", "–", "–"] in told(soup)


def test_a_word_of_ones_own_for_the_currency(tmp_path):
    for run_id, revenue in ((FIRST, 10.0), (SECOND, 30.0)):
        parameters = {"currency": "gold"}
        add(tmp_path, run_id, None, parameters=parameters, results={"revenue": revenue})
    assert told(page(compare_runs(FIRST, SECOND, out=tmp_path)))[0][1:4] == [
        "10.00 gold", "30.00 gold", "+20.00 gold",
    ]  # fmt: skip


def test_what_looks_the_same_has_not_changed(tmp_path):
    add(tmp_path, FIRST, None, results={"gini": 0.3790001, "customers_good": 4})
    add(tmp_path, SECOND, None, results={"gini": 0.3790002, "customers_good": 0})
    soup = page(compare_runs(FIRST, SECOND, out=tmp_path))
    assert soup.h1.get_text() == "Nothing has changed in the headline results"
    assert [row[0] for row in told(soup)] == ["Customers in good"]
    assert "0.379" not in soup.get_text()


def test_who_moved_is_news_even_where_the_sums_are_the_same(tmp_path):
    add(tmp_path, FIRST, ["good", "lost"])
    add(tmp_path, SECOND, ["lost", "good"])
    soup = page(compare_runs(FIRST, SECOND, out=tmp_path))
    assert soup.h1.get_text().startswith("100.0\u202f% of the customers of both runs")


def test_the_earlier_run_is_the_one_before_and_the_later_gives_the_language(tmp_path):
    add(tmp_path, FIRST, None, results={"gini": 0.1}, started="2026-01-01T00:00:00+00:00")
    add(
        tmp_path, SECOND, None, results={"gini": 0.2}, started="2026-02-01T00:00:00+00:00",
        language="zh",
    )  # fmt: skip
    path = compare_runs(SECOND, FIRST, out=tmp_path)
    assert path.parent.name == f"{FIRST}--{SECOND}-zh"
    assert told(page(path))[0][1:3] == ["0.100", "0.200"]


def test_nothing_is_written_where_a_runs_own_file_says(tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    add(tmp_path / "out", FIRST, None, results={"gini": 0.1})
    add(tmp_path / "out", SECOND, None, results={"gini": 0.2})
    file = tmp_path / "out" / "03_x" / FIRST / "run.json"
    facts = json.loads(file.read_text())
    file.write_text(json.dumps(facts | {"run_id": str(victim)}))
    path = compare_runs(FIRST, SECOND, out=tmp_path / "out")
    assert path.parent.name == f"{FIRST}--{SECOND}-en"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "victim"]


def test_a_change_from_zero_has_no_relative_size():
    change = Change("n", 0, 5, "count")
    assert change.relative is None
    assert change.size == float("inf")
    assert Change("n", -10, -5, "count").relative == 0.5


def test_settings_that_differ(out):
    rows = changed_settings(find_past_run(FIRST, out=out), find_past_run(SECOND, out=out))
    assert ("parameters", "bins", 4, 5) in rows
    assert ("data", "name", "a.csv", "b.csv") in rows
    assert not [row for row in rows if row[0] == "versions"]


def test_page_tells_changes_and_moves_but_no_customer(out):
    path = compare_runs(FIRST, SECOND, out=out)
    assert path == out / "comparisons" / f"{FIRST}--{SECOND}-en" / "report.html"
    soup = page(path)
    text = soup.get_text(" ", strip=True)
    assert "20.0\u202f% of the customers of both runs changed segment" in soup.h1.get_text()
    assert "2 of 10 customers known to both changed segment" in text
    assert "Good <b>$x^$</b>" in text
    assert soup.html["lang"] == "en"
    assert "secret-" not in path.read_text(encoding="utf-8")
    assert "/home/" not in path.read_text(encoding="utf-8")
    assert not list(path.parent.rglob("*.parquet"))
    assert len(soup.select("figure svg")) == 2
    cells = [[c.get_text(strip=True) for c in row.find_all(["th", "td"])]
             for row in soup.select("figure.table")[1].select("tbody tr")]  # fmt: skip
    assert cells == [["Good <b>$x^$</b>", "4", "2", "6"], ["Lost", "0", "4", "4"]]
    assert not list((out / "comparisons").glob(".*"))
    assert "comparisons/" in (out / "index.html").read_text(encoding="utf-8")


def test_language_is_that_asked_for_whatever_the_runs_were(out):
    soup = page(compare_runs(FIRST, SECOND, out=out, language="zh"))
    assert soup.html["lang"].startswith("zh")
    assert "好客户" in soup.get_text()


def setting_cells(soup) -> list[list[str]]:
    rows = soup.select("figure.table")[-1].select("tbody tr")
    return [[c.get_text(strip=True) for c in row.find_all(["th", "td"])] for row in rows]


def test_settings_are_named_in_the_readers_language(tmp_path):
    name = "03_behavioral_segmentation"
    data = {"name": "cdnow", "rows": 1, "customers": 1, "sha256": "0" * 64}
    add(tmp_path, FIRST, None, name, title="Behavioral segmentation", data=data, git_commit="aa")
    add(tmp_path, SECOND, None, name, title="Behavioral segmentation", git_commit="bb",
        data={"name": "b", "rows": 12345, "customers": 2, "sha256": "1" * 64},
        parameters={"bins": 5, "path": "x"})  # fmt: skip
    chinese = page(compare_runs(FIRST, SECOND, out=tmp_path, language="zh"))
    assert setting_cells(chinese) == [
        ["参数", "得分矩阵中每项得分的档数（bins）", "4", "5"],
        ["参数", "path", "s.yaml", "x"],
        ["数据", "数据名称", "cdnow", "b"],
        ["数据", "行数", "1", "12,345"],
        ["数据", "客户数", "1", "2"],
        ["数据", "数据指纹（SHA-256）", "0" * 12 + "…", "1" * 12 + "…"],
        ["软件", "笔记本（git 提交）", "aa", "bb"],
    ]
    assert chinese.title.get_text().startswith("运行对比：客户行为分群")
    english = setting_cells(page(compare_runs(FIRST, SECOND, out=tmp_path)))
    assert english[0][1] == "levels of each score in the grid (bins)"
    assert [row[1] for row in english[2:]] == [
        "Name of the data", "Rows", "Customers", "Fingerprint of the data (SHA-256)",
        "Notebook (git commit)",
    ]  # fmt: skip


def test_parameters_of_a_notebook_of_ones_own_are_read_from_the_kept_one(out):
    for run_id in (FIRST, SECOND):
        cell = nbformat.v4.new_code_cell("bins: int = 5  # levels of the score; 3..5")
        cell.metadata["tags"] = ["parameters"]
        notebook = nbformat.v4.new_notebook(cells=[cell])
        nbformat.write(notebook, out / "03_x" / run_id / "notebook.ipynb")
    rows = setting_cells(page(compare_runs(FIRST, SECOND, out=out)))
    assert rows[0] == ["Parameter", "levels of the score (bins)", "4", "5"]


@pytest.mark.parametrize("run", ["behavioral_run", "clv_run"])
def test_every_headline_result_has_a_name_in_both_languages(run, request):
    past = find_past_run(request.getfixturevalue(run).path)
    names = {c.name for c in changed_results(past, past)}
    with use_language("zh"):
        chinese = {name: result_name(name, past) for name in names}
    assert not [text for text in chinese.values() if not re.search("[\u4e00-\u9fff]", text)]
    assert not [name for name in names if result_name(name, past) == name.replace("_", " ")]


def test_a_place_that_cannot_be_written_is_said(out, capsys):
    (out / "comparisons").write_text("a file")
    assert cli.main(["compare", FIRST, SECOND, "--out", str(out)]) == 2
    assert "compare: out must be a folder that can be written" in capsys.readouterr().err


def test_ids_that_do_not_match_are_said(out):
    add(out, "20260301-0", ["good"] * 3, ids=["p", "q", "r"])
    text = page(compare_runs(FIRST, "20260301-0", out=out)).get_text(" ", strip=True)
    assert "No customer id is in both runs" in text


def test_runs_without_segments_are_said(out):
    add(out, "20260301-0", None)
    soup = page(compare_runs(FIRST, "20260301-0", out=out))
    assert "did not keep its customers' segments" in soup.get_text(" ", strip=True)
    assert not soup.select("figure svg")


def test_notebooks_that_make_no_segments_are_not_blamed_for_it(tmp_path):
    add(tmp_path, FIRST, None)
    add(tmp_path, SECOND, None, parameters={"bins": 5})
    text = page(compare_runs(FIRST, SECOND, out=tmp_path)).get_text(" ", strip=True)
    assert "Who moved" not in text
    assert "--force" not in text
    assert "Segments by customer" not in text
    assert "Two runs differ by chance as well" in text


def test_different_notebooks_are_refused(out):
    add(out, "20260301-0", None, notebook="05_y")
    with pytest.raises(ParameterError, match="both runs must be of one notebook; got '03_x' and"):
        compare_runs(FIRST, "20260301-0", out=out)
    with pytest.raises(ParameterError, match="another run than the first"):
        compare_runs(FIRST, FIRST, out=out)


def test_runs_are_found_by_folder_id_beginning_and_place(out):
    folder = out / "03_x" / FIRST
    names = [folder, folder / "report.html", FIRST, "20260101", "03_x@previous"]
    assert {find_past_run(name, out=out).folder for name in names} == {folder.resolve()}
    assert find_past_run("03_x@latest", out=out).run_id == SECOND
    add(out, "20260401-0", None, status="failed")
    assert find_past_run("03_x@latest", out=out).run_id == SECOND


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2026", f"Several begin so: {FIRST}, {SECOND}"),
        ("20270101", "segkit index lists them"),
        ("../*", "got '../*'"),
        ("03_x@first", "got 'first'"),
        ("05_z@latest", "got '05_z'"),
    ],
)
def test_a_run_that_is_not_there(out, name, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        find_past_run(name, out=out)


def test_failed_and_broken_runs_are_refused(out):
    failed = add(out, "20260401-0", None, status="failed")
    with pytest.raises(ParameterError, match="That run failed"):
        find_past_run(failed)
    broken = add(out, "20260501-0", None, files={"report.html": 5})
    with pytest.raises(ParameterError, match="Files of that run are missing"):
        find_past_run(broken)


def test_command_prints_the_page(out, capsys):
    assert cli.main(["compare", "03_x@previous", "03_x@latest", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip().endswith("report.html")
    assert cli.main(["compare", "03_x@previous", "nothing", "--out", str(out)]) == 2


def test_a_real_run_keeps_segments_and_tells_no_customer(behavioral_run):
    facts = json.loads((behavioral_run.path / "run.json").read_text(encoding="utf-8"))
    kept = pd.read_parquet(behavioral_run.path / facts["kept"]["file"])
    assert list(kept.columns) == ["customer_id", "segment"]
    assert len(kept) == facts["kept"]["rows"] == facts["results"]["n_customers"]
    assert {s["id"] for s in facts["kept"]["segments"]} >= set(kept["segment"])
    assert "kept in the run" not in behavioral_run.report.read_text(encoding="utf-8")
