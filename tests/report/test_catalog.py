"""Notebooks go by path, stem, short name and initials."""

from __future__ import annotations

import pytest

from segkit.errors import ParameterError
from segkit.report.catalog import find_notebook, list_notebooks


@pytest.fixture
def folder(sample, tmp_path):
    for name in ("03_behavioral_segmentation", "05_customer_lifetime_value", "06_customer_grading"):
        sample.write_sample(tmp_path, f"{name}.ipynb")
    sample.write_sample(tmp_path / "cases", "banking.ipynb")
    sample.write_sample(tmp_path / ".ipynb_checkpoints", "old.ipynb")
    return tmp_path


def test_short_names(folder):
    names = [notebook.short_name for notebook in list_notebooks(folder)]
    assert names == ["behavioral", "clv", "grading", "banking"]


@pytest.mark.parametrize(
    "name", ["clv", "05_customer_lifetime_value", "customer_lifetime_value", "lifetime", "CLV"]
)
def test_one_notebook_has_several_names(folder, name):
    assert find_notebook(name, folder=folder).stem == "05_customer_lifetime_value"


def test_path_wins(folder):
    path = folder / "06_customer_grading.ipynb"
    assert find_notebook(path).path == path.resolve()


def test_unknown_name_gets_the_nearest(folder):
    with pytest.raises(ParameterError, match=r"got 'behavoral'. Did you mean 'behavioral'\?"):
        find_notebook("behavoral", folder=folder)


def test_nothing_near_lists_all(folder):
    with pytest.raises(ParameterError, match=r"Known: behavioral, clv, grading, banking\."):
        find_notebook("zzz", folder=folder)


def test_word_of_two_notebooks_is_not_guessed(folder):
    with pytest.raises(ParameterError, match="a stem or a short name; got 'customer'"):
        find_notebook("customer", folder=folder)


def test_missing_file_is_named():
    with pytest.raises(ParameterError, match=r"a file that exists; got 'no\.ipynb'"):
        find_notebook("no.ipynb")


def test_title_is_the_first_heading(folder):
    assert find_notebook("clv", folder=folder).title == "Behavioral segmentation"
