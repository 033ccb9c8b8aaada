"""Say in words what a leaf asks for."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

from segkit.i18n import (
    _,
    format_list,
    format_money,
    format_number,
    format_percent,
    ngettext,
)
from segkit.segment.feature_words import feature_unit, feature_value, inside_label
from segkit.segment.trees.tree import Condition
from segkit.segment.words import count_words, recency_words


def path_words(conditions: Sequence[Condition]) -> str:
    """Say what one leaf asks for, in the current language."""
    if not conditions:
        return _("every customer")
    return functools.reduce(
        lambda first, second: _("{first}, and {second}").format(first=first, second=second),
        (condition_words(condition) for condition in conditions),
    )


def either_words(texts: Iterable[str]) -> str:
    """Join the ways in which one segment is reached."""
    return functools.reduce(
        lambda first, second: _("{first}; or {second}").format(first=first, second=second), texts
    )


def condition_words(condition: Condition) -> str:
    """Say what is asked of one feature; that its lack counts too is part of the rule."""
    label = inside_label(condition.feature.name)
    if not condition.takes_known:
        return _("{label} not known").format(label=label)
    if condition.feature.kind == "category":
        text = _category(condition, label)
    elif condition.feature.kind == "flag":
        text = _flag(condition, label)
    else:
        text = _number(condition, label)
    return _("{rule} (or not known)").format(rule=text) if condition.unknown else text


def _category(condition: Condition, label: str) -> str:
    values = condition.values
    if len(values) == len(condition.feature.values):
        return _("{label} known").format(label=label)
    others = tuple(v for v in condition.feature.values if v not in values)
    if len(others) < len(values):
        text = ngettext("{label} is not {values}", "{label} is none of {values}", len(others))
        return text.format(label=label, values=format_list(others))
    text = ngettext("{label} is {values}", "{label} is one of {values}", len(values))
    return text.format(label=label, values=format_list(values))


def _flag(condition: Condition, label: str) -> str:
    if math.isinf(condition.low) and math.isinf(condition.high):
        return _("{label} known").format(label=label)
    text = _("{label}: no") if math.isinf(condition.low) else _("{label}: yes")
    return text.format(label=label)


def _number(condition: Condition, label: str) -> str:
    name, low, high = condition.feature.name, condition.low, condition.high
    if math.isinf(low) and math.isinf(high):
        return _("{label} known").format(label=label)
    if condition.feature.kind == "integer":
        # Whole days: 60 and more are more than 59.
        if name == "recency_days":
            return recency_words(_ceil(low) - 1, _ceil(high) - 1)
        if name in ("n_days", "n_orders"):
            return count_words(name, low, high)
    if math.isinf(high):
        text = _("{label} of {low} or more")
        return text.format(label=label, low=_written(name, low))
    if math.isinf(low):
        return _("{label} below {high}").format(label=label, high=_written(name, high))
    text = _("{label} of at least {low} and below {high}")
    return text.format(label=label, low=_written(name, low), high=_written(name, high))


def _ceil(value: float) -> float:
    return value if math.isinf(value) else math.ceil(value)


def _written(name: str, value: float) -> str:
    """Write a cut exactly as it is: a rounded one would put some customers elsewhere."""
    if name == "birth_year":
        return str(int(value))
    unit, is_whole = feature_unit(name), float(value).is_integer()
    digits = 0 if is_whole else -int(Decimal(repr(value)).normalize().as_tuple().exponent)
    if unit == "currency":
        # With digits asked for, Chinese does not shorten 12,034 to 1.20 万 either.
        return format_money(value, 0 if is_whole else max(2, digits))
    if is_whole:
        return feature_value(name, value)
    if unit == "share":
        return format_percent(value, max(0, digits - 2))
    number = format_number(value, digits)
    return _("{n} days").format(n=number) if unit == "days" else number
