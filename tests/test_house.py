"""The files around the code hold together: lock, environment, what git carries."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from segkit.schemes import list_schemes

ROOT = Path(__file__).parents[1]
NAMED_BY_USERS = {
    "jupyterlab", "papermill", "pandas", "scikit-learn", "seaborn", "lifetimes",
    "nbconvert", "pytest", "nbval",
}  # fmt: skip


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line.partition(";")[0].strip() for line in lines if line.strip()]
    assert all(re.fullmatch(r"[a-z0-9-]+==[^=\s]+", pin) for pin in pins), "exact pins only"
    return dict(pin.split("==") for pin in pins)


def names_in(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", text)[0].lower().replace("_", "-") for text in requirements}


def test_the_lock_pins_all_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = names_in(project["dependencies"]).union(*(names_in(extra) for extra in extras.values()))
    assert asked <= set(locked())
    assert set(extras) == {"postgres", "spark", "dev"}


def test_the_conda_environment_stands_on_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert "conda-forge" in environment["channels"]
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert "--constraint requirements.lock" in pip
    named = {entry for entry in pip if not entry.startswith("-")}
    assert named == NAMED_BY_USERS
    assert named <= set(locked())


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode and os.environ.get("CI") != "true":
        pytest.skip("not a git checkout")
    assert listing.returncode == 0
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_nothing_large_and_no_run_output_is_carried(tracked):
    assert [p.name for p in tracked if p.exists() and p.stat().st_size > 1_500_000] == []
    outputs = [p for p in tracked if p.name in {"run.json", "report.html"}]
    assert outputs == []


def test_no_package_index_address_is_written_down(tracked):
    address = re.compile(r"index-url|find-links|trusted-host|\"resolved\": *\"http")
    allowed = {"Makefile", "test_house.py"}  # the lock's recipe forbids them by name
    found = [
        path.name
        for path in tracked
        if path.exists()
        and path.suffix not in {".png", ".otf", ".ttf", ".woff", ".woff2"}
        and path.name not in allowed
        and address.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_import_is_declared():
    """What comes along with another package today may not tomorrow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = names_in(project["dependencies"] + extras["spark"])
    modules = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if isinstance(node, ast.Import) or not node.level
    }
    packages = {module.partition(".")[0] for module in modules}
    homes = metadata.packages_distributions()
    foreign = {name: homes[name] for name in packages if name in homes and name != "segkit"}
    undeclared = {
        name for name, found in foreign.items() if not names_in(found) & {*declared, "segkit"}
    }
    assert undeclared == set()


def test_the_schemes_of_the_library_are_sound(capsys):
    from segkit.cli import main

    assert main(["scheme", "lint"]) == 0
    assert capsys.readouterr().out.count("no gap, no overlap") == len(list_schemes())


def test_make_hands_names_over_without_a_shell_reading_them():
    words = ["make", "--dry-run", "report", "DATA=x;touch gone", "NOTEBOOK=$(touch gone)"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "touch gone" not in done.stdout
