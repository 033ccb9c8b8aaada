"""What a table is before anybody renders it: a frame, its columns in words, a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segkit.checks import check_choice, check_columns, fail

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("text", "int", "number", "money", "percent", "date", "bar_percent")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        The column of the frame.
    label
        What stands above it; left out, the name.
    kind
        ``text``, ``int``, ``number``, ``money`` (currency), ``percent`` (a share of 1),
        ``date``, or ``bar_percent``: a share of 1 with a thin bar under it.
    digits
        Decimals; left out, the kind's own.
    """

    name: str
    label: str = ""
    kind: str = "text"
    digits: int | None = None

    def __post_init__(self) -> None:
        """Check the kind; a column without a label shows its name."""
        check_choice("Column", "kind", self.kind, KINDS)
        if not self.label:
            object.__setattr__(self, "label", self.name)


@dataclass(frozen=True)
class Table:
    """A table as data: nothing in it is formatted, so a reader may sort it and save it.

    Parameters
    ----------
    frame
        The rows; holds at least the named columns.
    columns
        Which columns are shown, in order.
    title
        What the table shows.
    name
        What files of it are called, whatever the language of the title; left out, the title.
    """

    frame: pd.DataFrame = field(repr=False)
    columns: Sequence[Column]
    title: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        """Check that every column exists and none is shown twice."""
        names = [column.name for column in self.columns]
        check_columns("Table", [str(name) for name in self.frame.columns], names)
        if len(set(names)) < len(names):
            fail("Table", "columns", "columns that are named once", names)
        object.__setattr__(self, "columns", tuple(self.columns))


def make_table(
    frame: pd.DataFrame, columns: Sequence[Column], title: str, *, name: str = ""
) -> Table:
    """Make a table of the named columns alone, on a copy of the frame."""
    names = [column.name for column in columns]
    check_columns("make_table", [str(name) for name in frame.columns], names)
    return Table(frame[names].reset_index(drop=True), columns, title, name)
