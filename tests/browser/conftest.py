"""A Chromium for tests that look at pages, and a page that keeps account of what it does.

Where none is found the tests are skipped with the reason; under CI=true they fail instead
(``absent`` in the conftest.py above).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from segkit.report import run_report

_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]


@pytest.fixture(scope="session")
def chromium(chromium_path, absent) -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("Playwright is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(absent) -> Any:
    """The checker of accessibility, as it comes with its Python package."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        absent("axe-playwright-python is not installed.")
    return Axe()


@dataclass
class Visit:
    """An open page and what it said and asked for while it was open."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def visit(chromium) -> Iterator[Callable[..., Visit]]:
    """Open a file at a width, in a colour scheme: ``visit(path, width=390, scheme="dark")``."""
    contexts = []

    def go(path: Path, *, width: int = 1280, scheme: str = "light") -> Visit:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=scheme, accept_downloads=True)
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("dialog", lambda dialog: visit.complaints.append(f"dialog {dialog.message}"))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.goto(path.resolve().as_uri(), wait_until="load")
        return visit

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def sample_report(notebook_path, tmp_path_factory) -> Path:
    """The report of the notebook made in code, hostile names included."""
    return run_report(notebook_path, out=tmp_path_factory.mktemp("reports"), progress=False).report


@pytest.fixture(scope="session", params=["sample", "behavioral", "clv"])
def report(request) -> Path:
    """Each report that is looked at; add a name here and a fixture ``<name>_report``."""
    return request.getfixturevalue(f"{request.param}_report")


@pytest.fixture(scope="session")
def behavioral_zh_report(chinese_behavioral) -> Path:
    return chinese_behavioral.report


@pytest.fixture(scope="session")
def clv_zh_report(chinese_clv) -> Path:
    return chinese_clv.report


@pytest.fixture(scope="session")
def comparison_report(behavioral_run, chinese_behavioral, tmp_path_factory) -> Path:
    """The page that compares two runs."""
    from segkit.report.compare import compare_runs

    folders = [run.report.parent for run in (behavioral_run, chinese_behavioral)]
    return compare_runs(*folders, out=tmp_path_factory.mktemp("compared"))


#: A name that turns the reading direction of all that follows, unless it is kept to itself.
TURNED = "abc\u202edef"


@pytest.fixture(scope="session")
def gallery_report(tmp_path_factory) -> Path:
    """A list of runs to choose from: two finished, one failed, one with a turned name."""
    from segkit.report.index import write_index

    out = tmp_path_factory.mktemp("gallery")
    common = {"notebook": "05_customer_lifetime_value", "started": "2026-07-01T09:30:00+00:00"}
    runs = [
        {"status": "finished", "headline": "A fifth bring most", "data": {"name": TURNED}},
        {"status": "finished", "headline": "Half are silent", "data": {"name": "cdnow"}},
        {"status": "failed", "failed_cell": {"number": 3, "message": "No such column."}},
    ]
    for number, run in enumerate(runs):
        folder = out / "notebook" / f"run-{number}"
        folder.mkdir(parents=True)
        data = {"data": {"rows": 6919, **run.get("data", {})}}
        facts = {**common, "title": "Customer lifetime value", **run, **data}
        (folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    return write_index(out)
