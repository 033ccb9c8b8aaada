"""How firm the borders of criteria are: who lies near one, and whether others would move it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from segkit.collect.frames import Frame
from segkit.i18n import _, format_number, format_percent
from segkit.segment.by_scheme import SchemeDefinition
from segkit.segment.criteria import Criteria
from segkit.segment.stability import segment_stability


@dataclass(frozen=True, eq=False)
class Borders:
    """How firm the borders are; made by :func:`check_borders`.

    Attributes
    ----------
    table : pandas.DataFrame
        =========== ======= ====== =====================================================
        name        dtype   unit   meaning
        =========== ======= ====== =====================================================
        criterion   str            scheme whose segments have borders on numbers
        title       str            its name in the language of the moment
        from_data   bool           whether the borders are taken from these customers
        near_share  float64 share  customers within 5 % of a border
        agreement   float64        adjusted Rand index over resamples; NaN: borders fixed
        =========== ======= ====== =====================================================
    """

    table: pd.DataFrame

    def summary(self) -> str:
        """Say for each criterion how many are near a border, and how firm it is."""
        if self.table.empty:
            return _("No criterion has borders on numbers: nobody lies near one.")
        fixed = _("{criterion}: {near} of customers lie near a border, which is fixed.")
        taken = _(
            "{criterion}: {near} of customers lie near a border, which is taken from these "
            "customers; resamples agree with it by {agreement} (1 is the same each time)."
        )
        return "\n".join(
            (taken if row.from_data else fixed).format(
                criterion=row.title, near=format_percent(row.near_share),
                agreement=format_number(row.agreement, 2),
            )
            for row in self.table.itertuples()
        )  # fmt: skip

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return f"Borders of {len(self.table)} criteria. Next: .table, .summary()"

    def _repr_html_(self) -> str:
        """Show the summary; names may be a client's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def check_borders(
    criteria: Criteria, customers: Frame, *, n_resamples: int = 20, random_state: int = 0
) -> Borders:
    """Check how firm the borders of each criterion are.

    Use it before a group gets an offer that its neighbours do not get. Borders such as 30
    years are fixed, and only those near them are in doubt; thirds of income are taken from
    the customers, so that others would give other borders.

    Parameters
    ----------
    criteria : Criteria
    customers : pandas, polars, pyarrow or Ibis table
        The customers that were segmented.
    n_resamples : int
        Resamples where borders are taken from data; 2 or more.
    random_state : int

    Returns
    -------
    Borders

    Examples
    --------
    >>> from segkit.features import gather_customers
    >>> from segkit.segment.criteria import compare_criteria
    >>> table = gather_customers("cosmetics_orders").table
    >>> found = check_borders(compare_criteria(table), table, n_resamples=5)
    >>> found.table["criterion"].tolist()
    ['age_bands', 'gender_age', 'income_bands', 'city_tier']
    """
    rows: list[dict[str, Any]] = []
    for name, found in criteria.segmentations.items():
        definition = found.definition
        if not isinstance(definition, SchemeDefinition) or not definition.edges:
            continue
        is_drawn = any(score.from_data for score in definition.scheme.scores.values())
        agreement = math.nan
        if is_drawn:
            stability = segment_stability(
                found, customers, n_resamples=n_resamples, random_state=random_state
            )
            agreement = stability.adjusted_rand
        rows.append(
            {
                "criterion": name,
                "title": criteria.label(name),
                "from_data": is_drawn,
                "near_share": found.quality["near_border_share"],
                "agreement": agreement,
            }
        )
    columns = ["criterion", "title", "from_data", "near_share", "agreement"]
    return Borders(pd.DataFrame(rows, columns=columns))
