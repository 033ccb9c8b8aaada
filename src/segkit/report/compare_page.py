"""The page of a comparison: elements put into a notebook of their own, rendered as any report."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from segkit.checks import shown
from segkit.errors import ArgumentError
from segkit.i18n import (
    _,
    format_moment,
    format_money,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
    use_currency,
)
from segkit.report.compare import Change, PastRun, changed_results, changed_settings
from segkit.report.compare_words import (
    notebook_title,
    result_name,
    segment_names,
    setting_name,
)
from segkit.report.elements import Cover, Element, Kpi, Limits, show_figure, show_table
from segkit.report.manifest import Manifest, collect_payloads, software_versions
from segkit.report.turning import unturned
from segkit.tables.base import Column, Table

_FOLDER = "comparisons"


def write_comparison(first: PastRun, second: PastRun, out: Path) -> Path:
    """Write the page with its tables and figures, and give its path."""
    from segkit.i18n import get_language
    from segkit.report.render import render_report

    start = time.perf_counter()
    notebook = comparison_notebook(first, second)
    manifest = _manifest(first, second)
    manifest.seconds = round(time.perf_counter() - start, 3)
    html, files = render_report(notebook, manifest)
    cover = collect_payloads(notebook, ("cover",))["cover"]
    note = {"title": manifest.title, "headline": cover["headline"], "started": manifest.started}
    files["comparison.json"] = json.dumps(note, ensure_ascii=False).encode()
    name = f"{first.run_id}--{second.run_id}-{get_language()}"
    _put(out / _FOLDER / name, {**files, "report.html": html.encode()})
    return out / _FOLDER / name / "report.html"


def _put(place: Path, files: dict[str, bytes]) -> None:
    """Write the files beside their place, and put them there at once."""
    draft = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    try:
        for path, content in files.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(content)
        shutil.rmtree(place, ignore_errors=True)
        os.replace(draft, place)
    except OSError as err:
        shutil.rmtree(draft, ignore_errors=True)
        raise ArgumentError(
            "compare: out must be a folder that can be written; "
            f"got {shown(str(place.parent.parent))} ({err.strerror})."
        ) from err


def _manifest(first: PastRun, second: PastRun) -> Manifest:
    title = _("Comparison: {title}").format(title=notebook_title(second))
    return Manifest(
        status="finished",
        notebook=second.notebook,
        title=title,
        run_id=f"{first.run_id} → {second.run_id}",
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        versions=software_versions(),
        data={"name": " → ".join(_data_name(run) for run in (first, second))},
    )


def _data_name(run: PastRun) -> str:
    return unturned(str((run.facts.get("data") or {}).get("name") or "–"))


def comparison_notebook(first: PastRun, second: PastRun) -> Any:
    """Put the comparison into a notebook: headings, and cells that hold one element each."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    def cell(element: Element) -> Any:
        bundle = element._repr_mimebundle_()
        return new_code_cell("", outputs=[new_output("display_data", data=bundle)])

    changes = changed_results(first, second)
    migration = _migration(first, second)
    moved, notes = _moved_cells(migration, first, second)
    parts: list[Any] = [cell(_cover(first, second, changes, migration))]
    for heading, content in (
        (_("What came out differently"), _result_cells(changes, second)),
        (_("Who moved between segments"), moved),
        (_("What was changed"), _setting_cells(first, second)),
    ):
        parts += [new_markdown_cell(f"## {heading}")] if content else []
        parts += [new_markdown_cell(c) if isinstance(c, str) else cell(c) for c in content]
    parts += [new_markdown_cell(f"## {_('Limits')}"), cell(Limits(notes))]
    return new_notebook(cells=parts)


