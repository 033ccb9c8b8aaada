"""Text in figures is drawn on any machine, in the package's own fonts, without a warning."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure

from segkit.figures import draw, plot_segment_recency, plot_segment_shares, to_png, to_svg
from segkit.figures.base import figure
from segkit.figures.fonts import (
    CHINESE,
    INSTALLED_CHINESE,
    LATIN,
    font_families,
    font_file,
    has_glyph,
    load_fonts,
)
from segkit.figures.labels import plain
from segkit.figures.style import house_style

NAMES = [
    "重要价值",
    "价$x^$值",
    "<script>alert(1)</script>",
    '引号"与“双引号”',
    "\U0001f600 笑脸会员",
    "重要价值客户" * 6 + "一二三四",
    "Forty characters of a long segment name!!",
    "张玥与瑄堃喆的旗舰店",
]


@pytest.fixture(scope="module")
def named():
    profile = pd.DataFrame(
        {
            "segment": [f"s{number}" for number in range(8)],
            "name": NAMES,
            "n_customers": 10,
            "customer_share": [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05],
            "revenue_share": [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05],
            "median_recency_days": [0.0, 1, 2, 300, 400, 500, 501, 502],
        }
    )
    return SimpleNamespace(profile=profile)


@pytest.fixture
def only_packaged(monkeypatch):
    """A machine without any Chinese font."""
    load_fonts()
    kept = [f for f in font_manager.fontManager.ttflist if f.name not in INSTALLED_CHINESE]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", kept)
    has_glyph.cache_clear()
    yield
    has_glyph.cache_clear()


@pytest.mark.parametrize("plot", [plot_segment_shares, plot_segment_recency])
@pytest.mark.usefixtures("only_packaged")
def test_chinese_and_hostile_names_have_room_and_glyphs(plot, named, look):
    texts = look(plot, named)
    assert {"重要价值", "价$x^$值", "<script>alert(1)</script>", "张玥与瑄堃喆的旗舰店"} <= set(
        texts
    )
    assert any(text.startswith("重要价值客户重要价值客户") and text.endswith("…") for text in texts)


@pytest.mark.usefixtures("only_packaged")
def test_the_chinese_face_is_read_from_the_package_in_both_formats(named):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fig = draw(plot_segment_shares, named)
        svg, png = to_svg(fig), to_png(fig)
    assert png.startswith(b"\x89PNG")
    # A glyph is a path named after its font: nothing has to be installed where it is looked at.
    assert "SegkitSansSC-Regular" in svg
    assert "<text" not in svg


@pytest.mark.usefixtures("only_packaged")
def test_a_rare_character_is_a_box_where_no_font_has_it():
    assert font_families()[0] == LATIN
    assert font_families()[-1] == CHINESE
    assert plain("龘氏商行") == "□氏商行"


def test_a_rare_character_comes_from_an_installed_font(monkeypatch, tmp_path):
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    # A made-up font of the machine: our own face with one hanzi said to be another one.
    font = TTFont(font_file("SegkitSansSC-Regular.otf"))
    cutter = Subsetter(Options())
    cutter.populate(text="国")
    cutter.subset(font)
    for table in font["cmap"].tables:
        table.cmap = {ord("龘"): name for name in table.cmap.values()}
    for record in font["name"].names:
        if record.nameID == 1:
            record.string = "WenQuanYi Zen Hei"
    font.save(tmp_path / "installed.otf")
    load_fonts()
    kept = [f for f in font_manager.fontManager.ttflist if f.name not in INSTALLED_CHINESE]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", kept)
    has_glyph.cache_clear()
    assert plain("龘") == "□"
    font_manager.fontManager.addfont(tmp_path / "installed.otf")
    has_glyph.cache_clear()
    assert plain("龘") == "龘"
    has_glyph.cache_clear()


@pytest.mark.usefixtures("only_packaged")
def test_a_missing_glyph_is_heard_of():
    """What the fixture ``look`` relies on: matplotlib warns, and the warning is an error."""

    @figure(describe=lambda result: None)
    def plot(result, ax):
        ax.set_title("龘")

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with pytest.raises(UserWarning, match=r"Glyph 40856 .* missing"):
            draw(plot, None)


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.usefixtures("only_packaged")
def test_bold_falls_back_without_a_word(weight, caplog):
    with caplog.at_level(logging.WARNING, logger="matplotlib"), house_style():
        fig = Figure()
        fig.text(0.5, 0.5, "1,234 重要价值 → 3 %", weight=weight)
        to_png(fig)
    assert caplog.messages == []


def test_signs_have_latin_width_in_english():
    """The Chinese face has these as wide as a hanzi; they come from DejaVu Sans."""
    from segkit.figures.labels import text_width

    for sign in "…×→≥±":
        assert text_width(sign) < text_width("国") * 1.01
    assert text_width("“quoted”") < text_width("quoted") + 12


def test_the_file_holds_gb2312_and_the_kits_own_signs():
    known = font_manager.get_font(font_file("SegkitSansSC-Regular.otf")).get_charmap()
    codes = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    hanzi = "".join(code.decode("gb2312", errors="ignore") for code in codes)
    assert len(hanzi) == 6763
    assert [c for c in hanzi + "，。：；（）《》“”、！？￥…—" if ord(c) not in known] == []


def test_the_licence_travels_with_renamed_fonts():
    folder = font_file("OFL.txt").parent
    licence = (folder / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence
    for path in folder.glob("*.otf"):
        assert path.stat().st_size < 1_500_000
        assert font_manager.get_font(path).family_name in {"Segkit Sans", "Segkit Sans SC"}


def test_fonts_wait_for_the_first_figure():
    code = (
        "import json, sys, segkit.figures\n"
        "from matplotlib.font_manager import fontManager as known\n"
        "names = lambda: sorted({f.name for f in known.ttflist if f.name.startswith('Segkit')})\n"
        "before = names()\n"
        "from segkit.figures.style import house_style\n"
        "with house_style(): pass\n"
        "print(json.dumps([before, names()]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], ["Segkit Sans", "Segkit Sans SC"]]
