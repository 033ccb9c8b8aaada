"""One adapter over the fitters of lifetimes.

lifetimes finds the neighbourhood of the best parameters; a few Newton steps on the true
log-likelihood go to the top itself, which also gives the curvature for the standard
errors. If a fit fails, other starting points come first, and a penalty only last.
"""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from segkit.clv import likelihood
from segkit.clv.arrays import Array
from segkit.clv.curvature import Peak, climb, derivatives, intervals
from segkit.errors import ModelError

#: Penalties tried when nothing else converges, the smallest first.
LAST_RESORT = (1e-3, 1e-2)
#: More rows than this only sharpen what the Newton steps on all rows sharpen anyway.
_ENOUGH_ROWS = 5_000
_FIT_FAILURES = (ValueError, ArithmeticError, np.linalg.LinAlgError)


@dataclass(frozen=True)
class Spec:
    """What the adapter has to know about one model."""

    names: tuple[str, ...]
    log_likelihood: Callable[..., Array]
    fitter: str | None
    starts: tuple[float, ...] = (0.1, 1.0, -1.0)
    log_scale: bool = True


SPECS: dict[str, Spec] = {
    "bg_nbd": Spec(("r", "alpha", "a", "b"), likelihood.bg_nbd, "BetaGeoFitter"),
    "mbg_nbd": Spec(("r", "alpha", "a", "b"), likelihood.mbg_nbd, "ModifiedBetaGeoFitter"),
    "pareto_nbd": Spec(
        ("r", "alpha", "s", "beta"),
        likelihood.pareto_nbd,
        "ParetoNBDFitter",
        starts=(1.0, 0.3),
        log_scale=False,
    ),
    "nbd": Spec(("r", "alpha"), likelihood.nbd, None),
    "gamma_gamma": Spec(("p", "q", "gamma"), likelihood.gamma_gamma, "GammaGammaFitter"),
}


@dataclass(frozen=True)
class Fit:
    """Parameters with their true log-likelihood and intervals."""

    params: dict[str, float]
    log_likelihood: float
    intervals: pd.DataFrame
    penalizer: float


def fit_parameters(
    model: str, columns: tuple[Array, ...], weights: Array, *, penalizer: float = 0.0
) -> Fit:
    """Fit one model to weighted rows.

    Parameters
    ----------
    model : {"bg_nbd", "mbg_nbd", "pareto_nbd", "nbd", "gamma_gamma"}
    columns : arrays
        ``x, t_x, T`` in one unit of time, or ``x, mean_spend`` for Gamma-Gamma.
    weights : array
        Customers per row.
    penalizer : float
        lifetimes' penalty on the squared parameters; 0 is the maximum-likelihood fit.

    Returns
    -------
    Fit

    Raises
    ------
    ModelError
        If no starting point and no small penalty gives a finite optimum.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([0.0, 1, 2, 5]); t_x = np.array([0.0, 9, 20, 30])
    >>> fit = fit_parameters("nbd", (x, t_x, np.full(4, 38.0)), np.array([60, 20, 12, 8]))
    >>> round(fit.params["r"] / fit.params["alpha"] * 38, 3)   # the mean of x
    0.84
    """
    spec = SPECS[model]

    def total(log_params: Array) -> float:
        with np.errstate(all="ignore"):
            return float(weights @ spec.log_likelihood(log_params, *columns))

    if penalizer == 0:
        for start in _starts(spec, columns, weights):
            peak = climb(total, start)
            if peak.arrived:
                return _fit(spec, peak, 0.0)
    for penalty in [penalizer] if penalizer else LAST_RESORT:
        with contextlib.suppress(*_FIT_FAILURES):
            at = np.log(_penalized(spec, columns, weights, penalty))
            height, _, hessian = derivatives(total, at)
            if math.isfinite(height):
                return _fit(spec, Peak(at, height, hessian, True), penalty)
    raise ModelError(
        f"fit_clv: {model} did not converge on {weights.sum():,.0f} customers from any starting "
        "point, nor with a small penalty. Try another model, more history, or penalizer=0.1."
    )


def _fit(spec: Spec, peak: Peak, penalizer: float) -> Fit:
    params = {
        name: float(value) for name, value in zip(spec.names, np.exp(peak.log_params), strict=True)
    }
    table = intervals(spec.names, peak.log_params, peak.hessian)
    return Fit(params, peak.height, table, penalizer)


def _starts(spec: Spec, columns: tuple[Array, ...], weights: Array) -> Iterator[Array]:
    """Places to climb from: lifetimes' optimum by starting point, then scipy's own."""
    # Every k-th row of the sorted patterns is a fair sample of them.
    thin = slice(None, None, max(1, math.ceil(len(weights) / _ENOUGH_ROWS)))
    few, few_weights = tuple(c[thin] for c in columns), weights[thin]
    if spec.fitter:
        for start in spec.starts:
            with contextlib.suppress(*_FIT_FAILURES):
                found = _lifetimes(spec, few, few_weights, 0.0, start)
                if np.isfinite(found).all() and (found > 0).all():
                    yield np.log(found)
    for level in (0.0, -1.5):
        yield _simplex(spec, few, few_weights, level)


def _lifetimes(
    spec: Spec, columns: tuple[Array, ...], weights: Array, penalizer: float, start: float
) -> Array:
    """Let lifetimes fit, keeping its warnings, its printing and its filters to itself."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        # Importing lifetimes changes the warning filters, so even that happens in here.
        import lifetimes

        fitter: Any = getattr(lifetimes, spec.fitter or "")(penalizer_coef=penalizer)
        initial = np.full(len(spec.names), start)
        fitter.fit(*columns, weights=weights, initial_params=initial)
        return np.array([fitter.params_["v" if n == "gamma" else n] for n in spec.names])


def _penalized(spec: Spec, columns: tuple[Array, ...], weights: Array, penalizer: float) -> Array:
    if spec.fitter:
        return _lifetimes(spec, columns, weights, penalizer, spec.starts[0])
    scale = _scale(spec, columns)

    def loss(log_params: Array) -> float:
        plain = np.exp(log_params)
        mean = weights @ spec.log_likelihood(log_params, *columns) / weights.sum()
        return float(-mean + penalizer * ((plain / scale) ** 2).sum())

    found = minimize(loss, np.log(scale), method="Nelder-Mead", options={"maxiter": 4000})
    if not found.success:
        raise ArithmeticError(found.message)
    return np.exp(found.x)


def _simplex(spec: Spec, columns: tuple[Array, ...], weights: Array, level: float) -> Array:
    def loss(log_params: Array) -> float:
        with np.errstate(all="ignore"):
            value = -float(weights @ spec.log_likelihood(log_params, *columns))
        return value if math.isfinite(value) else 1e300

    start = level + np.log(_scale(spec, columns))
    options = {"maxiter": 4000, "xatol": 1e-4, "fatol": 1e-4}
    return np.asarray(minimize(loss, start, method="Nelder-Mead", options=options).x)


def _scale(spec: Spec, columns: tuple[Array, ...]) -> Array:
    """Size of each parameter: times are as long as the history, spend as large as spend."""
    unit = float(np.max(columns[-1])) if spec.names[0] == "r" else float(np.mean(columns[-1]))
    return np.array([unit if n in {"alpha", "beta", "gamma"} else 1.0 for n in spec.names])
