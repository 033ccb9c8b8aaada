"""Notebooks in the reader's language: the words change, code and notation do not."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import cli
from segkit.errors import ArgumentError
from segkit.i18n import use_language
from segkit.report.catalog import START, Notebook, list_notebooks
from segkit.report.parameters import read_parameters
from segkit.report.translate import (
    split_markdown,
    translate_markdown,
    translate_notebook,
    translate_parameters,
    write_notebooks,
)

NOTEBOOKS = list_notebooks()
_LINES = st.sampled_from(["# A", "text", "", "  ", "```", "~~~", "    ", "- item", "#not", "###"])


@given(st.lists(_LINES).map("\n".join))
def test_pieces_are_the_text_again(text):
    pieces = list(split_markdown(text))
    assert "".join(piece for piece, _translated in pieces) == text
    assert all(piece == piece.strip() and piece for piece, told in pieces if told)


def test_headings_and_paragraphs_are_messages_and_code_is_not():
    text = "## Summary\nTwo\nlines.\n\n```\n# Summary\n\nSummary\n```\nSummary\n"
    told = [piece for piece, translated in split_markdown(text) if translated]
    assert told == ["Summary", "Two\nlines.", "Summary"]
    with use_language("zh"):
        done = translate_markdown(text)
    assert done == "## 摘要\nTwo\nlines.\n\n```\n# Summary\n\nSummary\n```\n摘要\n"


def test_a_longer_fence_holds_a_shorter_one():
    text = "````\n```\nSummary\n```\n````\nSummary"
    assert [piece for piece, told in split_markdown(text) if told] == ["Summary"]


def test_comments_of_parameters_keep_their_notation():
    source = (
        'data: str = "a # b"  # data set name, or path of a CSV or Parquet file\n'
        "horizon_days: int = 365  # how far the forecast looks; days; 1..3650\n"
        'language: str = "en"  # language of the report; one of en, zh'
    )
    with use_language("zh"):
        done = translate_parameters(source)
    assert done.splitlines() == [
        'data: str = "a # b"  # 数据集名称，或 CSV、Parquet 文件的路径',
        "horizon_days: int = 365  # 预测期长度; 天; 1..3650",
        'language: str = "en"  # 报告语言; one of en, zh',
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_takes_the_same_parameters_in_chinese(notebook):
    before = copy.deepcopy(notebook.content)
    with use_language("zh"):
        chinese = translate_notebook(notebook.content)
    assert notebook.content == before
    assert [cell["cell_type"] for cell in chinese["cells"]] == [
        cell["cell_type"] for cell in before["cells"]
    ]
    facts = [
        [(p.name, p.default, p.type_text, p.range_text) for p in read_parameters(content)]
        for content in (before, chinese)
    ]
    assert facts[0] == facts[1]


def test_english_is_the_notebook_itself():
    content = NOTEBOOKS[0].content
    assert translate_notebook(content) == content


def test_written_notebooks_are_chinese_and_without_outputs(tmp_path):
    with use_language("zh"):
        files = write_notebooks(tmp_path / "zh")
    assert [file.stem for file in files] == [START, *(notebook.stem for notebook in NOTEBOOKS)]
    for file in files:
        notebook = nbformat.read(file, as_version=4)
        nbformat.validate(notebook)
        assert all(not cell.get("outputs") for cell in notebook.cells)
        defaults = {p.name: p.default for p in Notebook(file).parameters}
        assert defaults.get("language", "zh") == "zh"
        code = "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert ('sk.start_form(language="zh")' in code) == (file.stem == START)
        assert "\u4e00" <= Notebook(file).title[0] <= "\u9fff"


def test_other_files_of_that_name_are_not_replaced(tmp_path):
    (target,) = write_notebooks(tmp_path)[:1]
    # The same notebooks may be written again, others may not.
    write_notebooks(tmp_path)
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(ArgumentError, match=rf"(?s)no other notebooks.*{target.name}.*--force"):
        write_notebooks(tmp_path)
    assert target.read_text(encoding="utf-8") == "mine"
    write_notebooks(tmp_path, force=True)
    assert json.loads(target.read_text(encoding="utf-8"))["nbformat"] == 4


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ArgumentError, match="folder must be a folder that can be written"):
        write_notebooks(tmp_path / "file")


def test_command_lines(tmp_path, capsys):
    assert cli.main(["notebooks", "--language", "zh", str(tmp_path)]) == 0
    written = capsys.readouterr().out.splitlines()
    assert len(written) == 1 + len(NOTEBOOKS)
    assert cli.main(["list", "--language", "zh"]) == 0
    assert "客户行为分群" in capsys.readouterr().out
    assert cli.main(["show", "clv", "--language", "zh"]) == 0
    assert "预测期长度（天）" in capsys.readouterr().out
    assert cli.main(["notebooks", "--language", "fr", str(tmp_path)]) == 2
    assert "language must be one of en, zh; got 'fr'" in capsys.readouterr().err
