"""A report as slides: the answer, the summary, one finding per slide, figures, limits, source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from segkit.i18n import _
from segkit.report.export.content import Content, Figure, printable
from segkit.report.export.look import about, look_of, made_lines, with_logo
from segkit.report.export.slide_text import (
    clauses,
    fit_size,
    fit_title,
    paginate,
    shorten,
    text_height,
)
from segkit.report.export.slides import (
    BULLET_INDENT,
    HEAD,
    HEIGHT,
    INNER,
    MARGIN,
    Box,
    Deck,
    Words,
    describe,
)

_TOP, _BOTTOM = 0.55, HEIGHT - 0.7
_TITLE = Box(MARGIN, 0.82, INNER, 0.95)
_BODY_TOP = 1.95
_GAP = 9.0


def write_pptx(content: Content, path: Path, *, brand: Any = None) -> None:
    """Write the slides; all text is real text, figures are pictures with a description.

    Parameters
    ----------
    content
        The report's content.
    path
        The file to write.
    brand
        Whose report it is.
    """
    deck = Deck(with_logo(look_of(brand), brand))
    _opening(deck, content)
    _summary(deck, content)
    left = [figure for _heading, figure in content.figures]
    headings = {id(figure): heading for heading, figure in content.figures}
    for number, finding in enumerate(content.findings, start=1):
        figure = _named_figure(finding, content) or fitting_figure(finding, left)
        left = [other for other in left if other is not figure]
        _finding(deck, finding, _count(number, len(content.findings)), figure)
    for figure in left:
        _figure(deck, figure, headings[id(figure)])
    _texts(deck, _("Limits"), content.limits, largest=20, bullets=True)
    _texts(deck, _("How this was made"), made_lines(content), largest=13)
    describe(deck, about(content, deck.look))
    deck.file.save(str(path))


def _named_figure(finding: dict[str, str], content: Content) -> Figure | None:
    """Give the figure that a finding names; two findings may be seen in one figure."""
    name = finding.get("figure")
    figures = (f for _heading, f in content.figures if name and f.name == name and f.png)
    return next(figures, None)


def fitting_figure(finding: dict[str, str], figures: list[Figure]) -> Figure | None:
    """Find the figure that shows a finding: the one whose title or subtitle has its number.

    Examples
    --------
    >>> curve = Figure("The top 20 % bring 67.8 % of revenue", "", "", "", "", b"png")
    >>> fitting_figure({"number": "67.8 %"}, [curve]) is curve
    True
    >>> fitting_figure({"number": "7.8 %"}, [curve]) is None
    True
    """
    number = printable(finding["number"]).lstrip("−-+")
    if len(re.findall(r"\d", number)) < 2:
        return None  # a single digit stands anywhere
    whole = re.compile(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)")
    fits = (f for f in figures if f.png and whole.search(printable(f"{f.title} {f.subtitle}")))
    return next(fits, None)


def _count(number: int, total: int) -> str:
    return _("Finding {number} of {total}").format(number=number, total=total)


def _opening(deck: Deck, content: Content) -> None:
    look = deck.look
    box = Box(MARGIN, 1.65, INNER - 0.6, 1.75)
    size = fit_title(content.headline, box.width, box.height, largest=38, smallest=18)
    headline = shorten(content.headline, size, box.width, box.height, bold=True)
    lines = clauses(headline, size, box.width, bold=True)
    slide = deck.slide([[Words(t, size, look.ink, bold=True)] for t in lines], box, opening=True)
    deck.bar(slide, Box(MARGIN, 0.48, 0.9, 0.07), look.accent)
    _sign(deck, slide)
    eyebrow = " · ".join(text for text in (content.title, content.period) if text)
    eyebrow = shorten(eyebrow, 14, INNER, 0.35, bold=True)
    deck.text(slide, [[Words(eyebrow, 14, look.accent, bold=True)]], Box(MARGIN, 1.25, INNER, 0.35))
    under = Box(MARGIN, 3.55, INNER - 1.5, 1.45)
    size = fit_size([content.lede], under.width, under.height, largest=20, smallest=12)
    lede = shorten(content.lede, size, under.width, under.height)
    deck.fill(slide.placeholders[1], [[Words(lede, size, look.muted)]], under)
    _kpis(deck, slide, content.kpis)
    if look.confidentiality:
        words = [[Words(look.confidentiality, 11, look.muted)]]
        deck.text(slide, words, Box(MARGIN, HEIGHT - 0.55, INNER, 0.28))


def _sign(deck: Deck, slide: Any) -> None:
    """Put logo and name at the head; a logo that spells the name out stands alone."""
    look, left = deck.look, MARGIN
    if look.logo:
        room = Box(MARGIN, 0.72, min(0.4 * look.logo_ratio, 4), 0.4)
        left += deck.picture(slide, look.logo, room, name=look.name, alt=look.name).width + 0.15
    if look.shows_name:
        name = shorten(look.name, 14, 8, 0.3, bold=True)
        deck.text(slide, [[Words(name, 14, look.ink, bold=True)]], Box(left, 0.78, 8, 0.3))


def _kpis(deck: Deck, slide: Any, kpis: list[dict[str, str]]) -> None:
    if not kpis:
        return
    look, gap = deck.look, 0.25
    width = (INNER - gap * (len(kpis) - 1)) / len(kpis)
    values = [kpi["value"] for kpi in kpis]
    size = min(fit_size([v], width, 0.5, largest=28, smallest=12, bold=True) for v in values)
    deck.bar(slide, Box(MARGIN, 5.18, INNER, 0.015), look.rule)
    for number, kpi in enumerate(kpis):
        left = MARGIN + number * (width + gap)
        value = shorten(kpi["value"], size, width, 0.55, bold=True)
        box = Box(left, 5.38, width, 0.55)
        deck.text(slide, [[Words(value, size, look.ink, bold=True)]], box)
        label = shorten(kpi["label"], 13, width, 0.8)
        deck.text(slide, [[Words(label, 13, look.muted)]], Box(left, 5.93, width, 0.8))


def _headed(deck: Deck, title: str, eyebrow: str = "") -> Any:
    """Add a slide with a title that fits, and a line in small type over it."""
    look = deck.look
    size = fit_title(title, INNER, _TITLE.height, largest=26, smallest=14)
    title = shorten(title, size, INNER, _TITLE.height, bold=True)
    slide = deck.slide([[Words(title, size, look.ink, bold=True)]], _TITLE)
    if eyebrow:
        line = shorten(eyebrow, 12, HEAD, 0.26, bold=True)
        box = Box(MARGIN, _TOP - 0.05, HEAD, 0.26)
        deck.text(slide, [[Words(line, 12, look.accent, bold=True)]], box)
    return slide


def _summary(deck: Deck, content: Content) -> None:
    if not content.findings:
        return
    look = deck.look
    slide = _headed(deck, _("Summary"), content.title)
    row = min((_BOTTOM - 1.6) / len(content.findings), 0.95)
    numbers, titles = 2.7, INNER - 3.0
    for place, finding in enumerate(content.findings):
        top = 1.6 + place * row
        deck.bar(slide, Box(MARGIN, top, INNER, 0.012), look.rule)
        room = row - 0.2
        number = finding["number"]
        size = fit_size([number], numbers, room, largest=24, smallest=11, bold=True)
        number = shorten(number, size, numbers, room, bold=True)
        box = Box(MARGIN, top + 0.1, numbers, room)
        words = [[Words(number, size, look.accent, bold=True)]]
        deck.text(slide, words, box, anchor="middle")
        size = fit_size([finding["title"]], titles, room, largest=20, smallest=11)
        title = shorten(finding["title"], size, titles, room)
        box = Box(MARGIN + 3.0, top + 0.1, titles, room)
        deck.text(slide, [[Words(title, size, look.ink)]], box, anchor="middle")


def _finding(deck: Deck, finding: dict[str, str], eyebrow: str, figure: Figure | None) -> None:
    """Write a finding: number and sentence over the evidence, the action and its figure."""
    look = deck.look
    slide = _finding_head(deck, finding, eyebrow)
    width = 4.0 if figure else INNER - 1.5
    top, height = 2.75, _BOTTOM - 2.75
    texts = [finding["evidence"], f"→ {finding['action']}"]
    rest: list[str] = []
    size = fit_size(texts, width, height - 0.2, largest=18 if figure else 24, smallest=12, gap=24)
    if text_height(texts, size, width, gap=24) > height - 0.2:
        pages = paginate([finding["evidence"]], size, width, height)
        texts, rest = pages[0], [*(text for page in pages[1:] for text in page), texts[1]]
    body = [[Words(text, size, look.ink, bold=text.startswith("→ "))] for text in texts if text]
    deck.text(slide, body, Box(MARGIN, top, width, height), gap=20)
    if figure is not None:
        left = MARGIN + width + 0.4
        _plate(deck, slide, figure, Box(left, top, INNER - width - 0.4, height))
    if rest:
        _texts(deck, f"{finding['number']} {finding['title']}", rest, largest=18, eyebrow=eyebrow)


def _finding_head(deck: Deck, finding: dict[str, str], eyebrow: str) -> Any:
    look = deck.look
    number, title = finding["number"], finding["title"]
    large = fit_size([number], INNER, 0.85, largest=48, smallest=20, bold=True)
    number = shorten(number, large, INNER, 0.85, bold=True)
    size = fit_title(title, INNER, 0.85, largest=24, smallest=12)
    title = shorten(title, size, INNER, 0.85, bold=True)
    paragraphs = [
        [Words(number, large, look.accent, bold=True)],
        [Words(title, size, look.ink, bold=True)],
    ]
    slide = deck.slide(paragraphs, Box(MARGIN, _TOP + 0.25, INNER, 1.75))
    box = Box(MARGIN, _TOP - 0.05, HEAD, 0.26)
    deck.text(slide, [[Words(eyebrow, 12, look.muted, bold=True)]], box)
    return slide


def _plate(deck: Deck, slide: Any, figure: Figure, box: Box) -> None:
    """Put a figure with its title over and its source under it."""
    look = deck.look
    title = shorten(figure.title, 12, box.width, 0.45, bold=True)
    deck.text(
        slide, [[Words(title, 12, look.ink, bold=True)]], Box(box.left, box.top, box.width, 0.45)
    )
    room = Box(box.left, box.top + 0.5, box.width, box.height - 0.85)
    taken = deck.picture(slide, figure.png or b"", room, name=figure.title, alt=figure.alt)
    _source(deck, slide, figure, Box(box.left, taken.top + taken.height + 0.08, box.width, 0.25))


def _source(deck: Deck, slide: Any, figure: Figure, box: Box) -> None:
    if figure.source:
        line = _("Source: {source}").format(source=figure.source)
        line = shorten(line, 10, box.width, box.height)
        deck.text(slide, [[Words(line, 10, deck.look.muted)]], box)


def _figure(deck: Deck, figure: Figure, heading: str) -> None:
    """Give a figure a slide of its own; one without a picture is told in words."""
    if not figure.png:
        texts = [text for text in (figure.subtitle, figure.alt) if text]
        _texts(deck, figure.title, texts, largest=18, eyebrow=heading)
        return
    slide = _headed(deck, figure.title or heading, heading if figure.title else "")
    subtitle = shorten(figure.subtitle, 14, INNER, 0.5)
    if subtitle:
        box = Box(MARGIN, _TITLE.top + _TITLE.height + 0.02, INNER, 0.5)
        deck.text(slide, [[Words(subtitle, 14, deck.look.muted)]], box)
    room = Box(MARGIN, 2.4, INNER, _BOTTOM - 2.4 - 0.35)
    deck.picture(slide, figure.png, room, name=figure.title or heading, alt=figure.alt)
    _source(deck, slide, figure, Box(MARGIN, _BOTTOM - 0.27, INNER, 0.25))


def _texts(
    deck: Deck,
    title: str,
    texts: list[str],
    *,
    largest: float,
    eyebrow: str = "",
    bullets: bool = False,
) -> None:
    """Share paragraphs among as many slides as they need."""
    height, width = _BOTTOM - _BODY_TOP, INNER - (BULLET_INDENT if bullets else 0)
    texts = [printable(text) for text in texts if text]
    if not texts:
        return
    size = fit_size(texts, width, height, largest=largest, smallest=12, gap=_GAP)
    pages = paginate(texts, size, width, height, gap=_GAP)
    for number, page in enumerate(pages, start=1):
        part = f"{title} ({number}/{len(pages)})" if len(pages) > 1 else title
        slide = _headed(deck, part, eyebrow)
        body = [[Words(text, size, deck.look.ink)] for text in page]
        box = Box(MARGIN, _BODY_TOP, INNER, height)
        deck.text(slide, body, box, gap=_GAP, bullets=bullets)
