"""The key of pseudonyms: given, or found in the environment; never shown."""

from __future__ import annotations

import os

from segkit.checks import fail
from segkit.errors import ArgumentError

LEAST_KEY, ENVIRONMENT = 16, "env:"
#: Of a key made by chance, fewer different characters never come; of blanks or "aaaa" they do.
_LEAST_DIFFERENT = 8
#: Variables that nearly every system sets: anybody can guess what they hold.
_KNOWN_TO_ALL = {
    "DISPLAY", "EDITOR", "HOME", "HOSTNAME", "HOSTTYPE", "LANG", "LANGUAGE", "LOGNAME",
    "LS_COLORS", "MAIL", "OLDPWD", "OSTYPE", "PATH", "PS1", "PWD", "PYTHONPATH", "SHELL",
    "TEMP", "TERM", "TMP", "TMPDIR", "TZ", "USER", "USERNAME", "VIRTUAL_ENV",
}  # fmt: skip


def is_weak(secret: bytes) -> bool:
    """Tell whether a key can be guessed: too short, or of too few different characters.

    Examples
    --------
    >>> is_weak(b" " * 20), is_weak(b"8f14e45fceea167a5a36dedd4bea2543")
    (True, False)
    """
    return len(secret.strip()) < LEAST_KEY or len(set(secret)) < _LEAST_DIFFERENT


def is_known_to_all(variable: str) -> bool:
    """Tell whether an environment variable is one that nearly every system sets.

    Examples
    --------
    >>> is_known_to_all("PATH"), is_known_to_all("SHOP_KEY")
    (True, False)
    """
    return variable.upper() in _KNOWN_TO_ALL or variable.upper().startswith(("LC_", "XDG_"))


def key_bytes(key: bytes | str, *, function: str) -> bytes:
    """Check a key and give its bytes.

    Parameters
    ----------
    key : bytes or str
        At least 16 bytes; or ``"env:NAME"`` for the value of an environment variable.
    function : str
        Who asks, for the wording of an error.

    Raises
    ------
    ArgumentError
        If the key can be guessed (see :func:`is_weak`) or its variable is not set, or one that
        every system has.
    """
    # The key itself never stands in a message: messages end in logs.
    rule = f"bytes or text of at least {LEAST_KEY} bytes, or 'env:NAME'"
    if not isinstance(key, bytes | str):
        fail(function, "key", rule, type(key).__name__)
    where = "key"
    if isinstance(key, str) and key.startswith(ENVIRONMENT):
        where = key.removeprefix(ENVIRONMENT)
        if is_known_to_all(where):
            message = f"{function}: key names {where}, a variable that every system sets."
            raise ArgumentError(f"{message} Set one of your own.")
        found = os.environ.get(where)
        if found is None:
            message = f"{function}: key names the environment variable {where}, which is not set."
            raise ArgumentError(f"{message} Set it, or give the key itself.")
        key = found
    secret = key.encode() if isinstance(key, str) else key
    remedy = "Make one with python -c 'import secrets; print(secrets.token_hex(16))'."
    if len(secret) < LEAST_KEY:
        raise ArgumentError(
            f"{function}: {where} must be {rule}; got {len(secret)} bytes. {remedy}"
        )
    if is_weak(secret):
        raise ArgumentError(
            f"{function}: {where} must have at least {_LEAST_DIFFERENT} different characters and "
            f"{LEAST_KEY} without blanks around them; what it holds can be guessed. {remedy}"
        )
    return secret
