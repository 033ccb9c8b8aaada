"""A logo as it may stand in a page: small, whole, and unable to run or fetch anything."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from segkit.checks import shown
from segkit.errors import BrandError
from segkit.report.downloads import data_uri

_MAX_BYTES = 100_000
_MAX_PIXELS = 4_000
_WIDE = 1.8
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
# fmt: off
_DRAWING = frozenset((
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line",
    "polyline", "polygon", "text", "tspan", "title", "desc", "linearGradient",
    "radialGradient", "stop", "clipPath", "mask", "pattern", "image", "style", "filter",
    "feGaussianBlur", "feOffset", "feBlend", "feColorMatrix", "feFlood", "feComposite",
    "feMerge", "feMergeNode",
))
# fmt: on
_INLINE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_FOREIGN_URL = re.compile(r"""url\(\s*+['"]?+\s*+(?!#)""", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.]+(?:e[+-]?\d+)?")


@dataclass(frozen=True)
class Logo:
    """A logo's bytes, made harmless, and its width divided by its height."""

    content: bytes = field(repr=False)
    mime: str
    ratio: float

    @property
    def is_wide(self) -> bool:
        """Whether it is wide enough to spell a name out."""
        return self.ratio >= _WIDE

    @property
    def src(self) -> str:
        """The address of an ``<img>``: the file itself."""
        return data_uri(self.content, self.mime)


def read_logo(path: Path, name: str, where: str) -> Logo:
    """Read a PNG or SVG file.

    Parameters
    ----------
    path, name
        Where it is, and what the brand file calls it.
    where
        The place in the brand file, at the head of a message.

    Raises
    ------
    BrandError
        The file is missing, too large or no such picture.
    """

    def refuse(rule: str, got: str, remedy: str) -> BrandError:
        return BrandError(f"{where}: must be {rule}; got {got}. {remedy}")

    kind = path.suffix.lower()
    if kind not in (".png", ".svg") or "://" in name:
        raise refuse("a PNG or SVG file", shown(name), "Save the logo as one beside the brand.")
    if not path.is_file():
        raise refuse("a file beside the brand file", shown(name), "Correct the path.")
    content = path.read_bytes()
    if len(content) > _MAX_BYTES:
        got = f"{shown(name)} with {len(content):,} bytes"
        raise refuse(f"at most {_MAX_BYTES:,} bytes", got, "Export it at 400 pixels of width.")
    try:
        return _png(content) if kind == ".png" else _svg(content)
    except (ValueError, struct.error) as err:
        got = f"{shown(name)} ({err})"
        raise refuse(f"a whole {kind[1:].upper()} picture", got, "Export it again.") from err


def _png(content: bytes) -> Logo:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        raise ValueError("it does not begin as one")
    if b"IEND" not in content[-16:]:
        raise ValueError("its end is missing")
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width <= _MAX_PIXELS or not 0 < height <= _MAX_PIXELS:
        raise ValueError(f"{width} × {height} pixels; at most {_MAX_PIXELS} are taken")
    return Logo(content, "image/png", width / height)


def _svg(content: bytes) -> Logo:
    """Keep shapes, text and inline pictures; drop scripts, handlers, foreign parts, requests."""
    text = content.decode("utf-8-sig")
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]*\[", text, re.IGNORECASE):
        raise ValueError("it declares entities")
    text = re.sub(r"<!DOCTYPE[^>]*>", "", text, flags=re.IGNORECASE)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as err:
        raise ValueError(f"not valid XML: {err}") from err
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("its outermost element is not svg")
    ratio = _ratio(root)
    _clean(root)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return Logo(ElementTree.tostring(root, encoding="utf-8"), "image/svg+xml", ratio)


def _ratio(root: ElementTree.Element) -> float:
    numbers = [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))][-2:]
    if len(numbers) < 2:
        sides = [_NUMBER.match(root.get(side, "").strip()) for side in ("width", "height")]
        numbers = [float(side[0]) for side in sides if side]
        if len(numbers) == 2:
            root.set("viewBox", f"0 0 {numbers[0]:g} {numbers[1]:g}")
    if len(numbers) < 2 or min(numbers) <= 0:
        raise ValueError("it has no viewBox")
    return numbers[0] / numbers[1]


def _clean(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        local = name.rpartition("}")[2]
        # An address may be a part of the drawing itself or a picture inside it, nothing else.
        inside = value.strip().startswith("#") or _INLINE.fullmatch(value.strip())
        is_address = local in ("href", "src")
        if local.startswith("on") or (is_address and not inside) or _reaches_out(value):
            del element.attrib[name]
    if element.tag == f"{{{_SVG}}}style" and _reaches_out(element.text or ""):
        element.text = ""
    for child in list(element):
        space, _bar, local = str(child.tag).rpartition("}")
        if space != f"{{{_SVG}" or local not in _DRAWING:
            element.remove(child)
        else:
            _clean(child)


def _reaches_out(css: str) -> bool:
    """Tell whether a style asks for something outside the drawing, or hides what it asks."""
    return bool(_FOREIGN_URL.search(css)) or "@import" in css.lower() or "\\" in css
