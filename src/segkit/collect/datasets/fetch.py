"""Download the files of a public data set: whole and right, or not at all."""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path
from typing import Any

from segkit.checks import check_choice
from segkit.collect.datasets.locate import (
    FoundFile,
    cache_folder,
    find_files,
    hash_file,
    look_for,
    say_by_hand,
    say_wrong,
)
from segkit.collect.datasets.registry import DATASETS, Dataset
from segkit.errors import DataError

_WHO = "fetch_dataset"
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 64 * 1024
#: What went wrong, by the name of the exception; others speak for themselves.
_REASONS = {
    "ConnectionError": "no connection",
    "ConnectTimeout": "no connection",
    "ProxyError": "no connection",
    "SSLError": "no safe connection",
    "ReadTimeout": "no answer",
    "ChunkedEncodingError": "the connection broke off",
}


def fetch_dataset(name: str, *, progress: bool = True) -> tuple[Path, ...]:
    """Download what is missing of a data set into the user's cache folder, checked by its sha256.

    Nothing else in segkit uses the network. A download that breaks off leaves nothing that
    looks like the file, and what is here already and right is not downloaded again.

    Parameters
    ----------
    name : str
        ``"online_retail"``, ``"complete_journey"``, ``"bank_marketing"`` …; see
        :func:`list_datasets`.
    progress : bool
        Whether a bar on standard error shows how far a download is, where that is a terminal.

    Returns
    -------
    tuple of Path
        All files of the data set.

    Raises
    ------
    ArgumentError
        If there is no data set of that name.
    DataError
        If a file cannot be downloaded, with its address and where to put it by hand; or if
        another file than expected came, with both hashes. That one is kept aside as
        ``<file>.wrong-<first 8 digits of its hash>``.

    Examples
    --------
    >>> [path.name for path in fetch_dataset("cdnow")]
    ['CDNOW_master.txt']
    """
    dataset = DATASETS[check_choice(_WHO, "name", name, sorted(DATASETS))]
    if dataset.home == "public":
        files = look_for(dataset, function=_WHO)
        lacking = [file for file in files if file.state != "here"]
        for number, file in enumerate(lacking):
            _fetch(dataset, file, lacking[number:], progress)
    return find_files(dataset, function=_WHO)


def _fetch(dataset: Dataset, file: FoundFile, lacking: list[FoundFile], progress: bool) -> None:
    """Download one file; ``lacking`` is what has to be fetched by hand where that fails."""
    address, by_hand = dataset.address + file.name, say_by_hand(dataset, lacking)
    target = cache_folder() / dataset.folder / file.name
    refused: list[FoundFile] = []
    try:
        if target.is_file():
            target.replace(_aside(target, hash_file(target, function=_WHO)))
        _download(address, target, dataset.files[file.name], refused, progress)
    except DataError:
        raise
    except (OSError, ValueError) as error:
        if refused:
            message = f"{_WHO}: {address} gives another file: {say_wrong(dataset, refused[0])}"
            raise DataError(
                f"{message} It is kept for you to look at. Fetch again later; if that does not "
                f"help, {by_hand}"
            ) from error
        message = f"{_WHO}: {address} cannot be downloaded: {_reason(error)}."
        raise DataError(f"{message} Try again, or {by_hand}") from error


def _download(
    address: str, target: Path, sha256: str, refused: list[FoundFile], progress: bool
) -> None:
    """Let pooch write beside the target, check and rename; note and keep what it refuses."""
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    bar = _bar(target.name) if progress and sys.stderr.isatty() else None
    loader = pooch.HTTPDownloader(bar or False, chunk_size=_CHUNK_BYTES, timeout=_TIMEOUT_SECONDS)

    def download(url: str, output_file: str, pooch: Any) -> None:
        loader(url, output_file, pooch)
        found = hash_file(Path(output_file), function=_WHO)
        if found != sha256:
            # Pooch deletes it next.
            aside = _aside(target, found)
            shutil.copyfile(output_file, aside)
            refused.append(FoundFile(target.name, aside, "wrong", found))

    try:
        pooch.retrieve(address, f"sha256:{sha256}", target.name, target.parent, downloader=download)
    finally:
        if bar:
            bar.close()


def _aside(target: Path, sha256: str) -> Path:
    return target.with_name(f"{target.name}.wrong-{sha256[:8]}")


def _reason(error: Exception) -> str:
    """Word a failure; those of connections are long and speak of their own objects."""
    kind, response = type(error).__name__, getattr(error, "response", None)
    if response is not None:
        return f"the server answers {response.status_code}"
    text = " ".join(str(error).split()).rstrip(".")
    return _REASONS.get(kind) or text[:200] or kind


def _bar(name: str) -> Any:
    """Make a bar in the form that pooch moves: ``total``, ``update``, ``reset``, ``close``."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    class Bar:
        total = 0

        def __init__(self) -> None:
            text = TextColumn("{task.description}", markup=False)
            columns = (text, BarColumn(), DownloadColumn())
            self.bars = Progress(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bars.add_task(name)
            self.bars.start()

        def update(self, size: int) -> None:
            self.bars.update(self.task, total=self.total or None, advance=size)

        def reset(self) -> None:
            self.bars.reset(self.task)

        def close(self) -> None:
            self.bars.stop()

    return Bar()
