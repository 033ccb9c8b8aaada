"""Point figures of the papers, lifetimes' own numbers, and the corners where it gives NaN."""

from __future__ import annotations

import lifetimes
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.stats import gamma as gamma_law

from segkit.clv import forecast

# Parameters as published, not as fitted here: these tests are of the formulas alone.
BG = {"r": 0.2425945, "alpha": 4.4136022, "a": 0.7929220, "b": 2.4259068}
MBG = {"r": 0.5248432, "alpha": 6.1830852, "a": 0.8913594, "b": 1.6140022}
PARETO = {"r": 0.5532771, "alpha": 10.5776838, "s": 0.6062398, "beta": 11.6687290}
PARAMS = {"bg_nbd": BG, "mbg_nbd": MBG, "pareto_nbd": PARETO, "nbd": {"r": 0.4, "alpha": 12.0}}
FITTERS = {
    "bg_nbd": lifetimes.BetaGeoFitter,
    "mbg_nbd": lifetimes.ModifiedBetaGeoFitter,
    "pareto_nbd": lifetimes.ParetoNBDFitter,
}
X = np.array([0.0, 0, 1, 2, 7, 29])
T_X = np.array([0.0, 0, 1.71, 30.43, 20, 37.9])
AGE = np.array([0.0, 38.86, 38.86, 38.86, 30, 38])


def test_conditional_expectation_of_the_paper():
    found = forecast.expected_purchases("bg_nbd", BG, 39, 2, 30.43, 38.86)
    assert found == pytest.approx(1.226, abs=5e-4)


def test_expectation_of_a_new_customer():
    t = np.array([0.1429, 1, 3, 31.8571, 32, 78])
    found = forecast.expected_purchases("bg_nbd", BG, t, 0, 0, 0)
    want = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    assert found[:5] == pytest.approx(want[:5], abs=5e-5)
    # At 78 weeks the last printed digit hangs on parameters nobody printed.
    assert found[5] == pytest.approx(want[5], rel=1e-3)
    assert found[5] == pytest.approx(_bg_story(BG, 78.0), rel=1e-9)


def _bg_story(params: dict[str, float], t: float, T: float = 0.0) -> float:
    """E[X(t)] of a customer without repeat purchase by T, integrated over p.

    Given lambda and p it is (1 - exp(-p lambda t)) / p; over lambda ~ gamma(r, alpha + T)
    the exponential has the mean ((alpha + T) / (alpha + T + p t))^r.
    """
    r, alpha, a, b = params.values()

    def purchases(p: float) -> float:
        p = max(p, 1e-12)  # p = 0 is the limit
        return -np.expm1(-r * np.log1p(p * t / (alpha + T))) / p

    # The beta density p^(a-1) (1-p)^(b-1) is the weight, which copes with both its poles.
    area = quad(purchases, 0, 1, weight="alg", wvar=(a - 1, b - 1), epsrel=1e-10)[0]
    return area / beta_function(a, b)


def test_probability_of_no_purchase():
    # Published for the parameters rounded to three digits.
    rounded = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    found = forecast.purchase_probability("bg_nbd", rounded, 0, 39)[0]
    assert found == pytest.approx(0.5737864, abs=1e-7)
    assert forecast.purchase_probability("bg_nbd", BG, 0, 39)[0] == pytest.approx(found, rel=1e-3)


@pytest.mark.parametrize("model", FITTERS)
def test_agrees_with_lifetimes_where_lifetimes_is_well(model):
    other = FITTERS[model]()
    other.params_ = pd.Series(PARAMS[model])
    alive = other.conditional_probability_alive(X, T_X, AGE)
    assert forecast.p_alive(model, PARAMS[model], X, T_X, AGE) == pytest.approx(alive, rel=1e-9)
    for t in (1.0, 39.0, 260.0):
        want = other.conditional_expected_number_of_purchases_up_to_time(t, X, T_X, AGE)
        found = forecast.expected_purchases(model, PARAMS[model], t, X, T_X, AGE)
        assert found == pytest.approx(want, rel=1e-8)
        new = other.expected_number_of_purchases_up_to_time(t)
        assert forecast.expected_purchases(model, PARAMS[model], t, 0, 0, 0) == pytest.approx(new)


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
def test_probabilities_agree_with_lifetimes(model):
    other = FITTERS[model]()
    other.params_ = pd.Series(PARAMS[model])
    want = [float(other.probability_of_n_purchases_up_to_time(39, n)) for n in range(6)]
    found = forecast.purchase_probability(model, PARAMS[model], np.arange(6), 39)
    assert found == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("model", PARAMS)
