"""What sets the segments apart: every feature of every segment against the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.collect.frames import Frame, as_ibis, fetch
from segkit.collect.values.forms import trimmed
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_percent
from segkit.schemes.cutoffs import measured
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.candidates import NAMES
from segkit.segment.feature_words import feature_value, inside_label
from segkit.segment.result import Segmentation
from segkit.uncertainty import Z95, ratio_of_shares

_WHO = "describe_segments"
#: Differences below a fifth of a standard deviation are called negligible (Cohen 1988, p. 26).
_SMALL = 0.2
#: Fewer customers give no interval for a mean: its distribution is too far from normal.
_FEWEST = 30
#: Share of the customers from which on a segment is worth a headline of its own.
_USEFUL = 0.02
#: Values of a text column with their own row; the rest is left to the reader of the data.
_MOST_VALUES = 12


@dataclass(frozen=True, eq=False)
class SegmentContrasts:
    """Every feature of every segment against all customers; made by :func:`describe_segments`.

    Attributes
    ----------
    table : pandas.DataFrame
        ========== ======= ============== ====================================================
        name       dtype   unit           meaning
        ========== ======= ============== ====================================================
        segment    str                    id of the segment
        feature    str                    column of the customer table
        value      str                    value of a text or flag; empty for numbers
        n          int64   people         customers of the segment whose feature is known
        own        float64 of the feature mean in the segment, or share with the value
        whole      float64 of the feature the same among all customers
        lift       float64 ratio          ``own / whole``; NaN where the whole is not above 0
        lift_low   float64 ratio          lower end of its 95 % interval, NaN without one
        lift_high  float64 ratio          upper end
        difference float64 standard dev.  ``own - whole`` by the standard deviation of all
        ========== ======= ============== ====================================================
    """

    table: pd.DataFrame
    names: Mapping[str, str] = field(repr=False)

    def standing_out(self) -> pd.DataFrame:
        """Give the rows a headline may name: clear of chance, not negligible, of useful size.

        The segment holds at least 2 % of the customers with a segment, and the feature is known
        of at least 30 of them; the difference is a fifth of a standard deviation or more; its
        interval is clear of no difference, and so it is as the largest of all these comparisons
        (Bonferroni, by the spread of all customers). The largest difference comes first. Without
        the rule a handful of customers, who differ most by chance alone, make the headline.
        """
        rows, n = self.table, self.table["n"]
        size = rows.groupby("segment", sort=False)["n"].max()
        is_useful = rows["segment"].map(size) >= _USEFUL * size.sum()
        error = (1 / n - 1 / max(int(size.sum()), 1)).clip(lower=0) ** 0.5
        strict = NormalDist().inv_cdf(1 - 0.025 / max(len(rows), 1))
        is_clear = (rows["lift_low"].isna() | _is_clear(rows)) & (n >= _FEWEST)
        reach = rows["difference"].abs()
        found = rows[is_useful & is_clear & (reach >= _SMALL) & (reach > strict * error)]
        return found.loc[_largest_first(found)]

    def distinguishing(self, segment: str, most: int = 3) -> pd.DataFrame:
        """Give the rows that set a segment apart: clear of 1 and not negligible, largest first."""
        rows = self.table[self.table["segment"] == segment]
        rows = rows[_is_clear(rows) & (rows["difference"].abs() >= _SMALL)]
        # Of a text column the most telling value is enough.
        return rows.loc[_largest_first(rows)].drop_duplicates("feature").head(most)

    def words(self, segment: str, most: int = 3) -> str:
        """Say what sets a segment apart, in the current language."""
        rows = self.distinguishing(segment, most).to_dict("records")
        if not rows:
            return self._nothing_clear(segment)
        return _("{features}.").format(features=format_list(_worded(row) for row in rows))

    def _nothing_clear(self, segment: str) -> str:
        """Tell too few customers, and differences that may be chance, from no difference."""
        own = self.table[self.table["segment"] == segment]
        if own.empty or own["n"].max() < _FEWEST:
            return _("Too few customers to say what sets them apart.")
        if (own["difference"].abs() >= _SMALL).any():
            return _("What sets them apart may be chance.")
        return _("Differs little from all customers.")

    def summary(self) -> str:
        """Say for each segment what sets it apart."""
        lines = (f"{name}: {self.words(segment)}" for segment, name in self.names.items())
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        n = self.table["feature"].nunique()
        return (
            f"SegmentContrasts of {len(self.names)} segments by {n} features. "
            "Next: .summary(), .distinguishing(segment), .table"
        )

    def _repr_html_(self) -> str:
        """Show the words; they may hold a client's own, so they are escaped."""
        items = (
            f"<dt>{escape(name)}</dt><dd>{escape(self.words(segment))}</dd>"
            for segment, name in self.names.items()
        )
        return f"<dl>{''.join(items)}</dl>"


