"""The adapter over lifetimes: what it does when a fit goes wrong, and what it never lets out."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit.clv import compress_patterns, fit_clv, fitters
from segkit.clv.fitters import fit_parameters
from segkit.errors import ModelError


@pytest.fixture(scope="module")
def data(calibration):
    patterns = compress_patterns(calibration)
    return patterns.in_unit("week"), patterns.weights


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_weighted_patterns_equal_one_row_per_customer(calibration, data, model):
    columns = tuple(
        calibration[name].to_numpy(float) / days
        for name, days in (("frequency", 1), ("recency", 7), ("T", 7))
    )
    rows = fit_parameters(model, columns, np.ones(len(calibration)))
    patterns = fit_parameters(model, *data)
    assert rows.params == pytest.approx(patterns.params, rel=1e-5)
    assert rows.log_likelihood == pytest.approx(patterns.log_likelihood, abs=1e-7)


@pytest.mark.parametrize("model", ["bg_nbd", "pareto_nbd", "mbg_nbd"])
def test_own_starting_points_serve_when_lifetimes_fails(monkeypatch, data, fitted, model):
    def fails(*args: object) -> None:
        raise ValueError("did not converge")

    monkeypatch.setattr(fitters, "_lifetimes", fails)
    fit = fit_parameters(model, *data)
    assert fit.penalizer == 0.0
    assert fit.params == pytest.approx(fitted[model].params, rel=1e-4)


def test_a_later_starting_point_serves_when_the_first_fails(monkeypatch, data, fitted):
    tried, real = [], fitters._lifetimes

    def fails_once(spec, columns, weights, penalizer, start):
        tried.append(start)
        if len(tried) == 1:
            raise ValueError("did not converge")
        return real(spec, columns, weights, penalizer, start)

    monkeypatch.setattr(fitters, "_lifetimes", fails_once)
    fit = fit_parameters("bg_nbd", *data)
    assert tried == [0.1, 1.0]
    assert fit.params == pytest.approx(fitted["bg_nbd"].params, rel=1e-4)


def test_a_penalty_comes_last_and_is_said(monkeypatch, calibration):
    climb = fitters.climb
    monkeypatch.setattr(fitters, "climb", lambda *a: replace(climb(*a), arrived=False))
    model = fit_clv(calibration, model="bg_nbd", spend=None)
    assert model.facts["penalizer_used"] == fitters.LAST_RESORT[0]
    assert any("converged only with a penalty of 0.001" in note for note in model.notes)


def test_nothing_converges(monkeypatch, calibration):
    climb = fitters.climb
    monkeypatch.setattr(fitters, "climb", lambda *a: replace(climb(*a), arrived=False))

    def fails(*args: object) -> None:
        raise ValueError("did not converge")

    monkeypatch.setattr(fitters, "_penalized", fails)
    with pytest.raises(ModelError, match="bg_nbd did not converge on 2,357 customers from any"):
        fit_clv(calibration, model="bg_nbd", spend=None)


def test_a_homogeneous_population_without_churn_still_gives_a_finite_forecast():
    rng = np.random.default_rng(4)
    T = rng.integers(180, 360, 1500)
    x = rng.poisson(T / 70)
    t_x = np.where(x > 0, np.ceil(T * rng.uniform(size=T.size) ** (1 / np.maximum(x, 1))), 0)
    customers = pd.DataFrame({"customer_id": range(T.size), "frequency": x, "recency": t_x, "T": T})
    model = fit_clv(customers, model="mbg_nbd", spend=None)
    ahead = model.predict(horizon_days=70)["expected_purchases"]
    assert ahead.mean() == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_one_extreme_buyer_does_not_break_a_fit(calibration, model):
    extreme = calibration.head(1).assign(customer_id="x", frequency=254, recency=271, T=272)
    fit = fit_clv(pd.concat([calibration, extreme]), model=model, spend=None)
    assert fit.facts["penalizer_used"] == 0.0
    value = fit.predict().set_index("customer_id").loc["x"]
    assert value["p_alive"] > 0.95
    assert 150 < value["expected_purchases"] < 350


def test_many_patterns_are_thinned_only_for_the_start(monkeypatch, data, fitted):
    monkeypatch.setattr(fitters, "_ENOUGH_ROWS", 100)
    seen, real = [], fitters._lifetimes

    def counted(spec, columns, *rest):
        seen.append(len(columns[0]))
        return real(spec, columns, *rest)

    monkeypatch.setattr(fitters, "_lifetimes", counted)
    fit = fit_parameters("mbg_nbd", *data)
    assert max(seen) <= 100
    assert fit.params == pytest.approx(fitted["mbg_nbd"].params, rel=1e-4)


def test_nbd_takes_a_penalty_too(data):
    free, held = fit_parameters("nbd", *data), fit_parameters("nbd", *data, penalizer=0.1)
    assert held.params["alpha"] < free.params["alpha"]
    assert held.log_likelihood < free.log_likelihood


class LoudFitter:
    """Behaves as lifetimes does on failure: prints, warns, changes filters, raises."""

    def __init__(self, penalizer_coef: float) -> None:
        warnings.simplefilter("ignore", FutureWarning)

    def fit(self, *columns: np.ndarray, **options: object) -> None:
        print("success: False")
        warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
        raise ValueError("did not converge")


def test_nothing_is_printed_and_no_filter_is_changed(capsys, monkeypatch, data):
    import lifetimes

    monkeypatch.setattr(lifetimes, "BetaGeoFitter", LoudFitter)
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as caught:
        fit = fit_parameters("bg_nbd", *data)
    assert fit.penalizer == 0.0
    out = capsys.readouterr()
    assert (out.out, out.err, caught) == ("", "", [])
    assert warnings.filters == before


def test_random_state_is_not_touched(calibration):
    np.random.seed(7)
    want = np.random.rand()
    np.random.seed(7)
    fit_clv(calibration, model="pareto_nbd", spend=None)
    assert np.random.rand() == want
