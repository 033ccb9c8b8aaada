"""A report as Markdown: for a wiki, a repository or an e-mail; pictures stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup

from segkit.i18n import _, format_number, ngettext
from segkit.report.document import Block
from segkit.report.export.content import Content, Figure, TableData, printable
from segkit.report.export.look import look_of
from segkit.report.turning import unturned

_MARKS = re.compile(r"([\\`*_{}\[\]|$~^])")
# Only such an "&" means something else than itself.
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(#|\+|-|=|:|\d+[.)](?=\s|$))")
_AUTHORED_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def write_markdown(content: Content, path: Path, *, brand: Any = None) -> None:
    """Write the report as one Markdown file that points at ``figures/`` and ``tables/``.

    Parameters
    ----------
    content
        The report's content.
    path
        The file to write, in the run's folder.
    brand
        Whose report it is.
    """
    lines = "\n\n".join(part for part in _document(content, look_of(brand)) if part)
    path.write_text(unturned(lines) + "\n", encoding="utf-8", newline="\n")


def escape_markdown(text: Any) -> str:
    """Write a text so that Markdown shows it letter by letter.

    Examples
    --------
    >>> print(escape_markdown("<b>*x*</b> & $y$ &copy;"))
    &lt;b&gt;\\*x\\*&lt;/b&gt; & \\$y\\$ &amp;copy;
    """
    text = _ENTITY.sub("&amp;", printable(text)).replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKS.sub(r"\\\1", text)
    # An address in a name is a name: a reader's program makes no link of it.
    text = re.sub(r"(?i)\b(https?|ftp|mailto)(?=:)", r"\1\\", text)
    text = re.sub(r"(?i)\b(www)(?=\.)", r"\1\\", text)
    return _LINE_START.sub(lambda found: _escaped_start(found[0]), text)


def _escaped_start(mark: str) -> str:
    return mark[:-1] + "\\" + mark[-1]


def _document(content: Content, look: Any) -> Iterator[str]:
    text = escape_markdown
    yield f"# {text(content.headline)}"
    about = [content.title, content.period, look.name, look.confidentiality]
    yield " · ".join(text(part) for part in about if part)
    yield text(content.lede)
    yield "\n".join(f"- **{text(kpi['value'])}** {text(kpi['label'])}" for kpi in content.kpis)
    if content.findings or content.summary:
        yield f"## {text(_('Summary'))}"
    for number, item in enumerate(content.findings, start=1):
        yield (
            f"{number}. **{text(item['number'])}** {text(item['title'])}\n\n"
            f"   {text(item['evidence'])}\n\n   → {text(item['action'])}"
        )
    yield from map(_part, content.summary)
    for chapter in content.chapters:
        yield f"## {text(chapter.heading)}" if chapter.heading else ""
        yield from map(_part, chapter.parts)
    if content.limits:
        yield f"## {text(_('Limits'))}"
        yield from map(_part, content.caveats)
        yield "\n".join(f"- {text(sentence)}" for sentence in content.limits)
    yield f"## {text(_('How this was made'))}"
    words = _("{label}: {values}")
    facts = [words.format(label=f"**{text(n)}**", values=text(value)) for n, value in content.made]
    yield "\n".join(f"- {fact}" for fact in facts)


def _part(part: Figure | TableData | Block) -> str:
    if isinstance(part, Figure):
        return _figure(part)
    if isinstance(part, TableData):
        return _table(part)
    if part.kind == "markdown":
        # The author's own words: emphasis and links stay, tags do not run.
        return _AUTHORED_TAG.sub("&lt;", part.content).strip()
    plain = part.content
    if part.kind == "html":
        soup = BeautifulSoup(plain, "html.parser")
        for tag in soup(["style", "script"]):
            tag.decompose()
        plain = soup.get_text(" ", strip=True)
    plain = str(plain).strip()
    # As on the page: a sentence is a sentence, lines and columns stay as they were printed.
    is_drawn = "\n" in plain or "  " in plain
    return _fenced(plain) if is_drawn else escape_markdown(plain)


def _fenced(text: str) -> str:
    """Show what a cell printed as it is, inside a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.strip()}\n{fence}" if text.strip() else ""


def _figure(figure: Figure) -> str:
    title, parts = escape_markdown(figure.title), []
    if title:
        parts.append(f"### {title}")
    if figure.subtitle:
        parts.append(escape_markdown(figure.subtitle))
    if figure.file:
        parts.append(f"![{escape_markdown(figure.alt)}]({quote(figure.file)})")
    else:
        parts.append(escape_markdown(figure.alt))
    return "\n\n".join([*parts, *_source(figure.source)])


def _source(source: str) -> list[str]:
    return [escape_markdown(_("Source: {source}").format(source=source))] if source else []


def _table(table: TableData) -> str:
    text = escape_markdown
    heads = "| " + " | ".join(text(column["label"]) for column in table.columns) + " |"
    marks = [":--" if c["kind"] in ("text", "date") else "--:" for c in table.columns]
    rows = ["| " + " | ".join(text(cell) for cell in row) + " |" for row in table.texts]
    grid = "\n".join([heads, "| " + " | ".join(marks) + " |", *rows])
    foot = _source(table.source)
    left_out = table.total - len(table.texts)
    if left_out:
        more = ngettext("{n} more row is in the CSV.", "{n} more rows are in the CSV.", left_out)
        foot.append(escape_markdown(more.format(n=format_number(left_out))))
    foot.append(f"[CSV]({quote(table.file)})")
    title = [f"### {text(table.title)}"] if table.title else []
    return "\n\n".join([*title, grid, *foot])
