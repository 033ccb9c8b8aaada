"""Turn a scheme into one Ibis expression, and so into SQL, without window functions or UDFs."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_choice, check_columns, fail
from segkit.errors import SchemeError
from segkit.schemes.cutoffs import (
    HUGE,
    TYPES,
    Cutoffs,
    check_inputs,
    compute_cutoffs,
    read_cutoffs,
)
from segkit.schemes.lint import require_sound
from segkit.schemes.scheme import UNCLASSIFIED, Scheme
from segkit.schemes.score import Category, Condition, Score, plain_word, unsaid_words

#: Names for ``dialect``; several engines speak one dialect.
DIALECTS: dict[str, str] = {
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "mssql": "mssql",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    # Ibis prints Spark SQL only with a Spark session at hand; Databricks writes the same.
    "pyspark": "databricks",
    "snowflake": "snowflake",
    "spark": "databricks",
    "sqlite": "sqlite",
    "trino": "trino",
}


def compile_scheme(
    scheme: Scheme, table: ir.Table, cutoffs: Any = None, *, keep: Iterable[str] = ()
) -> ir.Table:
    """Compile a scheme over an Ibis table of customers.

    Use it to go on in Ibis; :func:`segkit.segment.apply_scheme` takes frames of any kind
    and also gives the profile.

    Parameters
    ----------
    scheme : Scheme
    table : ibis.Table
        One row per customer: ``customer_id`` and the inputs of the scheme.
    cutoffs : pandas.DataFrame or mapping, optional
        Cut-offs of an earlier segmentation. Without them, those a scheme takes from data
        are computed from ``table`` first, which runs one or two aggregations.
    keep : iterable of str
        Further columns of ``table`` to carry along.

    Returns
    -------
    ibis.Table
        =========== ======= ===== ======================================================
        name        dtype   unit  meaning
        =========== ======= ===== ======================================================
        customer_id as in         the customer
        (score)     int64   level one column per score, 1 to its number of levels, higher
                                  is better; missing when the input is
        segment     string        id of the segment, ``"unclassified"`` without all scores
        =========== ======= ===== ======================================================

    Raises
    ------
    SchemeError
        If the scheme has gaps, overlaps or other errors, or the cut-offs do not fit.
    DataError
        If columns are missing or of the wrong type.

    Examples
    --------
    >>> import ibis, pandas as pd
    >>> from segkit.schemes import load_scheme
    >>> customers = ibis.memtable(pd.DataFrame({
    ...     "customer_id": ["a", "b"], "recency_days": [3, 300],
    ...     "n_days": [4, 1], "revenue": [90.0, 10.0]}))
    >>> compile_scheme(load_scheme("rfm_cn8"), customers).to_pandas()
      customer_id  R  F  M           segment
    0           a  2  2  2         key_value
    1           b  1  1  1  general_win_back
    """
    function = "compile_scheme"
    require_sound(scheme, function)
    table = check_inputs(scheme, table, function)
    if cutoffs is None:
        edges = compute_cutoffs(scheme, table, function=function)
    else:
        edges = read_cutoffs(scheme, cutoffs, function=function)
    kept = list(keep)
    check_columns(function, table.columns, kept)
    taken = [name for name in kept if name in scheme.scores or name == "segment"]
    if taken:
        rule = "columns of other names than the result's own"
        fail(function, "keep", rule, taken, "Rename them first.", error=SchemeError)
    return segment_expression(scheme, table, edges, keep={name: name for name in kept})


def segment_expression(
    scheme: Scheme, table: ir.Table, edges: Cutoffs, *, keep: Mapping[str, str] | None = None
) -> ir.Table:
    """Build the expression from edges already known; nothing is checked or run.

    ``keep`` carries columns along: name in the result to name in ``table``.
    """
    scores = {
        name: score_expression(score, table[score.input], edges.get(name, ()))
        for name, score in scheme.scores.items()
    }
    kept = {new: table[old] for new, old in (keep or {}).items() if new != "customer_id"}
    scored = table.select("customer_id", **kept, **scores)
    return scored.mutate(segment=segment_of(scheme, scored))


def score_expression(score: Score, column: Any, edges: tuple[float, ...]) -> Any:
    """Build the level of one score from a column and the edges of its levels."""
    level = _level(score, column, edges)
    return level if score.missing is None else level.fill_null(score.missing)


def _level(score: Score, column: Any, edges: tuple[float, ...]) -> Any:
    if score.categories is not None:
        branches = _category_branches(score.categories, column)
    elif score.order is not None:
        branches = [(column == value, level) for level, value in enumerate(score.order, start=1)]
    elif any(math.isnan(edge) for edge in edges):
        return ibis.null("int64")  # no customer had a value to take cut-offs from
    else:
        branches = _numeric_branches(score, column, edges)
    return ibis.cases(*branches).cast("int64")


def _category_branches(categories: tuple[Category, ...], column: Any) -> list[Any]:
    # Ibis' strip() would name characters that Spark reads as the letters v and f.
    word = column.replace(" ", "").lower()
    branches = []
    for level, category in enumerate(categories, start=1):
        words = sorted({plain_word(value) for value in category.values})
        other = (word != "") & ~word.isin(unsaid_words())
        listed = other if category.others else word.isin(words)
        branches.append((listed, level))
    return branches


def _numeric_branches(score: Score, column: Any, edges: tuple[float, ...]) -> list[Any]:
    """Compare upwards, smallest bound first, so that NaN falls through every comparison.

    Engines sort NaN above all numbers: ``NaN >= 2`` is true in DuckDB and Spark, while
    ``NaN < 2`` is false everywhere.
    """
    k = score.n_levels
    branches: list[Any] = []
    if column.type().is_floating():
        branches.append((column <= -HUGE, ibis.null("int8")))
    if score.better == "high":
        reached = [edge for edge in edges if math.isfinite(edge)]
        steps = [(column < _plain(edge), i) for i, edge in enumerate(reached, start=1)]
        last = len(reached) + 1
    else:
        # The R package puts whoever lies on a cut-off into the older group.
        reaches = operator.lt if score.method == "quantile_plus_1" else operator.le
        steps = [(reaches(column, _plain(e)), k - i) for i, e in enumerate(reversed(edges))]
        last = 1
    known = column < HUGE if column.type().is_floating() else column.notnull()
    return [*branches, *steps, (known, last)]


def _plain(edge: float) -> int | float:
    return int(edge) if float(edge).is_integer() and abs(edge) < 2**53 else edge


def segment_of(scheme: Scheme, scored: ir.Table) -> Any:
    """Build the segment of customers whose scores are columns of ``scored``."""
    missing = [scored[name].isnull() for name in scheme.scores]
    branches: list[Any] = [(functools.reduce(operator.or_, missing), UNCLASSIFIED)]
    for segment in scheme.segments:
        rules = [_rule(rule, scheme, scored) for rule in segment.when]
        branches.append((functools.reduce(operator.or_, rules), segment.id))
    return ibis.cases(*branches, else_=UNCLASSIFIED)


def _rule(rule: Mapping[str, Condition], scheme: Scheme, scored: ir.Table) -> Any:
    terms = []
    for name, condition in rule.items():
        score = scheme.scores[name]
        levels = sorted(condition.levels(score))
        if len(levels) < score.n_levels:
            terms.append(_within(scored[name], levels, score.n_levels))
    # A rule that asks for nothing takes everybody whose scores are known.
    return functools.reduce(operator.and_, terms) if terms else ibis.literal(1) == 1


def _within(column: Any, levels: list[int], n_levels: int) -> Any:
    low, high = levels[0], levels[-1]
    if len(levels) == 1:
        return column == low
    if len(levels) < high - low + 1:
        return column.isin(levels)
    if high == n_levels:
        return column >= low
    return column <= high if low == 1 else (column >= low) & (column <= high)


def scheme_sql(
    scheme: Scheme,
    cutoffs: Any = None,
    dialect: str = "duckdb",
    table: str = "customers",
    *,
    kinds: Mapping[str, str] | None = None,
) -> str:
    """Print a scheme as one SELECT statement for the engine that keeps the customers.

    The cut-offs stand in it as numbers: the statement gives the same segments tomorrow,
    and runs where neither Python nor segkit is known.

    Parameters
    ----------
    scheme : Scheme
    cutoffs : pandas.DataFrame or mapping, optional
        ``Segmentation.cutoffs``, or numbers by score; not needed where the scheme fixes all.
    dialect : str
        duckdb, postgres, pyspark, databricks, snowflake, bigquery, mysql, mssql, oracle,
        sqlite, trino or clickhouse.
    table : str
        Table with one row per customer; ``schema.table`` and ``catalog.schema.table`` work.
    kinds : mapping, optional
        Kind of an input where it differs from the scheme's: ``"integer"``, ``"number"``,
        ``"text"`` or ``"flag"``.

    Returns
    -------
    str

    Raises
    ------
    SchemeError
        If the scheme is not sound, the dialect is unknown or cut-offs are missing.

    Examples
    --------
    >>> from segkit.schemes import load_scheme
    >>> sql = scheme_sql(load_scheme("rfm_cn8"), {"R": [467], "M": [106.08]}, "postgres")
    >>> '"revenue" < 106.08' in sql
    True
    """
    function = "scheme_sql"
    require_sound(scheme, function)
    check_choice(function, "dialect", dialect, list(DIALECTS), error=SchemeError)
    edges = read_cutoffs(scheme, cutoffs, function=function)
    source = customer_source(scheme, table, kinds, function=function)
    return print_sql(segment_expression(scheme, source, edges), dialect, function=function)


def print_sql(expression: ir.Table, dialect: str, *, function: str) -> str:
    """Print an expression as one SELECT statement in the dialect of an engine.

    Raises
    ------
    SchemeError
        If the dialect is unknown.
    """
    check_choice(function, "dialect", dialect, list(DIALECTS), error=SchemeError)
    return str(ibis.to_sql(expression, dialect=DIALECTS[dialect]))


def customer_source(
    scheme: Scheme, table: str, kinds: Mapping[str, str] | None, *, function: str
) -> ir.Table:
    """Name the table of customers in a warehouse, with the columns a scheme needs."""
    used = dict.fromkeys(score.input for score in scheme.scores.values())
    kinds = {name: (kinds or {}).get(name) or scheme.input_kind(name) for name in used}
    columns = {"customer_id": "string", **{name: TYPES[kind] for name, kind in kinds.items()}}
    return named_table(columns, table, function=function)


def named_table(
    columns: Mapping[str, str], table: str, *, function: str, usual: str = "customers"
) -> ir.Table:
    """Name a table in a warehouse; ``schema.table`` and ``catalog.schema.table`` work.

    ``columns`` has the Ibis type of each column, ``usual`` is the example in an error.

    Raises
    ------
    SchemeError
        If ``table`` is no name of a table.
    """
    parts = table.split(".") if isinstance(table, str) else []
    if not 1 <= len(parts) <= 3 or not all(part.strip() for part in parts):
        remedy = f'Write "{usual}" or "crm.{usual}".'
        fail(function, "table", "the name of a table", table, remedy, error=SchemeError)
    *where, name = parts
    catalog, database = [None, None, *where][-2:]
    return ibis.table(columns, name=name, catalog=catalog, database=database)
