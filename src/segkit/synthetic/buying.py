"""Purchase histories of a process that is known: Pareto/NBD with Gamma-Gamma spend.

What models of lifetime value assume, turned round: a fit to these histories must give the
parameters back, and a forecast can be held against what each customer truly is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from segkit.checks import check_date, check_number, fail

_WHO = "draw_purchases"
#: How orders spread over the hours of a day, 0 to 23: quiet nights, a peak after supper.
HOUR_WEIGHTS = (1, 1, 0, 0, 0, 0, 1, 2, 4, 6, 8, 8, 8, 6, 6, 6, 7, 7, 8, 9, 10, 10, 7, 3)
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class BuyingProcess:
    """Parameters of the process; weeks are the unit of time.

    Attributes
    ----------
    r, alpha
        Purchase rates per week are Gamma-distributed: shape ``r``, rate ``alpha`` (weeks); the
        mean is ``r / alpha``.
    s, beta
        Drop-out rates per week are Gamma-distributed: shape ``s``, rate ``beta`` (weeks).
    p, q, v
        Spend of a purchase is Gamma(p, nu), nu of a customer Gamma(q, v); the mean spend is
        ``p * v / (q - 1)``, in currency.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Management Science 33(1), assumptions 1 to 5;
    Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, where v is called gamma.
    """

    r: float = 1.5
    alpha: float = 20.0
    s: float = 1.2
    beta: float = 80.0
    p: float = 6.0
    q: float = 4.0
    v: float = 100.0

    def __post_init__(self) -> None:
        """Refuse what is no distribution, and a mean spend that does not exist."""
        for name in ("r", "alpha", "s", "beta", "p", "v"):
            check_number("BuyingProcess", name, getattr(self, name), low=0, low_open=True)
        check_number("BuyingProcess", "q", self.q, low=1, low_open=True)

    @property
    def mean_spend(self) -> float:
        """Mean spend of a purchase over all customers, in currency."""
        return self.p * self.v / (self.q - 1)


@dataclass(frozen=True)
class Purchases:
    """Purchases, and what is true of the customers who made them.

    ``orders`` has ``customer`` (position from 0), ``ordered_at`` (with time of day) and
    ``amount`` (currency), by customer and time. ``customers`` has one row per position:
    ``purchases_per_week``, ``dropout_per_week``, ``joined_on``, ``dropped_out_on`` (empty for
    who is still a customer at the end) and ``mean_spend`` (currency).
    """

    orders: pd.DataFrame
    customers: pd.DataFrame


def draw_purchases(
    rng: np.random.Generator,
    joined_on: np.ndarray,
    end: date | str,
    process: BuyingProcess | None = None,
) -> Purchases:
    """Let customers buy from the day they join until they drop out or ``end`` comes.

    Everybody buys on the day of joining. Nobody buys twice on one day: a second purchase moves
    to the next day, so that purchase days are purchases, which the models count.

    Parameters
    ----------
    rng : numpy.random.Generator
    joined_on : numpy.ndarray
        Day of each customer's first purchase, ``datetime64``; not after ``end``.
    end : date or text
        Last day on which somebody may buy.
    process : BuyingProcess or None
        Parameters; the default ones buy about four times a year.

    Returns
    -------
    Purchases

    Raises
    ------
    ArgumentError
        If ``end`` is no date or somebody joins after it.

    Examples
    --------
    >>> joined = np.full(1000, np.datetime64("2023-01-01"))
    >>> bought = draw_purchases(np.random.default_rng(1), joined, "2024-12-31")
    >>> int(bought.orders["customer"].nunique())
    1000
    """
    process = process or BuyingProcess()
    last = np.datetime64(check_date(_WHO, "end", end), "D")
    joined_on = np.asarray(joined_on, dtype="datetime64[D]")
    n, days_open = len(joined_on), (last - joined_on).astype(np.int64)
    if n and days_open.min() < 0:
        fail(_WHO, "joined_on", f"days up to {last}", str(joined_on.max()), "Move end.")
    rate = rng.gamma(process.r, 1 / process.alpha, n)
    dropout = rng.gamma(process.s, 1 / process.beta, n)
    # A rate of almost nothing would be a life beyond any calendar.
    life_days = np.minimum(7 * rng.exponential(size=n) / np.maximum(dropout, 1e-9), 1e5)
    customer, day = _purchase_days(rng, rate, np.minimum(life_days, days_open))
    kept = day <= days_open[customer]
    customer, day = customer[kept], day[kept]
    nu = rng.gamma(process.q, 1 / process.v, n)
    amount = rng.gamma(process.p, 1 / nu[customer])
    orders = pd.DataFrame(
        {
            "customer": customer,
            "ordered_at": with_time(rng, joined_on[customer] + day * _DAY),
            # Cents, and no purchase for nothing, which a Gamma-distributed spend never is.
            "amount": np.maximum(np.round(amount, 2), 0.01),
        }
    )
    return Purchases(
        orders,
        pd.DataFrame(
            {
                "purchases_per_week": rate,
                "dropout_per_week": dropout,
                "joined_on": joined_on.astype("datetime64[s]"),
                "dropped_out_on": _days_of_leaving(joined_on, life_days, last),
                "mean_spend": process.p / nu,
            }
        ),
    )


def with_time(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Give each day a time of day, to the second, more often one at which people buy."""
    weights = np.asarray(HOUR_WEIGHTS, dtype=float)
    hour = rng.choice(24, size=len(days), p=weights / weights.sum())
    seconds = hour * 3600 + rng.integers(3600, size=len(days))
    return days.astype("datetime64[s]") + seconds.astype("timedelta64[s]")


def draw_days(rng: np.random.Generator, n: int, first: date, last: date) -> np.ndarray:
    """Draw ``n`` days from ``first`` to ``last``, each as likely as the next."""
    span = (last - first).days
    return np.datetime64(first, "D") + rng.integers(span + 1, size=n) * _DAY


def _days_of_leaving(joined: np.ndarray, life_days: np.ndarray, last: np.datetime64) -> np.ndarray:
    left = joined + np.ceil(life_days).astype(np.int64) * _DAY
    return np.where(left <= last, left, np.datetime64("NaT")).astype("datetime64[s]")


def _purchase_days(
    rng: np.random.Generator, rate: np.ndarray, open_days: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw who buys on which day after joining: (customer, day), in that order.

    A Poisson process is a number of purchases, then moments spread evenly: no purchase waits
    for the one before it, so that a million customers are a few arrays.
    """
    repeats = rng.poisson(rate / 7 * open_days)
    customer = np.repeat(np.arange(len(rate)), repeats + 1)
    first = np.cumsum(repeats + 1) - (repeats + 1)
    moment = rng.random(len(customer)) * open_days[customer]
    moment[first] = 0.0
    moment = moment[np.lexsort((moment, customer))]
    day = np.ceil(moment).astype(np.int64)
    # Each purchase at least a day after the one before: a running maximum of day minus
    # position, kept apart between customers by a step larger than any history.
    position = np.arange(len(customer)) - first[customer]
    step = customer * np.int64(10**6)
    return customer, np.maximum.accumulate(day - position + step) - step + position
