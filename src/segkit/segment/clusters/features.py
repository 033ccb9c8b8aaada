"""The features of a clustering: which columns, what each is, and how it becomes a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, fail, listed
from segkit.errors import DataError
from segkit.schemes.cutoffs import HUGE
from segkit.schemes.scheme import Text
from segkit.schemes.score import in_both
from segkit.segment.candidates import NAMES
from segkit.segment.clusters.points import Points
from segkit.segment.clusters.transforms import Transform
from segkit.segment.feature_words import inside_label

#: Methods that take categories: beside numbers, and alone.
MIXED, CATEGORICAL = ("k_prototypes",), ("latent_classes",)
#: More different values than these are ids or texts, not categories.
MAX_CATEGORIES = 20
TYPES = {"number": "float64", "integer": "int64", "flag": "boolean", "text": "string"}


@dataclass(frozen=True)
class Feature:
    """One column: a number with its transform, or a category with the values it may have."""

    name: str
    label: Text
    kind: str  # number, integer, flag or text: the type of the column
    transform: Transform | None = None
    categories: tuple[Any, ...] = ()

    @property
    def is_category(self) -> bool:
        """Whether values are told apart only, not measured."""
        return self.transform is None

    def lacking(self, column: Any) -> Any:
        """Give 1 where there is no value that can be used, else 0.

        A number, not a truth: some engines cannot select a truth.
        """
        if column.type().is_numeric() and not column.type().is_integer():
            # No comparison with NaN holds in some engines, in others NaN is above all.
            return ibis.cases((column.cast("float64").abs() < HUGE, 0), else_=1)
        return ibis.cases((column.notnull(), 0), else_=1)

    def expression(self, column: Any) -> Any:
        """Write the number or the category's position; -1 for one that is not in the list."""
        if self.transform is not None:
            return self.transform.expression(column)
        branches = [(column == value, code) for code, value in enumerate(self.categories)]
        return ibis.cases((column.isnull(), ibis.null("int64")), *branches, else_=-1)

    def code(self, values: pd.Series) -> np.ndarray:
        """Give the positions of values in the list, -1 for those that are not in it."""
        place = {value: code for code, value in enumerate(self.categories)}
        return values.map(lambda value: place.get(value, -1)).to_numpy(dtype=np.int64)


def label_of(name: str, given: Any = None) -> Text:
    """Give a feature's name inside a sentence: what was given, else the usual one."""
    if given:
        return given if isinstance(given, Text) else Text.model_validate(given)
    return in_both(lambda: inside_label(name).replace("_", " "))


def kind_of_column(dtype: Any) -> str:
    """Name the kind of a column, ``""`` for one that cannot be a feature."""
    if dtype.is_boolean() or dtype.is_string():
        return "flag" if dtype.is_boolean() else "text"
    if dtype.is_integer():
        return "integer"
    return "number" if dtype.is_numeric() else ""


def read_features(
    table: ir.Table, features: Sequence[str] | Mapping[str, Any] | None, method: str, function: str
) -> dict[str, tuple[str, Text]]:
    """Choose and check the columns: name to kind and label.

    Raises
    ------
    DataError
        If columns are missing or of a kind that the method does not take.
    """
    schema = table.schema()
    if features is None:
        features = [n for n in schema if n not in NAMES and _usual(schema[n], method)]
    if isinstance(features, str):
        fail(function, "features", "a list of columns", features, "Put it in brackets.")
    names = list(dict.fromkeys(features))
    check_columns(function, schema.names, ["customer_id", *names])
    if not names or "customer_id" in names:
        rule = "one or more columns that describe customers"
        fail(function, "features", rule, names, "Name them.", error=DataError)
    wrong = [name for name in names if not _takes(schema[name], method)]
    if wrong:
        found = ", ".join(f"{name} ({schema[name]})" for name in wrong)
        _refuse(method, found, function)
    labels = features if isinstance(features, Mapping) else {}
    return {
        name: (kind_of_column(schema[name]), label_of(name, labels.get(name))) for name in names
    }


def _takes(dtype: Any, method: str) -> bool:
    kind = kind_of_column(dtype)
    if method in CATEGORICAL:
        return kind in ("flag", "text", "integer")
    return kind != "" and (method in MIXED or kind != "text")


def _usual(dtype: Any, method: str) -> bool:
    """Whether a column is taken when none are named: whole numbers are amounts then."""
    return _takes(dtype, method) and not (method in CATEGORICAL and dtype.is_integer())


def _refuse(method: str, found: str, function: str) -> None:
    if method in CATEGORICAL:
        rule, remedy = "columns of categories", "Band numbers first, or use k_prototypes."
    else:
        rule, remedy = "columns of numbers", 'Leave them out, or use method="k_prototypes".'
    raise DataError(f"{function}: features must be {rule}; got {found}. {remedy}")


def points_of(frame: pd.DataFrame, features: Sequence[Feature]) -> Points:
    """Turn customers who have every feature into points."""
    n = len(frame)
    measured = [f for f in features if f.transform is not None]
    plain = [frame[f.name].to_numpy(dtype=float) for f in measured]
    numbers = [
        f.transform.forward(values)
        for f, values in zip(measured, plain, strict=True)
        if f.transform is not None
    ]
    coded = [f for f in features if f.is_category]
    codes = [f.code(frame[f.name]) for f in coded]
    return Points(
        np.column_stack(numbers) if numbers else np.empty((n, 0)),
        np.column_stack(codes) if codes else np.empty((n, 0), dtype=np.int64),
        tuple(len(f.categories) for f in coded),
        np.column_stack(plain) if plain else None,
    )


def check_categories(values: pd.Series, function: str) -> tuple[Any, ...]:
    """List the categories of a feature in order; too many are no categories."""
    found = sorted(values.unique().tolist())
    if len(found) > MAX_CATEGORIES:
        rule = f"a column of at most {MAX_CATEGORIES} categories"
        got = f"{len(found)} of them, such as {listed(found, 3)}"
        fail(function, str(values.name), rule, got, "Group them first.", error=DataError)
    return tuple(found)
