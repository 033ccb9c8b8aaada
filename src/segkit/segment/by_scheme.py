"""A scheme with its cut-offs, as the definition of a segmentation."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pandas as pd

from segkit.errors import SegkitError
from segkit.i18n import _, format_list, format_number, format_percent
from segkit.schemes.compile import scheme_sql, segment_expression
from segkit.schemes.cutoffs import Cutoffs, check_inputs, cutoff_table, measured
from segkit.schemes.scheme import Named, Scheme, Score
from segkit.segment.definition import Definition
from segkit.segment.words import rule_table

if TYPE_CHECKING:
    from segkit.segment.result import Segmentation

#: A customer is near a cut-off when within this share of the cut-off's value.
NEAR = 0.05


@dataclass(frozen=True)
class SchemeDefinition(Definition):
    """A scheme and the edges of its scores; ``kinds`` are those of the inputs, for SQL.

    ``given`` tells that the edges were named and not taken from the customers.
    """

    scheme: Scheme
    edges: Cutoffs
    kinds: Mapping[str, str]
    given: bool = field(default=False, kw_only=True)

    @property
    def name(self) -> str:
        """The name of the scheme."""
        return self.scheme.name

    def label(self) -> str:
        """Give the scheme's title in the current language."""
        return self.scheme.label()

    @property
    def segments(self) -> Sequence[Named]:
        """The segments of the scheme."""
        return self.scheme.segments

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the scores are made from."""
        return tuple(dict.fromkeys(score.input for score in self.scheme.scores.values()))

    def check(self, table: ir.Table, function: str) -> ir.Table:
        """Check columns and types; a column without any value gets the scheme's type."""
        return check_inputs(self.scheme, table, function)

    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build the customers with a column for each score, and their segment."""
        return segment_expression(self.scheme, table, self.edges, keep=keep)

    def levels(self) -> dict[str, int]:
        """Give the number of levels of each score."""
        return {name: score.n_levels for name, score in self.scheme.scores.items()}

    def borders(self, table: ir.Table, columns: Mapping[str, str]) -> dict[str, Any]:
        """Flag the customers within 5 % of a cut-off, by score."""
        flags = {
            name: self._near(score, table[columns[score.input]], self.edges.get(name, ()))
            for name, score in self.scheme.scores.items()
        }
        return {name: flag for name, flag in flags.items() if flag is not None}

    def _near(self, score: Score, column: Any, edges: tuple[float, ...]) -> Any:
        """Flag customers near an edge; whole numbers are parted half-way between two of them.

        Otherwise everybody with exactly 2 purchase days would lie "within 5 % of 2", however
        far 2 is from 1.
        """
        finite = sorted({edge for edge in edges if math.isfinite(edge)})
        if not finite:
            return None
        whole = self._is_whole(score) or column.type().is_integer()
        column = measured(column)
        flags = []
        for edge in finite:
            middle, width = _border(edge, score) if whole else edge, NEAR * abs(edge)
            flags.append((column >= middle - width) & (column <= middle + width))
        return functools.reduce(operator.or_, flags)

    def border(self, name: str, edge: float) -> float:
        """Find where an edge lies between two customers: half-way between whole numbers."""
        score = self.scheme.scores[name]
        return _border(edge, score) if self._is_whole(score) else edge

    def _is_whole(self, score: Score) -> bool:
        kind = self.kinds.get(score.input) or self.scheme.input_kind(score.input)
        return kind == "integer"

    def cutoffs(self, counts: Mapping[tuple[str, int], int]) -> pd.DataFrame:
        """Tabulate the edges of every level."""
        return cutoff_table(self.scheme, self.edges, counts)

    def rules(self) -> pd.DataFrame:
        """Word who belongs to each segment, with the cut-offs filled in."""
        return rule_table(self.scheme, self.edges)

    def to_sql(self, dialect: str, table: str) -> str:
        """Print the scheme with its cut-offs; see ``segkit.schemes.scheme_sql``."""
        return scheme_sql(self.scheme, self.edges, dialect, table, kinds=self.kinds)

    def near_note(self, share: float) -> str:
        """Say how many customers a slightly other cut-off would move."""
        text = _("{share} of customers lie within {width} of a cut-off.")
        return text.format(share=format_percent(share), width=format_percent(NEAR, 0))

    def level_note(self, score: str, levels: Sequence[int]) -> str:
        """Say that a level holds nobody, and why where ties did it."""
        if self.scheme.scores[score].from_data:
            text = _("No customer has {score} level {levels}: equal values share one level.")
        else:
            text = _("No customer has {score} level {levels}.")
        listed = format_list(format_number(level) for level in levels)
        return text.format(score=self.scheme.scores[score].label.read(score), levels=listed)


def _border(edge: float, score: Score) -> float:
    """Find the middle between the two whole numbers that an edge parts."""
    return math.ceil(edge) - 0.5 if score.better == "high" else math.floor(edge) + 0.5


def scheme_definition(segmentation: Segmentation) -> SchemeDefinition:
    """Give the scheme and cut-offs that made the segments; a SegkitError where none did."""
    if isinstance(segmentation.definition, SchemeDefinition):
        return segmentation.definition
    raise SegkitError(
        f"Segmentation: scheme must be what made the segments; got {segmentation.definition.name}. "
        "Use .definition, .rules or .profile."
    )
