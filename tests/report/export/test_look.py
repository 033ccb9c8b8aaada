"""What a workbook and slides have in common comes from one place."""

from __future__ import annotations

from datetime import datetime

import openpyxl
from pptx import Presentation

from segkit.i18n import use_language
from segkit.report.brand import Brand
from segkit.report.export.look import Look, look_of, made_lines
from segkit.report.export.pptx import write_pptx
from segkit.report.export.xlsx import write_xlsx


def test_workbook_and_slides_have_the_same_properties(hostile, tmp_path):
    brand = Brand("Bei\x00chen", "Secret", "Ask us")
    write_xlsx(hostile.content, tmp_path / "r.xlsx", brand=brand)
    write_pptx(hostile.content, tmp_path / "r.pptx", brand=brand)
    files = [openpyxl.load_workbook(tmp_path / "r.xlsx").properties]
    files.append(Presentation(tmp_path / "r.pptx").core_properties)
    for facts in files:
        assert facts.title == "Most of it comes from <script>alert(1)</script>"
        assert facts.subject == "Names such as 价$x^$值"
        author = facts.creator if hasattr(facts, "creator") else facts.author
        assert author == "Beichen"
        assert facts.created.replace(tzinfo=None) == datetime(2026, 1, 31, 8, 15)  # in UTC


def test_the_line_at_the_foot_leaves_out_what_there_is_not():
    assert Look("Beichen", "Secret", "Ask us").line == "Ask us · Secret"
    assert Look("Beichen").line == "Beichen"


def test_a_brand_without_colours_has_the_kits_own():
    look = look_of(Brand("Beichen", light={"ink": "#101010"}))
    assert (look.ink, look.muted, look.accent) == ("#101010", Look.muted, Look.accent)


def test_how_it_was_made_is_told_in_the_readers_language(hostile):
    with use_language("zh"):
        assert all("：" in line for line in made_lines(hostile.content))
