"""A bar that moves with each cell of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def cell_progress(name: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar on standard error; standard output stays free for the report's path."""
    bar = Progress(
        TextColumn("{task.fields[name]}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("starting", total=None, name=escape(name))

        def on_cell(number: int, count: int, heading: str) -> None:
            # The cell named is the one being run; those before it are done.
            bar.update(task, total=count, completed=number - 1, description=escape(heading))

        yield on_cell
        total = bar.tasks[0].total
        if total is not None:
            bar.update(task, completed=total, description="")
