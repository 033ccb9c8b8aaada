"""Reports: what a notebook hands over, how it is run, and the page that comes of it.

A notebook cell ends in an *element* (:class:`Cover`, :class:`Findings`,
:func:`show_figure`, :func:`show_table`, :class:`Limits`, :class:`Results`,
:func:`show_data`). :func:`run_report` checks the *parameters*, executes the notebook and
writes a *run*: a folder with ``report.html``, ``notebook.ipynb``, ``run.json``, tables
and figures. :func:`write_index` lists all runs in one page.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Column": "elements",
    "Cover": "elements",
    "DataElement": "elements",
    "Element": "elements",
    "FigureElement": "elements",
    "Finding": "elements",
    "Findings": "elements",
    "Kpi": "elements",
    "Limits": "elements",
    "Results": "elements",
    "Run": "finished",
    "TableElement": "elements",
    "Outcome": "batch",
    "compare_runs": "compare",
    "find_notebook": "catalog",
    "keep_rules": "kept_rules",
    "keep_segments": "kept",
    "keep_tables": "kept_tables",
    "list_notebooks": "catalog",
    "render_report": "render",
    "run_batch": "batch",
    "run_report": "run",
    "show_data": "elements",
    "show_figure": "elements",
    "show_note": "notes",
    "show_table": "elements",
    "start_form": "form",
    "write_index": "index",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a name from its file when it is first asked for; running needs far more than showing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
