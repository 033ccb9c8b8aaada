"""Shares with their uncertainty: how far a share could lie off if other customers had come.

Customers are taken as a sample of those the business could have. Everything here needs
only sums, which the engine that holds the customers makes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from segkit.checks import check_number
from segkit.i18n import _, format_percent

#: Half the width of a 95 % interval, in standard errors of a normal variable.
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share of a whole with its 95 % interval; from 0 to 1 unless parts are negative."""

    value: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """The share as per cent, in the current language."""
        return format_percent(self.value)

    @property
    def interval_text(self) -> str:
        """The interval in words, in the current language."""
        if self.low == self.high:
            return _("too few customers for an interval")
        low, high = format_percent(self.low), format_percent(self.high)
        return _("95\u202f% interval {low} to {high}").format(low=low, high=high)


@dataclass(frozen=True)
class TopShare(Share):
    """The share that the top customers have; ``top`` is their own share of customers."""

    top: float

    @property
    def top_text(self) -> str:
        """How many customers are the top, as per cent in the current language."""
        return format_percent(
            self.top, 0 if abs(self.top * 100 - round(self.top * 100)) < 1e-9 else 1
        )


def share_of_count(count: float, n: float) -> Share:
    """Give the share of customers with a property, with Wilson's 95 % interval.

    Parameters
    ----------
    count, n : int
        Customers with the property, and all customers; ``n`` above 0.

    Raises
    ------
    ArgumentError
        If ``n`` is not above 0 or ``count`` not between 0 and ``n``.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22.

    Examples
    --------
    >>> share = share_of_count(5, 10)
    >>> round(share.low, 3), round(share.high, 3)
    (0.237, 0.763)
    """
    check_number("share_of_count", "n", n, low=0, low_open=True)
    check_number("share_of_count", "count", count, low=0, high=n)
    share = count / n
    spread = Z95**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * math.sqrt((share * (1 - share) + spread / 4) / n)
    return Share(share, max(0.0, middle - half), min(1.0, middle + half))


def share_of_sum(part: float, whole: float, residual_squares: float) -> Share:
    """Give the share that a part of the customers has in a sum over all, with its 95 % interval.

    Parameters
    ----------
    part, whole : float
        The sum over the part and over all customers, currency; ``whole`` above 0.
    residual_squares : float
        Sum over all customers of ``(own part - share * own value) ** 2``, currency².

    Raises
    ------
    ArgumentError
        If ``whole`` is not above 0.

    References
    ----------
    The standard error of a ratio of two sums: Cochran (1977), Sampling Techniques, eq. 6.9.

    Examples
    --------
    >>> share_of_sum(3.0, 4.0, 0.0)
    Share(value=0.75, low=0.75, high=0.75)
    """
    check_number("share_of_sum", "whole", whole, low=0, low_open=True)
    share = part / whole
    half = Z95 * math.sqrt(max(0.0, residual_squares)) / whole
    # Losses can carry a share itself out of 0 to 1; only then may its interval go there.
    floor, ceiling = min(0.0, share - half), max(1.0, share + half)
    if 0 <= share <= 1:
        floor, ceiling = 0.0, 1.0
    return Share(share, max(floor, share - half), min(ceiling, share + half))


def ratio_of_shares(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Give the 95 % interval of the ratio of two shares, each a count and its whole.

    The two groups have no customer in common. Where the second count is 0, there is no upper
    end: it is infinite.

    References
    ----------
    Newcombe (2016), MOVER-R confidence intervals for ratios and products of two independently
    estimated quantities, Statistical Methods in Medical Research 25, with Wilson's intervals.

    Examples
    --------
    >>> [round(end, 2) for end in ratio_of_shares((30, 100), (20, 100))]
    [0.92, 2.45]
    """
    one, other = share_of_count(*first), share_of_count(*second)
    both = one.value * other.value
    below = one.low * (2 * one.value - one.low)
    above = other.high * (2 * other.value - other.high)
    low = below / (both + math.sqrt(max(0.0, both**2 - below * above))) if below > 0 else 0.0
    above = one.high * (2 * one.value - one.high)
    below = other.low * (2 * other.value - other.low)
    high = (both + math.sqrt(max(0.0, both**2 - above * below))) / below if below > 0 else math.inf
    return low, high