def _cover(first: PastRun, second: PastRun, changes: list[Change], migration: Any) -> Cover:
    differing = _visible(changes)
    lede = _("Run of {first} on {data}, compared with the run of {second} on {other}.").format(
        first=_when(first), data=_data_name(first), second=_when(second), other=_data_name(second)
    )
    if first.currency != second.currency:
        text = _("Amounts are in {before} before and in {after} now and are not compared.")
        told = text.format(before=first.currency or "–", after=second.currency or "–")
        lede = join_sentences([lede, told])
    kpis = [
        Kpi(_difference(change), result_name(change.name, second))
        for change in _weightiest(differing)
        if change.relative is not None
    ]
    return Cover(_headline(differing, migration, second), lede, "", kpis[:5])


def _headline(differing: list[Change], migration: Any, run: PastRun) -> str:
    if migration is not None and migration.n_moved:
        text = _("{share} of the customers of both runs changed segment")
        return text.format(share=format_percent(migration.moved_share))
    told = [change for change in _weightiest(differing) if change.is_comparable]
    if not told:
        return _("Nothing has changed in the headline results")
    before, after = _values(told[0])
    text = _("{name}: {before} before, {after} now")
    return text.format(name=result_name(told[0].name, run), before=before, after=after)


def _visible(changes: list[Change]) -> list[Change]:
    """Leave out what differs only beyond the digits that are shown."""
    return [change for change in changes if change.size > 0 and len(set(_values(change))) == 2]


def _weightiest(changes: list[Change]) -> list[Change]:
    """Pass over the sizes of single segments: of four customers one is a large share."""
    return [change for change in changes if not change.name.startswith("customers_")]


def _when(run: PastRun) -> str:
    try:
        return format_moment(datetime.fromisoformat(str(run.facts.get("started"))))
    except ValueError:
        return run.run_id


def _values(change: Change) -> tuple[str, str]:
    """Write before and after, each in its own currency."""
    before, after = change.currencies
    return _value(change.before, change.kind, before), _value(change.after, change.kind, after)


def _value(value: float | None, kind: str, currency: str = "") -> str:
    if value is None:
        return "–"
    if kind == "share":
        return format_percent(value)
    if kind == "money":
        return _money(value, currency)
    return format_number(value, 0 if kind == "count" else 3)


def _money(amount: float, currency: str) -> str:
    try:
        with use_currency(currency or None):
            return format_money(amount, compact=True)
    except ArgumentError:  # a notebook's own word for what it counts in
        return f"{format_number(amount, 2)} {currency}".strip()


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


def _difference(change: Change) -> str:
    """Write the difference in its own unit: of two shares in points, not in per cent."""
    value = change.difference
    if value is None:
        return "–"
    if change.kind == "share":
        return _("{n} points").format(n=_signed(format_number(value * 100, 1), value))
    # A word joiner keeps sign and amount on one line where a column is narrow.
    text = _value(value, change.kind, change.currencies[1])
    return _signed(text.replace("\u2212", "\u2212\u2060"), value)


def _result_cells(changes: list[Change], run: PastRun) -> list[Any]:
    differing = _visible(changes)
    same = len(changes) - len(differing)
    cells: list[Any] = []
    if differing:
        rows = [
            (
                result_name(c.name, run),
                *_values(c),
                _difference(c),
                c.relative,
            )
            for c in differing
        ]
        names = ["result", "before", "after", "difference", "relative"]
        labels = [_("Result"), _("Before"), _("After"), _("Change"), _("Relative change")]
        kinds = ["text", "text", "text", "text", "percent"]
        columns = [Column(n, label, k) for n, label, k in zip(names, labels, kinds, strict=True)]
        frame = pd.DataFrame(rows, columns=names)
        title = _("Headline results that differ, the largest relative change first")
        cells.append(show_table(Table(frame, columns, title, "headline-results")))
    if same:
        text = ngettext(
            "{n} headline result is the same in both runs.",
            "{n} headline results are the same in both runs.",
            same,
        )
        cells.append(text.format(n=format_number(same)))
    return cells or [_("The runs have no headline results.")]


