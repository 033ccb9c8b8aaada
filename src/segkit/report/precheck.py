"""Check what parameters mean before a kernel starts, where that costs next to nothing.

Types and ranges are checked by :mod:`segkit.report.parameters`; here are the house's own
names: data, column_map, preset, options of reading, scheme, currency, shares, pseudonym_key,
and those of :mod:`segkit.report.precheck_segments`.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from segkit.checks import fail
from segkit.errors import ArgumentError, ParameterError
from segkit.report.precheck_segments import (
    further_table,
    holds_customers_alone,
    home_country,
    named_groups,
    named_outcome,
    one_scheme,
    several_schemes,
)
from segkit.schema import TABLES, names

if TYPE_CHECKING:
    from segkit.collect.options import ReadOptions
    from segkit.collect.source import Source

_LONGEST_HEADER = 65_536


def check_meaning(values: Mapping[str, Any], *, notebook: str, kind: str = "transactions") -> None:
    """Check checked values for what they stand for: a file, a scheme, a preset, a currency.

    ``kind`` is the kind of table that ``data`` holds, a key of ``segkit.schema.TABLES``.

    Raises
    ------
    DataError
        If the data cannot be found or lack columns.
    SchemeError
        If the scheme is unknown or not sound.
    ParameterError
        If shares do not sum to 1, a file cannot be read as asked, or a key is not set.
    ArgumentError
        If the currency or the preset is unknown or the column map no map.
    """
    for name, value in values.items():
        _check_text(name, value, notebook)
    for name, check in _CHECKS.items():
        if values.get(name) is not None:
            check(values, notebook)
    # Last: a batch goes on where only the data are missing, and must know all else by then.
    if values.get("data") is not None:
        _data(values, notebook, kind)


def _check_text(name: str, value: Any, notebook: str) -> None:
    """Refuse text that no file can hold: a file's name that was not written as UTF-8."""
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            continue
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            fail(
                notebook,
                name,
                "text that UTF-8 can hold",
                text.rpartition("/")[2],
                "Rename the file; its name was written in another encoding.",
                error=ParameterError,
            )


def _data(values: Mapping[str, Any], notebook: str, kind: str) -> None:
    if not isinstance(values["data"], str):
        return
    from segkit.collect.databases.address import has_password, is_address, mask
    from segkit.collect.source import find_source

    if has_password(values["data"]):
        # What a run is given is written down in its notebook and in run.json.
        remedy = "Write ${NAME} in its place and set that environment variable, or use ~/.pgpass."
        rule = "an address without a password in it"
        fail(notebook, "data", rule, mask(values["data"]), remedy, error=ParameterError)
    if is_address(values["data"]):
        find_source(values["data"], function=notebook)
        return  # the notebook asks the database itself

    options = read_options(values, notebook)
    source = find_source(values["data"], function=notebook)
    if "customers" in values and holds_customers_alone(source):
        return  # the notebook takes them as its table of customers
    if "column_map" in values and not (_is_plain(values) and is_canonical(source, kind)):
        from segkit.collect.header_check import check_header

        preset = values.get("preset")
        columns = values["column_map"]
        check_header(values["data"], columns, preset=preset, options=options, kind=kind)


#: Parameters that tell how a file is to be read, fields of ``ReadOptions``.
_OPTIONS = ("encoding", "delimiter", "sheet", "decimal", "date_order")


def read_options(values: Mapping[str, Any], notebook: str) -> ReadOptions | None:
    """Give what the parameters say of how a file is to be read; None where they say nothing."""
    from segkit.collect.options import ReadOptions

    given = {name: values[name] for name in _OPTIONS if values.get(name) is not None}
    try:
        return ReadOptions(**given) if given else None
    except ArgumentError as error:
        raise ParameterError(str(error).replace("ReadOptions", notebook, 1)) from None


def _preset(values: Mapping[str, Any], notebook: str) -> None:
    from segkit.collect.columns.known_headers import load_preset

    load_preset(values["preset"], kind="transactions", function=notebook)


def _pseudonym_key(values: Mapping[str, Any], notebook: str) -> None:
    """Check that the key is there; the key itself is no parameter, or run.json would hold it."""
    from segkit.collect.privacy.secret import LEAST_KEY, is_known_to_all, is_weak

    name = values["pseudonym_key"]
    held = os.environ.get(name)
    if held is not None and not is_known_to_all(name) and not is_weak(held.encode()):
        return
    if held is None:
        # What was given is not shown: it may be the key.
        found = "there is no such variable"
    elif is_known_to_all(name):
        found = f"{name} is one that every system sets"
    else:
        found = "that variable is set, but what it holds is too weak"
    raise ParameterError(
        f"{notebook}: pseudonym_key must be the name of an environment variable of your own that "
        f"holds at least {LEAST_KEY} bytes, 8 of them different, not the key itself; {found}. "
        "Make a key with python -c 'import secrets; print(secrets.token_hex(16))'."
    )


def _is_plain(values: Mapping[str, Any]) -> bool:
    """Tell that the header is to be read as it stands."""
    return all(values.get(name) is None for name in ("column_map", "preset", *_OPTIONS))


def is_canonical(source: Source, kind: str = "transactions") -> bool:
    """Tell from the first line of a file that it has all columns, without loading a reader.

    False means no more than that the reader has to look.
    """
    if source.format == "dataset":
        from segkit.collect.datasets.registry import DATASETS

        return kind in DATASETS[source.name].tables
    if source.format != "csv" or source.path.suffix == ".gz":
        return False
    try:
        with source.path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader([file.readline(_LONGEST_HEADER)]), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    needed = set(names(TABLES[kind], required=True))
    return needed <= set(header) and len(set(header)) == len(header) and all(header)


def _scheme(values: Mapping[str, Any], notebook: str) -> None:
    from segkit.schemes.lint import require_sound
    from segkit.schemes.scheme import load_scheme

    require_sound(load_scheme(values["scheme"]), notebook)


def _currency(values: Mapping[str, Any], notebook: str) -> None:
    from segkit.currencies import check_currency

    if values["currency"] is not None:
        check_currency(values["currency"], function=notebook)


def _shares(values: Mapping[str, Any], notebook: str) -> None:
    shares = values["shares"]
    if not shares or min(shares) <= 0 or not math.isclose(sum(shares), 1, abs_tol=1e-9):
        raise ParameterError(
            f"{notebook}: shares must be shares above 0 that sum to 1; got {shares}, which sum to "
            f"{sum(shares):g}. Example: 0.2,0.8."
        )


_CHECKS: dict[str, Callable[[Mapping[str, Any], str], None]] = {
    "scheme": _scheme,
    "currency": _currency,
    "shares": _shares,
    "preset": _preset,
    "pseudonym_key": _pseudonym_key,
    "presets": several_schemes("presets", least=2),
    "activity": several_schemes("activity"),
    "voices": several_schemes("voices"),
    "groups": named_groups,
    "home_country": home_country,
    "survey": further_table("survey"),
    "interactions": further_table("interactions"),
    "customers": further_table("customers"),
    "transactions": further_table("transactions"),
    "complaints": further_table("complaints"),
    "need_scheme": one_scheme("need_scheme"),
    "schemes": several_schemes("schemes"),
    "outcome": named_outcome,
    "outcome_order": named_outcome,
    "predictors": named_outcome,
}
