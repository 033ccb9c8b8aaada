"""The leaves of a tree of probabilities as segments: names, actions, colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from segkit.i18n import _, format_number, format_percent
from segkit.schemes.scheme import Named, Text
from segkit.schemes.score import in_both
from segkit.segment.trees.definition import TreeDefinition
from segkit.segment.trees.fitting import Scorer

_FIRST, _LAST = (0x1F, 0x5F, 0xA8), (0xB8, 0xC0, 0xCC)


def leaf_definition(scorer: Scorer, outcome: str) -> TreeDefinition:
    """Make each leaf a segment, the most likely first."""
    order = sorted(scorer.tree.leaves, key=lambda leaf: (-scorer.probabilities[leaf], leaf))
    leaves = {leaf: f"leaf_{i}" for i, leaf in enumerate(order, start=1)}
    probabilities = {leaf: scorer.probabilities[leaf] for leaf in order}
    named = _leaves(list(probabilities.values()), scorer.base_rate)
    title = in_both(lambda: _("Tree for {outcome}").format(outcome=outcome))
    return TreeDefinition(title, f"tree_{outcome}", scorer.tree, named, leaves, probabilities)


def with_shares(
    definition: TreeDefinition,
    shares: Mapping[int, float],
    base_rate: float,
    *,
    name: str,
    title: Text,
) -> TreeDefinition:
    """Tell other shares of the same leaves, such as those seen in a test; order and ids stay."""
    named = _leaves([shares[leaf] for leaf in definition.leaves], base_rate)
    return replace(definition, id=name, title=title, named=named, probabilities=shares)


def _leaves(shares: Sequence[float], base_rate: float) -> tuple[Named, ...]:
    steps = max(1, len(shares) - 1)
    return tuple(
        _leaf(number, share, base_rate, (number - 1) / steps)
        for number, share in enumerate(shares, start=1)
    )


def _leaf(number: int, share: float, base_rate: float, step: float) -> Named:
    return Named(
        id=f"leaf_{number}",
        name=in_both(lambda: _leaf_name(number, share)),
        action=in_both(lambda: _leaf_action(share, base_rate)),
        color=_shade(step),
    )


def _leaf_name(number: int, share: float) -> str:
    text = _("Group {number} ({share} expected)")
    return text.format(number=number, share=format_percent(share))


def _leaf_action(share: float, base_rate: float) -> str:
    lift = format_number(share / base_rate, 2) if base_rate else "–"
    if share >= 1.25 * base_rate:
        return _("Act here first: {lift} times the average share.").format(lift=lift)
    if share <= 0.8 * base_rate:
        return _("Act here last: {lift} times the average share.").format(lift=lift)
    return _("Act here second: about the average share.")


def _shade(step: float) -> str:
    red, green, blue = (
        round(first + step * (last - first)) for first, last in zip(_FIRST, _LAST, strict=True)
    )
    return f"#{red:02x}{green:02x}{blue:02x}"
