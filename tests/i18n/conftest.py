"""What the tests of the languages share: the catalogue, the sentences in use, a Chinese run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from segkit.report import Run, run_report

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


@pytest.fixture(scope="session")
def chinese_behavioral(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("reports_zh")
    return run_report("behavioral", language="zh", out=out, progress=False)


@pytest.fixture(scope="session")
def chinese_clv(tmp_path_factory) -> Run:
    days = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30"}
    out = tmp_path_factory.mktemp("reports_zh")
    return run_report(
        "clv", data="cdnow_sample", parameters=days, language="zh", out=out, progress=False
    )
