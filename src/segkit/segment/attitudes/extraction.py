"""Factors out of a correlation matrix: maximum likelihood, and what the matrix can carry.

Everything here starts from correlations, so the number of respondents costs nothing.
scikit-learn's FactorAnalysis finds the same loadings, but by steps that are too small to
arrive where items are as alike as those of a satisfaction survey.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

#: An item keeps at least this share of own variance; less would be a factor of one item.
_LEAST_OWN = 0.005


def ml_loadings(correlations: np.ndarray, n_factors: int) -> np.ndarray:
    """Find the loadings of ``n_factors`` by maximum likelihood, unrotated.

    References
    ----------
    Lawley & Maxwell (1971), Factor Analysis as a Statistical Method, chapter 4: the
    likelihood as a function of the items' own variances alone, and its slope.
    """
    start = np.clip((1 - 0.5 * n_factors / len(correlations)) * _own(correlations), 0.01, 1)
    found = optimize.minimize(
        _misfit,
        start,
        args=(correlations, n_factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST_OWN, 1.0)] * len(correlations),
    )
    return _loadings(found.x, correlations, n_factors)


def _own(correlations: np.ndarray) -> np.ndarray:
    """Give the share of each item that the other items do not explain."""
    return 1 / np.diag(np.linalg.pinv(correlations, hermitian=True))


def _loadings(own: np.ndarray, correlations: np.ndarray, k: int) -> np.ndarray:
    scale = np.sqrt(own)
    values, vectors = np.linalg.eigh(correlations / np.outer(scale, scale))
    values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
    loadings = scale[:, None] * vectors * np.sqrt(np.maximum(values - 1, 0))
    # A factor has no direction of its own; most items shall point upwards.
    return loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)


def _misfit(own: np.ndarray, correlations: np.ndarray, k: int) -> tuple[float, np.ndarray]:
    scale = np.sqrt(own)
    values = np.linalg.eigvalsh(correlations / np.outer(scale, scale))[::-1][k:]
    values = np.maximum(values, 1e-12)
    loadings = _loadings(own, correlations, k)
    slope = ((loadings**2).sum(axis=1) + own - np.diag(correlations)) / own**2
    return float((values - np.log(values) - 1).sum()), slope


@dataclass(frozen=True)
class Adequacy:
    """Whether items hang together enough for factors.

    ``kmo`` from 0 to 1 (below 0.5: no factors to be found, from 0.8 good), ``kmo_by_item``,
    and Bartlett's test that all correlations are nought.
    """

    kmo: float
    kmo_by_item: tuple[float, ...]
    bartlett_chi2: float
    bartlett_df: int
    bartlett_p: float


def adequacy(correlations: np.ndarray, n: int) -> Adequacy:
    """Measure whether correlations of ``n`` respondents can carry factors.

    References
    ----------
    Kaiser (1974), An index of factorial simplicity, Psychometrika 39.
    Bartlett (1950), Tests of significance in factor analysis, British Journal of
    Psychology, Statistical Section 3.
    """
    p = len(correlations)
    inverse = np.linalg.pinv(correlations, hermitian=True)
    partial = -inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(p, dtype=bool)
    r2, q2 = np.where(off, correlations**2, 0), np.where(off, partial**2, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_item = r2.sum(axis=1) / (r2.sum(axis=1) + q2.sum(axis=1))
        overall = float(r2.sum() / (r2.sum() + q2.sum()))
    sign, log_det = np.linalg.slogdet(correlations)
    chi2 = -(n - 1 - (2 * p + 5) / 6) * log_det if sign > 0 else float("inf")
    df = p * (p - 1) // 2
    chance = float(stats.chi2.sf(chi2, df)) if df else float("nan")
    return Adequacy(overall, tuple(float(v) for v in by_item), float(chi2), df, chance)


def parallel_analysis(
    correlations: np.ndarray, n: int, *, random_state: int = 0, n_draws: int = 100
) -> tuple[np.ndarray, np.ndarray]:
    """Give the eigenvalues of the items, and those that chance reaches in 1 of 20 cases.

    Of what items share (correlations with squared multiple correlations as diagonal), not of
    the whole: where factors lean on each other, a real one has less than a whole item's
    variance left, and the analysis of the whole loses it.

    References
    ----------
    Horn (1965), A rationale and test for the number of factors in factor analysis,
    Psychometrika 30. Humphreys & Ilgen (1969), Note on a criterion for the number of common
    factors, Educational and Psychological Measurement 29: for the reduced matrix. Wishart
    (1928), Biometrika 20: what the correlations of normal answers vary by.
    """
    rng = np.random.default_rng(random_state)
    p = len(correlations)
    draws = [shared_eigenvalues(_by_chance(n, p, rng)) for _ in range(n_draws)]
    return shared_eigenvalues(correlations), np.quantile(draws, 0.95, axis=0)


def _by_chance(n: int, p: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the correlations of ``n`` respondents on ``p`` items that have nothing in common."""
    if n <= p:
        return np.atleast_2d(np.corrcoef(rng.normal(size=(n, p)), rowvar=False))
    # The sums of squares of n normal answers about their means, without drawing the answers.
    sums = np.atleast_2d(stats.wishart.rvs(n - 1, np.eye(p), random_state=rng))
    scale = np.sqrt(np.diag(sums))
    return sums / np.outer(scale, scale)


def shared_eigenvalues(correlations: np.ndarray) -> np.ndarray:
    """Give the eigenvalues of what items share, largest first."""
    reduced = correlations.copy()
    np.fill_diagonal(reduced, 1 - _own(correlations))
    return np.linalg.eigvalsh(reduced)[::-1]


def least_partial(related: np.ndarray) -> int:
    """Give Velicer's number: taking so many components away leaves least in common."""
    p = len(related)
    values, vectors = np.linalg.eigh(related)
    weighted = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]
    off, left = ~np.eye(p, dtype=bool), []
    for k in range(p - 1):
        rest = related - weighted[:, :k] @ weighted[:, :k].T
        spread = np.sqrt(np.maximum(np.diag(rest), 1e-12))
        left.append(float(((rest / np.outer(spread, spread))[off] ** 2).mean()))
    return int(np.argmin(left))
