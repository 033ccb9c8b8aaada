"""Time what a run costs beside the work of its cells: alone, as one of a batch, found again.

    python benchmarks/run_overhead.py --runs 5

Each candidate makes the same reports, in turn (A B C A B C …), each in a process of its
own. Overhead is the time of the whole command less the seconds of the cells. The first
candidate is papermill with nbconvert and a plain kernel, as one would call them by hand.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOTEBOOK = "behavioral"
VALUES = (3, 4, 5)

BY_HAND = """
import sys, nbformat, papermill
from nbconvert import HTMLExporter
source, target = sys.argv[1:]
papermill.execute_notebook(source, target, {"data": "cdnow"}, kernel_name="python3",
                           progress_bar=False)
html, _rest = HTMLExporter(template_name="basic").from_filename(target)
open(target + ".html", "w", encoding="utf-8").write(html)
"""


def cell_seconds(notebook: Path) -> float:
    """Sum what papermill noted for each cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    notes = (cell["metadata"].get("papermill", {}) for cell in cells)
    return sum(note.get("duration") or 0.0 for note in notes)


def timed(command: list[str]) -> float:
    """Run a command and give its seconds from start to end."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def by_hand(folder: Path) -> dict[str, float]:
    """papermill and nbconvert with a plain kernel."""
    from segkit.report.catalog import find_notebook

    target = folder / "by_hand.ipynb"
    source = find_notebook(NOTEBOOK).path
    wall = timed([sys.executable, "-c", BY_HAND, str(source), str(target)])
    return {"wall": wall, "cells": cell_seconds(target), "runs": 1}


def single(folder: Path) -> dict[str, float]:
    """One ``segkit run``."""
    out = folder / "single"
    wall = timed([sys.executable, "-m", "segkit.cli", "run", NOTEBOOK, "--quiet", "--force",
                  "--out", str(out)])  # fmt: skip
    newest = max(out.glob("*/*/notebook.ipynb"))
    return {"wall": wall, "cells": cell_seconds(newest), "runs": 1}


def again(folder: Path) -> dict[str, float]:
    """The same ``segkit run`` when nothing has changed."""
    out = folder / "single"
    wall = timed(
        [sys.executable, "-m", "segkit.cli", "run", NOTEBOOK, "--quiet", "--out", str(out)]
    )
    return {"wall": wall, "cells": 0.0, "runs": 1}


def batch(folder: Path, values: tuple[int, ...]) -> dict[str, float]:
    """A ``segkit batch`` of one run per value, one after the other."""
    out = folder / f"batch{len(values)}"
    entry = {"notebook": NOTEBOOK, "parameters": {"bins": list(values)}}
    file = folder / "runs.yml"
    file.write_text(json.dumps({"runs": [entry]}), encoding="utf-8")  # JSON is YAML
    before = set(out.glob("*/*/notebook.ipynb"))
    wall = timed([sys.executable, "-m", "segkit.cli", "batch", str(file), "--quiet", "--force",
                  "--out", str(out)])  # fmt: skip
    made = set(out.glob("*/*/notebook.ipynb")) - before
    return {"wall": wall, "cells": sum(map(cell_seconds, made)), "runs": len(made)}


def measure(runs: int) -> dict[str, list[float]]:
    """Take all candidates in turn and give the overhead of each, in seconds."""
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timed([sys.executable, "-c", "import segkit.report.render, papermill"])  # fill the caches
        for turn in range(runs):
            told = {
                "papermill and nbconvert by hand": by_hand(folder),
                "segkit run": single(folder),
                "segkit run, found again": again(folder),
            }
            overhead = {label: fact["wall"] - fact["cells"] for label, fact in told.items()}
            few, many = batch(folder, VALUES[:1]), batch(folder, VALUES)
            extra = (many["wall"] - many["cells"]) - (few["wall"] - few["cells"])
            overhead["segkit batch, each further run"] = extra / (many["runs"] - few["runs"])
            for label, seconds in overhead.items():
                figures.setdefault(label, []).append(seconds)
            print(f"turn {turn + 1}:", {k: round(v, 2) for k, v in overhead.items()}, flush=True)
    return figures


def main() -> None:
    """Read the command line, measure, print medians and ranges."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    figures = measure(parser.parse_args().runs)
    print(f"\n{'overhead in seconds':<34} {'median':>7} {'range':>16}")
    for label, seconds in figures.items():
        spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
        print(f"{label:<34} {statistics.median(seconds):>7.2f} {spread:>16}")


if __name__ == "__main__":
    main()
