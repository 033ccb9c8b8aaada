"""What the generators of banking and hotel draw with: shares, streams, labels, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from segkit.checks import check_date, check_number, fail, listed

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


def check_shares(
    function: str, argument: str, shares: Any, keys: Sequence[Any]
) -> dict[Any, float]:
    """Check that each of ``keys`` has a share from 0 to 1, and that they add up to 1."""
    rule = f"a mapping of {listed(keys)} to shares that add up to 1"
    if not isinstance(shares, Mapping) or set(shares) != set(keys):
        fail(function, argument, rule, shares)
    for key in keys:
        check_number(function, f"{argument}[{key!r}]", shares[key], low=0, high=1)
    total = sum(shares.values())
    if abs(total - 1) > 1e-9:
        fail(function, argument, rule, dict(shares), f"They add up to {total:g}.")
    return {key: float(shares[key]) for key in keys}


def check_seed(function: str, seed: Any) -> int:
    """Check that ``seed`` is a whole number of at least 0."""
    return int(check_number(function, "seed", seed, low=0, whole=True))


def check_window(function: str, start: Any, end: Any) -> tuple[date, date]:
    """Read the first and the last day, both counted in."""
    first = check_date(function, "start", start)
    last = check_date(function, "end", end)
    if last < first:
        fail(function, "end", f"a date not before start ({first})", str(last))
    return first, last


def stream(seed: int, place: int) -> np.random.Generator:
    """Give each table a stream of its own: leaving one table out changes no other."""
    return np.random.default_rng([seed, place])


def draw_codes(
    rng: np.random.Generator, shares: Mapping[Any, float] | Sequence[float], n: int
) -> np.ndarray:
    """Draw positions in ``shares``, each as often as its share says."""
    values = list(shares.values()) if isinstance(shares, Mapping) else list(shares)
    edges = np.cumsum(values)
    edges[-1] = 1.0
    return np.searchsorted(edges, rng.random(n), side="right").clip(max=len(values) - 1)


def draw_codes_by(rng: np.random.Generator, rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Draw a position for each entry of ``which`` out of that row of shares."""
    edges = np.cumsum(rows, axis=1)
    draw = rng.random(len(which))
    codes = np.zeros(len(which), dtype=np.int8)
    for column in range(rows.shape[1] - 1):
        codes += draw >= edges[which, column]
    return codes


def pick(labels: Sequence[str], codes: np.ndarray) -> Any:
    """Take labels by position as text; a position of -1 gives a missing value."""
    return pd.array(list(labels), dtype=_TEXT).take(np.asarray(codes), allow_fill=True)


def make_ids(letter: str, n: int, width: int = 7) -> Any:
    """Number from 1, with leading zeros as clients' systems write them."""
    numbers = pd.Series(np.arange(1, n + 1)).astype("str").str.zfill(width)
    return (letter + numbers).array


def draw_moments(rng: np.random.Generator, n: int, first: date, n_days: int) -> np.ndarray:
    """Draw moments between 8 and 22 o'clock on evenly likely days, to the minute."""
    day = rng.integers(n_days, size=n)
    minute = rng.integers(8 * 60, 22 * 60, size=n)
    start = np.datetime64(first, "m")
    return (start + (day * 1440 + minute).astype("timedelta64[m]")).astype("datetime64[s]")


def log_uniform(rng: np.random.Generator, low: Any, high: Any, n: int) -> np.ndarray:
    """Draw evenly on a logarithmic scale, as wealth is read."""
    return np.exp(np.log(low) + rng.random(n) * (np.log(high) - np.log(low)))
