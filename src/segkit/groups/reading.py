"""Named conditions from a parameter's text, a YAML file or a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from segkit.checks import check_path, fail, shown
from segkit.errors import ArgumentError
from segkit.groups.spelling import in_ascii

_BETWEEN = re.compile(r";(?=(?:[^']*'[^']*')*[^']*$)|\n")
_COLON = re.compile("[:：]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REMEDY = "Write name: condition, such as 'Big spenders: revenue >= 5000'."


def read_groups(
    groups: str | Path | Mapping[str, str], *, function: str = "read_groups"
) -> dict[str, str]:
    """Read named conditions.

    Parameters
    ----------
    groups : str, Path or mapping
        Text such as ``"Young: age < 30; Big: revenue >= 5000"``, a YAML file of
        ``name: condition``, or a mapping.

    Returns
    -------
    dict
        Condition by name, in the order given.

    Raises
    ------
    ArgumentError
        If there is none, a name is missing or given twice, or the file cannot be read.

    Examples
    --------
    >>> read_groups("Young: age < 30; Big: revenue >= 5000")
    {'Young': 'age < 30', 'Big': 'revenue >= 5000'}
    """
    if isinstance(groups, Mapping):
        pairs = [(name, text) for name, text in groups.items()]
    elif isinstance(groups, Path) or str(groups).lower().endswith((".yaml", ".yml")):
        pairs = _from_file(groups, function)
    elif isinstance(groups, str):
        pairs = [_pair(part, function) for part in _parts(groups) if part.strip()]
    else:
        fail(function, "groups", "text, a YAML file or a mapping", groups, _REMEDY)
    found: dict[str, str] = {}
    for name, text in pairs:
        if not isinstance(name, str) or not name.strip() or not isinstance(text, str):
            fail(function, "groups", "names with a condition each", {name: text}, _REMEDY)
        if name.strip() in found:
            fail(function, "groups", "of different names", name, "Rename one of them.")
        found[name.strip()] = text.strip()
    if not found:
        fail(function, "groups", "one or more conditions", groups, _REMEDY)
    return found


def _parts(text: str) -> list[str]:
    """Part a text at semicolons and line ends that stand outside of quotes."""
    return _BETWEEN.split(in_ascii(text))


def _pair(part: str, function: str) -> tuple[str, str]:
    name, *condition = _COLON.split(part, maxsplit=1)
    if not condition or not name.strip():
        raise ArgumentError(f"{function}: groups must have names; got {shown(part)}. {_REMEDY}")
    return name.strip(), condition[0].strip()


def _from_file(path: str | Path, function: str) -> list[tuple[Any, Any]]:
    place = check_path(function, "groups", path)
    try:
        found = yaml.load(place.read_bytes(), _LOADER)
    except OSError as error:
        raise ArgumentError(
            f"{function}: {str(path)!r} cannot be opened: {error.strerror}. Check the path."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}," if mark else ""
        raise ArgumentError(f"{function}: {place.name}{line} is no YAML. {_REMEDY}") from error
    if not isinstance(found, Mapping):
        fail(function, place.name, "lines of name: condition", found, _REMEDY)
    return list(found.items())
