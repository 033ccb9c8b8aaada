"""Chinese on a page that is read, or printed, where no Chinese font is installed.

A page carries the few hundred characters it shows, regular and bold, cut out of the packaged
fonts, inside itself. It comes before the reader's own fonts, so that a report is the same on
each machine, and so that a PDF can be searched: Chromium keeps fonts with TrueType outlines and
a bold face of their own as fonts, and takes all others apart into drawings of a few characters,
between which a reader's program finds gaps. A page in Chinese has its digits and Latin letters
from the same design; on any other page the font is kept from Latin by its range.

It stands before the Latin fonts because behind a font that is installed, Chromium loads an
inner font too late and leaves boxes in what is drawn by then.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib import resources

from segkit.report.downloads import data_uri

#: The names the style sheets ask for, first of all.
FAMILY, LATIN = "Segkit Sans SC", "Segkit Sans"
_WEIGHTS = {400: "Regular", 700: "Bold"}
_RANGE = "U+2E80-9FFF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF, U+20000-2FFFF"
#: In Chinese these are as wide as a hanzi.
_WIDE_SIGNS = "—‘’“”…←↑→↓"
_WIDE_RANGE = "U+2014, U+2018-201D, U+2026, U+2190-2193"
_LATIN_RANGE = "U+20-7E, U+A0-17F, U+2013, U+2212, U+20AC"
#: From here on Unicode is Chinese, but for a few signs that other fonts have as well.
_FIRST = "\u2e80"
#: Written in escapes inside style sheets, so that a look at the page does not find them.
_PUNCTUATION = "，。、：；！？（）《》〈〉【】￥％"


def with_page_font(html: str) -> str:
    """Put the fonts that a page needs into the head of its first style sheet.

    Parameters
    ----------
    html
        A whole page with a ``<style>``.

    Returns
    -------
    str
        The page as it was if nothing in it is Chinese.

    Examples
    --------
    >>> with_page_font("<style></style><p>Key value</p>")
    '<style></style><p>Key value</p>'
    """
    chinese = {character for character in html if character >= _FIRST}
    if not chinese:
        return html
    chinese.update(_PUNCTUATION)
    if '<html lang="zh' in html:
        chinese.update(_WIDE_SIGNS)
        rules = _faces(FAMILY, _text(chinese), f"{_RANGE}, {_WIDE_RANGE}")
        rules += _faces(LATIN, "", _LATIN_RANGE)
    else:
        rules = _faces(FAMILY, _text(chinese), _RANGE)
    return html.replace("<style>", "\n".join(["<style>", *rules]), 1)


def _text(characters: set[str]) -> str:
    return "".join(sorted(characters))


@lru_cache(maxsize=8)
def _faces(family: str, characters: str, unicode_range: str) -> tuple[str, ...]:
    """Make the rules of a family, regular and bold, with these characters or with all it has."""
    rules = []
    for weight, style in _WEIGHTS.items():
        file = resources.files("segkit") / "fonts" / f"{family.replace(' ', '')}-{style}.woff"
        font = _cut(str(file), characters) if characters else file.read_bytes()
        rules.append(
            f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
            f'src: url({data_uri(font, "font/woff")}) format("woff"); '
            f"unicode-range: {unicode_range}; }}"
        )
    return tuple(rules)


def _cut(path: str, characters: str) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    # Boxes of glyphs are right as they are; finding them anew would take time for nothing.
    with TTFont(path, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        keep_names = [0, 1, 2, 6, 13]  # with its copyright and licence, which must go with it
        options = Options(hinting=False, layout_features=[], name_IDs=keep_names)
        options.recalc_timestamp = False
        cutter = Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        buffer = io.BytesIO()
        font.save(buffer, reorderTables=False)
    return buffer.getvalue()
