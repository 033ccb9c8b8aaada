"""Finding a Chromium, and printing or drawing with it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from html import escape
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
    code, said = _let_write(chromium, [f"--print-to-pdf={target}"], page, timeout_seconds)
    if code is None:
        raise RunError(
            f"Chromium ({chromium}) did not finish the PDF within {timeout_seconds:g} seconds."
        )
    if code != 0 or not target.is_file() or not target.stat().st_size:
        last = said.strip().splitlines()[-1:] or ["no message"]
        raise RunError(f"Chromium ({chromium}) wrote no PDF; it ended with {code}: {last[0]}")


def draw_svg(svg: str, *, width: int, height: int, timeout_seconds: float = 60) -> bytes | None:
    """Draw an SVG as a PNG with nothing behind it, for office files, which take no SVG.

    Parameters
    ----------
    svg
        The drawing's address, such as ``data:image/svg+xml;base64,…``.
    width, height
        The size of the picture in pixels.
    timeout_seconds
        After how long a Chromium that hangs is ended.

    Returns
    -------
    bytes or None
        None where no Chromium is found or it draws nothing: a file does without.
    """
    from PIL import Image

    chromium = find_chromium()
    if chromium is None:
        return None
    with tempfile.TemporaryDirectory(prefix="segkit-drawing-") as folder:
        page, target = Path(folder) / "drawing.html", Path(folder) / "drawing.png"
        style = f"display:block;width:{width}px;height:{height}px"
        page.write_text(
            f'<body style="margin:0"><img style="{style}" src="{escape(svg)}">', encoding="utf-8"
        )
        # The window has bars that take some of it away, and is never narrow.
        options = [
            f"--screenshot={target}",
            f"--window-size={max(width, 600)},{height + 300}",
            "--default-background-color=00000000",
            "--force-device-scale-factor=1",
            "--hide-scrollbars",
        ]
        code, _said = _let_write(chromium, options, page, timeout_seconds)
        if code != 0 or not target.is_file():
            return None
        buffer = io.BytesIO()
        with Image.open(target) as picture:
            picture.crop((0, 0, width, height)).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _let_write(
    chromium: str, options: list[str], page: Path, timeout_seconds: float
) -> tuple[int | None, str]:
    """Open a page in a Chromium that writes a file of it."""
    # A profile of its own: another Chromium that is open has no part in this.
    with tempfile.TemporaryDirectory(prefix="segkit-chromium-") as profile:
        command = [chromium, *_OPTIONS, f"--user-data-dir={profile}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its sandbox refuses root
            command.append("--no-sandbox")
        return _call([*command, *options, page.resolve().as_uri()], timeout_seconds)


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
