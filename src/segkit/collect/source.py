"""Where data come from: the name, files and fingerprint that a report is traced by."""

from __future__ import annotations

import glob
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from segkit.checks import check_path, did_you_mean, listed
from segkit.collect.databases.address import is_address, mask, parse_address
from segkit.collect.datasets.locate import find_files, hash_file
from segkit.collect.datasets.registry import DATASETS, Dataset
from segkit.errors import DataError
from segkit.i18n import _

#: File endings that can be read, and the reader each belongs to.
FORMATS = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


@dataclass(frozen=True)
class Source:
    """Files of one kind, a table in a database, or a data set known by name.

    ``path`` is the file, or the folder of several; ``files`` are all of them, in the order in
    which they are read. A database has an ``address`` (without its password) instead.
    """

    name: str
    title: str
    path: Path
    origin: str
    format: str
    files: tuple[Path, ...] = ()
    address: str = ""
    #: What was given, password and all; never shown.
    given: str = field(default="", repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """Hash the bytes of all files; read anew at each call, because files change.

        The fingerprint of several files covers their names and order too. That of a database
        is empty: it may change without a trace.
        """
        if not self.files:
            return ""
        hashes = [hash_file(path) for path in self.files]
        if len(hashes) == 1:
            return hashes[0]
        lines = (f"{one}  {path.name}\n" for one, path in zip(hashes, self.files, strict=True))
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def find_source(data: str | Path, *, function: str = "find_source") -> Source:
    """Find the files behind a path, or what else a name stands for, or say why there is none.

    A file of that name wins over a data set of that name. A database is not asked.

    Parameters
    ----------
    data : str or Path
        ``"cdnow"``, the path of a file, a folder of files, a pattern such as
        ``"orders/2024-*.csv"``, or the address of a table in a database.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    Source

    Raises
    ------
    DataError
        If there is none, it may not be read, is empty, has an ending that no reader knows, or
        a folder holds files of several kinds.

    Examples
    --------
    >>> find_source("cdnow").path.name
    'CDNOW_master.txt'
    >>> find_source("postgresql://ann:secret@shop/sales#orders").name
    'postgresql://ann:***@shop/sales#orders'
    """
    if is_address(data):
        return _database(str(data), function)
    path = check_path(function, "data", data, error=DataError)
    exists = os.path.lexists(path)  # where Path would raise for text that is too long for a name
    if str(data) in DATASETS and not exists:
        return _known(DATASETS[str(data)], function)
    if exists and not path.is_dir():
        kind = _format(path, function)
        whole = path.resolve()
        return Source(path.name, path.name, whole, _("file of the user"), kind, (whole,))
    if exists:
        return _several(path, _inside(path, function), path.resolve().name, function)
    if glob.has_magic(str(path)):
        return _several(path.parent, _matching(path, function), path.name, function)
    hint = did_you_mean(str(data), sorted(DATASETS))
    # An address that was made a path holds its password still.
    message = f"{function}: there is no file {mask(str(path))!r}, and no data set of that name. "
    raise DataError(f"{message}Give a path from the current folder, or a data set. {hint}")


def _known(dataset: Dataset, function: str) -> Source:
    """Give the files of a data set; a made-up export is read as a client's file would be."""
    files = find_files(dataset, function=function)
    place = files[0] if len(files) == 1 else files[0].parent
    kind = "csv" if dataset.home == "sample" else "dataset"
    return Source(dataset.name, dataset.title, place, dataset.origin, kind, files)


def own_preset(source: Source, kind: str, *, function: str) -> str | None:
    """Give the map of columns that belongs to a data set; other sources have none."""
    if source.format != "dataset":
        return None
    dataset = DATASETS[source.name]
    if kind not in dataset.tables:
        raise DataError(
            f"{function}: {source.name} holds {listed(dataset.tables)}, no {kind}. "
            "Give another data set; `segkit data list` names them."
        )
    return dataset.preset or None


def _database(data: str, function: str) -> Source:
    address = parse_address(data, function=function)
    title = address.table or address.shown
    place, origin = Path(address.file), _("database of the user")
    return Source(
        address.shown, title, place, origin, "database", address=address.shown, given=data
    )


def _inside(folder: Path, function: str) -> list[Path]:
    try:
        inside = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise DataError(
            f"{function}: {str(folder)!r} cannot be opened: {error.strerror}."
        ) from error
    # Hidden files, and those that Excel leaves beside a workbook that is open.
    files = [path for path in inside if not path.name.startswith((".", "~$")) and not path.is_dir()]
    known = [path for path in files if ending_of(path)]
    if not known:
        raise DataError(
            f"{function}: {str(folder)!r} is a folder without a file that a reader knows "
            f"({', '.join(FORMATS)}). Give a file, or the folder that holds them."
        )
    return known


def _matching(pattern: Path, function: str) -> list[Path]:
    found = sorted(Path(name) for name in glob.glob(str(pattern)))
    found = [path for path in found if not path.is_dir() and not path.name.startswith("~$")]
    if not found:
        raise DataError(
            f"{function}: no file fits {mask(str(pattern))!r}. "
            "Check the pattern; it counts from the current folder."
        )
    return found


def _several(place: Path, paths: list[Path], name: str, function: str) -> Source:
    kinds: dict[str, list[str]] = {}
    for path in paths:
        kinds.setdefault(_format(path, function), []).append(path.name)
    if len(kinds) > 1:
        mixed = "; ".join(f"{kind}: {listed(names, 3)}" for kind, names in kinds.items())
        raise DataError(
            f"{function}: {name!r} holds files of several kinds ({mixed}). "
            "Give those of one kind, with a pattern such as 'folder/*.csv'."
        )
    files = tuple(path.resolve() for path in paths)
    if len(files) == 1:
        name = paths[0].name
    return Source(name, name, place.resolve(), _("files of the user"), next(iter(kinds)), files)


def ending_of(path: Path) -> str:
    """Give the ending of a file's name that a reader knows, the longest one; else nothing."""
    name = path.name.lower()
    return max((ending for ending in FORMATS if name.endswith(ending)), key=len, default="")


def _format(path: Path, function: str) -> str:
    _check_regular(path, function)
    ending = ending_of(path)
    if not ending:
        raise DataError(
            f"{function}: {path.name!r} has an ending that no reader knows. "
            f"Save it as one of {', '.join(FORMATS)}."
        )
    _check_readable(path, function)
    return FORMATS[ending]


def _check_regular(path: Path, function: str) -> None:
    if path.is_symlink() and not path.exists():
        target = os.readlink(path)
        raise DataError(
            f"{function}: {str(path)!r} is a link to {target!r}, which is not there. "
            "Give the file itself."
        )
    # Opening a pipe would wait for ever, and a device has no end.
    if not path.is_file():
        raise DataError(
            f"{function}: {str(path)!r} is a pipe, socket or device. Write its content to a file."
        )


def _check_readable(path: Path, function: str) -> None:
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise DataError(
            f"{function}: {str(path)!r} cannot be opened: {error.strerror}. "
            "Ask its owner for the right to read it."
        ) from error
    if not first:
        raise DataError(f"{function}: {str(path)!r} is empty. Export the file again.")
