"""Whose report it is: what a brand file may say, and what is refused with which remedy."""

from __future__ import annotations

import json
import re
import struct
import zlib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from segkit.contrast import contrast_ratio
from segkit.errors import BrandError
from segkit.report.brand import Brand, load_brand
from segkit.report.brand_colors import DARK, LIGHT
from segkit.report.brand_logo import _reaches_out
from segkit.report.manifest import Manifest
from segkit.report.order import check_run
from segkit.report.page_parts import read_asset
from segkit.report.render import render_report
from segkit.report.run import run_report

EXAMPLE = Path(__file__).parents[2] / "examples" / "brand.yml"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9"/></svg>'


@pytest.fixture
def brand_file(tmp_path):
    """Write a brand file, and logos beside it."""

    def write(text: str, **files: str | bytes) -> Path:
        for name, content in files.items():
            place = tmp_path / name.replace("_", ".")
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        path = tmp_path / "brand.yml"
        path.write_text("meta: {name: Ann & Co}\n" + text, encoding="utf-8")
        return path

    return write


def png(width: int = 40, height: int = 10) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        mark = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + mark

    rows = zlib.compress(b"".join(b"\0" + b"\xff\0\0" * width for _row in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def rendered(sample, brand: Brand) -> BeautifulSoup:
    facts = {"status": "finished", "notebook": "n", "title": "T", "run_id": "r"}
    manifest = Manifest(**facts, started="2026-01-31T10:20:00+00:00", versions={"segkit": "0"})
    html = render_report(sample.sample_notebook(), manifest, brand=brand)[0]
    return BeautifulSoup(html, "html.parser")


def test_the_example_speaks_both_languages():
    english, chinese = load_brand(EXAMPLE), load_brand(EXAMPLE, language="zh")
    assert english.name == "Beichen Consulting"
    assert chinese.name == "北辰咨询"
    assert chinese.confidentiality == "机密 · 仅供客户董事会使用"
    assert chinese.footer.startswith("北辰咨询")
    assert english.accent == "#0b5f58"
    assert english.sha256 == chinese.sha256
    assert english.logo is not None
    assert english.shows_name


@pytest.mark.parametrize("accent", ["#0b5f58", "#000080", "#b00020", "#5b2a86", "#333333"])
def test_all_text_reads_in_light_and_dark(brand_file, accent):
    text = f'color: {{primary: "{accent}", warning: "#7a3e00", background: "#faf6ee"}}\n'
    brand = load_brand(brand_file(text))
    for house, changed in ((LIGHT, brand.light), (DARK, brand.dark)):
        tokens = {**house, **changed}
        for ground in ("page", "surface", "code"):
            for ink in ("ink", "muted", "accent", "warning"):
                assert contrast_ratio(tokens[ink], tokens[ground]) >= 4.5, (ink, ground)


def test_the_house_colours_are_those_of_the_style_sheet():
    light, dark = re.findall(r":root \{(.*?)\}", read_asset("segkit.css"), re.DOTALL)[:2]
    for tokens, rule in ((LIGHT, light), (DARK, dark)):
        stated = dict(re.findall(r"--(\w+): (#[0-9a-f]+);", rule))
        stated = {n: c if len(c) == 7 else "#" + "".join(2 * d for d in c[1:]) for n, c in
                  stated.items()}  # fmt: skip
        assert {name: stated[name] for name in tokens} == tokens


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('color:\n  primary: "#7fb3ff"', r"line 3, color\.primary: must have a contrast of at "
         r'least 4\.5 : 1 with the light page .*#7fb3ff. with 1\.96 : 1\. The nearest shade that '
         r'passes is "#0065f8"'),
        ('color: {primary: {light: "#0b5f58", dark: "#0b5f58"}}', r"line 2, color\.primary\.dark: "
         r"must have a contrast of at least 4\.5 : 1 with the dark page"),
        ('color: {background: "#101010"}', r"color\.background: must have a contrast of at least "
         r"4\.5 : 1 with the text .*with 1\.18 : 1"),
        ("color:\n  primary: #1f5fa8", r"line 3, color\.primary: .*got nothing.*in quotes"),
        ('color: {palette: {teal: "#0b5f58"}, primary: teel}', r"got 'teel'. Did you mean 'teal'"),
        ("color: {primary: blue}", r"must be a colour of hex digits such as .*got 'blue'"),
        ('colour: {primary: "#1f5fa8"}', r"line 2, colour: is an unknown key.*mean 'color'"),
        ('color: {primry: "#1f5fa8"}', r"color\.primry: is an unknown key. Did you mean 'primary'"),
        ('color: {secondary: "#1f5fa8"}', r"color\.secondary: is not used in reports. Remove it"),
        ("typography: {base: {family: 3}}", r"typography\.base\.family: must be text; got 3\. "
         r"Write it in quotes"),
        ("logo: 12345", r"line 2, logo: must be text; got 12345\. Write it in quotes"),
        ("logo: logo.gif", r"line 2, logo: must be a PNG or SVG file; got 'logo\.gif'"),
        ("logo: nowhere.svg", r"logo: must be a file beside the brand file; got 'nowhere\.svg'"),
        ("logo: https://a.org/logo.svg", r"logo: must be a PNG or SVG file"),
        ("logo: fake.png", r"must be a whole PNG picture; got 'fake\.png'"),
        ("logo: huge.png", r"must be at most 100,000 bytes; got 'huge\.png' with 100,001 bytes"),
        ("logo: bomb.svg", r"must be a whole SVG picture; got 'bomb\.svg' \(it declares entities"),
        ("logo: flat.svg", r"it has no viewBox"),
        ("defaults: {segkit: {footer: " + "x" * 201 + "}}", r"must be at most 200 characters"),
        ("meta: {name: Bob}", r"line 2, meta: is already given in line 1"),
        ("logo: [", r"must be valid YAML"),
        ("x: !!python/object/apply:os.system ['ls']", r"load_brand: brand\.yml: line 2"),
    ],
)  # fmt: skip
def test_faults_are_told_with_place_and_remedy(brand_file, text, message):
    bomb = '<!DOCTYPE svg [<!ENTITY a "b">]>' + SQUARE
    flat = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    files = {"fake_png": b"GIF89a", "huge_png": b"x" * 100_001, "bomb_svg": bomb, "flat_svg": flat}
    with pytest.raises(BrandError, match=message):
        load_brand(brand_file(text, **files))


