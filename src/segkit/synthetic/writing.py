"""Made-up data by sector, written as CSV files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from segkit.checks import check_choice, fail
from segkit.collect.datasets.folders import write_whole
from segkit.errors import DataError
from segkit.synthetic.banking import make_banking
from segkit.synthetic.cosmetics import make_cosmetics
from segkit.synthetic.faults import plant_faults
from segkit.synthetic.hotel import make_hotel
from segkit.synthetic.result import MadeUp
from segkit.synthetic.retail import make_retail

if TYPE_CHECKING:
    import pandas as pd

_WHO = "write_made_up"
#: The generator of each sector.
SECTORS: dict[str, Callable[..., MadeUp]] = {
    "banking": make_banking,
    "cosmetics": make_cosmetics,
    "hotel": make_hotel,
    "retail": make_retail,
}


def with_faults(made: MadeUp) -> MadeUp:
    """Write the transactions as a client's export with faults; ``truth["faults"]`` lists them.

    Examples
    --------
    >>> made = with_faults(make_retail(200, seed=1, language="zh"))
    >>> list(made["transactions"].columns[:3])
    ['会员号', '下单时间', '实付金额']
    """
    seed, language = made.parameters["seed"], made.parameters["language"]
    planted = plant_faults(made["transactions"], seed=seed, language=language)
    return replace(
        made,
        tables={**made.tables, "transactions": planted.rows},
        truth={**made.truth, "faults": planted.faults},
    )


def write_made_up(
    made: MadeUp, out: str | Path, *, table: str = "transactions", force: bool = False
) -> list[Path]:
    """Write one table as a CSV file, or all tables and the truth into a folder.

    Chinese files begin with a byte order mark, without which Excel takes them for another
    encoding. The same data give the same bytes.

    Parameters
    ----------
    made : MadeUp
        What a generator gives.
    out : str or Path
        A file whose name ends in ``.csv``, or else a folder: one file per table, and the truth,
        which no client knows, in ``truth/``.
    table : str
        Which table goes into a file.
    force : bool
        Replace files that are there and differ.

    Returns
    -------
    list of Path
        The files, in the order of the tables.

    Raises
    ------
    ArgumentError
        If there is no such table, or a file is there and differs.
    DataError
        If a file cannot be written.
    """
    target = Path(out).expanduser()
    if target.suffix.lower() == ".csv":
        files = {target: made[check_choice(_WHO, "table", table, list(made.tables))]}
    else:
        files = {target / f"{name}.csv": frame for name, frame in made.tables.items()}
        files |= {target / "truth" / f"{name}.csv": frame for name, frame in made.truth.items()}
    encoding = "utf-8-sig" if made.parameters["language"] == "zh" else "utf-8"
    texts = {path: _as_csv(frame).encode(encoding) for path, frame in files.items()}
    if not force:
        _refuse_others(texts)
    for path, text in texts.items():
        try:
            write_whole(path, partial(Path.write_bytes, data=text))
        except OSError as error:
            message = f"{_WHO}: {str(path)!r} cannot be written: {error.strerror}."
            raise DataError(f"{message} Give another place.") from error
    return list(texts)


def _as_csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n")


def _refuse_others(texts: dict[Path, bytes]) -> None:
    for path, text in texts.items():
        if path.exists() and not (path.is_file() and path.read_bytes() == text):
            remedy = "Give another one, or replace it with force=True (--force)."
            fail(_WHO, "out", "a file that is not there yet", str(path), remedy)
