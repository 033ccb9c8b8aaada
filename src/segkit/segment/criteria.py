"""Criteria of who the customers are: which the columns carry, and which tell value apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segkit.checks import did_you_mean
from segkit.collect.frames import Frame, as_ibis, fetch
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_number, format_percent, ngettext
from segkit.schema import CUSTOMER_FEATURES, CUSTOMER_SUMMARY, names
from segkit.schemes.scheme import UNCLASSIFIED, Scheme
from segkit.segment.by_column import OTHER_VALUES, segment_by_column
from segkit.segment.describe import SegmentContrasts
from segkit.segment.explained import explained_variance, worth_of_segments
from segkit.segment.feature_words import feature_label
from segkit.segment.result import Segmentation
from segkit.segment.several import apply_schemes

_WHO = "compare_criteria"
#: Schemes by what they go by, in the order of a report.
CRITERIA: dict[str, tuple[str, ...]] = {
    "People": (
        "age_bands", "gender_age", "income_bands", "education", "occupation", "family_stage",
    ),
    "Places": ("city_tier",),
    "Companies": ("b2b_industry", "b2b_size", "b2b_channel"),
    "Purpose and source": ("hotel_purpose", "hotel_purpose_spending", "hotel_source"),
}  # fmt: skip
#: A business whose schemes say more than the general ones.
_OF_SECTOR = {"cosmetics": {"age_bands": "age_bands_cosmetics"}}
#: Columns whose words are shown as they stand however many there are.
_PLACES = ("region", "country", "industry")
_BANDS = ("age_band", "income_band")
#: What names somebody, what purchases tell, and what is far too fine.
_NO_CRITERIA = {
    "customer_id", "name", "phone", "email", "household_id", "gender", "city",
    *names(CUSTOMER_SUMMARY), *names(CUSTOMER_FEATURES),
} - {"industry_group"}  # fmt: skip
_MOST_OWN = 12
#: Columns as they were sent, behind the features that schemes are made for.
_MADE_FROM = {"industry_group": "industry", "n_employees": "company_size"}
#: Differences that chance gives less often are told as such.
CLEAR = 0.05
#: Fewer classified customers say nothing about value.
_FEWEST = 30


@dataclass(frozen=True, eq=False)
class Criteria:
    """Segmentations of the same customers by different criteria; made by `compare_criteria`.

    Attributes
    ----------
    segmentations : mapping
        Name of the scheme, or of the column, to its segmentation.
    table : pandas.DataFrame
        One row per criterion, those that cannot be told last:

        ================ ======= ====== ================================================
        name             dtype   unit   meaning
        ================ ======= ====== ================================================
        criterion        str            scheme or column
        kind             str            People, Places, Companies, Purpose and source
        n_segments       int64          segments with customers
        classified_share float64 share  customers who have a segment
        explained        float64 share  of the variance of revenue between customers that
                                        the segments explain, beyond chance; NaN unknown
        p_value          float64 share  chance of such differences where there are none (F test)
        best             str            id of the segment with the highest mean revenue, of
                                        those clearly above the average where there are any
        lift             float64 ratio  its mean revenue by that of all classified
        lift_low         float64 ratio  lower end of the 95 % interval; NaN without one
        lift_high        float64 ratio  upper end
        lacking          str            columns that are not there, with commas
        ================ ======= ====== ================================================
    leader : str
        The criterion asked for, else the one that explains most; empty where there is none.
    """

    segmentations: Mapping[str, Segmentation]
    table: pd.DataFrame
    leader: str
    schemes: Mapping[str, Scheme] = field(repr=False)
    worth: Mapping[str, SegmentContrasts] = field(repr=False)
    was_asked_for: bool = False

    @property
    def leading(self) -> Segmentation:
        """The segmentation shown in detail; a DataError where no criterion can be told."""
        if self.leader:
            return self.segmentations[self.leader]
        raise DataError(
            f"{_WHO}: customers must have a column to segment by, such as age, gender, income or "
            f"region; got none. Lacking: {', '.join(self._lacking())}. Add one of these columns."
        )

    @property
    def valued(self) -> Criteria | None:
        """The same where revenue is known, else None: then there is nothing to draw of worth."""
        return self if self.table["explained"].notna().any() else None

    @property
    def leading_valued(self) -> Segmentation | None:
        """The leading segmentation where revenue is known, else None."""
        return self.leading if self.valued else None

    @property
    def worth_of_leader(self) -> SegmentContrasts | None:
        """Mean revenue of the leader's segments against all; None where it is not known."""
        return self.worth.get(self.leader) if self.valued else None

    @property
    def tells_value(self) -> bool:
        """Whether the leading criterion says anything about value beyond chance."""
        row = self.row(self.leader)
        return bool(row["p_value"] < CLEAR and row["lift_low"] > 1)

    def row(self, name: str) -> dict[str, Any]:
        """Give a criterion's row of the table."""
        rows = self.table[self.table["criterion"] == name].to_dict("records")
        return {str(key): value for key, value in rows[0].items()}

    def label(self, name: str) -> str:
        """Name a criterion in the current language."""
        return self.schemes[name].label() if name in self.schemes else feature_label(name)

    def _lacking(self) -> list[str]:
        columns = ",".join(self.table["lacking"]).split(",")
        return list(dict.fromkeys(column for column in columns if column))

    def summary(self) -> str:
        """Say which criteria can be told and which tell value apart, and what is lacking."""
        n = len(self.segmentations)
        listed = format_list(self.label(name) for name in self.segmentations)
        text = ngettext(
            "{n} criterion can be told: {names}.", "{n} criteria can be told: {names}.", n
        )
        lines = [text.format(n=format_number(n), names=listed)] if n else []
        lines += [
            _("{criterion}: explains {share} of the differences in revenue.").format(
                criterion=self.label(row["criterion"]),
                share=format_percent(max(row["explained"], 0)),
            )
            for row in self.table.to_dict("records")
            if not math.isnan(row["explained"])
        ]
        if self._lacking():
            columns = format_list(feature_label(column) for column in self._lacking())
            lines.append(_("The other criteria need {columns}.").format(columns=columns))
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        found = ", ".join(self.segmentations) or "none"
        return f"Criteria: {found}; leader: {self.leader}. Next: .table, .leading, .summary()"

    def _repr_html_(self) -> str:
        """Show the summary; names may be a client's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def compare_criteria(
    customers: Frame,
    *,
    schemes: Sequence[str | Path] | None = None,
    criterion: str | None = None,
    sector: str = "",
    outcome: str | None = None,
) -> Criteria:
    """Segment customers by every criterion the columns carry, and compare what each tells.

    A client's table decides which criteria there are: age, gender, income, education,
    occupation, family, city tier, industry, size and channel of companies, purpose and source
    of hotel guests, and text columns of the client's own with few different words. A criterion
    that cannot be told is named with what it lacks.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, such as ``gather_customers(…).table``. Not changed.
    schemes : sequence of str or Path, optional
        Schemes instead of those of ``CRITERIA`` and of the client's columns.
    criterion : str, optional
        The scheme or column to show in detail; default: the one that explains most.
    sector : str
        Kind of business, such as ``"cosmetics"``, whose schemes are taken where there are any.
    outcome : str, optional
        Column that says what customers did, not who they are: it is no criterion of its own.

    Returns
    -------
    Criteria

    Raises
    ------
    SchemeError
        If a scheme is unknown or not sound.
    DataError
        If ``criterion`` cannot be told.

    References
    ----------
    Explained variance is the epsilon squared of Kelley (1935): the ratio of a classification,
    less what chance gives as many groups. Of criteria that pass an F test at 5 % by their number
    (Bonferroni) the one that explains most leads; where none passes, the one least like chance.

    Examples
    --------
    >>> from segkit.features import gather_customers
    >>> found = compare_criteria(gather_customers("cosmetics_orders").table, sector="cosmetics")
    >>> found.leader
    'age_bands_cosmetics'
    """
    table = as_ibis(customers, function=_WHO, argument="customers")
    wanted = list(schemes) if schemes else _usual(sector)
    applied = apply_schemes(customers, wanted)
    silent = [name for name, found in applied.segmentations.items() if not _named(found)]
    segmentations = {n: s for n, s in applied.segmentations.items() if n not in silent or schemes}
    for column in [] if schemes else _own_columns(table, segmentations, outcome):
        segmentations[column] = segment_by_column(customers, column, function=_WHO)
    kinds = {name: kind for kind, list_ in CRITERIA.items() for name in list_}
    worth = dict(worth_of_segments(segmentations, table))
    rows = [
        _row(name, kinds.get(name, _own_kind(name)), found, worth.get(name))
        for name, found in segmentations.items()
    ]
    rows += [_lacking(name, kinds, columns) for name, columns in applied.lacking.items()]
    rows += [_lacking(name, kinds, []) for name in silent if name not in segmentations]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    leader = _leader(frame, segmentations, criterion)
    return Criteria(segmentations, frame, leader, applied.schemes, worth, criterion is not None)


_COLUMNS = [
    "criterion", "kind", "n_segments", "classified_share", "explained", "p_value", "best", "lift",
    "lift_low", "lift_high", "lacking",
]  # fmt: skip


def _usual(sector: str) -> list[str]:
    instead = _OF_SECTOR.get(sector, {})
    return [instead.get(name, name) for list_ in CRITERIA.values() for name in list_]


def _named(found: Segmentation) -> float:
    """Give the share of customers in categories that name words, the least of all scores.

    Where the rest takes everybody, the scheme does not know a word of the column.
    """
    shares = [1.0]
    counts = found.cutoffs
    for name, score in found.scheme.scores.items():
        if not any(category.others for category in score.categories or ()):
            continue
        levels = counts[counts["score"] == name].set_index("level")["n_customers"]
        rest = [i for i, one in enumerate(score.categories or (), 1) if one.others]
        n = levels.sum()
        shares.append(1 - levels.reindex(rest).sum() / n if n else 0.0)
    return min(shares)


def _own_columns(table: ir.Table, found: Mapping[str, Segmentation], outcome: Any) -> list[str]:
    """Find text columns with few different words that no scheme has understood for most."""
    understood = {
        name for one in found.values() if _named(one) >= 0.5 for name in one.definition.inputs
    }
    understood |= {_MADE_FROM[name] for name in understood & set(_MADE_FROM)}
    texts = [
        name
        for name in table.columns
        if table[name].type().is_string() and name not in _NO_CRITERIA | understood | {outcome}
    ]
    if not texts:
        return []
    words = {f"n_{i}": table[name].nunique() for i, name in enumerate(texts)}
    row = fetch(table.aggregate(**words), _WHO)[0]
    kept = []
    for i, name in enumerate(texts):
        most = math.inf if name in _PLACES + _BANDS else _MOST_OWN
        if 2 <= row[f"n_{i}"] <= most:
            kept.append(name)
    return sorted(kept, key=lambda name: (name not in _BANDS, name not in _PLACES))


def _own_kind(name: str) -> str:
    if name in ("region", "country", "geography"):
        return "Places"
    return "Companies" if name == "industry" else "People"


def _row(
    name: str, kind: str, found: Segmentation, worth: SegmentContrasts | None
) -> dict[str, Any]:
    profile = found.profile
    filled = profile[(profile["segment"] != UNCLASSIFIED) & (profile["n_customers"] > 0)]
    n = int(profile["n_customers"].sum())
    row = {
        "criterion": name, "kind": kind, "n_segments": len(filled), "lacking": "",
        "classified_share": float(filled["n_customers"].sum()) / n if n else math.nan,
        "explained": math.nan, "p_value": math.nan, "best": "",
        "lift": math.nan, "lift_low": math.nan, "lift_high": math.nan,
    }  # fmt: skip
    rows = None if worth is None else worth.table
    if rows is None or not len(rows) or rows["n"].sum() < _FEWEST or len(filled) < 2:
        return row
    row["explained"], row["p_value"] = explained_variance(rows)
    # Only a segment with an interval can be said to be worth more.
    known = rows[rows["lift_low"].notna() & (rows["segment"] != OTHER_VALUES)]
    if (known["lift_low"] > 1).any():
        known = known[known["lift_low"] > 1]
    if len(known):
        best = known.loc[known["lift"].idxmax()]
        row |= {key: best[key] for key in ("lift", "lift_low", "lift_high")}
        row["best"] = best["segment"]
    return row


def _lacking(name: str, kinds: Mapping[str, str], columns: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(_COLUMNS, math.nan)
    texts = {"criterion": name, "kind": kinds.get(name, "People"), "best": ""}
    return {**row, **texts, "n_segments": 0, "classified_share": 0.0, "lacking": ",".join(columns)}


def _leader(frame: pd.DataFrame, found: Mapping[str, Segmentation], criterion: str | None) -> str:
    if criterion is None:
        some = frame[frame["n_segments"] > 1]
        # Of criteria that chance does not explain the strongest; else the least like chance.
        sure = some[some["p_value"] < CLEAR / max(len(some), 1)]
        if len(sure):
            best = sure.sort_values("explained", ascending=False, kind="stable")
        else:
            order, upwards = ["p_value", "classified_share"], [True, False]
            best = some.sort_values(order, ascending=upwards, kind="stable")
        return str(best["criterion"].iloc[0]) if len(best) else next(iter(found), "")
    if criterion in found:
        return criterion
    lacking = dict(zip(frame["criterion"], frame["lacking"], strict=True)).get(criterion, "")
    remedy = f"It needs {lacking}." if lacking else did_you_mean(criterion, found)
    raise DataError(
        f"{_WHO}: criterion must be one that the columns carry; got {criterion!r}. {remedy}"
    )
