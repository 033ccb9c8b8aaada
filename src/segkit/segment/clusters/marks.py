"""What distinguishes the segments: typical values, and names made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.i18n import (
    N_,
    _,
    format_list,
    format_number,
    format_percent,
)
from segkit.schemes.scheme import Named, Text
from segkit.schemes.score import each_in_both
from segkit.segment.clusters.features import Feature, label_of
from segkit.segment.clusters.points import Points

#: A difference below this many standard deviations is not named.
_NAMED = 0.25
_COLORS = (
    "#1f5fa8", "#d9822b", "#2f8f5b", "#b5476d", "#6f58b8", "#1f93a5", "#a88a1c", "#c2502f",
    "#5b7a33", "#8a5a3c", "#4a6fd0", "#a04fa0", "#3f8f8a", "#b06a6a", "#767b2e", "#5c6675",
    "#884466", "#2b6e8f", "#9a7b4f", "#40516b",
)  # fmt: skip
UNUSUAL = "unusual"
_GREY = "#8e9cb3"


@dataclass(frozen=True)
class Mark:
    """A feature in a segment: typical value there and of all, difference in standard deviations.

    For a category ``value`` is the one most over-represented, ``center`` and ``whole`` are its
    shares in the segment and of all.
    """

    segment: str
    feature: str
    center: float
    whole: float
    difference: float
    value: str = ""


def find_marks(
    points: Points, labels: np.ndarray, features: Sequence[Feature], ids: Sequence[str]
) -> tuple[Mark, ...]:
    """Describe each segment by each feature, from the customers of the sample."""
    marks = []
    numbers = [f for f in features if not f.is_category]
    coded = [f for f in features if f.is_category]
    for k, segment in enumerate(ids):
        own = labels == k
        if not own.any():
            continue
        for j, feature in enumerate(numbers):
            marks.append(_number_mark(segment, feature, points.numbers[:, j], own))
        for j, feature in enumerate(coded):
            marks.append(_category_mark(segment, feature, points.codes[:, j], own))
    return tuple(marks)


def _number_mark(segment: str, feature: Feature, z: np.ndarray, own: np.ndarray) -> Mark:
    assert feature.transform is not None
    inside, whole = float(z[own].mean()), float(z.mean())
    center, middle = feature.transform.back(np.array([inside, whole]))
    difference = (inside - whole) / (float(z.std()) or 1.0)
    return Mark(segment, feature.name, float(center), float(middle), difference)


def _category_mark(segment: str, feature: Feature, codes: np.ndarray, own: np.ndarray) -> Mark:
    size = len(feature.categories)
    inside = np.bincount(codes[own], minlength=size) / own.sum()
    whole = np.bincount(codes, minlength=size) / len(codes)
    lift = (inside - whole) / np.sqrt(np.maximum(whole * (1 - whole), 1e-9))
    best = int(lift.argmax())
    value = str(feature.categories[best])
    return Mark(
        segment, feature.name, float(inside[best]), float(whole[best]), float(lift[best]), value
    )


def strongest(marks: Sequence[Mark], segment: str) -> list[Mark]:
    """List a segment's marks, the most distinguishing first."""
    return sorted((m for m in marks if m.segment == segment), key=lambda m: -abs(m.difference))


def name_segments(
    marks: Sequence[Mark], features: Sequence[Feature], ids: Sequence[str]
) -> tuple[Named, ...]:
    """Name the segments in both languages by what distinguishes them; no name occurs twice."""
    names = each_in_both(lambda: _names(marks, features, ids))
    return tuple(
        Named(
            id=segment,
            name=name,
            color=_GREY if segment == UNUSUAL else _COLORS[i % len(_COLORS)],
        )
        for i, (segment, name) in enumerate(zip(ids, names, strict=True))
    )


def _names(marks: Sequence[Mark], features: Sequence[Feature], ids: Sequence[str]) -> list[str]:
    labels = {feature.name: feature.label for feature in features}
    if len(ids) == 1:
        return [_("All customers")]
    found: list[str] = []
    for segment in ids:
        if segment == UNUSUAL:
            found.append(_("Unusual"))
            continue
        named = [m for m in strongest(marks, segment) if abs(m.difference) >= _NAMED]
        worded = [_worded(mark, labels[mark.feature]) for mark in named]
        options = [_joined(worded[:n]) for n in range(2, max(3, len(worded) + 1))]
        found.append(next((text for text in options if text not in found), options[0]))
    return _numbered(found)


def _joined(terms: list[str]) -> str:
    text = format_list(terms) if terms else _("about average")
    return text[0].upper() + text[1:]


def _numbered(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


#: What people say of who has much and who has little of a feature under its usual name.
_SPOKEN = {
    "recency_days": (N_("long silent"), N_("seen lately")),
    "n_days": (N_("buying often"), N_("buying rarely")),
    "n_orders": (N_("many orders"), N_("few orders")),
    "mean_order_value": (N_("large orders"), N_("small orders")),
    "revenue": (N_("high spend"), N_("low spend")),
    "T": (N_("long known"), N_("newly won")),
}


def _worded(mark: Mark, label: Text) -> str:
    feature = label.read(mark.feature)
    if mark.feature in _SPOKEN and label == label_of(mark.feature):
        high, low = _SPOKEN[mark.feature]
        return _(high) if mark.difference > 0 else _(low)
    if mark.value:
        return _("{feature} mostly {value}").format(feature=feature, value=mark.value)
    text = _("high {feature}") if mark.difference > 0 else _("low {feature}")
    return text.format(feature=feature)


def rule_of(marks: Sequence[Mark], features: Sequence[Feature], segment: str) -> str:
    """Say in words who belongs to a segment: its typical values, the most telling first."""
    labels = {feature.name: feature.label for feature in features}
    if segment == UNUSUAL:
        return _("unlike the customers of every other segment")
    terms = []
    for mark in strongest(marks, segment)[:3]:
        feature = labels[mark.feature].read(mark.feature)
        if mark.value:
            text = _("{feature} {value} for {share} (of all {whole})")
            share, whole = format_percent(mark.center, 0), format_percent(mark.whole, 0)
            terms.append(text.format(feature=feature, value=mark.value, share=share, whole=whole))
        else:
            text = _("{feature} about {center} (all {whole})")
            center, whole = _short(mark.center), _short(mark.whole)
            terms.append(text.format(feature=feature, center=center, whole=whole))
    return format_list(terms) if terms else _("every customer")


def _short(value: float) -> str:
    size = abs(value)
    return format_number(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def marks_table(
    marks: Sequence[Mark], segments: Sequence[Named], features: Sequence[Feature]
) -> pd.DataFrame:
    """Tabulate the marks with names in the current language."""
    names = {segment.id: segment.label() for segment in segments}
    labels = {feature.name: feature.label.read(feature.name) for feature in features}
    columns = {
        "segment": [m.segment for m in marks],
        "name": [names[m.segment] for m in marks],
        "feature": [m.feature for m in marks],
        "label": [labels[m.feature] for m in marks],
        "value": [m.value for m in marks],
        "center": [m.center for m in marks],
        "whole": [m.whole for m in marks],
        "difference": [m.difference for m in marks],
    }
    return pd.DataFrame(columns)
