"""A page brings the Chinese it shows along, and nothing else of the font."""

from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from segkit.i18n import use_language
from segkit.report.manifest import Manifest
from segkit.report.page_font import FAMILY, LATIN, with_page_font
from segkit.report.page_parts import read_asset, security_policy
from segkit.report.render import render_report


def fonts_in(html: str, family: str = FAMILY) -> list[TTFont]:
    """Give the fonts of a family that a page carries: regular, bold."""
    rule = rf'font-family: "{family}"; font-weight: \d+; src: url\(data:font/woff;base64,([^)]+)\)'
    return [TTFont(io.BytesIO(base64.b64decode(text))) for text in re.findall(rule, html)]


def test_the_fonts_hold_what_the_page_shows():
    regular, bold = fonts_in(with_page_font("<style></style><p>重要价值 A 龘</p>"))
    assert [f["name"].getDebugName(2) for f in (regular, bold)] == ["Regular", "Bold"]
    for font in (regular, bold):
        known = font.getBestCmap()
        assert {ord(c) for c in "重要价值，。（）"} <= set(known)
        assert ord("A") not in known  # Latin is the business of the other fonts
        assert ord("国") not in known
        assert font["name"].getDebugName(1) == FAMILY
        assert "SIL Open Font License" in font["name"].getDebugName(13)
        # Chromium draws other outlines in a PDF instead of keeping the font.
        assert "glyf" in font


def test_a_page_in_chinese_has_its_digits_from_the_same_design():
    page = '<html lang="zh-CN"><style></style><p>“重要价值” 23%</p>'
    html = with_page_font(page)
    for font in fonts_in(html, LATIN):
        assert {ord(c) for c in "23%A·"} <= set(font.getBestCmap())
    assert {ord(c) for c in "“”→"} <= set(fonts_in(html)[0].getBestCmap())
    assert fonts_in(with_page_font(page.replace("zh-CN", "en")), LATIN) == []


def test_a_page_without_chinese_stays_as_it_is():
    page = "<style></style><p>Key value – 23\u202f% → $5</p>"
    assert with_page_font(page) == page


def test_a_character_that_the_font_lacks_brings_only_punctuation():
    regular, _bold = fonts_in(with_page_font("<style></style>龘"))
    assert len(regular.getBestCmap()) < 20


def test_policy_and_style_sheets_let_it_in():
    assert "font-src data:;" in security_policy("segkit.js")
    css = read_asset("segkit.css")
    assert len(re.findall(rf'--\w+: "{FAMILY}", ', css)) == 2
    assert read_asset("segkit_print.css").count(f'"{FAMILY}", "{LATIN}"') == 4


def test_a_chinese_report_carries_it_and_stays_light(sample):
    facts = {"status": "finished", "notebook": "n", "title": "客户行为分群", "run_id": "r"}
    manifest = Manifest(**facts, started="2026-01-31T10:20:00+00:00", versions={"segkit": "0"})
    with use_language("zh"):
        html, _files = render_report(sample.sample_notebook(), manifest)
    assert {ord(c) for c in "客户行为分群目录"} <= set(fonts_in(html)[0].getBestCmap())
    assert html.count("data:font/woff") == 4
    assert len(html.encode()) < 2_000_000
