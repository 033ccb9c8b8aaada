"""Models as JSON: the same back, and nothing else is taken for one."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from segkit.clv import ClvModel, fit_clv
from segkit.errors import ModelError


@pytest.fixture
def plain(fitted):
    return json.loads(json.dumps(fitted["mbg_nbd"].to_dict(), allow_nan=False))


@pytest.mark.parametrize("model", ["nbd", "bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_round_trip(fitted, model):
    stored = json.loads(json.dumps(fitted[model].to_dict(), allow_nan=False))
    again = ClvModel.from_dict(stored)
    assert again.params == fitted[model].params
    assert again.log_likelihood == fitted[model].log_likelihood
    assert again.notes == fitted[model].notes
    assert again.summary() == fitted[model].summary()
    pd.testing.assert_frame_equal(again.intervals, fitted[model].intervals)


@pytest.mark.parametrize("spend", [None, "observed_mean"])
def test_round_trip_without_gamma_gamma(calibration, spend):
    model = fit_clv(calibration, spend=spend)
    again = ClvModel.from_dict(json.loads(json.dumps(model.to_dict(), allow_nan=False)))
    pd.testing.assert_frame_equal(again.predict(calibration), model.predict())
    assert str(again.spend_log_likelihood) == "nan"


def test_order_of_parameters_in_a_file_does_not_matter(plain, calibration, fitted):
    plain["params"] = dict(reversed(plain["params"].items()))
    value = ClvModel.from_dict(plain).predict(calibration)
    pd.testing.assert_frame_equal(value, fitted["mbg_nbd"].predict())


@pytest.mark.parametrize("stored", [{}, {"format": "segkit.clv/9"}, None, "model.pkl"])
def test_not_a_stored_model(stored):
    with pytest.raises(ModelError, match=r"format must be 'segkit.clv/1'; got .*to_dict"):
        ClvModel.from_dict(stored)


def test_missing_parts_are_all_named(plain):
    del plain["params"], plain["facts"]
    with pytest.raises(ModelError, match="missing params, facts"):
        ClvModel.from_dict(plain)


@pytest.mark.parametrize("params", [{"r": 1.0}, {"r": 1, "alpha": 1, "a": -1, "b": 1}, [1, 2]])
def test_wrong_parameters(plain, params):
    plain["params"] = params
    with pytest.raises(ModelError, match="params must be positive numbers for r, alpha, a, b"):
        ClvModel.from_dict(plain)


def test_unknown_model(plain):
    plain["model"] = "mbgnbd"
    with pytest.raises(ModelError, match="model must be one of .*Did you mean 'mbg_nbd'"):
        ClvModel.from_dict(plain)


def test_unknown_unit(plain):
    plain["time_unit"] = "year"
    with pytest.raises(ModelError, match="time_unit must be one of day, week, month"):
        ClvModel.from_dict(plain)


def test_wrong_spend(plain):
    plain["spend"] = {"kind": "gamma_gamma"}
    with pytest.raises(ModelError, match="spend must be what to_dict gave"):
        ClvModel.from_dict(plain)


def test_missing_facts(plain):
    plain["facts"] = {"n_customers": 3}
    with pytest.raises(ModelError, match="facts lack n_once, n_repeat"):
        ClvModel.from_dict(plain)
