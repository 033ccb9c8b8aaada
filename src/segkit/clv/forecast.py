"""What a fitted model says about the future: still a customer, and how many purchases.

Times are in the model's unit; every function broadcasts. The expected number of purchases
is ``P(alive) x growth``, where growth is the expectation for a customer known to be alive.
A new customer is the one with ``x = t_x = T = 0``, so the unconditional expectation needs
no formula of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import betaln, expit, gammaln, xlogy

from segkit.clv.arrays import Array
from segkit.clv.edge import never_leaves
from segkit.clv.growth import beta_growth
from segkit.clv.likelihood import log_rising
from segkit.clv.pareto import log_death_odds


def p_alive(model: str, params: Mapping[str, float], x: Array, t_x: Array, T: Array) -> Array:
    """Probability that a customer with this history will ever buy again.

    References
    ----------
    BG/NBD: Fader & Hardie (2008), Computing P(alive) Using the BG/NBD Model. MBG/NBD:
    Batislam et al. (2007), appendix A, equation 5. Pareto/NBD: Fader & Hardie (2005), A Note
    on Deriving the Pareto/NBD Model, equations 36 and 37.
    """
    values = np.array(list(params.values()))
    x, t_x, T = (np.asarray(v, dtype=float) for v in (x, t_x, T))
    if never_leaves(model, params):
        return np.ones(np.broadcast_shapes(x.shape, t_x.shape, T.shape))
    if model == "pareto_nbd":
        return expit(-log_death_odds(values, x, t_x, T))
    r, alpha, a, b = values
    waited = (r + x) * np.log1p((T - t_x) / (alpha + t_x))
    if model == "mbg_nbd":
        return expit(np.log(b + x) - np.log(a) - waited)
    # Under BG/NBD nobody can leave before the first repeat purchase.
    return np.where(x > 0, expit(np.log(b + (np.maximum(x, 1) - 1)) - np.log(a) - waited), 1.0)


def expected_purchases(
    model: str, params: Mapping[str, float], t: Array, x: Array, t_x: Array, T: Array
) -> Array:
    """Expected purchases in the next ``t`` units of a customer with this history."""
    return p_alive(model, params, x, t_x, T) * growth(model, params, t, x, T)


def growth(model: str, params: Mapping[str, float], t: Array, x: Array, T: Array) -> Array:
    """Expected purchases in the next ``t`` units of a customer who is alive today.

    References
    ----------
    BG/NBD: Fader, Hardie & Lee (2005), equation 10. MBG/NBD: Wagner & Hoppe (2008),
    Erratum on the MBG/NBD Model. Pareto/NBD: Fader & Hardie (2005), equation 41. The
    hypergeometric function is taken after Euler's transformation (Abramowitz & Stegun
    15.3.3), where its arguments stay small however often a customer bought.
    """
    values = list(params.values())
    t, x, T = (np.asarray(v, dtype=float) for v in (t, x, T))
    r, alpha = values[:2]
    if never_leaves(model, params):
        return (r + x) / (alpha + T) * t
    if model == "pareto_nbd":
        s, beta = values[2:]
        span = np.log1p(t / (beta + T))
        lived = span if s == 1 else -np.expm1((1 - s) * span) / (s - 1)
        return (r + x) * (beta + T) / (alpha + T) * lived
    a, b = values[2:]
    if model == "mbg_nbd":
        b += 1  # one more chance to stay, right after the first purchase
    return beta_growth(r, alpha, a, b, t, x, T)


def purchase_probability(model: str, params: Mapping[str, float], n: Array, t: float) -> Array:
    """Probability that a new customer makes exactly ``n`` repeat purchases in ``t`` units.

    References
    ----------
    BG/NBD: Fader, Hardie & Lee (2005), equation 8. Pareto/NBD: Fader & Hardie (2006),
    Deriving an Expression for P(X(t) = x) Under the Pareto/NBD Model, before integration.
    """
    n = np.atleast_1d(np.asarray(n, dtype=int))
    values = list(params.values())
    r, alpha = values[:2]
    stay = _counts(r, alpha, n, t)
    if never_leaves(model, params):
        return stay
    if model == "pareto_nbd":
        return _pareto_counts(values, n, t)
    a, b = values[2:]
    chances = n + 1 if model == "mbg_nbd" else n
    alive = np.exp(betaln(a, b + chances) - betaln(a, b)) * stay
    # Left at the n-th repeat purchase, having bought at least n times by then.
    below = np.array([_counts(r, alpha, np.arange(k), t).sum() for k in n])
    left = np.exp(betaln(a + 1, b + np.maximum(chances, 1) - 1) - betaln(a, b)) * (1 - below)
    return alive + np.where(chances > 0, left, 0.0)


def _counts(r: float, alpha: float, n: Array, t: Array) -> Array:
    log_p = log_rising(r, n) - gammaln(n + 1.0) - r * np.log1p(t / alpha)
    return np.exp(log_p + xlogy(n, t / (alpha + t)))


def _pareto_counts(values: list[float], n: Array, t: float) -> Array:
    r, alpha, s, beta = values
    nodes, weights = np.polynomial.legendre.leggauss(96)
    base = min(alpha, beta)
    width = np.log1p(t / base)
    death = base * np.expm1(width * (nodes + 1) / 2)
    density = s / (beta + death) * (beta / (beta + death)) ** s * (base + death) * width / 2
    died = _counts(r, alpha, n[:, None], death) @ (density * weights)
    return (beta / (beta + t)) ** s * _counts(r, alpha, n, t) + died
