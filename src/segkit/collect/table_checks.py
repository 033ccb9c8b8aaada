"""Canonical tables held against their schema by pandera, with one error for all faults."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir

from segkit.checks import check_choice, check_date, listed, shown
from segkit.collect.frames import Frame, as_ibis
from segkit.collect.values.forms import discreet
from segkit.collect.values.value_rules import KINDS, Rule, fits, rules_of
from segkit.errors import DataError
from segkit.schema import ROW, TABLES

if TYPE_CHECKING:
    from pandera.ibis import DataFrameSchema

_TYPE = "type"


def check_table(
    table: Frame,
    kind: str = "transactions",
    *,
    until: date | str | None = None,
    name: str = "the table",
    function: str = "check_table",
) -> Frame:
    """Check a canonical table: columns, types, gaps and ranges; give it back unchanged.

    Use it on a table that comes from elsewhere than segkit's own readers, or after own steps
    between reading and analysis. The checks run where the data lie, on pandas, polars,
    pyarrow and any Ibis table; only counts and up to three examples of a fault come back.

    Parameters
    ----------
    table : pandas, polars, pyarrow or Ibis table
        A table with canonical columns; other columns are not looked at.
    kind : str
        Kind of table, a key of ``segkit.schema.TABLES``: ``"transactions"``,
        ``"customers"``, ``"interactions"``, ``"survey"``, ``"balances"``, ``"campaigns"``
        or ``"complaints"``.
    until : date or str, optional
        The last day that a date may be of. Default: tomorrow, as clocks differ.
    name : str
        What the table is called in an error.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    the table that was given

    Raises
    ------
    DataError
        Naming every missing column, wrong type, gap in a required column and value outside
        its range, with counts and examples.
    ArgumentError
        If ``kind`` is unknown or ``until`` no date.

    Examples
    --------
    >>> import pandas as pd
    >>> survey = pd.DataFrame({"customer_id": ["a"], "item": ["price_1"], "answer": [4]})
    >>> check_table(survey, "survey") is survey
    True
    """
    check_choice(function, "kind", kind, list(TABLES))
    last = None if until is None else check_date(function, "until", until)
    seen = as_ibis(table, function=function, argument="table")
    rules = rules_of(kind, seen.schema(), until=last)
    failed = _failed_checks(seen, _schema(kind, rules))
    if failed:
        rows, values = _values(seen, rules, failed)
        faults = [*_structure(seen, kind, failed), *values]
        raise DataError(f"{function}: {name}{rows}: {'; '.join(faults)}.")
    return table


def table_schema(kind: str, table: ir.Table, *, until: date | None = None) -> DataFrameSchema:
    """Build the pandera schema that :func:`check_table` holds an Ibis table against.

    Use it where pandera's own report, or a further check of one's own, is wanted.

    Examples
    --------
    >>> import ibis
    >>> answers = ibis.table({"customer_id": "string", "item": "string", "answer": "int64"})
    >>> list(table_schema("survey", answers).columns)
    ['customer_id', 'answered_at', 'item', 'answer']
    """
    check_choice("table_schema", "kind", kind, list(TABLES))
    return _schema(kind, rules_of(kind, table.schema(), until=until))


def _schema(kind: str, rules: Sequence[Rule]) -> DataFrameSchema:
    pandera = _pandera()
    columns = {}
    for column in TABLES[kind]:
        checks = [pandera.Check(_type_check(column.kind), name=_TYPE)]
        checks += [
            pandera.Check(_rule_check(rule), name=rule.name)
            for rule in rules
            if rule.column == column.name
        ]
        # A gap is a rule of ours: pandera would fetch the rows to show them.
        columns[column.name] = pandera.Column(
            checks=checks, required=column.required, nullable=True
        )
    return pandera.DataFrameSchema(columns, name=kind)


def _pandera() -> Any:
    # Loaded late, because it takes seconds; and it also loads Spark's pandas where that is
    # there, which warns of versions although nothing here uses it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        import pandera.ibis as pandera
    return pandera


def _type_check(kind: str) -> Callable[[Any], bool]:
    return lambda data: fits(kind, data.table[data.key].type())


def _rule_check(rule: Rule) -> Callable[[Any], Any]:
    # One truth for the whole column: of a truth for each row pandera would fetch every row.
    return lambda data: rule.count(data.table) == 0


def _failed_checks(table: ir.Table, schema: DataFrameSchema) -> set[tuple[str, str]]:
    """Validate, and name what failed: column and check, ``("answer", "range")``."""
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrorReason, SchemaErrors

    try:
        # Whatever the user's environment has switched off for other schemas.
        with config_context(True, ValidationDepth.SCHEMA_AND_DATA, use_narwhals_backend=False):
            schema.validate(table, lazy=True)
    except SchemaErrors as found:
        failed = set()
        for error in found.schema_errors:
            if error.reason_code is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
                failed.add((str(error.failure_cases), "there"))
            elif error.reason_code is SchemaErrorReason.DATAFRAME_CHECK:
                failed.add((error.schema.name, error.check.name))
            else:  # the engine could not compute a check
                raise
        return failed
    return set()


def _structure(table: ir.Table, kind: str, failed: set[tuple[str, str]]) -> list[str]:
    """Word the columns that are missing or of the wrong type."""
    missing = [column.name for column in TABLES[kind] if (column.name, "there") in failed]
    faults = []
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        has = listed(table.columns, 30)
        faults.append(f"missing {noun} {listed(missing)} (it has {has})")
    for column in TABLES[kind]:
        if (column.name, _TYPE) in failed:
            dtype = table[column.name].type()
            faults.append(f"{column.name} must be {KINDS[column.kind]}; got {dtype}")
    return faults


def _values(
    table: ir.Table, rules: Sequence[Rule], failed: set[tuple[str, str]]
) -> tuple[str, list[str]]:
    """Word the values that break rules: how many, which, and the first row where it is known."""
    broken = [rule for rule in rules if (rule.column, rule.name) in failed]
    if not broken:
        return "", []
    counts = {f"n{i}": rule.count(table) for i, rule in enumerate(broken)}
    if ROW in table.columns:
        counts |= {
            f"row{i}": table[ROW].min(where=rule.bad(table[rule.column]))
            for i, rule in enumerate(broken)
            if not rule.of_column
        }
    found = table.agg(rows=table.count(), **counts).to_pyarrow().to_pylist()[0]
    faults = []
    for i, rule in enumerate(broken):
        shows = "" if rule.name == "known" else f" ({_shown_examples(rule, table)})"
        row = f", first in row {found[f'row{i}']:,}" if found.get(f"row{i}") is not None else ""
        faults.append(f"{rule.word(found[f'n{i}'])}{shows}{row}")
    return f" (rows: {found['rows']:,})", faults


def _shown_examples(rule: Rule, table: ir.Table) -> str:
    values = rule.examples(table).to_pyarrow().column("value").to_pylist()
    # A day is a text here, because not every engine can hand over all of them.
    return listed(shown(value, 30) if rule.name == "date" else discreet(value) for value in values)
