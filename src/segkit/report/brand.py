"""Whose report it is: name, logo, colours, fonts and lines, from a ``brand.yml``.

The file is a subset of Quarto's brand schema, so that one file can serve both; what only a
report of this kit needs stands where that schema leaves room for it, under ``defaults``::

    meta:
      name: Beichen Consulting          # or {short: Beichen, full: Beichen Consulting Ltd}
    logo: logo.svg                      # PNG or SVG beside this file, or
                                        # {medium: {light: logo.svg, dark: white.svg}}
    color:
      palette: {teal: "#0b6b5e"}        # names for the lines below
      primary: teal                     # what matters: numbers, links, figures
      foreground: "#16211f"             # text
      background: "#f5f8f7"             # the page
      warning: "#8f4a00"
    typography:
      base: Source Sans 3               # a font installed where the page is read; else the kit's
      headings: {family: Source Sans 3}
    defaults:
      segkit:
        name: {en: Beichen Consulting, zh: 北辰咨询}
        confidentiality: {en: Confidential, zh: 机密}
        footer: {en: "Questions: reports@example.com", zh: "联系：reports@example.com"}

Every key may be left out but ``meta.name``; a key that is not listed here is refused. A
colour may be ``{light: …, dark: …}``. Without ``dark`` the accent and the warning colour are
lightened for dark screens until they read well. Colours that do not reach WCAG's AA are
refused, with the ratio and the nearest shade that does. A logo is at most 100 kB; a wide one
stands alone in the bar, a square one beside the name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from segkit.checks import check_path, shown
from segkit.errors import BrandError, SchemeError
from segkit.i18n import _, localized, use_language
from segkit.report.brand_colors import DARK, LIGHT, Tokens, make_tokens
from segkit.report.brand_file import BrandFile, TextPair, at, explain
from segkit.report.brand_logo import Logo, read_logo
from segkit.report.sanitize import css_string
from segkit.schemes.reading import read_yaml

_FIGURE_ACCENT = "SEGKIT_ACCENT"  # read by segkit/figures/style.py, in the kernel


@dataclass(frozen=True)
class Brand:
    """Name and logo at the left of the bar, a line at its right, and the colours between.

    ``light`` and ``dark`` hold what differs from the house's colours, by the names of the
    style sheet; ``sha256`` covers the file and its logos.
    """

    name: str = "segkit"
    confidentiality: str = ""
    footer: str = ""
    light: Tokens = field(default_factory=dict)
    dark: Tokens = field(default_factory=dict)
    base_font: str = ""
    heading_font: str = ""
    logo: Logo | None = field(default=None, repr=False)
    logo_dark: Logo | None = field(default=None, repr=False)
    file: str = ""
    sha256: str = ""

    @property
    def accent(self) -> str:
        """The colour of what matters, on light ground."""
        return self.light.get("accent", LIGHT["accent"])

    @property
    def shows_name(self) -> bool:
        """Whether the name is written in the bar: not beside a logo that spells it out."""
        return self.logo is None or not self.logo.is_wide

    def environment(self) -> dict[str, str]:
        """Give the variables that a kernel is started with, so that figures have the colour."""
        return {_FIGURE_ACCENT: self.accent} if "accent" in self.light else {}

    def css(self) -> Markup:
        """Write the style sheet that goes after the kit's own."""
        # These rules come last: each must state what either of the others changes.
        changed = {**self.light, **self.dark}
        light = {name: self.light.get(name, LIGHT[name]) for name in changed}
        dark = {name: self.dark.get(name, DARK[name]) for name in changed}
        # Paper is white whatever the page is, and never dark.
        paper: Tokens = {name: "#ffffff" for name in ("page", "surface") if name in changed}
        rules = [
            _rule(light),
            _rule(dark, "@media (prefers-color-scheme: dark)"),
            _rule({**light, **paper}, "@media print"),
        ]
        if self.base_font:
            rules.append(Markup(":root {{ --brand-font: {}; }}").format(css_string(self.base_font)))
            rules.append(Markup("body { font-family: var(--brand-font), var(--font); }"))
        if self.heading_font:
            heads = Markup("h1, h2, h3, .kpis dd, .finding .number {{ font-family: {}, {}; }}")
            rest = "var(--brand-font), var(--font)" if self.base_font else "var(--font)"
            rules.append(heads.format(css_string(self.heading_font), Markup(rest)))
        return Markup("\n").join(rule for rule in rules if rule)

    def note(self) -> dict[str, str]:
        """Give what ``run.json`` keeps of the brand."""
        return {"name": self.name, "file": self.file, "sha256": self.sha256, "accent": self.accent}


