"""run.json: what a run was, so that every number in its report can be traced."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = (
    "segkit",
    "pandas",
    "duckdb",
    "ibis-framework",
    "numpy",
    "scipy",
    "scikit-learn",
    "lifetimes",
    "matplotlib",
    "papermill",
    "nbconvert",
)


@dataclass
class Manifest:
    """The content of ``run.json``."""

    status: str
    notebook: str
    title: str
    run_id: str
    started: str
    language: str = "en"
    headline: str = ""
    seconds: float = 0.0
    parameters: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    git_commit: str | None = None
    seed: int | None = None
    cells: list[dict[str, Any]] = field(default_factory=list)
    failed_cell: dict[str, Any] | None = None

    def write(self, folder: Path) -> None:
        """Write ``run.json`` into a folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, allow_nan=False)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def software_versions() -> dict[str, str]:
    """Tell the versions of Python and of the packages that numbers depend on."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def git_commit(folder: Path) -> str | None:
    """Tell the commit a notebook belongs to, ``-dirty`` after it when files were changed."""
    command = ["git", "-C", str(folder), "describe", "--always", "--abbrev=40", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def collect_payloads(notebook: Any, kinds: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Take the last payload of each kind out of an executed notebook."""
    from segkit.report.document import payloads

    wanted = set(kinds)
    return {p["kind"]: p for p in payloads(notebook) if p["kind"] in wanted}
