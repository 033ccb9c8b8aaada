"""Purchases ahead of customers whose chances to leave follow a beta distribution.

The closed form with the Gaussian hypergeometric function is exact for ordinary parameters.
Towards the edges of the parameter space it loses its digits or overflows; there its limits
and the plain mean over the distribution take its place, so that every forecast is finite.
"""

from __future__ import annotations

import numpy as np
from scipy.special import hyp2f1

from segkit.clv.arrays import Array

#: Half the distance over which a removable singularity at a = 1 is bridged.
_BRIDGE = 1e-4
#: Up to here and from here on the closed form is lost to rounding or overflows.
_TINY, _LARGE_A, _LARGE_B = 1e-8, 300.0, 2e4
_ROUNDING = 1e-9
#: Nodes of the mean that takes its place.
_NODES = 24


def beta_growth(r: float, alpha: float, a: float, b: float, t: Array, x: Array, T: Array) -> Array:
    """Expected purchases in the next ``t`` units of one who is alive.

    The chance to leave after a purchase follows a beta distribution with ``a`` and
    ``b + x``; ``r``, ``alpha``, ``x`` and ``T`` are those of the purchase rate.

    References
    ----------
    Fader, Hardie & Lee (2005), equation 10, after Euler's transformation (Abramowitz &
    Stegun 15.3.3), where its arguments stay small however often a customer bought.
    """
    t, x, T = np.broadcast_arrays(t, x, T)
    known = np.full(t.shape, np.nan)
    if _TINY < a < _LARGE_A and b < _LARGE_B:
        with np.errstate(all="ignore"):  # what comes out wrong is made good below
            known = _beta_growth(r, alpha, a, b, t, x, T)
    most = (r + x) / (alpha + T) * t
    good = (known >= 0) & (known <= most * (1 + _ROUNDING))
    if good.all():
        return known
    fallback = _two_kinds if a <= _TINY else _averaged
    other = fallback(r, alpha, a, b, t[~good], x[~good], T[~good])
    growth = np.array(known)
    growth[~good] = np.minimum(other, most[~good])
    return growth


def _beta_growth(r: float, alpha: float, a: float, b: float, t: Array, x: Array, T: Array) -> Array:
    if min(abs(a - 1), abs(a + b - 1)) > 1e-6:
        return _closed_form(r, alpha, a, b, t, x, T)
    # 0/0 in the formula only: the expectation itself is smooth there, so bridge it.
    sides = [_closed_form(r, alpha, a + h, b, t, x, T) for h in (-_BRIDGE, _BRIDGE)]
    return (sides[0] + sides[1]) / 2


def _closed_form(r: float, alpha: float, a: float, b: float, t: Array, x: Array, T: Array) -> Array:
    z = t / (alpha + T + t)
    c = a + b + x - 1
    return c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, c, z))


def _growth_given(chance: Array, shape: Array, span: Array) -> Array:
    """Expected purchases of one who leaves with this chance after each purchase.

    ``(1 - (1 + p w)^-(r+x)) / p`` with ``w = t / (alpha + T)``, whose mean over the beta
    distribution of ``p`` is the closed form.
    """
    small = np.maximum(chance, 1e-200)
    return -np.expm1(-shape * np.log1p(small * span)) / small


def _two_kinds(r: float, alpha: float, a: float, b: float, t: Array, x: Array, T: Array) -> Array:
    """The limit of a small ``a``: some leave at the next purchase, all others never."""
    shape, span = r + x, t / (alpha + T)
    stays, leaves = shape * span, _growth_given(1.0, shape, span)
    return stays + a / (a + b + x) * (leaves - stays)


def _averaged(r: float, alpha: float, a: float, b: float, t: Array, x: Array, T: Array) -> Array:
    """The mean in so many nodes: exact where customers hardly differ in their chances."""
    counts, which = np.unique(x, return_inverse=True)
    nodes, weights = _beta_nodes(a, b + counts)
    shape, span = (r + x)[:, None], (t / (alpha + T))[:, None]
    return (_growth_given(nodes[which], shape, span) * weights[which]).sum(axis=1)


def _beta_nodes(a: float, b: Array) -> tuple[Array, Array]:
    """Nodes and weights of the beta distributions with these parameters, one row per ``b``.

    References
    ----------
    Golub & Welsch (1969), Calculation of Gauss Quadrature Rules, Mathematics of
    Computation 23: from the recurrence of the Jacobi polynomials.
    """
    b = np.asarray(b, dtype=float)[:, None]
    total, n = a + b, np.arange(_NODES)
    k = n[1:]
    whole, part = 2 * n + total - 2, 2 * k + total - 2
    with np.errstate(divide="ignore", invalid="ignore"):  # 0/0 in the first ones only
        centre = (a * (total - 2) + 2 * n * (n + total - 1)) / (whole * (whole + 2))
        beside = k * (k + a - 1) * (k + b - 1) * (k + total - 2)
        beside = beside / (part**2 * (part + 1) * (part - 1))
    # These are the mean and the variance.
    centre[:, :1], beside[:, :1] = a / total, a * b / (total**2 * (total + 1))
    matrix = np.zeros((len(b), _NODES, _NODES))
    matrix[:, n, n] = centre
    matrix[:, k, k - 1] = matrix[:, k - 1, k] = np.sqrt(beside)
    nodes, vectors = np.linalg.eigh(matrix)
    return np.clip(nodes, 0, 1), vectors[:, 0, :] ** 2
