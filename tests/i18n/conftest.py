"""What the tests of the languages share: the catalogue and the sentences in use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PO = ROOT / "src/segkit/locale/zh_Hans_CN/LC_MESSAGES/segkit.po"


@pytest.fixture(scope="session")
def catalogue() -> Catalog:
    """The Chinese sentences, those that are out of use included."""
    with PO.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="session")
def in_use(tmp_path_factory) -> Catalog:
    """All sentences of code, templates and notebooks, collected as `make translations` does."""
    out = tmp_path_factory.mktemp("messages") / "segkit.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    command += ["--mapping", "babel.cfg", "--output", str(out), "src", "notebooks"]
    subprocess.run(command, cwd=ROOT, check=True)
    with out.open("rb") as file:
        return read_po(file)
