"""The finished report in a browser: quiet, self-contained, readable at every width."""

from __future__ import annotations

import re
import subprocess
from urllib.parse import urlsplit

import pytest

WIDTHS = [1280, 1024, 768, 390]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_complaint_and_no_request(report, visit, scheme):
    opened = visit(report, scheme=scheme)
    opened.page.mouse.wheel(0, 20_000)
    opened.page.wait_for_timeout(200)
    assert opened.complaints == []
    outside = [url for url in opened.requests if urlsplit(url).scheme != "data"]
    assert outside == [report.resolve().as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_page_has_no_sideways_scroll(report, visit, width):
    page = visit(report, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_each_figure_shows_one_picture_with_words(report, visit, width):
    page = visit(report, width=width).page
    figures = page.locator("figure:has(.plate)")
    assert figures.count() > 0
    for number in range(figures.count()):
        pictures = figures.nth(number).locator("svg[role=img]:visible")
        assert pictures.count() == 1
        assert len(pictures.get_attribute("aria-label")) > 20


def test_every_image_has_alt_text(report, visit):
    page = visit(report).page
    silent = "[...document.images].filter((image) => !image.alt.trim()).length"
    assert page.evaluate(silent) == 0


def test_pictures_are_drawn_at_their_own_size(report, visit):
    """Type in a figure is drawn in pixels; scaled below 0.85 it would be hard to read."""
    scale = "(svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
    for width in WIDTHS:
        pictures = visit(report, width=width).page.locator("svg[role=img]:visible")
        for number in range(pictures.count()):
            assert 0.8 <= pictures.nth(number).evaluate(scale) <= 1.35


def test_contents_lead_to_their_sections(report, visit):
    page = visit(report).page
    links = page.locator(".toc a")
    assert links.count() >= 3
    for number in range(links.count()):
        link = links.nth(number)
        link.click()
        page.wait_for_timeout(700)
        target = page.evaluate(
            "(hash) => decodeURIComponent(hash).slice(1)", link.get_attribute("href")
        )
        section = page.locator(f'[id="{target}"]')
        assert section.locator("h2").first.is_visible()
        box = section.bounding_box()
        assert box is not None
        assert -5 <= box["y"] < 900
        assert page.locator(".toc a[aria-current]").count() == 1


def test_contents_mark_where_one_is(report, visit):
    page = visit(report).page
    marked = page.locator(".toc a[aria-current]")
    assert marked.get_attribute("href") == page.locator(".toc a").first.get_attribute("href")
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(900)
    assert marked.get_attribute("href") == "#made"


def test_table_sorts_on_click(sample_report, visit):
    page = visit(sample_report).page
    table = page.locator("figure.table").first
    column = "[...document.querySelector('figure.table').querySelectorAll('tbody tr')]"
    read = f"{column}.map((row) => row.cells[1].dataset.value)"
    head = table.locator("thead button").nth(1)
    head.click()
    assert page.evaluate(read) == ["10408", "5401", "5012", "1866", "883"]
    head.click()
    assert page.evaluate(read) == ["883", "1866", "5012", "5401", "10408"]
    assert table.locator("th[aria-sort=ascending]").count() == 1


def test_filter_leaves_the_rows_asked_for(sample_report, visit):
    page = visit(sample_report).page
    page.locator("[data-filter]").fill("841")
    assert page.locator("figure.table").nth(1).locator("tbody tr:visible").count() == 1


@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_figure_can_be_saved_from_the_page_alone(sample_report, visit, tmp_path, form, start):
    alone = tmp_path / "mailed.html"
    alone.write_bytes(sample_report.read_bytes())
    opened = visit(alone)
    with opened.page.expect_download() as download:
        opened.page.locator(f"[data-save={form}]").first.click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.suffix == f".{form}"
    assert saved.read_bytes().startswith(start)
    assert opened.complaints == []


def test_hostile_names_run_nothing(sample_report, visit):
    opened = visit(sample_report)
    assert opened.complaints == []
    assert opened.page.locator("body").is_visible()
    assert "<script>alert(1)</script>" in opened.page.locator("main").inner_text()


def test_print_cuts_nothing_and_folds_nothing_out(report, visit):
    page = visit(report).page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 658, "height": 940})  # an A4 page within its margins
    assert page.locator("details:visible").count() == 0
    assert page.locator(".toc").is_hidden()
    assert page.locator(".narrow:visible").count() == 0
    assert page.locator(".wide:visible").count() == page.locator(".wide").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= 658


def test_pdf_has_page_numbers_and_running_title(report, chromium_path, tmp_path):
    pdf = tmp_path / "report.pdf"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command = [chromium_path, *options, f"--print-to-pdf={pdf}", report.resolve().as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) >= 2


def test_gallery_leads_to_the_report(sample_report, visit):
    index = sample_report.parents[2] / "index.html"
    for width in (1280, 390):
        opened = visit(index, width=width)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        opened.page.locator(".run h2 a").first.click()
        opened.page.wait_for_load_state()
        assert opened.page.url == sample_report.resolve().as_uri()
        assert opened.complaints == []
