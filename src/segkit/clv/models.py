"""Fit a customer-lifetime-value model to one row per customer."""

from __future__ import annotations

from typing import Any

import numpy as np

from segkit.checks import check_choice, check_number, fail
from segkit.clv.arrays import UNIT_DAYS
from segkit.clv.edge import LEAVING
from segkit.clv.fitters import Fit, fit_parameters
from segkit.clv.notes import MODEL_TITLES
from segkit.clv.patterns import HISTORY, Patterns, compress_patterns
from segkit.clv.result import ClvModel
from segkit.clv.spend import SPEND_MODELS, SpendFit, fit_spend
from segkit.collect.frames import Frame, as_ibis, kind_of
from segkit.errors import DataError

MODELS = tuple(MODEL_TITLES)
_WHO = "fit_clv"


def fit_clv(
    customers: Frame,
    *,
    model: str = "mbg_nbd",
    time_unit: str = "week",
    spend: str | None = "gamma_gamma",
    penalizer: float = 0.0,
) -> ClvModel:
    """Fit how often customers buy, when they leave, and what they spend.

    For customers without a contract, who leave without saying so. MBG/NBD is the default,
    because BG/NBD takes every one-time buyer for a customer; check the choice on held-out
    months with :func:`segkit.clv.validate_clv` before a client sees it.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer with ``frequency`` (repeat purchase days), ``recency`` and ``T``
        (days) and, for a spend model, ``monetary_value`` (currency), as
        :func:`segkit.customers.summarize_customers` gives them.
    model : {"mbg_nbd", "bg_nbd", "pareto_nbd", "nbd"}
        ``"nbd"`` has no churn and is a baseline only.
    time_unit : {"day", "week", "month"}
        Unit of the parameters; days are divided by 1, 7 or 365.25/12. The forecast does
        not depend on it.
    spend : {"gamma_gamma", "observed_mean"} or None
        Spend model; without one, spend and CLV stay empty.
    penalizer : float
        lifetimes' penalty on the squared parameters, at least 0. Even 0.01 moves a
        forecast by more than 10 %; leave it at 0 unless the fit fails.

    Returns
    -------
    ClvModel
        Frozen: ``params``, ``intervals``, ``log_likelihood``, ``notes``, ``predict``.

    Raises
    ------
    ArgumentError
        If an argument is outside its choices or range.
    DataError
        If columns are missing, a history cannot be, or nobody bought a second time.
    ModelError
        If no starting point leads to an optimum.

    References
    ----------
    Batislam, Denizel & Filiztekin (2007), Int. Journal of Research in Marketing 24(3);
    Fader, Hardie & Lee (2005), Marketing Science 24(2); Schmittlein, Morrison & Colombo
    (1987), Management Science 33(1); Fader & Hardie (2013), The Gamma-Gamma Model.

    Examples
    --------
    >>> from segkit.collect import load_dataset
    >>> from segkit.customers import summarize_customers
    >>> customers = summarize_customers(load_dataset("cdnow_sample"), as_of="1997-09-30")
    >>> model = fit_clv(customers, model="mbg_nbd", time_unit="week")
    >>> {name: round(value, 3) for name, value in model.params.items()}
    {'r': 0.525, 'alpha': 6.183, 'a': 0.891, 'b': 1.614}
    >>> round(model.log_likelihood, 1)
    -9582.1
    """
    check_choice(_WHO, "model", model, MODELS)
    check_choice(_WHO, "time_unit", time_unit, list(UNIT_DAYS))
    check_number(_WHO, "penalizer", penalizer, low=0)
    if spend is not None:
        check_choice(_WHO, "spend", spend, SPEND_MODELS)
    patterns = compress_patterns(customers, function=_WHO)
    check_repeats(patterns, _WHO)
    spend_fit = None
    if spend is not None:
        spend_fit = fit_spend(customers, spend=spend, penalizer=penalizer, function=_WHO)
    return fit_patterns(
        patterns, model, time_unit, spend_fit, penalizer=penalizer, customers=_kept(customers)
    )


def fit_patterns(
    patterns: Patterns,
    model: str,
    time_unit: str,
    spend: SpendFit | None,
    *,
    penalizer: float = 0.0,
    customers: Frame = None,
) -> ClvModel:
    """Fit one purchase model to patterns, with a spend model that is fitted already."""
    columns = patterns.in_unit(time_unit)
    fit = fit_parameters(model, columns, patterns.weights, penalizer=penalizer)
    return ClvModel(
        model=model,
        time_unit=time_unit,
        params=fit.params,
        log_likelihood=fit.log_likelihood,
        purchase_intervals=fit.intervals,
        spend=spend,
        n_customers=patterns.n_customers,
        n_patterns=len(patterns),
        facts=_facts(model, patterns, fit, spend, penalizer),
        customers=customers,
    )


def _facts(
    model: str, patterns: Patterns, fit: Fit, spend: SpendFit | None, penalizer: float
) -> dict[str, Any]:
    once = int(patterns.weights[patterns.frequency == 0].sum())
    inside = ~fit.intervals["name"].isin(fit.edge)
    flat = bool(np.isnan(fit.intervals.loc[inside, "std_error"]).any())
    return {
        "n_customers": patterns.n_customers,
        "n_once": once,
        "n_repeat": patterns.n_customers - once,
        "span_days": float(patterns.T.max()),
        "penalizer": float(penalizer),
        "penalizer_used": fit.penalizer,
        "flat": flat,
        "edge": [name for name in fit.edge if not (fit.no_churn and name in LEAVING[model])],
        "no_churn": fit.no_churn,
        "spend_kind": spend.kind if spend else None,
        "spend_penalizer": spend.penalizer if spend else 0.0,
        "spend_fallback": spend.fallback if spend else "",
        "spend_correlation": spend.correlation if spend else 0.0,
        "n_spend": spend.n_customers if spend else 0,
        "n_spend_sample": spend.n_sample if spend else 0,
        "n_unspent": spend.n_unspent if spend else 0,
    }


def check_repeats(patterns: Patterns, function: str) -> None:
    """Refuse a table without rows, or without anybody who bought on a second day."""
    if not patterns.n_customers:
        fail(function, "customers", "a table with rows", "no rows", error=DataError)
    if not (patterns.frequency > 0).any():
        rule = "a table with customers who bought on a second day"
        got = f"{patterns.n_customers:,} one-time buyers"
        remedy = "Take a longer period, or one row per customer and day of purchase."
        fail(function, "customers", rule, got, remedy, error=DataError)


def _kept(customers: Frame) -> Frame:
    """Keep what a forecast needs, apart from the caller's table."""
    names = list(as_ibis(customers).columns)
    wanted = [n for n in ("customer_id", *HISTORY, "monetary_value") if n in names]
    if "customer_id" not in wanted:
        return None
    return customers[wanted].copy() if kind_of(customers) == "pandas" else customers.select(wanted)
