"""Tables in databases, opened lazily through Ibis: only what is computed on them comes here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis

from segkit.checks import did_you_mean, listed
from segkit.collect.databases.address import Address, parse_address, without_secrets
from segkit.collect.databases.sqlite_file import list_sqlite_tables, open_sqlite
from segkit.collect.files.part import Part
from segkit.errors import DataError

_PACKAGES = {"postgres": "segkit[postgres]"}


def open_database(data: str, *, function: str) -> Part:
    """Open the table that an address names; no row of it is read, but for a file of SQLite.

    Parameters
    ----------
    data : str
        ``postgresql://user@host/database#orders``, ``sqlite:///folder/shop.db#orders``,
        ``duckdb:///folder/shop.duckdb#sales.orders``, or the like for any engine of Ibis that
        is installed. Without a table the only one there is meant.
    function : str
        Who asks, for the wording of an error.

    Raises
    ------
    DataError
        If the database cannot be reached or has no such table; no password is repeated.
    """
    address = parse_address(data, function=function)
    _check_file(address, function)
    schema, _point, name = address.table.rpartition(".")
    try:
        tables = _SqliteTables(address.file) if address.engine == "sqlite" else _connect(address)
        known = sorted(tables.list_tables(database=schema or None))
        if not name and len(known) == 1:
            name = known[0]
        if name in known:
            found = tables.table(name, database=schema or None)
            return found if isinstance(found, Part) else Part(found)
    except ImportError as error:
        package = _PACKAGES.get(address.engine, f"ibis-framework[{address.engine}]")
        raise DataError(
            f"{function}: {address.shown}: the driver for {address.engine} is not installed "
            f"({error.name}). Run: pip install '{package}'"
        ) from None
    except Exception as error:
        # Whatever an engine raises: its words may repeat the address it was given.
        raise DataError(_refused(address, error, function)) from None
    where = f"{function}: {address.shown}"
    if not known:
        raise DataError(f"{where} has no tables{f' in {schema}' if schema else ''}.")
    if not name:
        message = f"{where} names no table, and there are several: {listed(known, 30)}."
        raise DataError(f"{message} Write one behind the address: …#{known[0]}.")
    raise DataError(f"{where} has no table {name!r}. {did_you_mean(name, known)}")


class _SqliteTables:
    """The tables of a file of SQLite, asked for as those of an Ibis backend are."""

    def __init__(self, file: str) -> None:
        self.file = file

    def list_tables(self, *, database: str | None) -> list[str]:
        return [] if database else list_sqlite_tables(self.file)

    def table(self, name: str, *, database: str | None) -> Part:
        return open_sqlite(self.file, name)


def _check_file(address: Address, function: str) -> None:
    if address.file and not Path(address.file).is_file():
        # Both engines would make a new, empty database.
        message = f"{function}: {address.shown}: there is no file {address.file!r}."
        hint = "An absolute path takes three slashes: sqlite:///folder/shop.db#orders."
        raise DataError(f"{message} {hint}")
    if address.engine == "duckdb" and _is_sqlite(Path(address.file)):
        # The engine would load an extension for it, from the network if need be.
        rest = address.shown.partition("://")[2]
        message = f"{function}: {address.shown}: {address.file!r} is a database of SQLite."
        raise DataError(f"{message} Write sqlite://{rest}")


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(16) == b"SQLite format 3\0"
    except OSError:
        return False  # which is the engine's to say


def _connect(address: Address) -> Any:
    if address.engine == "duckdb":
        return ibis.duckdb.connect(address.file, read_only=True, autoinstall_known_extensions=False)
    return ibis.connect(address.url)


def _refused(address: Address, error: Exception, function: str) -> str:
    words = " ".join(without_secrets(str(error), address).split())[:200].rstrip(". ")
    remedy = "Check the address, that the database runs, and the right to read it."
    return f"{function}: {address.shown} cannot be opened: {words}. {remedy}"
