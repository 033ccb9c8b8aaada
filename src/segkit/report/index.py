"""The page that lists all runs, newest first."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from segkit.i18n import _, format_date, format_number, get_language, ngettext


@dataclass(frozen=True)
class IndexedRun:
    """A run as the list shows it."""

    folder: Path
    facts: dict[str, Any]

    @property
    def finished(self) -> bool:
        """Whether there is a report to open."""
        return self.facts.get("status") == "finished"

    @property
    def title(self) -> str:
        """The notebook's title."""
        return str(self.facts.get("title") or self.facts.get("notebook") or self.folder.name)

    @property
    def headline(self) -> str:
        """The report's headline, or why there is none."""
        if self.finished:
            return str(self.facts.get("headline") or "")
        failed = self.facts.get("failed_cell") or {}
        text = _("Cell {number} failed: {message}")
        return text.format(number=failed.get("number", "?"), message=failed.get("message", ""))

    @property
    def data(self) -> str:
        """Which data, and how many rows."""
        data = self.facts.get("data") or {}
        parts = [str(data.get("name") or "")]
        if isinstance(data.get("rows"), int):
            parts.append(_("{n} rows").format(n=format_number(data["rows"])))
        return " · ".join(part for part in parts if part)

    @property
    def when(self) -> str:
        """When the run started."""
        try:
            moment = datetime.fromisoformat(str(self.facts.get("started")))
        except ValueError:
            return ""
        return f"{format_date(moment)}, {moment:%H:%M}"

    @property
    def href(self) -> str:
        """Where to go: the report, or the notebook that failed."""
        name = "report.html" if self.finished else "notebook.ipynb"
        return quote("/".join([self.folder.parent.name, self.folder.name, name]))


def list_runs(out: str | Path) -> list[IndexedRun]:
    """List the runs in a folder of reports, newest first; unfinished ones are not runs yet."""
    runs = []
    for file in Path(out).glob("*/*/run.json"):
        if file.parent.name.startswith("."):
            continue
        try:
            facts = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # a file somebody else put there
            continue
        if isinstance(facts, dict):
            runs.append(IndexedRun(file.parent, facts))
    return sorted(runs, key=lambda run: run.folder.name, reverse=True)


def write_index(out: str | Path = "reports") -> Path:
    """Write ``index.html``, the list of all runs in a folder of reports.

    Parameters
    ----------
    out
        The folder that runs were written to.

    Returns
    -------
    Path
        The page.
    """
    from jinja2 import Environment, FileSystemLoader

    from segkit.report.page_parts import TEMPLATES, read_asset, security_policy

    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "segkit"), autoescape=True, trim_blocks=True
    )
    environment.globals.update(
        {"_": _, "ngettext": ngettext, "asset": read_asset, "policy": security_policy}
    )
    language = "zh-Hans" if get_language() == "zh" else "en"
    html = environment.get_template("segkit_index.html.j2").render(
        runs=list_runs(out), language=language
    )
    page = out / "index.html"
    # Parallel runs write the same page: each writes its own file and puts it in place at once.
    draft = out / f".index-{secrets.token_hex(4)}.html"
    draft.write_text(html, encoding="utf-8")
    os.replace(draft, page)
    return page
