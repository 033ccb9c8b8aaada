"""The group that a prediction names first, in words: who is in it, and what was seen of it."""

from __future__ import annotations

from segkit.i18n import _, format_number, format_percent
from segkit.segment.outcome import OutcomePrediction
from segkit.segment.trees.standout import Standout


def group_headline(predicted: OutcomePrediction, found: Standout) -> str:
    """Say in one sentence how large the group is, and how much above the average."""
    text = _("{people} of customers stand out, with {lift} times the average share of {outcome}")
    return text.format(
        people=format_percent(found.people, 0),
        lift=format_number(found.lift, 1),
        outcome=predicted.label,
    )


def rule_of(predicted: OutcomePrediction, found: Standout) -> str:
    """Give the rule of the group, in words."""
    rules = predicted.model.rules
    return str(rules.loc[rules["segment"] == found.segment, "rule"].iloc[0])


def observed_share(predicted: OutcomePrediction, found: Standout) -> str:
    """Say what was seen of the group; in cross-validation of as many by other trees."""
    text = _(
        "{rule}: of the {n} such customers in the test {share} had the outcome (95\u202f% interval "
        "{low} to {high}), against {average} of all."
    )
    if not predicted.model.sample.by_time:
        text = _(
            "{rule}: of as many customers, the {n} likeliest by trees that had not seen them, "
            "{share} had the outcome (95\u202f% interval {low} to {high}), against {average} of "
            "all."
        )
    return text.format(
        n=format_number(found.n),
        rule=rule_of(predicted, found),
        share=format_percent(found.observed.value),
        low=format_percent(found.observed.low),
        high=format_percent(found.observed.high),
        average=format_percent(found.average),
    )


def group_results(predicted: OutcomePrediction) -> dict[str, float | int | str]:
    """Give the numbers of the group by name; none of a leak, or where no group stands out."""
    found = predicted.model.standout
    if found is None or predicted.leaking:
        return {}
    return {
        "outcome_group_customers": found.people,
        "outcome_group_share": found.observed.value,
        "outcome_group_lift": found.lift,
    }
