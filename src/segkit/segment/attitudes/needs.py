"""First to fifth need: what each customer wants most, and how much each need weighs."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, check_number, fail
from segkit.collect.frames import Frame, as_ibis, check_one_row_each, fetch, like
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_percent
from segkit.schemes.cutoffs import HUGE
from segkit.segment.attitudes.answers import Blocks, is_long, spread
from segkit.segment.result import Segmentation
from segkit.uncertainty import Z95, share_of_count

_WHO = "rank_needs"
#: The chain of needs of Chinese marketing practice: weight of the first to the fifth need.
CHAIN = (0.40, 0.25, 0.15, 0.10, 0.10)
_SHARE = "segkit_share_{}"
#: More needs than these do not stand out together.
MOST_LEADING = 3


@dataclass(frozen=True, eq=False)
class NeedRanking:
    """Needs in their order, for each customer and for all.

    Attributes
    ----------
    customers : table of the kind that was given, lazy for Ibis
        ``customer_id``, ``need_1`` … ``need_5``, ``top_need`` (the same as ``need_1``; missing
        for who expressed no need), ``top_share`` (its share of all the customer expressed) and
        ``is_clear`` (whether no other need is as strong).
    table : pandas.DataFrame
        One row per need, most important first: ``need``, ``rank``, ``weight`` (mean share of
        what a customer expresses, 0 to 1), ``low``, ``high`` (95 %), ``chain_weight`` (mean
        weight by the chain of each customer's ranks), ``first_share`` of customers with
        ``first_low``, ``first_high`` (95 %).
    by_rank : pandas.DataFrame
        ``rank``, ``chain_weight`` and what the data say: ``weight`` (mean share of a
        customer's r-th need), ``low``, ``high``.
    """

    customers: Frame
    table: pd.DataFrame
    by_rank: pd.DataFrame
    _shares: ir.Table = field(repr=False)
    _needs: tuple[str, ...] = field(repr=False)
    _chain: tuple[float, ...] = field(repr=False)

    def by_segment(self, segmentation: Segmentation) -> pd.DataFrame:
        """Rank the needs within each segment.

        Returns
        -------
        pandas.DataFrame
            ``segment``, ``name``, then the columns of ``table``: rank 1 is the first need of
            the segment. Segments nobody of whom expressed a need have no rows.
        """
        placed = as_ibis(segmentation.customers, function="by_segment")
        joined = self._shares.join(placed.select("customer_id", "segment"), "customer_id")
        found = {row["segment"]: row for row in _sums(joined, self._needs, self._chain, "segment")}
        parts = []
        for segment in segmentation.definition.segments:
            if segment.id in found and found[segment.id]["n"]:
                part = _need_table(found[segment.id], self._needs)
                part.insert(0, "segment", segment.id)
                part.insert(1, "name", segment.label())
                parts.append(part)
        if not parts:
            remedy = "Do the customer ids match?"
            rule = "segments of customers with needs"
            fail("by_segment", "segmentation", rule, "none", remedy, error=DataError)
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> str:
        """Name the first needs with their weights."""
        first = self.table.head(len(self._chain))
        needs = format_list(
            _("{need} {weight}").format(need=row.need, weight=format_percent(row.weight, 0))
            for row in first.itertuples(index=False)
        )
        return _("Needs in the order of their weight: {needs}.").format(needs=needs)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"NeedRanking of {len(self.table)} needs: {', '.join(self.table['need'][:5])}.\n"
            "Next: .table, .by_rank, .customers, .by_segment(segmentation)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.table.round(3).to_html(index=False)}"


def leading_needs(table: pd.DataFrame) -> list[str]:
    """Name the needs that may be called first: one alone only where it is clear of chance.

    Use it before a report names *the* first need. To the heaviest come those whose weight is not
    clearly smaller, and one that clearly more customers put first.

    Parameters
    ----------
    table : pandas.DataFrame
        ``NeedRanking.table``.

    Returns
    -------
    list of str
        In the order of their weight.

    Examples
    --------
    >>> rows = {"need": ["a", "b"], "weight": [0.6, 0.4], "low": [0.55, 0.35],
    ...     "high": [0.65, 0.45], "first_share": [0.7, 0.3], "first_low": [0.6, 0.2],
    ...     "first_high": [0.8, 0.4]}
    >>> leading_needs(pd.DataFrame(rows))
    ['a']
    >>> leading_needs(pd.DataFrame(rows | {"high": [0.65, 0.56]}))
    ['a', 'b']
    """
    rows = table.sort_values("weight", ascending=False, kind="stable")
    first = rows.iloc[0]
    # Intervals apart are a strict sign: the weights of one customer add up to 1.
    is_alike = ~(rows["high"] < first["low"])
    is_first_of_more = rows["first_low"] > first["first_high"]
    return [str(need) for need in rows.loc[is_alike | is_first_of_more, "need"]]


def rank_needs(
    answers: Frame,
    needs: Sequence[str] | Blocks,
    *,
    chain: Sequence[float] = CHAIN,
    lowest: float = 0.0,
) -> NeedRanking:
    """Rank what customers need, from the first to the fifth, and weigh it.

    Two kinds of weight: the chain, 40 / 25 / 15 / 10 / 10 % for the first to the fifth need
    whatever was answered, and the share that each need has in what a customer expresses,
    estimated from the data with an interval. ``by_rank`` puts them side by side. The share of
    a customer's own first need is picked for being largest, so with few answers it comes out
    too high; ``table`` has no such pick.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id`` and numbers per need, at least 0: ratings, points
        shared out, counts, amounts. Or a survey in long form.
    needs : sequence of str, or mapping
        Columns or items, one per need; or name of a need to its columns, whose mean counts.
    chain : sequence of float
        Weights of the first, second … need; adds up to 1.
    lowest : float
        What "not at all" is on the scale, points: 1 for ratings from 1 to 5, 0 for counts.

    Returns
    -------
    NeedRanking

    Raises
    ------
    ArgumentError
        If there are fewer than two needs, or the chain does not fall and add up to 1.
    DataError
        If columns are missing, a customer has several rows, or nobody expressed a need.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"customer_id": ["a", "b"], "location": [50, 20],
    ...     "schools": [30, 70], "shops": [20, 10]})
    >>> list(rank_needs(points, ["location", "schools", "shops"]).customers["top_need"])
    ['location', 'schools']
    """
    named = _named(needs)
    weights = _check_chain(chain)
    check_number(_WHO, "lowest", lowest)
    table = as_ibis(answers, function=_WHO, argument="answers")
    columns = [column for members in named.values() for column in members]
    if is_long(table.columns) and not set(columns) <= set(table.columns):
        table = spread(table, columns, _WHO)
    check_columns(_WHO, table.columns, ["customer_id", *columns])
    check_one_row_each(table, function=_WHO)
    words = [name for name in columns if not table[name].type().is_numeric()]
    if words:
        fail(_WHO, "needs", "columns of numbers", words, error=DataError)
    shares = _shares(table, named, lowest)
    whole = _sums(shares, tuple(named), weights)[0]
    if not whole["n"]:
        rule = "a table in which somebody expresses a need"
        fail(_WHO, "answers", rule, "none", "Is lowest right?", error=DataError)
    return NeedRanking(
        customers=like(_ranked(shares, tuple(named), len(weights)), answers),
        table=_need_table(whole, tuple(named)),
        by_rank=_by_rank(shares, tuple(named), weights),
        _shares=shares,
        _needs=tuple(named),
        _chain=weights,
    )


def _named(needs: Any) -> dict[str, list[str]]:
    if isinstance(needs, Mapping):
        named = {str(name): list(members) for name, members in needs.items()}
    else:
        named = {str(name): [str(name)] for name in needs}
    if len(named) < 2 or not all(named.values()):
        fail(_WHO, "needs", "at least two needs with their columns", needs)
    return named


def _check_chain(chain: Sequence[float]) -> tuple[float, ...]:
    weights = tuple(float(check_number(_WHO, "chain", w, low=0, high=1)) for w in chain)
    falls = all(a >= b for a, b in itertools.pairwise(weights))
    if not weights or not falls or abs(sum(weights) - 1) > 1e-6:
        fail(_WHO, "chain", "weights that fall and add up to 1", list(chain))
    return weights


def _shares(table: ir.Table, named: Mapping[str, list[str]], lowest: float) -> ir.Table:
    """Give each customer's share of each need; all missing where nothing was expressed."""
    values = {}
    for i, columns in enumerate(named.values()):
        known = []
        for name in columns:
            number = table[name].cast("float64")
            # Not a number and what is below "not at all" count as nothing.
            inside = (number > lowest) & (number < HUGE)
            known.append(ibis.cases((inside, number - lowest), else_=0.0))
        values[f"segkit_need_{i}"] = functools.reduce(operator.add, known) / len(known)
    plain = table.select("customer_id", **values)
    plain = plain.mutate(segkit_total=functools.reduce(operator.add, [plain[n] for n in values]))
    total = plain.segkit_total
    return plain.select(
        "customer_id",
        **{
            _SHARE.format(i): ibis.cases((total > 0, plain[n] / total))
            for i, n in enumerate(values)
        },
    )


