"""Whose report it is, as office files need it: names and colours, with the kit's own otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segkit.i18n import _

if TYPE_CHECKING:
    from segkit.report.brand import Brand


@dataclass(frozen=True)
class Look:
    """Names and colours of an office file; colours are ``#rrggbb``."""

    name: str = "segkit"
    confidentiality: str = ""
    footer: str = ""
    accent: str = "#1f5fa8"
    ink: str = "#1b2130"
    muted: str = "#5d6678"
    rule: str = "#d9dde5"
    logo: bytes | None = None  # a PNG; office files take no SVG
    logo_ratio: float = 1.0
    shows_name: bool = True


def look_of(brand: Brand | None) -> Look:
    """Take from a brand what it has; without one the file looks like the page."""
    if brand is None:
        return Look(confidentiality=_("Confidential"))
    colors = {name: brand.light[name] for name in ("ink", "muted") if name in brand.light}
    logo = brand.logo if brand.logo and brand.logo.mime == "image/png" else None
    return Look(
        name=brand.name,
        confidentiality=brand.confidentiality,
        footer=brand.footer,
        accent=brand.accent,
        logo=logo.content if logo else None,
        logo_ratio=logo.ratio if logo else 1.0,
        shows_name=logo is None or brand.shows_name,
        **colors,
    )
