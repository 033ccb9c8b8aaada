"""Data flow one way: imports run downwards through the layers, and nothing imports upwards."""

from __future__ import annotations

import ast
from pathlib import Path

import segkit

ROOT = Path(segkit.__file__).parent
#: From the ground up; the packages of one row may not import each other.
LAYERS = [
    ["errors"],
    ["checks", "schema", "contrast", "cells"],
    ["currencies"],
    ["i18n"],
    ["uncertainty"],
    ["collect"],
    ["synthetic", "clean"],
    ["customers"],
    ["audit", "features"],
    ["schemes"],
    ["segment", "groups", "clv", "value"],
    ["figures", "tables"],
    ["report"],
    ["findings"],
    ["cli"],
]
#: The same inside the largest room.
COLLECT_LAYERS = [
    ["options", "frames"],
    ["columns"],
    ["values"],
    ["files"],
    ["databases"],
    ["datasets"],
    ["source"],
    ["raw", "table_checks", "privacy"],
    ["header_check", "reading"],
    ["loading", "transactions"],
]
LEVEL = {name: level for level, row in enumerate(LAYERS) for name in row}


COLLECT_LEVEL = {name: level for level, row in enumerate(COLLECT_LAYERS) for name in row}


def imported_modules(path: Path) -> set[str]:
    """Every module or name that a file imports, inside functions too, written with dots."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return modules


def imported_rooms(path: Path, inside: str = "segkit") -> set[str]:
    """The names right below ``inside`` that a file imports."""
    start = f"{inside}."
    found = [name for name in imported_modules(path) if name.startswith(start)]
    return {name.removeprefix(start).partition(".")[0] for name in found}


def room_of(path: Path, root: Path = ROOT) -> str:
    return path.relative_to(root).parts[0].removesuffix(".py")


def files() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if room_of(path) in LEVEL]


def test_every_room_has_its_place():
    rooms = {room_of(path) for path in ROOT.rglob("*.py")} - {"__init__"}
    assert rooms == set(LEVEL)


def test_imports_run_downwards():
    upwards = [
        f"{path.relative_to(ROOT)} imports {room}"
        for path in files()
        for room in imported_rooms(path) & set(LEVEL)
        if room != room_of(path) and LEVEL[room] >= LEVEL[room_of(path)]
    ]
    assert not upwards, "; ".join(upwards)


def test_collecting_runs_downwards_too():
    root = ROOT / "collect"
    paths = [path for path in sorted(root.rglob("*.py")) if path != root / "__init__.py"]
    assert {room_of(path, root) for path in paths} == set(COLLECT_LEVEL)
    upwards = [
        f"{path.relative_to(root)} imports {room}"
        for path in paths
        for room in imported_rooms(path, "segkit.collect")
        if room != room_of(path, root) and COLLECT_LEVEL[room] >= COLLECT_LEVEL[room_of(path, root)]
    ]
    assert not upwards, "; ".join(upwards)


def test_the_heart_knows_no_engine():
    """What computes on customers speaks Ibis only, so that it runs on any backend."""
    heart = [ROOT / "customers.py", *(ROOT / "schemes").rglob("*.py")]
    for path in heart:
        packages = {module.partition(".")[0] for module in imported_modules(path)}
        assert not packages & {"duckdb", "pyspark", "polars"}, path
