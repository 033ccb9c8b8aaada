"""YAML of a user's own hand: read safely, and every fault told with its line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import yaml

from segkit.checks import did_you_mean, shown
from segkit.errors import SchemeError

Place = tuple[Any, ...]

_MAX_BYTES = 1_000_000


def read_yaml(content: bytes, origin: str) -> tuple[Any, dict[Place, int]]:
    """Read YAML and note the line of every place in it.

    Only plain data is read: no tags that build objects, no aliases (a small file can
    unfold into gigabytes through them), no key twice (the parser would keep the last).

    Raises
    ------
    SchemeError
        If the file is not UTF-8, not YAML, too large or repeats a key.
    """
    if len(content) > _MAX_BYTES:
        size = f"{len(content):,} bytes"
        _refuse(origin, f"file must be at most {_MAX_BYTES:,} bytes; got {size}. Shorten it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        message = f"file must be UTF-8 text; byte {err.start} is not. Save it as UTF-8."
        raise SchemeError(f"load_scheme: {origin}: {message}") from err
    try:
        return _read(text, origin)
    except (yaml.YAMLError, RecursionError, ValueError) as err:
        if isinstance(err, SchemeError):
            raise
        raise SchemeError(f"load_scheme: {origin}: {_yaml_fault(err)}") from err


class _Alias(Exception):
    """An alias was met; carries its line and its name."""


class _Loader(yaml.SafeLoader):
    """Reads plain data and stops at an alias."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise _Alias(event.start_mark.line + 1, event.anchor)
        return super().compose_node(parent, index)


def _read(text: str, origin: str) -> tuple[Any, dict[Place, int]]:
    """Go through the text once: that is nearly all of the time that a scheme takes."""
    loader = _Loader(text)
    lines: dict[Place, int] = {}
    try:
        root = loader.get_single_node()
        if root is None:
            return None, lines
        _walk(root, (), lines, origin)
        return loader.construct_document(root), lines
    except _Alias as err:
        line, alias = err.args[0], f"*{err.args[1]}"
        _refuse(origin, f"line {line}: must not use aliases; got {alias!r}. Write it out.")
    finally:
        loader.dispose()


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], origin: str) -> None:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            _walk(item, (*place, i), lines, origin)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                line = key.start_mark.line + 1
                where = f"line {line}, {worded(inner)}"
                first = lines[inner]
                _refuse(origin, f"{where}: is already given in line {first}. Keep one of them.")
            _walk(value, inner, lines, origin)
            lines[inner] = key.start_mark.line + 1


def _refuse(origin: str, message: str) -> NoReturn:
    raise SchemeError(f"load_scheme: {origin}: {message}")


def _yaml_fault(err: Exception) -> str:
    mark = getattr(err, "problem_mark", None)
    where = f"line {mark.line + 1}: " if mark is not None else ""
    problem = getattr(err, "problem", None) or "it is nested or written beyond reading"
    remedy = "Check indents, colons and quotes there."
    return f"{where}must be valid YAML; got: {problem}. {remedy}"


def worded(place: Sequence[Any]) -> str:
    """Write a place as ``segments[2].when[0].R``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "the file"


def explain(
    faults: Iterable[Mapping[str, Any]],
    origin: str,
    lines: Mapping[Place, int],
    keys: Mapping[str, Sequence[str]],
) -> str:
    """Word all faults of a scheme's form in one message.

    ``keys`` holds the known keys by the part of the file they belong to.
    """
    told = []
    faults = list(faults)
    for fault in faults:
        if any(_only_follows(fault, other) for other in faults):
            continue
        place = _true_place(fault["loc"], lines)
        line = _line(place, lines)
        where = f"line {line}, {worded(place)}" if line else worded(place)
        told.append(f"{where}: {_sentence(fault, keys)}")
    if len(told) == 1:
        return f"load_scheme: {origin}: {told[0]}"
    return "\n  ".join([f"load_scheme: {origin} has {len(told)} faults:", *told])


def _only_follows(fault: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether a list is called short only because its one item is at fault."""
    loc = fault["loc"]
    inside = other["loc"][: len(loc)] == loc and len(other["loc"]) > len(loc)
    return fault["type"] == "too_short" and inside


def _true_place(loc: Place, lines: Mapping[Place, int]) -> Place:
    """Leave out the steps of a location that are ours, not the file's."""
    place: Place = ()
    for i, step in enumerate(loc):
        one_rule = i == 3 and loc[2] == "when" and (*place, 0) not in lines
        in_order = i > 3 and loc[0] == "scores" and loc[2] == "order"
        branch = in_order and isinstance(step, str)
        if not (one_rule and lines) and not branch:
            place = (*place, step)
    return place


def _line(place: Place, lines: Mapping[Place, int]) -> int | None:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


def _sentence(fault: Mapping[str, Any], keys: Mapping[str, Sequence[str]]) -> str:
    kind, value, loc = fault["type"], shown(fault["input"]), fault["loc"]
    context = fault.get("ctx", {})
    name = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        part = loc[0] if len(loc) == 3 else "" if len(loc) == 1 else "text"
        if len(loc) == 5 and loc[2] == "categories":
            part = "categories"
        known = keys.get(str(part), ["en", "zh"])
        return f"is an unknown key. {did_you_mean(name, known)}"
    if kind == "missing":
        return f"is missing. Add {name}: … here."
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        near = did_you_mean(str(fault["input"]), str(context["expected"]).split("'")[1::2])
        return f"must be {context['expected']}; got {value}. {near}"
    if kind == "string_pattern_mismatch" or (kind == "string_type" and name == "color"):
        return _pattern_sentence(name, value)
    return f"must be {_rule(kind, context)}; got {value}. Correct it."


def _pattern_sentence(name: str, value: str) -> str:
    if name == "color":
        rule = 'a colour of six hex digits such as "#1f5fa8"'
        return f"must be {rule}; got {value}. Put it in quotes: # starts a comment in YAML."
    return f"must be a word of letters, digits, - and _; got {value}. Rename it."


def _rule(kind: str, context: Mapping[str, Any]) -> str:
    if kind in ("greater_than_equal", "less_than_equal"):
        side, bound = ("least", context.get("ge")) if kind[0] == "g" else ("most", context["le"])
        return f"at {side} {bound}"
    return {
        "string_type": "text",
        "string_too_short": "a text that is not empty",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "float_parsing": "a number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "tuple_type": "a list",
        "dict_type": "a block of keys and values",
        "model_type": "a block of keys and values",
        "model_attributes_type": "a block of keys and values",
        "too_short": "a list or block with something in it",
    }.get(kind, "of another form")
