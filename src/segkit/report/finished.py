"""A finished run: where it is, what it found, and how it is found again."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from segkit.report.cache import Fingerprint, find_run
from segkit.report.export.forms import export_run
from segkit.report.order import Order
from segkit.report.workspace import readable


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


def look_up(order: Order, fingerprint: Fingerprint | None) -> Run | None:
    """Find the run that was made of the same things before, as it is; nothing is written."""
    found = find_run(order.out, order.notebook.stem, fingerprint.key) if fingerprint else None
    if found is None:
        return None
    folder, facts = found
    title, results = str(facts.get("title") or ""), dict(facts.get("results") or {})
    return Run(folder, "finished", title, results, cached=True)


def missing_forms(run: Run, order: Order) -> list[str]:
    """List the forms that are asked for and not there yet."""
    return [name for name in order.formats if not (run.path / f"report.{name}").is_file()]


def find_again(order: Order, fingerprint: Fingerprint | None) -> Run | None:
    """Give the run back that was made of the same things before, with all forms asked for."""
    run = look_up(order, fingerprint)
    missing = missing_forms(run, order) if run else []
    if run is not None and missing:
        export_run(run.path, missing, brand=order.brand)
    return run