def test_probabilities_sum_to_one_and_to_the_expectation(model):
    n = np.arange(800)
    p = forecast.purchase_probability(model, PARAMS[model], n, 39.0)
    assert p.sum() == pytest.approx(1, abs=1e-8)
    assert p @ n == pytest.approx(
        float(forecast.expected_purchases(model, PARAMS[model], 39.0, 0, 0, 0)), rel=1e-7
    )


@pytest.mark.parametrize("model", PARAMS)
def test_nothing_happens_in_no_time(model):
    assert forecast.purchase_probability(model, PARAMS[model], [0, 1], 0.0)[1] == pytest.approx(0)
    assert forecast.expected_purchases(model, PARAMS[model], 0.0, X, T_X, AGE) == pytest.approx(0)


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
def test_smooth_through_a_of_one_where_lifetimes_is_nan(model):
    values = [
        forecast.expected_purchases(model, {**PARAMS[model], "a": a}, 39.0, X, T_X, AGE)
        for a in (1 - 1e-3, 1.0, 1 + 1e-3)
    ]
    assert np.isfinite(values).all()
    assert values[1] == pytest.approx((values[0] + values[2]) / 2, rel=1e-6)


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.4), (0.5, 0.5), (0.3, 0.7), (0.05, 0.2)])
def test_one_time_buyers_where_lifetimes_is_nan(a, b):
    """BG/NBD with a + b at most 1: held against the model's own story, integrated."""
    params = {"r": 0.6, "alpha": 5.0, "a": a, "b": b}
    found = forecast.expected_purchases("bg_nbd", params, 20.0, 0, 0, 30.0)
    assert found == pytest.approx(_bg_story(params, 20.0, 30.0), rel=1e-7)


def test_pareto_at_s_of_one():
    values = [
        forecast.expected_purchases("pareto_nbd", {**PARETO, "s": s}, 39.0, X, T_X, AGE)
        for s in (1 - 1e-4, 1.0, 1 + 1e-4)
    ]
    assert values[1] == pytest.approx((values[0] + values[2]) / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("x", "t_x", "T"),
    [(221, 103.42857, 103.57143), (254, 97.14286, 97.28571), (161, 94.71429, 98)],
)
def test_pareto_p_alive_of_very_frequent_buyers(x, t_x, T):
    params = {"r": 0.5143, "alpha": 2.8845, "s": 0.2856, "beta": 14.1087}
    found = float(forecast.p_alive("pareto_nbd", params, x, t_x, T))
    r, alpha, s, beta = params.values()

    def odds(u: float) -> float:
        buys = (r + x) * np.log((alpha + T) / (alpha + u))
        return np.exp(buys + s * np.log((beta + T) / (beta + u))) * s / (beta + u)

    want = 1 / (1 + quad(odds, t_x, T, epsabs=0, epsrel=1e-12)[0])
    assert found == pytest.approx(want, rel=1e-9)
    assert 0 < found < 1


@pytest.mark.parametrize("model", PARAMS)
def test_a_customer_of_a_thousand_purchases_is_finite(model):
    x, t_x, T = np.array([1000.0, 5000.0]), np.array([99.0, 400.0]), np.array([100.0, 1000.0])
    for t in (0.1, 52.0, 1000.0):
        found = forecast.expected_purchases(model, PARAMS[model], t, x, t_x, T)
        assert np.isfinite(found).all()
        assert (found >= 0).all()


def test_nbd_is_a_mean_of_rates():
    rate = gamma_law(0.4 + 3, scale=1 / (12 + 38)).mean()
    found = forecast.expected_purchases("nbd", PARAMS["nbd"], 39.0, 3, 20.0, 38.0)
    assert found == pytest.approx(rate * 39)


def test_bg_nbd_never_doubts_a_one_time_buyer_and_mbg_nbd_does():
    assert forecast.p_alive("bg_nbd", BG, 0, 0, 500) == 1
    assert forecast.p_alive("mbg_nbd", MBG, 0, 0, 500) < 0.5
