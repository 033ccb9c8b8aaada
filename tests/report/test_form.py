"""The form: a field for each type, what it says back, and what it says when something is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import quote

import ipywidgets as widgets
import pytest

from segkit import list_notebooks, start_form
from segkit.errors import ArgumentError, DataError, ParameterError
from segkit.i18n import set_language, use_language
from segkit.report import form as form_module
from segkit.report.catalog import START, find_notebook
from segkit.report.finished import Run
from segkit.report.form_fields import field_row, field_value, field_widget, unmapped_columns
from segkit.report.form_server import Server, find_server, home_folder, report_address
from segkit.report.parameters import Parameter, check_parameters, read_parameters

CELL = """
text: str = "a"  # some words
day: str | None = None  # a day; date
bins: int = 5  # score levels; levels; 3..5
limit: int | None = None  # at most; 1..
margin: float = 0.3  # what is left; share; 0..1
detail: bool = True  # whether it is long
model: str = "one"  # which; one of one, two
shares: list[float] = [0.2, 0.8]  # tiers; 0..1
"""


@pytest.fixture(scope="module")
def declared():
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": CELL}
    return {parameter.name: parameter for parameter in read_parameters({"cells": [cell]})}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    return tmp_path


@pytest.fixture
def form(home):
    started = start_form()
    started.notebook.value = "behavioral"
    return started


def write_orders(path: Path, header: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    rows = [f"c{n % 9},2024-01-{1 + n % 28:02},{n}.5" for n in range(60)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", widgets.Text),
        ("day", widgets.DatePicker),
        ("bins", widgets.IntText),
        ("limit", widgets.Text),
        ("margin", widgets.FloatText),
        ("detail", widgets.Checkbox),
        ("model", widgets.Dropdown),
        ("shares", widgets.Text),
    ],
)
def test_each_type_has_its_widget_with_name_and_default(declared, name, kind):
    parameter = declared[name]
    widget = field_widget(parameter, parameter.default)
    assert type(widget) is kind
    assert widget.description == name
    given = {name: field_value(parameter, widget)}
    assert check_parameters([parameter], given, notebook="n") == {name: parameter.default}


def test_a_number_out_of_range_is_told_and_not_quietly_changed(declared):
    widget = field_widget(declared["bins"], 5)
    widget.value = 30
    given = {"bins": field_value(declared["bins"], widget)}
    with pytest.raises(ParameterError, match="bins must be a whole number from 3 to 5"):
        check_parameters([declared["bins"]], given, notebook="n")


def test_the_form_stays_alive_whatever_happens(form, monkeypatch):
    def fail(*_arguments, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr("segkit.report.form.check_run", fail)
    with pytest.raises(ZeroDivisionError):
        form._on_run(None)
    assert not form.run_button.disabled


@pytest.mark.parametrize(
    ("name", "entered", "value"),
    [
        ("day", date(2024, 2, 29), "2024-02-29"),
        ("limit", "12", 12),
        ("limit", "", None),
        ("shares", "0.1,0.9", [0.1, 0.9]),
        ("detail", False, False),
        ("model", "two", "two"),
    ],
)
def test_what_is_entered_comes_out_in_its_type(declared, name, entered, value):
    parameter = declared[name]
    widget = field_widget(parameter, parameter.default)
    widget.value = entered
    given = {name: field_value(parameter, widget)}
    assert check_parameters([parameter], given, notebook="n") == {name: value}


def test_a_field_stands_beside_meaning_unit_and_range(declared):
    widget = field_widget(declared["bins"], 5)
    words = field_row(declared["bins"], widget).children[1].value
    assert "score levels (levels)" in words
    assert "3 … 5" in words


@pytest.mark.parametrize("name", [notebook.short_name for notebook in list_notebooks()])
def test_every_notebook_can_be_chosen_and_its_defaults_are_right(form, name):
    form.notebook.value = name
    declared = find_notebook(name).parameters
    assert set(form.fields) == {p.name for p in declared} - {"column_map", "language"}
    checked = check_parameters(declared, form.values, notebook=name)
    assert checked == {p.name: p.default for p in declared}


def test_another_notebook_keeps_the_data(form):
    form.fields["data"].value = "cdnow_sample"
    form.fields["silent_days"].value = 100
    form.notebook.value = "clv"
    assert form.values["data"] == "cdnow_sample"
    assert "silent_days" not in form.fields
    assert "horizon_days" in form.fields


def test_its_words_follow_the_language_and_entries_stay(form):
    form.notebook.value = "clv"
    form.fields["margin"].value = 0.4
    english = form.question.value
    form.language.value = "zh"
    assert form.notebook.value == "clv"
    assert form.fields["margin"].value == 0.4
    assert form.run_button.description == "运行"
    assert form.values["language"] == "zh"
    assert form.question.value != english
    form.language.value = "en"
    assert (form.run_button.description, form.question.value) == ("Run", english)


def test_it_speaks_the_language_that_was_set(home):
    with use_language("zh"):
        assert start_form().language.value == "zh"
    set_language("en")
    with pytest.raises(ArgumentError, match="language must be one of en, zh; got 'fr'"):
        start_form(language="fr")


def test_a_fault_is_a_sentence_and_nothing_starts(form):
    form.fields["shares"].value = "0.5, <b>"
    form.run_button.click()
    assert "shares must be a list, each entry a number from 0 to 1" in form.message.value
    assert "&lt;b&gt;" in form.message.value
    assert "Traceback" not in form.message.value
    assert form.run is None
    assert form._thread is None
    assert not form.run_button.disabled


def test_data_that_are_not_there_are_named(form):
    form.fields["data"].value = "nowhere.csv"
    assert "there is no file &#x27;nowhere.csv&#x27;" in form.message.value
    form.fields["data"].value = "cdnow"
    assert form.message.value == ""


def test_columns_are_asked_for_where_the_file_lacks_them(form, home):
    write_orders(home / "data" / "own.csv", "Customer ID,Wann,Wieviel")
    form.fields["data"].value = "data/own.csv"
    fields = form.column_map.fields
    assert list(fields) == ["customer_id", "ordered_at", "amount"]
    assert [value for _label, value in fields["amount"].options[1:]] == [
        "Customer ID",
        "Wann",
        "Wieviel",
    ]
    assert fields["customer_id"].value == "Customer ID"  # alike but for case and space
    fields["ordered_at"].value, fields["amount"].value = "Wann", "Wieviel"
    chosen = {"customer_id": "Customer ID", "ordered_at": "Wann", "amount": "Wieviel"}
    assert form.values["column_map"] == chosen
    form.language.value = "zh"
    assert form.values["column_map"] == chosen
    form.fields["data"].value = "cdnow"
    assert form.column_map is None
    assert "column_map" not in form.values


def test_canonical_columns_need_no_map(home):
    assert (
        unmapped_columns(str(write_orders(home / "a.csv", "customer_id,ordered_at,amount"))) == []
    )
    assert unmapped_columns("cdnow") == []
    (home / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match=r"bad\.parquet"):
        unmapped_columns(str(home / "bad.parquet"))


def test_files_near_the_form_are_suggested_and_found(home, monkeypatch):
    write_orders(home / "data" / "orders.csv", "customer_id,ordered_at,amount")
    (home / "notebooks").mkdir()
    monkeypatch.chdir(home / "notebooks")
    form = start_form()
    assert {"cdnow", "data/orders.csv"} <= set(form.fields["data"].options)
    form.fields["data"].value = "data/orders.csv"
    assert Path(form.values["data"]).resolve() == home / "data" / "orders.csv"
    assert form.message.value == ""


def test_a_run_ends_in_headline_link_and_files(form, home):
    form.fields["data"].value = "cdnow_sample"
    form.run_button.click()
    assert form.run_button.disabled
    form.wait(120)
    assert not form.run_button.disabled
    assert form.message.value == ""
    assert form.run.path.is_relative_to(home / "reports")
    facts = json.loads((form.run.path / "run.json").read_text(encoding="utf-8"))
    assert facts["headline"] in form.result.value
    assert f'href="{form.run.report.as_uri()}"' in form.result.value
    assert "notebook.ipynb" in form.result.value
    assert (form.bar.value, form.bar.bar_style) == (form.bar.max, "success")
    form.run_button.click()
    form.wait(60)
    assert form.run.cached
    assert "Nothing has changed" in form.result.value


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (form_module.SegkitError("run x: cell 3 failed: <b>."), "Cell 3 failed: &lt;b&gt;."),
        (ZeroDivisionError("by zero"), "unexpected ZeroDivisionError: by zero"),
    ],
)
def test_a_run_that_fails_says_why(form, monkeypatch, error, words):
    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(form_module, "make_run", fail)
    form.run_button.click()
    form.wait(20)
    assert words in form.message.value
    assert form.bar.bar_style == "danger"
    assert not form.run_button.disabled


def test_address_is_the_servers_below_its_root_and_the_disks_elsewhere(tmp_path):
    server = Server(tmp_path.resolve(), "/user/ann/")
    inside = tmp_path / "my reports" / "r#1.html"
    assert report_address(inside, server) == "/user/ann/files/my%20reports/r%231.html"
    hidden = tmp_path / ".hidden" / "r.html"
    assert report_address(hidden, server) == hidden.resolve().as_uri()
    assert report_address(inside, None) == inside.resolve().as_uri()


def test_reports_lie_beside_the_notebooks_where_the_server_reaches(tmp_path, monkeypatch):
    folder = tmp_path.resolve() / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert home_folder(None) == folder.parent
    assert home_folder(Server(folder.parent, "/")) == folder.parent
    assert home_folder(Server(folder, "/")) == folder


def test_outside_a_server_there_is_none(monkeypatch):
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    assert find_server() is None


def test_a_run_links_to_a_folder_of_any_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Run(tmp_path / 'a "b" #1', "finished", "<i>")._repr_html_()
    assert f'href="{quote("a ")}%22b%22%20%231/report.html"' in page
    assert "&lt;i&gt;" in page


def test_the_form_itself_is_no_report():
    assert START not in [notebook.stem for notebook in list_notebooks()]
    for name in (START, "start_here", f"notebooks/{START}.ipynb"):
        with pytest.raises(ValueError, match="one that makes a report; got .* make lab"):
            find_notebook(name)


def test_choices_are_explained_and_keep_their_word():
    missing = Parameter("missing", "str", "error", choices=("error", "drop"))
    with use_language("zh"):
        field = field_widget(missing, "drop")
    assert field.options == (("error（报错）", "error"), ("drop（丢弃这些行）", "drop"))
    assert field_value(missing, field) == "drop"


def test_own_customers_are_not_joined_to_purchases_that_nobody_chose(home):
    started = start_form()
    started.notebook.value = "demographic"
    assert started.values["data"] == "cosmetics_orders"
    started.fields["customers"].value = "mine.csv"
    assert "data" not in started.values
    started.fields["data"].value = "retail_orders"
    assert started.values["data"] == "retail_orders"
