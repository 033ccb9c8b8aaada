"""A scheme over R, F and M as a definition: nested cut-offs and a weighted total besides."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_number, fail
from segkit.collect.frames import fetch
from segkit.errors import ArgumentError
from segkit.schemes.compile import customer_source, print_sql, segment_expression, segment_of
from segkit.segment.by_scheme import SchemeDefinition
from segkit.segment.nesting import ORDER, Nested, cells_of, inside, nested_table, score_nested
from segkit.segment.words import level_rule_table

#: Totals that differ by less are the same sum in another order.
_SAME = 9


@dataclass(frozen=True)
class RfmDefinition(SchemeDefinition):
    """A scheme with cut-offs, which may be nested, and with a total where there are weights.

    ``places`` are pairs of a total's lower bound and its rank, best first; ``rank`` is the
    place among the customers that the scores were made of, equal totals sharing one.
    """

    nested: Nested | None = None
    weights: Mapping[str, float] | None = None
    places: tuple[tuple[float, int], ...] = ()

    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build the scores, the total with its rank if there are weights, and the segment."""
        if self.nested is None:
            scored = segment_expression(self.scheme, table, self.edges, keep=keep)
        else:
            scored = score_nested(self.scheme, table, self.nested, keep)
            scored = scored.mutate(segment=segment_of(self.scheme, scored))
        if self.weights is None:
            return scored
        ranked = scored.mutate(total=_total(scored, self.weights))
        ranked = ranked.mutate(rank=_rank(ranked["total"], self.places))
        first = [name for name in scored.columns if name != "segment"]
        return ranked.select(*first, "total", "rank", "segment")

    def borders(self, table: ir.Table, columns: Mapping[str, str]) -> dict[str, Any]:
        """Flag the customers within 5 % of a cut-off, by score; nested ones by their cell's."""
        if self.nested is None:
            return super().borders(table, columns)
        flags = {}
        for place, name in enumerate(ORDER):
            score, before = self.scheme.scores[name], ORDER[:place]
            column = table[columns[score.input]]
            near = [
                (inside(table, before, cell) if before else ibis.literal(True), flag)
                for cell in cells_of(self.scheme, before)
                if (flag := self._near(score, column, self.nested.edges(name, cell))) is not None
            ]
            if near:
                flags[name] = ibis.cases(*near, else_=False)
        return flags

    def cutoffs(self, counts: Mapping[tuple[str, int], int]) -> pd.DataFrame:
        """Tabulate the edges of every level; nested ones by the cell they hold in.

        The sizes of nested levels are those of the customers that ``score_rfm`` was given.
        """
        if self.nested is None:
            return super().cutoffs(counts)
        return nested_table(self.scheme, self.nested)

    def rules(self) -> pd.DataFrame:
        """Word who belongs to each segment; by levels where cut-offs differ from cell to cell."""
        return super().rules() if self.nested is None else level_rule_table(self.scheme)

    def to_sql(self, dialect: str, table: str) -> str:
        """Print the scores, and the total with its rank, as one SELECT statement."""
        source = customer_source(self.scheme, table, self.kinds, function="to_sql")
        return print_sql(self.expression(source), dialect, function="to_sql")


def read_weights(weights: Any, function: str) -> dict[str, float]:
    """Check the weights of R, F and M.

    Raises
    ------
    ArgumentError
        If they are no mapping from R, F and M to numbers, none below and one above zero.
    """
    if not isinstance(weights, Mapping) or set(weights) != set(ORDER):
        remedy = 'Write {"R": 1, "F": 1, "M": 2}.'
        fail(function, "weights", "a mapping with R, F and M", weights, remedy)
    read = {
        name: float(check_number(function, f"weights[{name!r}]", weights[name], low=0))
        for name in ORDER
    }
    if not sum(read.values()) > 0:
        raise ArgumentError(
            f"{function}: weights must have one above zero; got {dict(weights)}. Raise one."
        )
    return read


def take_places(definition: RfmDefinition, table: ir.Table, *, function: str) -> Any:
    """Rank the totals that customers of ``table`` have: pairs of lower bound and rank."""
    scored = definition.expression(table)
    rows = fetch(scored.group_by(list(ORDER)).aggregate(n=scored.count()), function)
    weights = definition.weights or {}
    counts: dict[float, int] = {}
    for row in rows:
        if all(row[name] is not None for name in ORDER):
            total = sum(weights[name] * row[name] for name in ORDER) / sum(weights.values())
            counts[round(total, _SAME)] = counts.get(round(total, _SAME), 0) + int(row["n"])
    totals = sorted(counts, reverse=True)
    ranks = itertools.accumulate((counts[total] for total in totals), initial=1)
    # Half-way between two totals, no engine's last digit decides on a rank.
    bounds = [(high + low) / 2 for high, low in itertools.pairwise(totals)]
    return tuple(zip([*bounds, 0.0], ranks, strict=False)) if totals else ()


def _total(scored: ir.Table, weights: Mapping[str, float]) -> Any:
    terms = [scored[name] * weights[name] for name in ORDER]
    return functools.reduce(operator.add, terms) / sum(weights.values())


def _rank(total: Any, places: tuple[tuple[float, int], ...]) -> Any:
    if not places:
        return ibis.null("int64")
    return ibis.cases(*((total > bound, rank) for bound, rank in places)).cast("int64")
