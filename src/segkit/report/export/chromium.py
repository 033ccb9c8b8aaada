"""Finding a Chromium, and printing a page with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from segkit.errors import ArgumentError, RunError

#: Commands under which a Chromium is found; SEGKIT_CHROMIUM names another.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--no-default-browser-check",
    # The page needs no address; whatever asks for one gets no answer.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


def find_chromium() -> str | None:
    """Find a Chromium: the one named by ``SEGKIT_CHROMIUM``, else one on the path."""
    named = os.environ.get("SEGKIT_CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else (*NAMES, *_PLACES)))
    return next((path for path in found if path), None)


def need_chromium(function: str) -> str:
    """Find a Chromium or say how to get one."""
    path = find_chromium()
    if path is None:
        named = os.environ.get("SEGKIT_CHROMIUM")
        looked = f"SEGKIT_CHROMIUM names {named!r}" if named else f"looked for {', '.join(NAMES)}"
        raise ArgumentError(
            f"{function}: format 'pdf' needs Chromium or Chrome to print the page; none was found "
            f"({looked}). Install one (on Debian: apt install chromium), or name its program in "
            "SEGKIT_CHROMIUM."
        )
    return path


def print_page(page: Path, target: Path, *, timeout_seconds: float = 120) -> None:
    """Print a page as a tagged PDF with bookmarks.

    Parameters
    ----------
    page
        The HTML file.
    target
        The PDF to write.
    timeout_seconds
        After how long a Chromium that hangs is ended.

    Raises
    ------
    ArgumentError
        There is no Chromium.
    RunError
        Chromium failed, or took too long.
    """
    chromium = need_chromium("print_page")
    # A profile of its own: another Chromium that is open has no part in this.
    with tempfile.TemporaryDirectory(prefix="segkit-chromium-") as profile:
        command = [chromium, *_OPTIONS, f"--user-data-dir={profile}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its sandbox refuses root
            command.append("--no-sandbox")
        command += [f"--print-to-pdf={target}", page.resolve().as_uri()]
        code, said = _call(command, timeout_seconds)
    if code is None:
        raise RunError(
            f"Chromium ({chromium}) did not finish the PDF within {timeout_seconds:g} seconds."
        )
    if code != 0 or not target.is_file() or not target.stat().st_size:
        last = said.strip().splitlines()[-1:] or ["no message"]
        raise RunError(f"Chromium ({chromium}) wrote no PDF; it ended with {code}: {last[0]}")


def _call(command: list[str], timeout_seconds: float) -> tuple[int | None, str]:
    """Run a program with all that it starts; give None for a code when it took too long."""
    group: dict[str, Any] = {} if sys.platform == "win32" else {"start_new_session": True}
    # Into a file, not a pipe: a helper process that lives on would keep a pipe open.
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **group
        )
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout_seconds)
        _end(process)
        log.seek(0)
        return code, log.read().decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and its helpers; one that is gone already is no fault."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
