"""Batches: checked wholly before they start, never stopped by one failure, resumed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import pytest
import yaml

from segkit import cli
from segkit.errors import ParameterError
from segkit.report.batch import Outcome, read_batch, run_batch
from segkit.report.batch_view import count_line, outcome_table
from segkit.report.index import list_runs

EXAMPLE = Path(__file__).parents[2] / "examples" / "runs.yml"


def write(folder: Path, **content) -> Path:
    path = folder / "runs.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_an_entry_is_multiplied_out(notebook_path, tmp_path):
    entry = {
        "notebook": str(notebook_path),
        "data": ["cdnow", "cdnow_sample"],
        "languages": ["en", "zh"],
        "parameters": {"bins": [4, 5], "shares": [0.1, 0.9], "as_of": None},
    }
    jobs = read_batch(write(tmp_path, runs=[entry, entry]))
    assert len(jobs) == 8
    assert jobs[0].label == "behavioral · cdnow · bins=4 · en"
    assert jobs[-1].label == "behavioral · cdnow_sample · bins=5 · zh"
    assert all(job.wishes["parameters"]["shares"] == [0.1, 0.9] for job in jobs)


def test_a_list_parameter_takes_several_lists(notebook_path, tmp_path):
    entry = {"notebook": str(notebook_path), "parameters": {"shares": [[0.2, 0.8], [0.1, 0.9]]}}
    jobs = read_batch(write(tmp_path, runs=[entry]))
    assert [job.wishes["parameters"]["shares"] for job in jobs] == [[0.2, 0.8], [0.1, 0.9]]


def test_defaults_and_files_from_the_folder_of_the_list(sample, tmp_path):
    sample.write_sample(tmp_path, "mine.ipynb")
    (tmp_path / "orders.csv").write_text("customer_id,ordered_at,amount\na,2024-01-01,1\n")
    file = write(
        tmp_path, out="made", defaults={"language": "zh"},
        runs=[{"notebook": "mine.ipynb", "data": "orders.csv"}, "mine.ipynb"],
    )  # fmt: skip
    first, second = read_batch(file)
    assert first.wishes["parameters"]["data"] == str(tmp_path / "orders.csv")
    assert [job.wishes["parameters"]["language"] for job in (first, second)] == ["zh", "zh"]
    assert first.out == str(tmp_path / "made")
    assert read_batch(file, out=tmp_path / "other")[0].out == str(tmp_path / "other")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"runs": []}, r"runs must be a list of runs; got \[\]"),
        ({"rnus": ["behavioral"]}, r"got 'rnus'\. Did you mean 'runs'\?"),
        ({"runs": [{"notebok": "behavioral"}]}, r"got 'notebok'\. Did you mean 'notebook'\?"),
        ({"runs": [{"data": "cdnow"}]}, r"runs, entry 1: notebook must be named"),
        ({"runs": ["behavoral"]}, r"got 'behavoral'\. Did you mean 'behavioral'\?"),
        ({"runs": [{"notebook": "behavioral", "parameters": [5]}]}, r"names and values; got \[5\]"),
        ({"runs": [5]}, r"a run must be keys and values; got 5"),
    ],
)
def test_faults_of_the_file_are_named(tmp_path, content, message):
    with pytest.raises(ParameterError, match=message):
        read_batch(write(tmp_path, **content))


def test_all_faults_come_at_once_and_before_anything_starts(notebook_path, tmp_path, capsys):
    entries = [
        {"notebook": str(notebook_path), "parameters": {"binz": 5}},
        {"notebook": str(notebook_path), "parameters": {"bins": [3, 9]}},
        {"notebook": str(notebook_path), "language": "fr"},
    ]
    file = write(tmp_path, runs=entries)
    assert cli.main(["batch", str(file), "--out", str(tmp_path / "reports")]) == 2
    err = capsys.readouterr().err
    assert "entry 1: run behavioral: a parameter must be one the notebook declares" in err
    assert "entry 2: run behavioral: bins must be a whole number from 3 to 5; got 9." in err
    assert "entry 3: run behavioral: language must be one of en, zh; got 'fr'." in err
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("text", ["runs: [", "- a list", "\xff"])
def test_a_file_that_is_no_list_of_runs(tmp_path, text):
    file = tmp_path / "runs.yml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ParameterError, match=r"batch: file must (be|hold)"):
        read_batch(file)


def test_the_example_is_right():
    assert len(read_batch(EXAMPLE)) == 8


@pytest.fixture
def mixed(notebook_path, tmp_path) -> Path:
    """Three runs that succeed and one that fails in a cell, one without data."""
    entries = [
        {"notebook": str(notebook_path), "parameters": {"bins": [3, 4, 5]}},
        {"notebook": str(notebook_path), "parameters": {"fail_with": "no amount"}},
        {"notebook": str(notebook_path), "data": "missing.csv"},
    ]
    return write(tmp_path, out="reports", runs=entries)


def test_a_failure_stops_nothing_and_a_second_call_resumes(mixed, tmp_path, capsys):
    first = run_batch(mixed, jobs=2, progress=False)
    assert [o.status for o in first] == ["finished"] * 3 + ["failed"] * 2
    assert "cell 11 (under 'Who the customers are') failed: no amount" in first[3].reason
    assert Path(first[3].path).name == "notebook.ipynb"
    assert "missing.csv" in first[4].reason
    reports = {o.path for o in first[:3]}
    assert len(reports) == 3
    assert all(Path(path).is_file() for path in reports)

    assert cli.main(["batch", str(mixed), "--jobs", "2"]) == 1
    out, err = capsys.readouterr()
    assert "5 runs: 3 cached, 2 failed." in out
    assert "no amount" in out
    assert "[5/5]" in err
    runs = list_runs(tmp_path / "reports")
    assert sum(run.finished for run in runs) == 3  # none was repeated
    assert not list((tmp_path / "reports").glob("*/.running-*"))


def test_runs_of_a_batch_do_not_share_state(sample, tmp_path):
    """Each kernel starts afresh: no names, no modules' changes, no random draws in common."""
    import nbformat
    from nbformat.v4 import new_code_cell

    path = sample.write_sample(tmp_path, "state.ipynb")
    notebook = nbformat.read(path, as_version=4)
    probe = (
        "import json, os, numpy as np\n"
        "assert not hasattr(json, 'touched') and 'left' not in globals()\n"
        "assert 'SEGKIT_TOUCHED' not in os.environ\n"
        "json.touched = left = True\nos.environ['SEGKIT_TOUCHED'] = '1'\n"
        "sk_pid = os.getpid()"
    )
    draw = "from segkit.report import Results\nResults({'draw': float(np.random.random())})"
    notebook.cells[-1:] = [new_code_cell(probe), new_code_cell(draw)]
    nbformat.write(notebook, path)
    file = write(
        tmp_path, out="reports",
        runs=[{"notebook": "state.ipynb", "parameters": {"bins": [3, 4, 5]}}],
    )  # fmt: skip
    outcomes = run_batch(file, jobs=1, progress=False)
    assert [o.reason for o in outcomes] == [""] * 3
    draws = {run.facts["results"]["draw"] for run in list_runs(tmp_path / "reports")}
    assert len(draws) == 3


