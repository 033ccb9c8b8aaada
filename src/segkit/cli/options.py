"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Language = Annotated[str, typer.Option("--language", help="Language: en or zh.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of all reports.")]
Rerun = Annotated[bool, typer.Option("--force", help="Run again even where nothing has changed.")]
FORMATS_HELP = "Forms of the report: html, pdf, xlsx, pptx, md, with commas between."
