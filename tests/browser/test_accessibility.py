"""Reports for everyone: axe-core finds nothing, the keyboard reaches all, ears hear all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

PAGES = ["behavioral", "behavioral_zh", "clv", "clv_zh", "sample", "comparison", "gallery"]
WIDTHS = [1280, 390]
#: Contrast that axe cannot tell: of an arrow or a sign alone, and of a cell that the edge of
#: its table cuts, whose colours are those of the cells beside it.
UNSURE = {"nonBmp", "shortTextContent", "elmPartiallyObscured"}
FOCUS = """() => {
  const here = document.activeElement, look = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  return {
    tag: here.tagName.toLowerCase(),
    kind: here.closest(".toc") ? "contents" : here.closest("thead") ? "sort"
      : here.matches(".skip") ? "skip" : here.matches("[data-filter]") ? "filter"
      : here.matches("[data-copy]") ? "copy" : here.matches("[data-save], [download]") ? "get"
      : here.matches("summary") ? "fold" : here.matches(".scroll") ? "scroll" : "other",
    outline: look.outlineStyle === "none" ? 0 : parseFloat(look.outlineWidth),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@pytest.fixture(params=PAGES)
def page_file(request):
    return request.getfixturevalue(f"{request.param}_report")


@pytest.fixture
def audit(chromium, axe) -> Iterator[Callable[..., Any]]:
    """Open a page, change it if asked, and give what axe-core says of it."""
    contexts = []

    def run(path, *, width=1280, scheme="light", change="") -> dict[str, Any]:
        size = {"width": width, "height": 900}
        # The page's own policy forbids foreign scripts, and axe is one.
        context = chromium.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        page.goto(path.resolve().as_uri())
        # axe does not measure text on a shade; the tables are measured without it.
        page.add_style_tag(content=".scroll { background: none !important; }")
        page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        if change:
            page.evaluate(change)
        options = {"resultTypes": ["violations", "incomplete"], "preload": False}
        return axe.run(page, options=options).response

    yield run
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(page_file, audit, width, scheme):
    said = audit(page_file, width=width, scheme=scheme)
    found = [
        f"{rule['impact']} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in said["violations"]
        for node in rule["nodes"]
    ]
    assert found == []
    unsure = {
        (str(node["target"]), check["data"]["messageKey"])
        for rule in said["incomplete"]
        for node in rule["nodes"]
        for check in node["any"]
    }
    assert [item for item in unsure if item[1] not in UNSURE] == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('.lede').style.color = '#aaa'", "color-contrast"),
        ("document.querySelector('svg[role=img]').removeAttribute('aria-label')", "svg-img-alt"),
    ],
)
def test_axe_would_find_a_fault(sample_report, audit, change, rule):
    said = audit(sample_report, change=change)
    assert [found["id"] for found in said["violations"]] == [rule]


def _stops(page: Any) -> list[dict[str, Any]]:
    """Press Tab until the page is through, and note each stop."""
    stops: list[dict[str, Any]] = []
    for _stop in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["tag"] == "body":
            return stops
        stops.append(stop)
    raise AssertionError("The keyboard does not get through the page.")


def test_keyboard_reaches_everything_and_shows_where_it_is(report, visit):
    page = visit(report).page
    page.emulate_media(reduced_motion="reduce")
    stops = _stops(page)
    kinds = [stop["kind"] for stop in stops]
    assert kinds[0] == "skip"
    count = {
        "contents": page.locator(".toc a").count(),
        "fold": page.locator("summary").count(),
        "sort": page.locator("thead button").count(),
        "filter": page.locator("[data-filter]").count(),
        "copy": page.locator("[data-copy]").count(),
        "get": page.locator("a[download]").count(),
    }
    assert {kind: kinds.count(kind) for kind in count} == count
    assert count["sort"] > 0
    assert [stop for stop in stops if stop["outline"] < 2 or not stop["seen"]] == []
    # Folded code and tables that fit are no stops.
    assert len(stops) == 1 + sum(count.values()) + kinds.count("other")


def test_skip_link_leads_to_the_summary(report, visit):
    page = visit(report).page
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#summary")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.toc')") is None
    assert page.evaluate("document.activeElement.closest('main')") is not None


def test_landmarks_and_headings(page_file, visit):
    page = visit(page_file).page
    for name in ("header", "main", "h1"):
        assert page.locator(name).count() == 1, name
    assert page.locator("main h1").count() == 1
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1
    deeper = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    assert deeper == []


