"""Failed runs that were tried again: each is told once, on the run that came after it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segkit.report.index import IndexedRun


def fold_attempts(runs: Sequence[IndexedRun]) -> list[IndexedRun]:
    """Leave out failed runs that were repeated later, and count them on the next attempt.

    Attempts belong together when notebook, data and parameters are the same. Their folders
    stay on the disk; finished runs are never left out.

    Parameters
    ----------
    runs
        Newest first.

    Returns
    -------
    list of IndexedRun
        Newest first, ``failed_before`` filled in.
    """
    kept: list[IndexedRun] = []
    places: dict[str, int] = {}
    for run in runs:
        key = _attempt(run)
        later = places.get(key) if key else None
        if later is not None and not run.finished:
            count = kept[later].failed_before + 1
            kept[later] = replace(kept[later], failed_before=count)
            continue
        if key:
            places[key] = len(kept)
        kept.append(run)
    return kept


def _attempt(run: IndexedRun) -> str:
    """Name what was tried; empty where the run does not tell its parameters."""
    parameters = run.facts.get("parameters")
    if not isinstance(parameters, dict) or not parameters:
        return ""
    # The data's content is left out: who mends a file runs it again under its name.
    tried = (run.notebook, run.data_name, parameters)
    return json.dumps(tried, sort_keys=True, default=str)
