"""Asking for forms: checked before a run, written whole, and a failure that is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from segkit.errors import ArgumentError, DataError, RunError
from segkit.report.brand import load_brand
from segkit.report.brand_kept import kept_brand
from segkit.report.export.forms import check_formats, export_run, write_forms
from segkit.report.run import run_report


def test_the_page_is_always_there_and_each_form_once():
    assert check_formats("md") == ("html", "md")
    assert check_formats(["xlsx", "md", "XLSX"]) == ("html", "xlsx", "md")
    assert check_formats("html, pptx,") == ("html", "pptx")


@pytest.mark.parametrize(
    ("formats", "message"),
    [
        ("docx", "run: format must be one of html, pdf, xlsx, pptx, md; got 'docx'"),
        ("htm", r"Did you mean 'html'\?"),
        ("", "run: format must be one or more of html"),
    ],
)
def test_unknown_forms_are_told(formats, message):
    with pytest.raises(ArgumentError, match=message):
        check_formats(formats)


def test_a_missing_chromium_is_told_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGKIT_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(ArgumentError, match="run behavioral: format 'pdf' needs Chromium"):
        run_report("behavioral", out=tmp_path, formats="pdf", progress=False)
    assert not list(tmp_path.iterdir())


def test_all_forms_are_written_and_no_part_of_one_is_left(hostile, tmp_path):
    written = write_forms(
        hostile.notebook, hostile.manifest, tmp_path, ("html", "xlsx", "pptx", "md")
    )
    assert [path.name for path in written] == ["report.xlsx", "report.pptx", "report.md"]
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in written}


def test_a_form_that_fails_leaves_no_half_file(hostile, tmp_path, monkeypatch):
    def fail(content, path, brand=None):
        path.write_text("half")
        raise OSError("disk\nfull")

    monkeypatch.setattr("segkit.report.export.markdown.write_markdown", fail)
    with pytest.raises(RunError, match="could not be written as md: OSError: disk full"):
        write_forms(hostile.notebook, hostile.manifest, tmp_path, ("html", "xlsx", "md"))
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


def test_a_run_whose_form_fails_is_kept_as_failed(tmp_path, notebook_path, monkeypatch):
    def fail(content, path, brand=None):
        raise ValueError("no ink")

    monkeypatch.setattr("segkit.report.export.markdown.write_markdown", fail)
    with pytest.raises(
        RunError, match=r"run behavioral: .* as md: ValueError: no ink\. The run is"
    ):
        run_report(notebook_path, out=tmp_path, formats="xlsx,md", progress=False)
    (record,) = tmp_path.glob("*/*/run.json")
    facts = json.loads(record.read_text(encoding="utf-8"))
    assert facts["status"] == "failed"
    assert "no ink" in facts["failed_form"]
    kept = {path.name for path in record.parent.iterdir()}
    assert {"notebook.ipynb", "report.html", "report.xlsx"} <= kept
    assert "report.md" not in kept


def test_a_run_that_exists_gets_further_forms(finished_run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished_run.path, folder)
    (path,) = export_run(folder / "report.html", "xlsx")
    assert path == folder / "report.xlsx"
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert facts["files"]["report.xlsx"] == path.stat().st_size
    assert facts["run_id"] == finished_run.path.name


def test_only_a_finished_run_is_exported(tmp_path, finished_run):
    with pytest.raises(ArgumentError, match="export: run must be the folder of a finished run"):
        export_run(tmp_path, "md")
    folder = tmp_path / "run"
    shutil.copytree(finished_run.path, folder)
    (folder / "run.json").write_text("[]")
    with pytest.raises(DataError, match="cannot be read as the record of a run"):
        export_run(folder, "md")


def test_a_run_whose_files_were_changed_is_not_exported(tmp_path, finished_run):
    folder = tmp_path / "run"
    shutil.copytree(finished_run.path, folder)
    page = folder / "report.html"
    page.write_text(page.read_text(encoding="utf-8") + "<!-- more -->", encoding="utf-8")
    with pytest.raises(DataError, match="export: files of 'run' are missing or were changed"):
        export_run(folder, "md")


BRAND = Path(__file__).parents[3] / "examples" / "brand.yml"


@pytest.fixture(scope="module")
def branded_run(notebook_path, tmp_path_factory):
    out = tmp_path_factory.mktemp("branded")
    return run_report(notebook_path, out=out, brand=BRAND, language="zh", progress=False)


def test_further_forms_have_the_brand_of_the_run(branded_run, notebook_path, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(branded_run.path, folder)
    assert kept_brand(folder) == load_brand(BRAND, language="zh")
    (path,) = export_run(folder, "md")
    assert "北辰咨询" in path.read_text(encoding="utf-8")
    assert export_run(folder, "md", brand=BRAND) == [path]


def test_forms_of_another_brand_are_refused(branded_run, finished_run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(branded_run.path, folder)
    other = tmp_path / "other.yml"
    other.write_text("meta: {name: Nanfang}\n", encoding="utf-8")
    message = "brand must be that of the run's page and figures, {}.*; got {}"
    with pytest.raises(ArgumentError, match=message.format("'北辰咨询'", "'Nanfang'")):
        export_run(folder, "md", brand=other)
    with pytest.raises(ArgumentError, match=message.format("'segkit'", "'Nanfang'")):
        export_run(finished_run.path, "md", brand=other)
    # A run of an earlier version kept no brand.
    record = folder / "run.json"
    facts = json.loads(record.read_text(encoding="utf-8"))
    del facts["files"]["brand.json"]
    record.write_text(json.dumps(facts), encoding="utf-8")
    (folder / "brand.json").unlink()
    with pytest.raises(ArgumentError, match=message.format("'北辰咨询'", "None.*name its brand")):
        export_run(folder, "md")
    (folder / "brand.json").write_text("[]")
    with pytest.raises(DataError, match="cannot be read as the brand of a run"):
        export_run(folder, "md")
    assert not (folder / "report.md").exists()


def test_two_processes_may_write_one_form_at_the_same_time(hostile, tmp_path, monkeypatch):
    parts = []

    def note(content, path, brand=None):
        parts.append(path)
        path.write_text("whole")
        if len(parts) == 1:  # another one begins and ends meanwhile
            write_forms(hostile.notebook, hostile.manifest, tmp_path, ["md"])

    monkeypatch.setattr("segkit.report.export.markdown.write_markdown", note)
    (path,) = write_forms(hostile.notebook, hostile.manifest, tmp_path, ["md"])
    assert len(set(parts)) == 2
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "whole"
