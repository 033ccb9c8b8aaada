"""What a run was, noted while it goes on: its manifest from the first line to the key."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from segkit.report.cache import Fingerprint, list_files
from segkit.report.manifest import (
    Manifest,
    collect_payloads,
    git_commit,
    software_versions,
)
from segkit.report.order import Order
from segkit.report.timings import Stopwatch


def start_manifest(order: Order, run_id: str) -> Manifest:
    """Note what is known of a run before it starts."""
    return Manifest(
        status="finished",
        notebook=order.notebook.stem,
        title=order.notebook.title,
        run_id=run_id,
        started=datetime.now().astimezone().isoformat(timespec="seconds"),
        language=order.language,
        parameters=order.parameters,
        versions=software_versions(),
        git_commit=git_commit(order.notebook.path),
        seed=order.parameters.get("seed"),
        brand=order.brand.note() if order.brand else {},
    )


def read_results(manifest: Manifest, executed: Any, order: Order) -> None:
    """Take headline, results and data out of the executed notebook."""
    found = collect_payloads(executed, ("cover", "results", "data", "kept", "kept_tables"))
    kept = found.get("kept", {})
    manifest.kept = {key: kept[key] for key in ("file", "rows", "segments") if kept.get("file")}
    beside = found.get("kept_tables", {})
    if beside.get("written"):
        manifest.kept["tables"] = beside["tables"]
    manifest.headline = found.get("cover", {}).get("headline", "")
    manifest.results = found.get("results", {}).get("values", {})
    stated = found.get("data", {})
    keys = ("name", "rows", "customers", "sha256", "origin", "currency")
    manifest.data = {key: stated[key] for key in keys if key in stated}
    source = order.parameters.get("data")
    if isinstance(source, str):
        manifest.data["source"] = data_source(source)
    if isinstance(source, str) and not manifest.data.get("name"):
        manifest.data["name"] = Path(source).name
    path = Path(str(source)).expanduser()
    if isinstance(source, str) and not manifest.data.get("sha256") and path.is_file():
        with path.open("rb") as file:
            manifest.data["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()


def data_source(data: str) -> str:
    """Tell where data come from: ``file``, ``dataset`` (known by its name) or ``address``."""
    from segkit.collect.datasets.registry import DATASETS

    if "://" in data:
        return "address"
    known = data in DATASETS and not Path(data).expanduser().exists()
    return "dataset" if known else "file"


def seal(
    manifest: Manifest, folder: Path, clock: Stopwatch, fingerprint: Fingerprint | None
) -> None:
    """Write ``run.json`` as the last of a run's files: times, the other files, the key."""
    manifest.files = list_files(folder)
    # A file that changed while it was read belongs to no key.
    if fingerprint is not None and fingerprint.holds() and manifest.status == "finished":
        manifest.key = fingerprint.key
    manifest.seconds = round(clock.elapsed, 3)
    manifest.timings = clock.summary()
    manifest.write(folder)