def _is_clear(rows: pd.DataFrame) -> pd.Series:
    return (rows["lift_low"] > 1) | (rows["lift_high"] < 1)


def _largest_first(rows: pd.DataFrame) -> pd.Index:
    return rows["difference"].abs().sort_values(ascending=False, kind="stable").index


def _worded(row: Mapping[str, Any]) -> str:
    name = row["feature"]
    if row["value"]:
        text = _("{feature} {value}: {own} of them against {whole} of all")
        own, whole = format_percent(row["own"]), format_percent(row["whole"])
        label = inside_label(name)
        return text.format(feature=label, value=row["value"], own=own, whole=whole)
    text = _("{feature} {own} against {whole} on average")
    own, whole = feature_value(name, row["own"]), feature_value(name, row["whole"])
    return text.format(feature=inside_label(name), own=own, whole=whole)


def describe_segments(
    segmentation: Segmentation, customers: Frame, *, features: Sequence[str] | None = None
) -> SegmentContrasts:
    """Compare every feature of every segment with all customers, in the engine.

    Use it to name segments, to write their profile and to see whether they differ at all.

    Parameters
    ----------
    segmentation : Segmentation
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer with ``customer_id`` and the features. Customers without a segment
        count among all customers.
    features : sequence of str, optional
        Columns of numbers, text or flags; default: all but names and ids.

    Returns
    -------
    SegmentContrasts

    Raises
    ------
    DataError
        If a feature is missing or of a type that cannot be compared.

    References
    ----------
    The interval of a mean's lift comes from the linearised logarithm of the ratio of a part's
    mean to the whole's (Särndal, Swensson and Wretman 1992, section 5.6); that of a share's from
    its ratio to the share among the others (see ``ratio_of_shares`` in ``segkit.uncertainty``).

    Examples
    --------
    >>> import segkit as sk
    >>> customers = sk.summarize_customers(sk.load_dataset("cdnow"), as_of="1998-06-30")
    >>> found = describe_segments(sk.score_rfm(customers), customers, features=["revenue"])
    >>> found.words("key_value")
    'revenue $324 against $106 on average.'
    """
    table = as_ibis(customers, function=_WHO, argument="customers")
    wanted = _features(table, features)
    own = as_ibis(segmentation.customers, function=_WHO, argument="segmentation")
    labels = own.select(customer_id=own["customer_id"], segkit_segment=own["segment"])
    ids = table["customer_id"].type(), own["customer_id"].type()
    if ids[0].is_string() != ids[1].is_string():
        rule, remedy = f"of the type {ids[1]}, as in the segmentation", "Convert it first."
        fail(_WHO, "customer_id", rule, str(ids[0]), remedy, error=DataError)
    joined = table.select("customer_id", *wanted).inner_join(labels, "customer_id")
    names = {segment.id: segment.label() for segment in segmentation.definition.segments}
    numbers = [name for name in wanted if _is_number(table[name])]
    rows = [
        *_number_rows(joined, numbers),
        *(row for name in wanted if name not in numbers for row in _value_rows(joined, name)),
    ]
    columns = ["segment", "feature", "value", "n", "own", "whole", "lift", "lift_low", "lift_high"]
    frame = pd.DataFrame(rows, columns=[*columns, "difference"])
    frame = frame[frame["segment"].isin(list(names))]
    order = {name: place for place, name in enumerate([*names, *wanted])}
    frame = frame.sort_values(
        ["segment", "feature"], key=lambda texts: texts.map(order), kind="stable", ignore_index=True
    )
    return SegmentContrasts(frame.astype({"n": "int64"}), names)


def _features(table: ir.Table, features: Sequence[str] | None) -> list[str]:
    check_columns(_WHO, table.columns, ["customer_id", *(features or ())])
    if features is None:
        usable = [n for n in table.columns if n not in NAMES and _kind(table[n])]
        return usable
    for name in features:
        if not _kind(table[name]):
            rule, found = "a column of numbers, text or flags", str(table[name].type())
            fail(_WHO, name, rule, found, "Leave it out or convert it.", error=DataError)
    if "customer_id" in features:
        rule, remedy = "columns that describe customers", "Leave the ids out."
        fail(_WHO, "features", rule, "customer_id", remedy)
    return list(dict.fromkeys(features))


def _kind(column: ir.Value) -> str:
    dtype = column.type()
    if _is_number(column):
        return "number"
    return "value" if dtype.is_string() or dtype.is_boolean() else ""


def _is_number(column: ir.Value) -> bool:
    dtype = column.type()
    return bool(dtype.is_numeric() and not dtype.is_boolean())


