"""One place words every failure.

A message reads ``<function>: <argument> must be <rule>; got <value>. <what to do>``.
Functions here check and raise; they return the checked value, so a caller can
write ``share = check_number("f", "share", share, low=0, high=1)``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from numbers import Integral, Real
from pathlib import Path
from typing import Any, NoReturn

from segkit.errors import ArgumentError, DataError, SegkitError


def shown(value: object, limit: int = 60) -> str:
    """Show a value in a message: its repr, cut to ``limit`` characters, on one line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listed(values: Iterable[object], limit: int = 12) -> str:
    """Join values with commas; past ``limit`` of them say how many are left out."""
    items = [str(value) for value in values]
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest} more" if rest > 0 else "")


def nearest(name: str, names: Iterable[str], *, count: int = 1) -> list[str]:
    """Give the existing names most like ``name``, letter case put aside."""
    by_lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), by_lower, n=count, cutoff=0.6)
    return [by_lower[match] for match in close]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Word the remedy for an unknown name: the nearest one, else all there are."""
    names = list(names)
    close = nearest(name, names)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {listed(names, 30)}."


def fail(
    function: str,
    argument: str,
    rule: str,
    value: object,
    remedy: str = "",
    *,
    error: type[SegkitError] = ArgumentError,
) -> NoReturn:
    """Raise the house's sentence about one argument."""
    message = f"{function}: {argument} must be {rule}; got {shown(value)}. {remedy}"
    raise error(message.strip())


def check_choice(
    function: str,
    argument: str,
    value: Any,
    choices: Sequence[str],
    *,
    error: type[SegkitError] = ArgumentError,
) -> str:
    """Check that ``value`` is one of ``choices``."""
    if isinstance(value, str) and value in choices:
        return value
    near = nearest(str(value), choices)
    remedy = f"Did you mean {near[0]!r}?" if near else ""
    fail(function, argument, f"one of {listed(choices, 30)}", value, remedy, error=error)


def check_number(
    function: str,
    argument: str,
    value: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    low_open: bool = False,
    whole: bool = False,
    unit: str = "",
    error: type[SegkitError] = ArgumentError,
) -> float:
    """Check that ``value`` is a finite number inside its bounds.

    Bounds are inclusive, the lower one exclusive under ``low_open``; ``whole``
    asks for an integer; a boolean is never a number here.
    """
    kind = "a whole number" if whole else "a number"
    bounds = []
    if low is not None:
        bounds.append(f"above {low:g}" if low_open else f"at least {low:g}")
    if high is not None:
        bounds.append(f"at most {high:g}")
    rule = " ".join([kind, *([f"of {unit}"] if unit else []), " and ".join(bounds)]).strip()
    right_type = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    if not right_type or not math.isfinite(value):
        fail(function, argument, rule, value, error=error)
    too_low = low is not None and (value <= low if low_open else value < low)
    if too_low or (high is not None and value > high):
        fail(function, argument, rule, value, error=error)
    return value


def check_date(
    function: str, argument: str, value: Any, *, error: type[SegkitError] = ArgumentError
) -> date:
    """Read a date given as ``date``, ``datetime``, ``Timestamp`` or ISO text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).date()
        except ValueError:
            pass
    fail(
        function,
        argument,
        "a date such as 1998-06-30",
        value,
        "Write it as YYYY-MM-DD.",
        error=error,
    )


def check_path(
    function: str, argument: str, value: str | Path, *, error: type[SegkitError] = ArgumentError
) -> Path:
    """Read a path; ``~`` is the home folder, ``~name`` that of a user who must exist."""
    try:
        return Path(value).expanduser()
    except RuntimeError:
        home = Path(value).parts[0]
        remedy = f"There is no user {home[1:]!r} here; ./{home} is a file of that name."
        fail(function, argument, "a path that can be found", str(value), remedy, error=error)


def check_rows_per_customer(
    function: str, rows: int, customers: int, *, remedy: str = "Keep one row per customer."
) -> None:
    """Check by two counts that a table has one row per customer, so that nobody counts twice."""
    if rows != customers:
        rule = "present and different in every row"
        found = f"{rows:,} rows for {customers:,} customers"
        fail(function, "customer_id", rule, found, remedy, error=DataError)


def check_columns(
    function: str, columns: Iterable[str], required: Iterable[str], *, remedy: str = ""
) -> None:
    """Check that all ``required`` columns exist; name every missing one at once."""
    columns = list(columns)
    missing = [name for name in required if name not in columns]
    if not missing:
        return
    hints = []
    for name in missing:
        near = nearest(name, columns)
        hints.append(f"{name} (nearest: {near[0]})" if near else name)
    plural = "column" if len(missing) == 1 else "columns"
    message = f"{function}: missing {plural} {', '.join(hints)}."
    raise DataError(f"{message} The table has {listed(columns, 30)}. {remedy}".strip())
