"""Addresses of databases: what they say, and how they are shown without their password."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from segkit.checks import listed
from segkit.errors import DataError

#: Schemes that are one and the same engine under another name.
_ALIASES = {"postgresql": "postgres"}
_FILES = ("duckdb", "sqlite")
_EXAMPLE = "postgresql://user@host/database#orders"
_VARIABLE = re.compile(r"\$\{(\w+)\}")


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
    """Tell whether a password stands in an address, instead of the name of a variable."""
    if not is_address(data):
        return False
    password = _split(str(data), "").password or ""
    query = re.search(r"[?&](password|passwd|pwd)=(?!\$\{\w+\})[^&#]", str(data), re.IGNORECASE)
    return bool(query) or bool(password and not _VARIABLE.fullmatch(unquote(password)))


def parse_address(data: str, *, function: str) -> Address:
    """Read the address of a table: ``engine://user@host/database#table``.

    ``#schema.table`` names a schema as well. ``${NAME}`` in place of a password is read from
    the environment variable of that name when the database is opened.

    Raises
    ------
    DataError
        If no engine has such addresses, or a variable is not set.

    Examples
    --------
    >>> parse_address("postgresql://ann:secret@shop/sales#orders", function="example").shown
    'postgresql://ann:***@shop/sales#orders'
    """
    parts = _split(data, function)
    engine = _ALIASES.get(parts.scheme.lower(), parts.scheme.lower())
    known = sorted({*_ALIASES, *(point.name for point in entry_points(group="ibis.backends"))})
    if engine not in known:
        remedy = "Download the file first." if engine in {"http", "https", "ftp", "s3"} else ""
        message = f"{function}: no database has addresses that begin with {parts.scheme + '://'!r}."
        raise DataError(f"{message} Known: {listed(known, 30)}. {remedy}".strip())
    table = unquote(parts.fragment)
    url = urlunsplit(parts._replace(fragment=""))
    filled = _VARIABLE.sub(lambda found: quote(_variable(found[1], function), safe=""), url)
    file = f"{parts.netloc}{unquote(parts.path)}" if engine in _FILES else ""
    return Address(engine, table, mask(data), filled, file, _secrets(filled))


def mask(data: str) -> str:
    """Write an address without its password.

    Examples
    --------
    >>> mask("mysql://ann:secret@shop/sales?password=x#orders")
    'mysql://ann:***@shop/sales?password=***#orders'
    """
    # The user's part ends at the last @ before the path: a password may hold one.
    text = re.sub(r"(://[^/?#:]*):[^/?#]*@", r"\1:***@", data)
    return re.sub(r"([?&](?:password|passwd|pwd)=)[^&#]*", r"\1***", text, flags=re.IGNORECASE)


def without_secrets(text: str, address: Address) -> str:
    """Blot out the password wherever an engine's own words repeat it."""
    for secret in address.secrets:
        text = text.replace(secret, "***")
    return text


def _split(data: str, function: str) -> SplitResult:
    try:
        return urlsplit(data)
    except ValueError as error:
        message = f"{function}: {mask(data)!r} is no address of a database."
        raise DataError(f"{message} Example: {_EXAMPLE}.") from error


def _variable(name: str, function: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise DataError(
            f"{function}: the address names the environment variable {name}, which is not set. "
            "Set it, or leave the password to the engine's own files, such as ~/.pgpass."
        )
    return value


def _secrets(url: str) -> tuple[str, ...]:
    found = re.findall(r"[?&](?:password|passwd|pwd)=([^&#]+)", url, flags=re.IGNORECASE)
    found += re.findall(r"://[^/?#:]*:([^/?#]*)@", url)
    return tuple(sorted({word for one in found for word in (one, unquote(one)) if word}))
