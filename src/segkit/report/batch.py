"""Many runs from one file: a matrix of notebooks, data, parameters and languages.

The file is read and checked wholly before anything starts; see ``examples/runs.yml``. Runs
that were made before are found again, so a second call makes only what is missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from segkit.checks import check_number, check_path, did_you_mean, shown
from segkit.errors import DataError, ParameterError, SegkitError
from segkit.report.cache import take_fingerprint
from segkit.report.catalog import Notebook, find_notebook
from segkit.report.finished import look_up, missing_forms
from segkit.report.order import check_run, join_parameters

#: What an entry of ``runs`` may say; two words for one thing serve one and many.
_SAME = {"notebooks": "notebook", "languages": "language", "brands": "brand"}
_KEYS = ("notebook", "data", "parameters", "language", "column_map", "brand", "formats")
_TOP = ("out", "defaults", "runs")
_PARAMETER = "parameters."
#: Parameters that may name a file.
_FILES = ("data", "scheme")


@dataclass(frozen=True)
class Job:
    """One run of a batch: what :func:`segkit.report.order.check_run` is asked for."""

    notebook: str
    wishes: dict[str, Any]
    out: str
    label: str


@dataclass
class Outcome:
    """What became of a job: ``finished``, ``cached``, ``failed`` or ``waiting``."""

    job: Job
    status: str = "waiting"
    path: str = ""
    reason: str = ""
    seconds: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether there is a report."""
        return self.status in ("finished", "cached")


def read_batch(file: str | Path, *, out: str | Path | None = None) -> list[Job]:
    """Read a file of runs and check all of it.

    Parameters
    ----------
    file
        A YAML file; names of files in it are looked for from its own folder.
    out
        Folder of all reports, instead of the one that the file names.

    Returns
    -------
    list of Job
        One per combination, in the order of the file; a combination named twice is one.

    Raises
    ------
    ParameterError
        With every fault of the file: unknown keys, notebooks and parameters, values out of
        range. Data that cannot be read are left to the run they belong to.
    """
    path = check_path("batch", "file", file, error=ParameterError)
    content = _read_yaml(path)
    folder = path.resolve().parent
    if out is None:
        named = content.get("out")
        out = folder / check_path("batch", "out", str(named)) if named else "reports"
    place_of_all = str(check_path("batch", "out", out).absolute())
    faults: list[str] = []
    _check_keys(content, _TOP, "batch", faults)
    defaults = _entry(content.get("defaults") or {}, "defaults", faults)
    entries = content.get("runs")
    if not isinstance(entries, list) or not entries:
        faults.append(f"batch: runs must be a list of runs; got {shown(entries)}.")
        entries = []
    jobs: dict[str, Job] = {}
    for number, given in enumerate(entries, start=1):
        place = f"runs, entry {number}"
        entry = defaults | _entry(given, place, faults)
        for job in _jobs(entry, place, folder, place_of_all, faults):
            jobs.setdefault(repr((job.notebook, job.wishes)), job)
    if faults:
        raise ParameterError("\n".join(dict.fromkeys(faults)))
    return list(jobs.values())


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as err:
        reason = getattr(err, "strerror", None) or "it is not UTF-8 text"
        raise ParameterError(
            f"batch: file must be a YAML file that can be read; got {shown(str(path))} ({reason})."
        ) from err
    except yaml.YAMLError as err:
        raise ParameterError(
            f"batch: file must be YAML; {path.name} is not: {' '.join(str(err).split())}"
        ) from err
    if not isinstance(content, dict):
        raise ParameterError(
            f"batch: file must hold 'runs', a list; got {shown(content)}. See examples/runs.yml."
        )
    return content


def _check_keys(
    given: Mapping[str, Any], known: tuple[str, ...], place: str, faults: list[str]
) -> None:
    for key in given:
        if key not in known:
            hint = did_you_mean(str(key), known)
            faults.append(f"{place}: a key must be one of those known; got {shown(key)}. {hint}")


def _entry(given: Any, place: str, faults: list[str]) -> dict[str, Any]:
    """Check the keys of an entry and bring the words for many to those for one."""
    if isinstance(given, str):
        given = {"notebook": given}
    if not isinstance(given, dict):
        faults.append(f"batch: {place}: a run must be keys and values; got {shown(given)}.")
        return {}
    _check_keys(given, (*_KEYS, *_SAME), f"batch: {place}", faults)
    entry = {_SAME.get(str(key), str(key)): value for key, value in given.items()}
    if not isinstance(entry.get("parameters") or {}, dict):
        faults.append(
            f"batch: {place}: parameters must be names and values; "
            f"got {shown(entry['parameters'])}."
        )
        entry["parameters"] = {}
    return entry


