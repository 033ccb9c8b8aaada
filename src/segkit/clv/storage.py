"""Models to plain values and back: JSON, never a pickle, which may run code when read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from segkit.checks import check_choice, fail, listed, shown
from segkit.clv.arrays import UNIT_DAYS
from segkit.clv.edge import LEAVING
from segkit.clv.fitters import SPECS
from segkit.clv.notes import FACT_NAMES, MODEL_TITLES
from segkit.clv.spend import SpendFit
from segkit.errors import ModelError

FORMAT = "segkit.clv/1"
_WHO = "ClvModel.from_dict"
_KEYS = ("model", "time_unit", "params", "log_likelihood", "purchase_intervals", "spend")
_COUNTS = ("n_customers", "n_patterns", "facts")


def to_plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of a ClvModel as dicts, lists, numbers and texts; NaN becomes None."""
    spend = None if fields["spend"] is None else asdict(fields["spend"])
    if spend and spend["intervals"] is not None:
        spend["intervals"] = _records(spend["intervals"])
    plain = {name: fields[name] for name in (*_KEYS, *_COUNTS)}
    plain |= {"spend": spend, "purchase_intervals": _records(fields["purchase_intervals"])}
    return {"format": FORMAT, **{key: _without_nan(value) for key, value in plain.items()}}


def from_plain(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Check stored values and give them as the fields of a ClvModel."""
    if not isinstance(plain, Mapping) or plain.get("format") != FORMAT:
        held = plain.get("format") if isinstance(plain, Mapping) else plain
        fail(_WHO, "format", repr(FORMAT), held, "Use what to_dict gave.", error=ModelError)
    missing = [name for name in (*_KEYS, *_COUNTS) if name not in plain]
    if missing:
        raise ModelError(f"{_WHO}: missing {listed(missing)}. Use what to_dict gave.")
    model = check_choice(_WHO, "model", plain["model"], list(MODEL_TITLES), error=ModelError)
    unit = plain["time_unit"]
    check_choice(_WHO, "time_unit", unit, list(UNIT_DAYS), error=ModelError)
    fields = {name: plain[name] for name in (*_KEYS, *_COUNTS)}
    never = LEAVING.get(model, ())[:1]
    fields["params"] = _params(plain["params"], SPECS[model].names, "params", never)
    fields["purchase_intervals"] = _frame(plain["purchase_intervals"])
    fields["facts"] = _facts(plain["facts"])
    fields["spend"] = _spend(plain["spend"])
    return fields


def _spend(stored: Any) -> SpendFit | None:
    if stored is None:
        return None
    try:
        spend = SpendFit(**stored)
    except TypeError as err:
        raise ModelError(f"{_WHO}: spend must be what to_dict gave; got {shown(stored)}.") from err
    values: dict[str, Any] = dict(stored)
    names = SPECS["gamma_gamma"].names if spend.kind == "gamma_gamma" else ()
    values["params"] = _params(spend.params, names, "spend.params")
    if spend.intervals is not None:
        values["intervals"] = _frame(spend.intervals)
    if spend.log_likelihood is None:
        values["log_likelihood"] = math.nan
    return SpendFit(**values)


def _facts(stored: Any) -> dict[str, Any]:
    missing = [name for name in FACT_NAMES if name not in (stored or {})]
    if missing:
        raise ModelError(f"{_WHO}: facts lack {listed(missing)}. Use what to_dict gave.")
    return dict(stored)


def _params(
    stored: Any, names: tuple[str, ...], argument: str, may_be_zero: tuple[str, ...] = ()
) -> dict[str, float]:
    def fits(name: str, value: Any) -> bool:
        number = isinstance(value, int | float) and math.isfinite(value)
        return number and (value > 0 or (value == 0 and name in may_be_zero))

    good = isinstance(stored, Mapping) and set(stored) == set(names)
    if not good or not all(fits(name, value) for name, value in stored.items()):
        rule = f"positive numbers for {', '.join(names) or 'nothing'}"
        fail(_WHO, argument, rule, stored, "Use what to_dict gave.", error=ModelError)
    # The formulas read parameters by position, whatever order a file held them in.
    return {name: float(stored[name]) for name in names}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [_without_nan({str(k): v for k, v in row.items()}) for row in table.to_dict("records")]


def _frame(records: Any) -> pd.DataFrame:
    table = pd.DataFrame(records, columns=["name", "estimate", "std_error", "lower", "upper"])
    return table.astype(dict.fromkeys(table.columns[1:], float))


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(held) for key, held in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
