"""Data sets that are there without a download."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segkit.checks import check_choice
from segkit.errors import DataError
from segkit.i18n import N_

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Dataset:
    """A data set segkit knows by name: what it is, and where its file lies.

    ``title`` and ``origin`` are English; ``_()`` translates them where they are read.
    """

    name: str
    title: str
    description: str
    origin: str
    licence: str
    file: str
    columns: tuple[str, ...]
    header_rows: int

    @property
    def path(self) -> Path:
        """The file on this machine."""
        # find_spec, unlike an import, does not pay for loading the package.
        spec = importlib.util.find_spec("lifetimes")
        if spec is None or spec.origin is None:
            raise DataError(
                f"load_dataset: {self.name} comes inside the package lifetimes, "
                "which is not installed. Run: pip install lifetimes"
            )
        return Path(spec.origin).parent / "datasets" / self.file


_CDNOW_ORIGIN = N_(
    "CDNOW online music store, purchases of the customers who joined in the first quarter "
    "of 1997 (Fader & Hardie 2001); file of the Python package lifetimes"
)

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            name="cdnow",
            title=N_("CDNOW"),
            description="all 23,570 customers, 1997-01-01 to 1998-06-30",
            origin=_CDNOW_ORIGIN,
            licence="published for research and teaching",
            file="CDNOW_master.txt",
            columns=("customer_id", "ordered_at", "quantity", "amount"),
            header_rows=1,  # names four columns in another layout than the rows below it
        ),
        Dataset(
            name="cdnow_sample",
            title=N_("CDNOW sample"),
            description="every tenth customer of CDNOW, 2,357 in all",
            origin=_CDNOW_ORIGIN,
            licence="published for research and teaching",
            file="CDNOW_sample.txt",
            columns=("master_id", "customer_id", "ordered_at", "quantity", "amount"),
            header_rows=0,
        ),
    )
}


def list_datasets() -> list[Dataset]:
    """List the data sets that ``load_dataset`` knows, in the order of their names."""
    return [DATASETS[name] for name in sorted(DATASETS)]


def load_dataset(name: str) -> pd.DataFrame:
    """Load a data set by its name, as canonical transactions.

    Use it to try segkit, to teach with it, or to check a figure against the literature.

    Parameters
    ----------
    name : str
        ``"cdnow"`` or ``"cdnow_sample"``; see :func:`list_datasets`.

    Returns
    -------
    pandas.DataFrame
        =========== ============== ======== ==============================
        name        dtype          unit     meaning
        =========== ============== ======== ==============================
        customer_id str                     the customer, zeros kept
        ordered_at  datetime64              day of the purchase
        quantity    int64          pieces   CDs bought
        amount      float64        USD      what was paid
        =========== ============== ======== ==============================

    Raises
    ------
    ArgumentError
        If there is no data set of that name.

    Examples
    --------
    >>> len(load_dataset("cdnow"))
    69659
    """
    # Names and files are looked up long before data are read: pandas waits until then.
    import pandas as pd

    dataset = DATASETS[check_choice("load_dataset", "name", name, sorted(DATASETS))]
    frame = pd.read_csv(
        dataset.path,
        sep=r"\s+",
        header=None,
        names=list(dataset.columns),
        skiprows=dataset.header_rows,
        dtype={"customer_id": "str", "master_id": "str", "ordered_at": "str"},
    )
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], format="%Y%m%d")
    return frame[["customer_id", "ordered_at", "quantity", "amount"]]