def house_brand() -> Brand:
    """Make the brand of a report for which none is given."""
    return Brand(confidentiality=_("Confidential"))


def load_brand(path: str | Path, *, language: str = "en") -> Brand:
    """Read a ``brand.yml`` with its logo and check its colours.

    Parameters
    ----------
    path
        The file; what may stand in it is told at the head of this module.
    language
        ``"en"`` or ``"zh"``: which of a name's or a line's two texts is taken.

    Returns
    -------
    Brand

    Raises
    ------
    BrandError
        There is no such file, a key or value is wrong, a logo cannot be used, or a colour
        does not read well; the message names file, line and remedy.

    Examples
    --------
    >>> load_brand("nowhere.yml")
    Traceback (most recent call last):
        ...
    segkit.errors.BrandError: load_brand: brand must be a file; got 'nowhere.yml'. Name a
    brand.yml as seen from the current folder.
    """
    place = check_path("load_brand", "brand", path, error=BrandError)
    if not os.path.isfile(place):
        raise BrandError(
            f"load_brand: brand must be a file; got {shown(os.fspath(path), 200)}. "
            "Name a brand.yml as seen from the current folder."
        )
    content = place.read_bytes()
    try:
        data, lines = read_yaml(content, place.name)
    except SchemeError as err:
        raise BrandError(str(err).replace("load_scheme", "load_brand", 1)) from err
    from pydantic import ValidationError

    try:
        parsed = BrandFile.model_validate({} if data is None else data)
    except ValidationError as err:
        raise BrandError(explain(err.errors(), place.name, lines)) from err
    light, dark = make_tokens(parsed.color, place.name, lines)
    logos = _read_logos(parsed, place, lines)
    with use_language(language):
        return _make(parsed, light, dark, logos, place, content)


def _read_logos(
    parsed: BrandFile, place: Path, lines: Mapping[Any, int]
) -> tuple[Logo | None, Logo | None]:
    if parsed.logo is None:
        return None, None
    found = []
    for tone in ("light", "dark"):
        name = getattr(parsed.logo.medium, tone)
        where = f"load_brand: {place.name}: {at(('logo', 'medium', tone), lines)}"
        found.append(read_logo(place.parent / name, name, where) if name else None)
    return found[0], found[1]


def _make(
    parsed: BrandFile,
    light: Tokens,
    dark: Tokens,
    logos: tuple[Logo | None, Logo | None],
    place: Path,
    content: bytes,
) -> Brand:
    """Put the parts together, texts in the current language."""
    extras = parsed.defaults.segkit
    digest = hashlib.sha256(content)
    for logo in logos:
        digest.update(logo.content if logo else b"-")
    base, headings = parsed.typography.base, parsed.typography.headings
    stated = _text(extras.confidentiality)
    return Brand(
        name=_text(extras.name) or parsed.meta.text,
        confidentiality=_("Confidential") if stated is None else stated,
        footer=_text(extras.footer) or "",
        light=light,
        dark=dark,
        base_font=base.family if base else "",
        heading_font=headings.family if headings else "",
        logo=logos[0],
        logo_dark=logos[1],
        file=place.name,
        sha256=digest.hexdigest(),
    )


def _text(pair: TextPair | None) -> str | None:
    return None if pair is None else localized({"en": pair.en, "zh": pair.zh})


def _rule(tokens: Tokens, around: str = "") -> Markup:
    """Write colours, which are checked hex text, as properties of the page."""
    if not tokens:
        return Markup()
    inner = " ".join(f"--{name}: {color};" for name, color in tokens.items())
    rule = f":root {{ {inner} }}"
    return Markup(f"{around} {{ {rule} }}" if around else rule)