def _number_rows(joined: ir.Table, features: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Aggregate count, sum and squares of every number by segment, in one pass."""
    if not features:
        return
    sums: dict[str, Any] = {}
    for i, name in enumerate(features):
        column = measured(joined[name]).cast("float64")
        sums |= {f"n_{i}": column.count(), f"s_{i}": column.sum(), f"q_{i}": (column**2).sum()}
    found = fetch(joined.group_by("segkit_segment").aggregate(**sums), _WHO)
    for i, name in enumerate(features):
        parts = {row["segkit_segment"]: _Sums.of(row, i) for row in found}
        whole = _Sums(
            *(math.fsum(column) for column in zip(*map(tuple, parts.values()), strict=True))
        )
        for segment, part in parts.items():
            if segment != UNCLASSIFIED and part.n:
                yield {"segment": segment, "feature": name, "value": "", **_mean(part, whole)}


@dataclass(frozen=True)
class _Sums:
    """Count, sum and sum of squares of a feature."""

    n: float
    total: float
    squares: float

    @classmethod
    def of(cls, row: Mapping[str, Any], i: int) -> _Sums:
        return cls(*(float(row[f"{kind}_{i}"] or 0) for kind in "nsq"))

    def __iter__(self) -> Iterator[float]:
        return iter((self.n, self.total, self.squares))

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        return max(0.0, self.squares / self.n - self.mean**2)


def _mean(part: _Sums, whole: _Sums) -> dict[str, Any]:
    spread = math.sqrt(whole.variance)
    found = {
        "n": part.n,
        "own": part.mean,
        "whole": whole.mean,
        "lift": part.mean / whole.mean if whole.mean > 0 else math.nan,
        "lift_low": math.nan,
        "lift_high": math.nan,
        "difference": (part.mean - whole.mean) / spread if spread > 0 else math.nan,
    }
    if part.n >= _FEWEST and part.mean > 0 and whole.mean > 0:
        half = Z95 * _log_error(part, whole)
        found["lift_low"] = found["lift"] * math.exp(-half)
        found["lift_high"] = found["lift"] * math.exp(half)
    return found


def _log_error(part: _Sums, whole: _Sums) -> float:
    """Give the standard error of log(part mean / whole mean), the part being in the whole."""
    own, all_ = part.variance / part.mean**2, whole.variance / whole.mean**2
    # Of a customer in the part both means know; of the others only the whole's.
    shared = part.variance / (part.mean * whole.mean)
    return math.sqrt(max(0.0, own / part.n + all_ / whole.n - 2 * shared / whole.n))


def _lift_of_share(count: int, n: int, count_all: int, n_all: int) -> tuple[float, float]:
    """Give the interval of a share's lift; the whole holds the part, the others are apart."""
    if n == n_all:
        return math.nan, math.nan
    rest = (count_all - count, n_all - n)
    weight = n / n_all
    # With r times the others' share, the lift is r / (weight * r + 1 - weight).
    low, high = ratio_of_shares((count, n), rest)
    first, last = (1 / (weight + (1 - weight) / r) if r > 0 else 0.0 for r in (low, high))
    return first, last


def _value_rows(joined: ir.Table, name: str) -> Iterator[dict[str, Any]]:
    """Count the values of a text or flag by segment; only the most frequent ones get rows."""
    # A text of blanks alone is no value.
    text = trimmed(joined[name]) if joined[name].type().is_string() else joined[name]
    known = joined.filter(text.notnull())
    value = known[name].cast("string")
    keys = {"segkit_segment": known.segkit_segment, "segkit_value": value}
    counted = known.group_by(**keys).aggregate(segkit_n=ibis._.count())
    totals = counted.group_by("segkit_value").aggregate(segkit_all=counted.segkit_n.sum())
    top = totals.order_by(ibis.desc("segkit_all"), "segkit_value").limit(_MOST_VALUES)
    sizes = known.group_by("segkit_segment").aggregate(segkit_n=known.count())
    size = {row["segkit_segment"]: row["segkit_n"] for row in fetch(sizes, _WHO)}
    whole = {row["segkit_value"]: row["segkit_all"] for row in fetch(top, _WHO)}
    found = fetch(counted.filter(counted.segkit_value.isin(list(whole))), _WHO) if whole else []
    counts = {(row["segkit_segment"], row["segkit_value"]): row["segkit_n"] for row in found}
    n = sum(size.values())
    for segment in sorted(set(size) - {UNCLASSIFIED}):
        for text, count in whole.items():
            count_here = counts.get((segment, text), 0)
            share, of_all = count_here / size[segment], count / n
            lift = _lift_of_share(count_here, size[segment], count, n)
            spread = math.sqrt(of_all * (1 - of_all))
            yield {
                "segment": segment, "feature": name, "value": text, "n": size[segment],
                "own": share, "whole": of_all, "lift": share / of_all,
                "lift_low": lift[0], "lift_high": lift[1],
                "difference": (share - of_all) / spread if spread > 0 else math.nan,
            }  # fmt: skip
