"""What every form of a report says: its parts gathered once, free of any form."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from segkit.cells import plain_cell
from segkit.i18n import _
from segkit.report.document import Block, Document, Section, read_document
from segkit.report.downloads import part_name
from segkit.report.manifest import Manifest
from segkit.report.turning import unturned

# What XML, and so any office file, has no place for; half a surrogate pair is no character.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_BREAKS = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Figure:
    """A figure: its words, its picture, and the file that stands beside the report."""

    title: str
    subtitle: str
    alt: str
    source: str
    file: str
    png: bytes | None = field(repr=False)
    name: str = ""


@dataclass(frozen=True)
class TableData:
    """A table: columns, the texts of the rows a page shows, and the file with all rows."""

    title: str
    source: str
    columns: list[dict[str, Any]]
    texts: list[list[str]] = field(repr=False)
    shown: list[list[Any]] = field(repr=False)
    csv: str = field(repr=False)
    total: int = 0
    file: str = ""

    def rows(self) -> Iterator[list[Any]]:
        """Give all rows as plain values: those of the page as they are, the rest read back."""
        yield from self.shown
        if self.total > len(self.shown):
            lines = csv.reader(io.StringIO(self.csv, newline=""))
            for number, line in enumerate(lines):
                if number > len(self.shown):
                    cells = zip(line, self.columns, strict=True)
                    yield [_read_back(text, column["kind"]) for text, column in cells]


@dataclass(frozen=True)
class Chapter:
    """A heading of the evidence and what stands under it, in order."""

    heading: str
    parts: list[Figure | TableData | Block]


@dataclass(frozen=True)
class Content:
    """A report's content in reading order."""

    title: str
    headline: str
    lede: str
    period: str
    kpis: list[dict[str, str]]
    findings: list[dict[str, str]]
    summary: list[Figure | TableData | Block]
    chapters: list[Chapter]
    caveats: list[Figure | TableData | Block]
    limits: list[str]
    made: list[tuple[str, str]]
    manifest: Manifest

    def parts(self) -> Iterator[tuple[str, Figure | TableData | Block]]:
        """Give all parts with the heading they stand under."""
        yield from ((_("Summary"), part) for part in self.summary)
        for chapter in self.chapters:
            yield from ((chapter.heading, part) for part in chapter.parts)
        yield from ((_("Limits"), part) for part in self.caveats)

    @property
    def tables(self) -> list[TableData]:
        """All tables in order."""
        return [part for _heading, part in self.parts() if isinstance(part, TableData)]

    @property
    def figures(self) -> list[tuple[str, Figure]]:
        """All figures in order, each with its heading."""
        return [(head, part) for head, part in self.parts() if isinstance(part, Figure)]


def read_content(notebook: Any, manifest: Manifest) -> Content:
    """Gather a report's content from its executed notebook and what is known of the run."""
    from segkit.report.render import provenance

    document = read_document(notebook)
    cover = document.cover or {}
    names = _Names()
    summary = _parts(document.summary, names)
    chapters = [Chapter(s.heading, _parts(s, names)) for s in document.evidence]
    return Content(
        title=manifest.title,
        headline=cover.get("headline") or manifest.title,
        lede=cover.get("lede", ""),
        period=cover.get("period", ""),
        kpis=list(cover.get("kpis", [])),
        findings=_findings(document),
        summary=summary,
        chapters=[chapter for chapter in chapters if chapter.parts],
        caveats=_parts(document.caveats, names),
        limits=document.limits,
        made=provenance(manifest),
        manifest=manifest,
    )


def printable(text: Any) -> str:
    """Make one line of text that any file can hold.

    Examples
    --------
    >>> printable("a\\x00b\\n c\\u202e")
    'ab c'
    """
    # Spaces that hold a number and its sign together are not for breaking lines.
    return _BREAKS.sub(" ", _UNPRINTABLE.sub("", unturned(str(text)))).strip()


class _Names:
    """Names of files, counted as the page counts them."""

    def __init__(self) -> None:
        self.figures = self.tables = 0

    def figure(self, payload: dict[str, Any]) -> str:
        self.figures += 1
        return f"figures/{part_name(self.figures, payload)}.svg"

    def table(self, payload: dict[str, Any]) -> str:
        self.tables += 1
        return f"tables/{part_name(self.tables, payload)}.csv"


def _findings(document: Document) -> list[dict[str, str]]:
    return list((document.findings or {}).get("items", []))


def _parts(section: Section, names: _Names) -> list[Figure | TableData | Block]:
    """Take a section's blocks without its code."""
    parts: list[Figure | TableData | Block] = []
    for block in section.blocks:
        if block.kind == "figure":
            parts.append(_figure(block.content, names))
        elif block.kind == "table":
            parts.append(_table(block.content, names))
        elif block.kind == "image" and block.content["mime"] == "image/png":
            parts.append(_picture(section.heading, block.content))
        elif block.kind not in ("code", "image"):
            parts.append(block)
    return parts


def _figure(payload: dict[str, Any], names: _Names) -> Figure:
    png = payload.get("png")
    words = {name: payload.get(name, "") for name in ("title", "subtitle", "alt", "source")}
    picture = base64.b64decode(png) if png else None
    name = payload.get("name", "")
    return Figure(**words, file=names.figure(payload), png=picture, name=name)


def _picture(heading: str, image: dict[str, Any]) -> Figure:
    """Take a picture that a cell drew by itself: it has no words of its own."""
    alt = _("Figure made by cell {number}; the notebook does not describe it.")
    alt = alt.format(number=image["cell"])
    return Figure(heading, "", alt, "", "", base64.b64decode(image["data"]))


def _table(payload: dict[str, Any], names: _Names) -> TableData:
    return TableData(
        title=payload["title"],
        source=payload["source"],
        columns=payload["columns"],
        texts=payload["texts"],
        shown=payload["values"],
        csv=payload["csv"],
        total=payload["total"],
        file=names.table(payload),
    )


def _read_back(text: str, kind: str) -> Any:
    """Read a cell of the CSV: numbers as numbers, texts without the mark against formulas."""
    if text == "":
        return None
    if kind not in ("text", "date"):
        # Whole numbers first: of 19 digits a float keeps 15.
        for read in (int, float):
            with suppress(ValueError):
                return read(text)
    return plain_cell(text)
