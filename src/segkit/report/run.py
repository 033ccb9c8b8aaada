"""From a notebook and parameters to a finished folder, or to a failed one that says why."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from segkit.errors import ParameterError, RunError
from segkit.i18n import use_language
from segkit.report.cache import Fingerprint, find_run, list_files, take_fingerprint
from segkit.report.catalog import Notebook, find_notebook
from segkit.report.export.forms import check_formats, export_run, write_forms
from segkit.report.manifest import (
    Manifest,
    collect_payloads,
    git_commit,
    software_versions,
)
from segkit.report.nursery import nursery_for
from segkit.report.parameters import check_parameters
from segkit.report.precheck import check_meaning
from segkit.report.timings import Stopwatch
from segkit.report.workspace import Workspace, remove_stale

if TYPE_CHECKING:
    from segkit.report.brand import Brand


@dataclass(frozen=True)
class Run:
    """A finished run: where it is and the headline numbers it gave."""

    path: Path
    status: str
    title: str = ""
    results: dict[str, Any] = field(default_factory=dict)
    cached: bool = False  # found as it was, not made anew

    @property
    def report(self) -> Path:
        """The page to open."""
        return self.path / "report.html"

    def __repr__(self) -> str:
        """Name the next step: open the report."""
        return f"Run({self.status}: {self.title}). Next: open {readable(self.report)}"

    def _repr_html_(self) -> str:
        place = Path(os.path.relpath(self.report)).as_posix()
        link = Markup('<p>{}: <a href="{}" target="_blank">{}</a></p>')
        return str(link.format(self.title or self.status, quote(place), place))


@dataclass(frozen=True)
class Order:
    """A run that was checked and may start."""

    notebook: Notebook
    parameters: dict[str, Any]
    language: str
    out: Path
    formats: tuple[str, ...] = ("html",)
    brand: Brand | None = None


def check_run(
    notebook: str | Path,
    *,
    data: Any = None,
    parameters: Mapping[str, Any] | None = None,
    language: str | None = None,
    column_map: Mapping[str, str] | str | None = None,
    out: str | Path = "reports",
    formats: str | Iterable[str] = ("html",),
    brand: str | Path | Brand | None = None,
) -> Order:
    """Check everything that can be checked before a kernel starts; see :func:`run_report`."""
    found = find_notebook(notebook)
    named = {"data": data, "language": language, "column_map": column_map}
    given = dict(parameters or {}) | {name: v for name, v in named.items() if v is not None}
    values = check_parameters(found.parameters, given, notebook=f"run {found.short_name}")
    check_meaning(values, notebook=f"run {found.short_name}")
    spoken = str(values.get("language") or language or "en")
    wanted = check_formats(formats, function=f"run {found.short_name}")
    if isinstance(brand, str | Path):
        from segkit.report.brand import load_brand

        brand = load_brand(brand, language=spoken)
    return Order(found, values, spoken, Path(out).expanduser().absolute(), wanted, brand)


def run_report(
    notebook: str | Path,
    *,
    data: Any = None,
    parameters: Mapping[str, Any] | None = None,
    language: str | None = None,
    column_map: Mapping[str, str] | str | None = None,
    out: str | Path = "reports",
    formats: str | Iterable[str] = ("html",),
    brand: str | Path | Brand | None = None,
    progress: bool | Callable[[int, int, str], None] = True,
    force: bool = False,
) -> Run:
    """Run a notebook with parameters and write its report.

    Parameters are checked before anything starts. A finished run of the same notebook with
    the same data, parameters and software is found again and returned. A new one is written
    beside its place and renamed at the end, so a killed run leaves nothing that looks
    finished.

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
    formats
        Which forms are written: ``html`` (always), ``pdf``, ``xlsx``, ``pptx``, ``md``.
    brand
        Path of a ``brand.yml``: name, logo, colours, fonts and lines of whose report it is;
        ``examples/brand.yml`` is one. Its colour is that of the figures too.
    progress
        Show a bar per cell, or a function to call with cell number, count and heading.
    force
        Make the run even where the same one was made before.

    Returns
    -------
    Run
        With ``path`` (the folder), ``report`` (the page), ``status``, ``results``, and
        ``cached`` where an earlier run was found.

    Raises
    ------
    ArgumentError
        Before the start: a form is unknown, or what makes it is not installed.
    ParameterError
        Before the start: unknown notebook or parameter, wrong type, out of range.
    DataError
        Before the start: no such file or dataset.
    BrandError
        Before the start: the brand file has a fault, or a colour does not read well.
    RunError
        A cell failed, or a form could not be written; the message names it, and the folder
        keeps the notebook.
    """
    order = check_run(
        notebook,
        data=data,
        parameters=parameters,
        language=language,
        column_map=column_map,
        out=out,
        formats=formats,
        brand=brand,
    )
    fingerprint = take_fingerprint(order)
    found = None if force else find_again(order, fingerprint)
    if found is not None:
        return found
    if callable(progress):
        return carry_out(order, on_cell=progress, fingerprint=fingerprint)
    if not progress:
        return carry_out(order, fingerprint=fingerprint)
    from segkit.report.progress import cell_progress

    with cell_progress(order.notebook.short_name) as on_cell:
        return carry_out(order, on_cell=on_cell, fingerprint=fingerprint)


def find_again(order: Order, fingerprint: Fingerprint | None) -> Run | None:
    """Give the run back that was made of the same things before, if there is one."""
    found = find_run(order.out, order.notebook.stem, fingerprint.key) if fingerprint else None
    if found is None:
        return None
    folder, facts = found
    missing = [name for name in order.formats if not (folder / f"report.{name}").is_file()]
    if missing:
        export_run(folder, missing, brand=order.brand)
    title, results = str(facts.get("title") or ""), dict(facts.get("results") or {})
    return Run(folder, "finished", title, results, cached=True)


def new_run_id() -> str:
    """Make an id that sorts by time and that parallel runs do not share."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}-{secrets.token_hex(2)}"


