"""What all forms say: every part, in order, with all rows."""

from __future__ import annotations

import nbformat
import pytest

from segkit.cells import safe_cell
from segkit.report.export.content import _read_back, printable, read_content
from segkit.report.manifest import Manifest


def test_parts_come_in_reading_order(hostile):
    content = hostile.content
    assert [chapter.heading for chapter in content.chapters] == ["Who they are"]
    kinds = [type(part).__name__ for part in content.chapters[0].parts]
    assert kinds == ["Block", "Figure", "TableData", "TableData"]
    assert len(content.findings) == 2
    assert content.limits[1] == "价$x^$值 is a name."
    assert dict(content.made)["Notebook"] == "names"


def test_a_table_gives_all_rows_with_their_types(hostile, names):
    table = hostile.content.tables[0]
    rows = list(table.rows())
    assert len(table.texts) == 100
    assert len(rows) == table.total == 130
    # The last rows come out of the CSV, where a mark keeps formulas from running.
    assert [row[0] for row in rows[-7:]] == names
    assert rows[-1][1:4] == [129, pytest.approx(129 / 130), pytest.approx(-28.5)]
    assert rows[-1][4] == "2024-03-05"
    assert rows[0][4] is None


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "-x", "'x", "plain", "＋1"])
def test_texts_come_back_out_of_a_file_as_they_were(text):
    assert _read_back(str(safe_cell(text)), "text") == text


def test_long_numbers_keep_their_digits():
    assert _read_back("6222020000000000099", "int") == 6222020000000000099
    assert _read_back("0.25", "percent") == 0.25


def test_a_figure_carries_a_picture_for_slides(hostile):
    ((heading, figure),) = hostile.content.figures
    assert heading == "Who they are"
    assert figure.png.startswith(b"\x89PNG")
    assert len(figure.png) < 40_000


def test_an_empty_notebook_has_the_title_for_a_headline():
    manifest = Manifest("finished", "n", "A title", "1", "2026-01-31T09:15:00+01:00")
    content = read_content(nbformat.v4.new_notebook(), manifest)
    assert content.headline == "A title"
    assert not content.tables
    assert not content.chapters


def test_files_are_named_as_the_page_names_them(behavioral_run):
    notebook = nbformat.read(behavioral_run.path / "notebook.ipynb", as_version=4)
    manifest = Manifest("finished", "n", "T", "1", "2026-01-31T09:15:00+01:00")
    content = read_content(notebook, manifest)
    named = [table.file for table in content.tables]
    named += [figure.file for _heading, figure in content.figures]
    assert len(named) >= 8
    assert not [name for name in named if not (behavioral_run.path / name).is_file()]


def test_printable_keeps_what_holds_a_number_together():
    assert printable("22.9\u202f%\n of\tit\x00\ud800") == "22.9\u202f% of it"
