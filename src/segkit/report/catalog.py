"""Where the notebooks are, and what they are called.

A checkout has them in ``notebooks/``; an installed segkit carries the same files inside
the package. A notebook goes by its path, its stem or a short name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from segkit.checks import check_path, did_you_mean, listed, shown
from segkit.collect.datasets.folders import kit_folder
from segkit.errors import ParameterError
from segkit.i18n import _
from segkit.report.parameters import Parameter, read_notebook, read_parameters

SHORT_NAMES = (
    "data_collection",
    "demographic",
    "behavioral",
    "attitudes",
    "clv",
    "grading",
    "strategy",
    "evaluation",
    "banking",
    "retail",
    "cosmetics",
)


#: Holds the form that runs the others; it makes no report itself.
START = "00_start_here"


@dataclass(frozen=True)
class Notebook:
    """A notebook file: what it is called and what it takes."""

    path: Path

    @property
    def stem(self) -> str:
        """Name the file without its ending: the folder of its runs is called so."""
        return self.path.stem

    @cached_property
    def content(self) -> dict[str, Any]:
        """The notebook as plain JSON."""
        return read_notebook(self.path)

    @property
    def title(self) -> str:
        """The first heading in the current language, else the stem."""
        for cell in self.content["cells"]:
            if cell["cell_type"] == "markdown":
                match = re.search(r"^# +(.+)$", cell["source"], re.MULTILINE)
                if match:
                    return _(match[1].strip())
        return self.stem

    @property
    def short_name(self) -> str:
        """The name a person types, such as ``behavioral``."""
        return next((name for name in SHORT_NAMES if _goes_by(self.stem, name)), self.stem)

    @property
    def data_kind(self) -> str:
        """The kind of table that the parameter ``data`` names, a key of ``schema.TABLES``.

        A notebook about other data than transactions says so in its metadata.
        """
        return str(self.content["metadata"].get("segkit", {}).get("data", "transactions"))

    @cached_property
    def parameters(self) -> list[Parameter]:
        """The typed parameters the notebook declares."""
        return read_parameters(self.content)


def _goes_by(stem: str, name: str) -> bool:
    """Tell whether a short name is the stem, a word of it, or the initials of its words."""
    bare = re.sub(r"^\d+_", "", stem)
    words = bare.split("_")
    initials = "".join(word[0] for word in words if word)
    return name in (stem, bare, initials) or name in words


def notebook_folder() -> Path:
    """Find the folder of notebooks: the checkout's own, else the copy in the package."""
    return kit_folder("notebooks")


def list_notebooks(folder: Path | None = None) -> list[Notebook]:
    """List the notebooks that can be run, in the order of their numbers.

    Returns
    -------
    list of Notebook
        Lesson notebooks of ``course/``, saved checkpoints and the form of
        ``00_start_here`` are left out.
    """
    folder = folder or notebook_folder()
    found = sorted(folder.glob("*.ipynb")) + sorted(folder.glob("cases/*.ipynb"))
    return [Notebook(path) for path in found if path.stem != START]


def find_notebook(name: str | Path, *, folder: Path | None = None) -> Notebook:
    """Find a notebook by path, stem or short name.

    Parameters
    ----------
    name
        A path that ends in ``.ipynb``, a stem such as ``03_behavioral_segmentation``, or
        a short name such as ``behavioral``.
    folder
        Where to look instead of the kit's own notebooks.

    Raises
    ------
    ParameterError
        When no notebook goes by that name, with the nearest; for ``00_start_here``.
    """
    path = check_path("find_notebook", "notebook", name, error=ParameterError)
    if path.stem in (START, START.partition("_")[2]):
        raise ParameterError(
            f"find_notebook: notebook must be one that makes a report; got {shown(str(name))}, "
            "which is the form for JupyterLab. Open it there: make lab."
        )
    if path.suffix == ".ipynb":
        if not path.is_file():
            raise ParameterError(
                f"find_notebook: notebook must be a file that exists; got {shown(str(name))}."
            )
        return Notebook(path.resolve())
    notebooks = list_notebooks(folder)
    for known in notebooks:
        if str(name) in (known.stem, known.short_name):
            return known
    near = [known for known in notebooks if _goes_by(known.stem, str(name).lower())]
    if len(near) == 1:
        return near[0]
    return _unknown(str(name), near or notebooks)


def _unknown(name: str, candidates: list[Notebook]) -> Notebook:
    names = [label for known in candidates for label in (known.short_name, known.stem)]
    remedy = did_you_mean(name, names)
    if remedy.startswith("Known"):
        remedy = f"Known: {listed((known.short_name for known in candidates), 30)}."
    raise ParameterError(
        f"find_notebook: notebook must be a file, a stem or a short name; got {shown(name)}. "
        + remedy
    )
