"""What every figure shares: a caption in words, two widths, and files that can be compared."""

from __future__ import annotations

import functools
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from segkit.checks import fail
from segkit.figures.style import NARROW, RULE, SMALL, WIDE, house_style

_DPI = 72  # one point is one CSS pixel
_NARROW_BELOW = 480
_PNG_SCALE = 2
_COLORS = 128
_WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Caption:
    """A figure in words: what it shows, what is plotted, and all of it for who cannot see it."""

    title: str
    subtitle: str
    alt: str
    data: pd.DataFrame = field(repr=False, compare=False)


class Plot(Protocol):
    """A plot function that can describe itself; made by :func:`figure`."""

    describe: Callable[[Any], Caption]
    height: Callable[[Any, bool], float]

    def __call__(self, result: Any, ax: Axes | None = None) -> Axes:
        """Draw ``result`` into ``ax``, or into a new wide figure."""


def figure(
    *, describe: Callable[[Any], Caption], height: float | Callable[[Any, bool], float] = 320
) -> Callable[[Callable[[Any, Axes], None]], Plot]:
    """Make a drawing function a plot: house style, own figure if none is given, a caption.

    Parameters
    ----------
    describe
        Result to :class:`Caption`.
    height
        Height in pixels, or a function of the result and whether the figure is narrow.
    """

    def decorate(paint: Callable[[Any, Axes], None]) -> Plot:
        @functools.wraps(paint)
        def plot(result: Any, ax: Axes | None = None) -> Axes:
            with house_style():
                if ax is None:
                    ax = _empty(plot, result, narrow=False).axes[0]
                _clear_frame(ax)
                paint(result, ax)
                # Ticks are made late, at the first drawing: make them in the house style.
                figure_of(ax).draw_without_rendering()
            return ax

        plot.describe = describe  # type: ignore[attr-defined]
        plot.height = height if callable(height) else lambda result, narrow: height  # type: ignore[attr-defined]
        return plot  # type: ignore[return-value]

    return decorate


def draw(plot: Plot, result: Any, *, narrow: bool = False) -> Figure:
    """Draw a plot at its wide (752 px) or narrow (320 px) size, text being equally large.

    Parameters
    ----------
    plot
        A function made by :func:`figure`, such as ``plot_lorenz``.
    result
        What it draws.
    narrow
        Whether the figure is for a phone.
    """
    if not hasattr(plot, "describe"):
        fail("draw", "plot", "a plot function of segkit.figures", plot)
    with house_style():
        fig = _empty(plot, result, narrow=narrow)
        plot(result, ax=fig.axes[0])
    return fig


def figure_of(ax: Axes) -> Figure:
    """Give the figure that axes stand in, the outermost one of nested figures."""
    fig = ax.get_figure(root=True)
    if fig is None:
        fail("plot", "ax", "axes inside a figure", ax)
    return fig


def is_narrow(ax: Axes) -> bool:
    """Tell whether a plot is drawn for a phone."""
    return bool(figure_of(ax).get_figwidth() * _DPI < _NARROW_BELOW)


def inner_size(ax: Axes) -> tuple[float, float]:
    """Lay the figure out and measure the inside of its axes in pixels."""
    fig = figure_of(ax)
    fig.draw_without_rendering()
    box = ax.get_window_extent()
    scale = _DPI / fig.dpi
    return box.width * scale, box.height * scale


def to_svg(fig: Figure) -> str:
    """Write a figure as SVG: the same bytes each time, fit to stand inside a page.

    No date, no address but the SVG namespace, no style sheet (a page's security policy may
    forbid it), identifiers that differ from those of other figures, two decimals.
    """
    buffer = io.StringIO()
    with house_style():
        fig.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    return _slim(buffer.getvalue())


def to_png(fig: Figure) -> bytes:
    """Write a figure as PNG on white at twice its size in pixels."""
    buffer = io.BytesIO()
    plain: dict[str, Any] = {
        "dpi": _DPI * _PNG_SCALE,
        "facecolor": "white",
        "metadata": {"Software": None},
    }
    with house_style():
        FigureCanvasAgg(fig)
        fig.savefig(buffer, format="png", **plain)
    return buffer.getvalue()


def to_small_png(fig: Figure) -> bytes:
    """Write a figure as :func:`to_png` does, in 128 colours: a third of the bytes, for slides."""
    from PIL import Image

    with Image.open(io.BytesIO(to_png(fig))) as picture:
        few = picture.convert("RGB").quantize(
            _COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    # Colours are averaged as they are brought together: white is to stay white.
    palette = few.getpalette() or []
    shades = [palette[place : place + 3] for place in range(0, len(palette), 3)]
    few.putpalette([part for s in shades for part in (_WHITE if min(s) > 250 else s)])
    buffer = io.BytesIO()
    few.save(buffer, format="PNG")
    return buffer.getvalue()


def _empty(plot: Any, result: Any, *, narrow: bool) -> Figure:
    width = NARROW if narrow else WIDE
    size = (width / _DPI, plot.height(result, narrow) / _DPI)
    # Figure itself, not pyplot: nothing is registered, so nothing stays open.
    layout = ConstrainedLayoutEngine(w_pad=2 / _DPI, h_pad=3 / _DPI)
    fig = Figure(figsize=size, dpi=_DPI, layout=layout)
    fig.subplots()
    return fig


def _clear_frame(ax: Axes) -> None:
    for side in ax.spines.values():
        side.set_visible(False)
    ax.tick_params(length=0, labelsize=SMALL, pad=6)
    ax.grid(False)
    ax.spines["left"].set_color(RULE)


# Scales are read over and kept whole: rounding one would resize every letter.
_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_STYLE = re.compile(r' style="([^"]*)"')


def _slim(svg: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r'<style type="text/css">.*?</style>', "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    svg = _STYLE.sub(_as_attributes, svg)
    svg = re.sub(r' (width|height)="([\d.]+)pt"', r' \1="\2"', svg, count=2)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    svg = _NUMBER.sub(_rounded, svg)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><")
    return _own_ids(svg).strip() + "\n"


def _rounded(found: re.Match[str]) -> str:
    if found[0].startswith("scale"):
        return found[0]
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _as_attributes(found: re.Match[str]) -> str:
    pairs = (part.split(":", 1) for part in found[1].split(";") if ":" in part)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _own_ids(svg: str) -> str:
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    mark = "f" + hashlib.sha256(svg.encode()).hexdigest()[:8]

    def keep(found: re.Match[str]) -> str:
        return f' id="{mark}-{found[1]}"' if found[1] in used else ""

    svg = re.sub(r' id="([^"]*)"', keep, svg)
    return re.sub(r'(href="#|url\(#)([^")]+)', rf"\g<1>{mark}-\g<2>", svg)
