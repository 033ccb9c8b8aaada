"""What customers are worth: the base in numbers, shares of revenue, the pyramid of tiers.

``describe_customers(customers)`` gives a :class:`CustomerBase`; ``share_of_top`` and
``share_of_value`` give shares with their intervals; ``value_pyramid(customers)`` gives a
:class:`ValuePyramid` with ``.table`` (one row per tier), ``.curve`` (Lorenz), ``.gini``.
"""

from segkit.value.overview import CustomerBase, describe_customers
from segkit.value.pyramid import ValuePyramid, value_pyramid
from segkit.value.shares import share_of_top, share_of_value

__all__ = [
    "CustomerBase",
    "ValuePyramid",
    "describe_customers",
    "share_of_top",
    "share_of_value",
    "value_pyramid",
]
