"""How elements look in JupyterLab, where no style sheet of ours is loaded.

Colours come from JupyterLab's own variables, so light and dark themes both work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from segkit.report.turning import unturned

if TYPE_CHECKING:
    from segkit.report.cells import Grid

_INK = "var(--jp-content-font-color1,#1b2130)"
_MUTED = "var(--jp-content-font-color2,#5d6678)"
_RULE = "var(--jp-border-color2,#e4e7ed)"
_ACCENT = "#1f5fa8"
_FONT = "Inter,system-ui,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"


def frame(inner: str) -> str:
    """Put an element into a box with the house's type."""
    style = f"max-width:800px;margin:4px 0 12px;font:15px/1.6 {_FONT};color:{_INK}"
    return str(Markup('<div style="{}">{}</div>').format(style, Markup(unturned(inner))))


def _block(text: Any, style: str, tag: str = "div") -> Markup:
    return Markup(f'<{tag} style="{{}}">{{}}</{tag}>').format(style, text)


def _small(text: str) -> Markup:
    return _block(text, f"font-size:12.5px;color:{_MUTED}") if text else Markup()


def cover(headline: str, lede: str, kpis: Sequence[tuple[str, str]]) -> str:
    """Headline, lede and numbers."""
    tiles = Markup().join(
        _block(
            _block(value, "font-size:22px;font-weight:680") + _small(label),
            "flex:1 1 110px;padding-top:8px",
        )
        for value, label in kpis
    )
    rule = f"display:flex;flex-wrap:wrap;gap:20px;border-top:2px solid {_INK};margin-top:12px"
    head = _block(headline, "font-size:28px;line-height:1.2;font-weight:680;margin-bottom:8px")
    return str(head + _block(lede, f"color:{_MUTED}") + _block(tiles, rule))


def findings(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Number at the left; sentence, evidence and action at the right."""
    number_style = f"flex:0 0 110px;font-size:20px;font-weight:680;color:{_ACCENT}"
    out = Markup()
    for number, title, evidence, action in rows:
        words = _block(title, "font-weight:650") + _block(evidence, "") + _block(f"→ {action}", "")
        line = _block(number, number_style) + _block(words, "flex:1")
        out += _block(line, f"display:flex;gap:16px;padding:10px 0;border-bottom:1px solid {_RULE}")
    return str(out)


def figure(title: str, subtitle: str, svg: str, alt: str, source: str) -> str:
    """Title and subtitle above the picture, on a light plate in dark themes too."""
    plate = Markup(
        '<div role="img" aria-label="{}" style="background:#fff;padding:8px;margin:8px 0">{}</div>'
    ).format(alt, Markup(svg[svg.find("<svg") :]))
    head = _block(title, "font-size:17px;font-weight:650") + _small(subtitle)
    return str(head + plate + _small(source))


def table(title: str, grid: Grid, source: str) -> str:
    """A plain table, numbers at the right."""
    cell = f"padding:5px 10px;border-bottom:1px solid {_RULE};text-align:"
    sides = ["left" if c.kind in ("text", "date") else "right" for c in grid.columns]
    head = Markup().join(
        _block(c.label, f"{cell}{side};font-weight:650", "th")
        for c, side in zip(grid.columns, sides, strict=True)
    )
    body = Markup().join(
        Markup("<tr>{}</tr>").format(
            Markup().join(
                _block(text, f"{cell}{side};font-variant-numeric:tabular-nums", "td")
                for text, side in zip(row, sides, strict=True)
            )
        )
        for row in grid.texts[: grid.shown]
    )
    whole = Markup(
        '<div style="overflow-x:auto"><table style="border-collapse:collapse">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(head, body)
    above = _block(title, "font-size:17px;font-weight:650") if title else Markup()
    return str(above + whole + _small(source))


def limits(sentences: Sequence[str]) -> str:
    """Sentences beside a rule."""
    style = f"border-left:3px solid {_INK};padding-left:14px"
    return str(_block(Markup().join(_block(text, "") for text in sentences), style))


def pairs(rows: Sequence[tuple[str, Any]]) -> str:
    """Names and values in two columns."""
    lines = Markup().join(
        Markup("<tr>{}{}</tr>").format(
            _block(name, f"color:{_MUTED};padding:2px 16px 2px 0;text-align:left", "th"),
            _block(escape("–" if value is None else str(value)), "text-align:left", "td"),
        )
        for name, value in rows
    )
    return str(Markup("<table>{}</table>").format(lines))
