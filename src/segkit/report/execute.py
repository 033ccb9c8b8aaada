"""Running a notebook's cells: papermill behind one function.

papermill fills in a notebook by name and keeps it, failed or not. Names, types and the
injected text are checked before it is asked, because it checks none of them.
"""

from __future__ import annotations

import copy
import importlib
import logging
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
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

# What it logs of kernels that end is told by the run itself; a line of its own is not wanted.
logging.getLogger("papermill").addHandler(logging.NullHandler())

_SEGKIT_ERRORS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, ValueError)
)


@dataclass(frozen=True)
class CellFailure:
    """Where a notebook stopped and why; ``error`` is empty where the kernel itself ended."""

    number: int  # the cell's place in the notebook, counted from 1
    heading: str
    error: str
    message: str

    @property
    def sentence(self) -> str:
        """Say both in one paragraph; segkit's own errors already explain themselves."""
        own = not self.error or self.error in _SEGKIT_ERRORS
        reason = self.message if own else f"{self.error}: {self.message}"
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

        importlib.import_module("papermill")
        from segkit.report.kernel import kernels_for

    prepared: Any = nbformat.from_dict(_inject(translate_notebook(notebook.content), parameters))
    _do_beside(_prepare_page)
    watch = _Watch(prepared["cells"], clock, on_cell)
    with kernels_for(output.parent, environment):
        failure = _run_cells(prepared, output, watch)
    executed = _without_marks(_without_paths(output))
    cells = cell_times(executed)
    watch.count(sum(cell["seconds"] for cell in cells))
    return Execution(executed, cells, failure)


class _Watch:
    """Follows the cells of one execution: which has begun, and when."""

    def __init__(self, cells: list[Any], clock: Stopwatch, on_cell: Progress | None) -> None:
        self._headings = cell_headings(cells)
        self._injected = next((n for n, cell in enumerate(cells) if _is_injected(cell)), None)
        self._clock, self._on_cell = clock, on_cell
        self._began = clock.elapsed
        self._ready: float | None = None
        self.seen: dict[int, Any] = {}  # cells that have begun, with their outputs

    def begin(self, cell: Any, cell_index: int) -> None:
        """Take note of a cell; called by nbclient, by these names."""
        if self._ready is None:
            self._ready = self._clock.elapsed
        self.seen[cell_index] = cell
        if self._on_cell is not None:
            self._on_cell(cell_index + 1, len(self._headings), self._headings[cell_index])

    def failure(self, index: int, error: str, message: str) -> CellFailure:
        """Say where it stopped, in the reader's own file, in which nothing was injected."""
        shift = int(self._injected is not None and index > self._injected)
        return CellFailure(index + 1 - shift, self._headings[index], error, message)

    def count(self, work: float) -> None:
        """Count the stages when all is done; ``work`` are the seconds of the cells."""
        ready = self._clock.elapsed if self._ready is None else self._ready
        self._clock.add("kernel", ready - self._began)
        self._clock.add("cells", work)
        self._clock.add("close", max(self._clock.elapsed - ready - work, 0.0))


def _run_cells(prepared: Any, output: Path, watch: _Watch) -> CellFailure | None:
    """Have papermill run the cells and keep the notebook, whatever becomes of them."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from segkit.report.kernel import KERNEL_NAME, SegkitKernelManager

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
            on_cell_start=watch.begin,
        )
    except PapermillExecutionError as err:
        return watch.failure(err.cell_index, err.ename, err.evalue)
    except DeadKernelError:  # killed, most often for want of memory
        return _keep_dead(prepared, output, watch, "the kernel ended by itself")
    except RuntimeError:
        if watch.seen:
            raise
        return _keep_dead(prepared, output, watch, "the kernel did not start")
    return None


def _keep_dead(prepared: Any, output: Path, watch: _Watch, what: str) -> CellFailure:
    """Keep the notebook as far as its kernel came; papermill does so for cells that raise."""
    import nbformat

    message = f"{what}; memory may be short"
    for index, cell in watch.seen.items():
        prepared.cells[index] = cell
    codes = [n for n, cell in enumerate(prepared.cells) if cell.cell_type == "code"]
    last = max(watch.seen, default=codes[0] if codes else 0)
    if prepared.cells[last].cell_type == "code":
        error = nbformat.v4.new_output("error", ename="", evalue=message, traceback=[message])
        prepared.cells[last].outputs.append(error)
    nbformat.write(prepared, output)
    return watch.failure(last, "", message)


def _do_beside(work: Callable[[], None]) -> None:
    """Do what is needed later while the kernel gets ready; a fault shows when it is used."""

    def run() -> None:
        with suppress(Exception):
            work()

    # In a copy of this context: the language is part of it.
    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()


def _prepare_page() -> None:
    from segkit.report.render import rehearse

    rehearse()
    importlib.import_module("PIL.Image")  # for the thumbnail
    if get_language() == "zh":  # for the font that goes into the page
        importlib.import_module("fontTools.subset")


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
