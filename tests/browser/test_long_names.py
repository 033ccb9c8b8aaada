"""Names without a space to break at cover nothing, on a wide page, on a phone and on paper."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from segkit.i18n import use_language
from segkit.report import Cover, show_table
from segkit.report.brand import Brand
from segkit.report.manifest import Manifest
from segkit.report.render import render_report
from segkit.tables.base import Column

CHINESE = "近期高频高额全渠道会员核心价值客户群体年度重点维护名单" * 2
LATIN = "AnAccountOfACompanyWithoutASpaceInItsName" * 2
TURNING = "turned\u202ename\u2066"
BRAND = Brand(name="Holdings" * 6, confidentiality=f"机密{TURNING}" * 8, footer=TURNING)
#: What stands in a cell beyond its edge, and cells that lie on each other.
OVER = """() => [...document.querySelectorAll('.table th, .table td')]
    .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"""
FIRST = """() => [...document.querySelectorAll('.table .scroll')].map(box =>
    box.querySelector('tbody th').getBoundingClientRect().width / box.clientWidth)"""


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    frame = pd.DataFrame(
        {
            "segment": [CHINESE, LATIN, TURNING, "重要价值"],
            **{f"n{i}": [1_234_567] * 4 for i in range(5)},
        }
    )
    columns = [Column("segment", "客群"), *(Column(f"n{i}", "客户数", "int") for i in range(5))]
    elements = [Cover(f"标题{TURNING}", TURNING), show_table(frame, columns=columns, title=TURNING)]
    cells = [
        new_code_cell("", outputs=[new_output("display_data", data=e._repr_mimebundle_())])
        for e in elements
    ]
    manifest = Manifest(
        status="finished", notebook="n", title=TURNING, run_id="1", started="2026-01-31T09:15:00"
    )
    path = tmp_path_factory.mktemp("long") / "report.html"
    with use_language("zh"):
        html, _files = render_report(new_notebook(cells=cells), manifest, brand=BRAND)
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_name_wraps_inside_its_cell(page, visit, width):
    found = visit(page, width=width).page
    assert found.evaluate(OVER) == []
    assert max(found.evaluate(FIRST)) < 0.5
    assert found.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_a_name_wraps_on_paper(page, visit):
    found = visit(page, width=660).page
    found.emulate_media(media="print")
    assert found.evaluate(OVER) == []


@pytest.mark.browser
def test_the_column_that_stays_leaves_most_of_a_phone_to_the_numbers(page, visit):
    (share,) = visit(page, width=390).page.evaluate(FIRST)
    assert 0.2 < share <= 0.41


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_name_and_the_line_of_the_bar_stand_apart(page, visit, width):
    boxes = """() => ['strong', 'span'].map(tag => {
        const range = document.createRange();
        range.selectNodeContents(document.querySelector('.bar ' + tag));
        const box = range.getBoundingClientRect();
        return [box.left, box.right];
    })"""
    (_left, end), (start, right) = visit(page, width=width).page.evaluate(boxes)
    assert end < start
    assert right <= width


def test_no_mark_that_turns_the_direction_comes_into_a_page(page):
    html = page.read_text(encoding="utf-8")
    assert "turnedname" in html
    assert [mark for mark in "\u202a\u202e\u2066\u2069" if mark in html] == []
    assert "\\202e" not in html
