"""A branded page and a Chinese one in a real browser, with Chinese fonts and without."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from segkit.contrast import contrast_ratio
from segkit.report import run_report

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
DEJAVU = Path(importlib.util.find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf"
COLORS = """() => {
  const hex = (text) => '#' + text.match(/\\d+/g).slice(0, 3)
    .map((n) => (+n).toString(16).padStart(2, '0')).join('');
  const look = (query, name) => hex(getComputedStyle(document.querySelector(query))[name]);
  return {
    pairs: [
      [look('.finding .number', 'color'), look('body', 'backgroundColor')],
      [look('.finding h3', 'color'), look('body', 'backgroundColor')],
      [look('.eyebrow', 'color'), look('.cover', 'backgroundColor')],
      [look('.bar span', 'color'), look('.bar', 'backgroundColor')],
      [look('.ending', 'color'), look('.ending', 'backgroundColor')],
    ],
    accent: look('.eyebrow', 'color'),
  };
}"""


@pytest.fixture(scope="module")
def branded(notebook_path, tmp_path_factory) -> Path:
    brand = ROOT / "examples" / "brand.yml"
    out = tmp_path_factory.mktemp("reports")
    return run_report(notebook_path, brand=brand, language="zh", out=out, progress=False).report


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_branded_page_reads_in_both_schemes(branded, visit, scheme):
    seen = visit(branded, scheme=scheme)
    found = seen.page.evaluate(COLORS)
    for ink, ground in found["pairs"]:
        assert contrast_ratio(ink, ground) >= 4.5, (ink, ground)
    assert (found["accent"] == "#0b5f58") == (scheme == "light")
    assert seen.complaints == []
    logo = seen.page.locator(".bar img").bounding_box()
    assert logo["height"] in (28, 34)


def test_a_branded_page_has_room_on_a_phone(branded, visit):
    page = visit(branded, width=390).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".bar").bounding_box()["height"] < 72


@pytest.fixture(scope="module")
def fontless(chromium, chromium_path, tmp_path_factory):
    """A Chromium on a machine that has Latin fonts only."""
    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{DEJAVU}</dir><cachedir>{folder}</cachedir></fontconfig>"
    )
    browser = chromium.browser_type.launch(
        executable_path=chromium_path,
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        env={**os.environ, "FONTCONFIG_FILE": str(config)},
    )
    yield browser
    browser.close()


def test_chinese_is_shown_where_no_font_has_it(branded, fontless):
    page = fontless.new_page()
    page.goto(branded.resolve().as_uri())
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for query in (".bar strong", ".bar span", ".toc p", "#summary-heading"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": query})["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        text = page.locator(query).inner_text()
        chinese = sum(character >= "\u2e80" for character in text)
        assert chinese
        ours = sum(f["glyphCount"] for f in fonts if f["familyName"] == "Segkit Sans SC")
        assert ours == chinese, (query, fonts)


def test_chinese_is_in_a_pdf_printed_where_no_font_has_it(branded, fontless, absent, tmp_path):
    if shutil.which("pdftotext") is None:
        absent("pdftotext is not installed (Debian: poppler-utils).")
    page = fontless.new_page()
    page.goto(branded.resolve().as_uri())
    page.pdf(path=tmp_path / "r.pdf", prefer_css_page_size=True)
    command = ["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "机密 · 仅供客户董事会使用" in text
    assert "目录" not in text  # the contents are for the screen
    assert "摘要" in text
    assert "\ufffd" not in text
