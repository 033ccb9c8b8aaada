"""From an order to a finished folder, or to a failed one that says why."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segkit.errors import RunError
from segkit.i18n import use_language
from segkit.report.brand_kept import keep_brand
from segkit.report.cache import Fingerprint
from segkit.report.export.forms import write_forms
from segkit.report.finished import Run
from segkit.report.index import refresh_index
from segkit.report.manifest import Manifest
from segkit.report.nursery import nursery_for
from segkit.report.order import Order
from segkit.report.record import read_results, seal, start_manifest
from segkit.report.timings import Stopwatch
from segkit.report.workspace import Workspace, readable, remove_stale

if TYPE_CHECKING:
    from segkit.report.execute import CellFailure


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

    run_id = new_run_id()
    folder = order.out / order.notebook.stem
    remove_stale(folder)
    with use_language(order.language), Workspace(folder, run_id) as workspace:
        manifest = start_manifest(order, run_id)
        done = execute_notebook(
            order.notebook,
            order.parameters,
            output=workspace.path / "notebook.ipynb",
            on_cell=on_cell,
            clock=clock,
            environment=order.brand.environment() if order.brand else None,
        )
        manifest.cells = done.cells
        read_results(manifest, done.notebook, order)
        unwritten: RunError | None = None
        if done.failure is None:
            manifest.seconds = round(clock.elapsed, 3)
            if order.brand is not None:
                keep_brand(order.brand, workspace.path)
            made = (order, done.notebook, manifest, workspace.path, clock)
            unwritten = _write_report(*made) or _write_forms(*made)
        else:
            manifest.status, manifest.failed_cell = "failed", asdict(done.failure)
        seal(manifest, workspace.path, clock, fingerprint)
        final = workspace.finish()
    with use_language(order.language):
        refresh_index(order.out)
    _raise_if_failed(order, done.failure, unwritten, final)
    return Run(final, manifest.status, manifest.title, manifest.results)


def _raise_if_failed(
    order: Order, failure: CellFailure | None, unwritten: RunError | None, folder: Path
) -> None:
    """Say what failed, when all there is has been kept."""
    kept = folder / "notebook.ipynb"
    if failure is not None:
        raise RunError(
            f"run {order.notebook.short_name}: {failure.sentence} "
            f"The notebook with the error is kept: {readable(kept)}",
            reason=failure.sentence,
            path=str(kept),
        )
    if unwritten is not None:
        raise RunError(
            f"run {order.notebook.short_name}: {unwritten} The run is kept as failed: "
            f"{readable(folder)}; once that is mended, run it again.",
            reason=str(unwritten),
            path=str(kept),
        ) from unwritten


def _write_report(
    order: Order, executed: Any, manifest: Manifest, folder: Path, clock: Stopwatch
) -> RunError | None:
    """Write page and thumbnail; whatever goes wrong there, the work of the cells is kept."""
    try:
        with clock.stage("render"):
            from segkit.report.render import write_report
            from segkit.report.thumbnail import write_thumbnail

            write_thumbnail(executed, folder)
            write_report(executed, manifest, folder, order.notebook, brand=order.brand)
    except Exception as err:
        (folder / "report.html").unlink(missing_ok=True)  # half a page looks like a whole one
        why = " ".join(str(err).split())
        manifest.status = "failed"
        manifest.failed_report = f"The report could not be made: {type(err).__name__}: {why}."
        unwritten = RunError(manifest.failed_report)
        unwritten.__cause__ = err
        return unwritten
    return None


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
