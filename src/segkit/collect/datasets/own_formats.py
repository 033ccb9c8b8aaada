"""Read the files of the data sets that segkit knows, each in its own way, into plain tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from segkit.collect.datasets.folders import write_whole
from segkit.collect.datasets.locate import cache_folder, find_files, hash_file
from segkit.collect.datasets.registry import Dataset
from segkit.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

#: CDNOW's files are columns of text without a header that fits them.
_CDNOW = {
    "cdnow": (1, ("customer_id", "ordered_at", "quantity", "amount")),
    "cdnow_sample": (0, ("master_id", "customer_id", "ordered_at", "quantity", "amount")),
}


def _cdnow(dataset: Dataset, _kind: str) -> pd.DataFrame:
    import pandas as pd

    skipped, columns = _CDNOW[dataset.name]
    frame = pd.read_csv(
        find_files(dataset)[0],
        sep=r"\s+",
        header=None,
        names=list(columns),
        skiprows=skipped,
        dtype={"customer_id": "str", "master_id": "str", "ordered_at": "str"},
    )
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], format="%Y%m%d")
    return frame[["customer_id", "ordered_at", "quantity", "amount"]]


def read_own(dataset: Dataset, kind: str = "") -> pd.DataFrame:
    """Read a kind of table of a data set, else its main one, under the names of its files."""
    return _READERS[dataset.preset](dataset, kind or dataset.tables[0])


def _online_retail(dataset: Dataset, _kind: str) -> pd.DataFrame:
    lines = read_rda(find_files(dataset)[0])
    return lines.rename(columns={"Description": "description"})


def _complete_journey(dataset: Dataset, kind: str) -> pd.DataFrame:
    """Read one of three tables; what is known of a product or campaign stands beside it."""
    paths = {path.stem: path for path in find_files(dataset)}
    if kind == "customers":
        return read_rda(paths["demographics"])
    if kind == "transactions":
        lines = read_rda(paths["transactions_sample"])
        goods = read_rda(paths["products"]).rename(columns={"product_category": "category"})
        return lines.merge(goods, on="product_id", how="left")
    sent = read_rda(paths["campaigns"])
    about = read_rda(paths["campaign_descriptions"])
    used = read_rda(paths["coupon_redemptions"])[["campaign_id", "household_id"]]
    used = used.drop_duplicates().assign(responded=True)
    sent = sent.merge(about, on="campaign_id", how="left")
    sent = sent.merge(used, on=["campaign_id", "household_id"], how="left")
    sent = sent.rename(columns={"start_date": "contacted_at"})
    return sent.assign(responded=sent["responded"].notna())


def _bank_marketing(dataset: Dataset, _kind: str) -> pd.DataFrame:
    import pandas as pd

    path = find_files(dataset)[0]
    inner, file = dataset.inside
    with zipfile.ZipFile(path) as outer:
        nested = io.BytesIO(outer.read(inner))
    with zipfile.ZipFile(nested) as archive, archive.open(file) as text:
        return pd.read_csv(text, sep=";")


_READERS: dict[str, Callable[[Dataset, str], pd.DataFrame]] = {
    "": _cdnow,
    "online_retail": _online_retail,
    "complete_journey": _complete_journey,
    "bank_marketing": _bank_marketing,
}


def read_rda(path: Path) -> pd.DataFrame:
    """Read the only table of a file of R, the first time slowly, then from a Parquet copy.

    The copy lies in the user's cache folder, because the folder of the file may be shared,
    and is called by the sha256 of the file, so that it never belongs to another one.
    """
    import pandas as pd

    copy = cache_folder() / "tables" / f"{hash_file(path)}.parquet"
    # A copy that cannot be read is none; it is written again.
    with suppress(OSError, ValueError):
        return pd.read_parquet(copy)
    import pyreadr

    try:
        (frame,) = pyreadr.read_r(str(path)).values()
    except (pyreadr.PyreadrError, pyreadr.LibrdataError, ValueError) as error:
        message = f"load_dataset: {path} is no file of R with one table. Fetch it again."
        raise DataError(message) from error
    frame = frame.reset_index(drop=True)
    with suppress(OSError):
        write_whole(copy, lambda part: frame.to_parquet(part, index=False))
    return frame
