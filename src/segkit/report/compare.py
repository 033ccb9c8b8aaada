"""Two runs of one notebook side by side: what was changed, and what came of it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segkit.checks import fail, listed, shown
from segkit.errors import ParameterError
from segkit.i18n import get_currency, use_language
from segkit.report.cache import is_complete
from segkit.report.catalog import find_notebook

_PLACES = ("latest", "previous")


@dataclass(frozen=True)
class PastRun:
    """A finished run as its folder tells it."""

    folder: Path
    facts: dict[str, Any]

    @property
    def run_id(self) -> str:
        """The name of its folder, whatever its files say."""
        return self.folder.name

    @property
    def currency(self) -> str:
        """The currency of its amounts, in its own word; empty where nobody knew it."""
        asked = (self.facts.get("parameters") or {}).get("currency")
        # A run that notes none is of a notebook that left it as it was.
        return str(asked or (self.facts.get("data") or {}).get("currency", get_currency()))

    @property
    def notebook(self) -> str:
        """The stem of its notebook."""
        return str(self.facts.get("notebook") or "")

    @property
    def kept(self) -> Path | None:
        """The table of customers and segments that was kept with it, if any."""
        name = (self.facts.get("kept") or {}).get("file")
        path = self.folder / Path(str(name)).name if name else None
        return path if path is not None and path.is_file() else None


#: Relative differences below this are rounding, not news.
_NOISE = 1e-9


@dataclass(frozen=True)
class Change:
    """A headline result of both runs; ``kind`` is ``share``, ``money``, ``count`` or ``number``.

    Amounts in two ``currencies`` have no difference.
    """

    name: str
    before: float | None
    after: float | None
    kind: str
    currencies: tuple[str, str] = ("", "")

    @property
    def is_comparable(self) -> bool:
        """Whether before and after are in the same unit."""
        return self.kind != "money" or self.currencies[0] == self.currencies[1]

    @property
    def difference(self) -> float | None:
        """After less before; None where either is missing or they are in two currencies."""
        if self.before is None or self.after is None or not self.is_comparable:
            return None
        difference = self.after - self.before
        # Sums in another order differ in the last digits; that is no change.
        return 0 if math.isclose(self.after, self.before, rel_tol=_NOISE) else difference

    @property
    def relative(self) -> float | None:
        """The difference as a share of the size before; None where that is zero or missing."""
        if self.difference is None or not self.before:
            return None
        return self.difference / abs(self.before)

    @property
    def size(self) -> float:
        """By what changes are sorted: the relative change, an appearance before all others."""
        if self.relative is not None:
            return abs(self.relative)
        return 0.0 if self.before == self.after and self.is_comparable else math.inf


def find_past_run(name: str | Path, *, out: str | Path = "reports") -> PastRun:
    """Find a finished run by its folder, its id, or as ``notebook@latest``.

    Parameters
    ----------
    name
        A folder, a run id or its beginning, ``behavioral@latest`` or ``behavioral@previous``.
    out
        Folder of all reports.

    Raises
    ------
    ParameterError
        When there is no such run, more than one, or it did not finish.
    """
    text = str(name)
    folder = Path(text).expanduser()
    if (folder / "run.json").is_file():
        return _read(folder, text)
    if folder.name == "report.html" and (folder.parent / "run.json").is_file():
        return _read(folder.parent, text)
    notebook, at, place = text.rpartition("@")
    if at:
        return _by_place(notebook, place, Path(out))
    found = sorted(p.parent for p in Path(out).glob(f"*/{_safe(text)}*/run.json"))
    found = [f for f in found if f.name == text] or found
    if len(found) == 1:
        return _read(found[0], text)
    if found:
        several = listed((f.name for f in found), 5)
        return _none(text, f"Several begin so: {several}.")
    return _none(text, f"Runs are looked for in {str(out)!r}; segkit index lists them.")


def _safe(text: str) -> str:
    """Keep what a person typed from being a pattern of names."""
    return "".join(c for c in text if c.isalnum() or c in "-_") or "-"


def _none(text: str, remedy: str) -> Any:
    rule = "the folder or id of a finished run, or NOTEBOOK@latest or NOTEBOOK@previous"
    fail("compare", "run", rule, text, remedy, error=ParameterError)


def _by_place(notebook: str, place: str, out: Path) -> PastRun:
    if place not in _PLACES:
        fail("compare", "run", "NOTEBOOK@latest or NOTEBOOK@previous", place, error=ParameterError)
    folder = out / notebook
    stem = notebook if folder.is_dir() else find_notebook(notebook).stem
    runs = []
    for file in sorted((out / stem).glob("*/run.json"), reverse=True):
        if not file.parent.name.startswith("."):
            facts = _facts(file)
            if facts.get("status") == "finished":
                runs.append(PastRun(file.parent, facts))
    number = _PLACES.index(place)
    if len(runs) <= number:
        return _none(
            f"{notebook}@{place}", f"{len(runs)} finished runs are in {str(out / stem)!r}."
        )
    return runs[number]


def _facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _read(folder: Path, name: str) -> PastRun:
    facts = _facts(folder / "run.json")
    if facts.get("status") != "finished":
        return _none(name, "That run failed, so it has no results; repeat it first.")
    if not is_complete(folder, facts) and facts.get("files"):
        return _none(name, "Files of that run are missing or were changed; repeat it with --force.")
    return PastRun(folder.resolve(), facts)


def changed_settings(first: PastRun, second: PastRun) -> list[tuple[str, str, Any, Any]]:
    """List what differs in parameters, data and software: group, name, before, after."""
    rows = []
    for group, keys in (("parameters", None), ("data", ("name", "rows", "customers", "sha256")),
                        ("versions", None)):  # fmt: skip
        before, after = first.facts.get(group) or {}, second.facts.get(group) or {}
        names = keys or list(dict.fromkeys([*before, *after]))
        rows += [
            (group, name, before.get(name), after.get(name))
            for name in names
            if before.get(name) != after.get(name)
        ]
    old, new = (run.facts.get("git_commit") for run in (first, second))
    if old != new:
        rows.append(("versions", "git_commit", old, new))
    return rows


def changed_results(first: PastRun, second: PastRun) -> list[Change]:
    """List the headline numbers of both runs, the largest relative change first."""
    before, after = first.facts.get("results") or {}, second.facts.get("results") or {}
    currencies = (first.currency, second.currency)
    changes = [
        Change(
            name,
            _number(before.get(name)),
            _number(after.get(name)),
            _kind(name, before, after),
            currencies,
        )
        for name in dict.fromkeys([*before, *after])
        if _number(before.get(name)) is not None or _number(after.get(name)) is not None
    ]
    return sorted(changes, key=lambda change: (-change.size, change.name))


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) else None


def _kind(name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Tell from a result's name in which unit it is; names carry their units by house style."""
    words = name.split("_")
    if "share" in words or "rate" in words or name.endswith("p_alive"):
        return "share"
    if any(word in words for word in ("revenue", "value", "clv", "margin", "amount", "spend")) and (
        words[0] not in ("n", "customers")
    ):
        return "money"
    values = [v for v in (before.get(name), after.get(name)) if v is not None]
    return "count" if all(isinstance(v, int) for v in values) else "number"


