"""Workers of a batch: whatever happens to one run, each outcome says what became of it."""

from __future__ import annotations

import pytest
import yaml

from segkit import cli
from segkit.report import batch_pool
from segkit.report.batch import Job, Outcome
from segkit.report.nursery import use_nursery


@pytest.fixture
def outcomes(notebook_path, tmp_path):
    wishes = {"parameters": {}}
    return [Outcome(Job(str(notebook_path), wishes, str(tmp_path), f"run {n}")) for n in range(3)]


class View:
    """Sees nothing."""

    def start(self, outcome):
        pass

    def cell(self, outcome, number, count, heading):
        pass

    def end(self, outcome):
        pass


class Worker:
    """Makes runs without a process; each has one cell."""

    alive = True

    def __init__(self, nursery):
        pass

    def make(self, outcome, on_cell, force):
        on_cell(1, 1, "")
        outcome.status = "finished"

    def stop(self, *, now=False):
        self.alive = False


def work_off(outcomes, view, count=1):
    with use_nursery("/nowhere"):
        batch_pool.work_off(outcomes, count, force=False, view=view)


def test_processes_that_cannot_be_started_are_told(outcomes, monkeypatch):
    def fail(*_given, **_named):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(batch_pool.subprocess, "Popen", fail)
    work_off(outcomes, View(), count=2)
    assert {o.status for o in outcomes} == {"failed"}
    assert "Resource temporarily unavailable" in outcomes[0].reason


def test_a_fault_of_one_run_is_not_that_of_the_next(outcomes, monkeypatch):
    class Blind(View):
        def cell(self, outcome, number, count, heading):
            if outcome is outcomes[0]:
                raise ValueError("no terminal")

    monkeypatch.setattr(batch_pool, "Worker", Worker)
    work_off(outcomes, Blind())
    assert [o.status for o in outcomes] == ["failed", "finished", "finished"]
    assert outcomes[0].reason == "unexpected ValueError: no terminal"


def test_a_run_that_nobody_made_has_failed(outcomes, monkeypatch):
    class Idle(Worker):
        def make(self, outcome, on_cell, force):
            pass

    monkeypatch.setattr(batch_pool, "Worker", Idle)
    work_off(outcomes, View())
    assert [o.reason for o in outcomes] == ["the run was not made"] * 3


def test_the_exit_code_is_0_only_where_each_run_has_a_report(
    notebook_path, tmp_path, monkeypatch, capsys
):
    file = tmp_path / "runs.yml"
    file.write_text(yaml.safe_dump({"out": "reports", "runs": [str(notebook_path)]}))
    monkeypatch.setattr(batch_pool, "work_off", lambda *_given, **_named: None)
    assert cli.main(["batch", str(file), "--quiet"]) == 1
    assert "waiting" in capsys.readouterr().out
