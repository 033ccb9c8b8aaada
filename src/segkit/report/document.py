"""The parts of a report, taken out of an executed notebook in reading order.

Markdown headings of the first two levels open sections. Elements go where the reader
looks for them: the cover and the findings to the front, the limits to the end. The code
of each cell travels with the output it made; under the tag ``hide-output`` only the code
is shown. Prose beside the findings stays in the notebook: the summary is the findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from segkit.report.elements import MIME
from segkit.report.parameters import is_parameter_cell

_HIDDEN = "hide-output"
_SECTION = re.compile(r"^(#{1,2})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_NO_BLOCK = ("cover", "findings", "limits", "results", "data", "kept", "kept_tables")


@dataclass
class Block:
    """One thing in a section: prose, a figure, a table, another output, or code alone."""

    kind: str  # markdown, figure, table, html, image, plain, code
    content: Any = None
    code: list[str] = field(default_factory=list)


@dataclass
class Section:
    """A heading and what stands under it."""

    heading: str
    level: int = 2
    blocks: list[Block] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)

    @property
    def visible(self) -> bool:
        """Whether there is more than code in it."""
        return any(block.kind != "code" for block in self.blocks)


@dataclass
class Document:
    """A report before it becomes a page."""

    cover: dict[str, Any] | None = None
    findings: dict[str, Any] | None = None
    limits: list[str] = field(default_factory=list)
    summary: Section = field(default_factory=lambda: Section("summary"))
    evidence: list[Section] = field(default_factory=list)
    caveats: Section = field(default_factory=lambda: Section("limits"))
    preparation: list[str] = field(default_factory=list)


def payloads(notebook: Any) -> Iterator[dict[str, Any]]:
    """Give the payloads of all elements in a notebook, in order."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                yield output["data"][MIME]


def read_document(notebook: Any) -> Document:
    """Take an executed notebook apart.

    Parameters
    ----------
    notebook
        The executed notebook as nbformat reads it.
    """
    document = Document()
    sections = [Section("", 0)]
    pending: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            for level, heading, text in split_headings(cell.source):
                if level:
                    _close(sections[-1], pending)
                    sections.append(Section(heading, level))
                if text.strip():
                    sections[-1].blocks.append(Block("markdown", text))
        elif cell.cell_type == "code" and not _sets_parameters(cell):
            pending.append(cell.source)
            _add_outputs(document, sections[-1], cell, pending, number)
    _close(sections[-1], pending)
    _place(document, sections)
    return document


def _sets_parameters(cell: Any) -> bool:
    return is_parameter_cell(cell) or "injected-parameters" in cell.metadata.get("tags", [])


def split_headings(source: str) -> list[tuple[int, str, str]]:
    """Split markdown at headings of level one and two; text before the first has level 0.

    Examples
    --------
    >>> split_headings("Hello\\n## Who the `customers` are\\nMany.")
    [(0, '', 'Hello'), (2, 'Who the customers are', 'Many.')]
    """
    parts: list[tuple[int, str, list[str]]] = [(0, "", [])]
    fenced = False
    for line in source.splitlines():
        fenced ^= bool(_FENCE.match(line))
        opening = None if fenced else _SECTION.match(line)
        if opening:
            parts.append((len(opening[1]), plain_heading(opening[2]), []))
        else:
            parts[-1][2].append(line)
    texts = [(level, heading, "\n".join(lines)) for level, heading, lines in parts]
    return [part for part in texts if part[0] or part[2].strip()]


def plain_heading(text: str) -> str:
    """Take the marks of emphasis, code and links off a heading."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(\*\*|__|`|\*)(.+?)\1", r"\2", text).strip()


def _close(section: Section, pending: list[str]) -> None:
    """Leave no code behind: what made no output is shown at the end of its section."""
    if pending:
        section.blocks.append(Block("code", code=pending.copy()))
        pending.clear()


def _add_outputs(
    document: Document, section: Section, cell: Any, pending: list[str], number: int
) -> None:
    hidden = _HIDDEN in cell.metadata.get("tags", [])
    blocks = []
    for output in cell.outputs:
        payload = output.get("data", {}).get(MIME)
        if payload is not None and payload["kind"] in _NO_BLOCK:
            _pull(document, section, payload)
        elif not hidden:
            blocks += _block(output, payload, number)
    if blocks:
        blocks[-1].code = pending.copy()
        pending.clear()
        section.blocks += blocks


def _pull(document: Document, section: Section, payload: dict[str, Any]) -> None:
    kind = payload["kind"]
    section.holds.add(kind)
    if kind == "cover":
        document.cover = payload
    elif kind == "findings":
        document.findings = payload
    elif kind == "limits":
        document.limits += payload["sentences"]


def _block(output: Any, payload: dict[str, Any] | None, number: int) -> list[Block]:
    """Choose the form in which an output is shown; warnings stay in the notebook."""
    if payload is not None:
        return [Block(payload["kind"], payload)]
    if output.output_type == "stream":
        return [Block("plain", output.text)] if output.name == "stdout" else []
    data = output.get("data", {})
    for mime, kind in (("text/html", "html"), ("text/markdown", "output-markdown")):
        if mime in data:
            return [Block(kind, data[mime])]
    for mime in ("image/svg+xml", "image/png", "image/jpeg"):
        if mime in data:
            return [Block("image", {"mime": mime, "data": data[mime], "cell": number})]
    # matplotlib and others print what they return; that is not for a reader.
    text = data.get("text/plain", "")
    return [] if not text or text.lstrip("[(").startswith("<") else [Block("plain", text)]


def _place(document: Document, sections: list[Section]) -> None:
    """Put each section where the reader looks for it."""
    title = next((section for section in sections if section.level == 1), None)
    if title is not None:
        # The bar and the cover say the title, the question and the answer; once is enough.
        title.heading, title.level = "", 0
        title.blocks = [block for block in title.blocks if block.kind != "markdown"]
    for section in sections:
        if "findings" in section.holds:
            document.summary.blocks += [b for b in section.blocks if b.kind != "markdown"]
        elif "limits" in section.holds:
            document.caveats.blocks += section.blocks
        elif section.visible:
            document.evidence.append(section)
        else:
            document.preparation += [code for block in section.blocks for code in block.code]
