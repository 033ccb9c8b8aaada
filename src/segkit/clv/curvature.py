"""Gradient, curvature and Newton steps of a log-likelihood, and the intervals they give."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.clv.arrays import Array
from segkit.uncertainty import Z95

#: Step in log-parameters: rounding and truncation both stay below 1e-6 of the curvature.
_STEP = 1e-3
#: A Newton step that promises less log-likelihood than this has arrived.
_ARRIVED = 1e-8
#: Where no step leads higher any more, what was promised below this was rounding.
_ROUNDING = 1e-5
#: A parameter beyond e^12 in either direction only stands for zero or infinity.
EDGE = 12.0
#: Less log-likelihood than this left on the way to infinity is as good as none.
_SETTLED = 1e-3


@dataclass(frozen=True)
class Peak:
    """The top of a log-likelihood: where, how high, how curved, and whether it is one.

    ``at_edge`` tells of a top that lies infinitely far away: all that a longer walk could
    still win is nothing.
    """

    log_params: Array
    height: float
    hessian: Array
    arrived: bool
    at_edge: bool = False


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
    at, promise = np.asarray(start, dtype=float), np.inf
    for _ in range(steps):
        height, slope, hessian = derivatives(function, at)
        if not (np.isfinite(height) and np.isfinite(slope).all() and np.isfinite(hessian).all()):
            return Peak(at, height, hessian, False)
        bends, ways = np.linalg.eigh(-hessian)
        inside = bool(bends.min() > 0 and not is_far(at))
        # Where the surface does not bend down, walk up all the same.
        safe = np.maximum(np.abs(bends), 1e-6 * max(np.abs(bends).max(), 1e-300))
        move = ways @ ((ways.T @ slope) / safe)
        promise = slope @ move
        # Sums of a million terms carry rounding in proportion to their size.
        if promise < _ARRIVED + 1e-13 * abs(height):
            return Peak(at, height, hessian, inside, is_far(at))
        if is_far(at) and 0 <= promise < _SETTLED:
            break
        there = _higher(function, at, height, move / max(1.0, np.abs(move).max()))
        if there is None:
            if inside and promise < _ROUNDING:
                return Peak(at, height, hessian, True)
            break
        at = there
    return Peak(at, height, hessian, False, bool(promise < _SETTLED) and is_far(at))


def is_far(at: Array) -> bool:
    """Tell whether a parameter has run to where it stands for zero or infinity."""
    return bool(np.abs(at).max() >= EDGE)


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
    log-likelihood is flat in some direction, all are NaN. A parameter that has run to zero
    or infinity has none either, and those of the others take it as given.
    """
    with np.errstate(over="ignore"):
        estimate = np.exp(log_params)
    width = np.full(len(estimate), np.nan)
    inside = np.abs(log_params) < EDGE
    with contextlib.suppress(np.linalg.LinAlgError):
        variance = np.diag(np.linalg.inv(-hessian[np.ix_(inside, inside)]))
        if (variance > 0).all():
            width[inside] = np.sqrt(variance)
    with np.errstate(over="ignore"):
        lower, upper = estimate * np.exp(-Z95 * width), estimate * np.exp(Z95 * width)
        std_error = estimate * width
    return pd.DataFrame(
        {
            "name": list(names),
            "estimate": estimate,
            "std_error": std_error,
            "lower": lower,
            "upper": upper,
        }
    )
