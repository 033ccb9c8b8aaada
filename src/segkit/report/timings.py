"""Where the time of a run goes: stage by stage, for ``run.json`` and ``--timings``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

#: The stages of a run in their order, and what is done in each.
STAGES = {
    "prepare": "loading the parts that run a notebook, and its translation",
    "kernel": "waiting for the kernel: its process and its imports",
    "cells": "the cells' own work",
    "close": "ending the kernel, keeping the notebook, reading its results",
    "render": "writing the page, tables and figures",
    "forms": "writing the other forms: PDF, workbook, slides",
}


class Stopwatch:
    """Adds up seconds per stage; a stage inside another one is taken from it."""

    def __init__(self) -> None:
        """Start the clock."""
        self._start = time.perf_counter()
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of a ``with`` block for a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        """Count seconds for a stage."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def summary(self) -> dict[str, float]:
        """Give the seconds of each stage, all of them, and what is not the cells' own work."""
        total = self.elapsed
        told = {name: self._seconds[name] for name in STAGES if name in self._seconds}
        told["other"] = max(total - sum(told.values()), 0.0)
        told["total"] = total
        told["overhead"] = max(total - told.get("cells", 0.0), 0.0)
        return {name: round(seconds, 3) for name, seconds in told.items()}


def timing_lines(facts: Mapping[str, Any], *, slowest: int = 5) -> list[str]:
    """Word the timings of a run, with its slowest cells.

    Parameters
    ----------
    facts
        The content of ``run.json``.
    slowest
        How many cells are named.
    """
    timings = facts.get("timings") or {}
    lines = [f"{timings[name]:8.2f} s  {name}: {words}" for name, words in _worded(timings)]
    cells = sorted(facts.get("cells") or [], key=lambda cell: -cell["seconds"])[:slowest]
    for cell in cells:
        heading = f" (under {cell['heading']!r})" if cell.get("heading") else ""
        lines.append(f"{cell['seconds']:8.2f} s    cell {cell['index'] + 1}{heading}")
    return lines


def _worded(timings: Mapping[str, float]) -> list[tuple[str, str]]:
    words = {
        **STAGES,
        "other": "all the rest",
        "total": "the whole run",
        "overhead": "everything but the cells' own work",
    }
    return [(name, text) for name, text in words.items() if name in timings]
