"""Gamma-Gamma on both CDNOW tables, and where it must give way to plain means."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.clv import fit_clv, fit_spend, pairs
from segkit.clv.spend import expected_spend
from segkit.collect import as_ibis
from segkit.errors import ArgumentError, DataError


def _expected(fit, frame: pd.DataFrame) -> list[float]:
    table = as_ibis(frame)
    value = expected_spend(fit, table.frequency, table.monetary_value)
    return table.select(value=value).execute()["value"].tolist()


def test_published_figures_from_transactions(calibration):
    fit = fit_spend(calibration)
    assert fit.params == pytest.approx({"p": 6.24957, "q": 3.74422, "gamma": 15.44352}, rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-4055.9177, abs=1e-3)
    assert (fit.n_customers, fit.n_unspent) == (946, 0)
    assert fit.correlation == pytest.approx(0.114, abs=5e-4)


def test_figures_of_the_bundled_summary(bundled):
    fit = fit_spend(bundled)
    assert fit.params == pytest.approx({"p": 6.24880, "q": 3.74459, "gamma": 15.44775}, rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-4055.9232, abs=1e-3)
    assert fit.population_mean == pytest.approx(35.171, abs=1e-3)
    want = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert _expected(fit, bundled.head(10)) == pytest.approx(want, abs=0.01)


def test_predict_gives_the_same_spend(bundled):
    value = fit_clv(bundled, model="bg_nbd").predict()
    assert value["expected_spend"].head(3).tolist() == pytest.approx(
        [24.65, 18.91, 35.17], abs=0.01
    )


def test_order_of_rows_does_not_matter(calibration):
    again = fit_spend(calibration.sample(frac=1, random_state=1))
    assert again.params == pytest.approx(fit_spend(calibration).params, rel=1e-12)


def test_recovers_a_simulated_population():
    rng = np.random.default_rng(5)
    p, q, gamma, n = 6.25, 3.74, 15.44, 6000
    x = 1 + rng.poisson(2, n)
    mean = rng.gamma(p * x) / (x * rng.gamma(q, 1 / gamma, n))
    fit = fit_spend(pd.DataFrame({"frequency": x, "monetary_value": mean}))
    error = np.log(fit.intervals["estimate"]) - np.log([p, q, gamma])
    assert np.abs(error / (fit.intervals["std_error"] / fit.intervals["estimate"])).max() < 3.3
    assert fit.population_mean == pytest.approx(p * gamma / (q - 1), rel=0.03)


def test_free_repeat_purchases_are_left_out_and_get_the_mean(calibration):
    free = calibration.copy()
    free.loc[free.index[free["frequency"] > 0][:5], "monetary_value"] = 0.0
    model = fit_clv(free)
    assert (model.spend.n_customers, model.spend.n_unspent) == (941, 5)
    assert any(note.startswith("5 repeat customers without positive spend") for note in model.notes)
    rows = free.merge(model.predict(), on="customer_id")
    given = rows.query("frequency > 0 and monetary_value == 0")["expected_spend"]
    assert given.tolist() == pytest.approx([model.spend.population_mean] * 5)


def test_plain_means_by_hand():
    frame = pd.DataFrame({"frequency": [1, 3, 0], "monetary_value": [20.0, 40.0, 0.0]})
    fit = fit_spend(frame, spend="observed_mean")
    assert fit.population_mean == (20 + 3 * 40) / 4
    assert _expected(fit, frame) == [20.0, 40.0, 35.0]
    assert np.isnan(fit.log_likelihood)


def test_too_few_for_three_parameters():
    frame = pd.DataFrame({"frequency": [1] * 29, "monetary_value": np.linspace(10, 40, 29)})
    fit = fit_spend(frame)
    assert (fit.kind, fit.fallback) == ("observed_mean", "few")


def test_a_tail_without_a_mean():
    rng = np.random.default_rng(6)
    x = np.full(4000, 4)
    mean = rng.gamma(6 * x) / (x * rng.gamma(0.7, 1 / 15, x.size))
    fit = fit_spend(pd.DataFrame({"frequency": x, "monetary_value": mean}))
    assert (fit.kind, fit.fallback) == ("observed_mean", "heavy_tail")
    assert fit.population_mean == pytest.approx(mean.mean())


def test_spend_of_one_time_buyers_may_be_missing(calibration):
    frame = calibration.copy()
    frame.loc[frame["frequency"] == 0, "monetary_value"] = np.nan
    value = fit_clv(frame).predict()
    pd.testing.assert_frame_equal(value, fit_clv(calibration).predict())


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_unknown_spend_of_a_repeat_customer(calibration, fitted, value):
    frame = calibration.copy()
    frame.loc[frame.index[frame["frequency"] > 0][:2], "monetary_value"] = value
    sentence = "monetary_value must be a number for every repeat customer; got '2 without it'"
    with pytest.raises(DataError, match=f"fit_clv: {sentence}"):
        fit_clv(frame)
    with pytest.raises(DataError, match=f"ClvModel.predict: {sentence}"):
        fitted["mbg_nbd"].predict(frame)


def test_text_as_spend(calibration):
    with pytest.raises(DataError, match="monetary_value must be a number column; got 'string'"):
        fit_spend(calibration.assign(monetary_value="12"))


def test_no_positive_spend(calibration):
    with pytest.raises(DataError, match="monetary_value must be positive for some repeat customer"):
        fit_spend(calibration.assign(monetary_value=0.0))


def test_missing_column(calibration):
    with pytest.raises(DataError, match="fit_spend: missing column monetary_value"):
        fit_spend(calibration.drop(columns="monetary_value"))


def test_unknown_kind(calibration):
    with pytest.raises(ArgumentError, match="fit_spend: spend must be one of gamma_gamma"):
        fit_spend(calibration, spend="pareto")


@pytest.fixture(scope="module")
def many():
    """More repeat customers than come to Python, hardly two with the same spend."""
    rng = np.random.default_rng(8)
    p, q, gamma, n = 6.25, 3.74, 15.44, 160_000
    x = 1 + rng.poisson(rng.gamma(1.0, 2.0, n))
    mean = rng.gamma(p * x) / (x * rng.gamma(q, 1 / gamma, n))
    mean[:7] = 0.0
    return pd.DataFrame({"frequency": x, "monetary_value": mean})


def test_a_sample_keeps_within_the_standard_error_and_sums_over_all(many, monkeypatch):
    found = fit_spend(many)
    paid = many[many["monetary_value"] > 0]
    assert 39_000 < found.n_sample <= pairs.MOST_ROWS
    assert (found.n_customers, found.n_unspent) == (len(paid), 7)
    assert found.correlation == pytest.approx(paid.corr().iloc[0, 1], abs=1e-12)
    plain = fit_spend(many, spend="observed_mean").population_mean
    assert plain == pytest.approx(np.average(paid["monetary_value"], weights=paid["frequency"]))
    again = fit_spend(ibis.memtable(many.sample(frac=1, random_state=2)))
    assert again.params == pytest.approx(found.params, rel=1e-12)
    monkeypatch.setattr(pairs, "MOST_ROWS", len(many))
    whole = fit_spend(many)
    assert whole.n_sample == 0
    off = whole.intervals["estimate"] - found.intervals["estimate"]
    assert (off.abs() < whole.intervals["std_error"]).all()
    error = found.intervals["std_error"] / whole.intervals["std_error"]
    assert error.tolist() == pytest.approx([1, 1, 1], rel=0.02)


def test_the_sample_is_said(many):
    frame = many.assign(customer_id=many.index, recency=7, T=400)
    model = fit_clv(frame, model="nbd")
    sample = f"{model.spend.n_sample:,} of 159,993 repeat customers"
    assert any(f"rests on a sample of {sample}" in note for note in model.notes)


def test_few_distinct_pairs_are_all_counted_however_many_customers(many):
    priced = many.assign(monetary_value=many["monetary_value"].round(-1))
    assert fit_spend(priced).n_sample == 0


def test_many_without_positive_spend(many):
    with pytest.raises(DataError, match="monetary_value must be positive for some repeat customer"):
        fit_spend(many.assign(monetary_value=-many["monetary_value"] - 1))
