"""From an executed notebook to ``report.html`` and the files beside it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer

from segkit.i18n import _, format_moment, format_number, get_language, language_tag, ngettext
from segkit.report.brand import Brand, house_brand
from segkit.report.catalog import Notebook
from segkit.report.document import Block, Document, Section, read_document
from segkit.report.downloads import csv_bytes, data_uri, part_name
from segkit.report.manifest import Manifest
from segkit.report.page_font import with_page_font
from segkit.report.page_parts import TEMPLATES, read_asset, security_policy
from segkit.report.sanitize import clean_html, css_string, inline_svg, split_alternative
from segkit.report.turning import unturned
from segkit.value.words import count_customers

_INLINE_CSV_BYTES = 200_000


@dataclass
class Page:
    """What the templates print: texts are escaped there, ``Markup`` is ready."""

    document: Document
    sections: list[dict[str, Any]] = field(default_factory=list)
    summary: list[dict[str, Any]] = field(default_factory=list)
    caveats: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


class ReportExporter(TemplateExporter):
    """nbconvert with segkit's template, which stands on nbconvert's ``basic``."""

    output_mimetype = "text/html"
    file_extension = ".html"
    template_name = "segkit"

    def __init__(self, **options: Any) -> None:
        """Look for the template in the package, wherever nbconvert looks otherwise."""
        super().__init__(extra_template_basedirs=[str(TEMPLATES)], **options)

    def default_filters(self) -> Any:
        """Add the one filter that nbconvert's base templates name and its own exporter adds."""
        yield from super().default_filters()
        yield "highlight_code", Highlight2HTML

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        # nbconvert's own templates print markup unescaped; ours never do.
        environment.autoescape = lambda name: bool(name and Path(name).name.startswith("segkit_"))
        environment.globals.update(template_helpers())
        return environment


@cache
def report_exporter() -> ReportExporter:
    """Make the exporter, once in a process: its templates are compiled once, too."""
    return ReportExporter()


def template_helpers() -> dict[str, Any]:
    """Functions that the templates call."""
    return {
        "_": _,
        "ngettext": ngettext,
        "asset": read_asset,
        "policy": security_policy,
        "css_string": css_string,
        "phrases": phrases,
        "format_number": format_number,
    }


def render_report(
    notebook: Any, manifest: Manifest, *, brand: Brand | None = None
) -> tuple[str, dict[str, bytes]]:
    """Make the page of a report, and the files that stand beside it.

    Parameters
    ----------
    notebook
        An executed notebook.
    manifest
        What is known of the run, for the bar, the title and the footer.
    brand
        Whose report it is; the house's when left out.

    Returns
    -------
    tuple of str and dict
        The page in the current language, and file contents by relative path.
    """
    page = _make_page(read_document(notebook))
    resources = {
        "page": page,
        "manifest": manifest,
        "brand": brand or house_brand(),
        "language": language_tag(),
        "made": provenance(manifest),
        "preparation": code_html(page.document.preparation),
    }
    html, _rest = report_exporter().from_notebook_node(notebook, {"segkit": resources})
    # Every text has come by here; a mark in a name may turn what follows it, and says nothing.
    return with_page_font(unturned(html)), page.files


@cache
def rehearse() -> None:
    """Render a page of nearly nothing, once, so that the first true one finds all compiled."""
    cells = [new_markdown_cell("# 1\n\n*2* `3`\n"), new_code_cell("4  # 5")]
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    nothing = Manifest(status="finished", notebook="", title="", run_id="", started=now)
    render_report(new_notebook(cells=cells), nothing)


def write_report(
    notebook: Any,
    manifest: Manifest,
    folder: Path,
    source: Notebook,
    *,
    brand: Brand | None = None,
) -> Path:
    """Write ``report.html`` with ``figures/`` and ``tables/`` into a run's folder."""
    html, files = render_report(notebook, manifest, brand=brand)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    report = folder / "report.html"
    report.write_text(html, encoding="utf-8")
    return report


def phrases(text: str) -> Markup:
    """Let a Chinese headline break after its punctuation rather than inside a word."""
    if get_language() != "zh":
        return Markup.escape(text)
    parts = [part for part in re.split(r"(?<=[，。；：！？、])", text) if part]
    return Markup().join(Markup('<span class="phrase">{}</span>').format(part) for part in parts)


def code_html(sources: Iterable[str]) -> list[Markup]:
    """Colour code; what it contains is escaped by the formatter."""
    lexer, formatter = PythonLexer(), HtmlFormatter(nowrap=True)
    return [Markup(highlight(source, lexer, formatter)) for source in sources if source.strip()]


def markdown_html(text: str, *, authored: bool) -> Markup:
    """Turn markdown into harmless markup.

    A notebook's author may write tags and link to the web. In what a cell printed, a tag
    is part of a name and is shown as written.
    """
    renderer = IPythonRenderer(escape=not authored, exclude_anchor_links=True)
    return clean_html(MarkdownWithMath(renderer=renderer).render(text), links=authored)


