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
    brand: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    cells: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    files: dict[str, int] = field(default_factory=dict)
    failed_cell: dict[str, Any] | None = None
    failed_report: str | None = None
    failed_form: str | None = None

    def write(self, folder: Path) -> None:
        """Write ``run.json`` into a folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, allow_nan=False)
        # What UTF-8 cannot hold, such as a name of another encoding, becomes \u…, which is JSON.
        record = (text + "\n").encode("utf-8", "backslashreplace")
        (folder / "run.json").write_bytes(record)


def software_versions() -> dict[str, str]:
    """Tell the versions of Python and of the packages that numbers depend on."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def git_commit(notebook: Path) -> str | None:
    """Tell the commit a notebook belongs to, ``-dirty`` after it when files were changed.

    A notebook that git does not track, such as one installed inside somebody's own
    checkout, belongs to no commit.
    """
    tracked = ["ls-files", "--error-unmatch", notebook.name]
    if _git(notebook.parent, tracked) is None:
        return None
    return _git(notebook.parent, ["describe", "--always", "--abbrev=40", "--dirty"]) or None


def _git(folder: Path, words: list[str]) -> str | None:
    """Ask git, and get ``None`` where there is no git, no checkout or a refusal."""
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def collect_payloads(notebook: Any, kinds: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Take the last payload of each kind out of an executed notebook."""
    from segkit.report.document import payloads

    wanted = set(kinds)
    return {p["kind"]: p for p in payloads(notebook) if p["kind"] in wanted}
