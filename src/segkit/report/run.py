"""From a notebook and parameters to its report: ordered, found again or carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segkit.report.cache import take_fingerprint
from segkit.report.carry_out import carry_out
from segkit.report.catalog import find_notebook
from segkit.report.finished import Run, find_again
from segkit.report.nursery import nursery_for
from segkit.report.order import Order, check_run, join_parameters

if TYPE_CHECKING:
    from segkit.report.brand import Brand


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
    # The kernel's imports take longest, so they begin first; a refusal ends them at once.
    with nursery_for(find_notebook(notebook).content):
        wanted = join_parameters(parameters, data=data, language=language, column_map=column_map)
        order = check_run(notebook, wanted, out=out, formats=formats, brand=brand)
        return make_run(order, progress=progress, force=force)


def make_run(
    order: Order,
    *,
    progress: bool | Callable[[int, int, str], None] = True,
    force: bool = False,
) -> Run:
    """Give the run that was ordered: found again where nothing has changed, else made."""
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
