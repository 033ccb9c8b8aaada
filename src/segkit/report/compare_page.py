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

from segkit.i18n import (
    _,
    format_moment,
    format_money,
    format_number,
    format_percent,
    join_sentences,
    localized,
    ngettext,
    set_currency,
)
from segkit.report.compare import Change, PastRun, changed_results, changed_settings
from segkit.report.elements import Cover, Element, Kpi, Limits, show_figure, show_table
from segkit.report.manifest import Manifest, collect_payloads, software_versions
from segkit.report.sanitize import unturned
from segkit.tables.base import Column, Table

_FOLDER = "comparisons"


def write_comparison(first: PastRun, second: PastRun, out: Path) -> Path:
    """Write the page with its tables and figures, and give its path."""
    from segkit.i18n import get_language
    from segkit.report.render import render_report

    start = time.perf_counter()
    currency = (second.facts.get("parameters") or {}).get("currency")
    if isinstance(currency, str):
        set_currency(currency)
    notebook = comparison_notebook(first, second)
    manifest = _manifest(first, second)
    manifest.seconds = round(time.perf_counter() - start, 3)
    html, files = render_report(notebook, manifest)
    cover = collect_payloads(notebook, ("cover",))["cover"]
    note = {"title": manifest.title, "headline": cover["headline"], "started": manifest.started}
    files["comparison.json"] = json.dumps(note, ensure_ascii=False).encode()
    name = f"{first.run_id}--{second.run_id}-{get_language()}"
    place = out / _FOLDER / name
    draft = out / _FOLDER / f".{name}-{secrets.token_hex(4)}"
    for path, content in {**files, "report.html": html.encode()}.items():
        (draft / path).parent.mkdir(parents=True, exist_ok=True)
        (draft / path).write_bytes(content)
    shutil.rmtree(place, ignore_errors=True)
    os.replace(draft, place)
    return place / "report.html"


def _manifest(first: PastRun, second: PastRun) -> Manifest:
    title = _("Comparison: {title}").format(title=second.facts.get("title") or second.notebook)
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
        parts.append(new_markdown_cell(f"## {heading}"))
        parts += [new_markdown_cell(c) if isinstance(c, str) else cell(c) for c in content]
    parts += [new_markdown_cell(f"## {_('Limits')}"), cell(Limits(notes))]
    return new_notebook(cells=parts)


def _cover(first: PastRun, second: PastRun, changes: list[Change], migration: Any) -> Cover:
    differing = [change for change in changes if change.size > 0]
    headline = _("Nothing has changed in the headline results")
    if differing:
        top = next((c for c in differing if c.relative is not None), differing[0])
        headline = _("{name}: {before} before, {after} now").format(
            name=result_name(top.name, second),
            before=_value(top.before, top.kind),
            after=_value(top.after, top.kind),
        )
        if migration is not None and migration.n_matched and migration.n_moved:
            headline = _("{share} of customers changed segment").format(
                share=format_percent(migration.moved_share)
            )
    lede = _("Run of {first} on {data}, compared with the run of {second} on {other}.").format(
        first=_when(first), data=_data_name(first), second=_when(second), other=_data_name(second)
    )
    kpis = [
        Kpi(_difference(c), result_name(c.name, second))
        for c in differing
        if c.relative is not None and not c.name.startswith("customers_")
    ]
    return Cover(headline, lede, "", kpis[:5])


def _when(run: PastRun) -> str:
    try:
        return format_moment(datetime.fromisoformat(str(run.facts.get("started"))))
    except ValueError:
        return run.run_id


def result_name(name: str, run: PastRun) -> str:
    """Say in words what a headline number counts; an unknown name is shown as it is."""
    known = {
        "n_orders": _("Purchases"),
        "n_customers": _("Customers"),
        "revenue": _("Revenue"),
        "repeat_share": _("Customers who bought again"),
        "silent_share": _("Customers silent for long"),
        "top_20_revenue_share": _("Revenue from the top 20 %"),
        "gini": _("Concentration of revenue (Gini)"),
        "near_cutoff_share": _("Customers near a cut-off"),
    }
    if name in known:
        return known[name]
    if name.startswith("customers_"):
        segment = name.removeprefix("customers_")
        return _("Customers in {segment}").format(segment=_segment_names(run).get(segment, segment))
    return name.replace("_", " ")


def _segment_names(*runs: PastRun) -> dict[str, str]:
    names: dict[str, str] = {}
    for run in runs:
        for segment in (run.facts.get("kept") or {}).get("segments") or []:
            texts = {k: v for k, v in segment["name"].items() if v}
            names[str(segment["id"])] = localized({"en": str(segment["id"]), **texts})
    return names


def _value(value: float | None, kind: str) -> str:
    if value is None:
        return "–"
    if kind == "share":
        return format_percent(value)
    if kind == "money":
        return format_money(value, compact=True)
    return format_number(value, 0 if kind == "count" else 3)


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
    return _signed(_value(value, change.kind).replace("\u2212", "\u2212\u2060"), value)


def _relative(change: Change) -> str:
    if change.relative is None:
        return "–"
    return _signed(format_percent(change.relative), change.relative)


def _result_cells(changes: list[Change], run: PastRun) -> list[Any]:
    differing = [change for change in changes if change.size > 0]
    same = len(changes) - len(differing)
    cells: list[Any] = []
    if differing:
        rows = [
            (
                result_name(c.name, run),
                _value(c.before, c.kind),
                _value(c.after, c.kind),
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
        cells.append(show_table(Table(frame, columns, title)))
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
            (groups[group], name, _plain(before), _plain(after))
            for group, name, before, after in rows
        ],
        columns=["group", "name", "before", "after"],
    )
    labels = {"group": _("Kind"), "name": _("Name"), "before": _("Before"), "after": _("After")}
    columns = [Column(name, label) for name, label in labels.items()]
    return [show_table(Table(frame, columns, _("What differs between the runs")))]


def _plain(value: Any) -> str:
    """Show a setting; of a path only the file's name, of a long hash its beginning."""
    if value is None:
        return "–"
    text = format_number(value) if isinstance(value, int) and value > 9999 else str(value)
    if isinstance(value, str) and ("/" in text or "\\" in text):
        text = Path(text).name
    return f"{text[:12]}…" if len(text) >= 40 and " " not in text else text


def _migration(first: PastRun, second: PastRun) -> Any:
    """Count who moved where, when both runs kept their customers' segments."""
    if first.kept is None or second.kept is None:
        return None
    import ibis

    from segkit.segment.migration import segment_migration

    engine = ibis.duckdb.connect()
    tables = [engine.read_parquet(str(run.kept)) for run in (first, second)]
    names = _segment_names(first, second)
    names.setdefault("", _("Unclassified"))
    return segment_migration(*tables, order=list(names), names=names)


def _moved_cells(migration: Any, first: PastRun, second: PastRun) -> tuple[list[Any], list[str]]:
    """Make figure, sentences and matrix, and the notes on what they cannot say."""
    notes = [
        _("Two runs differ by chance as well; a small change need not mean anything."),
        _("Segments by customer lie in the runs' folders. No customer is named in this page."),
    ]
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
        "{matched} customers are in both runs; {new} are new in the second run, {gone} are only "
        "in the first."
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
    return Table(frame, columns, _("Customers by segment before and after"))
