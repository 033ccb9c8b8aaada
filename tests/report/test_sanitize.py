"""What is not ours is made harmless, and stays readable."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from segkit.report.sanitize import (
    clean_html,
    css_string,
    inline_svg,
    split_alternative,
)
from segkit.report.turning import unturned


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>body{display:none}</style>",
        "<iframe src='https://a.org'></iframe>",
        '<img src="https://a.org/x.png" onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<svg onload="alert(1)"><script>alert(1)</script></svg>',
        '<div style="background:url(https://a.org)">x</div>',
        '<form action="https://a.org"><button>x</button></form>',
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        '<p onclick="alert(1)">x</p>',
        "<scr<script>ipt>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("links", [True, False])
def test_nothing_runs_and_nothing_is_requested(html, links):
    soup = BeautifulSoup(clean_html(html, links=links), "html.parser")
    assert not soup.find_all(["script", "style", "iframe", "svg", "form", "object"])
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        assert not str(tag.get("href", "")).lower().startswith(("javascript", "data"))
        assert not str(tag.get("src", "")).startswith("http")


def test_tables_of_pandas_keep_their_cells():
    html = "<table border='1' class='dataframe'><tr><td>&lt;script&gt;</td></tr></table>"
    assert clean_html(html) == "<table><tbody><tr><td>&lt;script&gt;</td></tr></tbody></table>"


def test_links_are_for_the_author_only():
    html = '<a href="https://a.org">paper</a>'
    assert clean_html(html, links=True) == html
    assert clean_html(html) == "paper"


def test_inline_picture_stays():
    html = '<img src="data:image/png;base64,AAAA" alt="x">'
    assert "data:image/png" in clean_html(html)


SVG = """<?xml version="1.0"?><!DOCTYPE svg>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 9 9">
<metadata>http://x</metadata><!-- id="c" --><defs><path id="a" d="M0 0"/></defs>
<use xlink:href="#a" clip-path="url(#b)"/><text>id="n" &lt;b&gt;</text></svg>"""


def test_svg_has_own_ids_a_label_and_no_address():
    svg = inline_svg(SVG, "f1", 'Bars "a" < b')
    assert svg.startswith('<svg role="img" aria-label="Bars &#34;a&#34; &lt; b"\n viewBox=')
    assert 'id="f1-a"' in svg
    assert 'href="#f1-a"' in svg
    assert "url(#f1-b)" in svg
    assert "http" not in svg
    assert '<text>id="n" &lt;b&gt;</text>' in svg


def test_svg_loses_what_could_run():
    svg = inline_svg(
        '<svg onload="x()"><script>alert(1)</script><g onclick=x() id="a"/></svg>', "p", ""
    )
    assert "alert" not in svg
    assert "onload" not in svg
    assert "onclick" not in svg


def test_css_string_cannot_be_left():
    text = css_string('a"; } </style><script>\n\\')
    assert not set("<>;}\n") & set(text)
    assert text.count('"') == 2


def test_long_alternatives_are_split_after_the_first_sentence():
    rest = "Key value: 22.9 % of customers. " * 5
    assert split_alternative(f"Chart of segments. {rest}") == ("Chart of segments.", rest)
    assert split_alternative("点图：各客群。" + "重要价值：22.9%。" * 20) == (
        "点图：各客群。",
        "重要价值：22.9%。" * 20,
    )
    assert split_alternative("a" * 300) == ("a" * 300, "")
    assert split_alternative("One. Two.") == ("One. Two.", "")


def test_marks_of_direction_are_dropped_and_letters_stay():
    assert unturned("ab\u202ecd\u2066 \u0645\u0631") == "abcd \u0645\u0631"
    assert css_string("a\u202eb") == '"ab"'


def test_an_empty_head_of_a_table_is_a_cell():
    html = clean_html("<table><tr><th></th><th>n</th></tr></table>")
    assert "<tr><td></td><th>n</th></tr>" in html


def test_no_link_leads_to_data():
    html = """<a href='data:text/html,"<b>x</b>"' title="t">a</a><a href="https://a.b">b</a>"""
    kept = BeautifulSoup(clean_html(html, links=True), "html.parser").find_all("a")
    assert [link.get("href") for link in kept] == [None, "https://a.b"]
