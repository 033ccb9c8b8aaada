"""Small facts about a study of attitudes that several of its sentences need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from segkit.i18n import _, format_number, ngettext
from segkit.segment.attitudes import AttitudeStudy, MeanDifferences
from segkit.segment.attitudes.needs import MOST_LEADING, leading_needs
from segkit.segment.missing import Missing


@dataclass(frozen=True)
class Pair:
    """The two segments that lie furthest apart in an outcome; ``difference`` is above 0."""

    higher: str
    lower: str
    difference: float
    low: float
    high: float
    effect: float
    differs: bool


def widest_pair(found: MeanDifferences) -> Pair:
    """Find the segments that lie furthest apart, the higher one first."""
    row = found.table.loc[found.table["difference"].abs().idxmax()]
    sign = 1 if row["difference"] >= 0 else -1
    first, second = (row["segment_a"], row["segment_b"])[::sign]
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return Pair(
        higher=found._names[first],
        lower=found._names[second],
        difference=abs(float(row["difference"])),
        low=float(low),
        high=float(high),
        effect=abs(float(row["effect"])),
        differs=bool(row["differs"]),
    )


def largest_segment(study: AttitudeStudy) -> dict[str, Any]:
    """Give the row of the segment that most respondents are in."""
    row = study.segments.profile.sort_values("n_customers", kind="stable").iloc[-1]
    return {str(name): value for name, value in row.items()}


def first_needs(study: AttitudeStudy) -> list[str]:
    """Name the needs that weigh most; nothing where none stands out, or needs are not known."""
    if isinstance(study.wants, Missing):
        return []
    found = leading_needs(study.wants.table)
    return found if len(found) <= MOST_LEADING else []


def answered_by(n: int) -> str:
    """Count respondents as a sentence."""
    text = ngettext("{n} respondent.", "{n} respondents.", int(n))
    return text.format(n=format_number(n))


def signed(points: float) -> str:
    """Write a score with its sign, such as +12."""
    return ("+" if round(points) > 0 else "") + format_number(points)


def range_words(low: str, high: str) -> str:
    """Write a 95\u202f% interval as words: of scores, where a minus needs room."""
    return _("95\u202f% interval {low} to {high}").format(low=low, high=high)
