"""Check what parameters mean before a kernel starts, where that costs next to nothing.

Types and ranges are checked by :mod:`segkit.report.parameters`; here are the house's own
names: data, column_map, scheme, currency, shares.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from segkit.errors import ParameterError
from segkit.schema import TRANSACTIONS, names

if TYPE_CHECKING:
    from segkit.collect.source import Source

_LONGEST_HEADER = 65_536


def check_meaning(values: Mapping[str, Any], *, notebook: str) -> None:
    """Check checked values for what they stand for: a file, a scheme, a currency.

    Raises
    ------
    DataError
        If the data cannot be found or lack columns.
    SchemeError
        If the scheme is unknown or not sound.
    ParameterError
        If shares do not sum to 1.
    ArgumentError
        If the currency is unknown or the column map no map.
    """
    for name, check in _CHECKS.items():
        if values.get(name) is not None:
            check(values, notebook)


def _data(values: Mapping[str, Any], notebook: str) -> None:
    # A database is asked by the notebook itself.
    if not isinstance(values["data"], str) or "://" in values["data"]:
        return
    from segkit.collect.source import find_source

    source = find_source(values["data"], function=notebook)
    if "column_map" in values and not (values["column_map"] is None and is_canonical(source)):
        from segkit.collect.transactions import check_header

        check_header(values["data"], values["column_map"])


def is_canonical(source: Source) -> bool:
    """Tell from the first line of a file that it has all columns, without loading a reader.

    False means no more than that the reader has to look.
    """
    if source.format == "dataset":
        return True
    if source.format != "csv" or source.path.suffix == ".gz":
        return False
    try:
        with source.path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader([file.readline(_LONGEST_HEADER)]), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    needed = set(names(TRANSACTIONS, required=True))
    return needed <= set(header) and len(set(header)) == len(header) and all(header)


def _scheme(values: Mapping[str, Any], notebook: str) -> None:
    from segkit.schemes.lint import require_sound
    from segkit.schemes.scheme import load_scheme

    require_sound(load_scheme(values["scheme"]), notebook)


def _currency(values: Mapping[str, Any], notebook: str) -> None:
    from segkit.i18n import check_currency

    check_currency(values["currency"], function=notebook)


def _shares(values: Mapping[str, Any], notebook: str) -> None:
    shares = values["shares"]
    if not shares or min(shares) <= 0 or not math.isclose(sum(shares), 1, abs_tol=1e-9):
        raise ParameterError(
            f"{notebook}: shares must be shares above 0 that sum to 1; got {shares}, which sum to "
            f"{sum(shares):g}. Example: 0.2,0.8."
        )


_CHECKS: dict[str, Callable[[Mapping[str, Any], str], None]] = {
    "data": _data,
    "scheme": _scheme,
    "currency": _currency,
    "shares": _shares,
}
