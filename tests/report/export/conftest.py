"""A report with hostile names, made without a kernel, and the programs that read it back."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from segkit.figures.base import Caption, figure
from segkit.report import (
    Column,
    Cover,
    Finding,
    Findings,
    Kpi,
    Limits,
    Results,
    show_data,
    show_figure,
    show_table,
)
from segkit.report.export.content import Content, read_content
from segkit.report.manifest import Manifest

SCRIPT, FORMULA, MATHS = "<script>alert(1)</script>", '=HYPERLINK("x")', "价$x^$值"
HOSTILE = [
    SCRIPT,
    FORMULA,
    MATHS,
    "+1",
    "@SUM(A1)",
    "a|b `c` *d* [e](http://f.g) www.h.i",
    "x\x00y",
]
N_ROWS = 130


def frame() -> pd.DataFrame:
    """More rows than the page shows, hostile names among the first and the last."""
    names = HOSTILE + [f"customer {n}" for n in range(N_ROWS - 2 * len(HOSTILE))] + HOSTILE
    return pd.DataFrame(
        {
            "name": names,
            "customers": range(N_ROWS),
            "share": [n / N_ROWS for n in range(N_ROWS)],
            "revenue": [100.5 - n for n in range(N_ROWS)],
            "seen": [
                None,
                pd.Timestamp("1850-01-01"),
                *[pd.Timestamp("2024-03-05")] * (N_ROWS - 2),
            ],
        }
    )


def describe(data: pd.DataFrame) -> Caption:
    title = f"{SCRIPT} and {MATHS} hold 69.9 %"
    return Caption(title, FORMULA, f"Bars: {SCRIPT}, {MATHS}.", data[["name", "share"]].head(3))


@figure(describe=describe, height=240)
def plot_names(data: pd.DataFrame, ax: Any) -> None:
    ax.barh(data["name"].head(3), data["share"].head(3))


def cells() -> list[Any]:
    """A cell per element, its output as a kernel would keep it."""
    columns = [
        Column("name", "Customer"), Column("customers", "Customers", "int"),
        Column("share", "Share", "percent", 1), Column("revenue", "Revenue", "money"),
        Column("seen", "Last seen", "date"),
    ]  # fmt: skip
    long = " ".join(["A sentence that goes on."] * 120)
    findings = [
        Finding(
            "69.9 %", f"of revenue comes from {SCRIPT}", f"{MATHS} and {FORMULA}.", "Keep them."
        ),
        Finding("44.2 %", "of customers are silent", long, "Write to them."),
    ]
    elements = [
        show_data(SCRIPT, rows=10, sha256="0" * 64),
        Cover(f"Most of it comes from {SCRIPT}", f"{MATHS} leads.", "2024", [Kpi(FORMULA, MATHS)]),
        Findings(findings),
        new_markdown_cell("## Who they are\n\nProse with a [link](https://a.org) & <b>tag</b>."),
        show_figure(plot_names, frame(), source=SCRIPT),
        show_table(frame(), columns=columns, title="=Who: they/are?", source=MATHS),
        show_table(frame()[["name"]], title="=who: they/are?", max_rows=500),
        new_markdown_cell("## Caveats"),
        Limits([f"Nothing is known of {SCRIPT}.", f"{MATHS} is a name."]),
        Results({"n": 3}),
    ]
    made = []
    for element in elements:
        if isinstance(element, dict):
            made.append(element)
            continue
        data = element._repr_mimebundle_()
        made.append(new_code_cell("…", outputs=[new_output("display_data", data=data)]))
    return made


@dataclass(frozen=True)
class Hostile:
    """The hostile report: its notebook, its record and its content."""

    notebook: Any
    manifest: Manifest
    content: Content


@pytest.fixture(scope="session")
def hostile() -> Hostile:
    notebook = new_notebook(cells=cells())
    notebook = nbformat.reads(nbformat.writes(notebook), as_version=4)
    manifest = Manifest(
        status="finished",
        notebook="names",
        title=f"Names such as {MATHS}",
        run_id="1",
        started="2026-01-31T09:15:00+01:00",
        parameters={"currency": "EUR", "data": SCRIPT},
        versions={"segkit": "0"},
    )
    return Hostile(notebook, manifest, read_content(notebook, manifest))


@pytest.fixture(scope="session")
def tool(absent) -> Callable[[str, str], str]:
    """Find a program that reads what was written, or skip with the reason."""

    def find(name: str, package: str) -> str:
        path = shutil.which(name)
        return path or absent(f"No {name} found; on Debian: apt install {package}.")

    return find


@pytest.fixture(scope="session")
def pdf_text(tool):
    """Read the text of a PDF back, as a search in it would."""

    def read(path: Path, *options: str) -> str:
        command = [tool("pdftotext", "poppler-utils"), *options, str(path), "-"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    return read


@pytest.fixture(scope="session")
def names() -> list[str]:
    return HOSTILE


@pytest.fixture(scope="session")
def to_pdf(tool, tmp_path_factory):
    """Open a file in LibreOffice and print it, as a reader would."""
    profile = tmp_path_factory.mktemp("libreoffice")

    def convert(path: Path) -> Path:
        office = tool("soffice", "libreoffice-calc libreoffice-impress")
        out = tmp_path_factory.mktemp("converted")
        command = [office, "--headless", f"-env:UserInstallation={profile.as_uri()}"]
        command += ["--convert-to", "pdf", "--outdir", str(out), str(path)]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
        return out / f"{path.stem}.pdf"

    return convert
