"""Check the parameters of segmentations before a kernel starts: schemes, groups, further tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from segkit.checks import fail
from segkit.errors import DataError, ParameterError

Check = Callable[[Mapping[str, Any], str], None]


def several_schemes(name: str, least: int = 0) -> Check:
    """Make the check of a parameter that lists schemes."""

    def check(values: Mapping[str, Any], notebook: str) -> None:
        from segkit.schemes.lint import require_sound
        from segkit.schemes.scheme import load_scheme

        wanted = values[name]
        if len(wanted) < least or len(set(wanted)) < len(wanted):
            rule = f"{least} or more different schemes" if least else "different schemes"
            remedy = "Name each once."
            fail(notebook, name, rule, wanted, remedy, error=ParameterError)
        for scheme in wanted:
            require_sound(load_scheme(scheme), notebook)

    return check


def one_scheme(name: str) -> Check:
    """Make the check of a parameter that names a scheme."""

    def check(values: Mapping[str, Any], notebook: str) -> None:
        from segkit.schemes.lint import require_sound
        from segkit.schemes.scheme import load_scheme

        require_sound(load_scheme(values[name]), notebook)

    return check


def further_table(name: str) -> Check:
    """Make the check of a parameter that names a table beside the data: that it is there."""

    def check(values: Mapping[str, Any], notebook: str) -> None:
        from segkit.collect.source import find_source

        try:
            find_source(values[name], function=notebook)
        except DataError as error:
            text = str(error).replace(f"{notebook}: data ", f"{notebook}: {name} ", 1)
            raise DataError(text) from None

    return check


def named_groups(values: Mapping[str, Any], notebook: str) -> None:
    """Check that groups have a name and a condition each; columns are known to the notebook."""
    from segkit.groups.reading import read_groups

    if values["groups"].strip():
        read_groups(values["groups"], function=notebook)