def test_table_and_line_at_the_end():
    from segkit.report.batch import Job

    job = Job("n.ipynb", {}, "reports", "n · [bold]x")
    outcomes = [Outcome(job, "finished", "/r/report.html", "", 1.25), Outcome(job, "cached")]
    table = outcome_table(outcomes)
    assert [str(cell) for cell in table.columns[0].cells] == ["n · [bold]x"] * 2
    assert [str(cell) for cell in table.columns[2].cells] == ["1.2", ""]
    assert count_line(outcomes) == "2 runs: 1 finished, 1 cached."


@pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX systems")
def test_ctrl_c_leaves_nothing_that_looks_finished(sample, tmp_path):
    path = sample.write_sample(tmp_path, "slow.ipynb")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("import pandas as pd\\n", "import time; time.sleep(60)\\n", 1))
    entry = {"notebook": "slow.ipynb", "parameters": {"bins": [3, 4]}}
    file = write(tmp_path, out="reports", runs=[entry])
    command = [sys.executable, "-m", "segkit.cli", "batch", str(file), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        folder = tmp_path / "reports" / "slow"
        for _attempt in range(600):
            if len(list(folder.glob(".running-*"))) == 2:
                break
            time.sleep(0.05)
        else:
            pytest.fail("no run began")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 130
    assert not list_runs(tmp_path / "reports")
    assert not list(folder.glob("*/run.json"))


def test_a_form_that_cannot_be_written_stops_nothing(notebook_path, tmp_path, monkeypatch):
    """A batch that is resumed with a further form, which one of the runs cannot have."""
    entry = {"notebook": str(notebook_path), "parameters": {"bins": [4, 5]}}
    first = run_batch(write(tmp_path, out="reports", runs=[entry]), progress=False)
    kept = Path(first[0].path).parent / "notebook.ipynb"
    kept.write_text("x" * kept.stat().st_size)  # as long as it was
    again = write(tmp_path, out="reports", defaults={"formats": "md"}, runs=[entry])
    outcomes = run_batch(again, progress=False)
    assert [o.status for o in outcomes] == ["failed", "cached"]
    assert "notebook.ipynb' cannot be read as the notebook of a run" in outcomes[0].reason
    assert Path(outcomes[1].path).with_name("report.md").is_file()


def test_data_that_vanish_stop_nothing(notebook_path, tmp_path, monkeypatch):
    def vanish(order):
        raise FileNotFoundError(2, "No such file or directory", "orders.csv")

    monkeypatch.setattr("segkit.report.batch.take_fingerprint", vanish)
    (outcome,) = run_batch(write(tmp_path, runs=[str(notebook_path)]), progress=False)
    assert outcome.status == "failed"
    assert "orders.csv" in outcome.reason


def test_faults_of_all_kinds_are_told_with_their_entry(notebook_path, tmp_path):
    name = str(notebook_path)
    broken = tmp_path / "broken.ipynb"
    text = notebook_path.read_text(encoding="utf-8")
    broken.write_text(text.replace("bins: int = 5", "bins: int = = 5"), encoding="utf-8")
    entries = [
        {"notebook": name, "formats": "docx"},
        {"notebook": name, "formats": 5},
        {"notebook": name, "brand": "no_brand.yml"},
        {"notebook": name, "brand": 5},
        {"notebook": name, "parameters": {"currency": "dollar"}},
        {"notebook": "behavioral", "parameters": {"scheme": "rfm_cn9"}},
        {"notebook": name, "data": []},
        {"notebook": name, "parameters": {"bins": []}},
        {"notebook": "broken.ipynb"},
        {"notebook": name, "data": "~nosuchuser/orders.csv"},
        {"notebook": name, "data": "missing.csv", "formats": "docx"},
    ]
    with pytest.raises(ParameterError, match="entry 1:.*format must be one of") as caught:
        read_batch(write(tmp_path, runs=entries))
    told = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in told] == [f" runs, entry {n}" for n in range(1, 12)]
    for words, line in zip(
        [
            "got 'docx'", "format must be one or more of", "no_brand.yml", "brand must be the path",
            "got 'dollar'", "rfm_cn8", "data must hold at least one value; got [].",
            "parameters.bins must hold at least one value; got [].",
            "the parameters cell must be Python; got 'bins: int = = 5",
            "no user 'nosuchuser'", "got 'docx'",
        ],
        told,
        strict=True,
    ):  # fmt: skip
        assert words in line


