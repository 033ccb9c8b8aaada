"""Data flow one way: imports run downwards through the layers, and nothing imports upwards."""

from __future__ import annotations

import ast
from pathlib import Path

import segkit

ROOT = Path(segkit.__file__).parent
#: From the ground up; the packages of one row may not import each other.
LAYERS = [
    ["errors"],
    ["checks", "schema", "contrast"],
    ["i18n"],
    ["uncertainty"],
    ["collect"],
    ["synthetic", "clean"],
    ["customers"],
    ["audit"],
    ["schemes"],
    ["segment", "clv", "value"],
    ["figures", "tables"],
    ["report"],
    ["findings"],
    ["cli"],
]
LEVEL = {name: level for level, row in enumerate(LAYERS) for name in row}


def imported_rooms(path: Path) -> set[str]:
    """The first-level names of segkit that a file imports, inside functions too."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            dotted = node.module.split(".")
            if dotted == ["segkit"]:
                rooms |= {alias.name for alias in node.names}
            elif dotted[0] == "segkit":
                rooms.add(dotted[1])
        elif isinstance(node, ast.Import):
            dotted_names = [alias.name.split(".") for alias in node.names]
            rooms |= {name[1] for name in dotted_names if name[0] == "segkit" and name[1:]}
    return rooms


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


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


def test_the_heart_knows_no_engine():
    """What computes on customers speaks Ibis only, so that it runs on any backend."""
    heart = [ROOT / "customers.py", *(ROOT / "schemes").rglob("*.py")]
    for path in heart:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        modules = [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
        modules += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
        packages = {module.partition(".")[0] for module in modules}
        assert not packages & {"duckdb", "pyspark", "polars"}, path
