"""Small populations with the shares and sums of published tables on customers' value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segkit.checks import check_number
from segkit.synthetic.drawing import check_seed
from segkit.synthetic.result import MadeUp
from segkit.synthetic.texts import numbered

#: V3: share of customers, of revenue and of profit.
PYRAMID = {
    "vip": (0.01, 0.50, 0.49),
    "main": (0.04, 0.23, 0.25),
    "ordinary": (0.15, 0.20, 0.21),
    "small": (0.80, 0.07, 0.05),
}
#: V5: customers, revenue, direct cost, selling cost (currency).
PROFITABILITY = {
    "A": (101, 203_320, 174_856, 14_232),
    "B": (56, 156_000, 113_162, 3_120),
}
# Revenue of a tier's customers lies between these multiples of everybody's mean, so that no
# tier reaches into the next; the mean inside a tier follows from V3. VIPs have no ceiling.
_BOUNDS = {"vip": 15.0, "main": 2.5, "ordinary": 0.4, "small": 0.0}
_CONCENTRATION = 3.0
#: Profit of a customer scatters this much about the tier's margin, as a share of it.
_MARGIN_SPREAD = 0.2
#: Costs of a customer scatter this much about the group's rate, so that groups stay apart.
_COST_SPREAD = 0.02


def pyramid_population(
    n_customers: int = 10_000,
    *,
    seed: int = 0,
    mean_revenue: float = 1_000.0,
    margin: float = 0.25,
) -> MadeUp:
    """Make up customers whose pyramid is the published one: 1, 4, 15 and 80 % of them.

    VIP customers bring 50 % of revenue and 49 % of profit, main ones 23 and 25 %, ordinary
    ones 20 and 21 %, small ones 7 and 5 %, but for sampling error; tiers never overlap.

    Parameters
    ----------
    n_customers : int
        At least 100, so that there is a VIP.
    seed : int
        At least 0.
    mean_revenue : float
        Mean revenue of a customer, currency, above 0.
    margin : float
        Profit of all customers as a share of their revenue, above 0 and at most 1.

    Returns
    -------
    MadeUp
        ``customers`` (``customer_id``, ``revenue``, ``profit``: currency); the tier is in
        ``truth["customers"]``.

    Raises
    ------
    ArgumentError
        If an argument is outside its range.

    Examples
    --------
    >>> made = pyramid_population(1_000)
    >>> made.truth["customers"]["tier"].value_counts().to_dict()
    {'small': 800, 'ordinary': 150, 'main': 40, 'vip': 10}
    """
    who = "pyramid_population"
    n = int(check_number(who, "n_customers", n_customers, low=100, whole=True))
    check_number(who, "mean_revenue", mean_revenue, low=0, low_open=True)
    check_number(who, "margin", margin, low=0, high=1, low_open=True)
    rng = np.random.default_rng(check_seed(who, seed))
    # The least tiers are rounded; the small customers are all the others.
    sizes = [round(n * share[0]) for share in PYRAMID.values()]
    sizes[-1] = n - sum(sizes[:-1])
    tier = rng.permutation(np.repeat(list(PYRAMID), sizes))
    revenue, profit = np.zeros(n), np.zeros(n)
    ceiling = np.inf
    for name, (of_customers, of_revenue, of_profit) in PYRAMID.items():
        here = np.flatnonzero(tier == name)
        floor, mean = _BOUNDS[name], of_revenue / of_customers
        revenue[here] = mean_revenue * _between(rng, floor, ceiling, mean, len(here))
        noise = np.clip(rng.normal(1, _MARGIN_SPREAD, len(here)), 0, 2)
        profit[here] = revenue[here] * margin * of_profit / of_revenue * noise
        ceiling = floor
    ids = numbered("C", np.arange(1, n + 1))
    customers = {"customer_id": ids, "revenue": revenue.round(2), "profit": profit.round(2)}
    return MadeUp(
        "pyramid",
        {"customers": pd.DataFrame(customers)},
        {"customers": pd.DataFrame({"customer_id": ids, "tier": tier.astype(object)})},
        {"n_customers": n, "seed": seed, "mean_revenue": mean_revenue, "margin": margin},
    )


def profitability_groups(*, seed: int = 0) -> MadeUp:
    """Make up the 157 customers of the published profitability table, totals exact.

    Group A (101 customers, revenue 203,320) keeps 7 % of its revenue after direct and selling
    costs, group B (56 customers, 156,000) 25 %.

    Parameters
    ----------
    seed : int
        At least 0; it moves what single customers bring, never a total.

    Returns
    -------
    MadeUp
        ``customers`` (``customer_id``, ``revenue``, ``direct_cost``, ``selling_cost``,
        ``gross_profit``: whole units of currency); the group is in ``truth["customers"]``.

    Examples
    --------
    >>> made = profitability_groups()
    >>> made["customers"][["revenue", "gross_profit"]].sum().to_dict()
    {'revenue': 359320, 'gross_profit': 53950}
    """
    rng = np.random.default_rng(check_seed("profitability_groups", seed))
    parts = []
    for group, (n, revenue, direct, selling) in PROFITABILITY.items():
        share = rng.gamma(6.0, size=n) + 1
        bought = _exact(revenue, share)
        frame = {
            "group": group,
            "revenue": bought,
            "direct_cost": _exact(direct, bought * _near_one(rng, n)),
            "selling_cost": _exact(selling, bought * _near_one(rng, n)),
        }
        parts.append(pd.DataFrame(frame))
    customers = pd.concat(parts).take(rng.permutation(sum(map(len, parts))))
    customers = customers.reset_index(drop=True)
    costs = customers["direct_cost"] + customers["selling_cost"]
    customers["gross_profit"] = customers["revenue"] - costs
    customers.insert(0, "customer_id", numbered("C", np.arange(1, len(customers) + 1), 3))
    return MadeUp(
        "profitability",
        {"customers": customers.drop(columns="group")},
        {"customers": customers[["customer_id", "group"]]},
        {"seed": seed},
    )


def _between(rng: np.random.Generator, low: float, high: float, mean: float, n: int) -> np.ndarray:
    """Draw from ``low`` to ``high`` with a known mean; without a ceiling, a long tail."""
    if np.isinf(high):
        return low + rng.exponential(mean - low, n)
    place = (mean - low) / (high - low)
    spread = rng.beta(_CONCENTRATION * place, _CONCENTRATION * (1 - place), n)
    return low + (high - low) * spread


def _near_one(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.uniform(1 - _COST_SPREAD, 1 + _COST_SPREAD, n)


def _exact(total: int, weights: np.ndarray) -> np.ndarray:
    """Share a whole total out by weights, in whole units that add up to it."""
    edges = np.round(total * np.cumsum(weights) / np.sum(weights)).astype(np.int64)
    return np.diff(edges, prepend=0)
