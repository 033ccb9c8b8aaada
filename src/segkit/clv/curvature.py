"""Gradient, curvature and Newton steps of a log-likelihood, and the intervals they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.clv.arrays import Array

#: Step in log-parameters: rounding and truncation both stay below 1e-6 of the curvature.
_STEP = 1e-3
#: A Newton step that promises less log-likelihood than this has arrived.
_ARRIVED = 1e-8
_Z95 = 1.959963984540054
#: A parameter beyond e^12 in either direction only stands for zero or infinity.
_EDGE = 12.0


@dataclass(frozen=True)
class Peak:
    """The top of a log-likelihood: where, how high, how curved, and whether it is one."""

    log_params: Array
    height: float
    hessian: Array
    arrived: bool


def derivatives(function: Callable[[Array], float], at: Array) -> tuple[float, Array, Array]:
    """Value, gradient and Hessian of ``function`` by central differences."""
    k, steps = len(at), _STEP * np.eye(len(at))
    middle = function(at)
    up = np.array([function(at + step) for step in steps])
    down = np.array([function(at - step) for step in steps])
    hessian = np.diag((up - 2 * middle + down) / _STEP**2)
    for i in range(k):
        for j in range(i):
            both = function(at + steps[i] + steps[j]) + function(at - steps[i] - steps[j])
            mixed = both - up[i] - down[i] - up[j] - down[j] + 2 * middle
            hessian[i, j] = hessian[j, i] = mixed / (2 * _STEP**2)
    return middle, (up - down) / (2 * _STEP), hessian


def climb(function: Callable[[Array], float], start: Array, *, steps: int = 30) -> Peak:
    """Walk from a good start to the top of ``function`` in Newton steps."""
    at = np.asarray(start, dtype=float)
    for _ in range(steps):
        height, slope, hessian = derivatives(function, at)
        if not (np.isfinite(height) and np.isfinite(slope).all() and np.isfinite(hessian).all()):
            return Peak(at, height, hessian, False)
        bends, ways = np.linalg.eigh(-hessian)
        # Where the surface does not bend down, walk up all the same.
        safe = np.maximum(np.abs(bends), 1e-6 * max(np.abs(bends).max(), 1e-300))
        move = ways @ ((ways.T @ slope) / safe)
        # Sums of a million terms carry rounding in proportion to their size.
        if slope @ move < _ARRIVED + 1e-13 * abs(height):
            inside = bends.min() > 0 and np.abs(at).max() < _EDGE
            return Peak(at, height, hessian, bool(inside))
        there = _higher(function, at, height, move / max(1.0, np.abs(move).max()))
        if there is None:
            break
        at = there
    return Peak(at, height, hessian, False)


def _higher(
    function: Callable[[Array], float], at: Array, height: float, move: Array
) -> Array | None:
    for halving in range(12):
        there = at + move / 2**halving
        if function(there) > height:
            return there
    return None


def intervals(names: Sequence[str], log_params: Array, hessian: Array) -> pd.DataFrame:
    """Standard errors and 95 % intervals from the curvature in log-parameters.

    An interval is symmetric on the logarithmic axis, so no bound is ever negative; the
    standard error is carried to the plain axis by the delta method. Where the
    log-likelihood is flat in some direction, all are NaN.
    """
    estimate = np.exp(log_params)
    try:
        variance = np.diag(np.linalg.inv(-hessian))
    except np.linalg.LinAlgError:
        variance = np.full(len(estimate), np.nan)
    if not (variance > 0).all():
        variance = np.full(len(estimate), np.nan)
    width = np.sqrt(variance)
    with np.errstate(over="ignore"):
        lower, upper = estimate * np.exp(-_Z95 * width), estimate * np.exp(_Z95 * width)
    return pd.DataFrame(
        {
            "name": list(names),
            "estimate": estimate,
            "std_error": estimate * width,
            "lower": lower,
            "upper": upper,
        }
    )
