"""The failures segkit can name, and nothing else.

Each says what failed, on which value, and what to do about it; the sentences
themselves are worded in :mod:`segkit.checks`.
"""

from __future__ import annotations


class SegkitError(ValueError):
    """Something the caller can mend; its message says how."""


class ArgumentError(SegkitError):
    """An argument of a public function is outside its rule."""


class DataError(SegkitError):
    """A table cannot be read, or its columns or values do not carry the question."""


class NothingToShow(DataError):
    """A result is right and has nothing a figure could show; a report says so in its place."""


class SchemeError(SegkitError):
    """A scheme file is malformed, or its rules leave gaps or overlaps."""


class ModelError(SegkitError):
    """A model could not be fitted, or was asked for what it cannot give."""


class ParameterError(SegkitError):
    """A notebook was given a parameter that it does not take, or takes differently."""


class BrandError(SegkitError):
    """A brand file is malformed, its logo cannot be used, or its colours do not read well."""


class RunError(SegkitError):
    """A notebook run did not finish; ``reason`` says why, the notebook is kept at ``path``."""

    def __init__(self, message: str, *, reason: str = "", path: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.path = path