def _positions(table: ir.Table, n: int) -> list[Any]:
    """Rank the needs of a customer without a window; of equal ones the first named is first."""
    columns = [table[_SHARE.format(i)] for i in range(n)]
    ranks = []
    for i, own in enumerate(columns):
        before = [
            ibis.cases(((other >= own) if j < i else (other > own), 1), else_=0)
            for j, other in enumerate(columns)
            if j != i
        ]
        ranks.append(functools.reduce(operator.add, before) + 1)
    return ranks


def _ranked(shares: ir.Table, needs: tuple[str, ...], depth: int) -> ir.Table:
    ranks = {f"segkit_rank_{i}": rank for i, rank in enumerate(_positions(shares, len(needs)))}
    ranked = shares.mutate(**ranks)
    expressed = ranked[_SHARE.format(0)].notnull()

    def at(rank: int, of: Any) -> Any:
        return ibis.cases(
            *[(expressed & (ranked[f"segkit_rank_{i}"] == rank), of(i)) for i in range(len(needs))]
        )

    first, second = (at(rank, lambda i: ranked[_SHARE.format(i)]) for rank in (1, 2))
    return ranked.select(
        "customer_id",
        **{f"need_{r}": at(r, lambda i: needs[i]) for r in range(1, min(depth, len(needs)) + 1)},
        top_need=at(1, lambda i: needs[i]),
        top_share=first,
        is_clear=first > second,
    )


