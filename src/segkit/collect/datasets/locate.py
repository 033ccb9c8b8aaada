"""Where the files of a data set lie on this machine, and what to do when they do not."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from segkit.checks import listed
from segkit.collect.datasets.folders import kit_folder
from segkit.collect.datasets.registry import Dataset
from segkit.errors import DataError

#: Names a folder with files of data sets that are there already.
FOLDER_VARIABLE = "SEGKIT_DATA_DIR"


@dataclass(frozen=True)
class FoundFile:
    """One file of a data set: ``state`` is ``"here"``, ``"missing"`` or ``"wrong"``.

    ``path`` is where it lies, or where it belongs; ``sha256`` that of what lies there.
    """

    name: str
    path: Path
    state: str
    sha256: str = ""


def cache_folder() -> Path:
    """Give the user's folder for what segkit downloads and prepares."""
    # Waits until it is needed: most data sets are here without it.
    import pooch

    return Path(pooch.os_cache("segkit"))


def hash_file(path: Path, *, function: str = "hash_file") -> str:
    """Give the sha256 of a file's bytes."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"{function}: {str(path)!r} cannot be opened: {error.strerror}."
        raise DataError(message) from error


def look_for(dataset: Dataset, *, function: str = "look_for") -> list[FoundFile]:
    """Look for each file of a data set and check its hash; nothing is downloaded.

    A public file is looked for in ``SEGKIT_DATA_DIR``, in a folder of the data set's name and
    beside others, then in the user's cache. The first one with the right hash counts.
    """
    return [_look(dataset, name, function) for name in dataset.files]


def find_files(dataset: Dataset, *, function: str = "load_dataset") -> tuple[Path, ...]:
    """Give the files of a data set, or say in one error how to get those that are not here.

    Raises
    ------
    DataError
        If a file is missing, or is not the one that segkit knows.
    """
    found = look_for(dataset, function=function)
    wrong = [file for file in found if file.state == "wrong"]
    if wrong and dataset.home == "public":
        raise DataError(f"{function}: {say_wrong(dataset, wrong[0])} {_remedy(dataset, wrong)}")
    missing = [file for file in found if file.state == "missing"]
    if missing:
        raise DataError(say_missing(dataset, missing, function=function))
    return tuple(file.path for file in found)


def say_missing(dataset: Dataset, missing: list[FoundFile], *, function: str) -> str:
    """Say that files are not here, and how to get them."""
    if dataset.home == "package":
        return (
            f"{function}: {dataset.name} comes inside the package lifetimes, which is not "
            "installed. Run: pip install lifetimes"
        )
    if dataset.home == "sample":
        where = missing[0].path
        return f"{function}: {dataset.name} is not at {where}. Make it: {dataset.command}"
    return (
        f"{function}: the data set {dataset.name} is not here. Run: segkit data fetch "
        f"{dataset.name}. Without network, {say_by_hand(dataset, missing)}"
    )


def say_by_hand(dataset: Dataset, files: list[FoundFile]) -> str:
    """Say what to download from where, and where to put it."""
    target = cache_folder() / dataset.folder
    other = f"or into {dataset.folder}/ inside the folder that {FOLDER_VARIABLE} names"
    if len(files) == 1:
        address, name = dataset.address + files[0].name, files[0].name
        return f"download {address} elsewhere and put it at {target / name}, {other}."
    names = listed((file.name for file in files), 20)
    return f"download {names} from {dataset.address} elsewhere and put them into {target}, {other}."


def say_wrong(dataset: Dataset, file: FoundFile) -> str:
    """Say that a file is another one than expected, with both hashes."""
    return (
        f"{file.path} is not the file of {dataset.name} that segkit knows: its sha256 is "
        f"{file.sha256}, not {dataset.files[file.name]}."
    )


def _remedy(dataset: Dataset, wrong: list[FoundFile]) -> str:
    return f"Run: segkit data fetch {dataset.name}; or {say_by_hand(dataset, wrong)}"


def _look(dataset: Dataset, name: str, function: str) -> FoundFile:
    wanted, wrong, path = dataset.files[name], None, Path(name)
    for path in _places(dataset, name):
        if not path.is_file():
            continue
        sha256 = hash_file(path, function=function)
        if not wanted or sha256 == wanted:
            return FoundFile(name, path, "here", sha256)
        wrong = wrong or FoundFile(name, path, "wrong", sha256)
    return wrong or FoundFile(name, path, "missing")


def _places(dataset: Dataset, name: str) -> Iterator[Path]:
    """Give the places of a file in the order in which they count; the last is its own."""
    if dataset.home == "package":
        # find_spec, unlike an import, does not pay for loading the package.
        spec = importlib.util.find_spec("lifetimes")
        if spec and spec.origin:
            yield Path(spec.origin).parent / "datasets" / name
    elif dataset.home == "sample":
        yield kit_folder("data") / name
    else:
        own = os.environ.get(FOLDER_VARIABLE, "")
        if own:
            folder = Path(own).expanduser().absolute()
            yield folder / dataset.folder / name
            yield folder / name
        yield cache_folder() / dataset.folder / name
