"""PDFs by a real Chromium: tagged, with bookmarks, searchable, readable without Chinese fonts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from segkit.errors import ArgumentError, RunError
from segkit.i18n import use_language
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
def printed(page, need_chromium_here) -> Path:
    path = page.with_suffix(".pdf")
    write_pdf(page, path)
    return path


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


def test_chinese_is_readable_where_no_chinese_font_is(page, need_chromium_here, tmp_path, pdf_text):
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
    # The page's own font makes the difference: its glyphs are in one and not in the other.
    counts = [run_tool("pdffonts", str(tmp_path / f"{n}.pdf")) for n in ("with", "without")]
    assert counts[0].count("\n") > counts[1].count("\n")


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