def _sums(
    shares: ir.Table, needs: tuple[str, ...], chain: tuple[float, ...], *by: str
) -> list[dict[str, Any]]:
    """Sum up by segment what the tables need; only these few numbers leave the engine."""
    known = shares.filter(shares[_SHARE.format(0)].notnull())
    ranks = _positions(known, len(needs))
    found: dict[str, Any] = {"n": known.count()}
    for i, rank in enumerate(ranks):
        share = known[_SHARE.format(i)]
        found |= {f"mean_{i}": share.mean(), f"variance_{i}": share.var()}
        found |= {
            f"at_{i}_{r}": ibis.cases((rank == r, 1), else_=0).sum()
            for r in range(1, len(chain) + 1)
        }
        found |= {f"first_{i}": ibis.cases((rank == 1, 1), else_=0).sum()}
    rows = fetch((known.group_by(list(by)) if by else known).aggregate(**found), _WHO)
    # Counted there and weighed here: Spark takes 0.4 as a decimal, whose mean keeps six digits.
    for row, i in itertools.product(rows, range(len(needs))):
        total = math.fsum(w * (row[f"at_{i}_{r}"] or 0) for r, w in enumerate(chain, start=1))
        row[f"chain_{i}"] = total / row["n"] if row["n"] else None
    return rows


def _mean(mean: Any, variance: Any, n: int) -> tuple[float, float, float]:
    if mean is None:
        return math.nan, math.nan, math.nan
    half = Z95 * math.sqrt(variance / n) if variance is not None and n > 1 else math.nan
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def _need_table(row: Mapping[str, Any], needs: tuple[str, ...]) -> pd.DataFrame:
    n, rows = int(row["n"]), []
    for i, need in enumerate(needs):
        mean, low, high = _mean(row[f"mean_{i}"], row[f"variance_{i}"], n)
        first = share_of_count(int(row[f"first_{i}"]), n)
        weights = {"weight": mean, "low": low, "high": high, "chain_weight": row[f"chain_{i}"]}
        firsts = {"first_share": first.value, "first_low": first.low, "first_high": first.high}
        rows.append({"need": need, **weights, **firsts})
    table = pd.DataFrame(rows).sort_values("weight", ascending=False, kind="stable")
    table = table.reset_index(drop=True)
    table.insert(1, "rank", range(1, len(table) + 1))
    return table


def _by_rank(shares: ir.Table, needs: tuple[str, ...], chain: tuple[float, ...]) -> pd.DataFrame:
    known = shares.filter(shares[_SHARE.format(0)].notnull())
    ranks = _positions(known, len(needs))
    depth = min(len(chain), len(needs))
    found: dict[str, Any] = {"n": known.count()}
    for r in range(1, depth + 1):
        share = ibis.cases(*[(rank == r, known[_SHARE.format(i)]) for i, rank in enumerate(ranks)])
        found |= {f"mean_{r}": share.mean(), f"variance_{r}": share.var()}
    row = fetch(known.aggregate(**found), _WHO)[0]
    rows = []
    for r in range(1, depth + 1):
        mean, low, high = _mean(row[f"mean_{r}"], row[f"variance_{r}"], int(row["n"]))
        one = {"rank": r, "chain_weight": chain[r - 1], "weight": mean, "low": low, "high": high}
        rows.append(one)
    return pd.DataFrame(rows)
