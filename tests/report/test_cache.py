"""Runs are found again when nothing has changed, and only then."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.report import cache
from segkit.report.cache import find_run, is_complete, take_fingerprint
from segkit.report.finished import find_again
from segkit.report.order import check_run
from segkit.report.run import run_report

ROWS = "customer_id,ordered_at,amount\n" + "".join(
    f"c{n % 7},2024-0{1 + n % 6}-1{n % 9},{10 + n}\n" for n in range(60)
)


@pytest.fixture
def orders(tmp_path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def key(notebook, *, out="reports", **parameters) -> str:
    fingerprint = take_fingerprint(check_run(notebook, parameters, out=out))
    assert fingerprint is not None
    return fingerprint.key


def test_key_is_the_same_for_the_same_and_for_a_moved_file(notebook_path, orders, tmp_path):
    moved = tmp_path / "elsewhere" / "orders.csv"
    moved.parent.mkdir()
    shutil.copy(orders, moved)
    first = key(notebook_path, data=str(orders), out=tmp_path / "a")
    assert key(notebook_path, data=str(orders), out=tmp_path / "b") == first
    assert key(notebook_path, data=str(moved)) == first
    assert len(first) == 64


def test_key_differs_with_data_parameters_language_and_notebook(
    notebook_path, sample, orders, tmp_path
):
    first = key(notebook_path, data=str(orders))
    others = {
        key(notebook_path, data="cdnow"),
        key(notebook_path, data=str(orders), bins=4),
        key(notebook_path, data=str(orders), language="zh"),
    }
    orders.write_text(ROWS + "c9,2024-06-01,1\n", encoding="utf-8")
    others.add(key(notebook_path, data=str(orders)))
    orders.write_text(ROWS, encoding="utf-8")
    changed = sample.write_sample(tmp_path / "nb")
    text = changed.read_text(encoding="utf-8")
    assert "Who brings the revenue" in text
    changed.write_text(text.replace("Who brings the revenue", "Who pays"), encoding="utf-8")
    others.add(key(changed, data=str(orders)))
    assert len(others | {first}) == 6


def test_key_differs_with_software(notebook_path, monkeypatch):
    first = key(notebook_path)
    monkeypatch.setattr(cache, "software_versions", lambda: {"pandas": "0.1"})
    second = key(notebook_path)
    monkeypatch.setattr(cache, "source_hash", lambda: "other")
    assert len({first, second, key(notebook_path)}) == 3


def test_what_cannot_be_hashed_has_no_key(notebook_path):
    order = check_run(notebook_path)
    address = replace(order, parameters=order.parameters | {"data": "postgres://host/sales"})
    nothing = replace(order, parameters={"bins": 5})
    assert take_fingerprint(address) is None
    assert take_fingerprint(nothing) is None


def test_a_key_holds_until_a_file_changes(notebook_path, orders):
    fingerprint = take_fingerprint(check_run(notebook_path, {"data": str(orders)}))
    assert fingerprint is not None
    assert fingerprint.holds()
    orders.write_text(ROWS + "c9,2024-06-01,1\n", encoding="utf-8")
    assert not fingerprint.holds()


def put(folder: Path, **facts) -> Path:
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("page", encoding="utf-8")
    base = {"status": "finished", "key": "k" * 64, "files": {"report.html": 4}}
    (folder / "run.json").write_text(json.dumps(base | facts), encoding="utf-8")
    return folder


def test_newest_complete_run_is_found(tmp_path):
    put(tmp_path / "n" / "20260101")
    newest = put(tmp_path / "n" / "20260201")
    put(tmp_path / "n" / "20260301", status="failed")
    put(tmp_path / "n" / "20260401", key="other")
    put(tmp_path / "n" / ".running-20260501")
    broken = put(tmp_path / "n" / "20260601")
    (broken / "run.json").write_text("{" + "k" * 64, encoding="utf-8")
    found = find_run(tmp_path, "n", "k" * 64)
    assert found is not None
    assert found[0] == newest


@pytest.mark.parametrize("harm", ["missing", "cut", "unlisted"])
def test_an_incomplete_run_does_not_count(tmp_path, harm):
    folder = put(tmp_path / "n" / "1", **({"files": {}} if harm == "unlisted" else {}))
    if harm == "missing":
        (folder / "report.html").unlink()
    elif harm == "cut":
        (folder / "report.html").write_text("pa", encoding="utf-8")
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert not is_complete(folder, facts)
    assert find_run(tmp_path, "n", "k" * 64) is None


def test_a_run_is_found_again_and_repeated_on_request(notebook_path, orders, tmp_path):
    wishes = {"data": str(orders), "out": tmp_path / "reports", "progress": False}
    first = run_report(notebook_path, **wishes)
    again = run_report(notebook_path, **wishes)
    assert not first.cached
    assert again.cached
    assert again.path == first.path
    assert again.results == first.results
    assert again.title == first.title
    forced = run_report(notebook_path, force=True, **wishes)
    assert forced.path != first.path

    facts = json.loads((forced.path / "run.json").read_text(encoding="utf-8"))
    assert facts["key"] == key(notebook_path, data=str(orders))
    assert facts["data"]["source"] == "file"
    assert "report.html" in facts["files"]
    times = facts["timings"]
    assert times["overhead"] == pytest.approx(times["total"] - times["cells"], abs=0.002)
    assert {"prepare", "kernel", "cells", "close", "render"} < set(times)

    (forced.path / "report.html").unlink()
    (first.path / "notebook.ipynb").unlink()
    order = check_run(notebook_path, {"data": str(orders)}, out=tmp_path / "reports")
    assert find_again(order, take_fingerprint(order)) is None


def test_a_file_that_is_changed_while_it_is_hashed_is_noticed(notebook_path, orders, monkeypatch):
    hash_file = cache.hash_file

    def hash_and_change(path):
        found = hash_file(path)
        if path == orders:
            orders.write_text(ROWS + "c9,2024-06-01,1\n", encoding="utf-8")
        return found

    cache.source_hash()
    monkeypatch.setattr(cache, "hash_file", hash_and_change)
    fingerprint = take_fingerprint(check_run(notebook_path, {"data": str(orders)}))
    assert fingerprint is not None
    assert not fingerprint.holds()


def test_files_and_addresses_in_lists_count(notebook_path, orders, tmp_path):
    order = check_run(notebook_path, {"data": str(orders)})
    more = tmp_path / "more.csv"

    def key_with(*entries):
        listed = order.parameters | {"files": list(entries)}
        fingerprint = take_fingerprint(replace(order, parameters=listed))
        return fingerprint and fingerprint.key

    more.write_text("a\n")
    first = key_with("x", str(more))
    moved = shutil.copy(more, tmp_path / "nb.csv")
    assert key_with("x", str(tmp_path / "." / "more.csv")) == first
    assert key_with("x", str(moved)) not in (None, first)
    more.write_text("b\n")
    assert key_with("x", str(more)) not in (None, first)
    assert key_with("x", "postgres://host/sales") is None


def test_an_accent_of_the_environment_is_part_of_the_key(notebook_path, monkeypatch):
    monkeypatch.delenv("SEGKIT_ACCENT", raising=False)
    first = key(notebook_path)
    monkeypatch.setenv("SEGKIT_ACCENT", "#aa3300")
    assert key(notebook_path) != first


def test_texts_that_cannot_be_files_are_texts(notebook_path):
    order = check_run(notebook_path)
    texts = ["x" * 300, "~nosuchuser/x", "a\0b", ""]
    asked = order.parameters | {"column_map": "x" * 300, "texts": texts}
    assert take_fingerprint(replace(order, parameters=asked)) is not None


def test_a_run_under_a_key_of_the_environment_is_made_each_time(monkeypatch):
    order = check_run("data_collection", {"data": "cdnow_sample", "currency": "USD"})
    assert take_fingerprint(order) is not None
    monkeypatch.setenv("SHOP_KEY", "sixteen bytes or more")
    keyed = {"data": "cdnow_sample", "currency": "USD", "pseudonym_key": "SHOP_KEY"}
    assert take_fingerprint(check_run("data_collection", keyed)) is None
