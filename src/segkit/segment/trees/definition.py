"""The rules of a tree as the definition of a segmentation: expression, SQL, words, JSON."""

from __future__ import annotations

import functools
import json
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.errors import DataError, SegkitError
from segkit.schemes.compile import named_table, print_sql
from segkit.schemes.cutoffs import HUGE, TYPES
from segkit.schemes.scheme import UNCLASSIFIED, Named, Text
from segkit.segment.definition import Definition
from segkit.segment.trees.data import is_money, kind_of_feature
from segkit.segment.trees.tree import Condition, Tree
from segkit.segment.trees.words import either_words, path_words

_TYPES = {**TYPES, "category": "string"}


@dataclass(frozen=True)
class TreeDefinition(Definition):
    """A tree whose leaves are segments; made by ``explain_segments`` and ``fit_tree``.

    A customer who lacks what the tree asks for, or has a category it never saw, goes the way
    of those who lacked it in training; where nobody did, the customer is unclassified. Of
    features that are not asked on the way, nothing needs to be known.

    Attributes
    ----------
    tree : Tree
        Its own splits, plain numbers and words.
    leaves : mapping
        Id of the segment by number of the leaf.
    probabilities : mapping
        Calibrated probability by number of the leaf; empty for a tree that explains.
    """

    title: Text
    id: str
    tree: Tree
    named: tuple[Named, ...]
    leaves: Mapping[int, str]
    probabilities: Mapping[int, float]

    @property
    def name(self) -> str:
        """A word for files and messages."""
        return self.id

    def label(self) -> str:
        """Give the title in the current language."""
        return self.title.read(self.id)

    @property
    def segments(self) -> Sequence[Named]:
        """The segments in their order."""
        return self.named

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the tree asks for."""
        return self.tree.used

    def check(self, table: ir.Table, function: str) -> ir.Table:
        """Check columns and types; a column without any value gets the one it should have."""
        check_columns(function, table.columns, ["customer_id", *self.inputs])
        wanted = {name: self.tree.feature(name).kind for name in self.inputs}
        blank = {
            n: table[n].cast(_TYPES[k]) for n, k in wanted.items() if table[n].type().is_null()
        }
        table = table.mutate(**blank) if blank else table
        for name, kind in wanted.items():
            found = kind_of_feature(table[name])
            numbers = {"integer", "number"}
            if found != kind and not {found, kind} <= numbers:
                rule = {"category": "a column of text", "flag": "a column of true and false"}
                sort = rule.get(kind, "a column of numbers")
                fail(function, name, sort, str(table[name].type()), "Convert it.", error=DataError)
        return table

    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build ``customer_id``, ``probability`` if there is one, and ``segment``."""
        kept = {new: table[old] for new, old in (keep or {}).items() if new != "customer_id"}
        return table.select("customer_id", **kept, **self.told(table))

    def told(self, table: ir.Table) -> dict[str, Any]:
        """Give the expressions of what the tree tells of each customer of ``table``."""
        paths = [(leaf, _all_of(table, asked)) for leaf, asked in self.tree.paths()]
        segments = [(test, self.leaves[leaf]) for leaf, test in paths]
        found = {"segment": ibis.cases(*segments, else_=UNCLASSIFIED)}
        if not self.probabilities:
            return found
        likely = [(test, self.probabilities[leaf]) for leaf, test in paths]
        return {"probability": ibis.cases(*likely), **found}

    def input_types(self) -> dict[str, str]:
        """Give the Ibis type of each column that the tree asks for."""
        return {name: _TYPES[self.tree.feature(name).kind] for name in self.inputs}

    def rules(self) -> pd.DataFrame:
        """List the segments with their rule in words, in the current language."""
        words: dict[str, list[str]] = {}
        for leaf, asked in self.tree.paths():
            words.setdefault(self.leaves[leaf], []).append(path_words(asked))
        rows = [
            (segment.id, segment.label(), either_words(words[segment.id]))
            for segment in self.named
            if segment.id in words
        ]
        return pd.DataFrame(rows, columns=["segment", "name", "rule"])

    def to_sql(self, dialect: str = "duckdb", table: str = "customers") -> str:
        """Print the tree as one SELECT statement.

        Raises
        ------
        SegkitError
            If the dialect is unknown or ``table`` no name of a table.
        """
        columns = {"customer_id": "string", **self.input_types()}
        source = named_table(columns, table, function="to_sql")
        return print_sql(self.expression(source), dialect, function="to_sql")

    def to_json(self) -> str:
        """Write the definition as JSON, to be used again without what made it.

        Examples
        --------
        >>> import segkit as sk
        >>> customers = sk.summarize_customers(sk.load_dataset("cdnow"), as_of="1998-06-30")
        >>> rules = sk.explain_segments(sk.score_rfm(customers), customers)
        >>> TreeDefinition.from_json(rules.definition.to_json()) == rules.definition
        True
        """
        content = {
            "title": self.title.model_dump(),
            "id": self.id,
            "tree": json.loads(self.tree.to_json()),
            "segments": [segment.model_dump() for segment in self.named],
            "leaves": [[leaf, segment] for leaf, segment in self.leaves.items()],
            "probabilities": [[leaf, share] for leaf, share in self.probabilities.items()],
        }
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> TreeDefinition:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        SegkitError
            If it is not such a text.
        """
        try:
            data = json.loads(text)
            tree = Tree.from_json(json.dumps(data["tree"]))
            named = tuple(Named.model_validate(segment) for segment in data["segments"])
            leaves = {int(leaf): str(segment) for leaf, segment in data["leaves"]}
            probabilities = {int(leaf): float(share) for leaf, share in data["probabilities"]}
            title, name = Text.model_validate(data["title"]), str(data["id"])
            right = set(leaves) == set(tree.leaves)
            right &= set(leaves.values()) <= {segment.id for segment in named}
            right &= not probabilities or set(probabilities) == set(leaves)
        except (ValueError, TypeError, KeyError, IndexError) as err:
            raise SegkitError(_UNREADABLE) from err
        if not right:
            raise SegkitError(_UNREADABLE)
        return cls(title, name, tree, named, leaves, probabilities)


_UNREADABLE = (
    "from_json: text must be what to_json wrote; it cannot be read as the rules of a tree. "
    "Write it again."
)


def _all_of(table: ir.Table, asked: Sequence[Condition]) -> Any:
    tests = [_test(_asked(table, condition.feature.name), condition) for condition in asked]
    return functools.reduce(operator.and_, tests) if tests else ibis.literal(1) == 1


def _asked(table: ir.Table, name: str) -> Any:
    """Give a column as the tree saw it: money in cents, whatever a sum of floats left behind."""
    column = table[name]
    return column.round(2) if is_money(name) and column.type().is_floating() else column


def _test(column: Any, condition: Condition) -> Any:
    tests = []
    if condition.takes_known:
        test = {"category": _in_values, "flag": _says}.get(condition.feature.kind, _in_range)
        tests.append(test(column, condition))
    if condition.unknown:
        tests.append(column.isnull())
        if condition.feature.kind == "category" and condition.feature.values:
            # Null beside NOT IN is null, and so taken by the test before.
            tests.append(column.notin(list(condition.feature.values)))
        elif column.type().is_floating():
            tests.append(~_is_known(column))
    return functools.reduce(operator.or_, tests) if tests else ibis.literal(1) == 0


def _in_values(column: Any, condition: Condition) -> Any:
    return column.isin(list(condition.values))


def _says(column: Any, condition: Condition) -> Any:
    if math.isinf(condition.low) and math.isinf(condition.high):
        return column.notnull()
    return says(column, not math.isinf(condition.low))


def says(flag: Any, answer: bool) -> Any:
    """Compare a flag as a number: not every engine takes a bare truth as a condition."""
    return flag.cast("int32") == int(answer)


def _in_range(column: Any, condition: Condition) -> Any:
    """Compare within finite bounds on both sides: engines sort NaN above all numbers."""
    low, high = condition.low, condition.high
    if not column.type().is_floating():
        if math.isinf(low) and math.isinf(high):
            return column.notnull()
        tests = [column >= _plain(low)] if not math.isinf(low) else []
        tests += [column < _plain(high)] if not math.isinf(high) else []
        return functools.reduce(operator.and_, tests)
    above = column > -HUGE if math.isinf(low) else column >= _plain(low)
    return above & (column < (HUGE if math.isinf(high) else _plain(high)))


def _is_known(column: Any) -> Any:
    return (column > -HUGE) & (column < HUGE)


def _plain(cut: float) -> int | float:
    return int(cut) if float(cut).is_integer() and abs(cut) < 2**53 else cut
