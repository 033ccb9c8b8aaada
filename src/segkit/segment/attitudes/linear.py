"""Segments by the highest of several weighted sums: one form for all segments made of answers.

The nearest of several centres, the side of a cut-off and the points of a typing tool all are
"the segment with the highest sum", so one small expression carries them to any engine.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.i18n import _, format_percent
from segkit.schemes.compile import named_table, print_sql
from segkit.schemes.scheme import UNCLASSIFIED, Named, Text
from segkit.segment.attitudes.answers import MAX_MISSING, Scale, is_long, spread
from segkit.segment.definition import Definition

COLORS = ("#1f5fa8", "#c98a3c", "#287682", "#9a4a06", "#6cb86a", "#6f9ed1", "#d9b23c", "#8e9cb3")


@dataclass(frozen=True)
class Sum:
    """A weighted sum of answers: ``constant`` and a weight for each item."""

    constant: float
    weights: tuple[float, ...]


def capital(text: str) -> str:
    """Begin with a capital letter, where the script has such; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def named(position: int, id: str, name: Text, description: Text, action: Text) -> Named:
    """Name a segment; its colour comes from its position."""
    color = COLORS[position % len(COLORS)]
    return Named(id=id, name=name, description=description, action=action, color=color)


@dataclass(frozen=True)
class LinearDefinition(Definition):
    """The segment of a respondent is that with the highest sum; equal ones: the first.

    ``fill`` stands for the answer to an item that was left open, as long as no more than a
    fifth are; an answer outside ``scale`` counts as left open.
    """

    word: str
    title: Text
    groups: tuple[Named, ...]
    items: tuple[str, ...]
    scale: Scale
    fill: tuple[float, ...]
    sums: tuple[Sum, ...]
    shown: Mapping[str, Sum] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A word for files and messages."""
        return self.word

    def label(self) -> str:
        """Give the title in the current language."""
        return self.title.read(self.word)

    @property
    def segments(self) -> Sequence[Named]:
        """The segments."""
        return self.groups

    @property
    def inputs(self) -> tuple[str, ...]:
        """The items asked."""
        return self.items

    def check(self, table: ir.Table, function: str) -> ir.Table:
        """Check that every item is there as a number; spread a survey in long form."""
        if is_long(table.columns) and not set(self.items) <= set(table.columns):
            return spread(table, self.items, function)
        check_columns(function, table.columns, ["customer_id", *self.items])
        kinds = table.schema()
        words = [i for i in self.items if not (kinds[i].is_numeric() or kinds[i].is_null())]
        if words:
            fail(function, "items", "columns of numbers", words, "Write the points of each answer.")
        return table

    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build ``customer_id``, the sums that are shown, and ``segment``."""
        kept = {new: table[old] for new, old in (keep or {}).items() if new != "customer_id"}
        values, gaps = self._values(table, {item: item for item in self.items})
        # Two steps: the filled answers are written once, not once per sum.
        steps = {f"segkit_item_{i}": value for i, value in enumerate(values)}
        filled = table.select("customer_id", **kept, **steps, segkit_open=gaps)
        answers = [filled[name] for name in steps]
        shown = {name: _add(answers, one) for name, one in self.shown.items()}
        enough = filled.segkit_open <= self._most_open
        shown = {name: ibis.cases((enough, column)) for name, column in shown.items()}
        sums = {f"segkit_sum_{i}": _add(answers, one) for i, one in enumerate(self.sums)}
        added = filled.mutate(**shown, **sums)
        best = ibis.greatest(*[added[name] for name in sums])
        branches = [(added.segkit_open > self._most_open, UNCLASSIFIED)]
        branches += [
            (added[f"segkit_sum_{i}"] >= best, group.id) for i, group in enumerate(self.groups)
        ]
        segment = ibis.cases(*branches, else_=UNCLASSIFIED)
        return added.select("customer_id", *kept, *shown, segment=segment)

    @property
    def _most_open(self) -> int:
        return math.floor(MAX_MISSING * len(self.items) + 1e-9)

    def _values(self, table: ir.Table, columns: Mapping[str, str]) -> tuple[list[Any], Any]:
        """Give each item's answer with gaps filled, and the number of gaps."""
        values, gaps = [], []
        for item, fill in zip(self.items, self.fill, strict=True):
            answer = table[columns[item]].cast("float64")
            # Not a number is outside every scale, too: no engine finds it between two bounds.
            inside = (answer >= self.scale[0]) & (answer <= self.scale[1])
            values.append(ibis.cases((inside, answer), else_=float(fill)))
            gaps.append(ibis.cases((inside, 0), else_=1))
        return values, functools.reduce(operator.add, gaps)

    def place(self, matrix: pd.DataFrame) -> pd.Series:
        """Place filled answers in memory, as the expression does; for checks on samples."""
        points = matrix[list(self.items)].to_numpy() @ self._weights().T + self._constants()
        ids = np.array([group.id for group in self.groups], dtype=object)
        return pd.Series(ids[points.argmax(axis=1)], index=matrix.index, dtype="str")

    def _weights(self) -> np.ndarray:
        return np.array([one.weights for one in self.sums], dtype=float)

    def _constants(self) -> np.ndarray:
        return np.array([one.constant for one in self.sums], dtype=float)

    def borders(self, table: ir.Table, columns: Mapping[str, str]) -> dict[str, Any]:
        """Flag who would change segment if one answer were one point higher or lower."""
        if len(self.groups) < 2:
            return {}
        values, _gaps = self._values(table, columns)
        weights, flags = self._weights(), []
        for a, own in enumerate(self.groups):
            for b in range(len(self.groups)):
                if a == b:
                    continue
                lead = weights[a] - weights[b]
                start = self.sums[a].constant - self.sums[b].constant
                margin = _add(values, Sum(start, tuple(lead)))
                step = float(np.abs(lead).max(initial=0.0))
                flags.append((table.segment == own.id) & (margin < step))
        return {"answers": functools.reduce(operator.or_, flags)}

    def near_note(self, share: float) -> str:
        """Say how many customers one point on one answer would move."""
        text = _(
            "{share} of customers would be in another segment if one of their answers were one "
            "point different."
        )
        return text.format(share=format_percent(share))

    def rules(self) -> pd.DataFrame:
        """Give each segment's description as its rule."""
        rows = [(g.id, g.label(), g.description.read()) for g in self.groups]
        return pd.DataFrame(rows, columns=["segment", "name", "rule"])

    def to_sql(self, dialect: str, table: str) -> str:
        """Print the sums and the choice between them as one SELECT statement."""
        columns = {"customer_id": "string", **dict.fromkeys(self.items, "float64")}
        source = named_table(columns, table, function="to_sql", usual="answers")
        return print_sql(self.expression(source), dialect, function="to_sql")


def _add(values: Sequence[Any], one: Sum) -> Any:
    parts = [value * float(w) for value, w in zip(values, one.weights, strict=True) if w]
    return functools.reduce(operator.add, parts, ibis.literal(float(one.constant)))
