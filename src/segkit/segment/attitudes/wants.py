"""What customers want (S10): needs under their names, and the scheme that knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from segkit.collect.frames import Frame, as_ibis
from segkit.i18n import _, format_list, format_percent
from segkit.schemes.scheme import Scheme, list_schemes, load_scheme
from segkit.segment.attitudes.needs import NeedRanking, rank_needs
from segkit.segment.attitudes.orientation import orient_customers
from segkit.segment.attitudes.survey import Survey
from segkit.segment.missing import Missing
from segkit.segment.result import Segmentation
from segkit.segment.rules import apply_scheme

_INPUT = "need_1"


@dataclass(frozen=True, eq=False)
class Wants:
    """Needs in their order, under names for readers; made by :func:`find_needs`.

    Attributes
    ----------
    ranking : NeedRanking
        Needs named in the language of the call.
    segments : Segmentation or Missing
        Customers by their first need, where a scheme knows these needs.
    labels : dict
        The survey's own name of a need to that for readers.
    unclear_share : float
        Share of those with a first need for whom another need is as strong.
    """

    ranking: NeedRanking
    segments: Segmentation | Missing = field(repr=False)
    labels: Mapping[str, str] = field(repr=False)
    unclear_share: float = 0.0

    @property
    def table(self) -> pd.DataFrame:
        """The needs with their weights, see ``NeedRanking.table``."""
        return self.ranking.table

    def weight_of(self, need: str) -> float:
        """Give the weight of a need by the survey's own name."""
        table = self.table.set_index("need")
        return float(table.loc[self.labels[need], "weight"])

    @property
    def by_rank(self) -> pd.DataFrame:
        """Weights of the first to the fifth need of each customer."""
        return self.ranking.by_rank

    def by_segment(self, segmentation: Segmentation) -> pd.DataFrame:
        """Rank the needs within each segment of another segmentation."""
        return self.ranking.by_segment(segmentation)

    def first_by_segment(self, segmentation: Segmentation, most: int = 5) -> pd.DataFrame:
        """Name the first needs of each segment in one line: ``segment``, ``name``, ``needs``."""
        rows = []
        for (segment, name), part in self.by_segment(segmentation).groupby(
            ["segment", "name"], sort=False
        ):
            needs = format_list(
                _("{need} {weight}").format(need=row.need, weight=format_percent(row.weight, 0))
                for row in part.head(most).itertuples(index=False)
            )
            rows.append({"segment": segment, "name": name, "needs": needs})
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Name the first needs with their weights."""
        return self.ranking.summary()

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        needs = ", ".join(self.table["need"][:5])
        return f"Wants: {needs}.\nNext: .table, .by_rank, .segments, .by_segment(segmentation)"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.table.round(3).to_html(index=False)}"


def find_needs(survey: Survey, scheme: str | None = None) -> Wants | Missing:
    """Rank the needs that a survey asked for, from the first to the fifth.

    Parameters
    ----------
    survey : Survey
        From :func:`read_survey`; its questions on needs are ratings, or points shared out.
    scheme : str, optional
        Scheme over ``need_1`` that names customers by their first need; that of the library
        which knows all of the needs by default, if there is one.

    Returns
    -------
    Wants or Missing

    Examples
    --------
    >>> from segkit.segment.attitudes import read_survey
    >>> find_needs(read_survey("survey")).table["need"].tolist()[:2]
    ['Hydration', 'Anti-ageing']
    """
    if not survey.needs:
        return Missing(
            _("The survey has no questions on needs, such as ten points shared out among them.")
        )
    items = survey.answers[survey.answers["item"].isin(survey.needs.values())]
    lowest = float(items["answer"].min())
    # A rating from 1 on says "not at all" by 1; points that are shared out begin at 0.
    lowest = lowest if lowest >= 1 else 0.0
    plain = rank_needs(items, _as_blocks(survey.needs), lowest=lowest)
    found = load_scheme(scheme) if scheme else _knows(list(survey.needs))
    labels = _labels(found, list(survey.needs))
    named = {labels[need]: [item] for need, item in survey.needs.items()}
    ranking = rank_needs(items, named, lowest=lowest)
    people = as_ibis(plain.customers).to_pyarrow().to_pandas()
    has_one = people[people["top_need"].notna()]
    segments: Segmentation | Missing = Missing(
        _("No scheme knows these needs; name customers by the first need they express.")
    )
    if found is not None:
        segments = apply_scheme(people, found)
    unclear = 1 - float(has_one["is_clear"].mean()) if len(has_one) else 0.0
    return Wants(ranking, segments, labels, unclear)


def find_orientation(survey: Survey, answers: Frame) -> Segmentation | Missing:
    """Tell price-oriented from quality-oriented customers, where the survey asked for both.

    Parameters
    ----------
    survey : Survey
        From :func:`read_survey`: its blocks on price and on quality are taken.
    answers : pandas, polars, pyarrow or Ibis table
        The answers to go on with, such as ``check.answers``.

    Returns
    -------
    Segmentation or Missing
        See :func:`segkit.orient_customers`.
    """
    price, quality = survey.block_of("price"), survey.block_of("quality")
    if price is None or quality is None:
        return Missing(
            _(
                "Whether customers look at price or at quality cannot be said: the survey has no "
                "blocks of questions on both."
            )
        )
    return orient_customers(answers, survey.blocks[price], survey.blocks[quality])


def _as_blocks(needs: Mapping[str, str]) -> dict[str, list[str]]:
    return {need: [item] for need, item in needs.items()}


def _knows(needs: list[str]) -> Scheme | None:
    """Find the scheme of the library that has a category for each of the needs."""
    for name in list_schemes():
        scheme = load_scheme(name)
        if list(scheme.inputs) != [_INPUT]:
            continue
        if all(_category(scheme, need) is not None for need in needs):
            return scheme
    return None


def _category(scheme: Scheme, need: str) -> object | None:
    (score,) = scheme.scores.values()
    wanted = need.lower()
    for category in score.categories or ():
        if wanted in {str(value).lower() for value in category.values or ()}:
            return category
    return None


def _labels(scheme: Scheme | None, needs: list[str]) -> dict[str, str]:
    found = {}
    for need in needs:
        category = None if scheme is None else _category(scheme, need)
        name = getattr(category, "name", None)
        found[need] = name.read(need) if name is not None else need.replace("_", " ")
    # Two needs of one name would be one row: they keep the names they came with.
    return found if len(set(found.values())) == len(needs) else {need: need for need in needs}
