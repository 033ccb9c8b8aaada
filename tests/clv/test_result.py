"""A fitted model as a reader meets it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from segkit.clv import ClvModel, fit_clv
from segkit.errors import DataError, ModelError


def test_is_frozen(fitted):
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'params'"):
        fitted["mbg_nbd"].params = {}


def test_repr_names_the_next_step(fitted):
    text = repr(fitted["mbg_nbd"])
    assert text.startswith("<ClvModel MBG/NBD: r=0.5248, alpha=6.183, a=0.8914, b=1.614 per week")
    assert "Next: .predict(horizon_days=365)" in text


def test_summary_holds_parameters_and_warnings(fitted):
    text = fitted["bg_nbd"].summary()
    assert "BG/NBD on 2,357 customers (1,016 distinct histories)" in text
    assert "log-likelihood \u22129,582.4; time counted in weeks" in text
    assert "\n! BG/NBD gives P(alive) = 1" in text


def test_html_shows_table_and_notes(fitted):
    page = fitted["bg_nbd"]._repr_html_()
    assert page.count("<tr") == 8  # a head, four and three parameters
    assert "<li>BG/NBD gives" in page


def test_forecast_columns_and_ranges(fitted, calibration):
    value = fitted["mbg_nbd"].predict(horizon_days=273)
    assert list(value.columns) == [
        "customer_id", "p_alive", "expected_purchases", "expected_spend", "clv"
    ]  # fmt: skip
    assert value["customer_id"].tolist() == calibration["customer_id"].tolist()
    assert value["p_alive"].between(0, 1).all()
    assert (value["clv"] > 0).all()
    assert value["p_alive"].mean() == pytest.approx(0.44872, abs=1e-5)


def test_no_margin_no_value(fitted):
    assert (fitted["mbg_nbd"].predict(margin=0)["clv"] == 0).all()


def test_a_higher_discount_is_worth_less(fitted):
    low, high = (fitted["mbg_nbd"].predict(discount_annual=d)["clv"] for d in (0.05, 0.30))
    assert (high < low).all()


def test_without_a_spend_model_spend_stays_empty(calibration):
    model = fit_clv(calibration.drop(columns="monetary_value"), spend=None)
    value = model.predict()
    assert value[["expected_spend", "clv"]].isna().all().all()
    assert value["expected_purchases"].notna().all()
    assert model.spend_params == {}
    assert np.isnan(model.spend_log_likelihood)


def test_new_customer(fitted):
    model = fitted["bg_nbd"]
    assert model.expected_of_new(273.0) == pytest.approx(
        float(model.expected_of_new(np.array([100.0, 273.0]))[1])
    )
    assert model.probability_of_new(np.arange(400), days=273).sum() == pytest.approx(1, abs=1e-6)


def test_no_customers_given(fitted):
    stored = ClvModel.from_dict(fitted["mbg_nbd"].to_dict())
    with pytest.raises(ModelError, match=r"holds no customers.*Pass the table: model.predict"):
        stored.predict()


def test_missing_columns(fitted, calibration):
    with pytest.raises(DataError, match="ClvModel.predict: missing column monetary_value"):
        fitted["mbg_nbd"].predict(calibration.drop(columns="monetary_value"))


def test_no_rows_no_forecast(fitted, calibration):
    value = fitted["pareto_nbd"].predict(calibration.head(0))
    assert len(value) == 0
    assert "clv" in value.columns
