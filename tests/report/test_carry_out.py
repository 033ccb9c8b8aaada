"""Runs whose cells went well and whose report did not: nothing of the cells' work is lost."""

from __future__ import annotations

import json
import os
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from jinja2 import TemplateNotFound
from jupyter_client.kernelspec import KernelSpec

from segkit import cli
from segkit.errors import ArgumentError, RunError
from segkit.report import render, thumbnail
from segkit.report.run import run_report


def broken_template(folder, monkeypatch):
    def get_template(*_given):
        raise TemplateNotFound("segkit_parts.html.j2")

    monkeypatch.setattr(render.ReportExporter, "from_notebook_node", get_template)


def broken_thumbnail(folder, monkeypatch):
    def write_thumbnail(*_given):
        raise ValueError("broken\n  picture")

    monkeypatch.setattr(thumbnail, "write_thumbnail", write_thumbnail)


def full_disk(folder, monkeypatch):
    def write_report(notebook, manifest, folder, source, **_more):
        (folder / "report.html").write_text("<html>half of")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(render, "write_report", write_report)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (broken_template, "TemplateNotFound: segkit_parts.html.j2."),
        (broken_thumbnail, "ValueError: broken picture."),
        (full_disk, "OSError: [Errno 28] No space left on device."),
    ],
)
def test_a_report_that_cannot_be_made_keeps_the_notebook(
    fault, reason, notebook_path, tmp_path, monkeypatch
):
    fault(tmp_path, monkeypatch)
    said = "^run behavioral: The report could not be made: "
    with pytest.raises(RunError, match=said) as caught:
        run_report(notebook_path, out=tmp_path, formats="html,md", progress=False)
    (folder,) = (tmp_path / notebook_path.stem).iterdir()
    assert reason in str(caught.value)
    assert f"The run is kept as failed: {folder}" in str(caught.value)
    assert caught.value.path == str(folder / "notebook.ipynb")
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (facts["status"], facts["key"]) == ("failed", None)
    assert (
        facts["failed_report"] == caught.value.reason == f"The report could not be made: {reason}"
    )
    assert facts["results"]["n_customers"] == 23570
    assert not list(folder.glob("report.*"))
    kept = nbformat.read(folder / "notebook.ipynb", as_version=4)
    assert any(cell.get("outputs") for cell in kept.cells)
    card = BeautifulSoup((tmp_path / "index.html").read_text("utf-8"), "html.parser").li
    assert card.h2.get_text() == facts["failed_report"]
    assert "Its cells have run. The notebook with their results is kept." in card.get_text()


@pytest.mark.parametrize("below", ["", "below"])
def test_a_place_that_is_no_folder_is_refused(below, notebook_path, tmp_path, capsys):
    (tmp_path / "a.txt").write_text("kept")
    out = tmp_path / "a.txt" / below
    with pytest.raises(ArgumentError, match="run: out must be a folder that can be written"):
        run_report(notebook_path, out=out, progress=False)
    assert cli.main(["run", str(notebook_path), "--out", str(out), "--quiet"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "kept"


def test_a_list_that_cannot_be_written_is_a_warning(notebook_path, tmp_path):
    (tmp_path / "index.html").mkdir()
    with pytest.warns(UserWarning, match="index: out must be a folder that can be written"):
        run = run_report(notebook_path, out=tmp_path, progress=False)
    assert run.report.is_file()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX systems")
@pytest.mark.parametrize("forks", [True, False])
def test_a_kernel_that_is_killed_keeps_the_notebook(forks, sample, tmp_path, monkeypatch):
    if not forks:
        monkeypatch.setattr("segkit.report.nursery.CAN_FORK", False)
    path = sample.write_sample(tmp_path, "killed.ipynb")
    notebook = nbformat.read(path, as_version=4)
    killed = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    notebook.cells[6:6] = [nbformat.v4.new_code_cell(code) for code in ("print('before')", killed)]
    nbformat.write(notebook, path)
    why = "the kernel ended by itself; memory may be short"
    with pytest.raises(RunError, match=rf"cell 8 \(under 'Data'\) failed: {why}\.") as caught:
        run_report(path, out=tmp_path / "reports", progress=False)
    (folder,) = (tmp_path / "reports" / "killed").iterdir()
    assert caught.value.path == str(folder / "notebook.ipynb")
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (facts["status"], facts["key"]) == ("failed", None)
    assert facts["failed_cell"]["number"] == 8
    kept = nbformat.read(folder / "notebook.ipynb", as_version=4)
    (place,) = (n for n, cell in enumerate(kept.cells) if cell.source == killed)
    assert kept.cells[place - 1].outputs[0].text == "before\n"
    assert [output.evalue for output in kept.cells[place].outputs] == [why]
    assert why in (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")


def test_a_kernel_that_does_not_start_is_told(notebook_path, tmp_path, monkeypatch):
    monkeypatch.setattr("segkit.report.nursery.CAN_FORK", False)

    def make(self, kernel_name):
        argv = [sys.executable, "-c", "raise SystemExit(9)", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="none", language="python")

    monkeypatch.setattr("segkit.report.kernel.SameInterpreter.get_kernel_spec", make)
    with pytest.raises(RunError, match="the kernel did not start; memory may be"):
        run_report(notebook_path, out=tmp_path, progress=False)
    assert list(tmp_path.glob("*/*/notebook.ipynb"))


def test_nothing_of_a_run_is_left_for_the_next_kernel(notebook_path, tmp_path):
    from segkit.report.kernel import kernel_environment, run_folder

    run_report(notebook_path, out=tmp_path, progress=False)
    assert run_folder.get() == ""
    assert kernel_environment.get() is None
