"""Where a run's time goes adds up to the whole."""

from __future__ import annotations

import time

import pytest

from segkit import cli
from segkit.report.timings import Stopwatch, timing_lines


def test_stages_add_up():
    clock = Stopwatch()
    with clock.stage("render"):
        time.sleep(0.02)
    clock.add("cells", 0.005)
    told = clock.summary()
    assert told["render"] >= 0.02
    parts = ("render", "cells", "other")
    assert sum(told[part] for part in parts) == pytest.approx(told["total"], abs=0.006)
    assert told["overhead"] == pytest.approx(told["total"] - 0.005, abs=0.001)


def test_lines_name_stages_and_the_slowest_cells():
    cells = [
        {"index": 0, "seconds": 0.1, "heading": ""},
        {"index": 4, "seconds": 2.0, "heading": "The data"},
    ]
    lines = timing_lines({"timings": {"cells": 2.1, "total": 3.0}, "cells": cells}, slowest=1)
    assert lines[0] == "    2.10 s  cells: the cells' own work"
    assert lines[-1] == "    2.00 s    cell 5 (under 'The data')"
    assert len(lines) == 3


def test_command_prints_them(finished_run, notebook_path, capsys):
    out = finished_run.path.parent.parent
    words = [
        "run",
        str(notebook_path),
        "-p",
        "bins=4",
        "-p",
        "detail=false",
        "-p",
        "shares=0.1,0.9",
    ]
    assert cli.main([*words, "--out", str(out), "--timings", "--quiet"]) == 0
    printed = capsys.readouterr()
    assert "overhead: everything but the cells' own work" in printed.err
    assert "Found: nothing has changed since this run; --force repeats it." in printed.err
    assert printed.out.strip().endswith(f"{finished_run.path.name}/report.html")
