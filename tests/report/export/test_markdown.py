"""Markdown: names are shown letter by letter, files are linked, nothing runs."""

from __future__ import annotations

import re
from urllib.parse import unquote

import mistune
import nbformat
import pytest
from bs4 import BeautifulSoup

from segkit.i18n import use_language
from segkit.report.export.content import read_content
from segkit.report.export.forms import export_run
from segkit.report.export.markdown import escape_markdown, write_markdown
from segkit.report.manifest import Manifest

_PLUGINS = ["table", "strikethrough", "url", "math", "footnotes"]
_render = mistune.create_markdown(escape=False, plugins=_PLUGINS)


@pytest.fixture(scope="module")
def page(hostile, tmp_path_factory):
    path = tmp_path_factory.mktemp("md") / "report.md"
    write_markdown(hostile.content, path)
    return BeautifulSoup(str(_render(path.read_text(encoding="utf-8"))), "html.parser")


def test_names_are_read_as_written(page, names):
    cells = [cell.get_text() for cell in page.select("tbody tr td:first-child")]
    expected = [name.replace("\x00", "") for name in names]
    assert cells[:7] == expected
    assert cells[-7:] == expected
    assert page.h1.get_text() == "Most of it comes from <script>alert(1)</script>"


def test_nothing_runs_and_no_name_is_a_link(page):
    assert not page.find_all(["script", "b", "style", "iframe"])
    links = [a["href"] for a in page.find_all("a")]
    assert links == ["https://a.org", "tables/01-who-they-are.csv", "tables/02-who-they-are.csv"]
    assert [img["src"] for img in page.find_all("img")] == ["figures/01-names.svg"]


def test_tables_name_the_rows_they_leave_out(page):
    assert "30 more rows are in the CSV." in page.get_text()
    assert len(page.find_all("table")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "# no heading", "- no list", "1. no list", "> no quote", "=", "---", "~~gone~~", "a_b_c",
        "![x](y)", "<https://a.b>", "https://a.b/c", "www.a.b", "a & b &lt; c", "`code`", "\\",
        "$a$", "[^1]", "+ plus", "名*称*",
    ],
)  # fmt: skip
def test_any_text_is_shown_as_it_is(text):
    html = BeautifulSoup(str(_render(escape_markdown(text))), "html.parser")
    assert html.get_text().strip() == text
    assert {tag.name for tag in html.find_all()} == {"p"}


def test_what_a_cell_printed_is_kept_apart(tmp_path):
    notebook = nbformat.v4.new_notebook()
    outputs = [
        {"text/html": "<style>p{}</style><p onclick='x'>kept <script>gone</script></p>"},
        {"text/markdown": "```\n<script>alert(1)</script>"},
        {"text/plain": "<b>plain</b>"[3:]},
        {"text/plain": "a  1\nbc 2"},
    ]
    for data in outputs:
        made = nbformat.v4.new_output("display_data", data=data)
        notebook.cells.append(nbformat.v4.new_code_cell("1", outputs=[made]))
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("## Part"))
    manifest = Manifest("finished", "n", "T", "1", "2026-01-31T09:15:00+01:00")
    write_markdown(read_content(notebook, manifest), tmp_path / "r.md")
    html = BeautifulSoup(str(_render((tmp_path / "r.md").read_text())), "html.parser")
    codes = [code.get_text().strip() for code in html.find_all("code")]
    assert codes == ["```\n<script>alert(1)</script>", "a  1\nbc 2"]
    assert [p.get_text() for p in html.find_all("p")][-2:] == ["kept", "plain</b>"]
    assert not html.find_all(["script", "style"])


def test_labels_in_chinese_have_chinese_colons(hostile, tmp_path):
    with use_language("zh"):
        content = read_content(hostile.notebook, hostile.manifest)
        write_markdown(content, tmp_path / "r.md")
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert re.search(r"^- \*\*软件\*\*：segkit 0$", text, re.M)
    made = BeautifulSoup(str(_render(text)), "html.parser").find_all("ul")[-1]
    assert "软件" in [strong.get_text() for strong in made.find_all("strong")]


def test_files_it_names_stand_beside_it(behavioral_run):
    (path,) = export_run(behavioral_run.path, "md")
    text = path.read_text(encoding="utf-8")
    files = [unquote(name) for name in re.findall(r"\]\(((?:figures|tables)/[^)]+)\)", text)]
    assert len(files) >= 8
    assert not [name for name in files if not (path.parent / name).is_file()]
