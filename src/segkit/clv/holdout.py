"""Check lifetime-value models on months they have not seen."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_date, check_number, fail
from segkit.clv import measures
from segkit.clv.arrays import UNIT_DAYS
from segkit.clv.models import MODELS, check_repeats, fit_patterns
from segkit.clv.notes import MODEL_TITLES, own_notes, shared_notes
from segkit.clv.patterns import HISTORY
from segkit.clv.result import ClvModel
from segkit.clv.spend import SpendFit, fit_spend
from segkit.clv.split import Split, purchase_span, split_orders
from segkit.collect.frames import Frame, kind_of, like
from segkit.errors import DataError
from segkit.i18n import _, format_date, format_number, format_percent, ngettext

_WHO = "validate_clv"


@dataclass(frozen=True, eq=False)
class HoldoutCheck:
    """Models against what came after; made by :func:`segkit.clv.validate_clv`.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per model: ``model, log_likelihood`` (calibration), ``expected, actual``
        (repeat purchase days in the holdout), ``error_share`` (expected / actual - 1),
        ``mae, rmse`` (per customer), ``mean_p_alive`` (NaN for NBD, which has no churn).
    by_frequency : pandas.DataFrame
        ``model, frequency`` ("0" to "6", "7+"), ``n_customers, actual_mean, expected_mean``.
    tracking : pandas.DataFrame
        ``model, week, week_end, period, actual_cumulative, expected_cumulative``: repeat
        purchases since the first day, the expectation counted from each customer's start.
    by_forecast : pandas.DataFrame
        Customers by the forecast of the first model, highest first: ``expected`` (purchase
        days of one customer), ``n_customers``, ``actual`` (purchase days of all of them).
    split : dict
        ``n_customers, calibration_days, holdout_days, actual_purchases, holdout_spend``,
        ``first_day, calibration_end, holdout_end, last_day``.
    models : dict
        Fitted :class:`ClvModel` by name.
    """

    table: pd.DataFrame
    by_frequency: pd.DataFrame = field(repr=False)
    tracking: pd.DataFrame = field(repr=False)
    by_forecast: pd.DataFrame = field(repr=False)
    split: dict[str, Any]
    models: dict[str, ClvModel] = field(repr=False)

    @property
    def focus(self) -> str:
        """Name of the model that was asked for first: the one that figures speak of."""
        return str(self.table["model"].iloc[0])

    @property
    def best(self) -> str:
        """Name of the model with the smallest squared error per customer in the holdout."""
        return str(self.table.loc[self.table["rmse"].idxmin(), "model"])

    @property
    def notes(self) -> list[str]:
        """Warnings in words, in the current language; those of the models included."""
        notes = []
        if (self.split["holdout_end"] - self.split["last_day"]).days > 7:
            notes.append(
                _(
                    "The last purchase in the data is of {last}, the holdout runs to {end}: "
                    "actual purchases may be incomplete."
                ).format(
                    last=format_date(self.split["last_day"]),
                    end=format_date(self.split["holdout_end"]),
                )
            )
        for model in self.models.values():
            words = [*own_notes(model.model, model.facts), *shared_notes(model.facts)]
            notes += [note for note in words if note not in notes]
        return notes

    def top_share(self, share: float = 0.2) -> tuple[float, float]:
        """Tell how much of the holdout those ranked highest were to bring, and brought.

        Customers are ranked by the forecast of ``focus``. Of customers with the same
        forecast at the border the part that still fits counts.

        Parameters
        ----------
        share : float
            Share of customers, 0 to 1.

        Returns
        -------
        (predicted, actual) : tuple of float
            Shares of the expected and of the actual purchase days in the holdout; NaN where
            there are none.

        Raises
        ------
        ArgumentError
            If ``share`` is outside its range.

        Examples
        --------
        >>> from segkit.collect import load_dataset
        >>> check = validate_clv(load_dataset("cdnow_sample"),
        ...     calibration_end="1997-09-30", holdout_end="1998-06-30", models=["mbg_nbd"])
        >>> [round(share, 3) for share in check.top_share(0.2)]
        [0.696, 0.63]
        """
        check_number("HoldoutCheck.top_share", "share", share, low=0, high=1)
        rows = self.by_forecast
        people = rows["n_customers"].to_numpy(float)
        room = share * people.sum() - (np.cumsum(people) - people)
        counted = np.clip(room / people, 0, 1)
        sums = (people * rows["expected"].to_numpy(), rows["actual"].to_numpy())
        predicted, actual = (
            float(counted @ part / part.sum()) if part.sum() > 0 else math.nan for part in sums
        )
        return predicted, actual

    def summary(self) -> str:
        """Say in a few lines how far each model was off."""
        n, came = int(self.split["n_customers"]), int(self.split["actual_purchases"])
        customers = ngettext("{n} customer", "{n} customers", n)
        purchases = ngettext("{n} repeat purchase", "{n} repeat purchases", came)
        lines = [
            ngettext(
                "{customers} made {purchases} in {days} held-out day",
                "{customers} made {purchases} in {days} held-out days",
                int(self.split["holdout_days"]),
            ).format(
                customers=customers.format(n=format_number(n)),
                purchases=purchases.format(n=format_number(came)),
                days=format_number(self.split["holdout_days"]),
            )
        ]
        line = _("{model}: {expected} expected ({error}), mean absolute error {mae}")
        if not self.split["actual_purchases"]:
            line = _("{model}: {expected} expected, none came; mean absolute error {mae}")
        for row in self.table.to_dict("records"):
            words = line.format(
                model=MODEL_TITLES[row["model"]],
                expected=format_number(row["expected"]),
                error=format_percent(row["error_share"]),
                mae=format_number(row["mae"], 3),
            )
            lines.append(f"  {words}")
        return "\n".join([*lines, *(f"! {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """Name the errors and the next step."""
        came = self.split["actual_purchases"]
        errors = ", ".join(
            f"{row['model']} {row['error_share']:+.1%}"
            if came
            else f"{row['model']} {row['expected']:,.0f} expected, none came"
            for row in self.table.to_dict("records")
        )
        return (
            f"<HoldoutCheck on {self.split['n_customers']:,} customers: {errors}; "
            f"best {self.best}. Next: .models[{self.best!r}].predict(horizon_days=365)>"
        )

    def _repr_html_(self) -> str:
        table = self.table.to_html(index=False, float_format="{:.4g}".format, na_rep="–", border=0)
        head = html.escape(self.summary().splitlines()[0])
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return f"<p><strong>{head}</strong></p>{table}<ul>{notes}</ul>"


def validate_clv(
    orders: Frame,
    *,
    calibration_end: date | str | None = None,
    holdout_end: date | str | None = None,
    models: Sequence[str] = ("mbg_nbd", "bg_nbd", "pareto_nbd"),
    time_unit: str = "week",
) -> HoldoutCheck:
    """Fit models up to a day and hold their forecast against what came after.

    A good fit is no good forecast: this check tells whether the models may be believed on
    this data, and by how much they are off.

    Parameters
    ----------
    orders : pandas, polars, pyarrow or Ibis table
        Canonical transactions: ``customer_id``, ``ordered_at``, ``amount``. Purchases of a
        customer on one day count once.
    calibration_end : date or str, optional
        Last day the models see. Customers who first buy later are left out. Default: the
        middle of the time from the first purchase to ``holdout_end``.
    holdout_end : date or str, optional
        Last day of the forecast; should not be after the end of the data. Default: the day
        of the last purchase.
    models : sequence of {"mbg_nbd", "bg_nbd", "pareto_nbd", "nbd"}
        The first is the one that figures speak of; repeated names count once.
    time_unit : {"day", "week", "month"}
        Unit of the parameters.

    Returns
    -------
    HoldoutCheck
        Frozen: ``table``, ``by_frequency``, ``tracking``, ``split``, ``models``, ``best``.

    Raises
    ------
    ArgumentError
        If a model or unit is unknown, or the days are not in order.
    DataError
        If columns are missing, there are no purchases on one side of ``calibration_end``,
        or nobody bought a second time before it.
    ModelError
        If a model cannot be fitted.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science
    24(2), figures 2 to 4 for the three comparisons.

    Examples
    --------
    >>> from segkit.collect import load_dataset
    >>> check = validate_clv(load_dataset("cdnow_sample"),
    ...     calibration_end="1997-09-30", holdout_end="1998-06-30", models=["mbg_nbd"])
    >>> check.table[["expected", "actual", "mae"]].round(3).to_dict("records")
    [{'expected': 1576.728, 'actual': 1882.0, 'mae': 0.765}]
    """
    names = _checked_models(models)
    check_choice(_WHO, "time_unit", time_unit, list(UNIT_DAYS))
    cut, end = _checked_days(orders, calibration_end, holdout_end)
    with split_orders(orders, calibration_end=cut, holdout_end=end, function=_WHO) as split:
        patterns = split.patterns
        check_repeats(patterns, _WHO)
        spend = _spend_if_any(split.customers)
        lazy = kind_of(orders) == "ibis"
        customers = split.summary if lazy else like(split.customers, orders)
    fitted = {
        name: fit_patterns(patterns, name, time_unit, spend, customers=customers) for name in names
    }
    forecasts = {name: _forecast(model, split) for name, model in fitted.items()}
    return HoldoutCheck(
        table=pd.DataFrame([measures.row(fitted[n], forecasts[n]) for n in names]),
        by_frequency=pd.concat(
            [measures.by_frequency(n, forecasts[n]) for n in names], ignore_index=True
        ),
        tracking=pd.concat(
            [measures.tracking(m, split) for m in fitted.values()], ignore_index=True
        ),
        by_forecast=measures.by_forecast(forecasts[names[0]]),
        split=measures.split_facts(split),
        models=fitted,
    )


def _checked_days(orders: Frame, cut: Any, end: Any) -> tuple[date, date]:
    """Read both days; those not given are taken from the span of the data."""
    if cut is None or end is None:
        first, last = purchase_span(orders, function=_WHO)
        end = last if end is None else check_date(_WHO, "holdout_end", end)
        cut = first + (end - first) // 2 if cut is None else cut
    cut = check_date(_WHO, "calibration_end", cut)
    end = check_date(_WHO, "holdout_end", end)
    if end <= cut:
        remedy = f"calibration_end is {cut}."
        fail(_WHO, "holdout_end", "a day after calibration_end", str(end), remedy)
    return cut, end


def _checked_models(models: Sequence[str]) -> list[str]:
    names = [models] if isinstance(models, str) else list(models)
    if not names:
        fail(_WHO, "models", "at least one model", names, f"Known: {', '.join(MODELS)}.")
    checked = [check_choice(_WHO, "models", name, MODELS) for name in names]
    return list(dict.fromkeys(checked))


def _spend_if_any(customers: ir.Table) -> SpendFit | None:
    """Spend is no part of the check, so data without positive spend are checked all the same."""
    try:
        return fit_spend(customers, function=_WHO)
    except DataError:
        return None


def _forecast(model: ClvModel, split: Split) -> pd.DataFrame:
    """Histories with their forecast: ``purchases``, ``p_alive`` beside ``later``, ``weight``."""
    ahead = model.forecast_patterns(split.patterns, horizon_days=split.holdout_days)
    return split.histories.merge(ahead, on=list(HISTORY), how="left", validate="many_to_one")
