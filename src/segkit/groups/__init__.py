"""Groups by conditions: the criteria one writes down, and who fulfils them.

A *condition* is a line such as ``age between 30 and 40 and city_tier = 1``. Named conditions make
*groups*; unlike the segments of a scheme they may overlap and leave customers out.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.groups.building import build_groups
    from segkit.groups.condition import Condition, read_condition
    from segkit.groups.examples import example_groups
    from segkit.groups.reading import read_groups
    from segkit.groups.result import CustomerGroups

_HOMES = {
    "building": ["build_groups"],
    "condition": ["Condition", "read_condition"],
    "examples": ["example_groups"],
    "reading": ["read_groups"],
    "result": ["CustomerGroups"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "Condition",
    "CustomerGroups",
    "build_groups",
    "example_groups",
    "read_condition",
    "read_groups",
]
