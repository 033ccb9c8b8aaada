"""The page: complete, in order, safe, and in need of nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell, new_notebook

from segkit.i18n import _, use_language
from segkit.report.manifest import Manifest
from segkit.report.render import Brand, phrases, provenance, rehearse, render_report


@pytest.fixture(scope="module")
def html(finished_run) -> str:
    return finished_run.report.read_text(encoding="utf-8")


def test_what_is_compiled_beforehand_serves_every_language():
    rehearse()
    facts = Manifest("finished", "nothing", "", "1", started="2026-01-31T09:15:00+00:00")
    pages = []
    for language in ("zh", "en", "zh"):
        with use_language(language):
            page, _files = render_report(new_notebook(), facts)
            soup = BeautifulSoup(page, "html.parser")
            pages.append((soup.html["lang"], soup.find_all("h2")[-1].get_text(), _("Notebook")))
            assert _("Notebook") in soup.get_text()
    assert pages[0] == pages[2]
    assert all(chinese != english for chinese, english in zip(pages[0], pages[1], strict=True))


@pytest.fixture(scope="module")
def soup(html) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_order_of_the_report(soup):
    assert [h.get_text() for h in soup.find_all(["h1", "h2"])] == [
        "A quarter of customers bring 70 % of revenue, and two thirds have been silent for a year",
        "Summary",
        "Who the customers are",
        "Where the revenue is",
        "Limits",
        "How this was made",
    ]


def test_contents_point_to_sections(soup):
    targets = [a["href"].removeprefix("#") for a in soup.select(".toc a")]
    assert targets == ["summary", "who-the-customers-are", "where-the-revenue-is", "limits", "made"]
    assert all(soup.find(id=target) for target in targets)


def test_ids_are_unique(soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_only_script_is_ours_and_allowed_by_its_hash(soup):
    (script,) = soup.find_all("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_no_address_but_the_authors_link(soup, html):
    links = {a["href"] for a in soup.find_all("a")}
    assert {link for link in links if "://" in link} == {"https://a.org"}
    loaded = [t["src"] for t in soup.find_all(src=True)]
    assert all(source.startswith("data:image/") for source in loaded)
    assert not soup.find_all("link")
    assert "url(http" not in html
    assert "w3.org" not in html


def test_no_handler_and_no_foreign_style(soup):
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
    assert len(soup.find_all("style")) == 1


def test_hostile_names_are_readable(soup):
    text = soup.get_text()
    assert "customers are called <script>alert(1)</script>" in text
    assert "A name as markdown: <script>alert(1)</script>" in text
    names = [th.get_text() for th in soup.select("figure.table tbody th")]
    assert {"<script>alert(1)</script>", "$x^$ & co", '=HYPERLINK("x")'} <= set(names)


def test_figures_have_two_widths_and_words(soup):
    figure = soup.find("figure")
    assert figure.h3.get_text() == "Key value customers: 23 % of people, 70 % of revenue"
    pictures = figure.select("svg[role=img]")
    assert len(pictures) == 2
    assert all(p["aria-label"].startswith("Bars: key value 69.9") for p in pictures)
    assert "plot_shares" in figure.find("details").get_text()
    assert figure.select_one(".foot").get_text().startswith("\nSource: made-up figures")


def test_files_beside_the_page_exist(finished_run, soup):
    for link in soup.select("[data-save]"):
        assert (finished_run.path / link["href"]).is_file()
    assert len(list((finished_run.path / "tables").iterdir())) == 2


def test_csv_in_the_page_is_the_file_beside_it(finished_run, soup):
    link = soup.select_one("figure.table a[download]")
    content = base64.b64decode(link["href"].split(",", 1)[1])
    assert content == (finished_run.path / "tables" / link["download"]).read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsegment,")
    assert b"\"'=HYPERLINK(" in content


def test_long_table_says_what_is_left_out(soup):
    tables = soup.select("figure.table")
    assert "10 more rows are in the CSV." in tables[1].get_text()
    assert tables[1].find("input", type="search")
    assert not tables[0].find("input")


def test_hidden_output_is_left_out_but_its_code_is_not(soup):
    assert "0.1235" not in soup.get_text()
    assert "print(round(0.123456, 4))" in soup.get_text()


def test_parameters_stand_in_the_footer(soup):
    made = soup.select_one(".made").get_text()
    assert "bins=4" in made
    assert "69,659 rows" in made
    assert "sha256 eff6889ed364" in made
    assert "bins: int = 5" not in soup.get_text()


def test_page_is_light(finished_run):
    assert finished_run.report.stat().st_size < 2_000_000


def manifest(**changes):
    facts = {"status": "finished", "notebook": "n", "title": "T", "run_id": "r",
             "started": "2026-01-31T10:20:00+00:00", "versions": {"segkit": "0.1.0"}}  # fmt: skip
    return Manifest(**{**facts, **changes})


def rendered(sample, **options):
    notebook = sample.sample_notebook()
    return render_report(notebook, manifest(title='</style><script>"x"'), **options)[0]


def test_title_and_brand_are_data(sample):
    html = rendered(sample, brand=Brand("<b>Us</b>", '"; } </style><script>alert(1)</script>'))
    soup = BeautifulSoup(html, "html.parser")
    assert len(soup.find_all("script")) == 1
    assert soup.select_one(".bar strong").get_text() == "<b>Us</b>"
    assert not re.search(r"</style>(?!\n</head>)", html)


def test_language_is_told_to_the_browser(sample):
    assert '<html lang="en">' in rendered(sample)
    with use_language("zh"):
        assert '<html lang="zh-CN">' in rendered(sample)


def test_chinese_headline_breaks_after_punctuation():
    with use_language("zh"):
        spans = BeautifulSoup(phrases("两成客户贡献七成收入，三成沉默<一年>"), "html.parser")
    assert [s.get_text() for s in spans.select(".phrase")] == [
        "两成客户贡献七成收入，",
        "三成沉默<一年>",
    ]


def test_folders_of_a_path_stay_private():
    lines = dict(provenance(manifest(parameters={"data": "clients/acme/orders.csv", "n": 1})))
    assert lines["Parameters"] == "data=orders.csv · n=1"


@pytest.mark.parametrize(
    ("commit", "shown"),
    [
        ("0123456789abcdef0123456789abcdef01234567", "n (0123456789ab)"),
        ("0123456789abcdef0123456789abcdef01234567-dirty", "n (0123456789ab-dirty)"),
        (
            "v1.2-3-g0123456789abcdef0123456789abcdef01234567-dirty",
            "n (v1.2-3-g0123456789ab-dirty)",
        ),
    ],
)
def test_the_footer_tells_that_the_code_was_changed(commit, shown):
    manifest = Manifest("finished", "n", "T", "r", "2026-01-31T09:15:00+01:00", git_commit=commit)
    html, _files = render_report(new_notebook(cells=[new_markdown_cell("# T")]), manifest)
    assert shown in BeautifulSoup(html, "html.parser").select_one(".made").get_text()
