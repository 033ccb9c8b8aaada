"""What a survey and the tables beside it cannot say."""

from __future__ import annotations

from segkit.findings.data import FEW, currency_limits
from segkit.i18n import _, format_list, format_number, format_percent, ngettext
from segkit.report.elements import Limits
from segkit.segment.attitudes import AttitudeStudy, Dissatisfied, MeanDifferences, Wants
from segkit.segment.attitudes.consistency import ENOUGH


def attitudes_limits(study: AttitudeStudy) -> Limits:
    """Write what these data cannot say; what could not be made at all comes first."""
    return Limits(
        [
            *study.missing,
            *_answer_limits(study),
            *_block_limits(study),
            *_segment_limits(study),
            *(currency_limits() if study.voices.has_revenue else []),
            _(
                "Answers are what customers say; what they do may be another thing. Hold the "
                "segments against purchases before money is spent on them."
            ),
        ]
    )


def _answer_limits(study: AttitudeStudy) -> list[str]:
    survey, voices, limits = study.survey, study.voices, list[str]()
    n = survey.n_customers
    if n < FEW:
        text = ngettext(
            "One respondent is an example, not a survey.",
            "{n} respondents are few: another one could change every share.",
            n,
        )
        limits.append(text.format(n=format_number(n)))
    if voices.kinds and voices.asked_share < 1:
        text = _(
            "{share} of the customers answered. Whoever answers may think otherwise than who "
            "does not, so shares are those of respondents."
        )
        limits.append(text.format(share=format_percent(voices.asked_share, 0)))
    else:
        limits.append(
            _("How many were asked is not known, nor whether the others think as these do.")
        )
    if survey.n_dropped:
        text = ngettext(
            "{n} row without a customer, a question or a readable answer was left out.",
            "{n} rows without a customer, a question or a readable answer were left out.",
            survey.n_dropped,
        )
        limits.append(text.format(n=format_number(survey.n_dropped)))
    usable = float(study.check.respondents["is_usable"].mean())
    if usable < 1 or study.check.n_outside:
        limits += study.check.notes
    if survey.others:
        text = _("Questions that belong to no block were not used: {items}.")
        limits.append(text.format(items=format_list(survey.others)))
    return limits


def _block_limits(study: AttitudeStudy) -> list[str]:
    table = study.reliable.table
    weak = table.loc[~(table["alpha"] >= ENOUGH), "block"]
    limits = []
    if len(weak):
        text = _("These blocks do not measure one thing dependably: {blocks}.")
        limits.append(text.format(blocks=format_list(map(study.survey.label, weak))))
    known = {study.survey.block_of(role) for role in ("price", "quality", "loyalty")}
    if set(study.survey.blocks) <= known:
        limits.append(
            _(
                "The survey asked for no way of life, values or interests, so these segments say "
                "nothing about them."
            )
        )
    return limits


def _segment_limits(study: AttitudeStudy) -> list[str]:
    limits = []
    near = study.segments.quality["near_border_share"]
    if near > 0:
        text = _("{share} of respondents lie near the border of another segment.")
        limits.append(text.format(share=format_percent(near)))
    if study.segments.n_unclassified:
        text = ngettext(
            "{n} respondent left too many questions open and is in no segment.",
            "{n} respondents left too many questions open and are in no segment.",
            study.segments.n_unclassified,
        )
        limits.append(text.format(n=format_number(study.segments.n_unclassified)))
    if isinstance(study.worth, MeanDifferences) and not study.worth.table["differs"].any():
        limits.append(
            _("The segments do not differ in revenue by more than chance can bring about.")
        )
    if isinstance(study.wants, Wants):
        limits.append(
            _(
                "The weight of a customer's own first need comes out too high, because it was "
                "picked for being the largest; the order of all needs is free of that."
            )
        )
    if isinstance(study.dissatisfied, Dissatisfied) and study.dissatisfied.n_latent:
        limits.append(
            _(
                "Silent dissatisfied customers are found by a model: some of them are content. "
                "Ask before offering amends."
            )
        )
    return limits
