"""The one integral of the Pareto/NBD model, so written that no customer overflows it.

Written with two Gaussian hypergeometric functions, as in the literature, the likelihood
is a difference of nearly equal numbers for a customer who bought often and yesterday,
and comes out as NaN. As an integral over the unknown day of death it is a sum of positive
numbers, and 24 Gauss-Legendre nodes on a logarithmic axis give ten digits.
"""

from __future__ import annotations

import numpy as np

from segkit.clv.arrays import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
#: The integrand is not followed below exp(-45) of its height: 1e-20 is no longer there.
_DROP = 45.0
#: Rows per block, so that memory stays at a few times 32 MB whatever the table.
_BLOCK = 1 << 16


def log_death_odds(params: Array, x: Array, t_x: Array, T: Array) -> Array:
    """Log odds that a customer died between the last purchase and today.

    With ``(r, alpha, s, beta)`` the odds are the integral over u from t_x to T of
    ``((alpha+T)/(alpha+u))^(r+x) ((beta+T)/(beta+u))^s s/(beta+u)``; ``P(alive)`` is
    ``1/(1+odds)``.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Counting Your Customers, Management Science
    33(1); Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model, section 5.1,
    equations 36 and 37, with the integral left as it is.
    """
    x, t_x, T = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x, t_x, T)))
    shape = x.shape
    x, t_x, T = x.ravel(), t_x.ravel(), T.ravel()
    odds = np.empty(x.size)
    for start in range(0, x.size, _BLOCK):
        rows = slice(start, start + _BLOCK)
        odds[rows] = _block(params, x[rows], t_x[rows], T[rows])
    return odds.reshape(shape)


def _block(params: Array, x: Array, t_x: Array, T: Array) -> Array:
    r, alpha, s, beta = params
    base = min(alpha, beta)  # u = (base + t_x) e^y - base stretches the steep beginning
    # Past this time the purchase part alone has fallen by exp(-45).
    fall = np.minimum(_DROP / (r + x), 700.0)
    reach = np.minimum(T - t_x, (alpha + t_x) * np.expm1(fall))
    width = np.log1p(reach / (base + t_x))
    y = width[:, None] * _NODES
    # (base+u)/(base+t_x) is e^y by choice of y, so only the other one needs a logarithm.
    ratio = (base + t_x) / (max(alpha, beta) + t_x)
    other = np.log1p(ratio[:, None] * np.expm1(y))
    buys = (r + x)[:, None]
    slopes = (buys - 1, s + 1) if alpha <= beta else (s, buys)
    height = np.exp(-slopes[0] * y - slopes[1] * other)
    with np.errstate(divide="ignore"):  # T = t_x: no time to die, odds of zero
        area = np.log(width * (height @ _WEIGHTS))
    # Written so that no digits are lost where alpha or beta is very large.
    left = T - t_x
    start = (r + x) * np.log1p(left / (alpha + t_x)) + s * np.log1p(left / (beta + t_x))
    return np.log(s) + np.log((base + t_x) / (beta + t_x)) + start + area
