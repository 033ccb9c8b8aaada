"""The list of runs: newest first, failures explained, names never code."""

from __future__ import annotations

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from segkit import cli
from segkit.errors import ArgumentError
from segkit.i18n import use_language
from segkit.report.index import list_runs, refresh_index, write_index
from segkit.report.page_font import FAMILY
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


def test_the_list_keeps_its_language(tmp_path):
    with use_language("zh"):
        assert page(tmp_path).html["lang"] == "zh-CN"  # a new one: that of the first run
    assert page(tmp_path).html["lang"] == "zh-CN"
    assert cli.main(["index", "--out", str(tmp_path), "--language", "en"]) == 0
    with use_language("zh"):
        soup = page(tmp_path)
    assert (soup.html["lang"], soup.h1.get_text()) == ("en", "Reports")


def test_headlines_say_in_which_language_they_are(tmp_path):
    add(tmp_path, "r1", language="zh", headline="前两成客户")
    add(tmp_path, "r2", language="en")
    add(tmp_path, "r3", language="fr")
    cards = page(tmp_path).select(".run")
    assert [card.h2.get("lang") for card in cards] == [None, None, "zh-CN"]


def test_chinese_brings_its_font(tmp_path):
    add(tmp_path, "r1")
    assert "data:font/" not in write_index(tmp_path).read_text(encoding="utf-8")
    add(tmp_path, "r2", headline="前两成客户")
    text = write_index(tmp_path).read_text(encoding="utf-8")
    assert "data:font/woff" in text
    assert f'"{FAMILY}"' in text


def test_attempts_at_the_same_are_one_card(tmp_path):
    same = {"parameters": {"data": "a.csv", "bins": 5}, "data": {"name": "a.csv"}}
    for number in range(3):
        add(tmp_path, f"2026010{number}", status="failed", **same)
    assert [run.folder.name for run in list_runs(tmp_path)] == ["20260102", "20260101", "20260100"]
    (card,) = page(tmp_path).select(".run")
    assert card.a["href"] == "03_x/20260102/notebook.ipynb"
    assert card.select_one(".attempts").get_text() == "2 earlier attempts failed"
    add(tmp_path, "20260103", **same)
    (card,) = page(tmp_path).select(".run")  # what was mended is no failure any more
    assert card["data-status"] == "finished"
    assert card.select_one(".attempts").get_text() == "3 earlier attempts failed"
    add(tmp_path, "20260104", status="failed", **same)
    cards = page(tmp_path).select(".run")
    assert [card["data-status"] for card in cards] == ["failed", "finished"]
    assert not cards[0].select(".attempts")


def test_other_attempts_have_cards_of_their_own(tmp_path):
    add(tmp_path, "r1", status="failed", parameters={"bins": 4})
    add(tmp_path, "r2", status="failed", parameters={"bins": 5})
    add(tmp_path, "r3", status="failed", parameters={"bins": 5}, data={"name": "b.csv"})
    add(tmp_path, "r4", status="failed")  # without parameters nothing can be told
    add(tmp_path, "r5", status="failed")
    add(tmp_path, "r6", status="failed", parameters={"bins": 4}, language="zh")
    assert len(page(tmp_path).select(".run")) == 5
    with use_language("zh"):
        soup = BeautifulSoup(write_index(tmp_path, language="zh").read_text("utf-8"), "html.parser")
    assert [note.get_text() for note in soup.select(".attempts")] == ["此前失败 1 次"]


def test_one_row_is_one_row(tmp_path):
    add(tmp_path, "r1", data={"name": "a.csv", "rows": 1})
    assert "a.csv · 1 row " in page(tmp_path).select_one(".facts").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("none", r"must be a folder of reports; got .*\. There is none"),
        ("a.txt", r"must be a folder of reports; got .*\. It is a file"),
    ],
)
def test_what_is_no_folder_of_reports_is_said(tmp_path, place, message, capsys):
    (tmp_path / "a.txt").write_text("kept")
    with pytest.raises(ArgumentError, match=f"^index: out {message}"):
        write_index(tmp_path / place)
    assert cli.main(["index", "--out", str(tmp_path / place)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "kept"


def test_a_folder_that_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "index.html").mkdir()  # as good as a folder without the right to write
    assert cli.main(["index", "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("index: out must be a folder that can be written; got ")
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_what_was_added_outlives_a_list_that_cannot_be_written(tmp_path):
    with pytest.warns(UserWarning, match="^index: out must be a folder of reports"):
        refresh_index(tmp_path / "none")


def test_runs_that_differ_in_parameters_say_in_which(tmp_path):
    add(tmp_path, "20260101-000000-000-aaaa", parameters={"bins": 3, "seed": 1, "data": "a"})
    add(tmp_path, "20260102-000000-000-aaaa", parameters={"bins": "<b>4", "seed": 1, "data": "b"})
    add(tmp_path, "20260103-000000-000-aaaa", "05_y", parameters={"bins": 9})
    cards = page(tmp_path).select("li.run")
    told = [[s.get_text() for s in card.select(".settings")] for card in cards]
    assert told == [[], ["bins=<b>4"], ["bins=3"]]
