"""What the form says: the question, what is wrong, what came out."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

from segkit.errors import SegkitError
from segkit.i18n import _
from segkit.report.catalog import Notebook
from segkit.report.form_server import Server, report_address
from segkit.report.translate import split_markdown

if TYPE_CHECKING:
    from segkit.report.finished import Run

_WHO = re.compile(r"^(?:run )?[\w.]+: ")


def question_of(notebook: Notebook) -> str:
    """Give the question that a notebook asks, from the paragraph marked so."""
    for cell in notebook.content["cells"]:
        for piece, translated in split_markdown(cell["source"]):
            if cell["cell_type"] == "markdown" and translated and piece.startswith("**Question"):
                return re.sub(r"^\*\*.*?\*\*[：:\s]*", "", _(piece))
    return ""


def describe_fault(err: SegkitError) -> str:
    """Say what is wrong without naming the function that found it: a form has no functions."""
    lines = [_WHO.sub("", line) for line in str(err).splitlines()]
    lines = [line[:1].upper() + line[1:] if line.startswith("cell ") else line for line in lines]
    text = "<br>".join(escape(line) for line in lines)
    return f'<div class="segkit-fault" role="alert">{text}</div>'


def describe_run(run: Run, server: Server | None) -> str:
    """Say what came out, with links to the report and to all files that were written."""
    facts = json.loads((run.path / "run.json").read_text(encoding="utf-8"))
    parts = [f"<b>{escape(str(facts.get('headline') or run.title))}</b>"]
    if run.cached:
        again = _("Nothing has changed since this report was made, so it is shown again.")
        parts.append(escape(again))
    opened = _link(report_address(run.report, server), _("Open the report"))
    parts.append(f'<span class="segkit-open">{opened}</span>')
    names = sorted([*facts.get("files", {}), "run.json"], key=lambda name: ("/" in name, name))
    items = "".join(
        f"<li>{_link(report_address(run.path / name, server), name)}</li>" for name in names
    )
    head = _("Files in {folder}: {count}").format(folder=run.path.name, count=len(names))
    parts.append(f"<details><summary>{escape(head)}</summary><ul>{items}</ul></details>")
    return '<div class="segkit-done" role="status">' + "<br>".join(parts) + "</div>"


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(text)}</a>'
