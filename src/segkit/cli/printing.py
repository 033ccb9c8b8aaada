"""Tables on standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def make_table(*heads: str) -> Table:
    """Begin a table with a row of heads."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=number == 0)
    return table


def add_row(table: Table, *cells: str) -> None:
    """Add a row of texts; what looks like markup in them is text."""
    from rich.text import Text

    table.add_row(*(Text(cell) for cell in cells))


def print_table(table: Table) -> None:
    """Print a table on standard output."""
    from rich.console import Console

    # Into a pipe, lines are not broken at a width that nobody sees.
    Console(width=None if sys.stdout.isatty() else 200).print(table)
