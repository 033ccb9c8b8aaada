"""The fonts of figures: the kit's own, the same on every machine, loaded with the first figure.

Segkit Sans holds Latin letters and digits, DejaVu Sans (inside matplotlib) signs and other
alphabets, Segkit Sans SC what Chinese needs. A character that none of them has is looked for
in the Chinese fonts of the machine. See ``segkit/fonts/README.md`` for how they were made.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from matplotlib.font_manager import (
    FontEntry,
    FontProperties,
    findfont,
    fontManager,
    get_font,
    weight_dict,
)

LATIN, SIGNS, CHINESE = "Segkit Sans", "DejaVu Sans", "Segkit Sans SC"
#: Asked for characters outside the packaged subset, where they are installed.
INSTALLED_CHINESE = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    # matplotlib reads the first face of a collection: of Debian's, the Japanese one.
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
_FILES = ("SegkitSans-Regular.otf", "SegkitSans-Bold.otf", "SegkitSansSC-Regular.otf")
_BOLD = 700


def font_file(name: str) -> Path:
    """Give the path of a font of the package."""
    return Path(str(resources.files("segkit") / "fonts" / name))


@cache
def load_fonts() -> None:
    """Make the packaged fonts known to matplotlib, once."""
    for name in _FILES:
        fontManager.addfont(font_file(name))
    # A family of one weight answers for bold too, else matplotlib complains into the log.
    for family in (CHINESE, *INSTALLED_CHINESE):
        entries = [entry for entry in fontManager.ttflist if entry.name == family]
        if not any(_weight(entry) >= _BOLD for entry in entries):
            fontManager.ttflist.extend(replace(entry, weight=_BOLD) for entry in entries)


def _weight(entry: FontEntry) -> int:
    return entry.weight if isinstance(entry.weight, int) else weight_dict.get(entry.weight, 400)


@lru_cache(maxsize=4)
def _installed(known: int) -> tuple[str, ...]:
    names = {entry.name for entry in fontManager.ttflist}
    return tuple(name for name in INSTALLED_CHINESE if name in names)


def font_families() -> list[str]:
    """List the fonts of figure text in the order they are asked for a character."""
    load_fonts()
    # The count of known fonts is the key: a font added later is found.
    return [LATIN, SIGNS, CHINESE, *_installed(len(fontManager.ttflist))]


@lru_cache(maxsize=4096)
def has_glyph(character: str) -> bool:
    """Tell whether a font of figures can draw a character."""
    return any(ord(character) in _characters(family) for family in font_families())


@lru_cache(maxsize=16)
def _characters(family: str) -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=family))).get_charmap())
