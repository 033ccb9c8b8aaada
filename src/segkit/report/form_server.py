"""Where JupyterLab shows a file: the address of a report, as its own server gives it out."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class Server:
    """The server that this kernel belongs to: the folder it shows, and its base address."""

    root: Path
    base: str

    def holds(self, path: Path) -> bool:
        """Tell whether the server gives out a file: hidden ones it does not."""
        if not path.is_relative_to(self.root):
            return False
        return not any(part.startswith(".") for part in path.relative_to(self.root).parts)

    def address(self, path: Path) -> str:
        """Give the address of a file below the root, without machine and port."""
        return f"{self.base}files/{quote(path.relative_to(self.root).as_posix())}"


def find_server() -> Server | None:
    """Find the server whose child this kernel is, by the note that it keeps beside the kernel's.

    The package ``jupyter_server`` answers the same question, but takes seconds to load.
    """
    parent = os.environ.get("JPY_PARENT_PID", "")
    if not parent.isdecimal():
        return None
    from ipykernel.connect import get_connection_file

    try:
        note = Path(get_connection_file()).with_name(f"jpserver-{parent}.json")
        facts = json.loads(note.read_text(encoding="utf-8"))
        return Server(Path(facts["root_dir"]).expanduser().resolve(), str(facts["base_url"]))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None  # another kind of server, or none: reports are named by their path then


def report_address(path: Path, server: Server | None) -> str:
    """Give what a link to a file has to hold: an address of the server, else of the disk."""
    path = path.resolve()
    if server is not None and server.holds(path):
        return server.address(path)
    return path.as_uri()


def home_folder(server: Server | None) -> Path:
    """Choose the folder that reports and data are named from.

    It is the current folder, or the one above when that is called ``notebooks``: reports
    lie beside the notebooks, not among them.
    """
    here = Path.cwd().resolve()
    above = here.parent
    if here.name != "notebooks" or (server is not None and not above.is_relative_to(server.root)):
        return here
    return above