def carry_out(
    order: Order,
    *,
    on_cell: Callable[[int, int, str], None] | None = None,
    fingerprint: Fingerprint | None = None,
) -> Run:
    """Execute, render and put the run in its place; its kernel is forked from a nursery."""
    with nursery_for(order.notebook.content):
        return _carry_out(order, on_cell, fingerprint)


def _carry_out(
    order: Order,
    on_cell: Callable[[int, int, str], None] | None,
    fingerprint: Fingerprint | None,
) -> Run:
    clock = Stopwatch()
    with clock.stage("prepare"):
        from segkit.report.execute import execute_notebook

    unwritten: RunError | None = None
    run_id = new_run_id()
    folder = order.out / order.notebook.stem
    remove_stale(folder)
    with use_language(order.language), Workspace(folder, run_id) as workspace:
        manifest = _start(order, run_id)
        done = execute_notebook(
            order.notebook,
            order.parameters,
            output=workspace.path / "notebook.ipynb",
            on_cell=on_cell,
            clock=clock,
            environment=order.brand.environment() if order.brand else None,
        )
        manifest.cells = done.cells
        _read_results(manifest, done.notebook, order)
        if done.failure is None:
            manifest.seconds = round(clock.elapsed, 3)
            with clock.stage("render"):
                from segkit.report.render import write_report
                from segkit.report.thumbnail import write_thumbnail

                write_thumbnail(done.notebook, workspace.path)
                write_report(
                    done.notebook, manifest, workspace.path, order.notebook, brand=order.brand
                )
            unwritten = _write_forms(order, done.notebook, manifest, workspace.path, clock)
        else:
            manifest.status, manifest.failed_cell = "failed", asdict(done.failure)
        seal(manifest, workspace.path, clock, fingerprint)
        final = workspace.finish()
    _refresh_index(order)
    if done.failure is not None:
        kept = final / "notebook.ipynb"
        raise RunError(
            f"run {order.notebook.short_name}: {done.failure.sentence} "
            f"The notebook with the error is kept: {readable(kept)}",
            reason=done.failure.sentence,
            path=str(kept),
        )
    if unwritten is not None:
        raise RunError(
            f"run {order.notebook.short_name}: {unwritten} The run is kept as failed: "
            f"{readable(final)}; once that is mended, run it again."
        ) from unwritten
    return Run(final, manifest.status, manifest.title, manifest.results)


def _write_forms(
    order: Order, executed: Any, manifest: Manifest, folder: Path, clock: Stopwatch
) -> RunError | None:
    """Write the other forms; where one fails the run has failed, and what there is stays."""
    try:
        with clock.stage("forms"):
            write_forms(executed, manifest, folder, order.formats, brand=order.brand)
    except RunError as err:
        manifest.status = "failed"
        manifest.failed_form = str(err)
        return err
    return None


def seal(
    manifest: Manifest, folder: Path, clock: Stopwatch, fingerprint: Fingerprint | None
) -> None:
    """Write ``run.json`` as the last of a run's files: times, the other files, the key."""
    manifest.files = list_files(folder)
    # A file that changed while it was read belongs to no key.
    if fingerprint is not None and fingerprint.holds() and manifest.status == "finished":
        manifest.key = fingerprint.key
    manifest.seconds = round(clock.elapsed, 3)
    manifest.timings = clock.summary()
    manifest.write(folder)


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
        git_commit=git_commit(order.notebook.path),
        seed=order.parameters.get("seed"),
        brand=order.brand.note() if order.brand else {},
    )


def _read_results(manifest: Manifest, executed: Any, order: Order) -> None:
    """Take headline, results and data out of the executed notebook."""
    found = collect_payloads(executed, ("cover", "results", "data", "kept"))
    kept = found.get("kept", {})
    manifest.kept = {key: kept[key] for key in ("file", "rows", "segments") if kept.get("file")}
    manifest.headline = found.get("cover", {}).get("headline", "")
    manifest.results = found.get("results", {}).get("values", {})
    stated = found.get("data", {})
    keys = ("name", "rows", "customers", "sha256", "origin")
    manifest.data = {key: stated[key] for key in keys if key in stated}
    source = order.parameters.get("data")
    if isinstance(source, str):
        manifest.data["source"] = data_source(source)
    if isinstance(source, str) and not manifest.data.get("name"):
        manifest.data["name"] = Path(source).name
    path = Path(str(source)).expanduser()
    if isinstance(source, str) and not manifest.data.get("sha256") and path.is_file():
        with path.open("rb") as file:
            manifest.data["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()


def data_source(data: str) -> str:
    """Tell where data come from: ``file``, ``dataset`` (known by its name) or ``address``."""
    from segkit.collect.datasets import DATASETS

    if "://" in data:
        return "address"
    known = data in DATASETS and not Path(data).expanduser().exists()
    return "dataset" if known else "file"


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
