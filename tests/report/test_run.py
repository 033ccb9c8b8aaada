"""Runs: checked before they start, complete when they are there, kept when they fail."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from segkit.errors import DataError, ParameterError, RunError
from segkit.report.carry_out import new_run_id
from segkit.report.index import list_runs
from segkit.report.manifest import Manifest
from segkit.report.order import check_run
from segkit.report.record import read_results
from segkit.report.run import run_report


def facts(run_folder: Path) -> dict:
    return json.loads((run_folder / "run.json").read_text(encoding="utf-8"))


def test_run_folder_is_complete(finished_run):
    names = {p.name for p in finished_run.path.iterdir()}
    assert names == {"report.html", "notebook.ipynb", "run.json", "figures", "tables"}
    assert finished_run.status == "finished"
    assert finished_run.results["n_customers"] == 23570


def test_run_json_traces_the_numbers(finished_run):
    run = facts(finished_run.path)
    assert run["status"] == "finished"
    assert run["notebook"] == "03_behavioral_segmentation"
    assert run["title"] == "Behavioral segmentation"
    assert run["parameters"]["bins"] == 4
    assert run["parameters"]["detail"] is False
    assert run["parameters"]["shares"] == [0.1, 0.9]
    assert run["data"]["rows"] == 69659
    assert run["data"]["sha256"].startswith("eff6889ed364")
    assert run["results"] == {"n_customers": 23570, "revenue": 2500315.63, "gini": None}
    assert {"python", "pandas", "papermill"} <= set(run["versions"])
    assert run["seed"] == 0
    assert run["headline"].startswith("A quarter of customers")
    assert {"index", "seconds", "heading"} == set(run["cells"][0])
    assert run["seconds"] >= sum(cell["seconds"] for cell in run["cells"])


def test_parameters_reach_the_notebook_as_literals(finished_run):
    notebook = nbformat.read(finished_run.path / "notebook.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", []))
    assert "bins = 4" in cell.source
    assert "detail = False" in cell.source


def test_kept_notebook_does_not_tell_where_it_was_made(finished_run):
    text = (finished_run.path / "notebook.ipynb").read_text(encoding="utf-8")
    assert str(finished_run.path.parent) not in text
    assert ".running-" not in text


def test_kernel_is_this_interpreter_without_warnings(finished_run):
    notebook = nbformat.read(finished_run.path / "notebook.ipynb", as_version=4)
    streams = [o for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert not streams
    version = notebook.metadata["language_info"]["version"]
    assert version == ".".join(map(str, sys.version_info[:3]))


def test_repr_names_the_next_step(finished_run):
    assert "Next: open" in repr(finished_run)
    assert 'href="' in finished_run._repr_html_()


def test_index_is_written(finished_run):
    assert (finished_run.path.parent.parent / "index.html").is_file()


def test_failed_cell_is_named_and_the_notebook_kept(notebook_path, tmp_path):
    message = "read_transactions: missing column amount. Give a column map."
    with pytest.raises(RunError, match=re.escape(message)) as caught:
        run_report(notebook_path, parameters={"fail_with": message}, out=tmp_path, progress=False)
    text = str(caught.value)
    assert "run behavioral: cell 11 (under 'Who the customers are') failed: read" in text
    (run,) = list_runs(tmp_path)
    assert not run.finished
    assert run.facts["failed_cell"]["error"] == "DataError"
    assert not (run.folder / "report.html").exists()
    kept = nbformat.read(run.folder / "notebook.ipynb", as_version=4)
    assert any(o.output_type == "error" for c in kept.cells for o in c.get("outputs", []))


def test_checks_come_before_anything_is_written(notebook_path, tmp_path):
    with pytest.raises(ParameterError, match=r"Did you mean 'bins'\?"):
        run_report(notebook_path, parameters={"binz": 5}, out=tmp_path)
    with pytest.raises(DataError, match=r"no file 'ordrs\.csv'"):
        run_report(notebook_path, data="ordrs.csv", out=tmp_path)
    with pytest.raises(ParameterError, match="language must be one of en, zh; got 'fr'"):
        run_report(notebook_path, language="fr", out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_data_is_looked_for_from_the_current_folder(notebook_path, tmp_path, monkeypatch):
    content = b"a,ordered_at,amount\nx,2024-01-01,1\n"
    (tmp_path / "orders.csv").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    wanted = {"data": "orders.csv", "column_map": {"customer_id": "a"}}
    order = check_run(notebook_path, wanted)
    assert order.parameters["data"] == "orders.csv"
    assert order.parameters["column_map"] == "customer_id=a"

    manifest = Manifest("finished", "n", "T", "r", "now")
    read_results(manifest, nbformat.v4.new_notebook(), order)
    digest = hashlib.sha256(content).hexdigest()
    assert manifest.data == {"name": "orders.csv", "sha256": digest, "source": "file"}


def test_ids_sort_by_time_and_differ():
    first = new_run_id()
    time.sleep(0.002)
    rest = [new_run_id() for _ in range(50)]
    assert first < min(rest)
    assert len(set(rest)) == 50


KILLED = """
import sys
from segkit.report.run import run_report
run_report(sys.argv[1], out=sys.argv[2], progress=lambda *cell: print(cell, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX systems")
def test_killed_run_leaves_nothing_that_looks_finished(notebook_path, tmp_path):
    command = [sys.executable, "-c", KILLED, str(notebook_path), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()  # the first cell has begun
        process.send_signal(signal.SIGKILL)
    left = [p.name for p in (tmp_path / "03_behavioral_segmentation").iterdir()]
    assert len(left) == 1
    assert left[0].startswith(".running-")
    assert not list_runs(tmp_path)
