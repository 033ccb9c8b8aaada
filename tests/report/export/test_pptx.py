"""Slides: real text, pictures with words, nothing over the edge, Chinese fonts named."""

from __future__ import annotations

import io
import re
import zipfile

import nbformat
import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from segkit.report.brand import Brand, load_brand
from segkit.report.brand_logo import Logo
from segkit.report.export.content import Figure, read_content
from segkit.report.export.pptx import fitting_figure, write_pptx
from segkit.report.manifest import Manifest, collect_payloads

PICTURE = 13


@pytest.fixture(scope="module")
def path(hostile, tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "report.pptx"
    write_pptx(hostile.content, path)
    return path


@pytest.fixture(scope="module")
def slides(path):
    return list(Presentation(path).slides)


def said(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_the_order_is_title_summary_findings_limits_source(slides):
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[0] == "Most of it comes from <script>alert(1)</script>"
    assert titles[1] == "Summary"
    assert titles[2] == "69.9 %\nof revenue comes from <script>alert(1)</script>"
    assert titles[3] == "44.2 %\nof customers are silent"
    assert titles[-2:] == ["Limits", "How this was made"]


def test_it_is_wide(path):
    deck = Presentation(path)
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.001)


def test_hostile_names_are_words_on_slides(slides):
    first, summary, finding = said(slides[0]), said(slides[1]), said(slides[2])
    assert "价$x^$值 leads." in first
    assert '=HYPERLINK("x")' in first
    assert "<script>alert(1)</script>" in summary
    assert '价$x^$值 and =HYPERLINK("x").' in finding
    assert "→ Keep them." in finding


def test_a_finding_stands_beside_the_figure_with_its_number(slides):
    (picture,) = [shape for shape in slides[2].shapes if shape.shape_type == PICTURE]
    described = picture._element.nvPicPr.cNvPr.get("descr")
    assert described == "Bars: <script>alert(1)</script>, 价$x^$值."
    assert "Source: <script>alert(1)</script>" in said(slides[2])
    assert not [s for slide in slides[3:] for s in slide.shapes if s.shape_type == PICTURE]


def test_a_long_finding_goes_on_instead_of_over_the_edge(slides):
    words = "\n".join(said(slide) for slide in slides)
    assert words.count("A sentence that goes on.") == 120
    assert "→ Write to them." in words


def test_all_runs_name_a_chinese_font(path):
    with zipfile.ZipFile(path) as parts:
        names = [n for n in parts.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
        pages = [parts.read(name).decode() for name in names]
        theme = parts.read("ppt/theme/theme1.xml").decode()
    for page in pages:
        runs = re.findall(r"<a:r>.*?</a:r>", page, re.S)
        assert runs
        assert all('<a:ea typeface="Microsoft YaHei"/>' in run for run in runs)
    assert theme.count('<a:ea typeface="Microsoft YaHei"/>') == 2


def test_every_shape_lies_on_its_slide(slides):
    for slide in slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= Inches(13.334)
            assert shape.top + shape.height <= Inches(7.5)


def test_a_brand_gives_name_colour_logo_and_footer(hostile, tmp_path):
    logo = Logo(hostile.content.figures[0][1].png, "image/png", 3.0)
    brand = Brand("Beichen", "Secret", "Ask us", {"accent": "#0b6b5e"}, logo=logo)
    path = tmp_path / "brand.pptx"
    write_pptx(hostile.content, path, brand=brand)
    first, second = list(Presentation(path).slides)[:2]
    (picture,) = [shape for shape in first.shapes if shape.shape_type == PICTURE]
    assert picture._element.nvPicPr.cNvPr.get("descr") == "Beichen"
    assert "Beichen" not in said(first).splitlines()
    assert "Ask us · Secret" in said(second)
    with zipfile.ZipFile(path) as parts:
        assert "0B6B5E" in parts.read("ppt/theme/theme1.xml").decode()
        assert "0B6B5E" in parts.read("ppt/slides/slide2.xml").decode()


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
    '<circle cx="100" cy="50" r="50" fill="#ff0000"/></svg>'
)


def logos(path) -> list[list]:
    """The pictures named after the brand, slide by slide."""
    slides = Presentation(path).slides
    pictures = [[s for s in slide.shapes if s.shape_type == PICTURE] for slide in slides]
    return [[picture for picture in found if picture.name == "Beichen"] for found in pictures]


@pytest.mark.browser
def test_a_logo_drawn_in_svg_is_on_each_slide(hostile, tmp_path, chromium_path):
    (tmp_path / "logo.svg").write_text(SVG)
    (tmp_path / "brand.yml").write_text("meta: {name: Beichen}\nlogo: logo.svg\n")
    path = tmp_path / "brand.pptx"
    write_pptx(hostile.content, path, brand=load_brand(tmp_path / "brand.yml"))
    found = logos(path)
    assert [len(pictures) for pictures in found] == [1] * len(found)
    blobs = {pictures[0].image.blob for pictures in found}
    assert len(blobs) == 1  # one file for all slides
    with Image.open(io.BytesIO(blobs.pop())) as picture:
        assert picture.size == (800, 400)
        drawn = picture.convert("RGBA")
    assert drawn.getpixel((400, 200)) == (255, 0, 0, 255)
    assert drawn.getpixel((400, 396)) == (255, 0, 0, 255)  # down to its lower edge
    assert drawn.getpixel((2, 2))[3] == 0  # nothing behind it
    for (picture,) in found:
        assert picture.width / picture.height == pytest.approx(2, abs=0.01)


def test_a_png_is_on_each_slide_and_told_once(hostile, tmp_path):
    logo = Logo(hostile.content.figures[0][1].png, "image/png", 3.0)
    path = tmp_path / "brand.pptx"
    write_pptx(hostile.content, path, brand=Brand("Beichen", logo=logo))
    told = [p._element.nvPicPr.cNvPr.get("descr") for pictures in logos(path) for p in pictures]
    assert told == ["Beichen"] + [""] * (len(told) - 1)
    assert len(told) == len(logos(path))


def test_without_a_chromium_the_name_stands_for_a_drawn_logo(hostile, tmp_path, monkeypatch):
    monkeypatch.setenv("SEGKIT_CHROMIUM", "/nowhere/chromium")
    path = tmp_path / "brand.pptx"
    brand = Brand("Beichen", logo=Logo(SVG.encode(), "image/svg+xml", 2.0))
    write_pptx(hostile.content, path, brand=brand)
    assert not any(logos(path))
    assert "Beichen" in said(Presentation(path).slides[0]).splitlines()


def test_a_figure_fits_by_its_whole_number():
    figures = [Figure("16.2 % fewer, 978 of 2,357", "", "", "", "", b"png")]
    assert fitting_figure({"number": "−16.2 %"}, figures) is figures[0]
    assert fitting_figure({"number": "2,357"}, figures) is figures[0]
    for number in ("6.2 %", "357", "97", "2", "16.2 $"):
        assert fitting_figure({"number": number}, figures) is None


def boxes(text: str) -> list[list[tuple[float, float, float, float]]]:
    """The places of words on each page, out of poppler's list."""
    word = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">')
    pages = text.split("<page ")[1:]
    return [[tuple(map(float, found.groups())) for found in word.finditer(p)] for p in pages]


def overlap(one, other) -> bool:
    """Whether two words share more than the slack that lines of type always share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    low = min(one[3] - one[1], other[3] - other[1])
    return width > 1 and height > 0.4 * low


@pytest.mark.parametrize("which", ["hostile", "behavioral", "clv"])
def test_it_opens_in_libreoffice_and_no_text_runs_into_another(
    which, hostile, path, request, tmp_path, to_pdf, pdf_text
):
    if which != "hostile":
        from segkit.report.export.forms import export_run

        run = request.getfixturevalue(f"{which}_run")
        (path,) = export_run(run.path, "pptx")
    printed = to_pdf(path)
    pages = boxes(pdf_text(printed, "-bbox"))
    assert len(pages) == len(list(Presentation(path).slides))
    for number, page in enumerate(pages, start=1):
        assert page
        assert max(box[3] for box in page) <= 540, number
        assert max(box[2] for box in page) <= 960, number
        crossed = [(a, b) for i, a in enumerate(page) for b in page[i + 1 :] if overlap(a, b)]
        assert not crossed, (number, crossed)
    if which == "hostile":
        text = pdf_text(printed)
        assert "<script>alert(1)</script>" in text
        assert "价$x^$值" in text.replace(" ", "")


def test_each_finding_of_the_kits_own_reports_has_its_figure(behavioral_run):
    notebook = nbformat.read(behavioral_run.path / "notebook.ipynb", as_version=4)
    items = collect_payloads(notebook, ("findings",))["findings"]["items"]
    shown = {f.name for _heading, f in read_content(notebook, _manifest()).figures}
    named = [item["figure"] for item in items if item["figure"]]
    assert set(named) <= shown
    # No figure shows the customers who slip away: they lie in several segments.
    assert len(named) == len(items) - 1


def _manifest() -> Manifest:
    return Manifest("finished", "n", "A title", "1", "2026-01-31T09:15:00+01:00")
