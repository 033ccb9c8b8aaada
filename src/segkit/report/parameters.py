"""The parameters of a notebook: read, checked and written back without running anything.

A notebook declares them in one code cell tagged ``parameters``, one typed literal per
line, with a comment that a person and this module both read::

    data: str = "cdnow"             # dataset name, or path of a CSV or Parquet file
    as_of: str | None = None        # day the analysis looks from; date
    bins: int = 5                   # score levels; 3..5
    margin: float = 0.30            # gross margin; share of revenue; 0..1
    horizon_days: int = 365         # how far the forecast looks; days; 1..
    language: str = "en"            # language of the report; one of en, zh
    shares: list[float] = [0.2, 0.8]  # shares of customers; 0..1

The comment is a list parted by semicolons. The first part is the meaning; ``3..5`` is a
range (either end may be left out), ``one of a, b`` the choices, ``date`` asks for an ISO
date, and whatever else remains is the unit. Range, choices and ``date`` hold for each
entry of a list. Annotations are ``int``, ``float``, ``str``, ``bool``, ``list[…]`` of
them, ``Literal[…]`` of texts, each with ``| None`` where the value may be left out.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from segkit.checks import did_you_mean, shown
from segkit.errors import ParameterError

_KINDS = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false"}
_RANGE = re.compile(r"^(-?[\d.]*\d)?\s*\.\.\s*(-?[\d.]*\d)?$")
_CHOICES = "one of "
_NOTHING = ("", "none", "null")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: its name, type, default and what its comment says."""

    name: str
    kind: str  # int, float, str, bool
    default: Any
    meaning: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    is_list: bool = False
    is_date: bool = False
    optional: bool = False

    @property
    def type_text(self) -> str:
        """Say the type as the notebook writes it, such as ``list[float]``."""
        text = "date" if self.is_date else self.kind
        text = f"list[{text}]" if self.is_list else text
        return f"{text} | None" if self.optional else text

    @property
    def range_text(self) -> str:
        """Say the range or the choices in the notation of the comment."""
        if self.choices:
            return " | ".join(self.choices)
        if self.low is None and self.high is None:
            return ""
        return f"{_plain(self.low)}..{_plain(self.high)}"

    @property
    def rule(self) -> str:
        """Say in words which values are taken, for an error message."""
        if self.choices:
            rule = "one of " + ", ".join(self.choices)
        elif self.is_date:
            rule = "a date such as 1998-06-30"
        else:
            rule = _KINDS[self.kind]
        if self.low is not None and self.high is not None:
            rule += f" from {_plain(self.low)} to {_plain(self.high)}"
        elif self.low is not None:
            rule += f" of at least {_plain(self.low)}"
        elif self.high is not None:
            rule += f" of at most {_plain(self.high)}"
        rule = f"a list, each entry {rule}" if self.is_list else rule
        return f"{rule}, or none" if self.optional else rule


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:.12g}"


def read_notebook(path: str | Path) -> dict[str, Any]:
    """Read a notebook file as plain JSON, which is all that listing and checking need.

    Raises
    ------
    ParameterError
        When the file is not a notebook.
    """
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        name = Path(path).name
        raise ParameterError(
            f"read_notebook: {name} must be a Jupyter notebook (nbformat 4); got {shown(str(err))}."
        ) from err
    for cell in cells:
        if isinstance(cell.get("source"), list):
            cell["source"] = "".join(cell["source"])
    return notebook


