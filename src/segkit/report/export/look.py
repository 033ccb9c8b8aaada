"""What office files have in common: whose they are, their colours, logo and properties."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from segkit.i18n import _
from segkit.report.export.chromium import draw_svg
from segkit.report.export.content import Content, printable

if TYPE_CHECKING:
    from segkit.report.brand import Brand
    from segkit.report.brand_logo import Logo

_LOGO_PIXELS = 800
# What office programs take as a property.
_LONGEST = 255


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
    logo: bytes | None = field(default=None, repr=False)  # a PNG; office files take no SVG
    logo_ratio: float = 1.0
    shows_name: bool = True

    @property
    def line(self) -> str:
        """What stands at the foot of each sheet and slide."""
        parts = (self.footer or self.name, self.confidentiality)
        return " · ".join(printable(text) for text in parts if text)


@dataclass(frozen=True)
class About:
    """The properties of an office file."""

    title: str
    subject: str
    author: str
    created: datetime  # in UTC and without a zone: the files keep none


def look_of(brand: Brand | None) -> Look:
    """Take from a brand what it has; without one the file looks like the page."""
    if brand is None:
        return Look(confidentiality=_("Confidential"))
    return Look(
        name=brand.name,
        confidentiality=brand.confidentiality,
        footer=brand.footer,
        accent=brand.accent,
        ink=brand.light.get("ink", Look.ink),
        muted=brand.light.get("muted", Look.muted),
    )


def with_logo(look: Look, brand: Brand | None) -> Look:
    """Add a brand's logo as a picture; where none can be made, the name stands for it."""
    logo = brand.logo if brand else None
    picture = _picture(logo) if logo else None
    if brand is None or logo is None or picture is None:
        return look
    return replace(look, logo=picture, logo_ratio=logo.ratio, shows_name=brand.shows_name)


def _picture(logo: Logo) -> bytes | None:
    if logo.mime == "image/png":
        return logo.content
    longer = max(logo.ratio, 1.0)
    width = max(round(_LOGO_PIXELS * logo.ratio / longer), 1)
    height = max(round(_LOGO_PIXELS / longer), 1)
    return draw_svg(logo.src, width=width, height=height)


def about(content: Content, look: Look) -> About:
    """Gather the properties of a report's office file."""
    moment = datetime.fromisoformat(content.manifest.started)
    return About(
        title=printable(content.headline)[:_LONGEST],
        subject=printable(content.title)[:_LONGEST],
        author=printable(look.name)[:_LONGEST],
        created=moment.astimezone(UTC).replace(tzinfo=None),
    )


def made_lines(content: Content) -> list[str]:
    """Say how the report was made, a line for each fact."""
    words = _("{label}: {values}")
    return [words.format(label=label, values=printable(text)) for label, text in content.made]