def _jobs(
    entry: dict[str, Any], place: str, folder: Path, out: str, faults: list[str]
) -> Iterator[Job]:
    """Multiply an entry out and check each combination."""
    notebooks = [name for name in _many(entry.get("notebook")) if name is not None]
    if not notebooks:
        faults.append(f"batch: {place}: notebook must be named; got {shown(None)}.")
    for name in notebooks:
        try:
            notebook = find_notebook(_near(str(name), folder))
            axes = _axes(entry, notebook, folder)
        except SegkitError as err:
            _tell(err, place, faults)
            continue
        for key in [key for key, values in axes.items() if not values]:
            faults.append(f"batch: {place}: {key} must hold at least one value; got [].")
        varied = {name for name, values in axes.items() if len(values) > 1}
        for wishes in _combinations(entry, axes):
            try:
                check_run(notebook.path, out=out, **wishes)
            except DataError:
                pass  # the run itself will say so, and the others are made
            except SegkitError as err:
                _tell(err, place, faults)
                continue
            yield Job(str(notebook.path), wishes, out, _label(notebook, wishes, varied))


def _tell(err: SegkitError, place: str, faults: list[str]) -> None:
    faults += [f"batch: {place}: {line.strip()}" for line in str(err).splitlines()]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _near(name: str, folder: Path) -> str:
    """Look for a file from the folder of the list; a name that is no file there stays."""
    path = folder / check_path("batch", "file", name, error=ParameterError)
    return str(path) if path.is_file() or _looks_like_path(name) else name


def _looks_like_path(name: str) -> bool:
    return "://" not in name and ("/" in name or Path(name).suffix != "")


def _axes(entry: dict[str, Any], notebook: Notebook, folder: Path) -> dict[str, list[Any]]:
    """List the values of everything that may be one or many."""
    lists = {p.name for p in notebook.parameters if p.is_list}
    axes: dict[str, list[Any]] = {}
    for key in ("data", "language", "brand"):
        if key in entry:
            values = _many(entry[key])
            if key != "language":
                values = [_near(v, folder) if isinstance(v, str) else v for v in values]
            axes[key] = values
    for name, value in (entry.get("parameters") or {}).items():
        # A parameter that is a list itself takes several values as a list of lists.
        several = isinstance(value, list) and (
            name not in lists or any(isinstance(v, list) for v in value)
        )
        values = value if several else [value]
        if name in _FILES:
            values = [_near(v, folder) if isinstance(v, str) else v for v in values]
        axes[f"{_PARAMETER}{name}"] = values
    return axes


def _combinations(entry: dict[str, Any], axes: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Choose one value of each axis in turn, the last axis changing first."""
    for values in itertools.product(*axes.values()):
        wishes: dict[str, Any] = {"formats": entry["formats"]} if "formats" in entry else {}
        named: dict[str, Any] = {"column_map": entry.get("column_map")}
        parameters: dict[str, Any] = {}
        for key, value in zip(axes, values, strict=True):
            if key.startswith(_PARAMETER):
                parameters[key.removeprefix(_PARAMETER)] = value
            elif key != "brand":
                named[key] = value
            elif value is not None:
                wishes[key] = value
        yield {**wishes, "parameters": join_parameters(parameters, **named)}


def _label(notebook: Notebook, wishes: dict[str, Any], varied: set[str]) -> str:
    """Name a run by what tells it from the others."""
    parts = [notebook.short_name]
    parameters = dict(wishes["parameters"])
    language = parameters.pop("language", None)
    if "data" in parameters:
        data = str(parameters.pop("data"))
        parts.append(data if "://" in data else Path(data).name)
    parts += [f"{n}={v}" for n, v in parameters.items() if f"{_PARAMETER}{n}" in varied]
    if language is not None:
        parts.append(str(language))
    if "brand" in varied:
        parts.append(Path(str(wishes.get("brand"))).name)
    return " · ".join(parts)


def run_batch(
    file: str | Path,
    *,
    jobs: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    progress: bool = True,
) -> list[Outcome]:
    """Make all runs of a file, several at a time.

    Parameters
    ----------
    file
        A YAML file, as :func:`read_batch` reads it.
    jobs
        How many runs are made at the same time.
    out
        Folder of all reports, instead of the one that the file names.
    force
        Make runs again that were made before.
    progress
        Show a line per run.

    Returns
    -------
    list of Outcome
        In the order of the file. A failed run does not stop the others.

    Raises
    ------
    ParameterError
        Before anything starts, when the file has faults.
    """
    count = int(check_number("batch", "jobs", jobs, low=1, high=64, whole=True))
    outcomes = [Outcome(job) for job in read_batch(file, out=out)]
    for outcome in outcomes:
        _look_up(outcome, force)
    waiting = [outcome for outcome in outcomes if outcome.status == "waiting"]
    from segkit.report.batch_view import batch_view

    with batch_view(outcomes, shown=progress) as view:
        if waiting:
            from segkit.report.batch_pool import work_off

            work_off(waiting, count, force=force, view=view)
    if any(outcome.path for outcome in waiting):
        from segkit.report.index import refresh_index

        refresh_index(outcomes[0].job.out)
    return outcomes


def _look_up(outcome: Outcome, force: bool) -> None:
    """Settle a job that needs no work: made before, or without data that can be read."""
    job = outcome.job
    try:
        order = check_run(job.notebook, out=job.out, **job.wishes)
        found = None if force else look_up(order, take_fingerprint(order))
    except (SegkitError, OSError) as err:
        outcome.status, outcome.reason = "failed", str(err)
        return
    # Forms that lack are made by the workers, like all that can fail.
    if found is not None and not missing_forms(found, order):
        outcome.status, outcome.path = "cached", str(found.report)
