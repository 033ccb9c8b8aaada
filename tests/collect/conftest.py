"""Things in a folder that are no files."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def pipe(tmp_path) -> Path:
    path = tmp_path / "orders.csv"
    os.mkfifo(path)
    return path


@pytest.fixture
def unix_socket() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="segkit-"))
    path = folder / "orders.csv"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        yield path
    shutil.rmtree(folder)
