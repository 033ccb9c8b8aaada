"""Say in words who belongs to a segment, with the cut-offs filled in."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from segkit.i18n import _, format_list, format_money, format_number, get_language, ngettext
from segkit.schemes.cutoffs import Cutoffs, level_bounds
from segkit.schemes.scheme import Scheme
from segkit.schemes.score import Condition, Input, Score


def rule_table(scheme: Scheme, edges: Cutoffs) -> pd.DataFrame:
    """List the segments with their rule in words, in the current language."""
    rows = [
        (segment.id, segment.label(), _any_of(segment.when, scheme, edges))
        for segment in scheme.segments
    ]
    return pd.DataFrame(rows, columns=["segment", "name", "rule"])


def level_rule_table(scheme: Scheme) -> pd.DataFrame:
    """List the segments with their rule in levels, where cut-offs differ within other levels."""
    rows = [
        (segment.id, segment.label(), _any_of_levels(segment.when, scheme))
        for segment in scheme.segments
    ]
    return pd.DataFrame(rows, columns=["segment", "name", "rule"])


def _any_of_levels(rules: Iterable[Mapping[str, Condition]], scheme: Scheme) -> str:
    return functools.reduce(
        lambda first, second: _("{first}; or {second}").format(first=first, second=second),
        [_all_of_levels(rule, scheme) for rule in rules],
    )


def _all_of_levels(rule: Mapping[str, Condition], scheme: Scheme) -> str:
    terms = []
    for name, condition in rule.items():
        score = scheme.scores[name]
        levels = sorted(condition.levels(score))
        if len(levels) < score.n_levels:
            text = ngettext("{label} level {levels}", "{label} levels {levels}", len(levels))
            listed = format_list(format_number(level) for level in levels)
            terms.append(text.format(label=_inside(score.label.read(name)), levels=listed))
    return _joined(terms) if terms else _("every customer")


def _any_of(rules: Iterable[Mapping[str, Condition]], scheme: Scheme, edges: Cutoffs) -> str:
    worded = [text for rule in rules if (text := _all_of(rule, scheme, edges)) is not None]
    if not worded:
        return _("nobody with these cut-offs")
    return functools.reduce(
        lambda first, second: _("{first}; or {second}").format(first=first, second=second), worded
    )


def _all_of(rule: Mapping[str, Condition], scheme: Scheme, edges: Cutoffs) -> str | None:
    """Word one rule; ``None`` when the cut-offs leave no customer who could fulfil it."""
    terms = []
    for name, condition in rule.items():
        score = scheme.scores[name]
        levels = sorted(condition.levels(score))
        if len(levels) == score.n_levels:
            continue
        ranges = _ranges(score, levels, edges.get(name, ()))
        if not ranges:
            return None
        if any(lower == -math.inf and upper == math.inf for _run, lower, upper in ranges):
            continue  # all values share a level, so the score parts nobody
        texts = [_term(scheme, score, found) for found in ranges]
        if score.missing in levels:
            texts.append(_("not known"))
        terms.append(_either(texts))
    return _joined(terms) if terms else _("every customer")


def _joined(terms: list[str]) -> str:
    return functools.reduce(
        lambda first, second: _("{first}, and {second}").format(first=first, second=second), terms
    )


def _either(texts: list[str]) -> str:
    return functools.reduce(
        lambda first, second: _("{first} or {second}").format(first=first, second=second), texts
    )


_Writer = Callable[[float], str]

#: ``(levels, lower, upper)``: neighbouring levels and the values they hold together.
_Range = tuple[list[int], float, float]


def _ranges(score: Score, levels: list[int], edges: tuple[float, ...]) -> list[_Range]:
    bounds = level_bounds(score, edges or (math.nan,) * (score.n_levels - 1))
    runs: list[list[int]] = []
    for level in levels:
        if runs and level == runs[-1][-1] + 1:
            runs[-1].append(level)
        else:
            runs.append([level])
    found = []
    for run in runs:
        lower = min(bounds[run[0] - 1][0], bounds[run[-1] - 1][0])
        upper = max(bounds[run[0] - 1][1], bounds[run[-1] - 1][1])
        if not score.has_edges or lower < upper:
            found.append((run, lower, upper))
    return found


def _term(scheme: Scheme, score: Score, found: _Range) -> str:
    levels, lower, upper = found
    about = scheme.inputs.get(score.input, Input())
    label = _inside(about.label.read(score.input))
    if score.categories is not None:
        values = _either([score.categories[level - 1].label() for level in levels])
        return _("{label}: {values}").format(label=label, values=values)
    if score.order is not None:
        values = _either([_value(score.order[level - 1]) for level in levels])
        return _("{label}: {values}").format(label=label, values=values)
    if score.input == "recency_days" and score.better == "low":
        return recency_words(lower, upper)
    if score.input in ("n_days", "n_orders") and score.better == "high":
        return count_words(score.input, lower, upper)
    return _plain(label, (lower, upper), score, _writer(about.unit))


def _value(value: str | bool | int | float) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _inside(label: str) -> str:
    """Write a label as it stands inside a sentence: ``Revenue`` → ``revenue``, ``RFM`` stays."""
    plain = get_language() == "en" and len(label) > 1 and label[1].islower()
    return label[0].lower() + label[1:] if plain else label


def _writer(unit: str) -> _Writer:
    if unit == "currency":
        return lambda amount: format_money(amount, 2)
    return lambda value: format_number(value, 0 if float(value).is_integer() else 2)


def recency_words(lower: float, upper: float) -> str:
    """Word a range of days since the last purchase, as it stands inside a sentence."""
    low, high = math.floor(max(lower, 0)), math.floor(min(upper, 1e9))
    if math.isinf(upper):
        text = ngettext(
            "last purchase more than {days} day ago", "last purchase more than {days} days ago", low
        )
        return text.format(days=format_number(low))
    if math.isinf(lower):
        text = ngettext(
            "last purchase at most {days} day ago", "last purchase at most {days} days ago", high
        )
        return text.format(days=format_number(high))
    text = ngettext(
        "last purchase more than {low} and at most {high} day ago",
        "last purchase more than {low} and at most {high} days ago",
        high,
    )
    return text.format(low=format_number(low), high=format_number(high))


def count_words(name: str, lower: float, upper: float) -> str:
    """Word a range of whole numbers, which the edges may part anywhere between two of them."""
    low = 0 if math.isinf(lower) else math.ceil(lower)
    high = None if math.isinf(upper) else math.ceil(upper) - 1
    days = name == "n_days"
    if high is None:
        text = (
            ngettext("bought on {low} day or more", "bought on {low} days or more", low)
            if days
            else ngettext("placed {low} order or more", "placed {low} orders or more", low)
        )
        return text.format(low=format_number(low))
    if math.isinf(lower):
        text = (
            ngettext("bought on at most {high} day", "bought on at most {high} days", high)
            if days
            else ngettext("placed at most {high} order", "placed at most {high} orders", high)
        )
    elif low == high:
        text = (
            ngettext("bought on exactly {high} day", "bought on exactly {high} days", high)
            if days
            else ngettext("placed exactly {high} order", "placed exactly {high} orders", high)
        )
    else:
        text = _("bought on {low} to {high} days") if days else _("placed {low} to {high} orders")
    return text.format(low=format_number(low), high=format_number(high))


def _plain(label: str, bounds: tuple[float, float], score: Score, write: _Writer) -> str:
    lower, upper = bounds
    if score.better == "high":
        if math.isinf(upper):
            return _("{label} of {low} or more").format(label=label, low=write(lower))
        if math.isinf(lower):
            return _("{label} below {high}").format(label=label, high=write(upper))
        text = _("{label} of at least {low} and below {high}")
        return text.format(label=label, low=write(lower), high=write(upper))
    if math.isinf(lower):
        return _("{label} of at most {high}").format(label=label, high=write(upper))
    if math.isinf(upper):
        return _("{label} above {low}").format(label=label, low=write(lower))
    text = _("{label} above {low} and at most {high}")
    return text.format(label=label, low=write(lower), high=write(upper))
