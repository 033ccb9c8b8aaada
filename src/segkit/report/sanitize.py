"""Markup that is not ours, made harmless: what a notebook's text and outputs may hold."""

from __future__ import annotations

import re

import bleach
from bs4 import BeautifulSoup
from markupsafe import Markup

from segkit.report.turning import unturned

# fmt: off
_TAGS = frozenset((
    "p", "br", "hr", "em", "strong", "b", "i", "u", "s", "sub", "sup", "small", "code",
    "pre", "kbd", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "th", "td", "h3", "h4", "h5", "h6", "span", "div",
    "abbr", "details", "summary", "img",
))
# fmt: on
_ATTRIBUTES = {
    "abbr": ["title"],
    "th": ["colspan", "rowspan", "scope"],
    "td": ["colspan", "rowspan"],
    "img": ["src", "alt"],
    "span": ["class"],
    "ol": ["start"],
}
# Their text is code or a foreign document, not something to read.
_DROPPED = ("script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math")
_INLINE_IMAGE = re.compile(r"^data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+$")
_ON_ATTRIBUTE = re.compile(r"""\son[a-z]+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
#: A label of a picture is said in one breath; what is longer goes into a text beside it.
_LABEL_LENGTH = 120
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*")


def clean_html(html: str, *, links: bool = False) -> Markup:
    """Keep text, tables and inline pictures; drop scripts, styles, handlers and requests.

    Parameters
    ----------
    html
        Markup of a markdown cell or of an output.
    links
        Keep ``<a href>`` to web addresses. Right for the sentences of a notebook's author,
        wrong for an output, whose addresses may come from the data.

    Examples
    --------
    >>> clean_html('<b onclick="x()">Ann</b><script>alert(1)</script>')
    Markup('<b>Ann</b>')
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for head in soup.find_all("th"):
        # A corner without words is not the head of anything.
        if not head.get_text(strip=True) and not head.find("img"):
            head.name = "td"
    for image in soup.find_all("img"):
        # A picture that is not inside the page would be a request to somewhere.
        if not _INLINE_IMAGE.match(str(image.get("src", ""))):
            image.replace_with(str(image.get("alt", "")))
    tags = _TAGS | {"a"} if links else _TAGS
    attributes = {**_ATTRIBUTES, "a": _link_attribute} if links else _ATTRIBUTES
    cleaned = bleach.clean(
        str(soup),
        tags=tags,
        attributes=attributes,
        protocols=["http", "https", "mailto", "data"],
        strip=True,
        strip_comments=True,
    )
    return Markup(cleaned)


def _link_attribute(_tag: str, name: str, value: str) -> bool:
    """Tell whether a link keeps an attribute; ``data:`` is for pictures only."""
    return name == "title" or (name == "href" and not value.strip().lower().startswith("data:"))


def inline_svg(svg: str, prefix: str, label: str) -> Markup:
    """Prepare a figure's SVG to stand in the page: own ids, a label, nothing that runs.

    Parameters
    ----------
    svg
        The file as matplotlib writes it.
    prefix
        Put before each id, so that two figures of a page never share one.
    label
        The text alternative.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<(script|foreignObject)\b.*?</\1>", "", svg, flags=re.DOTALL | re.IGNORECASE)
    svg = _TAG.sub(lambda tag: _own_ids(tag[0], prefix), svg)
    head, rest = svg[4:].split(">", 1)
    # Inside HTML the parser knows the namespace; without it the page holds no address at all.
    head = re.sub(r'\s(xmlns(:\w+)?|role|aria-label)="[^"]*"', "", head)
    return Markup('<svg role="img" aria-label="{}"{}>{}').format(label, Markup(head), Markup(rest))


def split_alternative(text: str) -> tuple[str, str]:
    """Split a figure's words into a label and the rest, which is read at the listener's pace.

    A screen reader says a label in one breath: a long one cannot be paused or gone back in.

    Examples
    --------
    >>> split_alternative("Bars of sales.")
    ('Bars of sales.', '')
    """
    if len(text) <= _LABEL_LENGTH:
        return text, ""
    parts = _SENTENCE_END.split(text, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (text, "")


def _own_ids(tag: str, prefix: str) -> str:
    tag = _ON_ATTRIBUTE.sub("", tag)
    tag = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', tag)
    tag = re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', tag)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", tag)


def css_string(text: str) -> Markup:
    """Write text as a CSS string that can end neither the string nor the style sheet."""
    # A space ends an escape and is part of it.
    safe = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in unturned(text))
    return Markup('"' + safe + '"')
