"""Addresses of databases: what they say, and how they are shown without their password."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from urllib.parse import quote, unquote

from segkit.checks import listed
from segkit.collect.databases.secrets import (
    FILES,
    VARIABLE,
    Pieces,
    all_forms,
    holds_secret,
    mask,
    take_apart,
)
from segkit.errors import DataError

__all__ = ["Address", "has_password", "is_address", "mask", "parse_address", "without_secrets"]

#: Schemes that are one and the same engine under another name.
_ALIASES = {"postgresql": "postgres"}
_EXAMPLE = "postgresql://user@host/database#orders"


@dataclass(frozen=True)
class Address:
    """A table in a database.

    ``shown`` is the address as anybody may read it; ``url`` is what the engine gets, with the
    password, and is kept out of the repr for that.
    """

    engine: str
    table: str
    shown: str
    url: str = field(repr=False)
    file: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)


def is_address(data: object) -> bool:
    """Tell whether a source is an address, such as that of a database, and no path."""
    return isinstance(data, str) and "://" in data


def has_password(data: object) -> bool:
    """Tell whether a secret may stand in an address, instead of the name of a variable."""
    return is_address(data) and holds_secret(str(data))


def parse_address(data: str, *, function: str) -> Address:
    """Read the address of a table: ``engine://user@host/database#table``.

    ``#schema.table`` names a schema as well. ``${NAME}`` in place of a password is read from
    the environment variable of that name when the database is opened.

    Raises
    ------
    DataError
        If no engine has such addresses, it is not sure where the password ends, or a variable
        is not set.

    Examples
    --------
    >>> parse_address("postgresql://ann:secret@shop/sales#orders", function="example").shown
    'postgresql://ann:***@shop/sales#orders'
    """
    pieces = take_apart(data)
    engine = _ALIASES.get(pieces.scheme.lower(), pieces.scheme.lower())
    known = sorted({*_ALIASES, *(point.name for point in entry_points(group="ibis.backends"))})
    if engine not in known:
        remedy = "Download the file first." if engine in {"http", "https", "ftp", "s3"} else ""
        begin = f"{mask(data).partition('://')[0]}://"
        message = f"{function}: no database has addresses that begin with {begin!r}."
        raise DataError(f"{message} Known: {listed(known, 30)}. {remedy}".strip())
    if not pieces.sure:
        raise DataError(
            f"{function}: {mask(data)!r} cannot be told apart into user, password, host and table. "
            "Write ${NAME} for the password, or / ? # @ : & inside a name as %2F %3F %23 %40 %3A "
            f"%26. Example: {_EXAMPLE}."
        )
    url, given = _filled(data.partition("#")[0], function)
    file = f"{pieces.user}{pieces.at}{pieces.host}{unquote(pieces.path)}" if engine in FILES else ""
    table = unquote(pieces.fragment[1:])
    secrets = all_forms([*_values(pieces), *given])
    return Address(engine, table, mask(data), url, file, secrets)


def _values(pieces: Pieces) -> list[str]:
    return [value for value in pieces.values if not VARIABLE.fullmatch(unquote(value))]


def _filled(url: str, function: str) -> tuple[str, list[str]]:
    """Put the values of variables into an address, and give them."""
    given = {name: _variable(name, function) for name in VARIABLE.findall(url)}
    filled = VARIABLE.sub(lambda found: quote(given[found[1]], safe=""), url)
    return filled, list(given.values())


def without_secrets(text: str, address: Address) -> str:
    """Blot out the password wherever an engine's own words repeat it."""
    for secret in address.secrets:
        text = text.replace(secret, "***")
    return text


def _variable(name: str, function: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise DataError(
            f"{function}: the address names the environment variable {name}, which is not set. "
            "Set it, or leave the password to the engine's own files, such as ~/.pgpass."
        )
    return value
