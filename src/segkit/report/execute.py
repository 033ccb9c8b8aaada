"""Running a notebook's cells: papermill behind one function.

papermill fills in a notebook by name and keeps it, failed or not. Names, types and the
injected text are checked before it is asked, because it checks none of them.
"""

from __future__ import annotations

import copy
import importlib
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segkit import errors
from segkit.i18n import get_language
from segkit.report.catalog import Notebook
from segkit.report.document import plain_heading
from segkit.report.parameters import is_parameter_cell, parameter_source
from segkit.report.startup import spare_imports
from segkit.report.timings import Stopwatch
from segkit.report.translate import translate_notebook

_SEGKIT_ERRORS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, ValueError)
)


@dataclass(frozen=True)
class CellFailure:
    """Where a notebook stopped and why."""

    number: int  # the cell's place in the notebook, counted from 1
    heading: str
    error: str
    message: str

    @property
    def sentence(self) -> str:
        """Say both in one paragraph; segkit's own errors already explain themselves."""
        reason = self.message if self.error in _SEGKIT_ERRORS else f"{self.error}: {self.message}"
        place = f" (under {self.heading!r})" if self.heading else ""
        reason = " ".join(reason.split())
        stop = "" if reason.endswith((".", "?", "!")) else "."
        return f"cell {self.number}{place} failed: {reason}{stop}"


@dataclass(frozen=True)
class Execution:
    """An executed notebook: its cells with outputs, times, and the failure if there was one."""

    notebook: Any = field(repr=False)
    cells: list[dict[str, Any]]
    failure: CellFailure | None


Progress = Callable[[int, int, str], None]


def execute_notebook(
    notebook: Notebook,
    parameters: Mapping[str, Any],
    *,
    output: Path,
    on_cell: Progress | None = None,
    clock: Stopwatch | None = None,
    environment: Mapping[str, str] | None = None,
) -> Execution:
    """Run a notebook from top to bottom in a kernel of its own and keep it at ``output``.

    Parameters
    ----------
    notebook
        The notebook; its file is not changed. What runs, and is kept, is a copy in the
        current language.
    parameters
        Checked values; written into a cell after the one tagged ``parameters``.
    output
        Where the executed notebook is kept, also when a cell fails.
    on_cell
        Called before each cell with its number, how many there are, and its heading.
    clock
        Counts what the stages take.
    environment
        Variables that the kernel is started with beside those of this process. What is no
        matter of the notebook, such as a brand's colour, reaches its figures this way.

    Returns
    -------
    Execution
        With ``failure`` set when a cell raised; nothing is raised for that here.
    """
    clock = clock or Stopwatch()
    with clock.stage("prepare"):
        spare_imports()
        import nbformat
        import papermill
        from papermill.exceptions import PapermillExecutionError

        from segkit.report.kernel import (
            KERNEL_NAME,
            SegkitKernelManager,
            kernel_environment,
            run_folder,
        )

        run_folder.set(str(output.parent.absolute()))
        kernel_environment.set(environment)

    prepared: Any = nbformat.from_dict(_inject(translate_notebook(notebook.content), parameters))
    headings = cell_headings(prepared["cells"])
    injected = next((n for n, cell in enumerate(prepared["cells"]) if _is_injected(cell)), None)

    _load_beside("segkit.report.render")
    if get_language() == "zh":  # for the font that goes into the page
        _load_beside("fontTools.subset")
    began = clock.elapsed
    ready: list[float] = []

    def tell(cell: Any, cell_index: int) -> None:
        ready.append(clock.elapsed)
        if on_cell is not None:
            on_cell(cell_index + 1, len(headings), headings[cell_index])

    failure = None
    try:
        papermill.execute_notebook(
            prepared,
            str(output),
            kernel_name=KERNEL_NAME,
            language="python",
            progress_bar=False,
            # Written once, at the end or at the failure: figures make a notebook large.
            request_save_on_cell_execute=False,
            kernel_manager_class=SegkitKernelManager,
            on_cell_start=tell,
        )
    except PapermillExecutionError as err:
        # Numbers are those of the reader's file, in which nothing was injected.
        shift = int(injected is not None and err.cell_index > injected)
        failure = CellFailure(
            err.cell_index + 1 - shift, headings[err.cell_index], err.ename, err.evalue
        )
    executed = _without_marks(_without_paths(output))
    cells = cell_times(executed)
    work = sum(cell["seconds"] for cell in cells)
    first = ready[0] if ready else clock.elapsed
    clock.add("kernel", first - began)
    clock.add("cells", work)
    clock.add("close", max(clock.elapsed - first - work, 0.0))
    return Execution(executed, cells, failure)


def _load_beside(module: str) -> None:
    """Import what is needed later while the kernel gets ready; a fault shows when it is used."""

    def load() -> None:
        with suppress(Exception):
            importlib.import_module(module)

    threading.Thread(target=load, daemon=True).start()


_ERROR_MARK = "papermill-error-cell-tag"
_INJECTED = "injected-parameters"


def _without_paths(output: Path) -> Any:
    """Take this machine's folders, which papermill notes down, out of the kept notebook."""
    import nbformat

    notebook = nbformat.read(output, as_version=4)
    for note in ("input_path", "output_path"):
        notebook.metadata.get("papermill", {}).pop(note, None)
    nbformat.write(notebook, output)
    return notebook


def _without_marks(notebook: Any) -> Any:
    """Leave out the banners that papermill adds to a failed notebook."""
    notebook.cells = [c for c in notebook.cells if _ERROR_MARK not in c.metadata.get("tags", [])]
    return notebook


def _is_injected(cell: Mapping[str, Any]) -> bool:
    return _INJECTED in cell["metadata"].get("tags", [])


def _inject(content: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Put the values into a cell after the declaration; drop outputs saved earlier."""
    notebook = copy.deepcopy(dict(content))
    notebook["cells"] = [c for c in notebook["cells"] if not _is_injected(c)]
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if is_parameter_cell(cell) and parameters:
            notebook["cells"].insert(number + 1, _parameter_cell(notebook, parameters))
            break
    # papermill writes its notes here and does not make the place itself.
    notebook.setdefault("metadata", {}).setdefault("papermill", {})
    return notebook


def _parameter_cell(notebook: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {"tags": [_INJECTED]},
        "source": parameter_source(parameters),
        "outputs": [],
        "execution_count": None,
    }
    if notebook.get("nbformat_minor", 0) >= 5:
        cell["id"] = "injected-parameters"
    return cell


def cell_headings(cells: list[Any]) -> list[str]:
    """Give each cell the heading it stands under, empty before the first one."""
    headings, current = [], ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            found = re.findall(r"^#{1,6} +(.+?)\s*$", cell["source"], re.MULTILINE)
            current = plain_heading(found[-1]) if found else current
        headings.append(current)
    return headings


def cell_times(notebook: Any) -> list[dict[str, Any]]:
    """List the seconds that each code cell took, with its place and heading."""
    headings = cell_headings(notebook.cells)
    return [
        {
            "index": number,
            "seconds": round(cell.metadata.get("papermill", {}).get("duration") or 0.0, 3),
            "heading": heading,
        }
        for number, (cell, heading) in enumerate(zip(notebook.cells, headings, strict=True))
        if cell.cell_type == "code"
    ]