def test_a_scheme_is_looked_for_from_the_folder_of_the_list(tmp_path, monkeypatch):
    library = Path(str(resources.files("segkit.schemes") / "library" / "rfm_cn8.yaml"))
    shutil.copy(library, tmp_path / "my.yaml")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    entry = {"notebook": "behavioral", "parameters": {"scheme": ["my.yaml", "rfm_cn8"]}}
    own, known = read_batch(write(tmp_path, runs=[entry]))
    assert own.wishes["parameters"]["scheme"] == str(tmp_path / "my.yaml")
    assert known.wishes["parameters"]["scheme"] == "rfm_cn8"


@pytest.mark.parametrize("name", ["queue.py", "selectors.py", "segkit.py", "ipykernel_launcher.py"])
def test_files_of_the_current_folder_are_not_run(name, notebook_path, tmp_path, monkeypatch):
    """Workers, the nursery and kernels begin in the folder of somebody's data."""
    (tmp_path / name).write_text(f"open({str(tmp_path / 'executed')!r}, 'a').write('x')\n")
    monkeypatch.chdir(tmp_path)
    file = write(tmp_path, out="reports", runs=[str(notebook_path)])
    if name == "ipykernel_launcher.py":  # where kernels are started, not forked
        monkeypatch.setattr("segkit.report.nursery.CAN_FORK", False)
    (outcome,) = run_batch(file, progress=False)
    assert outcome.reason == ""
    assert not (tmp_path / "executed").exists()