def _setting_cells(first: PastRun, second: PastRun) -> list[Any]:
    rows = changed_settings(first, second)
    if not rows:
        return [_("Parameters, data and software are the same.")]
    groups = {"parameters": _("Parameter"), "data": _("Data"), "versions": _("Software")}
    frame = pd.DataFrame(
        [
            (
                groups[group],
                setting_name(group, name, second),
                _plain(before, group),
                _plain(after, group),
            )
            for group, name, before, after in rows
        ],
        columns=["group", "name", "before", "after"],
    )
    labels = {"group": _("Kind"), "name": _("Name"), "before": _("Before"), "after": _("After")}
    columns = [Column(name, label) for name, label in labels.items()]
    title = _("What differs between the runs")
    return [show_table(Table(frame, columns, title, "what-differs"))]


def _plain(value: Any, group: str) -> str:
    """Show a setting; of a path only the file's name, of a long hash its beginning."""
    if value is None:
        return "–"
    counted = group == "data" and isinstance(value, int)
    text = format_number(value) if counted else str(value)
    if isinstance(value, str) and ("/" in text or "\\" in text):
        text = Path(text).name
    return f"{text[:12]}…" if len(text) >= 40 and " " not in text else text


def _migration(first: PastRun, second: PastRun) -> Any:
    """Count who moved where, when both runs kept their customers' segments."""
    if first.kept is None or second.kept is None:
        return None
    import ibis

    from segkit.collect.files.engine import one_file
    from segkit.segment.migration import segment_migration

    engine = ibis.duckdb.connect()
    kept = (first.kept, second.kept)
    files = [one_file(path, where=f"compare: {path.name}") for path in kept]
    tables = [engine.read_parquet(file) for file in files]
    names = segment_names(first, second)
    names.setdefault("", _("Unclassified"))
    return segment_migration(*tables, order=list(names), names=names)


def _moved_cells(migration: Any, first: PastRun, second: PastRun) -> tuple[list[Any], list[str]]:
    """Make figure, sentences and matrix, and the notes on what they cannot say."""
    notes = [_("Two runs differ by chance as well; a small change need not mean anything.")]
    if not any((run.facts.get("kept") or {}).get("file") for run in (first, second)):
        return [], notes  # a notebook that makes no segments
    notes.append(
        _("Segments by customer lie in the runs' folders. No customer is named in this page.")
    )
    if migration is None:
        return [
            _(
                "At least one of the runs did not keep its customers' segments, so nobody can be "
                "followed from one to the other. Repeat it with --force."
            )
        ], notes
    if not migration.n_matched:
        return [
            _(
                "No customer id is in both runs, so nobody can be followed. If the customers are "
                "the same, their ids were exported differently."
            )
        ], notes
    counted = _(
        "Customers in both runs: {matched}; only in the second: {new}; only in the first: {gone}."
    ).format(
        matched=format_number(migration.n_matched),
        new=format_number(migration.n_new),
        gone=format_number(migration.n_gone),
    )
    if migration.n_new or migration.n_gone:
        notes.insert(0, _("Streams show customers of both runs only."))
    from segkit.figures.flow import plot_migration

    told = [migration.summary(), *([counted] if migration.n_new or migration.n_gone else [])]
    cells = [join_sentences(told), show_figure(plot_migration, migration)]
    return [*cells, show_table(_matrix_table(migration))], notes


def _matrix_table(migration: Any) -> Table:
    matrix = migration.matrix
    frame = pd.DataFrame({"before": [migration.name(segment) for segment in matrix.index]})
    columns = [Column("before", _("From ↓ to →"))]
    for number, segment in enumerate(matrix.columns):
        frame[f"s{number}"] = matrix[segment].to_numpy()
        columns.append(Column(f"s{number}", migration.name(str(segment)), "int"))
    frame["total"] = matrix.sum(axis=1).to_numpy()
    columns.append(Column("total", _("Total before"), "int"))
    return Table(frame, columns, _("Customers by segment before and after"), "migration")
