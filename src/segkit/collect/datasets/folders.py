"""Where files that belong to segkit lie, and how a file is written whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import resources
from pathlib import Path


def kit_folder(name: str) -> Path:
    """Find a folder that ships with segkit, such as ``"notebooks"`` or ``"data"``.

    A checkout has its own; an installed segkit carries the same files inside the package.

    Examples
    --------
    >>> (kit_folder("data") / "README.md").is_file()
    True
    """
    package = Path(str(resources.files("segkit")))
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return package / name


def write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file beside the target, then rename it: nobody sees half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        write(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
