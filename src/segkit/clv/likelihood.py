"""Log-likelihood of one customer under each model, in log-parameters.

lifetimes reports its objective per customer and on rescaled time, which is no
log-likelihood. These are the true ones: they compare models, and their curvature gives
the standard errors. Each function takes the logarithms of the parameters and one array
per column, and gives one number per row.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, gammaln

from segkit.clv.arrays import Array
from segkit.clv.pareto import log_death_odds

#: From here on Stirling's series is exact; customers hardly differ in their rates then.
_LARGE = 1e4


def nbd(log_params: Array, x: Array, t_x: Array, T: Array) -> Array:
    """Poisson purchases, gamma rates, nobody ever leaves.

    References
    ----------
    Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1); here for
    purchase times, so without the factor ``T^x / x!`` of the counts.
    """
    r, alpha = np.exp(log_params)
    return _purchases(r, alpha, x) - (r + x) * np.log1p(T / alpha)


def bg_nbd(log_params: Array, x: Array, t_x: Array, T: Array) -> Array:
    """Purchases as in NBD; after each repeat purchase a customer may leave.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science
    24(2), equation 6.
    """
    r, alpha, a, b = np.exp(log_params)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log1p(T / alpha)
    left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log1p(t_x / alpha)
    return _purchases(r, alpha, x) + np.where(x > 0, np.logaddexp(alive, left), alive)


def mbg_nbd(log_params: Array, x: Array, t_x: Array, T: Array) -> Array:
    """As BG/NBD, and a customer may also leave right after the first purchase.

    References
    ----------
    Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models
    for customer base analysis, Int. Journal of Research in Marketing 24(3), appendix A.
    """
    r, alpha, a, b = np.exp(log_params)
    alive = betaln(a, b + x + 1) - (r + x) * np.log1p(T / alpha)
    left = betaln(a + 1, b + x) - (r + x) * np.log1p(t_x / alpha)
    return _purchases(r, alpha, x) - betaln(a, b) + np.logaddexp(alive, left)


def pareto_nbd(log_params: Array, x: Array, t_x: Array, T: Array) -> Array:
    """Purchases as in NBD; a customer may leave at any time.

    References
    ----------
    Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model, equation 18, with the
    integral of :func:`segkit.clv.pareto.log_death_odds` in place of its solution.
    """
    params = np.exp(log_params)
    r, alpha, s, beta = params
    alive = -(r + x) * np.log1p(T / alpha) - s * np.log1p(T / beta)
    return _purchases(r, alpha, x) + alive + np.logaddexp(0, log_death_odds(params, x, t_x, T))


def gamma_gamma(log_params: Array, x: Array, mean_spend: Array) -> Array:
    """Spend per purchase is gamma around a customer's mean, and the means are gamma too.

    References
    ----------
    Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, equation 1a.
    """
    p, q, gamma = np.exp(log_params)
    px, total = p * x, x * mean_spend
    return (
        q * np.log(gamma)
        - betaln(px, q)
        + (px - 1) * np.log(mean_spend)
        + px * np.log(x)
        - (px + q) * np.log(gamma + total)
    )


def _purchases(r: float, alpha: float, x: Array) -> Array:
    return log_rising(r, x) - x * np.log(alpha)


def log_rising(r: float, x: Array) -> Array:
    """Logarithm of ``Γ(r + x) / Γ(r)``, whose two parts lose their digits where ``r`` is large.

    References
    ----------
    Abramowitz & Stegun (1964), 6.1.41: Stirling's series, to its first term.
    """
    if r < _LARGE:
        return gammaln(r + x) - gammaln(r)
    return x * np.log(r) + (r + x - 0.5) * np.log1p(x / r) - x + (1 / (r + x) - 1 / r) / 12
