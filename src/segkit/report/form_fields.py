"""The fields of the form: a widget for each type of parameter, and what it says back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from segkit.errors import DataError
from segkit.i18n import N_, _
from segkit.report.parameters import Parameter

LABEL_WIDTH = "150px"
_FIELD = {"style": {"description_width": LABEL_WIDTH}}
_WIDE = {**_FIELD, "layout": {"width": "420px", "min_width": "300px"}}
#: What a choice does that its word alone does not tell in every language.
_CHOICES = {"error": N_("stop with a message"), "drop": N_("leave these rows out")}
#: What the needed columns hold.
_COLUMNS = {
    "customer_id": N_("who bought"),
    "ordered_at": N_("when the purchase was made"),
    "amount": N_("what was paid for this line or order"),
}


def field_widget(
    parameter: Parameter, value: Any, *, suggestions: Iterable[str] = ()
) -> widgets.Widget:
    """Make the widget of a parameter, filled in with ``value``; its label is the name."""
    options = {**_WIDE, "description": parameter.name}
    if suggestions:
        return widgets.Combobox(
            value=_text(value), options=tuple(suggestions), continuous_update=False, **options
        )
    if parameter.is_list:
        return widgets.Text(value=_text(value), **options)
    if parameter.choices:
        choices = [(_choice(word), word) for word in parameter.choices]
        empty = [(_("none"), None)] if parameter.optional else []
        return widgets.Dropdown(options=empty + choices, value=value, **options)
    if parameter.is_date:
        day = date.fromisoformat(value) if isinstance(value, str) and value else None
        return widgets.DatePicker(value=day, **options)
    if parameter.kind == "bool" and not parameter.optional:
        return widgets.Checkbox(value=bool(value), indent=True, **options)
    if parameter.kind in ("int", "float") and not parameter.optional:
        return _number(parameter, value, options)
    empty_word = _("none") if parameter.optional else ""
    return widgets.Text(value=_text(value), placeholder=empty_word, **options)


def _choice(word: str) -> str:
    """Say a choice as the parameter takes it, with what it means where a word does not tell."""
    known = _CHOICES.get(word)
    return _("{meaning} ({unit})").format(meaning=word, unit=_(known)) if known else word


def _number(parameter: Parameter, value: Any, options: Mapping[str, Any]) -> widgets.Widget:
    """Take any number: a field that quietly makes 1 of a margin of 30 would be believed."""
    if parameter.kind == "int":
        return widgets.IntText(value=value, **options)
    is_share = parameter.high is not None and parameter.high - (parameter.low or 0) <= 1
    return widgets.FloatText(value=value, step=0.01 if is_share else 0.1, **options)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(entry) for entry in value)
    return "" if value is None else str(value)


def field_value(parameter: Parameter, widget: widgets.Widget) -> Any:
    """Read a field as a value for :func:`segkit.run_report`, which checks it."""
    value = widget.value
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" and parameter.optional else value


def field_row(parameter: Parameter, widget: widgets.Widget) -> widgets.Widget:
    """Put a field beside what it means, its unit and its range."""
    meaning = _(parameter.meaning)
    if parameter.unit:
        meaning = _("{meaning} ({unit})").format(meaning=meaning, unit=_(parameter.unit))
    span = "" if parameter.choices else parameter.range_text.replace("..", " … ")
    note = f'<span class="segkit-range">{escape(span)}</span>' if span else ""
    words = widgets.HTML(f"{escape(meaning)} {note}")
    words.add_class("segkit-meaning")
    row = widgets.HBox([widget, words])
    row.add_class("segkit-row")
    return row


def known_data(home: Path) -> list[str]:
    """List data that a person may choose: the data sets, and files near the form."""
    from segkit.collect.datasets.registry import DATASETS
    from segkit.collect.source import FORMATS

    endings = tuple(ending for ending in FORMATS if ending != ".txt")  # those are mostly notes
    found = []
    for folder in (home, home / "data"):
        with suppress(OSError):
            found += [path for path in sorted(folder.iterdir()) if path.is_file()]
    files = [path for path in found if path.name.lower().endswith(endings)]
    return [*DATASETS, *(path.relative_to(home).as_posix() for path in files)]


def unmapped_columns(data: str) -> list[str]:
    """Give a file's own columns when they have to be matched with the canonical ones.

    Only the header is read.

    Returns
    -------
    list of str
        Empty for a data set, a database, and a file that has the columns.

    Raises
    ------
    DataError
        If the file cannot be read at all.
    """
    from segkit.collect.header_check import check_header
    from segkit.collect.raw import read_header

    if "://" in data:
        return []
    try:
        check_header(data)
    except DataError:
        # Where not the columns are wrong but the file, this fails again.
        return list(read_header(data, function="start_form"))
    return []


class ColumnMap:
    """Dropdowns that match the columns of a file with those that are needed."""

    def __init__(self, columns: list[str], chosen: Mapping[str, str] | None = None) -> None:
        """Offer all columns for each needed one; what is called alike is chosen already."""
        options = [(_("choose a column"), ""), *((column, column) for column in columns)]
        chosen = chosen or {}
        self.fields = {
            name: widgets.Dropdown(
                options=options,
                value=_alike(name, columns, chosen.get(name)),
                description=name,
                **_WIDE,
            )
            for name in _COLUMNS
        }
        rows = [
            field_row(Parameter(name, "str", "", meaning=_COLUMNS[name]), field)
            for name, field in self.fields.items()
        ]
        hint = _("The file calls its columns differently. Which of them holds what?")
        head = widgets.HTML(f"<p>{escape(hint)}</p>")
        self.box = widgets.VBox([head, *rows])

    @property
    def value(self) -> dict[str, str]:
        """Canonical name to own name, as far as chosen."""
        return {name: field.value for name, field in self.fields.items() if field.value}


def _alike(name: str, columns: list[str], chosen: str | None) -> str:
    if chosen in columns:
        return str(chosen)
    letters = {column: "".join(c for c in column.lower() if c.isalnum()) for column in columns}
    return next((own for own, text in letters.items() if text == name.replace("_", "")), "")
