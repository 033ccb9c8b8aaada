"""The processes of a batch: workers that live for many runs, one nursery for all kernels."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Protocol

from segkit.report.batch import Outcome
from segkit.report.catalog import Notebook
from segkit.report.nursery import current_nursery, nursery_for

_GRACE_SECONDS = 5.0


class View(Protocol):
    """What shows the state of a batch."""

    def start(self, outcome: Outcome) -> None:
        """A run began."""

    def cell(self, outcome: Outcome, number: int, count: int, heading: str) -> None:
        """A cell of a run began."""

    def end(self, outcome: Outcome) -> None:
        """A run ended, its outcome is filled in."""


class Worker:
    """A process that makes one run after the other."""

    def __init__(self, nursery: str | None) -> None:
        """Start it; it loads what it needs by itself."""
        self._process = subprocess.Popen(
            # -P: a file in the current folder, such as queue.py, is no module of ours.
            [sys.executable, "-P", "-m", "segkit.report.batch_worker", nursery or ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("SEGKIT_DEBUG") else None,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches the batch alone, which then ends all
        )

    def make(self, outcome: Outcome, on_cell: Callable[[int, int, str], None], force: bool) -> None:
        """Have a run made and fill in what became of it."""
        job = outcome.job
        request = {"notebook": job.notebook, "wishes": job.wishes, "out": job.out, "force": force}
        reply: dict[str, Any] = {}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.write(json.dumps(request, default=str) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                reply = json.loads(line)
                if "status" in reply:
                    break
                on_cell(reply["cell"], reply["count"], reply["heading"])
        if "status" not in reply:
            code = self._process.wait()
            reason = f"the process of the run ended by itself (code {code}); memory may be short"
            reply = {"status": "failed", "reason": reason}
        outcome.status = reply["status"]
        outcome.path = str(reply.get("path") or "")
        outcome.reason = str(reply.get("reason") or "")

    @property
    def alive(self) -> bool:
        """Whether it can take another job."""
        return self._process.poll() is None

    def stop(self, *, now: bool = False) -> None:
        """End it: after its last run, or at once, in which case nothing of the run is left."""
        with suppress(OSError):
            if now:
                self._process.terminate()
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def work_off(outcomes: list[Outcome], count: int, *, force: bool, view: View) -> None:
    """Make all runs with ``count`` workers; Ctrl-C ends the workers and is passed on."""
    todo: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    for outcome in outcomes:
        todo.put(outcome)
    workers: list[Worker] = []
    stopped = threading.Event()
    notebooks = [Notebook(Path(name)).content for name in {o.job.notebook for o in outcomes}]
    with ExitStack() as stack:
        stack.enter_context(nursery_for(*notebooks))
        given = (todo, workers, stopped, current_nursery(), view, force)
        threads = [
            threading.Thread(target=_serve, args=given) for _ in range(min(count, len(outcomes)))
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():  # a join without end would not hear Ctrl-C
                    thread.join(0.2)
        except BaseException:
            stopped.set()
            for worker in list(workers):
                worker.stop(now=True)
            for thread in threads:
                thread.join()
            raise
    for outcome in outcomes:
        _give_up(outcome, "the run was not made")


def _serve(
    todo: queue.SimpleQueue[Outcome],
    workers: list[Worker],
    stopped: threading.Event,
    nursery: str | None,
    view: View,
    force: bool,
) -> None:
    """Have runs made, one after the other, until there are none left or all is stopped."""
    worker: Worker | None = None
    while not stopped.is_set():
        try:
            outcome = todo.get_nowait()
        except queue.Empty:
            break
        try:
            if worker is None or not worker.alive:
                worker = Worker(nursery)
                workers.append(worker)
            _make(worker, outcome, view, force, stopped)
        except Exception as err:  # of this run alone: the thread has others to make
            _give_up(outcome, f"unexpected {type(err).__name__}: {err}")
            if worker is not None:  # its answers may be of this run still
                worker.stop(now=True)
    if worker is not None:
        worker.stop(now=stopped.is_set())


def _give_up(outcome: Outcome, reason: str) -> None:
    """Mark a run as failed, if nothing became of it."""
    if outcome.status == "waiting":
        outcome.status, outcome.reason = "failed", " ".join(reason.split())


def _make(
    worker: Worker, outcome: Outcome, view: View, force: bool, stopped: threading.Event
) -> None:
    view.start(outcome)
    start = time.perf_counter()
    worker.make(outcome, lambda *cell: view.cell(outcome, *cell), force)
    outcome.seconds = round(time.perf_counter() - start, 3)
    if not stopped.is_set():
        view.end(outcome)
