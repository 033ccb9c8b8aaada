"""A brand's colours: named, checked to be readable, and carried over to dark screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn

from segkit.checks import did_you_mean, shown
from segkit.contrast import TEXT, least_contrast, mix, readable
from segkit.errors import BrandError

if TYPE_CHECKING:
    from segkit.report.brand_file import Colors, Shade
    from segkit.schemes.reading import Place

Tokens = dict[str, str]
#: The house's colours by the names of the style sheet; a test holds them against it.
LIGHT: Tokens = {
    "ink": "#1b2130", "muted": "#5d6678", "rule": "#e4e7ed", "page": "#f6f7f9",
    "surface": "#ffffff", "accent": "#1f5fa8", "warning": "#9a4a06", "code": "#f3f5f8",
}  # fmt: skip
DARK: Tokens = {
    "ink": "#e7eaf0", "muted": "#a4aec0", "rule": "#2c3442", "page": "#10141b",
    "surface": "#181e28", "accent": "#84b3ec", "warning": "#eaa663", "code": "#121720",
}  # fmt: skip
#: A colour that is derived for dark screens goes beyond the 4.5 : 1 it must reach.
_COMFORT = 6.0
_TOKEN = {"primary": "accent", "foreground": "ink", "warning": "warning", "background": "page"}
#: What text may stand on.
_GROUNDS = ("page", "surface", "code")


def make_tokens(colors: Colors, origin: str, lines: Mapping[Place, int]) -> tuple[Tokens, Tokens]:
    """Make the colours of the style sheet for light and dark out of a brand's.

    Only what differs from the house's colours is given back.

    Raises
    ------
    BrandError
        A name is not in the palette, or text would not reach a contrast of 4.5 : 1.
    """
    given = {key: getattr(colors, key) for key in _TOKEN if getattr(colors, key) is not None}
    reader = _Reader(colors.palette, origin, lines)
    light = _tokens(reader, given, "light", LIGHT)
    dark = _tokens(reader, given, "dark", DARK)
    for key, token in (("primary", "accent"), ("warning", "warning")):
        if key in given and given[key].dark is None:
            grounds = [dark[ground] for ground in _GROUNDS]
            dark[token] = readable(light[token], grounds, _COMFORT) or DARK[token]
    _check(reader, given, "light", light)
    _check(reader, given, "dark", dark)
    return _changed(light, LIGHT), _changed(dark, DARK)


class _Reader:
    """Looks colours up and words what is wrong with them."""

    def __init__(self, palette: Mapping[str, str], origin: str, lines: Mapping[Place, int]):
        self.palette, self.origin, self.lines = palette, origin, lines

    def color(self, key: str, shade: Shade, tone: str) -> str:
        from segkit.report.brand_file import hex_color

        text = getattr(shade, tone)
        if text in self.palette:
            return self.palette[text]
        if not text.startswith("#") and self.palette:
            rule = f"a name of color.palette or a hex colour; got {shown(text)}"
            self.refuse(key, tone, f"must be {rule}. {did_you_mean(text, self.palette)}")
        try:
            return hex_color(text)
        except ValueError as err:
            self.refuse(key, tone, str(err))

    def refuse(self, key: str, tone: str, reason: str) -> NoReturn:
        from segkit.report.brand_file import at

        place: tuple[str, ...] = ("color", key, tone)
        place = place if place in self.lines else place[:2]
        raise BrandError(f"load_brand: {self.origin}: {at(place, self.lines)}: {reason}")


def _tokens(reader: _Reader, given: Mapping[str, Shade], tone: str, house: Tokens) -> Tokens:
    """Set the brand's colours into the house's, and what follows from page and ink."""
    tokens = dict(house)
    for key, shade in given.items():
        if getattr(shade, tone) is not None:
            tokens[_TOKEN[key]] = reader.color(key, shade, tone)
    if tokens["page"] != house["page"]:
        raised = 0.05 if tone == "dark" else 0.0
        tokens["surface"] = mix(tokens["page"], "#ffffff", raised) if raised else "#ffffff"
        tokens["code"] = mix(tokens["page"], tokens["ink"], 0.02)
        tokens["rule"] = mix(tokens["page"], tokens["ink"], 0.12)
    grounds = [tokens[name] for name in _GROUNDS]
    stated = {_TOKEN[key] for key in given if getattr(given[key], tone) is not None}
    for name in {"muted", "accent", "warning"} - stated:
        tokens[name] = readable(tokens[name], grounds) or tokens["ink"]
    return tokens


def _check(reader: _Reader, given: Mapping[str, Shade], tone: str, tokens: Tokens) -> None:
    """Refuse what cannot be read: first a page that hides its text, then the text on it."""
    ink = tokens["ink"]
    if _states(given, "background", tone) and least_contrast(tokens["page"], [ink])[0] < TEXT:
        _hold(reader, "background", tone, tokens["page"], [ink])
    for key, token in _TOKEN.items():
        if key != "background" and _states(given, key, tone):
            _hold(reader, key, tone, tokens[token], [tokens[name] for name in _GROUNDS])


def _states(given: Mapping[str, Shade], key: str, tone: str) -> bool:
    return key in given and getattr(given[key], tone) is not None


def _hold(reader: _Reader, key: str, tone: str, color: str, grounds: Iterable[str]) -> None:
    grounds = list(grounds)
    ratio, ground = least_contrast(color, grounds)
    if ratio >= TEXT:
        return
    other = "the text" if key == "background" else f"the {tone} page"
    near = readable(color, grounds)
    remedy = f'The nearest shade that passes is "{near}".' if near else "Choose another page."
    # Rounded down: 4.46 is not 4.5.
    reader.refuse(
        key,
        tone,
        f"must have a contrast of at least {TEXT:g} : 1 with {other} ({ground}); "
        f"got {shown(color)} with {int(ratio * 100) / 100:.2f} : 1. {remedy}",
    )


def _changed(tokens: Tokens, house: Tokens) -> Tokens:
    return {name: color for name, color in tokens.items() if color != house[name]}
