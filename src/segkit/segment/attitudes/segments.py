"""Segments of customers who think alike, made of factor scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from segkit.checks import check_number, fail
from segkit.collect.frames import Frame
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_number
from segkit.schemes.scheme import Named, Text
from segkit.schemes.score import in_both
from segkit.segment.attitudes.answers import Scale
from segkit.segment.attitudes.evidence import (
    LEAST_PEOPLE,
    fit_centers,
    nearest_center,
    weigh_numbers,
)
from segkit.segment.attitudes.factors import Factors, find_factors
from segkit.segment.attitudes.linear import LinearDefinition, Sum, capital, named
from segkit.segment.result import Segmentation, assign_segments

_WHO = "segment_attitudes"
#: From so many standard deviations on a segment's mean is called high or low.
_MARKED = 0.4
_MOST_NAMED = 2


@dataclass(frozen=True)
class AttitudeDefinition(LinearDefinition):
    """Centres in the space of factors; ``evidence`` says how far they are real groups."""

    centers: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    evidence: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    factors: Factors | None = field(default=None, repr=False, compare=False)

    @property
    def has_structure(self) -> bool:
        """Whether the answers fall into groups more than one crowd would by chance."""
        return bool(self.evidence["chosen"].any())

    def verdict(self) -> str:
        """Say whether these are groups that exist, or slices of one crowd."""
        if self.has_structure:
            row = self.evidence[self.evidence["chosen"]].iloc[0]
            n, silhouette = int(row["n_segments"]), format_number(row["silhouette"], 2)
            if n == len(self.groups):
                text = _("The answers fall into {n} groups (silhouette {silhouette}).")
            else:
                text = _(
                    "The answers themselves fall into {n} groups (silhouette {silhouette}); "
                    "another number was asked for."
                )
            return text.format(n=format_number(n), silhouette=silhouette)
        if len(self.groups) == 1:
            return _(
                "The answers show no groups: respondents differ by degrees, so all are one segment."
            )
        return _(
            "The answers show no groups of their own: these segments are slices of one crowd, "
            "useful for addressing people differently, not a discovery."
        )


def segment_attitudes(
    answers: Frame,
    items: Sequence[str] | None = None,
    *,
    n: int | Literal["auto"] = "auto",
    factors: Factors | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    scale: Scale | None = None,
    random_state: int = 0,
) -> Segmentation:
    """Put respondents who think alike into segments, by k-means on their factor scores.

    With ``n="auto"`` the answer may be one segment: then the answers show no groups, and
    ``segmentation.definition.verdict()`` says so. A number of your own is taken as it is, and
    the verdict says whether such groups exist or are slices of one crowd. The segments are
    linear in the answers, so other respondents are placed without refitting, in SQL too.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form (``customer_id, item, answer``) or wide, a column per item.
    items : sequence of str, optional
        Items to use; all by default. Leave out what the segments shall be compared by, such
        as loyalty, or they differ in it by their making.
    n : int or "auto"
        Number of segments, 1 to 8.
    factors : Factors, optional
        Made before with :func:`find_factors`; ``items`` and ``scale`` are then its own.
    labels : mapping, optional
        Words for a factor: ``{"price": {"en": "price awareness", "zh": "价格敏感"}}``.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.
    random_state : int

    Returns
    -------
    Segmentation
        ``customers`` has ``customer_id``, a column per factor (standard deviations) and
        ``segment``. ``definition`` adds ``centers``, ``evidence`` (see
        :func:`segkit.segment.attitudes.evidence.weigh_numbers`), ``factors``, ``verdict()``.

    Raises
    ------
    DataError
        If there are too few items or respondents for factors.
    ArgumentError
        If an argument is outside its range.

    Examples
    --------
    >>> from segkit.synthetic import make_cosmetics
    >>> survey = make_cosmetics(600, seed=1, tables=["survey"])["survey"]
    >>> asked = [f"{block}_{i}" for block in ("price", "quality", "loyalty") for i in (1, 2, 3)]
    >>> found = segment_attitudes(survey, asked)
    >>> found.definition.has_structure, len(found.profile)
    (True, 2)
    """
    seed = int(check_number(_WHO, "random_state", random_state, low=0, whole=True))
    if factors is None:
        factors = find_factors(answers, items, scale=scale, random_state=seed)
    scores = factors.scores[factors.names].to_numpy()
    evidence = weigh_numbers(scores, seed)
    if n == "auto":
        chosen = evidence.loc[evidence["chosen"].astype(bool), "n_segments"]
        k = int(chosen.iloc[0]) if len(chosen) else 1
    else:
        k = int(check_number(_WHO, "n", n, low=1, high=8, whole=True))
    if k > 1 and k * LEAST_PEOPLE > len(scores):
        rule = f"answers of at least {LEAST_PEOPLE} respondents per segment"
        fail(_WHO, "answers", rule, len(scores), "Ask for fewer segments.", error=DataError)
    centers = fit_centers(scores, k, seed)
    definition = _definition(factors, centers, scores, evidence, labels or {})
    return assign_segments(answers, definition, function=_WHO)


def _definition(
    factors: Factors,
    centers: np.ndarray,
    scores: np.ndarray,
    evidence: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
) -> AttitudeDefinition:
    slopes = factors.weights.to_numpy() / factors.spreads.to_numpy()[:, None]
    starts = -factors.centers.to_numpy() @ slopes
    shown = {
        name: Sum(float(starts[j]), tuple(float(v) for v in slopes[:, j]))
        for j, name in enumerate(factors.names)
    }
    # Nearest centre c: the largest of c·s - |c|²/2, which is linear in the answers.
    sums = tuple(
        Sum(float(starts @ c - 0.5 * c @ c), tuple(float(v) for v in slopes @ c)) for c in centers
    )
    table = pd.DataFrame(centers, columns=factors.names)
    table.insert(0, "segment", [f"group_{i + 1}" for i in range(len(centers))])
    table["n_respondents"] = np.bincount(nearest_center(scores, centers), minlength=len(centers))
    words = {name: _words(name, labels) for name in factors.names}
    return AttitudeDefinition(
        word="attitudes",
        title=in_both(lambda: _("Attitudes")),
        groups=tuple(_segment(i, row, words) for i, row in enumerate(centers)),
        items=tuple(factors.items),
        scale=factors.scale,
        fill=tuple(float(v) for v in factors.centers),
        sums=sums,
        shown=shown,
        centers=table,
        evidence=evidence,
        factors=factors,
    )


def _words(name: str, labels: Mapping[str, Mapping[str, str]]) -> Text:
    given = labels.get(name, {})
    return Text(en=given.get("en", name), zh=given.get("zh", name))


def _segment(i: int, center: np.ndarray, words: Mapping[str, Text]) -> Named:
    marked = [(float(value), words[name]) for name, value in zip(words, center, strict=True)]
    marked.sort(key=lambda pair: -abs(pair[0]))
    strong = [pair for pair in marked if abs(pair[0]) >= _MARKED]
    name = in_both(lambda: _name(strong, len(marked)))
    description = in_both(lambda: _description(marked))
    action = in_both(lambda: _action(strong))
    return named(i, f"group_{i + 1}", name, description, action)


def _name(strong: Sequence[tuple[float, Text]], n_factors: int) -> str:
    if not strong:
        return _("Average in everything")
    if n_factors > _MOST_NAMED and len(strong) == n_factors:
        if all(value > 0 for value, _word in strong):
            return _("High in everything")
        if all(value < 0 for value, _word in strong):
            return _("Low in everything")
    parts = [
        (_("high {factor}") if value > 0 else _("low {factor}")).format(factor=word.read())
        for value, word in strong[:_MOST_NAMED]
    ]
    return capital(format_list(parts))


def _description(marked: Sequence[tuple[float, Text]]) -> str:
    means = [
        _("{factor} {value}").format(
            factor=word.read(), value=("+" if value > 0 else "") + format_number(value, 1)
        )
        for value, word in marked
    ]
    text = _("Nearest to these mean scores, in standard deviations from all respondents: {means}.")
    return text.format(means=format_list(means))


def _action(strong: Sequence[tuple[float, Text]]) -> str:
    above = [word.read() for value, word in strong if value > 0]
    if above:
        text = _("Put what they agree with first in offers and texts: {factors}.")
        return text.format(factors=format_list(above))
    if strong:
        return _("Ask what is missing before making an offer: they agree with little.")
    return _("Use the general offer: nothing sets them apart.")
