"""Lifetime-value models as tables: parameters in words, and the test on unseen months."""

from __future__ import annotations

from typing import Any

from segkit.clv.notes import MODEL_TITLES
from segkit.i18n import _
from segkit.tables.base import Column, Table, make_table


def parameter_meaning(model: str, name: str, time_unit: str) -> str:
    """Say in words what a parameter of a model tells, with its unit."""
    unit = {"day": _("days"), "week": _("weeks"), "month": _("months")}.get(time_unit, time_unit)
    buying = {
        "r": _("How alike customers' purchase rates are: the larger, the more alike"),
        "alpha": _("Scale of purchase rates, in {unit}: r / alpha is the mean rate").format(
            unit=unit
        ),
    }
    leaving = {
        "a": _("With b: chance to leave at a purchase, a / (a + b) on average"),
        "b": _("With a: chance to leave at a purchase, a / (a + b) on average"),
    }
    staying = {
        "s": _("How alike customers' leaving rates are: the larger, the more alike"),
        "beta": _("Scale of leaving rates, in {unit}: s / beta is the mean rate").format(unit=unit),
    }
    spending = {
        "p": _("How alike one customer's purchases are in amount: the larger, the more alike"),
        "q": _("How alike customers' mean amounts are: the larger, the more alike"),
        "gamma": _("Scale of amounts, in currency: p × gamma / (q − 1) is the population's mean"),
    }
    own = staying if model == "pareto_nbd" else leaving
    return {**buying, **own, **spending}.get(name, "")


def clv_parameters_table(model: Any) -> Table:
    """Show each parameter with its 95 % interval and what it means.

    Parameters
    ----------
    model
        A ``ClvModel``.

    Returns
    -------
    Table
        Columns name, estimate, lower, upper, meaning.
    """
    frame = model.intervals.copy()
    frame["meaning"] = [
        parameter_meaning(model.model, name, model.time_unit) for name in frame["name"]
    ]
    columns = [
        Column("name", _("Parameter")),
        Column("estimate", _("Estimate"), "number", 3),
        Column("lower", _("95 % from"), "number", 3),
        Column("upper", _("95 % to"), "number", 3),
        Column("meaning", _("What it tells")),
    ]
    title = (
        _("Parameters of {model} and of the spend model")
        if model.spend_params
        else _("Parameters of {model}")
    )
    known = MODEL_TITLES.get(model.model, model.model)
    return make_table(frame, columns, title.format(model=known), name="parameters")


def holdout_table(check: Any) -> Table:
    """Show how each model did on the months it had not seen.

    Parameters
    ----------
    check
        A ``HoldoutCheck``.

    Returns
    -------
    Table
        Columns name, expected, actual, error_share, mae, rmse, mean_p_alive, log_likelihood.
    """
    names = [MODEL_TITLES.get(model, model) for model in check.table["model"]]
    columns = [
        Column("name", _("Model")),
        Column("expected", _("Expected purchases"), "int"),
        Column("actual", _("Actual purchases"), "int"),
        Column("error_share", _("Off by"), "percent", 1),
        Column("mae", _("Mean error per customer"), "number", 3),
        Column("rmse", _("Root mean squared error"), "number", 3),
        Column("mean_p_alive", _("Customers still active"), "percent", 1),
        Column("log_likelihood", _("Log-likelihood of the fit"), "number", 1),
    ]
    frame, title = check.table.assign(name=names), _("Models on the test period")
    return make_table(frame, columns, title, name="models-on-the-test-period")
