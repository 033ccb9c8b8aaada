"""What of an address is secret, and the address without it.

Rather too much is hidden than too little: an address in which it is not sure where the password
ends is shown by its engine alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_plus

#: Engines whose addresses are those of a file, without a user.
FILES = ("duckdb", "sqlite")
HIDDEN = "***"
#: The name of an environment variable, which stands for a secret and is none.
VARIABLE = re.compile(r"\$\{(\w+)\}")
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*")
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")
_FRAGMENT = re.compile(r"[^#?@&=]*")
_WORD = r"(pass|pwd|token|secret|key|cred|auth|private|\bsig\b|\bsas\b|\bpw\b)"
#: A secret by its name, with its value behind it, wherever in a text.
_PAIR = re.compile(rf"{_WORD}[\w.-]*[\"']?\s*[=:]", re.IGNORECASE)
_SET = re.compile(rf"{_WORD}[\w.-]*\s*=", re.IGNORECASE)
#: What is no address, and holds a password all the same: one that became a path, a list of pairs.
_LOOSE = re.compile(
    r"[a-z][\w+.-]+:/.*:.*@|^\s*[a-z][\w+.-]+:.*@|(pass|pwd|token|secret)[\w.-]*\s*=", re.IGNORECASE
)
_SECRET = re.compile(_WORD, re.IGNORECASE)
#: What only sounds like a secret: the place of a file, or a way to sign in.
_PLAIN = re.compile(
    r"ssl_?key|passfile|authenticator|auth_?(source|type|mechanism)|require_?auth|\w+_(path|file)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Pair:
    """A piece of a query: its name, what parts it from its value, the value."""

    name: str
    sign: str
    value: str
    secret: bool


@dataclass(frozen=True)
class Pieces:
    """An address taken apart; ``sure`` tells whether it can be taken apart in one way only."""

    scheme: str
    user: str
    colon: str
    password: str
    at: str
    host: str
    path: str
    query: tuple[_Pair, ...]
    fragment: str
    sure: bool

    @property
    def values(self) -> list[str]:
        """All that is secret in it, as it is written there."""
        found = [self.password]
        for pair in self.query:
            if pair.secret:
                found += [pair.value, pair.value.partition("&")[0]]
        return [value for value in found if value]


def take_apart(data: str) -> Pieces:
    """Take an address apart; nothing is decoded but what tells whether a piece is secret."""
    scheme, _sign, rest = data.partition("://")
    rest, hash_sign, fragment = rest.partition("#")
    rest, mark, asked = rest.partition("?")
    place, slash, path = rest.partition("/")
    login, at, host = place.rpartition("@")
    in_file = scheme.lower() in FILES
    user, colon, password = _parted(login)
    sure = bool(
        _SCHEME.fullmatch(scheme)
        and _FRAGMENT.fullmatch(fragment)
        and "@" not in asked
        and (not colon if in_file else _is_server(host, path))
    )
    query = _pairs(asked) if mark else ()
    return Pieces(
        scheme, user, colon, password, at, host, slash + path, query, hash_sign + fragment, sure
    )


def decoded(text: str) -> str:
    """Undo percent-encoding, however often it was done."""
    for _time in range(4):
        text = unquote_plus(text)
    return text


def mask(data: str) -> str:
    """Write an address without what is secret in it; any other text, if nothing in it is.

    Examples
    --------
    >>> mask("mysql://ann:secret@shop/sales?password=x#orders")
    'mysql://ann:***@shop/sales?password=***#orders'
    >>> mask("mysql://ann:sec/ret@shop/sales#orders")
    'mysql://***'
    """
    if "://" not in data:
        return HIDDEN if _LOOSE.search(decoded(data)) else data
    pieces = take_apart(data)
    if not pieces.sure:
        return f"{pieces.scheme if _SCHEME.fullmatch(pieces.scheme) else HIDDEN}://{HIDDEN}"
    query = "&".join(
        f"{pair.name}{pair.sign}{HIDDEN if pair.secret else pair.value}" for pair in pieces.query
    )
    login = pieces.user + (f":{HIDDEN}" if pieces.colon else "") + pieces.at
    asked = f"?{query}" if pieces.query else ""
    return f"{pieces.scheme}://{login}{pieces.host}{pieces.path}{asked}{pieces.fragment}"


def holds_secret(data: str) -> bool:
    """Tell whether a secret may stand in an address, and not the name of a variable for it."""
    pieces = take_apart(data)
    return not pieces.sure or not all(VARIABLE.fullmatch(unquote(value)) for value in pieces.values)


def all_forms(values: Iterable[str]) -> tuple[str, ...]:
    """Give secrets in all forms in which an engine may repeat them, the longest first."""
    forms: set[str] = set()
    for value in values:
        for one in (value, unquote(value), unquote_plus(value), decoded(value)):
            forms |= {one, quote(one), quote(one, safe=""), repr(one)[1:-1], one.replace("'", "''")}
    return tuple(sorted(forms - {""}, key=lambda one: (-len(one), one)))


def _is_server(host: str, path: str) -> bool:
    """Tell whether a host and what follows are just that, and no rest of a password."""
    plain = "@" not in path and not _SET.search(decoded(f"{host}/{path}"))
    return plain and bool(_HOST.fullmatch(host))


def _parted(login: str) -> tuple[str, str, str]:
    """Part a user from the password, also where the colon is written as a number."""
    found = re.search(":|%(25)*3A", login, re.IGNORECASE)
    if not found:
        return login, "", ""
    return login[: found.start()], ":", login[found.end() :]


def _pairs(asked: str) -> tuple[_Pair, ...]:
    pairs: list[_Pair] = []
    pieces = asked.split("&")
    for place, piece in enumerate(pieces):
        name, sign, value = piece.partition("=")
        secret = _is_secret(decoded(name), decoded(value))
        if secret and not VARIABLE.fullmatch(unquote(value)):
            # What follows may be the rest of it, in which & was not written as %26.
            rest = "&".join([value, *pieces[place + 1 :]])
            return (*pairs, _Pair(name, sign, rest, True))
        pairs.append(_Pair(name, sign, value, secret))
    return tuple(pairs)


def _is_secret(name: str, value: str) -> bool:
    login = "://" in value and "@" in value
    named = _SECRET.search(name) and not _PLAIN.fullmatch(name.strip())
    return bool(named or login or _PAIR.search(value))
