"""Where data come from: the name, file and fingerprint that a report is traced by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from segkit.checks import did_you_mean
from segkit.collect.datasets import DATASETS
from segkit.errors import DataError
from segkit.i18n import _

#: File endings that can be read, and the reader each belongs to.
FORMATS = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


@dataclass(frozen=True)
class Source:
    """A file of transactions, or a data set known by name.

    ``sha256`` is the fingerprint of the file's bytes, so that two reports can be seen to
    rest on the same data.
    """

    name: str
    title: str
    path: Path
    origin: str
    format: str

    @property
    def sha256(self) -> str:
        """Hash the file's bytes; read anew at each call, because files change."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def find_source(data: str | Path, *, function: str = "find_source") -> Source:
    """Find the file behind a data set's name or a path, or say why there is none.

    A file of that name wins over a data set of that name.

    Parameters
    ----------
    data : str or Path
        ``"cdnow"``, or the path of a CSV or Parquet file.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    Source

    Raises
    ------
    DataError
        If there is neither, it is a folder, may not be read, is empty, or has an ending
        that no reader knows.

    Examples
    --------
    >>> find_source("cdnow").path.name
    'CDNOW_master.txt'
    """
    path = Path(data).expanduser()
    if str(data) in DATASETS and not path.exists():
        dataset = DATASETS[str(data)]
        title, origin = _(dataset.title), _(dataset.origin)
        return Source(dataset.name, title, dataset.path, origin, "dataset")
    if not path.exists():
        hint = did_you_mean(str(data), sorted(DATASETS))
        message = f"{function}: there is no file {str(path)!r}, and no data set of that name. "
        raise DataError(f"{message}Give a path from the current folder, or a data set. {hint}")
    kind = _format(path, function)
    return Source(path.name, path.name, path.resolve(), _("file of the user"), kind)


def _format(path: Path, function: str) -> str:
    if path.is_dir():
        raise DataError(f"{function}: {str(path)!r} is a folder. Give one file inside it.")
    for ending, reader in FORMATS.items():
        if path.name.lower().endswith(ending):
            _check_readable(path, function)
            return reader
    raise DataError(
        f"{function}: {path.name!r} has an ending that no reader knows. "
        f"Save it as one of {', '.join(FORMATS)}."
    )


def _check_readable(path: Path, function: str) -> None:
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise DataError(f"{function}: {str(path)!r} cannot be opened: {error.strerror}.") from error
    if not first:
        raise DataError(f"{function}: {str(path)!r} is empty. Export the file again.")
