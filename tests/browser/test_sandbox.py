"""A report that is served into a sandbox, as JupyterLab serves files: no download, no break."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser


class _Sandbox(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "sandbox allow-scripts")
        super().end_headers()

    def log_message(self, *_given: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def page(behavioral_run, chromium) -> Iterator[Any]:
    handler = functools.partial(_Sandbox, directory=str(behavioral_run.path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/report.html")
        yield page
        page.close()
        server.shutdown()


def test_tables_are_named_where_they_lie(page, behavioral_run):
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    link = page.locator("figure.table .get a").first
    for _time in range(2):
        link.click()
    (note,) = page.locator("figure.table p[role=status]").all_inner_texts()
    file = link.get_attribute("href")
    assert note.startswith(f"This server does not let the page download. Take {file} from")
    assert (behavioral_run.path / file).is_file()
    assert page.url.endswith("/report.html")
    assert faults == []


def test_pictures_open_and_those_without_a_file_are_not_offered(page, behavioral_run):
    assert page.locator("a[data-save=png]:visible").count() == 0
    page.locator("a[data-save=svg]").first.click()
    page.wait_for_url("**/figures/*.svg")
    assert page.evaluate("document.documentElement.tagName") == "svg"


def test_a_table_is_copied(page):
    button = page.locator("[data-copy]").first
    button.click()
    assert button.inner_text() == "Copied"
