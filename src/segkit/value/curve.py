"""A Lorenz curve that stays small: exact points picked inside the engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import numpy as np
import pandas as pd

_STEPS = 1000
_MOST_RANKS = 900


def curve_shares(n: int, knots: Iterable[float]) -> np.ndarray:
    """Choose where a curve over ``n`` customers is read, at most 1,001 points.

    Few customers: at every customer and at the knots. Many: at every tenth of a per cent,
    and at the knots that lie between, as long as there is room.
    """
    if n <= _MOST_RANKS:
        grid = np.arange(n + 1) / n
        extra = list(knots)[:100]
    else:
        grid = np.arange(_STEPS + 1) / _STEPS
        extra = []
    return np.unique(np.concatenate([grid, extra]).round(12))


def cumulative_curve(
    ranked: ibis.Table, column: str, n: int, total: float, knots: Iterable[float]
) -> pd.DataFrame:
    """Read the running share of ``column`` at chosen shares of customers.

    ``ranked`` holds ``rank`` (from 1) and ``cumulative``. A share that falls inside a
    customer takes the same part of that customer's value, as the Lorenz curve does.
    """
    shares = curve_shares(n, knots)
    position = (shares * n).round(9)
    below = np.floor(position).astype("int64")
    above = np.minimum(below + 1, n)
    wanted = np.unique(np.concatenate([below, above]))
    picked = (
        ranked.filter(_near_the_grid(ranked["rank"], n))
        .select("rank", "cumulative")
        .to_pandas()
        .set_index("rank")["cumulative"]
    )
    running = picked.astype("float64").reindex(wanted, fill_value=0.0) / float(total)
    low = running.loc[below].to_numpy()
    high = running.loc[above].to_numpy()
    share = low + (position - below) * (high - low)
    # The sum of floats may miss the whole by a rounding; the end of the curve is 1 by meaning.
    share[-1] = 1.0
    return pd.DataFrame({"customer_share": shares, "share": share})


def _near_the_grid(rank: Any, n: int) -> Any:
    """Tell whether a point of the grid falls on one of the ranks next to this one.

    That is so where a multiple of ``n`` lies within two steps of ``rank * _STEPS``. Of few
    customers all are taken. A list of the ranks would do too, but Ibis and the engine take
    longer to read two thousand numbers than to sort a million customers.
    """
    return (rank.cast("int64") * _STEPS + 2 * _STEPS - 1) % n < 4 * _STEPS


def share_at(curve: pd.DataFrame, column: str, share: float) -> float:
    """Read a curve at one share of customers."""
    return float(np.interp(share, curve["customer_share"], curve[column]))
