"""The edge of the parameter space: customers of whom nobody ever leaves.

Without churn every model of this package is NBD. The likelihood gets there only in the
limit, so a fit that nears it is replaced by NBD's, with ``NEVER`` in place of the two
parameters of leaving; all forecasts know that mark.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from segkit.clv.arrays import Array

#: The two parameters of leaving, by model: without the first, nobody leaves.
LEAVING = {"bg_nbd": ("a", "b"), "mbg_nbd": ("a", "b"), "pareto_nbd": ("s", "beta")}
#: Their values where nobody leaves; the second then has no meaning.
NEVER = (0.0, 1.0)
#: A chance to leave below this, at a purchase or in a unit of time, is none.
_NONE = 1e-12
#: Below this it may be none, which is for the data to say.
_HARDLY = 0.02
_CHANCES = (1e-4, 1e-3, 1e-2, 0.1)
_SPREADS = (0.1, 1.0, 10.0, 1000.0)


def never_leaves(model: str, params: Mapping[str, float]) -> bool:
    """Tell whether a customer of this model stays for ever.

    Examples
    --------
    >>> never_leaves("mbg_nbd", {"r": 0.5, "alpha": 6.0, "a": 0.0, "b": 1.0})
    True
    """
    if model not in LEAVING:
        return True
    first, second = (params[name] for name in LEAVING[model])
    return first <= _NONE * (first + second)


def hardly_leaves(model: str, log_params: Array, longest: float) -> bool:
    """Tell whether so few leave, at a purchase or within the longest history, that none may.

    Examples
    --------
    >>> hardly_leaves("bg_nbd", np.log([0.5, 6.0, 0.8, 2.5]), 52.0)
    False
    """
    first, second = np.exp(log_params[2:])
    if model == "pareto_nbd":
        return bool(first * np.log1p(longest / second) < _HARDLY)
    return bool(first < _HARDLY * (first + second))


def churn_grid(model: str, log_purchases: Array, longest: float) -> list[Array]:
    """Log-parameters with NBD's purchases and churn of several amounts and spreads.

    A chance is that of leaving at a purchase, or in Pareto/NBD within the longest history.
    """
    points = []
    for chance in _CHANCES:
        for spread in _SPREADS:
            pair = (chance * spread, (1 - chance) * spread)
            if model == "pareto_nbd":
                pair = (spread, spread * longest / chance)
            points.append(np.concatenate([log_purchases, np.log(pair)]))
    return points
