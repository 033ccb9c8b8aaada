"""A deck of slides in the kit's dress: boxes of real text, Chinese fonts, pictures described."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from segkit.i18n import get_language, language_tag
from segkit.report.export.content import printable
from segkit.report.export.look import About, Look
from segkit.report.export.slide_text import line_height

WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.7
INNER = WIDTH - 2 * MARGIN
BULLET_INDENT = 0.3
_LATIN, _CHINESE = "Arial", "Microsoft YaHei"
_TITLE_ONLY, _TITLE_SLIDE = 5, 0
_ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
_ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}


@dataclass(frozen=True)
class Box:
    """A place on a slide in inches."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Words:
    """A run of text: size in points, colour as ``#rrggbb``."""

    text: str
    size: float
    color: str
    bold: bool = False


Paragraph = Sequence[Words]
#: Where a logo stands on each slide, and what a line at the same height has beside it.
_CORNER = Box(0, 0.4, 1.8, 0.32)
HEAD = INNER - _CORNER.width - 0.2


class Deck:
    """Slides of 16:9 that are added one after another."""

    def __init__(self, look: Look) -> None:
        """Start an empty deck with the brand's colours in its theme."""
        self.look = look
        self.file = Presentation()
        old_width = self.file.slide_width
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        _widen(self.file, self.file.slide_width / old_width)
        _dress_theme(self.file, look)

    def slide(self, title: Sequence[Paragraph], box: Box, *, opening: bool = False) -> Any:
        """Add a slide whose title stands in a real title placeholder."""
        layout = self.file.slide_layouts[_TITLE_SLIDE if opening else _TITLE_ONLY]
        slide = self.file.slides.add_slide(layout)
        self.fill(slide.shapes.title, title, box)
        if not opening:
            self._corner(slide)
            self._footer(slide)
        return slide

    def text(
        self,
        slide: Any,
        paragraphs: Sequence[Paragraph],
        box: Box,
        *,
        gap: float = 0,
        align: str = "left",
        anchor: str = "top",
        bullets: bool = False,
    ) -> Any:
        """Add a box of text."""
        places = [Inches(side) for side in (box.left, box.top, box.width, box.height)]
        shape = slide.shapes.add_textbox(*places)
        self.fill(shape, paragraphs, box, gap=gap, align=align, anchor=anchor)
        for paragraph in shape.text_frame.paragraphs if bullets else ():
            _add_bullet(paragraph)
        return shape

    def fill(
        self,
        shape: Any,
        paragraphs: Sequence[Paragraph],
        box: Box,
        *,
        gap: float = 0,
        align: str = "left",
        anchor: str = "top",
    ) -> Any:
        """Put text into a shape and the shape into its place."""
        shape.left, shape.top = Inches(box.left), Inches(box.top)
        shape.width, shape.height = Inches(box.width), Inches(box.height)
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = _ANCHOR[anchor]
        for number, words in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = _ALIGN[align]
            paragraph.space_before = Pt(gap if number else 0)
            paragraph.space_after = Pt(0)
            # Exact lines: the same height whichever font stands in for a missing one.
            paragraph.line_spacing = Pt(max(line_height(w.text, w.size) for w in words))
            for run in words:
                _add_run(paragraph, run)
        return shape

    def bar(self, slide: Any, box: Box, color: str) -> None:
        """Add a plain coloured bar; it is an ornament and says so to a screen reader."""
        places = [Inches(side) for side in (box.left, box.top, box.width, box.height)]
        shape = slide.shapes.add_shape(1, *places)
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(color)
        shape.line.fill.background()
        # Its style would bring a shadow along.
        shape._element.remove(shape._element.find(qn("p:style")))
        _mark_decorative(shape._element.nvSpPr.cNvPr)

    def picture(self, slide: Any, png: bytes, box: Box, *, name: str, alt: str) -> Box:
        """Add a picture as large as its box allows and give the place it takes."""
        shape = slide.shapes.add_picture(io.BytesIO(png), 0, 0)
        ratio = shape.width / shape.height
        width = min(box.width, box.height * ratio)
        taken = Box(box.left, box.top, width, width / ratio)
        taken = replace(taken, left=box.left + (box.width - taken.width) / 2)
        shape.left, shape.top = Inches(taken.left), Inches(taken.top)
        shape.width, shape.height = Inches(taken.width), Inches(taken.height)
        about = shape._element.nvPicPr.cNvPr
        about.set("name", printable(name)[:255])
        about.set("descr", printable(alt))
        return taken

    def _corner(self, slide: Any) -> None:
        """Put the logo small into the corner; the first slide has told whose it is."""
        look = self.look
        if look.logo:
            width = min(_CORNER.height * look.logo_ratio, _CORNER.width)
            box = replace(_CORNER, left=WIDTH - MARGIN - width, width=width)
            self.picture(slide, look.logo, box, name=look.name, alt="")
            _mark_decorative(slide.shapes[-1]._element.nvPicPr.cNvPr)

    def _footer(self, slide: Any) -> None:
        """Write brand, confidentiality and the slide's number at its foot."""
        look, top = self.look, HEIGHT - 0.52
        words = [[Words(look.line[:140], 10, look.muted)]]
        self.text(slide, words, Box(MARGIN, top, INNER - 1, 0.25))
        number = self.text(
            slide, [[Words("", 10, look.muted)]], Box(WIDTH - MARGIN - 0.9, top, 0.9, 0.25),
            align="right",
        )  # fmt: skip
        paragraph = number.text_frame.paragraphs[0]._p
        run = paragraph.find(qn("a:r"))
        page = parse_xml(
            f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" '
            f'type="slidenum"><a:t>{len(self.file.slides)}</a:t></a:fld>'
        )
        page.insert(0, run.find(qn("a:rPr")))
        paragraph.replace(run, page)


