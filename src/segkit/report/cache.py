"""Runs that need not be repeated: the same data, parameters, notebook and software.

A run's key is a hash over everything its report is made from. A finished run that has the
key, and all of its files, is given back instead of being made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segkit.report.manifest import software_versions

if TYPE_CHECKING:
    from segkit.report.order import Order

#: What of an order says where its run is put and in which forms, not what is in it.
_NOT_CONTENT = ("notebook", "parameters", "out", "formats")
#: Variables that figures go by: the accent of their colours, see segkit/figures/style.py.
_ENVIRONMENT = ("SEGKIT_ACCENT",)
_CODE = 16


@dataclass(frozen=True)
class Fingerprint:
    """The key of a run, and the files it was taken from as they were then."""

    key: str
    stamps: tuple[tuple[Path, int, int], ...] = field(repr=False, default=())

    def holds(self) -> bool:
        """Tell whether no file was changed since the key was taken."""
        return all(_stamp(path) == (path, size, time) for path, size, time in self.stamps)


def take_fingerprint(order: Order) -> Fingerprint | None:
    """Take the key of a run that was ordered; None when its data cannot be hashed.

    A database behind an address may change without a trace, and so may whatever a notebook
    without the parameter ``data`` reads: their runs are made each time.
    """
    data = order.parameters.get("data")
    if order.parameters.get("pseudonym_key") is not None:
        return None  # the key behind the name may change without a trace
    if not isinstance(data, str) or any("://" in text for _place, text in _texts(order)):
        return None
    files = dict(_files(order))
    if "data" not in files:
        return None
    # First: what is changed while it is hashed must not count as unchanged afterwards.
    stamps = tuple(_stamp(path) for path in files.values())
    content = {
        "notebook": _hash_text(json.dumps(order.notebook.content, sort_keys=True)),
        "stem": order.notebook.stem,
        # A file is its content, wherever it lies; reports name it without its folder.
        "parameters": {
            name: _nameless(name, value, files) for name, value in order.parameters.items()
        },
        "files": {name: hash_file(path) for name, path in files.items()},
        "order": {
            f.name: _stable(getattr(order, f.name))
            for f in fields(order)
            if f.name not in _NOT_CONTENT
        },
        "environment": {name: os.environ.get(name) for name in _ENVIRONMENT},
        "versions": software_versions(),
        "source": source_hash(),
    }
    return Fingerprint(_hash_text(json.dumps(content, sort_keys=True, default=str)), stamps)


def _files(order: Order) -> Iterator[tuple[str, Path]]:
    """Name every file that a parameter or the order points to: data, a scheme, a brand."""
    from segkit.collect.source import find_source
    from segkit.errors import DataError

    for place, text in _texts(order):
        if place == "data":
            try:
                files = find_source(text).files
                yield from ((f"{place}.{n}" if n else place, p) for n, p in enumerate(files))
            except DataError:
                continue
        elif path := _as_file(text):
            yield place, path
    for f in fields(order):
        value = getattr(order, f.name)
        named = f.name not in _NOT_CONTENT and isinstance(value, str | Path)
        path = _as_file(value) if named else None
        if path:
            yield f"order.{f.name}", path


def _texts(order: Order) -> Iterator[tuple[str, str]]:
    """Name every text of the parameters, those in lists by their number."""
    for name, value in order.parameters.items():
        entries = enumerate(value) if isinstance(value, list) else [("", value)]
        for number, entry in entries:
            if isinstance(entry, str):
                yield f"{name}.{number}".rstrip("."), entry


def _nameless(place: str, value: Any, files: Mapping[str, Path]) -> Any:
    """Leave the folder out of what names a file."""
    if isinstance(value, list):
        return [_nameless(f"{place}.{number}", entry, files) for number, entry in enumerate(value)]
    return Path(value).name if place in files else value


def _as_file(text: str | Path) -> Path | None:
    """Give the file that a text names; most texts are none and need not look like a path."""
    try:
        path = Path(text).expanduser()
        return path.resolve() if str(text) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):  # too long, a null, an unknown user's home
        return None


def _stable(value: Any) -> Any:
    """Bring a part of an order to JSON that is the same in every process."""
    if isinstance(value, Mapping):
        return {str(name): _stable(entry) for name, entry in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(entry) for entry in value)
    if isinstance(value, list | tuple):
        return [_stable(entry) for entry in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _stable(asdict(value))
    if hasattr(value, "model_dump_json"):
        return value.model_dump_json()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value if isinstance(value, int | float | str | bool | None) else repr(value)


def _stamp(path: Path) -> tuple[Path, int, int]:
    try:
        found = path.stat()
    except OSError:
        return path, -1, -1
    return path, found.st_size, found.st_mtime_ns


def hash_file(path: Path) -> str:
    """Hash a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def source_hash() -> str:
    """Hash segkit's own files: a changed sentence or rule makes another report."""
    digest = hashlib.sha256()
    root = Path(str(resources.files("segkit")))
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".ipynb":
            digest.update(f"{path.relative_to(root).as_posix()}\0{hash_file(path)}\n".encode())
    return digest.hexdigest()[:_CODE]


def list_files(folder: Path) -> dict[str, int]:
    """List a run's files with their sizes, but for ``run.json`` itself and hidden ones."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json" and not path.name.startswith(".")
    }


def is_complete(folder: Path, facts: Mapping[str, Any]) -> bool:
    """Tell whether a run finished and each of its files is still there, as long as it was."""
    files = facts.get("files")
    if facts.get("status") != "finished" or not isinstance(files, dict) or not files:
        return False
    try:
        return all((folder / name).stat().st_size == size for name, size in files.items())
    except (OSError, TypeError):
        return False


def find_run(out: Path, stem: str, key: str) -> tuple[Path, dict[str, Any]] | None:
    """Find the newest complete run with a key.

    Parameters
    ----------
    out
        Folder of all reports.
    stem
        Stem of the notebook.
    key
        From :func:`take_fingerprint`.
    """
    for file in sorted((out / stem).glob("*/run.json"), reverse=True):
        if file.parent.name.startswith("."):
            continue
        try:
            text = file.read_text(encoding="utf-8")
            if key not in text:  # most runs are others; reading them as JSON would be wasted
                continue
            facts = json.loads(text)
        except (OSError, ValueError):
            continue
        if isinstance(facts, dict) and facts.get("key") == key and is_complete(file.parent, facts):
            return file.parent, facts
    return None