def is_parameter_cell(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell declares the parameters."""
    tags = cell.get("metadata", {}).get("tags", [])
    return cell.get("cell_type") == "code" and "parameters" in tags


def read_parameters(notebook: Mapping[str, Any]) -> list[Parameter]:
    """Read the parameters a notebook declares; an untagged notebook has none.

    Parameters
    ----------
    notebook
        The notebook as :func:`read_notebook` gives it.

    Returns
    -------
    list of Parameter
        In the order of the cell.

    Raises
    ------
    ParameterError
        When the cell holds anything but typed literals.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]},
    ...         "source": "bins: int = 5  # score levels; 3..5"}
    >>> read_parameters({"cells": [cell]})[0].rule
    'a whole number from 3 to 5'
    """
    source = next((c["source"] for c in notebook["cells"] if is_parameter_cell(c)), "")
    try:
        comments = _comments(source)
        lines = ast.parse(source).body
    except (SyntaxError, ValueError, tokenize.TokenError) as err:
        raise ParameterError(
            "read_parameters: the parameters cell must be Python; "
            f"got {shown(_place(source, err))}. Correct the cell."
        ) from err
    parameters = []
    for node in lines:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring for the reader
        if not isinstance(node, ast.AnnAssign):
            _reject(node, "a typed literal such as `bins: int = 5  # score levels; 3..5`")
        parameters.append(_parameter(node, comments.get(node.end_lineno or 0, "")))
    return parameters


def _place(source: str, err: Exception) -> str:
    """Quote the line that is not Python, where the error tells it."""
    number = getattr(err, "lineno", None)
    lines = source.splitlines()
    return lines[number - 1].strip() if number and number <= len(lines) else source


def _reject(node: ast.AST, rule: str) -> NoReturn:
    line = ast.unparse(node)
    raise ParameterError(
        f"read_parameters: a line of the parameters cell must be {rule}; got {shown(line)}."
    )


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _parameter(node: ast.AnnAssign, comment: str) -> Parameter:
    if not isinstance(node.target, ast.Name) or node.value is None:
        _reject(node, "a name with a value")
    try:
        default = ast.literal_eval(node.value)
    except ValueError:
        _reject(node, "a plain literal")
    facts = _annotation(node) | _comment_facts(comment)
    return Parameter(name=node.target.id, default=default, **facts)


def _annotation(node: ast.AnnAssign) -> dict[str, Any]:
    """Take an annotation apart: ``list[float] | None`` is a list of float, optional."""
    facts: dict[str, Any] = {"kind": "str"}
    kind: ast.expr = node.annotation
    if isinstance(kind, ast.BinOp) and ast.unparse(kind.right) == "None":
        facts["optional"], kind = True, kind.left
    if isinstance(kind, ast.Subscript) and ast.unparse(kind.value) == "list":
        facts["is_list"], kind = True, kind.slice
    if isinstance(kind, ast.Subscript) and ast.unparse(kind.value) == "Literal":
        words = ast.literal_eval(kind.slice)
        facts["choices"] = words if isinstance(words, tuple) else (words,)
    elif isinstance(kind, ast.Name) and kind.id in _KINDS:
        facts["kind"] = kind.id
    else:
        _reject(node, "annotated with int, float, str, bool, list[…] or Literal[…]")
    return facts


def _comment_facts(comment: str) -> dict[str, Any]:
    """Read ``meaning; unit; range`` out of a comment."""
    facts: dict[str, Any] = {}
    for position, part in enumerate(p.strip() for p in comment.split(";")):
        bounds = _RANGE.match(part)
        if part.startswith(_CHOICES):
            facts["choices"] = tuple(word.strip() for word in part[len(_CHOICES) :].split(","))
        elif part == "date":
            facts["is_date"] = True
        elif bounds and any(bounds.groups()):
            low, high = bounds.groups()
            facts["low"] = float(low) if low else None
            facts["high"] = float(high) if high else None
        elif position == 0:
            facts["meaning"] = part
        elif part:
            facts["unit"] = part
    return facts


def is_rule(part: str) -> bool:
    """Tell whether a part of a comment is a range, choices or ``date``: notation, not prose."""
    bounds = _RANGE.match(part)
    return part.startswith(_CHOICES) or part == "date" or bool(bounds and any(bounds.groups()))


def check_parameters(
    parameters: list[Parameter], given: Mapping[str, Any], *, notebook: str
) -> dict[str, Any]:
    """Check given values against the declared parameters and bring them to their types.

    Text from a command line is read as the declared type (``"5"``, ``"false"``,
    ``"0.01,0.04"``, ``"none"``). Every fault is named at once.

    Parameters
    ----------
    parameters
        What the notebook declares.
    given
        Values by name; those left out keep the notebook's default.
    notebook
        Name of the notebook, for the message.

    Returns
    -------
    dict
        All parameters of the notebook, checked, in its order; plain literals only.

    Raises
    ------
    ParameterError
        For unknown names (with the nearest one), wrong types and values out of range.
    """
    from segkit.report.parameter_model import validate

    known = [p.name for p in parameters]
    faults = [
        f"{notebook}: a parameter must be one the notebook declares; got {shown(name)}. "
        + did_you_mean(name, known)
        for name in given
        if name not in known
    ]
    declared = {p.name: p for p in parameters}
    values = {p.name: given.get(p.name, p.default) for p in parameters}
    checked, wrong = validate(parameters, {n: prepare(declared[n], v) for n, v in values.items()})
    for name in wrong:
        unit = f" ({declared[name].unit})" if declared[name].unit else ""
        rule = declared[name].rule
        faults.append(f"{notebook}: {name} must be {rule}{unit}; got {shown(values[name])}.")
    if faults:
        raise ParameterError("\n".join(faults))
    return checked


def prepare(parameter: Parameter, value: Any) -> Any:
    """Turn what a command line or a caller can write into what the type check expects."""
    if isinstance(value, str):
        text = value.strip()
        if parameter.optional and text.lower() in _NOTHING:
            return None
        if parameter.is_list:
            return [part.strip() for part in text.strip("[]()").split(",") if part.strip()]
        return value if parameter.kind == "str" else text
    if parameter.is_list and isinstance(value, (tuple, set, frozenset)):
        return list(value)
    if parameter.kind == "str" and isinstance(value, Mapping):
        return ",".join(f"{key}={name}" for key, name in value.items())
    if parameter.is_date and hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    if parameter.kind == "str" and isinstance(value, Path):
        return str(value)
    return value


def parameter_source(values: Mapping[str, Any]) -> str:
    """Write checked values as the lines of a code cell: names and repr of literals only."""
    lines = []
    for name, value in values.items():
        if not name.isidentifier() or not _is_literal(value):
            raise ParameterError(
                f"parameter_source: {name} must be a plain literal; got {shown(value)}."
            )
        lines.append(f"{name} = {value!r}")
    return "\n".join(lines)


def _is_literal(value: Any) -> bool:
    """Tell whether a value's repr, read as a literal, is the value again."""
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False
