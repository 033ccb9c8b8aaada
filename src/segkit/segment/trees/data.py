"""Customers as a tree sees them: one order whatever the order of rows, values of few kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, check_rows_per_customer, fail, listed
from segkit.collect.values.forms import NO, YES
from segkit.collect.values.placeholders import PLACEHOLDERS
from segkit.errors import DataError
from segkit.schemes.cutoffs import HUGE
from segkit.segment.candidates import NAMES
from segkit.segment.feature_words import feature_unit
from segkit.segment.trees.tree import Columns, Feature

#: A text with more values than this names things rather than describes customers.
MOST_VALUES = 50
#: An outcome may be written as a number with decimals, or as 有 and 无.
_YES = (*YES, "1.0", "有")
_NO = (*NO, "0.0", "无")


@dataclass(frozen=True, eq=False)
class Prepared:
    """Customers sorted by id, with the features' values; ``frame`` has the other columns."""

    frame: pd.DataFrame
    features: tuple[Feature, ...]
    columns: Columns

    def take(self, rows: np.ndarray) -> Prepared:
        """Keep these customers."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return Prepared(self.frame.iloc[rows].reset_index(drop=True), self.features, columns)


def prepare(
    table: ir.Table,
    features: Sequence[str] | None,
    *,
    function: str,
    others: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> Prepared:
    """Bring the columns that are needed to Python, sorted by ``customer_id``.

    Without ``features``, all columns that describe customers: numbers, flags and texts of at
    most 50 values, but for ``others`` and ``left_out``.

    Raises
    ------
    DataError
        If columns are missing or cannot be features, none is left to ask about, or a customer
        has several rows.
    """
    check_columns(function, table.columns, ["customer_id", *others, *(features or ())])
    kinds = {name: kind_of_feature(table[name]) for name in table.columns}
    if features is None:
        excluded = {*NAMES, *others, *left_out}
        wanted = [n for n in table.columns if kinds[n] and n not in excluded]
    else:
        wanted = list(dict.fromkeys(features))
        _refuse(table, [name for name in wanted if not kinds[name]], function)
        _refuse_own(wanted, others, function)
    kept = list(dict.fromkeys(["customer_id", *others, *wanted]))
    # Through Arrow, as everywhere: Ibis' own way to pandas takes twice as long.
    frame = table.select(*kept).to_pyarrow().to_pandas(date_as_object=False)
    frame = frame.sort_values("customer_id", kind="stable", ignore_index=True)
    customers = frame["customer_id"].nunique()
    check_rows_per_customer(function, len(frame), customers, remedy="Make one row of each.")
    columns = {name: _seen(name, values_of(frame[name], kinds[name])) for name in wanted}
    many = [n for n in wanted if kinds[n] == "category" and _n_values(columns[n]) > MOST_VALUES]
    if features is not None and many:
        rule = f"texts of at most {MOST_VALUES} different values"
        fail(function, "features", rule, listed(many), "Group them first.", error=DataError)
    used = tuple(Feature(name, kinds[name]) for name in wanted if name not in many)
    if not used:
        rule = f"one or more columns of numbers, flags or texts of at most {MOST_VALUES} values"
        remedy = "Add columns that describe customers."
        fail(function, "features", rule, listed(wanted) or "none", remedy, error=DataError)
    return Prepared(frame[kept], used, {f.name: columns[f.name] for f in used})


def _refuse(table: ir.Table, names: Sequence[str], function: str) -> None:
    if names:
        found = listed(f"{name} ({table[name].type()})" for name in names)
        remedy = "Make a number of it, such as days before a date, or leave it out."
        fail(function, "features", "numbers, texts or flags", found, remedy, error=DataError)


def _refuse_own(wanted: Sequence[str], others: Sequence[str], function: str) -> None:
    own = [name for name in wanted if name in {"customer_id", *others}]
    if own:
        rule = "other columns than the customer, the outcome and the order"
        fail(function, "features", rule, listed(own), "Leave them out.", error=DataError)


def kind_of_feature(column: Any) -> str:
    """Tell how a tree asks for a column: empty where it cannot."""
    dtype = column.type()
    if dtype.is_boolean():
        return "flag"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    return "category" if dtype.is_string() else ""


def is_money(name: str) -> bool:
    """Tell whether a column holds amounts: rules are made and applied in cents then."""
    return feature_unit(name) == "currency"


def _seen(name: str, values: np.ndarray) -> np.ndarray:
    is_exact = is_money(name) and values.dtype == np.float64
    return np.round(values, 2) if is_exact else values


def values_of(column: pd.Series, kind: str) -> np.ndarray:
    """Give a column as the tree sees it: what is not known is NaN or None."""
    if kind == "category":
        known = column.astype(object)
        return np.array([str(v) if isinstance(v, str) else None for v in known], dtype=object)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.abs(numbers) < HUGE, numbers, np.nan)


def _n_values(column: np.ndarray) -> int:
    return len({value for value in column if value is not None})


def read_outcome(column: pd.Series, *, function: str, argument: str) -> np.ndarray:
    """Read a column of yes and no as 1 and 0, NaN where it is not known.

    A word for nothing, such as unknown or 未知, is not known either; 无 alone says no.

    Raises
    ------
    DataError
        If it holds anything else.
    """
    answers = {**dict.fromkeys(_YES, 1.0), **dict.fromkeys(_NO, 0.0)}
    known = column.notna().to_numpy()
    texts = column[known].astype(str).str.strip().str.lower()
    read = texts.map(answers)
    wrong = texts[~texts.isin(["", *PLACEHOLDERS, *answers])]
    if len(wrong):
        remedy = "Make it true and false."
        rule = "a column of true and false, 1 and 0 or yes and no"
        found = f"{listed(sorted(set(wrong))[:5])} in {len(wrong):,} of {len(column):,} rows"
        fail(function, argument, rule, found, remedy, error=DataError)
    outcome = np.full(len(column), np.nan)
    outcome[known] = read.to_numpy(dtype="float64")
    return outcome
