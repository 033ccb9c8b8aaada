"""The words of the lifetime value report."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.clv import fit_clv, validate_clv
from segkit.customers import summarize_customers
from segkit.findings import clv_cover, clv_findings, clv_limits, clv_results, sum_forecast

TERMS = {"horizon_days": 180, "margin": 0.25, "discount_annual": 0.08}


@pytest.fixture(scope="module")
def told(cdnow_sample):
    check = validate_clv(cdnow_sample)
    model = fit_clv(summarize_customers(cdnow_sample))
    predicted = model.predict(**TERMS)
    return check, model, sum_forecast(predicted, **TERMS), predicted


def test_the_default_test_is_half_the_span(told):
    split = told[0].split
    assert str(split["calibration_end"]) == "1997-09-30"
    assert str(split["holdout_end"]) == "1998-06-30"


def test_sums_are_those_of_the_customers(told):
    _check, _model, forecast, predicted = told
    assert forecast.n_customers == len(predicted) == 2357
    assert forecast.value == pytest.approx(predicted["clv"].sum())
    spend = predicted["expected_purchases"] * predicted["expected_spend"]
    assert forecast.mean_spend == pytest.approx(spend.sum() / predicted["expected_purchases"].sum())
    top = predicted["clv"].nlargest(round(len(predicted) / 5)).sum() / predicted["clv"].sum()
    assert forecast.top.value == pytest.approx(top, abs=2e-3)


def test_cover_and_findings(told):
    check, model, forecast, _predicted = told
    cover = clv_cover(check, model, forecast)
    assert len(cover.headline) <= 90
    assert "in 180 days" in cover.headline
    assert cover.kpis[-1].value == "\u221216.2\u202f%"
    findings = clv_findings(check, model, forecast).items
    assert len(findings) == 5
    assert all(finding.action and finding.evidence for finding in findings)
    # The test missed by more than a tenth, so the report must not advise budgeting on it.
    assert "scale it by the purchases that really come" in findings[2].action
    assert "Pareto/NBD had the smallest squared error" in findings[2].evidence
    predicted, actual = check.top_share(0.2)
    assert f"{predicted * 100:.1f}" in findings[1].evidence
    assert f"{actual * 100:.1f}" in findings[1].evidence


def test_limits_hold_the_models_warnings(told, cdnow_sample):
    sentences = clv_limits(told[0], told[1], cdnow_sample).sentences
    assert len(set(sentences)) == len(sentences)
    assert any("BG/NBD gives P(alive) = 1" in sentence for sentence in sentences)


def test_results_hold_every_model(told):
    check, model, forecast, _predicted = told
    values = clv_results(check, model, forecast).values
    for name in ("bg_nbd_r", "mbg_nbd_a", "pareto_nbd_beta", "gamma_gamma_q", "bg_nbd_mae"):
        assert isinstance(values[name], float)


def test_a_test_without_purchases_is_no_recommendation():
    """Customers who came often and then never again, while new ones go on coming."""
    days = pd.date_range("2023-01-01", periods=180, freq="D")
    old = [(f"old{i % 40}", day, 10.0 + i % 7) for i, day in enumerate(days)]
    new = [(f"new{i}", day, 12.0) for i, day in enumerate(days + pd.Timedelta(days=181))]
    orders = pd.DataFrame(old + new, columns=["customer_id", "ordered_at", "amount"])
    check = validate_clv(orders, calibration_end="2023-06-30", holdout_end="2023-12-27")
    model = fit_clv(summarize_customers(orders))
    forecast = sum_forecast(model.predict(**TERMS), **TERMS)
    findings = clv_findings(check, model, forecast).items
    told = " ".join(f"{f.number} {f.title} {f.evidence} {f.action}" for f in findings)
    assert "NaN" not in told
    assert "nan" not in told
    assert "Do not use this forecast" in findings[2].action
    assert clv_cover(check, model, forecast).kpis[-1].value == "–"


def test_one_day_is_one_day(told):
    check, model, _forecast, _predicted = told
    terms = TERMS | {"horizon_days": 1}
    forecast = sum_forecast(model.predict(**terms), **terms)
    cover = clv_cover(check, model, forecast)
    assert " of margin expected in 1 day, " in cover.headline
    assert [kpi.label for kpi in cover.kpis[:2]] == [
        "margin expected in 1 day",
        "purchases expected in 1 day",
    ]
    finding = clv_findings(check, model, forecast).items[0]
    assert finding.title == "of margin is expected in the next 1 day"
