"""Make the fonts in ``src/segkit/fonts`` out of Debian's ``fonts-noto-cjk``; run by hand.

    apt install fonts-noto-cjk
    .venv/bin/python scripts/make_font.py

"Segkit Sans SC" holds the characters of GB2312, so that a Chinese name can be drawn on any
machine. "Segkit Sans" holds Latin letters and digits only: full-width signs, which the Chinese
face has for …, × and →, would tear English text apart. Figures read .otf; pages are cut out of
.woff with TrueType outlines, which Chromium keeps as fonts in a PDF, while it takes the others
apart into drawings. What is left out and why stands in the README beside the fonts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

SOURCES = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).parents[1] / "src" / "segkit" / "fonts"
#: Faces inside Debian's collections: Korean has quotation marks of Latin width.
KOREAN, CHINESE = 1, 2
#: Not of GB2312, but in many names of people and shops.
COMMON_IN_NAMES = "玥珺祎翀瑄堃喆镕垚曈頔昇珮婳琤犇赟璟勍彧旸昉瑀濬芃囧"
#: Written in tables, axes and sentences of the kit.
SIGNS = "\u00a0−–—…‘’“”·•×÷±≈≤≥≠→←↑↓¥€£¢‰²³°§©®™℃￥※○●□■△▲"
PUNCTUATION = "　、。·〃々―～‖…‘’“”〔〕〈〉《》「」『』〖〗【】"
MAX_BYTES = 1_500_000
#: How far an outline may be off its original, in thousandths of the size of the font.
MAX_ERROR = 1.0


def gb2312(first_row: int, last_row: int) -> str:
    """List the characters in rows of GB2312."""
    rows = range(0xA0 + first_row, 0xA1 + last_row)
    codes = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", errors="ignore") for code in codes)


def latin() -> str:
    """List ASCII, the letters of Latin-1 and Latin Extended-A, and proportional signs."""
    letters = [*range(0x20, 0x7F), *range(0xC0, 0x180)]
    return "".join(map(chr, letters)).replace("×", "").replace("÷", "") + "‘’“”–—−¥€£¢"


def chinese() -> str:
    """List what "Segkit Sans SC" holds."""
    ascii_text = "".join(map(chr, range(0x20, 0x7F)))
    # Row 3 is ASCII at full width, rows 16 to 87 are the hanzi.
    hanzi = gb2312(16, 87) + COMMON_IN_NAMES
    return ascii_text + PUNCTUATION + SIGNS + gb2312(3, 3) + hanzi


def cut(source: Path, face: int, characters: str) -> TTFont:
    """Keep only some characters of a face, without hinting and rules for vertical text."""
    layout = ["kern"] if face == KOREAN else []
    font = TTFont(source, fontNumber=face, recalcTimestamp=False)
    options = subset.Options(
        hinting=False,
        layout_features=layout,
        drop_tables=["BASE", "GSUB", "VORG", "vhea", "vmtx", "DSIG"] + ["GPOS"] * (not layout),
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    return font


def rename(font: TTFont, family: str, style: str) -> None:
    """Give a font its own name: it is not the font that its makers published."""
    names = font["name"]
    kept = {n: names.getDebugName(n) for n in (0, 5, 13, 14)}
    names.names = []
    postscript = f"{family.replace(' ', '')}-{style}"
    about = {1: family, 2: style, 3: f"segkit;{postscript}", 4: f"{family} {style}", 6: postscript}
    for number, text in sorted({**kept, **about}.items()):
        names.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [postscript]
    top[0].FullName, top[0].FamilyName = f"{family} {style}", family


def to_truetype(font: TTFont) -> None:
    """Draw the outlines anew as TrueType has them, in quadratic curves."""
    names, drawn = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in names:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    del font["CFF "]
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = names, glyphs
    font["maxp"].tableVersion = 0x00010000
    no_hints = dict.fromkeys(
        ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
         "maxStackElements", "maxSizeOfInstructions", "maxComponentElements"), 0,
    )  # fmt: skip
    vars(font["maxp"]).update(no_hints, maxZones=1)
    font.sfntVersion = "\x00\x01\x00\x00"
    font.flavor = "woff"


def main() -> int:
    """Make the files and say how large they are."""
    recipes = [
        ("SegkitSansSC-Regular.otf", "Segkit Sans SC", CHINESE, chinese()),
        ("SegkitSansSC-Regular.woff", "Segkit Sans SC", CHINESE, chinese()),
        ("SegkitSansSC-Bold.woff", "Segkit Sans SC", CHINESE, chinese()),
        ("SegkitSans-Regular.otf", "Segkit Sans", KOREAN, latin()),
        ("SegkitSans-Bold.otf", "Segkit Sans", KOREAN, latin()),
        ("SegkitSans-Regular.woff", "Segkit Sans", KOREAN, latin() + "·"),
        ("SegkitSans-Bold.woff", "Segkit Sans", KOREAN, latin() + "·"),
    ]
    for name, family, face, characters in recipes:
        style = Path(name).stem.rpartition("-")[2]
        font = cut(SOURCES / f"NotoSansCJK-{style}.ttc", face, characters)
        rename(font, family, style)
        if name.endswith(".woff"):
            to_truetype(font)
        font.save(TARGET / name)
        size = (TARGET / name).stat().st_size
        print(f"{name}: {len(font.getBestCmap()):,} characters, {size:,} bytes")
        if size > MAX_BYTES:
            print(f"{name} is larger than {MAX_BYTES:,} bytes; leave something out.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
