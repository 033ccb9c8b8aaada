"""A form in JupyterLab: choose notebook, data and parameters, run, open the report.

Its fields are made from the notebook's typed parameters cell, as ``segkit show`` is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from segkit.errors import DataError, SegkitError
from segkit.i18n import LANGUAGES, _, get_language, use_language
from segkit.report.catalog import Notebook, list_notebooks
from segkit.report.finished import Run
from segkit.report.form_fields import (
    LABEL_WIDTH,
    ColumnMap,
    field_row,
    field_value,
    field_widget,
    known_data,
    unmapped_columns,
)
from segkit.report.form_server import find_server, home_folder
from segkit.report.form_words import describe_fault, describe_run, question_of
from segkit.report.order import check_run, join_parameters
from segkit.report.parameters import Parameter
from segkit.report.run import make_run

#: These have a place of their own in the form.
_APART = ("data", "column_map", "language")
#: These mean the same in every notebook.
_SHARED = ("data", "missing", "currency")
_LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
_CSS = """<style>
.segkit-form {max-width: 980px; padding: 4px 2px 12px}
.segkit-form h3 {font-size: 15px; margin: 14px 0 4px; font-weight: 600}
.segkit-form .segkit-row {flex-wrap: wrap; align-items: center}
.segkit-form .segkit-meaning {flex: 1 1 300px; min-width: 240px}
.segkit-form .segkit-meaning .widget-html-content {line-height: 1.35; padding: 2px 0 2px 8px;
  white-space: normal; overflow-wrap: anywhere; color: var(--jp-ui-font-color1, #333)}
.segkit-form .segkit-range {white-space: nowrap; opacity: .75}
.segkit-form .segkit-question {margin: 0 0 2px 158px; line-height: 1.4; max-width: 75ch}
.segkit-form .segkit-fault {border-left: 4px solid #b3261e; padding: 6px 12px; line-height: 1.45;
  overflow-wrap: anywhere; color: var(--jp-ui-font-color0, #111)}
.segkit-form .segkit-done {border-left: 4px solid #1f6f5c; padding: 6px 12px; line-height: 1.45;
  overflow-wrap: anywhere; color: var(--jp-ui-font-color0, #111)}
.segkit-form .segkit-done b {font-size: 15px}
.segkit-form .segkit-done ul {margin: 2px 0; padding-left: 20px}
.segkit-form a {color: var(--jp-content-link-color, #0b57d0); text-decoration: underline}
</style>"""


class StartForm:
    """The form that :func:`start_form` shows; ``run`` is the last run that it made."""

    def __init__(self, *, language: str, out: Path | None = None) -> None:
        """Build the form for the first notebook."""
        self._server = find_server()
        self._home = home_folder(self._server)
        self._out = out or self._home / "reports"
        self._notebooks = {notebook.short_name: notebook for notebook in list_notebooks()}
        self._thread: threading.Thread | None = None
        self.run: Run | None = None
        self.fields: dict[str, widgets.Widget] = {}
        self.column_map: ColumnMap | None = None
        self._make_frame(language)
        self.language.observe(self._on_language, "value")
        self.notebook.observe(self._on_notebook, "value")
        self._build({})
        self.run_button.on_click(self._on_run)

    def _make_frame(self, language: str) -> None:
        """Make what stays when the notebook or the language changes."""
        wide: dict[str, Any] = {
            "style": {"description_width": LABEL_WIDTH},
            "layout": {"width": "420px"},
        }
        names = [(_LANGUAGE_NAMES[code], code) for code in LANGUAGES]
        self.language = widgets.Dropdown(options=names, value=language, **wide)
        self.notebook = widgets.Dropdown(options=list(self._notebooks), **wide)
        self.question, self.message, self.result = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._data_box, self._map_box, self._parameter_box = (widgets.VBox() for _n in range(3))
        self._heads = [widgets.HTML(), widgets.HTML()]
        self.again = widgets.Checkbox(value=False, indent=False, layout={"width": "auto"})
        self.run_button = widgets.Button(button_style="primary")
        self.bar = widgets.IntProgress(min=0, max=1, layout={"width": "260px"})
        self.step = widgets.HTML()
        self._progress = widgets.HBox([self.bar, self.step], layout={"display": "none"})
        actions = widgets.HBox([self.run_button, self.again], layout={"margin": "12px 0 4px"})
        self.box = widgets.VBox(
            [
                widgets.HTML(_CSS),
                self.language,
                self.notebook,
                self.question,
                self._heads[0],
                self._data_box,
                self._map_box,
                self._heads[1],
                self._parameter_box,
                actions,
                self._progress,
                self.message,
                self.result,
            ]
        )
        self.box.add_class("segkit-form")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)

    def __repr__(self) -> str:
        """Name the next step."""
        return f"StartForm({self.chosen.short_name}). Next: press Run"

    @property
    def chosen(self) -> Notebook:
        """The notebook that is chosen."""
        return self._notebooks[self.notebook.value]

    @property
    def values(self) -> dict[str, Any]:
        """What the fields say, by the names of the parameters."""
        values = self._held(self.chosen)
        if isinstance(values.get("data"), str):
            values["data"] = self._from_here(values["data"].strip())
        if self.column_map is not None and self.column_map.value:
            values["column_map"] = self.column_map.value
        if values.get("customers") and values.get("data") == self._default("data"):
            del values["data"]  # nobody chose it
        if any(parameter.name == "language" for parameter in self.chosen.parameters):
            values["language"] = self.language.value
        return values

    def _default(self, name: str) -> Any:
        return next((p.default for p in self.chosen.parameters if p.name == name), None)

    def _from_here(self, data: str) -> str:
        """Name a file that was named from the home folder from the current one."""
        file = self._home / data
        is_there = os.path.exists(os.path.expanduser(data))
        if data and "://" not in data and not is_there and file.is_file():
            return os.path.relpath(file)
        return data

    def _build(self, kept: dict[str, Any]) -> None:
        """Make the fields of the chosen notebook, in the chosen language."""
        with use_language(self.language.value):
            self._write_labels()
            declared = {parameter.name: parameter for parameter in self.chosen.parameters}
            self.fields = {
                name: self._make_field(parameter, kept.get(name, parameter.default))
                for name, parameter in declared.items()
                if name not in _APART or name == "data"
            }
            rows = {name: field_row(declared[name], field) for name, field in self.fields.items()}
            self._data_box.children = [rows.pop("data")] if "data" in rows else []
            self._parameter_box.children = list(rows.values())
            if "data" in self.fields:
                self.fields["data"].observe(self._on_data, "value")
            self._look_at_data()

    def _make_field(self, parameter: Parameter, value: Any) -> widgets.Widget:
        suggestions: list[str] = []
        if parameter.name == "data":
            suggestions = known_data(self._home)
        elif parameter.name == "scheme":
            from segkit.schemes import list_schemes

            suggestions = list_schemes()
        return field_widget(parameter, value, suggestions=suggestions)

    def _write_labels(self) -> None:
        titles = [(notebook.title, name) for name, notebook in self._notebooks.items()]
        if list(self.notebook.options) != titles:
            chosen = self.notebook.value
            # New options choose the first one, which is no choice of the reader's.
            self.notebook.unobserve(self._on_notebook, "value")
            self.notebook.options = titles
            self.notebook.value = chosen
            self.notebook.observe(self._on_notebook, "value")
        self.language.description = _("Language")
        self.notebook.description = _("Notebook")
        self.question.value = f'<p class="segkit-question">{escape(question_of(self.chosen))}</p>'
        self._heads[0].value = f"<h3>{escape(_('Data'))}</h3>"
        self._heads[1].value = f"<h3>{escape(_('Parameters'))}</h3>"
        self.again.description = _("Run again even where nothing has changed")
        self.run_button.description = _("Run")

    def _held(self, notebook: Notebook) -> dict[str, Any]:
        """What the fields hold, which were made for a notebook."""
        declared = {parameter.name: parameter for parameter in notebook.parameters}
        return {name: field_value(declared[name], w) for name, w in self.fields.items()}

    def _on_language(self, _change: Any) -> None:
        self._clear()
        self._build(self._held(self.chosen))

    def _on_notebook(self, change: Any) -> None:
        if change["old"] == change["new"]:
            return
        before = self._notebooks[change["old"]]
        defaults = {parameter.name: parameter.default for parameter in before.parameters}
        # What was chosen stays where every notebook means the same by it.
        held = self._held(before)
        kept = {n: v for n, v in held.items() if n in _SHARED and v != defaults[n]}
        self._clear()
        self._build(kept)

    def _clear(self) -> None:
        """Take away what was said about the form as it was; a run that goes on is still shown."""
        self.message.value = self.result.value = ""
        if not self.run_button.disabled:
            self._progress.layout.display = "none"

    def _on_data(self, _change: Any) -> None:
        with use_language(self.language.value):
            self._look_at_data()

    def _look_at_data(self) -> None:
        """Ask for the columns of a file that calls them differently; say what cannot be read."""
        chosen = self.column_map.value if self.column_map else {}
        self.column_map, self._map_box.children = None, ()
        declared = [parameter.name for parameter in self.chosen.parameters]
        if "data" not in self.fields or "column_map" not in declared:
            return
        if self.chosen.data_kind != "transactions":
            return  # the columns below are those of purchases; the run itself checks others
        self.message.value = ""
        try:
            columns = unmapped_columns(self._from_here(self.fields["data"].value.strip()))
        except DataError as err:
            self._complain(err)
            return
        if columns:
            self.column_map = ColumnMap(columns, chosen)
            self._map_box.children = [self.column_map.box]

    def _complain(self, err: SegkitError) -> None:
        self.message.value = describe_fault(err)

    def _on_run(self, _button: Any) -> None:
        """Check, and start the run beside the form, which stays alive."""
        if self.run_button.disabled:
            return
        self.run_button.disabled = True
        self.message.value = self.result.value = ""
        language = self.language.value
        with use_language(language):
            try:
                wanted = join_parameters(self.values, language=language)
                order = check_run(self.chosen.path, wanted, out=self._out)
            except SegkitError as err:
                self._complain(err)
                self.run_button.disabled = False
                return
            except Exception:  # shown by the notebook; the form must stay alive
                self.run_button.disabled = False
                raise
            self.bar.value, self.bar.max, self.bar.bar_style = 0, 1, ""
            self.step.value = escape(_("starting …"))
        self._progress.layout.display = "flex"
        force = bool(self.again.value)

        def work() -> None:
            # The language of the caller does not reach a thread by itself.
            with use_language(language):
                self._carry_out(lambda on_cell: make_run(order, progress=on_cell, force=force))

        self._thread = threading.Thread(target=work, name="segkit-form", daemon=True)
        self._thread.start()

    def _carry_out(self, start: Callable[[Callable[[int, int, str], None]], Run]) -> None:
        try:
            self.run = start(self._on_cell)
            self.bar.value = self.bar.max
            self.bar.bar_style = "success"
            self.step.value = escape(_("finished"))
            self.result.value = describe_run(self.run, self._server)
        except SegkitError as err:
            self._fail(err)
        except Exception as err:
            reason = f"unexpected {type(err).__name__}: {' '.join(str(err).split())}"
            self._fail(SegkitError(f"{reason} This is a defect."))
        finally:
            self.run_button.disabled = False

    def _on_cell(self, number: int, count: int, heading: str) -> None:
        self.bar.max, self.bar.value = count, number - 1
        text = _("cell {number} of {count}").format(number=number, count=count)
        self.step.value = escape(f"{text} · {heading}" if heading else text)

    def _fail(self, err: SegkitError) -> None:
        self.bar.bar_style = "danger"
        self.step.value = escape(_("failed"))
        self._complain(err)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the run that was started has ended."""
        if self._thread is not None:
            self._thread.join(seconds)


def start_form(*, language: str | None = None, out: str | Path | None = None) -> StartForm:
    """Show a form in JupyterLab that runs a notebook and links to its report.

    For those who would rather choose than type; each field is a parameter of the chosen
    notebook, with its meaning, unit and range.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``, of the form and of the report; else that of ``set_language``.
    out
        Folder of all reports; ``reports`` beside the folder ``notebooks`` when left out.

    Returns
    -------
    StartForm
        Shown when it is the last line of a cell; ``run`` holds the last run.

    Raises
    ------
    ArgumentError
        If the language is unknown.

    Examples
    --------
    >>> start_form()
    StartForm(data_collection). Next: press Run
    """
    spoken = get_language() if language is None else language
    with use_language(spoken):
        return StartForm(
            language=spoken, out=None if out is None else Path(out).expanduser().absolute()
        )
