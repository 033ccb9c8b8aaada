"""From a notebook and parameters to a finished folder, or to a failed one that says why."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from segkit.errors import ParameterError, RunError
from segkit.i18n import use_language
from segkit.report.catalog import Notebook, find_notebook
from segkit.report.manifest import (
    Manifest,
    collect_payloads,
    git_commit,
    software_versions,
)
from segkit.report.parameters import check_parameters
from segkit.report.workspace import Workspace, remove_stale


@dataclass(frozen=True)
class Run:
    """A finished run: where it is and the headline numbers it gave."""

    path: Path
    status: str
    title: str = ""
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def report(self) -> Path:
        """The page to open."""
        return self.path / "report.html"

    def __repr__(self) -> str:
        """Name the next step: open the report."""
        return f"Run({self.status}: {self.title}). Next: open {readable(self.report)}"

    def _repr_html_(self) -> str:
        href = os.path.relpath(self.report)
        return str(
            Markup('<p>{}: <a href="{}" target="_blank">{}</a></p>').format(
                self.title or self.status, href, href
            )
        )


@dataclass(frozen=True)
class Order:
    """A run that was checked and may start."""

    notebook: Notebook
    parameters: dict[str, Any]
    language: str
    out: Path


def check_run(
    notebook: str | Path,
    *,
    data: Any = None,
    parameters: Mapping[str, Any] | None = None,
    language: str | None = None,
    column_map: Mapping[str, str] | str | None = None,
    out: str | Path = "reports",
) -> Order:
    """Check everything that can be checked before a kernel starts; see :func:`run_report`."""
    found = find_notebook(notebook)
    named = {"data": data, "language": language, "column_map": column_map}
    given = dict(parameters or {}) | {name: v for name, v in named.items() if v is not None}
    values = check_parameters(found.parameters, given, notebook=f"run {found.short_name}")
    # The command line does not pass a source that is None; a notebook may have one.
    if isinstance(values.get("data"), str) and "://" not in values["data"]:
        from segkit.collect.source import find_source

        find_source(values["data"], function=f"run {found.short_name}")
    spoken = str(values.get("language") or language or "en")
    return Order(found, values, spoken, Path(out).expanduser().absolute())


def run_report(
    notebook: str | Path,
    *,
    data: Any = None,
    parameters: Mapping[str, Any] | None = None,
    language: str | None = None,
    column_map: Mapping[str, str] | str | None = None,
    out: str | Path = "reports",
    progress: bool | Callable[[int, int, str], None] = True,
) -> Run:
    """Run a notebook with parameters and write its report.

    Parameters are checked before anything starts. The run is written beside its place and
    renamed at the end, so a killed run leaves nothing that looks finished.

    Parameters
    ----------
    notebook
        A path, a stem or a short name such as ``"behavioral"``.
    data
        Dataset name or path, relative to the current folder; the notebook's default when
        left out.
    parameters
        Values by name; ``segkit show NOTEBOOK`` lists them with their ranges.
    language
        ``"en"`` or ``"zh"``.
    column_map
        Your column names: ``{"customer_id": "member", "amount": "paid"}`` or the same as
        text, ``"customer_id=member,amount=paid"``.
    out
        Folder of all reports.
    progress
        Show a bar per cell, or a function to call with cell number, count and heading.

    Returns
    -------
    Run
        With ``path`` (the folder), ``report`` (the page), ``status`` and ``results``.

    Raises
    ------
    ParameterError
        Before the start: unknown notebook or parameter, wrong type, out of range.
    DataError
        Before the start: no such file or dataset.
    RunError
        A cell failed; the message names it, and the folder keeps the notebook.
    """
    order = check_run(
        notebook,
        data=data,
        parameters=parameters,
        language=language,
        column_map=column_map,
        out=out,
    )
    if callable(progress):
        return carry_out(order, on_cell=progress)
    if not progress:
        return carry_out(order)
    from segkit.report.progress import cell_progress

    with cell_progress(order.notebook.short_name) as on_cell:
        return carry_out(order, on_cell=on_cell)


def new_run_id() -> str:
    """Make an id that sorts by time and that parallel runs do not share."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}-{secrets.token_hex(2)}"


def carry_out(order: Order, *, on_cell: Callable[[int, int, str], None] | None = None) -> Run:
    """Execute, render and put the run in its place."""
    from segkit.report.execute import execute_notebook

    clock = time.perf_counter()
    run_id = new_run_id()
    folder = order.out / order.notebook.stem
    remove_stale(folder)
    with Workspace(folder, run_id) as workspace:
        manifest = _start(order, run_id)
        done = execute_notebook(
            order.notebook,
            order.parameters,
            output=workspace.path / "notebook.ipynb",
            on_cell=on_cell,
        )
        manifest.cells = done.cells
        _read_results(manifest, done.notebook, order)
        if done.failure is None:
            from segkit.report.render import write_report

            with use_language(order.language):
                manifest.seconds = round(time.perf_counter() - clock, 3)
                write_report(done.notebook, manifest, workspace.path, order.notebook)
        else:
            manifest.status, manifest.failed_cell = "failed", asdict(done.failure)
        manifest.seconds = round(time.perf_counter() - clock, 3)
        manifest.write(workspace.path)
        final = workspace.finish()
    _refresh_index(order)
    if done.failure is not None:
        raise RunError(
            f"run {order.notebook.short_name}: {done.failure.sentence} "
            f"The notebook with the error is kept: {readable(final / 'notebook.ipynb')}"
        )
    return Run(final, manifest.status, manifest.title, manifest.results)


def _start(order: Order, run_id: str) -> Manifest:
    return Manifest(
        status="finished",
        notebook=order.notebook.stem,
        title=order.notebook.title,
        run_id=run_id,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        language=order.language,
        parameters=order.parameters,
        versions=software_versions(),
        git_commit=git_commit(order.notebook.path.parent),
        seed=order.parameters.get("seed"),
    )


def _read_results(manifest: Manifest, executed: Any, order: Order) -> None:
    """Take headline, results and data out of the executed notebook."""
    found = collect_payloads(executed, ("cover", "results", "data"))
    manifest.headline = found.get("cover", {}).get("headline", "")
    manifest.results = found.get("results", {}).get("values", {})
    stated = found.get("data", {})
    keys = ("name", "rows", "customers", "sha256", "origin")
    manifest.data = {key: stated[key] for key in keys if key in stated}
    source = order.parameters.get("data")
    if isinstance(source, str) and not manifest.data:
        manifest.data["name"] = Path(source).name
    path = Path(str(source)).expanduser()
    if isinstance(source, str) and not manifest.data.get("sha256") and path.is_file():
        with path.open("rb") as file:
            manifest.data["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()


def readable(path: Path) -> str:
    """Name a path from the current folder when it lies below it."""
    with suppress(ValueError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)


def _refresh_index(order: Order) -> None:
    from segkit.report.index import write_index

    with use_language(order.language):
        write_index(order.out)


__all__ = ["Order", "ParameterError", "Run", "carry_out", "check_run", "new_run_id", "run_report"]
