"""The page that lists all runs, newest first."""

from __future__ import annotations

import json
import os
import re
import secrets
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from segkit.checks import fail, shown
from segkit.errors import ArgumentError
from segkit.i18n import (
    LANGUAGES,
    _,
    format_moment,
    format_number,
    get_language,
    language_tag,
    ngettext,
    use_language,
)

_PICTURES = 60
_LANG = re.compile(rf'<html lang="({"|".join(LANGUAGES)})\b')


@dataclass(frozen=True)
class IndexedRun:
    """A run as the list shows it."""

    folder: Path
    facts: dict[str, Any]
    thumbnail: str = ""
    failed_before: int = 0  # failed attempts at the same that this run follows
    settings: str = ""  # the parameters that tell it from other runs of its notebook

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
    def parameters(self) -> dict[str, Any]:
        """Its parameters, but for those that its card shows otherwise."""
        found = self.facts.get("parameters")
        pairs = found.items() if isinstance(found, dict) else ()
        return {str(name): value for name, value in pairs if name not in _KNOWN}

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
        reason = self._not_written
        if reason:
            return reason
        failed = self.facts.get("failed_cell")
        failed = failed if isinstance(failed, dict) else {}
        text = _("Cell {number} failed: {message}")
        return text.format(number=failed.get("number", "?"), message=failed.get("message", ""))

    @property
    def why(self) -> str:
        """What is left of a failed run."""
        if self._not_written:
            return _("Its cells have run. The notebook with their results is kept.")
        return _("No report was made. The notebook with the error is kept.")

    @property
    def _not_written(self) -> str:
        return str(self.facts.get("failed_report") or self.facts.get("failed_form") or "")

    @property
    def rows(self) -> str:
        """How many rows its data have."""
        data = self.facts.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("rows"), int):
            return ""
        n = data["rows"]
        return ngettext("{n} row", "{n} rows", n).format(n=format_number(n))

    @property
    def language(self) -> str:
        """The language of its words, as a page states it; empty where it is not known."""
        spoken = self.facts.get("language")
        if spoken not in LANGUAGES:
            return ""
        with use_language(str(spoken)):
            return language_tag()

    @property
    def attempts(self) -> str:
        """How often the same was tried before and failed."""
        if not self.failed_before:
            return ""
        return ngettext(
            "{n} earlier attempt failed", "{n} earlier attempts failed", self.failed_before
        ).format(n=format_number(self.failed_before))

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
    from segkit.report.index_attempts import fold_attempts
    from segkit.report.thumbnail import read_thumbnail

    runs = _told_apart(fold_attempts(list_runs(out)))
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


#: What a card says anyway, or what says nothing by itself.
_KNOWN = ("data", "column_map", "language")


def _told_apart(runs: list[IndexedRun]) -> list[IndexedRun]:
    """Add to each run the parameters in which runs of its notebook differ."""
    values: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        for name, value in run.parameters.items():
            values.setdefault((run.notebook, name), set()).add(str(value))

    def differing(run: IndexedRun) -> str:
        pairs = run.parameters.items()
        told = [f"{n}={v}" for n, v in pairs if len(values[run.notebook, n]) > 1]
        return " · ".join(told)

    return [replace(run, settings=differing(run)) for run in runs]


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


def write_index(out: str | Path = "reports", *, language: str | None = None) -> Path:
    """Write ``index.html``, the list of all runs in a folder of reports.

    The list has one language, whatever the languages of the runs in it: what a run writes
    when it ends keeps the language that the list has. Headlines stay as the runs told them.

    Parameters
    ----------
    out
        The folder that runs were written to.
    language
        ``"en"`` or ``"zh"``; left out, that of the list as it is, and of a new list that of
        the moment: the language of the first run.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ArgumentError
        When there is no such folder, or it cannot be written.
    """
    out = Path(out)
    if not out.is_dir():
        remedy = "It is a file." if out.exists() else "There is none; segkit run makes it."
        fail("index", "out", "a folder of reports", str(out), remedy)
    page = out / "index.html"
    with use_language(language or _language_of(page) or get_language()):
        _put(page, _render(out))
    return page


def refresh_index(out: str | Path) -> None:
    """Write the list again when something was added; where that fails, warn and go on."""
    try:
        write_index(out)
    except ArgumentError as err:  # what was added is there all the same
        warnings.warn(str(err), stacklevel=2)


def _language_of(page: Path) -> str | None:
    """Tell the language of a list that was written before."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            found = _LANG.search(file.read(500))
    except OSError:
        return None
    return found[1] if found else None


def _render(out: Path) -> str:
    from jinja2 import Environment, FileSystemLoader

    from segkit.report.page_font import with_page_font
    from segkit.report.page_parts import TEMPLATES, read_asset, security_policy
    from segkit.report.turning import unturned

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "segkit"), autoescape=True, trim_blocks=True
    )
    environment.globals.update(
        {
            "_": _,
            "ngettext": ngettext,
            "format_number": format_number,
            "asset": read_asset,
            "policy": security_policy,
        }
    )
    template = environment.get_template("segkit_index.html.j2")
    html = template.render(**_content(out), language=language_tag())
    return with_page_font(unturned(html))


def _put(page: Path, html: str) -> None:
    """Put the page in its place at once: parallel runs write the same one."""
    draft = page.with_name(f".index-{secrets.token_hex(4)}.html")
    try:
        draft.write_text(html, encoding="utf-8")
        os.replace(draft, page)
    except OSError as err:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ArgumentError(
            "index: out must be a folder that can be written; "
            f"got {shown(str(page.parent))} ({err.strerror})."
        ) from err
