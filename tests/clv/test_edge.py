"""Populations of whom nobody leaves, and parameters that ran out of their range."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from segkit.clv import ClvModel, fit_clv, forecast
from segkit.clv.edge import NEVER, churn_grid, hardly_leaves, never_leaves
from segkit.clv.growth import beta_growth

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
LEAVERS = {"bg_nbd": ("a", "b"), "mbg_nbd": ("a", "b"), "pareto_nbd": ("s", "beta")}


def faithful(n: int, seed: int) -> pd.DataFrame:
    """NBD: gamma rates, and every customer stays."""
    rng = np.random.default_rng(seed)
    T = rng.integers(273, 546, n)
    x = rng.poisson(rng.gamma(0.8, 1 / 42, n) * T)
    last = np.ceil(T * rng.uniform(size=n) ** (1 / np.maximum(x, 1)))
    recency = np.where(x > 0, last, 0)
    return pd.DataFrame({"customer_id": range(n), "frequency": x, "recency": recency, "T": T})


@pytest.fixture(scope="module")
def customers():
    return faithful(20_000, 2)


@pytest.fixture(scope="module")
def without_churn(customers):
    return {name: fit_clv(customers, model=name, spend=None) for name in ("nbd", *LEAVERS)}


@pytest.mark.parametrize("model", LEAVERS)
def test_data_without_churn_give_nbd(without_churn, model):
    found, nbd = without_churn[model], without_churn["nbd"]
    assert found.log_likelihood == nbd.log_likelihood
    assert found.facts["no_churn"]
    assert (found.facts["penalizer_used"], found.facts["flat"]) == (0.0, False)
    value, want = found.predict(), nbd.predict()
    pd.testing.assert_frame_equal(value, want)
    assert (value["p_alive"] == 1).all()
    days = np.array([0.0, 30.0, 400.0])
    assert found.expected_of_new(days) == pytest.approx(nbd.expected_of_new(days))
    counts = found.probability_of_new(np.arange(300), days=90)
    assert counts.sum() == pytest.approx(1)


@pytest.mark.parametrize(("model", "names"), LEAVERS.items())
def test_no_interval_where_there_is_no_churn(without_churn, model, names):
    table = without_churn[model].intervals.set_index("name")
    assert table.loc[["r", "alpha"]].notna().all().all()
    assert table.loc[list(names), ["std_error", "lower", "upper"]].isna().all().all()
    assert table.loc[names[0], "estimate"] == 0
    assert "= 0 (– – –)" in without_churn[model].summary()
    assert "nan" not in without_churn[model]._repr_html_().lower()


@pytest.mark.parametrize("model", LEAVERS)
def test_the_reason_is_said_and_no_other(without_churn, model):
    first, *rest = without_churn[model].notes
    assert first.startswith("These data show no customer leaving: ")
    assert rest == ["No spend model: expected spend and CLV are left empty."]


def test_a_stored_model_without_churn(without_churn, customers):
    stored = json.loads(json.dumps(without_churn["bg_nbd"].to_dict(), allow_nan=False))
    again = ClvModel.from_dict(stored)
    pd.testing.assert_frame_equal(again.predict(customers), without_churn["bg_nbd"].predict())
    assert again.notes == without_churn["bg_nbd"].notes


def regular(n: int, seed: int) -> pd.DataFrame:
    """A purchase in nine weeks of ten, by everybody, without end: no spread of the rates."""
    rng = np.random.default_rng(seed)
    T = rng.integers(30, 730, n)
    x = rng.binomial(T // 7, 0.9)
    recency = np.where(x > 0, np.maximum(T - rng.integers(0, 10, n), x), 0)
    return pd.DataFrame({"customer_id": range(n), "frequency": x, "recency": recency, "T": T})


@pytest.mark.parametrize("model", ["nbd", *LEAVERS])
def test_regular_buyers_all_have_the_rate_of_all(model):
    customers = regular(5_000, 3)
    found = fit_clv(customers, model=model, spend=None)
    rate = customers["frequency"].sum() / customers["T"].sum()
    assert found.params["r"] / found.params["alpha"] == pytest.approx(rate * 7, rel=1e-6)
    x, T = customers["frequency"], customers["T"] / 7
    poisson = (x * np.log(rate * 7) - rate * 7 * T).sum()
    assert found.log_likelihood == pytest.approx(poisson, abs=0.05)
    assert found.facts["penalizer_used"] == 0
    assert {"r", "alpha"} <= set(found.facts["edge"])
    assert found.facts["no_churn"] == (model != "nbd")
    value = found.predict(horizon_days=70)
    assert value["expected_purchases"].to_numpy() == pytest.approx(rate * 70, rel=1e-4)
    assert found.probability_of_new(np.arange(100), days=70).sum() == pytest.approx(1)


def test_a_little_churn_is_not_taken_for_none(simulate):
    leaving = simulate("bg_nbd", (0.8, 6.0, 0.01, 5.0), n=4000, seed=10)
    for model in LEAVERS:
        found = fit_clv(leaving, model=model, spend=None)
        assert not found.facts["no_churn"]
        assert found.intervals.notna().all().all()


def test_some_leave_at_once_and_the_others_never(simulate):
    """The top lies at a = b = 0 with a tenth of the customers leaving: an edge with churn."""
    mixed = simulate("mbg_nbd", (0.8, 6.0, 1e-6, 1e-5), n=4000, seed=8)
    model = fit_clv(mixed, model="mbg_nbd", spend=None)
    assert not model.facts["no_churn"]
    assert model.params["a"] / (model.params["a"] + model.params["b"]) == pytest.approx(
        1 / 11, abs=0.03
    )
    assert any("edge of what the model can say: a" in note for note in model.notes)
    assert model.predict()[["p_alive", "expected_purchases"]].notna().all().all()


def test_never_leaves():
    for model, names in LEAVERS.items():
        purchases = {"r": 0.5, "alpha": 6.0}
        assert never_leaves(model, {**purchases, **dict(zip(names, NEVER, strict=True))})
        assert never_leaves(model, {**purchases, names[0]: 0.5, names[1]: 1e20})
        assert not never_leaves(model, {**purchases, names[0]: 1e-20, names[1]: 1e-19})
    assert never_leaves("nbd", {"r": 0.5, "alpha": 6.0})


def test_a_start_that_hardly_leaves():
    for a, hardly in ((1e-30, True), (0.001, True), (0.05, False)):
        assert hardly_leaves("mbg_nbd", np.log([0.5, 6.0, a, 2.0]), 52.0) is hardly
    for s, hardly in ((1e-30, True), (0.01, True), (0.05, False)):
        assert hardly_leaves("pareto_nbd", np.log([0.5, 6.0, s, 52.0]), 52.0) is hardly
    assert not hardly_leaves("pareto_nbd", np.log([0.5, 6.0, 13.0, 1000.0]), 52.0)


def test_churn_of_the_grid_is_what_it_says():
    for at in churn_grid("bg_nbd", np.zeros(2), 52.0):
        a, b = np.exp(at[2:])
        assert min(abs(a / (a + b) - np.array([1e-4, 1e-3, 1e-2, 0.1]))) < 1e-12


def averaged(r: float, alpha: float, a: float, b: float, t: float, x: float, T: float) -> float:
    """The mean over the chance to leave, integrated on the axis of its log odds."""
    shape, span = r + x, t / (alpha + T)

    def part(odds: float) -> float:
        chance = 1 / (1 + np.exp(-odds))
        density = -a * np.logaddexp(0, -odds) - (b + x) * np.logaddexp(0, odds)
        each = -np.expm1(-shape * np.log1p(chance * span)) / chance
        return float(np.exp(density - betaln(a, b + x)) * each)

    middle = np.log(a / (b + x))
    wide = 1 / np.sqrt(min(a, b + x)) + 1 / min(a, b + x, 1.0)
    ends = middle + wide * np.linspace(-30, 30, 241)
    parts = (quad(part, *pair, epsabs=0, epsrel=1e-9)[0] for pair in itertools.pairwise(ends))
    return sum(parts)


@pytest.mark.parametrize(
    ("a", "b"),
    [(0.8, 1.9e4), (0.8, 2.1e4), (290.0, 900.0), (310.0, 900.0), (5e3, 5e4), (1e6, 1e5)],
)
@pytest.mark.parametrize("x", [0, 1, 30])
def test_growth_beyond_the_closed_form_is_the_plain_mean(a, b, x):
    found = beta_growth(0.5, 6.0, a, b, np.array(39.0), np.array(float(x)), np.array(38.0))
    assert float(found) == pytest.approx(averaged(0.5, 6.0, a, b, 39.0, x, 38.0), rel=1e-6)


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
@pytest.mark.parametrize("b", [1e-30, 1e-9, 1e-6, 1.0, 1e3, 1e9, 1e30])
@pytest.mark.parametrize("a", [1e-30, 4.6e-20, 1e-9, 1e-7, 0.3, 1.0, 400.0, 1e9, 1e30])
def test_every_forecast_is_finite_at_the_edges(model, a, b):
    params = {"r": 0.5, "alpha": 6.0, "a": a, "b": b}
    x, t_x, T = np.array([0.0, 1, 2, 900]), np.array([0.0, 3, 30, 90]), np.full(4, 100.0)
    alive = forecast.p_alive(model, params, x, t_x, T)
    found = forecast.growth(model, params, 39.0, x, T)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert ((found >= 0) & (found <= (0.5 + x) / 106 * 39 * (1 + 1e-9))).all()


@pytest.mark.parametrize("s", [0.0, 1e-20, 1e-6, 1.0, 1e6])
@pytest.mark.parametrize("beta", [1e-6, 1.0, 1e6, 1e20])
def test_every_forecast_of_pareto_is_finite_at_the_edges(s, beta):
    params = {"r": 0.5, "alpha": 6.0, "s": s, "beta": beta}
    x, t_x, T = np.array([0.0, 1, 2, 900]), np.array([0.0, 3, 30, 90]), np.full(4, 100.0)
    found = forecast.expected_purchases("pareto_nbd", params, 39.0, x, t_x, T)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("x", [0.0, 1.0, 5.0])
@pytest.mark.parametrize("b", [0.1, 3.0])
@pytest.mark.parametrize("border", [1e-8, 300.0])
def test_growth_is_smooth_where_formulas_change(border, b, x):
    t, T = np.array(39.0), np.array(38.0)
    below, above = (
        float(beta_growth(0.5, 6.0, a, b, t, np.array(x), T))
        for a in (border * (1 - 1e-6), border * (1 + 1e-6))
    )
    assert below == pytest.approx(above, rel=1e-5)
