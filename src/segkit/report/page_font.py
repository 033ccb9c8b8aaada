"""Chinese on a page that is read where no Chinese font is installed.

A page carries the few hundred characters it shows, cut out of the packaged font, inside
itself. The reader's own Chinese font comes first where there is one, because it has bold;
this one stands behind it, in the browser as in the PDF that a server without fonts prints.

Both are named before the Latin fonts, and kept from Latin by their range: behind a font that
is installed, Chromium loads an inner font too late and leaves boxes in what is drawn by then.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib import resources

from segkit.report.downloads import data_uri

#: The names the style sheets ask for, first of all: the reader's own font, then ours.
SYSTEM, FAMILY = "Segkit System SC", "Segkit Sans SC"
#: How systems call a Chinese font's regular and bold face.
_REGULAR = (
    *("PingFang SC", "PingFangSC-Regular", "PingFang SC Regular", "Microsoft YaHei"),
    *("MicrosoftYaHei", "微软雅黑", "Noto Sans SC", "NotoSansSC-Regular", "Noto Sans CJK SC"),
    *("NotoSansCJKsc-Regular", "Source Han Sans SC", "SourceHanSansSC-Regular"),
)
_BOLD = (
    *("PingFangSC-Semibold", "PingFang SC Semibold", "Microsoft YaHei Bold"),
    *("MicrosoftYaHei-Bold", "微软雅黑 Bold", "Noto Sans SC Bold", "NotoSansSC-Bold"),
    *("Noto Sans CJK SC Bold", "NotoSansCJKsc-Bold", "Source Han Sans SC Bold"),
)
_RANGE = "U+2E80-9FFF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF, U+20000-2FFFF"
_FILE = "SegkitSansSC-Regular.otf"
#: From here on Unicode is Chinese, but for a few signs that other fonts have as well.
_FIRST = "\u2e80"
#: Written in escapes inside style sheets, so that a look at the page does not find them.
_PUNCTUATION = "，。、：；！？（）《》〈〉【】￥％"


def with_page_font(html: str) -> str:
    """Put the font that a page needs into the head of its first style sheet.

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
    characters = {character for character in html if character >= _FIRST}
    if not characters:
        return html
    face = font_face("".join(sorted(characters | set(_PUNCTUATION))))
    return html.replace("<style>", f"<style>\n{face}", 1) if face else html


@lru_cache(maxsize=8)
def font_face(characters: str) -> str:
    """Make the ``@font-face`` rule with a font of just these characters, if it has any."""
    font = _cut(characters)
    if font is None:
        return ""
    # One weight of ours serves all: the browser thickens it for headings.
    inside = f'url({data_uri(font, "font/woff")}) format("woff")'
    return "\n".join(
        [
            _face(SYSTEM, _local(_REGULAR), 400),
            _face(SYSTEM, _local(_BOLD), 700),
            _face(FAMILY, inside, 400),
        ]
    )


def _local(names: tuple[str, ...]) -> str:
    return ", ".join(f'local("{name}")' for name in names)


def _face(family: str, source: str, weight: int) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f"src: {source}; unicode-range: {_RANGE}; }}"
    )


def _cut(characters: str) -> bytes | None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    path = str(resources.files("segkit") / "fonts" / _FILE)
    # Boxes of glyphs are right as they are; finding them anew would take half of the time.
    font = TTFont(path, lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    if not any(ord(character) in font.getBestCmap() for character in characters):
        return None
    keep_names = [0, 1, 2, 13]  # with its copyright and licence, which must go with it
    options = Options(hinting=False, layout_features=[], name_IDs=keep_names)
    options.recalc_timestamp = False
    cutter = Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()
