"""Warm kernels: forked from one process, each as fresh as a cold one, gone when not needed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import nbformat
import pytest

from segkit.report import find_notebook, run_report
from segkit.report.nursery import (
    CAN_FORK,
    ForkedKernel,
    Nursery,
    current_nursery,
    names_used,
    nursery_for,
    use_nursery,
)

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


def kernel_argv(folder, name):
    return ["ipykernel_launcher", "-f", str(folder / f"{name}.json")]


def test_a_kernel_is_told_of_when_its_ports_are_open_and_not_before(tmp_path):
    argv, environment = kernel_argv(tmp_path, "same"), dict(os.environ)
    with Nursery() as nursery:
        first = ForkedKernel(nursery.path, argv, environment, str(tmp_path))
        port = json.loads((tmp_path / "same.json").read_text(encoding="utf-8"))["shell_port"]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        # Another one cannot have the same ports: it is no kernel, and that is said at once.
        with pytest.raises(OSError, match="kernels are forked from has ended"):
            ForkedKernel(nursery.path, argv, environment, str(tmp_path))
        assert first.poll() is None


def test_the_kernel_of_a_report_without_a_model_does_not_wait_for_scipy():
    names = names_used(find_notebook("data_collection").content)
    code = (
        "import sys; from segkit.report.nursery_process import preload; "
        "preload(sys.argv[1:]); "
        "print(*sorted({'scipy', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["matplotlib", "pandas"]


def test_a_kernel_ends_with_the_run_and_with_a_signal(tmp_path):
    with Nursery() as nursery:
        first, second = (
            ForkedKernel(nursery.path, kernel_argv(tmp_path, name), dict(os.environ), str(tmp_path))
            for name in ("first", "second")
        )
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


def test_a_nursery_that_has_died_is_not_waited_for(tmp_path):
    """Its socket is still there, or it never came to have one."""
    argv, environment = kernel_argv(tmp_path, "none"), dict(os.environ)
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
    with pytest.raises(ConnectionRefusedError, match="refused"):
        ForkedKernel(path, argv, environment, str(tmp_path))
    with Nursery() as nursery:
        nursery._process.kill()
        nursery._process.wait()
        with suppress(FileNotFoundError):
            os.unlink(nursery.path)
        with pytest.raises(FileNotFoundError, match="No such file"):
            ForkedKernel(nursery.path, argv, environment, str(tmp_path))


def test_a_kernel_puts_its_temporary_folders_away(sample, tmp_path):
    path = sample.write_sample(tmp_path, "folders.ipynb")
    notebook = nbformat.read(path, as_version=4)
    code = (
        "import pathlib, tempfile\n"
        "left = tempfile.TemporaryDirectory(prefix='segkit-left-')\n"
        f"pathlib.Path({str(tmp_path / 'name')!r}).write_text(left.name)"
    )
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, path)
    run_report(path, out=tmp_path / "reports", progress=False)
    folder = (tmp_path / "name").read_text()
    assert "segkit-left-" in folder
    assert soon(lambda: not os.path.exists(folder))
