"""Figures that say what they show: ``plot_x(result, ax=None) -> Axes``.

Each plot carries ``plot_x.describe(result) -> Caption`` (title, subtitle, text alternative,
plotted numbers). ``draw(plot, result, narrow=False)`` makes the figure for a wide page or a
phone with text of the same size, ``to_svg`` and ``to_png`` write it.
"""

from __future__ import annotations

import lazy_loader

# Loaded on first use: a figure of a tree needs more than one of segments does.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
