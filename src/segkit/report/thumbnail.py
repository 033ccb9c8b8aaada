"""A small picture of a run for the list of runs: its first figure, a few kilobytes."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from segkit.report.document import payloads

#: Beside the figures, so that a run's folder stays as tidy as it is.
THUMBNAIL = "figures/thumbnail.png"
_WIDTH, _HEIGHT = 480, 200
_COLORS = 32


def write_thumbnail(notebook: Any, folder: Path) -> Path | None:
    """Write the thumbnail of an executed notebook's first figure, if it has one.

    Parameters
    ----------
    notebook
        The executed notebook.
    folder
        Where the run's files are.
    """
    pictures = (p["png"] for p in payloads(notebook) if p["kind"] == "figure" and p.get("png"))
    first = next(pictures, None)
    if first is None:
        return None
    path = folder / THUMBNAIL
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(small_picture(base64.b64decode(first)))
    return path


def small_picture(png: bytes) -> bytes:
    """Bring a picture to the width of a card, its top part, in few colours."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        plain = picture.convert("RGB")
    height = max(round(plain.height * _WIDTH / plain.width), 1)
    small = plain.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    top = small.crop((0, 0, _WIDTH, min(height, _HEIGHT)))
    few = top.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def read_thumbnail(folder: Path) -> str:
    """Give a run's thumbnail as an address that holds the picture; empty without one."""
    try:
        content = (folder / THUMBNAIL).read_bytes()
    except OSError:
        return ""
    if not content.startswith(b"\x89PNG"):
        return ""
    return f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
