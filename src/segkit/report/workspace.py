"""The folder a run is written in before it gets its name.

While a run goes on, its folder is hidden and locked. A killed run leaves a hidden folder
without a lock, which the next run may clear away; nothing there looks finished.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from segkit.checks import shown
from segkit.errors import ArgumentError

try:
    import fcntl
except ImportError:  # Windows has no such lock; there only age tells
    fcntl = None  # type: ignore[assignment]

PREFIX = ".running-"
_LOCK = ".lock"
_YOUNG_SECONDS = 60
_OLD_SECONDS = 24 * 3600


class Workspace:
    """A hidden, locked folder that :meth:`finish` renames; leaving without it removes it."""

    def __init__(self, parent: Path, run_id: str) -> None:
        """Choose the names; nothing is made before the ``with`` block."""
        self.path = parent / f"{PREFIX}{run_id}"
        self._final = parent / run_id
        self._lock: IO[str] | None = None

    def __enter__(self) -> Workspace:
        """Make the folder and hold its lock."""
        try:
            self.path.mkdir(parents=True)
        except OSError as err:
            raise ArgumentError(
                "run: out must be a folder that can be written; "
                f"got {shown(str(self.path.parent))} ({err.strerror}). "
                "Give another folder with --out."
            ) from err
        # Held until the process ends, however it ends; SIGKILL releases it too.
        self._lock = (self.path / _LOCK).open("w", encoding="utf-8")
        if fcntl is not None:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self

    def finish(self) -> Path:
        """Give the folder its name; this is the moment the run exists."""
        if fcntl is None:  # there a folder with an open file has to keep its name
            self._unlock(self.path)
        # Locked until it has its name: another run clears hidden folders without a lock away.
        os.rename(self.path, self._final)
        self._unlock(self._final)
        return self._final

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not finished."""
        self._unlock(self.path)
        if self.path.exists():
            shutil.rmtree(self.path, ignore_errors=True)

    def _unlock(self, folder: Path) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            (folder / _LOCK).unlink(missing_ok=True)


def remove_stale(parent: Path) -> list[Path]:
    """Clear away hidden folders of killed runs; those of living ones are locked and stay."""
    removed = []
    for folder in sorted(parent.glob(f"{PREFIX}*")) if parent.is_dir() else []:
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder)
    return removed


def _is_abandoned(folder: Path) -> bool:
    try:
        age = time.time() - folder.stat().st_mtime
    except OSError:  # another run was quicker to clear it away
        return False
    if age < _YOUNG_SECONDS:  # made a moment ago, its lock perhaps not yet taken
        return False
    lock = folder / _LOCK
    if fcntl is None or not lock.exists():
        return age > _OLD_SECONDS
    try:
        with lock.open("r+", encoding="utf-8") as file:  # never made: the folder may be gone
            return _can_lock(file)
    except FileNotFoundError:  # the run has finished meanwhile
        return False


def _can_lock(file: IO[Any]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def readable(path: Path) -> str:
    """Name a path from the current folder when it lies below it."""
    with suppress(ValueError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)
