"""What lifetime-value models say, in a client's words, made from their numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from segkit.clv import ClvModel, HoldoutCheck
from segkit.collect.frames import Frame, as_ibis
from segkit.findings.data import data_limits
from segkit.i18n import (
    _,
    count_days,
    format_date,
    format_money,
    format_number,
    format_percent,
    format_period,
    join_sentences,
    ngettext,
    round_figures,
)
from segkit.report.elements import Cover, Finding, Findings, Kpi, Limits, Results
from segkit.uncertainty import TopShare
from segkit.value import share_of_top
from segkit.value.words import count_customers, count_purchases, count_repeats

#: Above this error of the holdout forecast the report says aloud that it is off.
FAR_OFF = 0.10
#: A test on fewer purchases than this tells nothing about the forecast.
FEW_PURCHASES = 50


@dataclass(frozen=True)
class Forecast:
    """A forecast in sums, with the terms it was made on; see :func:`sum_forecast`."""

    n_customers: int
    purchases: float
    value: float
    mean_alive: float
    mean_spend: float
    top: TopShare
    horizon_days: int
    margin: float
    discount_annual: float


def sum_forecast(
    predicted: Frame, *, horizon_days: int, margin: float, discount_annual: float
) -> Forecast:
    """Sum a forecast per customer into what a client asks first.

    Parameters
    ----------
    predicted : pandas, polars, pyarrow or Ibis table
        From ``ClvModel.predict``.
    horizon_days, margin, discount_annual
        The terms given to ``predict``: days, share of spend, rate a year.
    """
    table: ir.Table = as_ibis(predicted, function="sum_forecast", argument="predicted")
    spend = table.expected_purchases * table.expected_spend
    sums = table.agg(
        n=table.count(),
        purchases=table.expected_purchases.sum(),
        value=table.clv.sum(),
        alive=table.p_alive.mean(),
        spend=spend.sum(),
    )
    found = sums.to_pandas().iloc[0]
    return Forecast(
        n_customers=int(found["n"]),
        purchases=float(found["purchases"]),
        value=float(found["value"]),
        mean_alive=float(found["alive"]),
        mean_spend=float(found["spend"] / found["purchases"]) if found["purchases"] else math.nan,
        top=share_of_top(table, 0.2, value="clv"),
        horizon_days=horizon_days,
        margin=margin,
        discount_annual=discount_annual,
    )


def clv_cover(check: HoldoutCheck, model: ClvModel, forecast: Forecast) -> Cover:
    """Write the head of the report: what is to come, and how far the model can be believed."""
    tested = _tested(check, model.model)
    span = count_days(forecast.horizon_days)
    value = round_figures(forecast.value)
    return Cover(
        headline=_(
            "{value} of margin expected in {span}, {share} of it from {top} of customers"
        ).format(
            value=format_money(value),
            span=span,
            share=format_percent(forecast.top.value, 0),
            top=forecast.top.top_text,
        ),
        lede=_(
            "From {customers}, {purchases} can be expected in that time. Tested on {held_out} it "
            "had not seen, the model expected {expected}; {actual} came."
        ).format(
            customers=count_customers(forecast.n_customers),
            purchases=count_purchases(forecast.purchases),
            held_out=count_days(check.split["holdout_days"]),
            expected=count_purchases(tested["expected"]),
            actual=format_number(tested["actual"]),
        ),
        period=_period(check),
        kpis=[
            Kpi(
                format_money(value, short=True),
                _("margin expected in {span}").format(span=span),
            ),
            Kpi(
                format_number(forecast.purchases),
                _("purchases expected in {span}").format(span=span),
            ),
            Kpi(
                forecast.top.text,
                _("of that margin from the top {top}").format(top=forecast.top.top_text),
            ),
            Kpi(format_percent(forecast.mean_alive), _("of customers still active, by the model")),
            Kpi(_signed(tested["error_share"]), _("error of the forecast when tested")),
        ],
    )


def _period(check: HoldoutCheck) -> str:
    return format_period(check.split["first_day"], check.split["holdout_end"])


def _tested(check: HoldoutCheck, model: str) -> dict[str, Any]:
    return check.table.set_index("model").loc[model].to_dict()


def _signed(share: float) -> str:
    return ("+" if share > 0 else "") + format_percent(share)


def clv_findings(check: HoldoutCheck, model: ClvModel, forecast: Forecast) -> Findings:
    """Write the summary: each finding with its number, its uncertainty and an action."""
    tested = _tested(check, model.model)
    test = _test_finding(check, model) if tested["actual"] else _empty_test_finding(check, model)
    return Findings(
        [
            _value_finding(check, model, forecast),
            _top_finding(check, forecast),
            test,
            _alive_finding(check, forecast),
            _spend_finding(check, model, forecast),
        ]
    )


def _value_finding(check: HoldoutCheck, model: ClvModel, forecast: Forecast) -> Finding:
    tested = _tested(check, model.model)
    evidence = _(
        "{purchases} of {spend} on average, at a margin of {margin}, discounted at "
        "{discount} a year."
    ).format(
        purchases=count_purchases(forecast.purchases),
        spend=format_money(forecast.mean_spend),
        margin=format_percent(forecast.margin),
        discount=format_percent(forecast.discount_annual),
    )
    if tested["actual"] and tested["expected"]:
        # What came, over what was expected, carries the test's error over to the forecast.
        corrected = forecast.value * tested["actual"] / tested["expected"]
        evidence = _(
            "{evidence} Missing as it did in the test, it would turn out at {corrected}."
        ).format(evidence=evidence, corrected=format_money(round_figures(corrected)))
    return Finding(
        number=format_money(round_figures(forecast.value)),
        title=_("of margin is expected in the next {span}").format(
            span=count_days(forecast.horizon_days)
        ),
        evidence=evidence,
        action=_("Keep the cost of serving these customers in that time well below this margin."),
        figure="clv_distribution",
    )


def _top_finding(check: HoldoutCheck, forecast: Forecast) -> Finding:
    predicted, actual = check.top_share(forecast.top.top)
    evidence = _("The test saw no purchases that could show whether the right ones were picked.")
    if math.isfinite(actual):
        evidence = _(
            "In the test, the {top} ranked highest were expected to make {predicted} of all "
            "purchases and made {actual}."
        ).format(
            top=forecast.top.top_text,
            predicted=format_percent(predicted),
            actual=format_percent(actual),
        )
    return Finding(
        number=forecast.top.text,
        title=_("of the expected margin comes from {top} of customers").format(
            top=forecast.top.top_text
        ),
        evidence=evidence,
        action=_("Assign service by expected value, not by past revenue alone."),
        figure="clv_distribution",
    )


def _test_finding(check: HoldoutCheck, model: ClvModel) -> Finding:
    tested = _tested(check, model.model)
    error = tested["error_share"]
    action = _(
        "Use the forecast for ranking and for budgets; repeat the test with each new quarter."
    )
    if tested["actual"] < FEW_PURCHASES:
        action = _(
            "Do not judge the forecast by so few purchases: repeat the test when more have come."
        )
    elif abs(error) > FAR_OFF:
        action = _(
            "Use the forecast to rank customers; before budgeting on its total, scale it by the "
            "purchases that really come."
        )
    return Finding(
        number=_signed(error),
        title=_("is how far the forecast missed the purchases that came"),
        evidence=_(
            "{model} saw the days up to {end} and expected {expected} in the next {span}; "
            "{actual} came. Per customer it was off by {mae} purchases on "
            "average. Of the models compared, {best} had the smallest squared error."
        ).format(
            model=model.title,
            end=format_date(check.split["calibration_end"]),
            expected=count_repeats(tested["expected"]),
            span=count_days(check.split["holdout_days"]),
            actual=format_number(tested["actual"]),
            mae=format_number(tested["mae"], 2),
            best=check.models[check.best].title,
        ),
        action=action,
        figure="holdout_tracking",
    )


def _empty_test_finding(check: HoldoutCheck, model: ClvModel) -> Finding:
    tested = _tested(check, model.model)
    return Finding(
        number=format_number(tested["expected"]),
        title=_("purchases were expected in the test, and none came"),
        evidence=_(
            "{model} saw the days up to {end}; none of its customers bought in the next {span}."
        ).format(
            model=model.title,
            end=format_date(check.split["calibration_end"]),
            span=count_days(check.split["holdout_days"]),
        ),
        action=_(
            "Do not use this forecast; check whether the data are complete up to the last day."
        ),
        figure="holdout_tracking",
    )


def _alive_finding(check: HoldoutCheck, forecast: Forecast) -> Finding:
    alive = check.table["mean_p_alive"].dropna()
    return Finding(
        number=format_percent(forecast.mean_alive),
        title=_("of customers are still active, by the model"),
        evidence=_(
            "For the end of the calibration period, the models compared give from {low} to {high}: "
            "who is lost is a matter of assumption as much as of data."
        ).format(low=format_percent(alive.min()), high=format_percent(alive.max())),
        action=_(
            "Never act on one churn figure: try a win-back on a sample and count who returns."
        ),
        figure="p_alive",
    )


def _spend_finding(check: HoldoutCheck, model: ClvModel, forecast: Forecast) -> Finding:
    facts, purchases = model.spend, check.split["actual_purchases"]
    sentences = [_("Weighted by expected purchases.")]
    if purchases:
        text = _("The purchases that came in the test brought {spend} each on average.")
        spend = check.split["holdout_spend"] / purchases
        sentences.append(text.format(spend=format_money(spend)))
    if facts is not None:
        text = ngettext(
            "The spend model rests on {n} customer who came back; spend and frequency correlate "
            "by {correlation}, and it asks for none.",
            "The spend model rests on {n} customers who came back; spend and frequency correlate "
            "by {correlation}, and it asks for none.",
            facts.n_customers,
        )
        n, correlation = format_number(facts.n_customers), format_number(facts.correlation, 2)
        sentences.append(text.format(n=n, correlation=correlation))
    return Finding(
        number=format_money(forecast.mean_spend),
        title=_("is what an expected purchase will bring"),
        evidence=join_sentences(sentences),
        action=_("Test a threshold for free delivery slightly above this amount."),
    )


def clv_limits(check: HoldoutCheck, model: ClvModel, orders: Frame) -> Limits:
    """Write what these data and models cannot say; doubts about data and fits come first."""
    notes = list(dict.fromkeys([*model.notes, *check.notes]))
    return Limits(
        [
            *data_limits(orders, model.n_customers),
            *notes,
            _(
                "The models assume that each customer buys at a steady pace until lost for good: "
                "seasons, campaigns and price changes are not in them."
            ),
            _("Customers who are yet to come are not counted."),
            _("One margin is taken for all customers and products."),
        ]
    )


def clv_results(check: HoldoutCheck, model: ClvModel, forecast: Forecast) -> Results:
    """Give the headline numbers by name, for ``run.json`` and for comparing runs.

    Figures of the test carry the model's name: ``bg_nbd_r``, ``bg_nbd_log_likelihood`` …
    """
    values: dict[str, Any] = {
        "n_customers": model.n_customers,
        "calibration_customers": check.split["n_customers"],
        "holdout_purchases": check.split["actual_purchases"],
        "holdout_spend": round(check.split["holdout_spend"], 2),
    }
    for row in check.table.to_dict("records"):
        name = row["model"]
        values |= {f"{name}_{key}": value for key, value in check.models[name].params.items()}
        measures = ("log_likelihood", "expected", "mae", "rmse", "mean_p_alive")
        values |= {f"{name}_{key}": row[key] for key in measures}
    tested = check.models[model.model]
    values |= {f"gamma_gamma_{key}": value for key, value in tested.spend_params.items()}
    values["gamma_gamma_log_likelihood"] = tested.spend_log_likelihood
    return Results(
        values
        | {
            "model": model.model,
            "forecast_purchases": forecast.purchases,
            "forecast_value": forecast.value,
            "forecast_mean_p_alive": forecast.mean_alive,
            "top_20_value_share": forecast.top.value,
        }
    )
