"""How figures look: colours, type and sizes, applied inside a context and never globally."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import matplotlib as mpl
from matplotlib import colors as mpl_colors

from segkit.checks import fail
from segkit.contrast import contrast_ratio
from segkit.figures.fonts import font_families

INK = "#1b2130"
MUTED = "#5d6678"
RULE = "#e4e7ed"
CONTEXT = "#868e9d"
ACCENT = "#1f5fa8"
WARNING = "#9a4a06"
SURFACE = "#ffffff"

#: Sizes in CSS pixels. A figure is made at 72 dpi, so one point is one pixel.
WIDE, NARROW = 752, 320
BODY, SMALL = 12.0, 11.5

#: A brand's colour reaches a notebook's kernel by this variable of the environment, so that
#: no cell has to speak of it: see ``Brand.environment`` in ``segkit/report/brand.py``.
ACCENT_VARIABLE = "SEGKIT_ACCENT"

_accent: ContextVar[str | None] = ContextVar("accent", default=None)


def accent() -> str:
    """Tell the colour of what matters in a figure.

    The one of the nearest :func:`use_accent`, else the one that the environment variable
    ``SEGKIT_ACCENT`` names, else the house's blue.
    """
    color = _accent.get() or os.environ.get(ACCENT_VARIABLE) or ACCENT
    if not mpl_colors.is_color_like(color):
        fail("accent", ACCENT_VARIABLE, "a colour such as '#1f5fa8'", color)
    return color


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
    ground = mpl_colors.to_hex(color)
    return max((INK, SURFACE), key=lambda ink: contrast_ratio(ink, ground))


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
