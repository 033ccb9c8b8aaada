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

Names are loaded when they are first used: a figure that only needs the name of a model must
not wait for scipy.
"""

import lazy_loader

# The exports, with their types for editors, stand in __init__.pyi beside this file.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
