"""Warm kernels: one process imports the heavy packages, each kernel is a fork of it.

Importing pandas, Ibis and matplotlib takes longer than most notebooks compute. Here it is
done once, beside whatever else a run has to prepare, and once for a whole batch. Where the
system cannot fork, kernels start as they always did.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and sys.platform != "darwin"
_WAIT_SECONDS = 60.0

_current: ContextVar[str | None] = ContextVar("nursery", default=None)
#: The nurseries that this process has started, by their sockets.
_processes: dict[str, subprocess.Popen[bytes]] = {}


def current_nursery() -> str | None:
    """Tell the socket that warm kernels are asked for at, if there is one."""
    return _current.get()


@contextmanager
def use_nursery(path: str | None) -> Iterator[None]:
    """Take the kernels inside a ``with`` block from the nursery at this socket."""
    token = _current.set(path)
    try:
        yield
    finally:
        _current.reset(token)


class Nursery:
    """A process that is importing what notebooks need; leaving the block ends it."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Start it; it gets ready by itself while other things are done."""
        self._names = sorted(set(names))
        self._folder = tempfile.mkdtemp(prefix="segkit-")
        self.path = str(Path(self._folder) / "nursery")
        self._process = subprocess.Popen(
            # -P: a file in the current folder, such as queue.py, is no module of ours.
            [sys.executable, "-P", "-m", "segkit.report.nursery_process", self.path, *self._names],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _processes[self.path] = self._process

    def __enter__(self) -> Nursery:
        """Nothing more to do."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the process at once: it holds nothing that would have to be put away."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        _processes.pop(self.path, None)
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def nursery_for(*notebooks: Mapping[str, Any]) -> Iterator[None]:
    """Take kernels from a nursery inside a ``with`` block: the one in use, else a new one."""
    if current_nursery() is not None or not CAN_FORK:
        yield
        return
    names = set().union(*(names_used(notebook) for notebook in notebooks))
    with Nursery(names) as nursery, use_nursery(nursery.path):
        yield


def names_used(notebook: Mapping[str, Any]) -> set[str]:
    """Find what a notebook takes from segkit, as far as its text tells.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": "orders = sk.read_transactions(data)"}
    >>> names_used({"cells": [cell]})
    {'read_transactions'}
    """
    code = "\n".join(c["source"] for c in notebook["cells"] if c["cell_type"] == "code")
    return set(re.findall(r"\b(?:sk|segkit)\.([a-zA-Z]\w*)", code))


class ForkedKernel:
    """A kernel that the nursery forked, as a manager of kernels expects a process to be."""

    stdin = stdout = stderr = None

    def __init__(self, path: str, argv: list[str], environment: Mapping[str, str], folder: str):
        """Ask for the kernel and wait until it is there."""
        self._line = _connect(path)
        self._line.settimeout(_WAIT_SECONDS)
        request = {"argv": argv, "environment": dict(environment), "folder": folder}
        self._line.sendall(json.dumps(request).encode() + b"\n")
        answer = self._line.recv(64)
        if not answer:
            raise OSError("the process that kernels are forked from has ended")
        self.pid = int(answer)
        self._line.setblocking(False)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Tell whether the kernel has ended: its end of the line is closed then."""
        if self.returncode is None:
            try:
                ended = self._line.recv(1) == b""
            except BlockingIOError:
                return None
            except OSError:
                ended = True
            if ended:
                self._line.close()
                self.returncode = 0
        return self.returncode

    def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        while self.poll() is None:
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


def _connect(path: str) -> socket.socket:
    """Connect as soon as the nursery listens; it does so before its long imports.

    Its socket has its name only when it listens: one that refuses belongs to a dead nursery.
    """
    end = time.monotonic() + _WAIT_SECONDS
    while True:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(path)
        except OSError as err:
            line.close()
            process = _processes.get(path)
            dead = process is not None and process.poll() is not None
            if dead or isinstance(err, ConnectionRefusedError) or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return line
