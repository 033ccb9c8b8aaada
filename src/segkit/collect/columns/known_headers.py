"""What other systems call the canonical columns: synonyms and presets, read from YAML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from segkit.checks import check_choice, check_path, did_you_mean, fail
from segkit.errors import ArgumentError, DataError
from segkit.i18n import localized
from segkit.schema import TABLES, names

#: Canonical column to the names it may have, the best first.
Wanted = dict[str, tuple[str, ...]]


# Everything is text: a column may be called No, 2024 or 1.0.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_HOME = resources.files("segkit.collect.columns") / "presets"
_MAX_BYTES = 100_000
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
#: In thousands and in units are different amounts; a bracket that says so is no mere unit.
_SCALE = re.compile(r"[百千万亿]|thousand|million|billion|000|^.[km].$")
_SIGNS = re.compile(r"[\s_\-–—.·:/#*'\"]+")


@cache
def plain(name: str) -> str:
    """Reduce a column name to what it is compared by.

    Letter case, full and half width, spaces, signs between words and a unit in brackets do
    not matter; brackets that tell a scale (in ten thousands) do.

    Examples
    --------
    >>> plain("Customer_ID") == plain("customer id")
    True
    >>> plain("金额（元）") == "金额", plain("金额（万元）") == "金额"
    (True, False)
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    bare = _BRACKETS.sub(lambda found: found.group() if _SCALE.search(found.group()) else "", text)
    # A name that is all brackets or signs is kept, so that it equals no other.
    return _SIGNS.sub("", bare) or _SIGNS.sub("", text) or text


def tells_scale(name: str) -> bool:
    """Tell whether a name says in brackets that its numbers are thousands or the like."""
    found = _BRACKETS.finditer(unicodedata.normalize("NFKC", name).casefold())
    return any(_SCALE.search(one.group()) for one in found)


@cache
def synonyms(kind: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Give the known names of each canonical column of a kind, in levels, in plain form."""
    content = yaml.load((_HOME / "synonyms.yaml").read_bytes(), _LOADER)
    known = content["shared"] | content[kind]
    return {
        column: tuple(tuple(map(plain, level)) for level in known[column])
        for column in names(TABLES[kind])
        if column in known
    }


@dataclass(frozen=True)
class Preset:
    """The column names of one known source.

    ``tables`` holds, by the kind of table, the own names of each canonical column, the best
    first; ``a * b`` is a product. ``title`` and ``note`` are texts by language.
    """

    name: str
    titles: Mapping[str, str]
    notes: Mapping[str, str]
    source: str
    tables: Mapping[str, Wanted]

    @property
    def title(self) -> str:
        """What the source is, in the current language."""
        return localized(self.titles)

    @property
    def note(self) -> str:
        """What a reader must know of such data, in the current language; often nothing."""
        return localized(self.notes) if self.notes else ""


def list_presets() -> list[str]:
    """List the names of the presets that come with segkit.

    Examples
    --------
    >>> list_presets()[:3]
    ['bank_marketing', 'cdnow', 'complete_journey']
    """
    files = {Path(entry.name).stem for entry in _HOME.iterdir() if entry.name.endswith(".yaml")}
    return sorted(files - {"synonyms"})


def load_preset(preset: str | Path, *, kind: str = "", function: str = "load_preset") -> Preset:
    """Load a preset by its name, or from a YAML file of the user.

    Parameters
    ----------
    preset : str or Path
        A name out of :func:`list_presets`, or the path of a ``.yaml`` file: canonical name
        to own name, at once or by the kind of table under ``tables``.
    kind : str
        The kind of table that a file of the first form is for.
    function : str
        Who asks, for the wording of an error.

    Raises
    ------
    ArgumentError
        If there is no such preset.
    DataError
        If the file cannot be read or is of another form.

    Examples
    --------
    >>> load_preset("online_retail").tables["transactions"]["customer_id"]
    ('CustomerID', 'Customer ID')
    """
    if is_mapping_file(preset):
        tables = read_mapping_file(preset, kind=kind, function=function)
        return Preset(Path(preset).name, {"en": Path(preset).name}, {}, str(preset), tables)
    name = check_choice(function, "preset", preset, list_presets())
    content = yaml.load((_HOME / f"{name}.yaml").read_bytes(), _LOADER)
    tables = {kind: _as_wanted(table) for kind, table in content["tables"].items()}
    return Preset(name, content["title"], content.get("note", {}), content["source"], tables)


def is_mapping_file(value: object) -> bool:
    """Tell whether a value is meant as the path of a YAML file."""
    if isinstance(value, str) and ("=" in value or "＝" in value):
        return False
    return isinstance(value, str | Path) and str(value).lower().endswith((".yaml", ".yml"))


def read_mapping_file(path: str | Path, *, kind: str, function: str) -> dict[str, Wanted]:
    """Read a user's YAML file of own names; see :func:`load_preset` for its form."""
    place = check_path(function, "the mapping file", path)
    try:
        content = place.read_bytes()
    except OSError as error:
        raise DataError(f"{function}: {str(path)!r} cannot be opened: {error.strerror}.") from error
    found = _parsed(content, place.name, function)
    tables = found.get("tables", {kind: found}) if isinstance(found, dict) else None
    rule = "a YAML file of lines such as amount: Paid"
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        fail(function, place.name, rule, found, error=DataError)
    for one, table in tables.items():
        check_choice(function, f"{place.name}: tables", one, list(TABLES), error=DataError)
        for column, own in table.items():
            _check_line(function, place.name, one, column, own)
    return {one: _as_wanted(table) for one, table in tables.items()}


def _parsed(content: bytes, name: str, function: str) -> Any:
    try:
        if len(content) > _MAX_BYTES:
            raise ValueError(f"it has {len(content):,} bytes")
        text = content.decode("utf-8-sig")
        # A few lines of aliases can unfold into gigabytes, and no mapping needs one.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise ValueError("it uses aliases")
        return yaml.load(text, _LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        message = f"{function}: {name}{where} must be a short YAML file in UTF-8; got: {problem}"
        raise DataError(f"{message}. Write lines such as amount: Paid.") from error


def _check_line(function: str, file: str, kind: str, column: str, own: Any) -> None:
    known = names(TABLES[kind])
    if column not in known:
        rule = f"a canonical column of {kind}"
        fail(function, file, rule, column, did_you_mean(column, known), error=DataError)
    given = own if isinstance(own, list) else [own]
    if not given or not all(isinstance(name, str) and name.strip() for name in given):
        rule = "the name of a column, or a list of names"
        fail(function, f"{file}: {column}", rule, own, error=DataError)


def _as_wanted(table: Mapping[str, Any]) -> Wanted:
    return {
        column: tuple(own) if isinstance(own, list) else (own,) for column, own in table.items()
    }


def require_table(preset: Preset, kind: str, function: str) -> Wanted:
    """Give a preset's columns for a kind of table, or say which kinds it has."""
    if kind in preset.tables:
        return preset.tables[kind]
    rule = f"a preset for {kind}"
    remedy = f"{preset.name} has {', '.join(preset.tables)}."
    fail(function, "preset", rule, preset.name, remedy, error=ArgumentError)
