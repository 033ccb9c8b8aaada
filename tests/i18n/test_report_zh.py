"""Reports in Chinese, from the command to the page: nothing a reader sees is left in English."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from segkit.i18n import use_language
from segkit.report.index import write_index

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
#: Dates are written without a space: 1998年6月30日.
DATE = re.compile(r"\d+年\d+月\d+日")
ENGLISH = re.compile(r"[A-Za-z][\w'’-]*(?:[ ,;:]+[A-Za-z][\w'’-]*){3,}")


def page_texts(html: str) -> list[str]:
    """What a person sees or hears, without code, and without the lines on how it was made."""
    page = BeautifulSoup(html, "html.parser")
    for element in page(["pre", "code", "script", "style"]):
        element.decompose()
    for made in page.select("#made dd"):
        made.decompose()
    heard = [
        element[name]
        for name in ("alt", "aria-label", "title", "placeholder", "data-copied")
        for element in page.select(f"[{name}]")
    ]
    return [" ".join(text.split()) for text in [*page.stripped_strings, *heard] if text.strip()]


@pytest.fixture(params=["behavioral", "clv"])
def chinese_run(request):
    return request.getfixturevalue(f"chinese_{request.param}")


def test_no_english_sentence_is_left(chinese_run):
    html = chinese_run.report.read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in html
    texts = page_texts(html)
    assert len(texts) > 100
    assert [text for text in texts if ENGLISH.search(text)] == []


def test_text_is_set_as_chinese_is(chinese_run):
    texts = page_texts(chinese_run.report.read_text(encoding="utf-8"))
    bare = [DATE.sub("，", text) for text in texts]
    tight = rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9%]{HAN}"
    assert [text for text in bare if re.search(tight, text)] == []
    half = rf"{HAN} ?[,;:?!(]|{HAN}[).](?!\w)|[,;:?!()]{HAN}"
    assert [text for text in bare if re.search(half, text)] == []
    assert [
        text
        for text in texts
        if re.search(rf"[。！？；，：] |{HAN} {HAN}|\{{\w+\}}|。。|，。", text)
    ] == []


def test_the_headline_fits(chinese_run):
    facts = json.loads((chinese_run.path / "run.json").read_text(encoding="utf-8"))
    assert facts["language"] == "zh"
    assert len(facts["headline"]) <= 34


def test_titles_are_chinese_everywhere(chinese_behavioral):
    assert chinese_behavioral.title == "客户行为分群"
    with use_language("zh"):
        index = write_index(chinese_behavioral.path.parents[1])
    texts = page_texts(index.read_text(encoding="utf-8"))
    assert "客户行为分群" in texts
    assert [text for text in texts if ENGLISH.search(text)] == []


def test_the_kept_notebook_is_the_chinese_one(chinese_behavioral):
    kept = nbformat.read(chinese_behavioral.path / "notebook.ipynb", as_version=4)
    assert kept.cells[0].source.startswith("# 客户行为分群\n")
    assert any(cell.source.startswith("## 客户是谁") for cell in kept.cells)


def test_amounts_are_headed_by_their_currency(chinese_behavioral):
    page = BeautifulSoup(chinese_behavioral.report.read_text(encoding="utf-8"), "html.parser")
    heads = [head.get_text(strip=True) for head in page.select("thead th")]
    assert "销售额（美元）" in heads
    assert not any("$" in cell.get_text() for cell in page.select("td"))


def test_files_are_called_the_same_in_each_language(chinese_behavioral, behavioral_run):
    def names(run):
        return sorted(p.relative_to(run.path).as_posix() for p in run.path.glob("[ft]*s/*"))

    assert "tables/01-segments.csv" in names(chinese_behavioral)
    assert "figures/01-segment-shares.svg" in names(chinese_behavioral)
    assert names(chinese_behavioral) == names(behavioral_run)
