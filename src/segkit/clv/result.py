"""A fitted lifetime-value model: what it found, what it forecasts, what to beware of."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import ibis
import pandas as pd

from segkit.checks import check_columns, check_number
from segkit.clv import forecast
from segkit.clv.arrays import UNIT_DAYS, Array
from segkit.clv.notes import MODEL_TITLES, model_notes, unit_words
from segkit.clv.patterns import HISTORY, Patterns, compress_patterns, join_back
from segkit.clv.spend import SpendFit, check_spend, expected_spend
from segkit.clv.storage import from_plain, to_plain
from segkit.clv.value import discounted_purchases
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import ModelError
from segkit.i18n import _, format_number, ngettext


@dataclass(frozen=True, eq=False)
class ClvModel:
    """A purchase model and a spend model; made by :func:`segkit.clv.fit_clv`.

    Attributes
    ----------
    model : {"mbg_nbd", "bg_nbd", "pareto_nbd", "nbd"}
    time_unit : {"day", "week", "month"}
        Unit of the parameters; a month is 365.25/12 days.
    params : dict
        Purchase parameters by name. Where the data show no customer leaving, ``a`` or
        ``s`` is 0, and ``b`` or ``beta`` means nothing.
    log_likelihood : float
        Of the purchase histories of all customers, comparable between models.
    spend : SpendFit or None
    n_customers, n_patterns : int
        Customers, and their distinct histories.
    facts : dict
        The numbers behind ``notes``.
    """

    model: str
    time_unit: str
    params: dict[str, float]
    log_likelihood: float
    purchase_intervals: pd.DataFrame = field(repr=False)
    spend: SpendFit | None = field(repr=False)
    n_customers: int
    n_patterns: int
    facts: Mapping[str, Any] = field(repr=False)
    customers: Frame = field(default=None, repr=False)

    @property
    def title(self) -> str:
        """Name of the purchase model as the literature writes it."""
        return MODEL_TITLES[self.model]

    @property
    def spend_params(self) -> dict[str, float]:
        """Gamma-Gamma parameters ``p``, ``q``, ``gamma``; empty without that model."""
        return dict(self.spend.params) if self.spend else {}

    @property
    def spend_log_likelihood(self) -> float:
        """Log-likelihood of the spend model; NaN without one."""
        return self.spend.log_likelihood if self.spend else math.nan

    @property
    def intervals(self) -> pd.DataFrame:
        """Estimate, standard error and 95 % interval of every parameter, spend included.

        A parameter that ran to zero or beyond all bounds has no interval: NaN.
        """
        parts = [self.purchase_intervals]
        if self.spend is not None and self.spend.intervals is not None:
            parts.append(self.spend.intervals)
        return pd.concat(parts, ignore_index=True)

    @property
    def table(self) -> pd.DataFrame:
        """The same as ``intervals``."""
        return self.intervals

    @property
    def notes(self) -> list[str]:
        """Warnings in words, in the current language; empty when there are none."""
        return model_notes(self.model, self.facts)

    def predict(
        self,
        customers: Frame = None,
        *,
        horizon_days: float = 365,
        discount_annual: float = 0.10,
        margin: float = 0.30,
    ) -> Frame:
        """Forecast purchases, spend and residual lifetime value of each customer.

        The forecast is made once per distinct history and joined back in the engine. The
        value formula stands in :mod:`segkit.clv.value`.

        Parameters
        ----------
        customers : pandas, polars, pyarrow or Ibis table, optional
            With ``customer_id``, ``frequency``, ``recency`` and ``T`` (days), and
            ``monetary_value`` where the model has a spend part. Default: those of the fit.
        horizon_days : float
            Days ahead, above 0.
        discount_annual : float
            Discount rate a year, at least 0.
        margin : float
            Share of the spend that is earned, 0 to 1.

        Returns
        -------
        table of the kind of ``customers``, in its order (lazy and in no order for Ibis)
            ================== ======= ============= =====================================
            name               dtype   unit          meaning
            ================== ======= ============= =====================================
            customer_id        as in                 the customer
            p_alive            float64 probability   still a customer today
            expected_purchases float64 purchase days over the horizon
            expected_spend     float64 currency      per purchase day
            clv                float64 currency      discounted margin over the horizon
            ================== ======= ============= =====================================

        Raises
        ------
        ArgumentError
            If a number is outside its range.
        DataError
            If columns are missing or a history cannot be.
        ModelError
            If the model was read from a file and no ``customers`` are given.

        Examples
        --------
        >>> from segkit.collect import load_dataset
        >>> from segkit.customers import summarize_customers
        >>> from segkit.clv import fit_clv
        >>> customers = summarize_customers(load_dataset("cdnow_sample"), as_of="1997-09-30")
        >>> value = fit_clv(customers).predict(horizon_days=273, margin=0.30)
        >>> list(value.columns)
        ['customer_id', 'p_alive', 'expected_purchases', 'expected_spend', 'clv']
        >>> float(value["expected_purchases"].sum().round(0))
        1577.0
        """
        who = "ClvModel.predict"
        check_number(who, "horizon_days", horizon_days, low=0, low_open=True, unit="days")
        check_number(who, "discount_annual", discount_annual, low=0)
        check_number(who, "margin", margin, low=0, high=1)
        customers = self._customers(customers)
        patterns = compress_patterns(customers, function=who)
        ahead = self.forecast_patterns(
            patterns, horizon_days=horizon_days, discount_annual=discount_annual
        )
        spend = ibis.null("float64")
        if self.spend:
            spend = expected_spend(self.spend, ibis._.frequency, ibis._.monetary_value)
        columns = {
            "customer_id": ibis._.customer_id,
            "p_alive": ibis._.p_alive,
            "expected_purchases": ibis._.purchases,
            "expected_spend": spend,
            "clv": ibis._.discounted * spend * margin,
        }
        return join_back(customers, ahead, columns)

    def forecast_patterns(
        self, patterns: Patterns, *, horizon_days: float, discount_annual: float = 0.0
    ) -> pd.DataFrame:
        """Forecast each distinct history: ``p_alive``, ``purchases``, ``discounted``."""
        x, t_x, T = patterns.in_unit(self.time_unit)
        alive = forecast.p_alive(self.model, self.params, x, t_x, T)
        unit = UNIT_DAYS[self.time_unit]

        def expected(days: float) -> Array:
            return alive * forecast.growth(self.model, self.params, days / unit, x, T)

        purchases, discounted = discounted_purchases(
            expected, horizon_days=horizon_days, discount_annual=discount_annual
        )
        history = (patterns.frequency, patterns.recency, patterns.T)
        columns = dict(zip(HISTORY, history, strict=True))
        ahead = {"p_alive": alive, "purchases": purchases, "discounted": discounted}
        return pd.DataFrame({**columns, **ahead})

    def expected_of_new(self, days: Array) -> Array:
        """Expected repeat purchases of a new customer in the first so many days."""
        t = days / UNIT_DAYS[self.time_unit]
        return forecast.expected_purchases(self.model, self.params, t, 0.0, 0.0, 0.0)

    def probability_of_new(self, n: Array, *, days: float) -> Array:
        """Probability that a new customer makes exactly ``n`` repeat purchases in so many days."""
        t = days / UNIT_DAYS[self.time_unit]
        return forecast.purchase_probability(self.model, self.params, n, t)

    def summary(self) -> str:
        """Say in a few lines what was fitted, with the warnings."""
        customers = ngettext("{n} customer", "{n} customers", self.n_customers)
        lines = [
            ngettext(
                "{model} on {customers} ({patterns} distinct history)",
                "{model} on {customers} ({patterns} distinct histories)",
                self.n_patterns,
            ).format(
                model=self.title,
                customers=customers.format(n=format_number(self.n_customers)),
                patterns=format_number(self.n_patterns),
            ),
            _("log-likelihood {value}; {unit}").format(
                value=format_number(self.log_likelihood, 1), unit=unit_words(self.time_unit)
            ),
        ]
        for row in self.intervals.itertuples():
            lower, upper = _figure(row.lower), _figure(row.upper)
            lines.append(f"  {row.name} = {_figure(row.estimate)} ({lower} – {upper})")
        return "\n".join([*lines, *(f"! {note}" for note in self.notes)])

    def to_dict(self) -> dict[str, Any]:
        """Give the model as plain values that JSON can hold, without the customers."""
        return to_plain({part.name: getattr(self, part.name) for part in fields(self)})

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ClvModel:
        """Make a model from what ``to_dict`` gave, without a new fit."""
        return cls(**from_plain(plain))

    def _customers(self, customers: Frame) -> Frame:
        who = "ClvModel.predict"
        if customers is None:
            customers = self.customers
        if customers is None:
            raise ModelError(
                f"{who}: this model holds no customers, because it was read from a file. "
                "Pass the table: model.predict(customers)."
            )
        needed = ["customer_id", *HISTORY, *(["monetary_value"] if self.spend else [])]
        table = as_ibis(customers, function=who, argument="customers")
        remedy = "summarize_customers makes them from transactions."
        check_columns(who, table.columns, needed, remedy=remedy)
        if self.spend:
            check_spend(who, table)
        return customers

    def __repr__(self) -> str:
        """Name the parameters and the next step."""
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        notes = "; mind .notes" if self.notes else ""
        return (
            f"<ClvModel {self.title}: {params} per {self.time_unit}, "
            f"{self.n_customers:,} customers{notes}. Next: .predict(horizon_days=365)>"
        )

    def _repr_html_(self) -> str:
        head, *_rest = self.summary().splitlines()
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        table = self.intervals.to_html(
            index=False, float_format="{:.4g}".format, na_rep="–", border=0
        )
        return f"<p><strong>{html.escape(head)}</strong></p>{table}<ul>{notes}</ul>"


def _figure(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:.4g}"
