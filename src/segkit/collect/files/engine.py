"""What the engine that loads files is told and what it says, and the tables it holds."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis

from segkit.errors import DataError


def one_file(path: Path, *, where: str) -> str:
    """Write a path so that DuckDB reads this file, and none that its name fits as a pattern.

    Without it the file ``orders[1].csv`` is never opened, but ``orders1.csv`` beside it is.

    Raises
    ------
    DataError
        If no pattern stands for the name alone.

    Examples
    --------
    >>> one_file(Path("orders[1].csv"), where="f: orders[1].csv")
    'orders[[]1].csv'
    """
    plain = path.as_posix()
    if not glob.has_magic(plain):
        return plain
    if "\\" in plain:
        # It takes the next sign for what it is, and cannot itself be written in another way.
        raise DataError(
            f"{where} has a backslash beside one of * ? [ in its path. Rename the file or folder."
        )
    return glob.escape(plain)


def engine_words(error: Exception) -> str:
    """Give an engine's own words on one line, without anything that it quotes of the data.

    Examples
    --------
    >>> engine_words(ValueError("Could not convert string 'Ann Lee' to INT64"))
    'Could not convert string …'
    """
    first = " ".join(str(error).partition("\n")[0].split())
    plain = re.split("[\"'`]", first)[0]
    return plain[:200].rstrip(". ") + (" …" if plain != first else "")


def drop_tables(names: Iterable[str]) -> None:
    """Drop tables that rows were loaded into, where they are still there."""
    for name in names:
        backend: Any = ibis.get_backend()
        backend.raw_sql(f'DROP TABLE IF EXISTS temp.main."{name}"')


@contextmanager
def dropped_on_failure() -> Iterator[list[str]]:
    """Drop the tables whose names are put on the list, should the block fail."""
    made: list[str] = []
    try:
        yield made
    except BaseException:
        drop_tables(made)
        raise
