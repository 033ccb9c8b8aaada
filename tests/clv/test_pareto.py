"""The integral of the Pareto/NBD model against its hypergeometric form and plain quadrature."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from lifetimes import ParetoNBDFitter
from scipy.integrate import quad

from segkit.clv.pareto import log_death_odds

SHAPES = [
    (0.5532771, 10.5776838, 0.6062398, 11.6687290),
    (0.05, 0.01, 3.0, 500.0),
    (3.0, 200.0, 0.01, 0.5),
    (1.0, 1.0, 1.0, 1.0),
    (50.0, 1.0, 20.0, 30.0),
]


@pytest.mark.parametrize("params", SHAPES)
@pytest.mark.parametrize("history", [(0, 0, 38.86), (2, 30.43, 38.86), (1, 0.1, 50), (9, 5, 20)])
def test_against_plain_quadrature(params, history):
    r, alpha, s, beta = params
    x, t_x, T = history

    def odds(u: float) -> float:
        buys = (r + x) * np.log((alpha + T) / (alpha + u))
        return np.exp(buys + s * np.log((beta + T) / (beta + u))) * s / (beta + u)

    parts = t_x + (T - t_x) * np.linspace(0, 1, 41) ** 4
    want = sum(quad(odds, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in itertools.pairwise(parts))
    assert float(log_death_odds(np.array(params), x, t_x, T)) == pytest.approx(
        np.log(want), abs=1e-7
    )


def test_against_lifetimes_on_ordinary_customers():
    params = np.array(SHAPES[0])
    x, t_x, T = np.array([0.0, 1, 2, 5]), np.array([0.0, 3, 30.43, 20]), np.full(4, 38.86)
    r, alpha, s, beta = params
    other = ParetoNBDFitter._log_A_0(params, x, t_x, T)
    want = np.log(s / (r + s + x)) + (r + x) * np.log(alpha + T) + s * np.log(beta + T) + other
    assert log_death_odds(params, x, t_x, T) == pytest.approx(want, abs=1e-9)


def test_no_time_to_die_since_the_last_purchase():
    assert log_death_odds(np.array(SHAPES[0]), 3, 20.0, 20.0) == -np.inf


def test_blocks_do_not_show():
    rng = np.random.default_rng(1)
    T = rng.uniform(1, 100, 70_000)
    x, t_x = rng.poisson(2, T.size), rng.uniform(0, 1, T.size) * T
    whole = log_death_odds(np.array(SHAPES[0]), x, t_x, T)
    ends = [0, 65_535, 65_536, 69_999]
    parts = [float(log_death_odds(np.array(SHAPES[0]), x[i], t_x[i], T[i])) for i in ends]
    assert whole[ends] == pytest.approx(parts, rel=1e-12)