def test_a_name_that_yaml_reads_as_a_number_is_to_be_quoted(tmp_path):
    (tmp_path / "b.yml").write_text("meta: {name: 12345}\n")
    with pytest.raises(BrandError, match=r"meta\.name: must be text; got 12345\. Write it in quo"):
        load_brand(tmp_path / "b.yml")


def test_a_file_without_a_name_and_no_file(tmp_path):
    (tmp_path / "b.yml").write_text("logo: x.svg\n")
    with pytest.raises(BrandError, match=r"b\.yml: line 1, the file: meta is missing. Add meta"):
        load_brand(tmp_path / "b.yml")
    with pytest.raises(BrandError, match=r"brand must be a file; got .*none\.yml"):
        load_brand(tmp_path / "none.yml")


def test_a_short_name_a_short_colour_and_no_confidentiality(tmp_path):
    text = 'meta: {name: {short: Ann}}\ncolor: {primary: "#036"}\n'
    lines = 'defaults: {segkit: {confidentiality: ""}}\n'
    (tmp_path / "b.yml").write_text(text + lines)
    brand = load_brand(tmp_path / "b.yml")
    assert (brand.name, brand.accent, brand.confidentiality) == ("Ann", "#003366", "")


def test_a_logo_cannot_run_or_fetch(brand_file):
    hostile = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
      viewBox="0 0 40 10" onload="alert(1)">
      <script>alert(1)</script><style>@import url(https://a.org/x.css);</style>
      <foreignObject><body xmlns="http://www.w3.org/1999/xhtml">x</body></foreignObject>
      <image href="https://a.org/pixel.png" width="1" height="1"/>
      <use xlink:href="https://a.org/s.svg#a"/><a href="javascript:alert(1)"><path d="M1 1"/></a>
      <rect width="4" height="4" fill="url(https://a.org/#g)"/>
      <g fill="url(#own)" onclick="x()"><path d="M0 0h40"/></g></svg>"""
    brand = load_brand(brand_file("logo: hostile.svg", hostile_svg=hostile))
    assert brand.logo is not None
    drawn = brand.logo.content.decode()
    for word in ("script", "foreignObject", "a.org", "onload", "onclick", "javascript", "@import"):
        assert word not in drawn
    assert 'd="M0 0h40"' in drawn
    assert 'fill="url(#own)"' in drawn
    assert brand.logo.is_wide


def test_the_bar_shows_logo_and_name(sample, brand_file):
    square = rendered(sample, load_brand(brand_file("logo: s.svg", s_svg=SQUARE)))
    assert square.select_one(".bar strong").get_text() == "Ann & Co"
    assert square.select_one(".bar img")["alt"] == ""
    text = "logo: {medium: {light: wide.png, dark: s.svg}}"
    wide = rendered(sample, load_brand(brand_file(text, wide_png=png(), s_svg=SQUARE)))
    assert wide.select_one(".bar strong") is None
    assert [img["alt"] for img in wide.select(".bar img")] == ["Ann & Co", "Ann & Co"]
    sources = [img["src"] for img in wide.select(".bar img")]
    assert sources[0].startswith("data:image/png;base64,")
    assert sources[1].startswith("data:image/svg+xml;base64,")


def test_texts_and_fonts_of_a_brand_are_data(sample, brand_file):
    hostile = '"</style><script>alert(1)</script>"'
    lines = f"footer: {hostile}, confidentiality: {hostile}, name: {hostile}"
    text = f"typography: {{base: {hostile}, headings: {hostile}}}\n"
    brand = load_brand(brand_file(text + f"defaults: {{segkit: {{{lines}}}}}\n"))
    soup = rendered(sample, brand)
    assert len(soup.find_all("script")) == len(soup.find_all("style")) == 1
    for part in (".bar strong", ".bar span", ".ending"):
        assert soup.select_one(part).get_text().strip() == "</style><script>alert(1)</script>"


def test_each_rule_states_what_the_others_change(brand_file):
    """They follow each other in the cascade: a light page must not shine through in the dark."""
    css = load_brand(brand_file('color: {background: "#faf6ee", primary: "#0b5f58"}')).css()
    light, dark, paper = (dict(re.findall(r"--(\w+): (#\w{6})", line)) for line in css.split("\n"))
    assert set(light) == set(dark) == set(paper)
    assert dark["page"] == DARK["page"]
    assert paper["page"] == "#ffffff"
    assert paper["accent"] == light["accent"] == "#0b5f58"


def test_a_brand_is_part_of_a_run(notebook_path, tmp_path):
    run = run_report(notebook_path, brand=EXAMPLE, language="zh", out=tmp_path, progress=False)
    soup = BeautifulSoup(run.report.read_text(encoding="utf-8"), "html.parser")
    assert soup.select_one(".bar strong").get_text() == "北辰咨询"
    facts = json.loads((run.path / "run.json").read_text(encoding="utf-8"))
    assert facts["brand"] == {
        "name": "北辰咨询",
        "file": "brand.yml",
        "sha256": load_brand(EXAMPLE).sha256,
        "accent": "#0b5f58",
    }
    # The colour is in the figure, and no cell says so.
    (figure,) = (run.path / "figures").glob("*.svg")
    assert "#0b5f58" in figure.read_text(encoding="utf-8")
    assert "#0b5f58" not in "".join(pre.get_text() for pre in soup.find_all("pre"))


def test_a_faulty_brand_stops_a_run_before_it_starts(notebook_path, brand_file, tmp_path):
    path = brand_file('color: {primary: "#ffff00"}')
    with pytest.raises(BrandError, match=r"color\.primary: must have a contrast"):
        check_run(notebook_path, brand=path, out=tmp_path / "reports")
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("address", ["#g", " #g", "'#g'", '"#g"', " '#g' "])
def test_a_logo_keeps_the_gradients_inside_it(address):
    assert not _reaches_out(f"fill:url({address})")


@pytest.mark.parametrize("address", ["http://a.b/#g", " 'x.svg#g'", '"//a.b"', "data:image/png,x"])
def test_a_logo_asks_for_nothing_outside_it(address):
    assert _reaches_out(f"fill:url({address})")
