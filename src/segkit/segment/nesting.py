"""Nested cut-offs: frequency scored within each recency level, revenue within each cell of both."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.collect.frames import fetch
from segkit.errors import SchemeError
from segkit.schemes.compile import score_expression
from segkit.schemes.cutoffs import (
    CUTOFF_COLUMNS,
    Cutoffs,
    compute_cutoffs,
    compute_cutoffs_within,
    cutoff_table,
    read_cutoffs,
)
from segkit.schemes.scheme import Scheme

ORDER = ("R", "F", "M")

#: The cell of a customer for a score: the levels of the scores before it.
Cell = tuple[int, ...]

#: In a table of cut-offs: holds for cells that had no customer when the cut-offs were taken.
ELSEWHERE = "*"


@dataclass(frozen=True)
class Nested:
    """Edges by score and cell; ``elsewhere`` serves cells that were empty, ``sizes`` counts."""

    cells: Mapping[str, Mapping[Cell, tuple[float, ...]]]
    elsewhere: Cutoffs
    sizes: Mapping[Cell, int]

    def edges(self, name: str, cell: Cell) -> tuple[float, ...]:
        """Give the edges of a score within a cell."""
        return self.cells[name].get(cell, self.elsewhere[name])


def score_nested(
    scheme: Scheme, table: ir.Table, nested: Nested, keep: Mapping[str, str] | None = None
) -> ir.Table:
    """Build the scores one after the other, each by the edges of its cell."""
    kept = {new: table[old] for new, old in (keep or {}).items() if new != "customer_id"}
    inputs = {f"1_{name}": table[scheme.scores[name].input] for name in ORDER}
    scored = table.select("customer_id", **kept, **inputs)
    for place, name in enumerate(ORDER):
        scored = scored.mutate(**{name: _within(scheme, scored, nested, ORDER[:place], name)})
    return scored.drop(*inputs)


def cells_of(scheme: Scheme, before: tuple[str, ...]) -> list[Cell]:
    """List the cells that the scores of ``before`` make."""
    found: list[Cell] = [()]
    for name in before:
        levels = range(1, scheme.scores[name].n_levels + 1)
        found = [(*cell, level) for cell in found for level in levels]
    return found


def inside(table: ir.Table, before: tuple[str, ...], cell: Cell) -> Any:
    """Flag the customers of a cell."""
    flags = [table[name] == level for name, level in zip(before, cell, strict=True)]
    return functools.reduce(operator.and_, flags)


def _within(
    scheme: Scheme, scored: ir.Table, nested: Nested, before: tuple[str, ...], name: str
) -> Any:
    score, column = scheme.scores[name], scored[f"1_{name}"]
    if not before:
        return score_expression(score, column, nested.edges(name, ()))
    branches = [
        (inside(scored, before, cell), score_expression(score, column, nested.edges(name, cell)))
        for cell in cells_of(scheme, before)
    ]
    return ibis.cases(*branches, else_=ibis.null("int64"))


def compute_nested(scheme: Scheme, table: ir.Table, *, function: str) -> Nested:
    """Take the cut-offs from customers: four aggregations where the customers are.

    Raises
    ------
    SchemeError
        If the scheme has other scores besides R, F and M, or one is not of equal parts.
    """
    check_scores(scheme, function)
    if any(scheme.scores[name].method != "quantile" for name in ORDER):
        methods = {name: scheme.scores[name].method for name in ORDER}
        remedy = 'Pass bins=5, or a scheme such as "rfm_11".'
        rule = "one with R, F and M in equal parts for nested binning"
        fail(function, "scheme", rule, methods, remedy, error=SchemeError)
    elsewhere = compute_cutoffs(scheme, table, function=function)
    cells: dict[str, dict[Cell, tuple[float, ...]]] = {name: {} for name in ORDER}
    cells["R"][()] = elsewhere["R"]
    for place, name in enumerate(ORDER[1:], start=1):
        before = ORDER[:place]
        raw = {f"0_{other}": scheme.scores[other].input for other in ORDER}
        scored = score_nested(scheme, table, Nested(cells, elsewhere, {}), raw)
        known = scored.filter(*(scored[other].notnull() for other in before))
        # The score's column goes by the name that the quantiles look for.
        source = known.select(*before, **{scheme.scores[name].input: known[f"0_{name}"]})
        groups = list(before)
        cells[name] = compute_cutoffs_within(scheme.scores[name], source, groups, function=function)
    return counted(scheme, table, Nested(cells, elsewhere, {}), function=function)


def check_scores(scheme: Scheme, function: str) -> None:
    """Refuse a scheme with scores that have no place in the order of nesting."""
    others = sorted(set(scheme.scores) - set(ORDER))
    if others:
        rule, remedy = "one with R, F and M alone for nested binning", "Leave binning out."
        fail(function, "scheme", rule, others, remedy, error=SchemeError)


def counted(scheme: Scheme, table: ir.Table, nested: Nested, *, function: str) -> Nested:
    """Count the customers of every cell of the three scores."""
    scored = score_nested(scheme, table, nested)
    whole = scored.filter(*(scored[name].notnull() for name in ORDER))
    rows = fetch(whole.group_by(list(ORDER)).aggregate(n=whole.count()), function)
    sizes = {tuple(int(row[name]) for name in ORDER): int(row["n"]) for row in rows}
    return Nested(nested.cells, nested.elsewhere, sizes)


def nested_table(scheme: Scheme, nested: Nested) -> pd.DataFrame:
    """Show nested cut-offs: beside the usual columns ``within``, the cell they hold in."""
    tables = []
    for place, name in enumerate(ORDER):
        before = ORDER[:place]
        for cell in cells_of(scheme, before):
            if cell in nested.cells[name]:
                text = " ".join(f"{n}={level}" for n, level in zip(before, cell, strict=True))
                tables.append(_part(scheme, nested, name, cell).assign(within=text))
        if before:
            part = _rows(scheme, name, nested.elsewhere[name], {})
            tables.append(part.assign(within=ELSEWHERE))
    table = pd.concat(tables, ignore_index=True)
    return table[["within", *CUTOFF_COLUMNS, "n_customers"]]


def _part(scheme: Scheme, nested: Nested, name: str, cell: Cell) -> pd.DataFrame:
    sizes: dict[tuple[str, int], int] = {}
    for full, n in nested.sizes.items():
        if full[: len(cell)] == cell:
            level = (name, full[len(cell)])
            sizes[level] = sizes.get(level, 0) + n
    return _rows(scheme, name, nested.cells[name][cell], sizes)


def _rows(
    scheme: Scheme, name: str, edges: tuple[float, ...], sizes: Mapping[tuple[str, int], int]
) -> pd.DataFrame:
    alone = scheme.model_copy(update={"scores": {name: scheme.scores[name]}})
    return cutoff_table(alone, {name: edges}, sizes)


def read_nested(scheme: Scheme, cutoffs: Any, *, function: str) -> Nested:
    """Read the cut-offs of an earlier nested segmentation.

    Raises
    ------
    SchemeError
        If they are not a table with the column ``within``, or do not fit the scheme.
    """
    check_scores(scheme, function)
    if not isinstance(cutoffs, pd.DataFrame) or "within" not in cutoffs.columns:
        rule = 'the cutoffs of a segmentation with binning="nested"'
        fail(function, "cutoffs", rule, cutoffs, "Pass rfm.cutoffs.", error=SchemeError)
    check_columns(function, cutoffs.columns, CUTOFF_COLUMNS, remedy="Pass them as they came.")
    cells: dict[str, dict[Cell, tuple[float, ...]]] = {name: {} for name in ORDER}
    elsewhere: Cutoffs = {}
    # An empty text becomes NaN on its way through a CSV file.
    where = cutoffs["within"].fillna("")
    for (name, within), rows in cutoffs.groupby([cutoffs["score"], where], sort=False):
        if name not in ORDER:
            remedy = "Pass the cutoffs of a segmentation by R, F and M."
            fail(function, "cutoffs", "for R, F and M", name, remedy, error=SchemeError)
        alone = scheme.model_copy(update={"scores": {name: scheme.scores[name]}})
        edges = read_cutoffs(alone, rows.drop(columns="within"), function=function)[name]
        if within == ELSEWHERE:
            elsewhere[name] = edges
        else:
            cell = tuple(int(level) for level in re.findall(r"=(\d+)", str(within)))
            cells[name][cell] = edges
    if () not in cells["R"] or set(elsewhere) != {"F", "M"}:
        remedy = "Pass all rows of rfm.cutoffs."
        rule = "the whole table of a nested segmentation"
        fail(function, "cutoffs", rule, f"{len(cutoffs)} rows", remedy, error=SchemeError)
    return Nested(cells, {"R": cells["R"][()], **elsewhere}, {})
