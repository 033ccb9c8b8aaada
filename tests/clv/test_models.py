"""Published and recomputed figures of CDNOW, and the ways a fit can be asked for."""

from __future__ import annotations

import json
import warnings

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.clv import ClvModel, fit_clv
from segkit.errors import ArgumentError, DataError

PARAMS = {
    "nbd": {"r": 0.384766, "alpha": 12.07202},
    "bg_nbd": {"r": 0.2425945, "alpha": 4.4136022, "a": 0.7929220, "b": 2.4259068},
    "mbg_nbd": {"r": 0.5248432, "alpha": 6.1830852, "a": 0.8913594, "b": 1.6140022},
    "pareto_nbd": {"r": 0.5532771, "alpha": 10.5776838, "s": 0.6062398, "beta": 11.6687290},
}
LOG_LIKELIHOOD = {
    "nbd": -9763.6576,
    "bg_nbd": -9582.4292,
    "mbg_nbd": -9582.1357,
    "pareto_nbd": -9594.9762,
}
STD_ERRORS = {
    "bg_nbd": [0.012557, 0.378221, 0.185719, 0.705345],
    "pareto_nbd": [0.0476264, 0.8427222, 0.1872594, 6.2105448],
}


def test_calibration_sample_is_the_published_one(calibration):
    assert len(calibration) == 2357
    assert calibration["frequency"].sum() == 2457
    assert (calibration["frequency"] == 0).sum() == 1411


@pytest.mark.parametrize("model", PARAMS)
def test_parameters_meet_the_published_ones(fitted, model):
    assert fitted[model].params == pytest.approx(PARAMS[model], rel=1e-3)
    assert list(fitted[model].params) == list(PARAMS[model])


@pytest.mark.parametrize("model", LOG_LIKELIHOOD)
def test_log_likelihood_is_the_true_one(fitted, model):
    assert fitted[model].log_likelihood == pytest.approx(LOG_LIKELIHOOD[model], abs=1e-3)


@pytest.mark.parametrize("model", STD_ERRORS)
def test_standard_errors_meet_the_recomputed_ones(fitted, model):
    found = fitted[model].purchase_intervals["std_error"]
    assert found.to_numpy() == pytest.approx(STD_ERRORS[model], rel=1e-3)


def test_intervals_hold_estimate_and_no_negative_bound(fitted):
    table = fitted["pareto_nbd"].intervals
    assert table["name"].tolist() == ["r", "alpha", "s", "beta", "p", "q", "gamma"]
    assert (table["lower"] > 0).all()
    assert (table["lower"] < table["estimate"]).all()
    assert (table["estimate"] < table["upper"]).all()
    # Where the plain normal interval would have a negative bound, the logarithmic has none.
    beta = table.set_index("name").loc["beta"]
    assert beta["estimate"] - 1.96 * beta["std_error"] < 0 < beta["lower"]


def test_counts_customers_and_patterns(fitted):
    assert (fitted["mbg_nbd"].n_customers, fitted["mbg_nbd"].n_patterns) == (2357, 1016)


def test_permuted_rows_and_counted_patterns_give_the_same_fit(calibration, fitted):
    shuffled = calibration.sample(frac=1, random_state=3)
    again = fit_clv(shuffled, model="bg_nbd")
    assert again.params == fitted["bg_nbd"].params
    assert again.spend_params == pytest.approx(fitted["bg_nbd"].spend_params, rel=1e-9)


@pytest.mark.parametrize(
    "convert", [pl.from_pandas, pa.Table.from_pandas, ibis.memtable], ids=["pl", "pa", "ibis"]
)
def test_every_kind_of_frame_gives_the_same(calibration, fitted, convert):
    frame = convert(calibration)
    model = fit_clv(frame, model="mbg_nbd")
    assert model.params == fitted["mbg_nbd"].params
    value = model.predict(horizon_days=273)
    assert type(value) is type(frame)
    plain = pd.DataFrame(value.execute() if isinstance(value, ibis.Table) else value.to_pandas())
    want = fitted["mbg_nbd"].predict(horizon_days=273)
    plain = plain.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(plain, want, check_exact=False, rtol=1e-12)


