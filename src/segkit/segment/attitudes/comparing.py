"""What attitude segments are good for: loyalty, money, recommendation, and placing customers.

Each function gives its result, or why these data have none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from segkit.collect.frames import as_ibis
from segkit.errors import DataError
from segkit.i18n import _
from segkit.segment.attitudes.consistency import Reliability
from segkit.segment.attitudes.differences import MeanDifferences, compare_means
from segkit.segment.attitudes.dissatisfied import Dissatisfied
from segkit.segment.attitudes.factors import Factors
from segkit.segment.attitudes.items import ItemCheck
from segkit.segment.attitudes.linear import capital
from segkit.segment.attitudes.promoters import NetPromoter, net_promoter
from segkit.segment.attitudes.survey import Survey
from segkit.segment.attitudes.typing_tool import TypingTool, fit_typing_tool
from segkit.segment.attitudes.voices import Voices
from segkit.segment.attitudes.wants import Wants
from segkit.segment.describe import SegmentContrasts, describe_segments
from segkit.segment.missing import Missing
from segkit.segment.result import Segmentation


@dataclass(frozen=True, eq=False)
class AttitudeStudy:
    """Everything a report on attitudes and needs says, each part or why it is missing."""

    survey: Survey
    voices: Voices
    check: ItemCheck
    reliable: Reliability
    factors: Factors
    segments: Segmentation
    loyalty: MeanDifferences | Missing
    worth: MeanDifferences | Missing
    promoters: NetPromoter | Missing
    wants: Wants | Missing
    orientation: Segmentation | Missing
    dissatisfied: Dissatisfied | Missing
    tool: TypingTool | Missing

    @property
    def n_groups(self) -> int:
        """How many segments the answers fall into; 1 where there are no groups."""
        return len(self.segments.definition.segments)

    @property
    def missing(self) -> list[str]:
        """Why parts of the study could not be made, one sentence each, none twice."""
        parts: list[object] = [
            self.loyalty, self.worth, self.promoters, self.wants, self.orientation,
            self.dissatisfied, self.tool,
        ]  # fmt: skip
        if isinstance(self.wants, Wants):
            parts.append(self.wants.segments)
        if isinstance(self.dissatisfied, Dissatisfied):
            parts.append(self.dissatisfied.latent)
        reasons = [part.reason for part in parts if isinstance(part, Missing)]
        return list(dict.fromkeys(reasons))

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"AttitudeStudy of {self.survey.n_customers:,} customers, {self.n_groups} segments.\n"
            "Next: attitudes_findings(study)"
        )


def _alike() -> Missing:
    return Missing(_("The answers show no groups, so there are no segments to compare."))


def compare_loyalty(
    survey: Survey, check: ItemCheck, segments: Segmentation
) -> MeanDifferences | Missing:
    """Compare the segments' loyalty by the questions that they were not made of.

    Parameters
    ----------
    survey : Survey
        Its block of loyalty is the outcome.
    check : ItemCheck
        The answers to go on with.
    segments : Segmentation
        From :func:`segment_attitudes`.

    Returns
    -------
    MeanDifferences or Missing
    """
    if not survey.outcome:
        return Missing(
            _("Whether the segments differ in loyalty cannot be said: no question asked for it.")
        )
    if len(segments.definition.segments) < 2:
        return _alike()
    outcome = {capital(survey.label(survey.outcome)): survey.outcome_items}
    return compare_means(segments, check.answers, outcome)


def compare_worth(voices: Voices, segments: Segmentation) -> MeanDifferences | Missing:
    """Compare what customers of the segments paid, on average.

    Returns
    -------
    MeanDifferences or Missing
        Missing without purchases, or where there is one segment only.
    """
    if not voices.has_revenue:
        return Missing(
            _("What the segments are worth cannot be said: their purchases are not known.")
        )
    if len(segments.definition.segments) < 2:
        return _alike()
    label = _("Revenue per customer")
    try:
        paid = voices.table[["customer_id", "revenue"]].rename(columns={"revenue": label})
        return replace(compare_means(segments, paid, label), is_money=True)
    except DataError:
        return Missing(_("The customer numbers of the survey are not those of the purchases."))


def measure_promoters(survey: Survey, segments: Segmentation) -> NetPromoter | Missing:
    """Measure the willingness to recommend, of all and by segment, where it was asked.

    Returns
    -------
    NetPromoter or Missing
    """
    item, answers = survey.nps_item, survey.answers
    if item is None or not answers.loc[answers["item"] == item, "answer"].between(0, 10).any():
        return Missing(
            _("Willingness to recommend cannot be said: no question asked for it from 0 to 10.")
        )
    by = segments if len(segments.definition.segments) > 1 else None
    return net_promoter(survey.answers, by=by, item=item)


def find_questions(
    survey: Survey, check: ItemCheck, segments: Segmentation, *, most: int = 5
) -> TypingTool | Missing:
    """Find the few questions that place a new customer in a segment.

    Returns
    -------
    TypingTool or Missing
        Missing where there are no two segments of ten respondents.
    """
    if len(segments.definition.segments) < 2:
        return _alike()
    try:
        return fit_typing_tool(
            segments, check.answers, items=survey.segment_items, max_items=most, scale=check.scale
        )
    except DataError:
        return Missing(_("The segments are too small for a short questionnaire."))


def block_means(survey: Survey, check: ItemCheck) -> pd.DataFrame:
    """Give each respondent's mean answer by block, under the blocks' names for readers."""
    means = {
        survey.label(name): check.answers[members].mean(axis=1)
        for name, members in survey.blocks.items()
    }
    return pd.DataFrame({"customer_id": check.answers["customer_id"], **means})


def contrast_attitudes(
    survey: Survey, check: ItemCheck, segments: Segmentation
) -> SegmentContrasts | Missing:
    """Set each segment's mean answers by block against those of all respondents.

    Returns
    -------
    SegmentContrasts or Missing
    """
    if len(segments.definition.segments) < 2:
        return _alike()
    means = block_means(survey, check)
    return describe_segments(segments, means, features=list(means.columns[1:]))


def value_attitudes(segments: Segmentation, check: ItemCheck, voices: Voices) -> Segmentation:
    """Put what customers bought beside their segments; the segments stay as they are.

    Returns
    -------
    Segmentation
        The same segments with revenue in their profile, where purchases are known.
    """
    bought = [n for n in ("revenue", "recency_days", "n_days") if n in voices.table]
    if not bought:
        return segments
    beside = voices.table[["customer_id", *bought]]
    joined = check.answers.merge(beside, on="customer_id", how="left")
    wide = as_ibis(joined, function="value_attitudes")
    return segments.assign(wide.to_pyarrow().to_pandas())
