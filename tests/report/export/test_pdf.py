"""PDFs by a real Chromium: tagged, with bookmarks, searchable, readable without Chinese fonts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from segkit.errors import ArgumentError, RunError
from segkit.i18n import use_language
from segkit.report import Cover, Finding, Findings, Kpi
from segkit.report.export.chromium import find_chromium, need_chromium, print_page
from segkit.report.export.pdf import write_pdf
from segkit.report.render import render_report

pytestmark = pytest.mark.browser


def run_tool(name: str, *arguments: str) -> str:
    done = subprocess.run([name, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def page(hostile, tmp_path_factory) -> Path:
    with use_language("zh"):
        html, _files = render_report(hostile.notebook, hostile.manifest)
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def printed(page, chromium_path) -> Path:
    path = page.with_suffix(".pdf")
    write_pdf(page, path)
    return path


HEADLINE = "23% 的客户贡献 70% 的收入，65% 已沉默一年以上"
LEDE = "23,570 名客户共有 69,659 笔订单，收入 250 万美元；其中“重要价值”客群贡献的收入最多。"
FINDING = "的收入来自 22.9% 的“重要价值”客户"
EVIDENCE = "这些客户平均购买 7.3 天（中位数）。收入占比的 95% 置信区间为 68.9% 至 70.9%。"
ACTION = "配备专属客服，新品优先，用服务留人，不靠打折；VIP 客户由客户经理每 30 天联系一次。"
HEADING = "RFM 客群：客户是谁"


@pytest.fixture(scope="module")
def chinese(hostile, tmp_path_factory, chromium_path) -> Path:
    """A report in Chinese with digits and Latin letters in each sentence, as a PDF."""
    elements = [
        Cover(HEADLINE, LEDE, "1997年1月1日至1998年6月30日", [Kpi("250 万美元", "收入")]),
        Findings([Finding("69.9%", FINDING, EVIDENCE, ACTION)]),
        new_markdown_cell(f"## {HEADING}\n\n{EVIDENCE}"),
    ]
    cells = [
        element
        if isinstance(element, dict)
        else new_code_cell(
            "…", outputs=[new_output("display_data", data=element._repr_mimebundle_())]
        )
        for element in elements
    ]
    with use_language("zh"):
        html, _files = render_report(new_notebook(cells=cells), hostile.manifest)
    page = tmp_path_factory.mktemp("chinese") / "report.html"
    page.write_text(html, encoding="utf-8")
    write_pdf(page, page.with_suffix(".pdf"))
    return page.with_suffix(".pdf")


@pytest.mark.parametrize("options", [(), ("-raw",), ("-layout",)])
@pytest.mark.parametrize("sentence", [HEADLINE, LEDE, FINDING, EVIDENCE, f"→ {ACTION}", HEADING])
def test_chinese_sentences_are_found_whole(chinese, pdf_text, sentence, options):
    text = "".join(pdf_text(chinese, *options).split())
    assert "".join(sentence.split()) in text


def test_chinese_is_kept_as_fonts_not_as_drawings(chinese, pdf_text):
    pdf_text(chinese)  # skips where poppler is absent
    fonts = run_tool("pdffonts", str(chinese)).splitlines()[2:]
    families = {re.search(r"\+(\S+) +CID TrueType", font)[1] for font in fonts}
    assert {"SegkitSansSC-Regular", "SegkitSansSC-Bold", "SegkitSans-Bold"} <= families


def test_names_are_words_in_it(printed, pdf_text):
    text = pdf_text(printed).replace("\n", "")
    for name in ("<script>alert(1)</script>", '=HYPERLINK("x")', "价$x^$值"):
        assert name in text
    assert "摘要" in text


def test_nothing_in_it_runs(printed, pdf_text):
    pdf_text(printed)  # skips where poppler is absent
    assert not run_tool("pdfinfo", "-js", str(printed)).strip()


def test_it_is_tagged_and_has_bookmarks_and_page_numbers(printed, pdf_text):
    assert "Tagged:          yes" in run_tool("pdfinfo", str(printed))
    outline = run_tool("pdftohtml", "-xml", "-stdout", str(printed)).partition("<outline>")[2]
    assert "Who they are" in outline
    pages = pdf_text(printed).split("\f")[:-1]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in text


def test_no_row_of_a_table_is_lost_or_cut(printed, pdf_text):
    pages = pdf_text(printed, "-layout").split("\f")
    for number in range(93):
        assert any(f"customer {number} " in page.replace("\n", " \n") for page in pages), number


def test_chinese_is_readable_where_no_chinese_font_is(page, chromium_path, tmp_path, pdf_text):
    folder = tmp_path / "fonts"
    folder.mkdir()
    source = Path(sys.prefix).glob("lib/python*/site-packages/matplotlib/mpl-data/fonts/ttf")
    shutil.copy(next(source) / "DejaVuSans.ttf", folder)
    config = tmp_path / "fonts.conf"
    config.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    without = tmp_path / "without.html"
    html = page.read_text(encoding="utf-8")
    assert "data:font/" in html
    without.write_text(re.sub(r"@font-face\s*{[^}]*}", "", html), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(config))
        write_pdf(page, tmp_path / "with.pdf")
        write_pdf(without, tmp_path / "without.pdf")
    assert "摘要" in pdf_text(tmp_path / "with.pdf")
    fonts = [run_tool("pdffonts", str(tmp_path / f"{n}.pdf")) for n in ("with", "without")]
    assert "SegkitSansSC-Regular" in fonts[0]
    assert "SegkitSansSC" not in fonts[1]


def test_a_named_chromium_that_is_missing_is_told(monkeypatch):
    monkeypatch.setenv("SEGKIT_CHROMIUM", "/nowhere/chromium")
    assert find_chromium() is None
    with pytest.raises(
        ArgumentError, match="run: format 'pdf' needs Chromium or Chrome.*names '/now"
    ):
        need_chromium("run")


def program(tmp_path: Path, text: str) -> str:
    path = tmp_path / "chromium"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for Chromium is a shell script")
def test_a_chromium_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGKIT_CHROMIUM", program(tmp_path, "sleep 60"))
    with pytest.raises(RunError, match=r"did not finish the PDF within 0\.5 seconds"):
        print_page(tmp_path / "r.html", tmp_path / "r.pdf", timeout_seconds=0.5)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for Chromium is a shell script")
def test_a_chromium_that_fails_is_quoted(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGKIT_CHROMIUM", program(tmp_path, "echo no room >&2; exit 3"))
    with pytest.raises(RunError, match="wrote no PDF; it ended with 3: no room"):
        print_page(tmp_path / "r.html", tmp_path / "r.pdf")
