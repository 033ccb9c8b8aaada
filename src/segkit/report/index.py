"""The page that lists all runs, newest first."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from segkit.i18n import _, format_moment, format_number, language_tag, ngettext

_PICTURES = 60


@dataclass(frozen=True)
class IndexedRun:
    """A run as the list shows it."""

    folder: Path
    facts: dict[str, Any]
    thumbnail: str = ""

    @property
    def notebook(self) -> str:
        """The stem of its notebook."""
        return str(self.facts.get("notebook") or self.folder.parent.name)

    @property
    def data_name(self) -> str:
        """The name of its data."""
        data = self.facts.get("data")
        return str(data.get("name") or "") if isinstance(data, dict) else ""

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
        if self.facts.get("failed_form"):
            return str(self.facts["failed_form"])
        failed = self.facts.get("failed_cell")
        failed = failed if isinstance(failed, dict) else {}
        text = _("Cell {number} failed: {message}")
        return text.format(number=failed.get("number", "?"), message=failed.get("message", ""))

    @property
    def rows(self) -> str:
        """How many rows its data have."""
        data = self.facts.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("rows"), int):
            return ""
        return _("{n} rows").format(n=format_number(data["rows"]))

    @property
    def when(self) -> str:
        """When the run started."""
        try:
            moment = datetime.fromisoformat(str(self.facts.get("started")))
        except ValueError:
            return ""
        return format_moment(moment)

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


def _content(out: Path) -> dict[str, Any]:
    """Collect what the page shows: runs with their pictures, and what they can be chosen by."""
    from segkit.report.thumbnail import read_thumbnail

    runs = list_runs(out)
    # Pictures make the page heavy; nobody looks for an old run by its picture.
    runs = [
        replace(run, thumbnail=read_thumbnail(run.folder)) if number < _PICTURES else run
        for number, run in enumerate(runs)
    ]
    states = {"finished": _("finished"), "failed": _("failed")}
    found = {("finished" if run.finished else "failed") for run in runs}
    return {
        "runs": runs,
        "notebooks": [(name, name) for name in sorted({run.notebook for run in runs})],
        "datasets": [(name, name) for name in sorted({run.data_name for run in runs} - {""})],
        "states": [(state, text) for state, text in states.items() if state in found],
        "comparisons": _comparisons(out),
    }


def _comparisons(out: Path) -> list[dict[str, str]]:
    found = []
    for file in out.glob("comparisons/*/comparison.json"):
        try:
            facts = json.loads(file.read_text(encoding="utf-8"))
            words = [str(facts["title"]), str(facts["headline"])]
            started = str(facts["started"])
        except (OSError, ValueError, KeyError, TypeError):  # not one of ours
            continue
        if not file.parent.name.startswith("."):
            href = quote((file.parent / "report.html").relative_to(out).as_posix())
            found.append({"href": href, "title": " · ".join(words), "started": started})
    return sorted(found, key=lambda comparison: comparison["started"], reverse=True)


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
    html = environment.get_template("segkit_index.html.j2").render(
        **_content(out), language=language_tag()
    )
    page = out / "index.html"
    # Parallel runs write the same page: each writes its own file and puts it in place at once.
    draft = out / f".index-{secrets.token_hex(4)}.html"
    draft.write_text(html, encoding="utf-8")
    os.replace(draft, page)
    return page
