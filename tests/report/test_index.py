"""The list of runs: newest first, failures explained, names never code."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from segkit.report.index import list_runs, write_index


def add(out, run_id, notebook="03_x", **facts):
    folder = out / notebook / run_id
    folder.mkdir(parents=True)
    base = {
        "status": "finished",
        "notebook": notebook,
        "title": "T",
        "headline": run_id,
        "started": "2026-01-31T10:20:00+00:00",
        "data": {"name": "cdnow", "rows": 69659},
    }
    (folder / "run.json").write_text(json.dumps(base | facts), encoding="utf-8")


def page(out):
    return BeautifulSoup(write_index(out).read_text(encoding="utf-8"), "html.parser")


def test_newest_first_across_notebooks(tmp_path):
    add(tmp_path, "20260101-000000-000-aaaa")
    add(tmp_path, "20260301-000000-000-aaaa", "05_y")
    add(tmp_path, "20260201-000000-000-aaaa")
    links = [a["href"] for a in page(tmp_path).select("h2 a")]
    assert links == [
        "05_y/20260301-000000-000-aaaa/report.html",
        "03_x/20260201-000000-000-aaaa/report.html",
        "03_x/20260101-000000-000-aaaa/report.html",
    ]


def test_card_says_what_the_run_was(tmp_path):
    add(tmp_path, "r1", headline="Half of it")
    text = page(tmp_path).select_one(".run").get_text(" ", strip=True)
    assert text == "T Half of it finished 31\u00a0Jan\u00a02026, 10:20 cdnow · 69,659 rows 03_x"


def test_failure_gives_its_reason_and_the_notebook(tmp_path):
    add(tmp_path, "r1", status="failed", failed_cell={"number": 7, "message": "no amount"})
    card = page(tmp_path).select_one(".run.failed")
    assert "Cell 7 failed: no amount" in card.get_text()
    assert card.a["href"] == "03_x/r1/notebook.ipynb"


def test_hidden_and_broken_folders_are_ignored(tmp_path):
    add(tmp_path, ".running-r1")
    add(tmp_path, "r2")
    (tmp_path / "03_x" / "r2" / "run.json").write_text("{broken")
    assert list_runs(tmp_path) == []
    assert "No run yet" in page(tmp_path).get_text()


def test_hostile_names_are_text(tmp_path):
    hostile = '"><script>alert(1)</script>'
    add(tmp_path, "r 1#?", title=hostile, headline=hostile, data={"name": hostile}, started="never")
    soup = page(tmp_path)
    assert not soup.find_all("script")
    assert soup.h2.get_text() == hostile
    assert soup.h2.a["href"] == "03_x/r%201%23%3F/report.html"


def test_no_draft_is_left(tmp_path):
    write_index(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]
