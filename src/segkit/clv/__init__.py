"""Customer lifetime value: how often customers buy, when they leave, what they spend.

The nouns
---------
history
    ``frequency`` (repeat purchase days), ``recency`` (days from first to last) and ``T``
    (days from first to today); customers with the same history are one *pattern*.
purchase model
    MBG/NBD (default), BG/NBD, Pareto/NBD, or NBD without churn: gives ``p_alive`` and
    ``expected_purchases``.
spend model
    Gamma-Gamma: gives ``expected_spend`` per purchase day.
residual value
    ``clv``: today's worth of the margin over a horizon, on top of what was earned so far.
holdout
    Months the models have not seen, to tell how far off they are.
"""

from segkit.clv.holdout import HoldoutCheck, validate_clv
from segkit.clv.models import MODELS, fit_clv
from segkit.clv.patterns import Patterns, compress_patterns
from segkit.clv.result import ClvModel
from segkit.clv.spend import SpendFit, fit_spend

__all__ = [
    "MODELS",
    "ClvModel",
    "HoldoutCheck",
    "Patterns",
    "SpendFit",
    "compress_patterns",
    "fit_clv",
    "fit_spend",
    "validate_clv",
]
