"""How well a colour reads on another: WCAG's contrast ratio, and the nearest shade that passes.

Colours are hex text, ``"#1f5fa8"``. WCAG 2.2 asks for 4.5 : 1 between text and its ground
(success criterion 1.4.3) and for 3 : 1 between a mark and its ground (1.4.11).
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable

#: Least contrast of text with its ground, and of marks that carry meaning.
TEXT, GRAPHIC = 4.5, 3.0


def luminance(color: str) -> float:
    """Tell the relative luminance of a colour: 0 for black, 1 for white.

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.2, definition of relative luminance.
    """
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(one: str, other: str) -> float:
    """Tell the contrast of two colours, from 1 (none) to 21 (black on white).

    Examples
    --------
    >>> round(contrast_ratio("#ffffff", "#1f5fa8"), 2)
    6.44
    """
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def least_contrast(color: str, grounds: Iterable[str]) -> tuple[float, str]:
    """Find the ground that a colour reads worst on: the ratio, and which it is."""
    return min((contrast_ratio(color, ground), ground) for ground in grounds)


def readable(color: str, grounds: Iterable[str], least: float = TEXT) -> str | None:
    """Find the shade nearest to a colour that reads on all grounds; ``None`` if there is none.

    Only the lightness is changed, so the shade is still the brand's colour.

    Examples
    --------
    >>> readable("#1f5fa8", ["#ffffff"]), readable("#1f5fa8", ["#181e28"])
    ('#1f5fa8', '#3e87db')
    """
    grounds = list(grounds)
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(color))
    for step in range(256):
        for turned in (lightness - step / 255, lightness + step / 255):
            if not 0 <= turned <= 1:
                continue
            shade = color if step == 0 else _hex(colorsys.hls_to_rgb(hue, turned, saturation))
            if least_contrast(shade, grounds)[0] >= least:
                return shade
    return None


def mix(one: str, other: str, share: float) -> str:
    """Mix ``share`` of another colour into one."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return _hex(tuple(a + (b - a) * share for a, b in pairs))


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: Iterable[float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
