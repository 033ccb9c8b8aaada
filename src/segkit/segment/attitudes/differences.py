"""How much segments differ in something measured: differences of means that can be believed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd
from scipy import stats

from segkit.checks import check_columns, fail
from segkit.collect.frames import Frame, as_ibis, check_one_row_each, fetch
from segkit.errors import DataError
from segkit.i18n import _, format_number
from segkit.schemes.cutoffs import HUGE
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.attitudes.answers import is_long, spread
from segkit.segment.result import Segmentation

_WHO = "compare_means"


@dataclass(frozen=True, eq=False)
class MeanDifferences:
    """Means of an outcome by segment, and the differences between segments.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per pair of segments: ``segment_a``, ``segment_b``, ``difference`` (a - b, in
        units of the outcome), ``low`` and ``high`` (95 % for all pairs together), ``p``
        (adjusted for the number of pairs), ``effect`` (Hedges' g: standard deviations),
        ``differs``.
    means : pandas.DataFrame
        One row per segment: ``segment``, ``n_customers``, ``mean``, ``sd``, ``low``, ``high``
        (95 % for this segment alone).
    p : float
        Welch's test that all means are equal.
    explained : float
        Share of the outcome's variance between segments (eta squared).
    is_circular : bool
        Whether the outcome was itself used to make the segments.
    is_money : bool
        Whether the outcome is an amount in the currency of the report.
    """

    outcome: str
    table: pd.DataFrame
    means: pd.DataFrame
    p: float
    explained: float
    is_circular: bool
    _names: Mapping[str, str] = field(repr=False)
    is_money: bool = False

    def summary(self) -> str:
        """Say which segments lie furthest apart, and whether that can be chance."""
        if not len(self.table):
            return _("{outcome}: too few segments with answers to compare.").format(
                outcome=self.outcome
            )
        row = self.table.loc[self.table["difference"].abs().idxmax()]
        sign = 1 if row["difference"] >= 0 else -1
        ends = sorted((sign * row["low"], sign * row["high"]))
        higher, lower = (row["segment_a"], row["segment_b"])[::sign]
        if row["differs"]:
            text = _(
                "{outcome}: {higher} is {difference} above {lower} "
                "({low} to {high}; effect {effect} standard deviations)."
            )
        else:
            text = _(
                "{outcome}: no difference that could not be chance; the largest is "
                "{difference} ({low} to {high}), {higher} above {lower}."
            )
        said = text.format(
            outcome=self.outcome,
            higher=self._names[higher],
            lower=self._names[lower],
            difference=format_number(abs(row["difference"]), 2),
            low=format_number(ends[0], 2),
            high=format_number(ends[1], 2),
            effect=format_number(abs(row["effect"]), 1),
        )
        if self.is_circular:
            note = _("The segments were made of it, so they differ in it by their making.")
            return f"{said}\n{note}"
        return said

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Differences of {self.outcome} between {len(self.means)} segments.\n"
            "Next: .table (pairs), .means, .summary()"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.means.round(3).to_html(index=False)}"


def compare_means(
    segmentation: Segmentation, outcomes: Frame, outcome: str | Mapping[str, list[str]]
) -> MeanDifferences:
    """Compare the segments' means of an outcome, pair by pair.

    To see whether segments matter: those by attitude should differ in loyalty. Segments may
    differ in spread and size (Games & Howell), and the intervals hold for all pairs together.

    Parameters
    ----------
    segmentation : Segmentation
    outcomes : pandas, polars, pyarrow or Ibis table
        ``customer_id`` and the outcome as a column, or a survey in long form.
    outcome : str or mapping
        A column or item; or a name with the columns whose mean it is:
        ``{"loyalty": ["loy1", "loy2"]}``.

    Returns
    -------
    MeanDifferences

    Raises
    ------
    DataError
        If columns are missing, a customer has several rows, or nobody of the segments has the
        outcome.

    References
    ----------
    Games & Howell (1976), Pairwise multiple comparison procedures with unequal n's and/or
    variances, Journal of Educational Statistics 1. Welch (1951), On the comparison of several
    mean values, Biometrika 38. Hedges (1981), Journal of Educational Statistics 6.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segment import score_rfm
    >>> customers = pd.DataFrame({"customer_id": range(40), "recency_days": range(40),
    ...     "n_days": [5, 1] * 20, "revenue": [90.0, 10.0, 80.0, 12.0] * 10})
    >>> found = compare_means(score_rfm(customers), customers, "recency_days")
    >>> len(found.means)
    4
    """
    name, columns = _columns(outcome)
    found = _moments(segmentation, outcomes, columns)
    names = {s.id: s.label() for s in segmentation.definition.segments}
    order = [s for s in names if s in found]
    usable = {s: found[s] for s in order if found[s][0] >= 2}
    means = pd.DataFrame([_mean_row(s, *found[s]) for s in order])
    k = len(usable)
    rows = [_pair(a, b, usable, k) for a, b in itertools.combinations(usable, 2)]
    keys = ["segment_a", "segment_b", "difference", "low", "high", "p", "effect", "differs"]
    circular = bool(set(columns) & set(segmentation.definition.inputs))
    table = pd.DataFrame(rows, columns=keys)
    return MeanDifferences(name, table, means, _welch(usable), _eta(found), circular, names)


def _columns(outcome: Any) -> tuple[str, list[str]]:
    if isinstance(outcome, str):
        return outcome, [outcome]
    if isinstance(outcome, Mapping) and len(outcome) == 1:
        ((name, columns),) = outcome.items()
        return str(name), list(columns)
    fail(_WHO, "outcome", "a column, or one name with its columns", outcome)


def _moments(
    segmentation: Segmentation, outcomes: Frame, columns: list[str]
) -> dict[str, tuple[int, float, float]]:
    """Give people, mean and variance of each segment; only these leave the engine."""
    table = as_ibis(outcomes, function=_WHO, argument="outcomes")
    if is_long(table.columns) and not set(columns) <= set(table.columns):
        table = spread(table, columns, _WHO)
    check_columns(_WHO, table.columns, ["customer_id", *columns])
    check_one_row_each(table, function=_WHO)
    parts = [table[column].cast("float64") for column in columns]
    value = sum(parts[1:], parts[0]) / len(parts)
    measured = table.select("customer_id", segkit_value=value)
    # Engines sort NaN above all numbers, so an upper bound leaves it out.
    measured = measured.filter(measured.segkit_value.abs() < HUGE)
    placed = as_ibis(segmentation.customers, function=_WHO).select("customer_id", "segment")
    joined = placed.join(measured, "customer_id")
    joined = joined.filter(joined.segment != UNCLASSIFIED)
    rows = fetch(
        joined.group_by("segment").aggregate(
            n=joined.count(), mean=joined.segkit_value.mean(), variance=joined.segkit_value.var()
        ),
        _WHO,
    )
    if not rows:
        remedy = "Do the customer ids match?"
        fail(_WHO, "outcomes", "answers of customers in segments", "none", remedy, error=DataError)
    return {r["segment"]: (int(r["n"]), float(r["mean"]), float(r["variance"] or 0)) for r in rows}


def _mean_row(segment: str, n: int, mean: float, variance: float) -> dict[str, Any]:
    half = math.nan
    if n > 1:
        half = float(stats.t.ppf(0.975, n - 1)) * math.sqrt(variance / n)
    sd = math.sqrt(variance) if n > 1 else math.nan
    row = {"segment": segment, "n_customers": n, "mean": mean, "sd": sd}
    return {**row, "low": mean - half, "high": mean + half}


def _pair(a: str, b: str, found: Mapping[str, tuple[int, float, float]], k: int) -> tuple[Any, ...]:
    (n1, m1, v1), (n2, m2, v2) = found[a], found[b]
    difference, q1, q2 = m1 - m2, v1 / n1, v2 / n2
    error = math.sqrt(q1 + q2)
    if not error > 0:
        differs = difference != 0
        return a, b, difference, difference, difference, float(not differs), math.nan, differs
    df = (q1 + q2) ** 2 / (q1**2 / (n1 - 1) + q2**2 / (n2 - 1))
    # The studentized range is that of means with one error, hence the root of two.
    half = float(stats.studentized_range.ppf(0.95, k, df)) / math.sqrt(2) * error
    p = float(stats.studentized_range.sf(abs(difference) / error * math.sqrt(2), k, df))
    pooled = math.sqrt(((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2))
    effect = difference / pooled * (1 - 3 / (4 * (n1 + n2) - 9))
    low, high = difference - half, difference + half
    return a, b, difference, low, high, p, effect, low > 0 or high < 0


def _welch(found: Mapping[str, tuple[int, float, float]]) -> float:
    groups = [row for row in found.values() if row[2] > 0]
    k = len(groups)
    if k < 2:
        return math.nan
    weights = [n / v for n, _mean, v in groups]
    total = math.fsum(weights)
    middle = math.fsum(w * m for w, (_n, m, _v) in zip(weights, groups, strict=True)) / total
    between = math.fsum(
        w * (m - middle) ** 2 for w, (_n, m, _v) in zip(weights, groups, strict=True)
    ) / (k - 1)
    lack = math.fsum(
        (1 - w / total) ** 2 / (n - 1) for w, (n, _m, _v) in zip(weights, groups, strict=True)
    )
    f = between / (1 + 2 * (k - 2) / (k * k - 1) * lack)
    return float(stats.f.sf(f, k - 1, (k * k - 1) / (3 * lack)))


def _eta(found: Mapping[str, tuple[int, float, float]]) -> float:
    total = sum(n for n, _m, _v in found.values())
    middle = math.fsum(n * m for n, m, _v in found.values()) / total
    between = math.fsum(n * (m - middle) ** 2 for n, m, _v in found.values())
    within = math.fsum((n - 1) * v for n, _m, v in found.values())
    return between / (between + within) if between + within > 0 else math.nan
