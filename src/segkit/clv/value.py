"""Today's worth of the margin a customer will still bring.

For a horizon cut into months of 365.25/12 days, the last one shorter if need be::

    value = margin x spend x sum over k of (E[X(t_k)] - E[X(t_(k-1))]) / (1 + d)^(t_k / 365.25)

with ``E[X(t)]`` the expected purchases in the next ``t`` days, ``spend`` the expected spend
per purchase day, ``margin`` the share of it that is earned and ``d`` the discount a year.
A month's margin is counted at the month's end. What the customer brought so far, and what
it cost to win them, are not in it: the value is residual.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from segkit.clv.arrays import MONTH_DAYS, YEAR_DAYS, Array


def step_ends(horizon_days: float, *, step_days: float = MONTH_DAYS) -> Array:
    """Ends of the steps in days from today; the last is the horizon itself.

    Examples
    --------
    >>> step_ends(75.0).round(2).tolist()
    [30.44, 60.88, 75.0]
    """
    # A horizon written as 12 months may miss the 12th multiple by a rounding error.
    whole = np.arange(1, int(np.floor(horizon_days / step_days + 1e-9)) + 1) * step_days
    return np.append(whole[whole < horizon_days - 1e-6 * step_days], horizon_days)


def discount_factors(ends_days: Array, discount_annual: float) -> Array:
    """Worth today of 1 received at each of these days, by the annual rate, compounded.

    Examples
    --------
    >>> discount_factors(np.array([365.25, 730.5]), 0.25).tolist()
    [0.8, 0.64]
    """
    return (1 + discount_annual) ** (-np.asarray(ends_days) / YEAR_DAYS)


def discounted_purchases(
    expected: Callable[[float], Array],
    *,
    horizon_days: float,
    discount_annual: float,
    step_days: float = MONTH_DAYS,
) -> tuple[Array, Array]:
    """Expected purchases over the horizon, plain and discounted.

    Parameters
    ----------
    expected : callable
        Expected purchases in the next so many days, one number per pattern.
    horizon_days : float
        Days ahead, above 0.
    discount_annual : float
        Discount rate a year, 0.10 for 10 %.
    step_days : float
        Length of a step in days; a month unless finer steps are wanted.

    Returns
    -------
    (purchases, discounted) : tuple of arrays
        Both in purchase days.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV: Using Iso-value Curves for Customer Base
    Analysis, Journal of Marketing Research 42(4), here in discrete months.

    Examples
    --------
    >>> one_a_month = lambda days: np.array([days / (365.25 / 12)])
    >>> plain, today = discounted_purchases(
    ...     one_a_month, horizon_days=365.25, discount_annual=0.10)
    >>> plain.round(6).tolist(), today.round(4).tolist()
    ([12.0], [11.4005])
    """
    ends = step_ends(horizon_days, step_days=step_days)
    before: Array = 0.0
    discounted: Array = 0.0
    for end, factor in zip(ends, discount_factors(ends, discount_annual), strict=True):
        until = expected(float(end))
        discounted = discounted + (until - before) * factor
        before = until
    return before, discounted