def provenance(manifest: Manifest) -> list[tuple[str, str]]:
    """Word the lines of "How this was made"."""
    parameters = [f"{name}={_short(value)}" for name, value in manifest.parameters.items()]
    data = manifest.data
    seconds = _("{n} s").format(n=format_number(manifest.seconds, 1))
    run = [_moment(manifest.started), seconds]
    about = [str(data.get("name", ""))]
    if data.get("rows") is not None:
        about.append(_count_rows(data["rows"]))
    if data.get("customers") is not None:
        about.append(count_customers(data["customers"]))
    if data.get("currency"):
        about.append(data["currency"])
    if data.get("sha256"):
        about.append(f"sha256 {data['sha256']}")
    if manifest.seed is not None:
        run.append(_("seed {seed}").format(seed=manifest.seed))
    versions = [f"{name} {number}" for name, number in manifest.versions.items()]
    commit = f"{manifest.notebook} ({_commit(manifest)})" if manifest.git_commit else ""
    lines = [
        (_("Notebook"), commit or manifest.notebook),
        (_("Parameters"), " · ".join(parameters)),
        (_("Data"), " · ".join(part for part in about if part)),
        (_("Origin"), str(data.get("origin", ""))),
        (_("Software"), " · ".join(versions)),
        (_("Run"), " · ".join([*run, manifest.run_id])),
    ]
    return [(label, text) for label, text in lines if text]


def _commit(manifest: Manifest) -> str:
    """Shorten the number of a commit, but not the word that files were changed after it."""
    return re.sub(r"([0-9a-f]{12})[0-9a-f]{28}", r"\1", str(manifest.git_commit))


def _count_rows(n: int) -> str:
    return ngettext("{n} row", "{n} rows", n).format(n=format_number(n))


def _short(value: Any) -> str:
    """Show a parameter; of a path only the file's name, for folders are nobody's business."""
    text = str(value)
    return Path(text).name if isinstance(value, str) and ("/" in text or "\\" in text) else text


def _moment(started: str) -> str:
    return format_moment(datetime.fromisoformat(started))


def _make_page(document: Document) -> Page:
    page = Page(document)
    page.summary = _blocks(page, document.summary)
    used = {"summary", "limits", "made"}
    for section in document.evidence:
        heading = section.heading
        entry = {"heading": heading, "id": _anchor(heading, used), "blocks": _blocks(page, section)}
        page.sections.append(entry)
    page.caveats = _blocks(page, document.caveats)
    return page


def _anchor(heading: str, used: set[str]) -> str:
    """Make an id out of a heading; Chinese characters stay, repeats are numbered."""
    base = re.sub(r"[^\w]+", "-", heading.lower()).strip("-") or "section"
    name, number = base, 2
    while name in used:
        name, number = f"{base}-{number}", number + 1
    used.add(name)
    return name


def _blocks(page: Page, section: Section) -> list[dict[str, Any]]:
    makers = {"figure": _figure, "table": _table}
    made = []
    for block in section.blocks:
        entry = makers[block.kind](page, block.content) if block.kind in makers else _other(block)
        made.append({"kind": block.kind, "code": code_html(block.code), **entry})
    return made


def _other(block: Block) -> dict[str, Any]:
    if block.kind == "markdown":
        return {"html": markdown_html(block.content, authored=True)}
    if block.kind == "output-markdown":
        return {"kind": "html", "html": markdown_html(block.content, authored=False)}
    if block.kind == "html":
        return {"html": clean_html(block.content)}
    if block.kind == "image":
        image = block.content
        is_text = image["mime"] == "image/svg+xml"
        content = image["data"].encode() if is_text else base64.b64decode(image["data"])
        alt = _("Figure made by cell {number}; the notebook does not describe it.")
        return {"src": data_uri(content, image["mime"]), "alt": alt.format(number=image["cell"])}
    return {"text": block.content}


def _figure(page: Page, payload: dict[str, Any]) -> dict[str, Any]:
    number = 1 + sum(name.endswith(".svg") for name in page.files)
    name = part_name(number, payload)
    label, words = split_alternative(payload["alt"])
    page.files[f"figures/{name}.svg"] = payload["svg"].encode()
    return {
        **_download(page, f"figures/{name}.csv", payload["csv"]),
        "name": name,
        "svg_file": f"figures/{name}.svg",
        "wide": inline_svg(payload["svg"], f"f{number}w", label),
        "narrow": inline_svg(payload["svg_narrow"], f"f{number}n", label),
        "words": words,
        "title": payload["title"],
        "subtitle": payload["subtitle"],
        "source": payload["source"],
    }


def _table(page: Page, payload: dict[str, Any]) -> dict[str, Any]:
    number = 1 + sum(name.startswith("tables/") for name in page.files)
    name = part_name(number, payload)
    rows = [
        [
            {"value": value, "text": text, "width": _bar_width(value, column)}
            for value, text, column in zip(values, texts, payload["columns"], strict=True)
        ]
        for values, texts in zip(payload["values"], payload["texts"], strict=True)
    ]
    return {
        **_download(page, f"tables/{name}.csv", payload["csv"]),
        "name": name,
        "title": payload["title"],
        "source": payload["source"],
        "columns": payload["columns"],
        "rows": rows,
        "left_out": payload["total"] - payload["shown"],
    }


def _bar_width(value: Any, column: dict[str, Any]) -> str | None:
    if column["kind"] != "bar_percent" or not isinstance(value, int | float):
        return None
    return f"{min(max(value, 0.0), 1.0) * 100:.1f}%"


def _download(page: Page, path: str, text: str) -> dict[str, str]:
    """Offer a CSV inside the page; a large one only beside it, to keep the page light."""
    content = csv_bytes(text)
    page.files[path] = content
    small = len(content) <= _INLINE_CSV_BYTES
    href = data_uri(content, "text/csv;charset=utf-8") if small else path
    return {"csv_href": href, "csv_file": path, "csv_name": Path(path).name}
