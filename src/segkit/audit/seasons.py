"""Months and weekdays: how purchases spread over a year and a week, and how strongly."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.i18n import _, format_number, format_percent, ngettext

_MONTHS, _WEEKDAYS = 12, 7
_NEEDED_MONTHS = 24
#: From which share of the changes on seasons are called strong, and from which they matter: a
#: rule of the house. Strong is more than half with room for chance, and half of that matters.
_STRONG, _MATTERS = 0.6, 0.3


@dataclass(frozen=True)
class Season:
    """How strongly the months of the year differ.

    ``strength`` runs from 0 (months differ by chance and trend only) to 1 (all that changes
    is the season); None where the history has less than ``needed`` complete months.
    """

    strength: float | None
    complete_months: int
    needed: int = _NEEDED_MONTHS

    @property
    def text(self) -> str:
        """What can be said of the seasons, in the current language."""
        if self.strength is None:
            text = ngettext(
                "With {n} complete month, seasons cannot be told from growth; "
                "two years are needed.",
                "With {n} complete months, seasons cannot be told from growth; "
                "two years are needed.",
                self.complete_months,
            )
            return text.format(n=format_number(self.complete_months))
        share = format_percent(self.strength, 0)
        if self.strength >= _STRONG:
            text = _("Seasons are strong: they explain {share} of the changes beside the trend.")
        elif self.strength >= _MATTERS:
            text = _("Seasons matter: they explain {share} of the changes beside the trend.")
        else:
            text = _("Seasons are weak: they explain {share} of the changes beside the trend.")
        return text.format(share=share)


def season_of(months: pd.DataFrame) -> Season:
    """Measure how strongly calendar months differ, beside a straight trend.

    Purchases per day of each complete month are explained by a trend alone, and by a trend
    and the month of the year; the strength is the share of the former's variance that the
    latter takes away, each variance by its own degrees of freedom, so that a month of its own
    for each of twelve does not count as a season. Square roots keep the noise of large and
    small months alike. Below 24 complete months nothing is said, which is a rule of the house:
    each month is then known twice.

    Parameters
    ----------
    months : pandas.DataFrame
        ``month, purchases, is_complete``.

    References
    ----------
    After the strength of seasonality of Wang, Smith & Hyndman (2006), Characteristic-based
    clustering for time series data, Data Mining and Knowledge Discovery 13.
    """
    whole = months[months["is_complete"]]
    n = len(whole)
    if n < _NEEDED_MONTHS:
        return Season(None, n)
    y = np.sqrt(_per_day(whole).to_numpy())
    trend = np.column_stack([np.ones(n), np.arange(n)])
    month = whole["month"].dt.month.to_numpy()
    season = (month[:, None] == np.arange(2, _MONTHS + 1)).astype("float64")
    plain = _variance(trend, y)
    if math.isclose(plain, 0.0, abs_tol=1e-12):
        return Season(0.0, n)
    explained = 1 - _variance(np.column_stack([trend, season]), y) / plain
    return Season(max(0.0, explained), n)


def month_shares(months: pd.DataFrame) -> pd.DataFrame:
    """Share out a usual year over its months: purchases per day of each, for 365 days."""
    whole = months[months["is_complete"]]
    level = _per_day(whole).groupby(whole["month"].dt.month).mean().reindex(range(1, _MONTHS + 1))
    lengths = [calendar.monthrange(2023, month)[1] for month in level.index]
    usual = level * lengths
    share = (usual / usual.sum()).to_numpy(dtype="float64")
    return pd.DataFrame({"month": list(range(1, _MONTHS + 1)), "share": share})


def weekday_shares(daily: pd.Series) -> pd.DataFrame:
    """Share out a usual week over its days, Monday being 1."""
    number = pd.DatetimeIndex(daily.index).day_of_week + 1
    usual = daily.groupby(number).mean().reindex(range(1, _WEEKDAYS + 1))
    share = (usual / usual.sum()).to_numpy(dtype="float64")
    return pd.DataFrame({"weekday": list(range(1, _WEEKDAYS + 1)), "share": share})


def _per_day(months: pd.DataFrame) -> pd.Series:
    return months["purchases"] / months["month"].dt.days_in_month


def _variance(columns: np.ndarray, y: np.ndarray) -> float:
    """Variance that a linear model leaves, by its degrees of freedom."""
    fitted = columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return float(((y - fitted) ** 2).sum() / (len(y) - columns.shape[1]))