def _add_run(paragraph: Any, words: Words) -> None:
    run = paragraph.add_run()
    run.text = printable(words.text)
    font = run.font
    font.size, font.bold, font.name = Pt(words.size), words.bold, _LATIN
    font.color.rgb = _rgb(words.color)
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN" if get_language() == "zh" else "en-US")
    chinese = properties.makeelement(qn("a:ea"), {"typeface": _CHINESE})
    properties.find(qn("a:latin")).addnext(chinese)


def _add_bullet(paragraph: Any) -> None:
    """Hang a paragraph behind a bullet of its own, not one typed into the text."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Inches(BULLET_INDENT)))
    properties.set("indent", str(-Inches(BULLET_INDENT)))
    properties.append(parse_xml(f'<a:buFont {nsdecls("a")} typeface="{_LATIN}"/>'))
    properties.append(parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))


def _rgb(color: str) -> RGBColor:
    return RGBColor.from_string(color.lstrip("#").upper())


def _mark_decorative(properties: Any) -> None:
    mark = parse_xml(
        f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative"'
        ' val="1"/></a:ext></a:extLst>'
    )
    properties.append(mark)


def _widen(file: Any, ratio: float) -> None:
    """Stretch the places of the built-in layouts, which are made for 4:3."""
    master = file.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            # A place taken over from the master is stretched there.
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = (
                    Emu(int(shape.left * ratio)),
                    Emu(int(shape.width * ratio)),
                )


def _dress_theme(file: Any, look: Look) -> None:
    """Give the theme the fonts and the accent, so that what is added later fits."""
    part = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    for face, name in (("latin", _LATIN), ("ea", _CHINESE)):
        for font in theme.xpath(f"//a:majorFont/a:{face}|//a:minorFont/a:{face}"):
            font.set("typeface", name)
    for slot in theme.xpath("//a:clrScheme/a:accent1"):
        color = {"val": look.accent.lstrip("#").upper()}
        slot[:] = [slot.makeelement(qn("a:srgbClr"), color)]
    part._blob = serialize_part_xml(theme)


def describe(deck: Deck, facts: About) -> None:
    """Write the properties of the file."""
    properties = deck.file.core_properties
    properties.title, properties.subject = facts.title, facts.subject
    properties.author = properties.last_modified_by = facts.author
    properties.created = properties.modified = facts.created
    properties.language, properties.comments, properties.keywords = language_tag(), "", ""