def compare_runs(
    first: str | Path,
    second: str | Path,
    *,
    language: str | None = None,
    out: str | Path = "reports",
) -> Path:
    """Compare two runs of the same notebook and write the comparison as a report.

    Whichever of the two was made earlier is called the one before.

    Parameters
    ----------
    first, second
        Run folders, run ids, ``notebook@latest`` or ``notebook@previous``.
    language
        ``"en"`` or ``"zh"``; that of the later run when left out.
    out
        Folder of all reports; the comparison goes to ``comparisons/`` in it.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ParameterError
        When a run is not found, or the two are of different notebooks.
    """
    runs = [find_past_run(name, out=out) for name in (first, second)]
    before, after = sorted(runs, key=lambda run: str(run.facts.get("started") or ""))
    if before.notebook != after.notebook:
        raise ParameterError(
            f"compare: both runs must be of one notebook; got {shown(before.notebook)} and "
            f"{shown(after.notebook)}. Results of different notebooks answer different questions."
        )
    if before.folder.resolve() == after.folder.resolve():
        fail("compare", "second", "another run than the first", str(second), error=ParameterError)
    from segkit.report.compare_page import write_comparison
    from segkit.report.index import refresh_index

    spoken = language or str(after.facts.get("language") or "en")
    with use_language(spoken):
        page = write_comparison(before, after, Path(out).expanduser().absolute())
        refresh_index(out)
    return page
