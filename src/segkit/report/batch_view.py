"""How a batch is followed: bars in a terminal, plain lines elsewhere, a table at the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed
from rich.table import Table
from rich.text import Text

from segkit.report.batch import Outcome


class _View:
    """Counts runs and writes a line for each that ended."""

    def __init__(self, outcomes: Sequence[Outcome], console: Console) -> None:
        self._console = console
        self._total = len(outcomes)
        self._done = 0
        self._lock = threading.Lock()
        for outcome in outcomes:
            if outcome.status != "waiting":
                self.end(outcome)

    def start(self, outcome: Outcome) -> None:
        """Say nothing: the line comes when the run has ended."""

    def cell(self, outcome: Outcome, number: int, count: int, heading: str) -> None:
        """Say nothing."""

    def end(self, outcome: Outcome) -> None:
        """Write the line of a run."""
        with self._lock:
            self._done += 1
            text = f"[{self._done}/{self._total}] {outcome.job.label}: {outcome.status}"
        if outcome.seconds:
            text += f" in {outcome.seconds:.1f} s"
        if outcome.status == "failed":
            text += f" – {outcome.reason}"
        self._console.print(Text(text), soft_wrap=True)


class _Bars(_View):
    """A bar for each run that goes on, under the lines of those that ended."""

    def __init__(self, outcomes: Sequence[Outcome], bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[int, TaskID] = {}
        super().__init__(outcomes, bars.console)

    def start(self, outcome: Outcome) -> None:
        task = self._bars.add_task("starting", total=None, name=Text(outcome.job.label).markup)
        self._tasks[id(outcome)] = task

    def cell(self, outcome: Outcome, number: int, count: int, heading: str) -> None:
        text = Text(heading).markup
        task = self._tasks[id(outcome)]
        self._bars.update(task, total=count, completed=number - 1, description=text)

    def end(self, outcome: Outcome) -> None:
        if id(outcome) in self._tasks:
            self._bars.remove_task(self._tasks.pop(id(outcome)))
        super().end(outcome)


@contextmanager
def batch_view(outcomes: Sequence[Outcome], *, shown: bool) -> Iterator[_View]:
    """Follow a batch on standard error; nothing is written when it is not to be shown."""
    console = Console(stderr=True, quiet=not shown)
    if not shown or not console.is_terminal:
        yield _View(outcomes, console)
        return
    bars = Progress(
        TextColumn("{task.fields[name]}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        Elapsed(),
        TextColumn("{task.description}"),
        console=console,
    )
    with bars:
        yield _Bars(outcomes, bars)


def outcome_table(outcomes: Sequence[Outcome]) -> Table:
    """Make the table at the end: each run, what became of it, where it is or why not."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("run", overflow="fold", ratio=3)
    table.add_column("result", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("report, or why there is none", overflow="fold", ratio=6)
    for outcome in outcomes:
        where = _near(outcome.path)
        if outcome.status == "failed":
            where = f"{outcome.reason} {f'Kept: {where}' if where else ''}".strip()
        seconds = f"{outcome.seconds:.1f}" if outcome.seconds else ""
        cells = (outcome.job.label, outcome.status, seconds, where)
        table.add_row(*(Text(cell) for cell in cells))
    return table


def count_line(outcomes: Sequence[Outcome]) -> str:
    """Sum the batch up in one line."""
    states = [outcome.status for outcome in outcomes]
    told = [f"{states.count(s)} {s}" for s in ("finished", "cached", "failed") if s in states]
    return f"{len(states)} runs: {', '.join(told)}."


def _near(path: str) -> str:
    if not path:
        return ""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return os.path.normpath(path)