def test_headers_sort_by_keyboard_and_say_so(report, visit):
    page = visit(report).page
    table = page.locator("figure.table").first
    head = table.locator("thead button").nth(1)
    head.focus()
    page.keyboard.press("Enter")
    assert table.locator("th[aria-sort]").count() == 1
    assert table.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    page.keyboard.press("Space")
    assert table.locator("th").nth(1).get_attribute("aria-sort") == "ascending"
    # The arrow is for eyes; aria-sort is for ears.
    assert "↑" not in table.aria_snapshot()


def test_tables_have_names(report, visit):
    page = visit(report).page
    tables = page.locator("figure.table table")
    assert tables.count() > 0
    for number in range(tables.count()):
        assert tables.nth(number).get_attribute("aria-label")


def test_copy_gives_rows_without_formulas_and_keeps_the_place(sample_report, visit):
    page = visit(sample_report).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator("[data-copy]").first
    button.focus()
    page.keyboard.press("Enter")
    assert button.inner_text() == "Copied"
    assert button.evaluate("(here) => here === document.activeElement")
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0].split("\t")[:2] == ["Segment", "Customers"]
    assert len(lines) == 6
    assert [line.split("\t")[0] for line in lines if "HYPERLINK" in line] == ['\'=HYPERLINK("x")']


def test_filter_says_how_many_rows_are_left(sample_report, visit):
    page = visit(sample_report).page
    page.locator("[data-filter]").fill("841")
    assert page.locator("output[data-count]").inner_text() == "1 of 30 rows"
    page.locator("[data-filter]").fill("")
    assert page.locator("output[data-count]").inner_text() == ""


def test_wide_tables_are_regions_that_scroll_by_key(report, visit):
    page = visit(report, width=390).page
    boxes = page.locator(".card.table .scroll")
    wide = 0
    for number in range(boxes.count()):
        box = boxes.nth(number)
        scrolls = box.evaluate("(box) => box.scrollWidth > box.clientWidth + 1")
        assert box.get_attribute("tabindex") == ("0" if scrolls else None)
        assert box.get_attribute("role") == ("region" if scrolls else None)
        if not scrolls:
            continue
        wide += 1
        assert box.get_attribute("aria-label")
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(box) => box.scrollLeft > 0", arg=box.element_handle())
    assert wide > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shade_says_that_a_table_goes_on(behavioral_report, visit, scheme):
    page = visit(behavioral_report, width=390, scheme=scheme).page
    box = page.locator(".card.table .scroll[role=region]").first

    def edge() -> tuple[int, ...]:
        """The colour of the table's right edge, in the empty room over its head."""
        picture = Image.open(io.BytesIO(box.screenshot())).convert("RGB")
        return picture.getpixel((picture.width - 2, 3))

    more = edge()
    box.evaluate("(box) => (box.scrollLeft = box.scrollWidth)")
    page.wait_for_timeout(100)
    end = edge()
    surface = {"light": (255, 255, 255), "dark": (24, 30, 40)}[scheme]
    assert max(abs(a - b) for a, b in zip(end, surface, strict=True)) <= 3
    assert max(abs(a - b) for a, b in zip(more, surface, strict=True)) >= 20


def test_figures_have_a_short_label_and_all_their_words(report, visit):
    page = visit(report).page
    plates = page.locator(".plate")
    for number in range(plates.count()):
        plate = plates.nth(number)
        picture = plate.locator("svg[role=img]:visible")
        label = picture.get_attribute("aria-label")
        assert 20 < len(label) <= 130
        words = plate.locator(".words")
        if not words.count():
            continue
        assert words.bounding_box()["width"] <= 1
        heard = " ".join(plate.aria_snapshot().replace('"', "").split())
        assert " ".join(words.inner_text().split()) in heard
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert picture.get_attribute("aria-label") == f"{label} {words.text_content()}"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert picture.get_attribute("aria-label") == label


def test_a_turned_name_turns_nothing_else(gallery_report, visit):
    page = visit(gallery_report).page
    places = page.evaluate(
        """() => [...document.querySelectorAll('.facts bdi')].map((name) => {
          const rest = name.nextSibling, at = (n) => {
            const range = document.createRange();
            range.setStart(rest, n);
            range.setEnd(rest, n + 1);
            return range.getBoundingClientRect().left;
          };
          return [rest.textContent.trim(), at(3), at(4)];
        })"""
    )
    assert [place[0] for place in places] == ["· 6,919 rows"] * 2
    assert all(first < second for _text, first, second in places)


def test_names_in_tables_keep_their_direction(sample_report, visit):
    page = visit(sample_report).page
    loose = (
        "[...document.querySelectorAll('.card.table tbody :is(th, td:not(.n)):not([dir=auto])')]"
    )
    assert page.evaluate(f"{loose}.length") == 0
    assert page.locator(".card.table tbody th[dir=auto]").count() >= 5
