"""The key of pseudonyms: given, or found in the environment; never shown."""

from __future__ import annotations

import os

from segkit.checks import fail
from segkit.errors import ArgumentError

LEAST_KEY, ENVIRONMENT = 16, "env:"


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
        If the key is too short or its variable not set.
    """
    # The key itself never stands in a message: messages end in logs.
    rule = f"bytes or text of at least {LEAST_KEY} bytes, or 'env:NAME'"
    if not isinstance(key, bytes | str):
        fail(function, "key", rule, type(key).__name__)
    where = "key"
    if isinstance(key, str) and key.startswith(ENVIRONMENT):
        where = key.removeprefix(ENVIRONMENT)
        found = os.environ.get(where)
        if found is None:
            message = f"{function}: key names the environment variable {where}, which is not set."
            raise ArgumentError(f"{message} Set it, or give the key itself.")
        key = found
    secret = key.encode() if isinstance(key, str) else key
    if len(secret) < LEAST_KEY:
        remedy = "Make one with python -c 'import secrets; print(secrets.token_hex(16))'."
        raise ArgumentError(
            f"{function}: {where} must be {rule}; got {len(secret)} bytes. {remedy}"
        )
    return secret
