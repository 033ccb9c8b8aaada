"""JupyterLab itself: the form is filled in, run, and its link leads to the report."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_start_here.ipynb"
ORDERS = "Nummer,Wann,Wieviel\n" + "".join(
    f"C{n % 40:02},2024-{1 + n % 12:02}-{1 + n % 27:02},{10 + n % 7}.50\n" for n in range(400)
)
_QUIET = [
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]


@dataclass(frozen=True)
class Lab:
    """A running server, the folder that it shows, and where to enter."""

    root: Path
    address: str
    token: str

    def get(self, path: str) -> tuple[int, str]:
        request = urllib.request.Request(
            self.address + path, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    """Nobody's settings: a home folder of its own, and no news from outside."""
    for name in ("config/labconfig", "data", "runtime", "ipython"):
        (home / name).mkdir(parents=True)
    off = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (home / "config/labconfig/page_config.json").write_text(json.dumps(off))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "JPY", "IPYTHON"))}
    return kept | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def _wait_for(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end and process.poll() is None:
        try:
            lab.get("api/status")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium_path, absent) -> Iterator[Lab]:
    """JupyterLab on a copy of the notebook, below a folder with a space and a Chinese name."""
    if importlib.util.find_spec("jupyterlab") is None:
        absent("JupyterLab is not installed.")
    base = tmp_path_factory.mktemp("lab")
    root, log = base / "my 项目", base / "log.txt"
    (root / "notebooks").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "data" / "orders.csv").write_text(ORDERS, encoding="utf-8")
    shutil.copy(NOTEBOOK, root / "notebooks")
    port, token = _free_port(), secrets.token_hex(16)
    lab = Lab(root, f"http://127.0.0.1:{port}/", token)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", *_QUIET]
    command += [f"--port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0", "--allow-root"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=_environment(base / "home"),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(lab, process, log)
        yield lab
    finally:
        # It ends its kernels first; one left behind would notice that its parent is gone.
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def outside() -> list[str]:
    """Requests to any other address than the server's own."""
    return []


def _run_cell(page) -> None:
    """Run the code cell; a key pressed while JupyterLab still arranges itself is lost."""
    cell = page.locator(".jp-CodeCell").first
    for _attempt in range(5):
        cell.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        for _tick in range(20):
            page.wait_for_timeout(100)
            if cell.locator(".jp-InputPrompt").inner_text().strip() not in ("", "[ ]:"):
                return
    pytest.fail("The cell could not be run.")


@pytest.fixture(scope="module")
def page(lab, chromium, outside) -> Iterator[Any]:
    """The notebook, opened, with its cells run."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    page = context.new_page()
    local = (lab.address, lab.address.replace("http", "ws"), "data:", "blob:")
    context.on("request", lambda r: None if r.url.startswith(local) else outside.append(r.url))
    # A question that JupyterLab may ask, such as for the kernel, is answered as it proposes.
    dialog = page.locator("dialog.jp-Dialog")
    page.add_locator_handler(dialog, lambda d: d.locator(".jp-mod-accept").first.click())
    page.goto(f"{lab.address}lab/tree/notebooks/00_start_here.ipynb?token={lab.token}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=40_000)
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    idle.wait_for(state="attached", timeout=40_000)
    _run_cell(page)
    page.locator(".segkit-form").wait_for(timeout=40_000)
    yield page
    context.close()


def field(page, name):
    return page.locator(".segkit-form").get_by_label(name, exact=True)


def press_run(page, label="Run"):
    page.locator(".segkit-form").get_by_role("button", name=label, exact=True).click()


def test_the_form_runs_a_report_and_links_to_it(lab, page, outside):
    field(page, "Notebook").select_option(label="Behavioral segmentation")
    field(page, "bins").wait_for(timeout=40_000)
    field(page, "data").fill("cdnow_sample")
    field(page, "data").press("Tab")
    press_run(page)
    link = page.locator(".segkit-open a")
    link.wait_for(timeout=60_000)
    (run,) = (lab.root / "reports" / "03_behavioral_segmentation").glob("*/run.json")
    facts = json.loads(run.read_text(encoding="utf-8"))
    assert facts["data"]["name"] == "cdnow_sample"
    assert facts["headline"] in page.locator(".segkit-done").inner_text()
    status, report = lab.get(link.get_attribute("href").lstrip("/"))
    assert status == 200
    assert facts["headline"] in report
    with page.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_load_state()
    assert facts["headline"] in opened.value.locator("h1").first.inner_text()
    opened.value.locator("figure.table .get a").first.click()  # the server forbids downloads
    note = opened.value.locator("figure.table p[role=status]").first.inner_text()
    assert "Take tables/" in note
    opened.value.close()
    assert outside == []


def test_a_fault_is_a_sentence_beside_the_form(page):
    field(page, "shares").fill("0.5, 0.6")
    field(page, "shares").press("Tab")
    press_run(page)
    fault = page.locator(".segkit-fault")
    fault.wait_for(timeout=60_000)
    assert fault.inner_text().startswith("shares must be shares above 0 that sum to 1")
    assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0


def test_language_and_columns_of_a_file(page):
    field(page, "Language").select_option(label="中文")
    page.locator(".segkit-form").get_by_role("button", name="运行", exact=True).wait_for()
    # The fields are made anew, after the button: what is typed into an old one is lost.
    page.locator(".segkit-meaning", has_text="数据集名称").wait_for(timeout=40_000)
    field(page, "data").fill("data/orders.csv")
    field(page, "data").press("Tab")
    column = field(page, "amount")
    column.wait_for(timeout=40_000)
    options = [text.replace("\xa0", " ") for text in column.locator("option").all_inner_texts()]
    assert options == ["请选择一列", "Nummer", "Wann", "Wieviel"]
    assert page.locator(".segkit-done:visible, .segkit-fault:visible").count() == 0
