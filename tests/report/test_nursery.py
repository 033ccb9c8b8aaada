"""Warm kernels: forked from one process, each as fresh as a cold one, gone when not needed."""

from __future__ import annotations

import os
import signal
import time

import pytest

from segkit.report.nursery import (
    CAN_FORK,
    ForkedKernel,
    Nursery,
    current_nursery,
    names_used,
    nursery_for,
    use_nursery,
)
from segkit.report.run import run_report

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="kernels are forked where a system can fork")
NOTHING = {"cells": []}


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().split(")")[1].split()[0] == "Z"


def soon(state, seconds=10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if state():
            return True
        time.sleep(0.02)
    return False


def test_names_are_read_from_code_cells_alone():
    cells = [
        {"cell_type": "code", "source": "sk.read_transactions(data); x = task.nothing"},
        {"cell_type": "markdown", "source": "`sk.not_this`"},
    ]
    assert names_used({"cells": cells}) == {"read_transactions"}


def test_a_nursery_in_use_is_taken():
    with use_nursery("/somewhere"), nursery_for(NOTHING):
        assert current_nursery() == "/somewhere"
    assert current_nursery() is None


def test_a_kernel_ends_with_the_run_and_with_a_signal(tmp_path):
    argv = ["ipykernel_launcher", "-f", str(tmp_path / "connection.json")]
    with Nursery() as nursery:
        first = ForkedKernel(nursery.path, argv, dict(os.environ), str(tmp_path))
        second = ForkedKernel(nursery.path, argv, dict(os.environ), str(tmp_path))
        assert first.pid != second.pid
        assert first.poll() is None
        first.send_signal(signal.SIGKILL)
        assert soon(lambda: first.poll() is not None)
        second._line.close()  # as when the process of the run is killed
        assert soon(lambda: ended(second.pid))
        server = nursery._process
    assert server.poll() is not None
    assert not os.path.exists(nursery.path)


def test_a_run_works_where_the_nursery_has_gone(notebook_path, tmp_path, monkeypatch):
    monkeypatch.setattr("segkit.report.nursery._WAIT_SECONDS", 0.1)
    with use_nursery(str(tmp_path / "gone")):
        run = run_report(notebook_path, out=tmp_path / "reports", progress=False)
    assert run.status == "finished"
