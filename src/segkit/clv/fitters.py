"""One adapter over the fitters of lifetimes.

lifetimes finds the neighbourhood of the best parameters; a few Newton steps on the true
log-likelihood go to the top itself, which also gives the curvature for the standard
errors. If a fit fails, other starting points come first, and a penalty only last. Where the
best parameters say that nobody ever leaves, the fit is that of NBD.
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
from segkit.clv.curvature import EDGE, Peak, climb, derivatives, intervals, is_far
from segkit.clv.edge import LEAVING, NEVER, churn_grid, hardly_leaves
from segkit.errors import ModelError

#: Penalties tried when nothing else converges, the smallest first.
LAST_RESORT = (1e-3, 1e-2)
#: More rows than this only sharpen what the Newton steps on all rows sharpen anyway.
_ENOUGH_ROWS = 5_000
#: Churn that adds less log-likelihood than this cannot be told from none (95 %).
_TELLS = 1.92
#: What a search loses by going away: next to nothing, but more than a flat plain gives.
_TETHER = 1e-5
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
    """Parameters with their true log-likelihood and intervals.

    ``edge`` names the parameters that have run to zero or infinity; ``no_churn`` tells
    that this is because nobody can be seen leaving.
    """

    params: dict[str, float]
    log_likelihood: float
    intervals: pd.DataFrame
    penalizer: float
    edge: tuple[str, ...] = ()
    no_churn: bool = False


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
        found = _highest(model, total, columns, weights)
        if found is not None:
            return found
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


def _highest(
    model: str, total: Callable[[Array], float], columns: tuple[Array, ...], weights: Array
) -> Fit | None:
    """Climb from one start after the other to the top, be it at infinity; None without one."""
    spec = SPECS[model]
    edges: list[Peak] = []
    longest = float(np.max(columns[-1]))
    for number, start in enumerate(_starts(spec, columns, weights)):
        leaving = number == 0 and model in LEAVING
        # On the flat way to infinity a climb takes longest; NBD may settle it without.
        late = leaving and (is_far(start) or hardly_leaves(model, start, longest))
        tried = [] if late else [climb(total, start)]
        if tried and tried[0].arrived:
            return _fit(spec, tried[0], 0.0)
        nbd = _nbd(columns, weights) if leaving else None
        if nbd is not None:
            tried += _with_churn(model, total, nbd, start, longest)
            if tried and tried[-1].arrived:
                return _fit(spec, tried[-1], 0.0)
            if max([total(start), *map(_height, tried)]) <= nbd.log_likelihood + _TELLS:
                return _without_churn(model, nbd)
        if late:
            tried.append(climb(total, start))
            if tried[-1].arrived:
                return _fit(spec, tried[-1], 0.0)
        edges += [peak for peak in tried if peak.at_edge]
    return _fit(spec, max(edges, key=_height), 0.0) if edges else None


def _height(peak: Peak) -> float:
    return peak.height if math.isfinite(peak.height) else -math.inf


def _nbd(columns: tuple[Array, ...], weights: Array) -> Fit | None:
    """Fit the model that every other one becomes without churn, if that needs no penalty."""
    try:
        fit = fit_parameters("nbd", columns, weights)
    except ModelError:
        return None
    return None if fit.penalizer else fit


def _with_churn(
    model: str, total: Callable[[Array], float], nbd: Fit, start: Array, longest: float
) -> list[Peak]:
    """Climb from NBD with a little churn, where any at all makes the data likelier."""
    purchases = np.log(list(nbd.params.values()))
    tries = [*churn_grid(model, purchases, longest), np.concatenate([purchases, start[2:]])]
    heights = [total(at) for at in tries]
    if not np.nanmax(heights) > nbd.log_likelihood:
        return []
    return [climb(total, tries[int(np.nanargmax(heights))])]


def _without_churn(model: str, nbd: Fit) -> Fit:
    """Give the fit of NBD as that of ``model``, with nothing to say of its other parameters."""
    names = LEAVING[model]
    unknown = pd.DataFrame({"name": names, "estimate": [NEVER[0], math.nan]})
    unknown = unknown.reindex(columns=nbd.intervals.columns)
    return Fit(
        params={**nbd.params, **dict(zip(names, NEVER, strict=True))},
        log_likelihood=nbd.log_likelihood,
        intervals=pd.concat([nbd.intervals, unknown], ignore_index=True),
        penalizer=0.0,
        edge=(*nbd.edge, *names),
        no_churn=True,
    )


def _fit(spec: Spec, peak: Peak, penalizer: float) -> Fit:
    params = {
        name: float(value) for name, value in zip(spec.names, np.exp(peak.log_params), strict=True)
    }
    table = intervals(spec.names, peak.log_params, peak.hessian)
    far = np.abs(peak.log_params) >= EDGE
    edge = tuple(name for name, out in zip(spec.names, far, strict=True) if out)
    return Fit(params, peak.height, table, penalizer, edge)


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
        # Where the top is infinitely far away, only a tether ends the walk.
        value += _TETHER * float(((log_params - start) ** 2).sum())
        return value if math.isfinite(value) else 1e300

    start = level + np.log(_scale(spec, columns))
    options = {"maxiter": 4000, "xatol": 1e-4, "fatol": 1e-4}
    return np.asarray(minimize(loss, start, method="Nelder-Mead", options=options).x)


def _scale(spec: Spec, columns: tuple[Array, ...]) -> Array:
    """Size of each parameter: times are as long as the history, spend as large as spend."""
    unit = float(np.max(columns[-1])) if spec.names[0] == "r" else float(np.mean(columns[-1]))
    return np.array([unit if n in {"alpha", "beta", "gamma"} else 1.0 for n in spec.names])
