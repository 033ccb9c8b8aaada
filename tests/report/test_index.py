"""The list of runs: newest first, failures explained, names never code."""

from __future__ import annotations

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor

from bs4 import BeautifulSoup
from PIL import Image

from segkit.report.index import list_runs, write_index
from segkit.report.page_parts import read_asset, security_policy
from segkit.report.thumbnail import THUMBNAIL, read_thumbnail, small_picture


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
    assert [script.get_text().strip() for script in soup.find_all("script")] == [
        read_asset("segkit_index.js")
    ]
    assert soup.h2.get_text() == hostile
    assert soup.h2.a["href"] == "03_x/r%201%23%3F/report.html"


def test_no_draft_is_left(tmp_path):
    write_index(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]


def test_page_allows_its_own_script_alone(tmp_path):
    add(tmp_path, "r1")
    policy = page(tmp_path).find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == security_policy("segkit_index.js")
    assert "script-src 'sha256-" in policy


def test_runs_can_be_chosen_by_notebook_data_and_status(tmp_path):
    add(tmp_path, "r1", "03_x")
    add(tmp_path, "r2", "05_y", data={"name": '"><b>'}, status="failed")
    soup = page(tmp_path)
    options = {
        select["data-filter"]: [option["value"] for option in select.find_all("option")]
        for select in soup.select("select[data-filter]")
    }
    assert options == {
        "notebook": ["", "03_x", "05_y"],
        "data": ["", '"><b>', "cdnow"],
        "status": ["", "finished", "failed"],
    }
    assert soup.select_one(".filters").has_attr("hidden")  # without script: a plain list
    values = [(li["data-notebook"], li["data-status"]) for li in soup.select(".run")]
    assert values == [("05_y", "failed"), ("03_x", "finished")]


def test_one_run_needs_no_choice(tmp_path):
    add(tmp_path, "r1")
    assert not page(tmp_path).select(".filters")


def picture(width=1504, height=800):
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(buffer, format="PNG")
    return buffer.getvalue()


def test_thumbnail_stands_inside_the_page(tmp_path):
    add(tmp_path, "r1")
    file = tmp_path / "03_x" / "r1" / THUMBNAIL
    file.parent.mkdir()
    file.write_bytes(small_picture(picture()))
    source = page(tmp_path).select_one(".thumb img")["src"]
    assert base64.b64decode(source.partition(",")[2]) == file.read_bytes()
    with Image.open(file) as small:
        assert small.size == (480, 200)
    file.write_bytes(b"<svg onload=alert(1)>")  # not a picture: nothing of it is taken over
    assert read_thumbnail(file.parents[1]) == ""
    assert not page(tmp_path).select(".thumb")


def test_a_finished_run_has_a_small_thumbnail(finished_run):
    assert (finished_run.path / THUMBNAIL).stat().st_size < 20_000


def test_strange_facts_do_no_harm(tmp_path):
    add(tmp_path, "r1", data="text", failed_cell=[1], status="failed", title=5)
    text = page(tmp_path).get_text()
    assert "Cell ? failed" in text


def test_writers_at_the_same_time_leave_one_whole_page(tmp_path):
    for number in range(20):
        add(tmp_path, f"r{number}")
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _number: write_index(tmp_path), range(16)))
    text = pages[0].read_text(encoding="utf-8")
    assert text.rstrip().endswith("</html>")
    assert text.count('class="card run') == 20
    assert not list(tmp_path.glob(".index-*"))


def test_comparisons_are_listed_by_their_words(tmp_path):
    add(tmp_path, "r1")
    for name, note in {
        "a": {"title": "Comparison", "headline": "<b>5 % moved</b>", "started": "2026"},
        "b": ["not", "ours"],
    }.items():
        folder = tmp_path / "comparisons" / name
        folder.mkdir(parents=True)
        (folder / "comparison.json").write_text(json.dumps(note), encoding="utf-8")
    links = page(tmp_path).select(".comparisons a")
    assert [(a["href"], a.get_text()) for a in links] == [
        ("comparisons/a/report.html", "Comparison · <b>5 % moved</b>")
    ]
