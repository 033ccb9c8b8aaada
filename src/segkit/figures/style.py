"""How figures look: colours, type and sizes, applied inside a context and never globally."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import matplotlib as mpl
from matplotlib import colors as mpl_colors
from matplotlib import font_manager

from segkit.checks import fail

INK = "#1b2130"
MUTED = "#5d6678"
RULE = "#e4e7ed"
CONTEXT = "#9aa1ae"
ACCENT = "#1f5fa8"
WARNING = "#9a4a06"
SURFACE = "#ffffff"

#: Sizes in CSS pixels. A figure is made at 72 dpi, so one point is one pixel.
WIDE, NARROW = 752, 320
BODY, SMALL = 12.0, 11.5

#: Latin text comes from the font inside matplotlib, so that a figure is the same everywhere;
#: Chinese characters from the first of these that is there.
CHINESE_FONTS = (
    "Segkit Sans SC",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
)

_accent: ContextVar[str] = ContextVar("accent", default=ACCENT)


def accent() -> str:
    """Tell the colour of what matters in a figure."""
    return _accent.get()


@contextmanager
def use_accent(color: str) -> Iterator[None]:
    """Draw figures with a brand's colour inside a ``with`` block."""
    if not mpl_colors.is_color_like(color):
        fail("use_accent", "color", "a colour such as '#1f5fa8'", color)
    token = _accent.set(mpl_colors.to_hex(color))
    try:
        yield
    finally:
        _accent.reset(token)


def tint(color: str, strength: float) -> str:
    """Mix ``color`` into the surface: 0 gives the surface, 1 the colour itself."""
    base, over = mpl_colors.to_rgb(SURFACE), mpl_colors.to_rgb(color)
    red, green, blue = (a + (b - a) * strength for a, b in zip(base, over, strict=True))
    return mpl_colors.to_hex((red, green, blue))


def ink_on(color: str) -> str:
    """Choose ink or surface for text on ``color``, whichever contrasts more (WCAG)."""
    ground = _luminance(color)
    dark, light = _luminance(INK), _luminance(SURFACE)
    on_dark = (max(ground, dark) + 0.05) / (min(ground, dark) + 0.05)
    on_light = (max(ground, light) + 0.05) / (min(ground, light) + 0.05)
    return INK if on_dark >= on_light else SURFACE


def _luminance(color: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in mpl_colors.to_rgb(color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def _chinese_font(known: int) -> tuple[str, ...]:
    names = set(font_manager.get_font_names())
    return tuple(name for name in CHINESE_FONTS if name in names)[:1]


def font_families() -> list[str]:
    """List the fonts of figure text in the order they are asked for a character."""
    # The count of known fonts is the key: a font added later is found.
    return ["DejaVu Sans", *_chinese_font(len(font_manager.fontManager.ttflist))]


@contextmanager
def house_style() -> Iterator[None]:
    """Set matplotlib's parameters for one figure; outside the block they are as before."""
    with mpl.rc_context():
        mpl.rcParams.update(
            {
                "font.family": font_families(),
                "font.size": BODY,
                "text.color": INK,
                "text.parse_math": False,
                "text.usetex": False,
                "axes.edgecolor": RULE,
                "axes.labelcolor": MUTED,
                "axes.labelsize": SMALL,
                "axes.facecolor": "none",
                "axes.grid": False,
                "axes.axisbelow": True,
                "axes.unicode_minus": True,
                "figure.facecolor": "none",
                "xtick.labelsize": SMALL,
                "ytick.labelsize": SMALL,
                "grid.color": RULE,
                "grid.linewidth": 1.0,
                "lines.solid_capstyle": "round",
                "svg.fonttype": "path",
                "svg.hashsalt": "segkit",
                "svg.image_inline": True,
                "path.simplify": True,
                "path.simplify_threshold": 0.2,
            }
        )
        yield