@pytest.mark.parametrize(("unit", "days"), [("day", 1.0), ("month", 365.25 / 12)])
def test_unit_scales_parameters_and_leaves_the_forecast(calibration, fitted, unit, days):
    model = fit_clv(calibration, model="mbg_nbd", time_unit=unit)
    week = fitted["mbg_nbd"]
    assert model.params["alpha"] * days == pytest.approx(week.params["alpha"] * 7, rel=1e-4)
    assert model.params["b"] == pytest.approx(week.params["b"], rel=1e-4)
    ours = model.predict(horizon_days=273)["clv"].sum()
    assert ours == pytest.approx(week.predict(horizon_days=273)["clv"].sum(), rel=1e-5)


def test_penalty_is_lifetimes_own_and_said(calibration):
    model = fit_clv(calibration, model="bg_nbd", penalizer=0.01)
    assert model.params["a"] == pytest.approx(0.286, abs=1e-3)
    assert model.params["b"] == pytest.approx(0.659, abs=1e-3)
    assert any("penalty of 0.010 that was asked for" in note for note in model.notes)
    assert model.log_likelihood < LOG_LIKELIHOOD["bg_nbd"]


def test_input_is_not_changed_and_not_shared(calibration):
    customers = calibration.copy()
    model = fit_clv(customers)
    before = model.predict()["clv"].sum()
    pd.testing.assert_frame_equal(customers, calibration)
    customers["frequency"] = 0
    customers["recency"] = 0
    assert model.predict()["clv"].sum() == before


def test_warning_filters_are_left_as_they_were(calibration):
    before = list(warnings.filters)
    fit_clv(calibration, model="bg_nbd")
    assert warnings.filters == before


def test_a_stored_model_forecasts_the_same(calibration, fitted):
    plain = json.loads(json.dumps(fitted["pareto_nbd"].to_dict(), allow_nan=False))
    again = ClvModel.from_dict(plain)
    pd.testing.assert_frame_equal(
        again.predict(calibration), fitted["pareto_nbd"].predict(calibration)
    )


def test_unknown_model_names_the_nearest(calibration):
    with pytest.raises(
        ArgumentError, match="fit_clv: model must be one of .*Did you mean 'bg_nbd'"
    ):
        fit_clv(calibration, model="bgnbd")


def test_unknown_unit(calibration):
    with pytest.raises(ArgumentError, match="time_unit must be one of day, week, month"):
        fit_clv(calibration, time_unit="weeks")


def test_negative_penalizer(calibration):
    with pytest.raises(ArgumentError, match="penalizer must be a number at least 0"):
        fit_clv(calibration, penalizer=-1)


def test_unknown_spend_model(calibration):
    with pytest.raises(ArgumentError, match="spend must be one of gamma_gamma"):
        fit_clv(calibration, spend="gamma")


def test_nobody_came_back(calibration):
    once = calibration[calibration["frequency"] == 0]
    with pytest.raises(DataError, match=r"bought on a second day; got '1,411 one-time buyers'"):
        fit_clv(once)


def test_no_rows(calibration):
    with pytest.raises(DataError, match="a table with rows; got 'no rows'"):
        fit_clv(calibration.head(0))


@pytest.mark.parametrize(
    ("model", "params", "seed"),
    [
        ("bg_nbd", (0.8, 6.0, 0.8, 2.5), 11),
        ("mbg_nbd", (0.8, 6.0, 0.8, 2.5), 12),
        ("pareto_nbd", (0.8, 6.0, 0.7, 12.0), 13),
    ],
)
def test_recovers_the_parameters_of_a_simulated_population(simulate, model, params, seed):
    customers = simulate(model, params, n=8000, seed=seed)
    fit = fit_clv(customers, model=model, spend=None).purchase_intervals
    distance = (np.log(fit["estimate"]) - np.log(params)) / (fit["std_error"] / fit["estimate"])
    assert np.abs(distance).max() < 3.3  # one in a thousand for a normal error
    assert (fit["std_error"] / fit["estimate"]).max() < 0.5
