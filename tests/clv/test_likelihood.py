"""The true log-likelihood against what lifetimes minimizes, put back on the real scale."""

from __future__ import annotations

import math

import lifetimes
import numpy as np
import pytest

from segkit.clv import compress_patterns, likelihood

FITTERS = {
    "bg_nbd": lifetimes.BetaGeoFitter,
    "mbg_nbd": lifetimes.ModifiedBetaGeoFitter,
    "pareto_nbd": lifetimes.ParetoNBDFitter,
}


@pytest.mark.parametrize("model", FITTERS)
def test_is_lifetimes_objective_put_back_on_real_time(calibration, fitted, model):
    patterns = compress_patterns(calibration)
    x, t_x, T = patterns.in_unit("week")
    scale = T.max()
    params = np.array(list(fitted[model].params.values()))
    times = np.array([name in {"alpha", "beta"} for name in fitted[model].params])
    scaled = np.where(times, params / scale, params)
    given = scaled if model == "pareto_nbd" else np.log(scaled)
    data = (x.astype(int), t_x / scale, T / scale, patterns.weights, 0.0)
    per_customer = FITTERS[model]._negative_log_likelihood(given, *data)
    n = patterns.n_customers
    if model == "pareto_nbd":  # there it is divided by the mean weight
        per_customer = per_customer * patterns.weights.mean() / n
    want = -n * per_customer - (patterns.weights @ x) * np.log(scale)
    assert fitted[model].log_likelihood == pytest.approx(want, abs=1e-6)


@pytest.mark.parametrize("model", FITTERS)
def test_density_integrates_to_one(model):
    """Over all histories up to T = 2: no purchase, one at any time, two at any times, ..."""
    params = np.log({"pareto_nbd": [0.8, 9.0, 0.7, 8.0]}.get(model, [0.8, 9.0, 0.7, 2.0]))
    T, function = 2.0, getattr(likelihood, model)
    total = np.exp(function(params, 0.0, 0.0, np.array([T])))[0]
    nodes, weights = np.polynomial.legendre.leggauss(40)
    t_x, weights = T * (nodes + 1) / 2, T * weights / 2
    volume = np.ones_like(t_x)  # of the purchase times before the last: t_x^(x-1) / (x-1)!
    for x in range(1, 40):
        total += weights @ (volume * np.exp(function(params, float(x), t_x, np.full(40, T))))
        volume = volume * t_x / x
    assert total == pytest.approx(1, abs=1e-9)


def test_nbd_density_integrates_to_one():
    T, total, volume = 2.0, 0.0, 1.0
    for x in range(60):
        total += volume * float(np.exp(likelihood.nbd(np.log([0.8, 9.0]), x, 0, T)))
        volume *= T / (x + 1)
    assert total == pytest.approx(1, abs=1e-12)


def test_gamma_gamma_density_integrates_to_one():
    log_spend = np.linspace(-15, 25, 200_001)
    spend = np.exp(log_spend)
    density = np.exp(likelihood.gamma_gamma(np.log([6.25, 3.74, 15.44]), 3.0, spend)) * spend
    assert np.trapezoid(density, log_spend) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("r", [0.3, 9_999.0, 10_001.0, 1e6, 1e9, 1e15])
def test_rising_factorial_keeps_its_digits(r):
    x = np.array([0.0, 1, 2, 50, 700])
    want = [math.fsum(math.log(r + k) for k in range(int(n))) for n in x]
    assert likelihood.log_rising(r, x) == pytest.approx(want, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(("model", "leaving"), [("nbd", []), ("bg_nbd", [0.4, 1.3]),
                                               ("mbg_nbd", [0.4, 1.3]),
                                               ("pareto_nbd", [0.4, 9.0])])  # fmt: skip
def test_customers_with_one_rate_are_the_limit_of_a_large_r(model, leaving):
    """From 10⁶ to 10¹³ the spread of the rates shrinks to nothing, and so do its traces."""
    data = np.array([0.0, 3, 60]), np.array([0.0, 20, 51.5]), np.array([50.0, 52, 52])
    function = getattr(likelihood, model)
    near, far, farther = (function(np.log([r, r / 1.2, *leaving]), *data) for r in (1e6, 1e9, 1e13))
    assert near == pytest.approx(far, abs=1e-2)
    assert far == pytest.approx(farther, abs=1e-4)
    if model == "nbd":  # Poisson
        assert farther == pytest.approx(data[0] * np.log(1.2) - 1.2 * data[2], abs=1e-6)
