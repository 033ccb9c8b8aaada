"""Every notebook asks one question, stays thin, and carries no outputs but tagged ones."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import nbformat
import pytest

from segkit.report.catalog import START
from segkit.report.parameters import read_notebook, read_parameters

FOLDER = Path(__file__).parents[2] / "notebooks"
ALL = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
#: The form asks no question and makes no report: it runs the notebooks that do. It has to be
#: thin and without outputs like them, and has no parameters, evidence or caveats of its own.
NOTEBOOKS = [path for path in ALL if path.stem != START]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture(params=ALL, ids=lambda path: path.stem)
def any_notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def test_there_are_notebooks():
    assert {path.stem for path in ALL} >= {
        "00_start_here",
        "03_behavioral_segmentation",
        "05_customer_lifetime_value",
    }


def test_every_notebook_opens_with_a_title(any_notebook):
    assert any_notebook.cells[0].cell_type == "markdown"
    assert any_notebook.cells[0].source.startswith("# ")


def test_the_form_is_one_cell():
    (path,) = [path for path in ALL if path.stem == START]
    (cell,) = code_cells(nbformat.read(path, as_version=4))
    assert cell.source.splitlines() == ["import segkit as sk", "", "sk.start_form()"]


def test_it_opens_with_title_question_answer_and_what_goes_in_and_out(notebook):
    first = notebook.cells[0].source
    for part in ("**Question.**", "**The answer in three lines.**", "**In:**", "**Out:**"):
        assert part in first


def test_it_stays_thin(any_notebook):
    cells = [cell for cell in code_cells(any_notebook) if "parameters" not in tags(cell)]
    lengths = [len(cell.source.splitlines()) for cell in cells]
    assert len(cells) < 20
    assert max(lengths) <= 12
    assert statistics.median(lengths) <= 3
    for cell in cells:
        nodes = list(ast.walk(ast.parse(cell.source)))
        rules = (ast.FunctionDef, ast.Lambda, ast.If, ast.For, ast.While, ast.ClassDef)
        assert not [node for node in nodes if isinstance(node, rules)], cell.source


def test_each_piece_of_evidence_follows_a_sentence(notebook):
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if "show_figure" in cell.source:
            assert before.cell_type == "markdown", cell.source


def test_it_says_what_it_cannot_say(notebook):
    headings = [cell.source.splitlines()[0] for cell in notebook.cells if cell.source[:1] == "#"]
    assert "## Caveats" in headings


def test_one_typed_parameters_cell_with_a_meaning_each(notebook, request):
    tagged = [cell for cell in code_cells(notebook) if "parameters" in tags(cell)]
    assert len(tagged) == 1
    path = next(path for path in NOTEBOOKS if path.stem in request.node.name)
    parameters = read_parameters(read_notebook(path))
    assert {"data", "column_map", "currency", "language"} <= {p.name for p in parameters}
    assert all(parameter.meaning for parameter in parameters)


def test_only_tagged_cells_keep_outputs(any_notebook):
    for cell in code_cells(any_notebook):
        assert not cell.outputs or {"keep_output", "nbval-check-output"} <= set(tags(cell))


def test_there_is_something_to_check(notebook):
    checked = [cell for cell in code_cells(notebook) if "nbval-check-output" in tags(cell)]
    assert checked
    assert all(cell.outputs for cell in checked), "run the notebook once to keep these outputs"
