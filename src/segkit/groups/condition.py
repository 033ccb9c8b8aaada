"""Read a condition as people write it into an expression; text is parsed, never run."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot
from sqlglot import exp

from segkit.checks import did_you_mean, shown
from segkit.collect.columns.usual_names import find_column
from segkit.customers import day_of
from segkit.errors import ArgumentError
from segkit.groups.spelling import in_ascii
from segkit.schemes.cutoffs import measured

#: Longer ones are no criteria that anybody reads.
_LONGEST = 2_000

_COMPARE: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.EQ: lambda left, right: left == right,
    exp.NEQ: lambda left, right: left != right,
    exp.GT: lambda left, right: left > right,
    exp.GTE: lambda left, right: left >= right,
    exp.LT: lambda left, right: left < right,
    exp.LTE: lambda left, right: left <= right,
}
_OPPOSITE: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
}
#: What a condition may consist of, for the remedy of an error.
_ALLOWED = "Use =, <>, <, <=, >, >=, between, in, like, is null, and, or, not."


@dataclass(frozen=True)
class Condition:
    """A condition over columns of the customer table; made by :func:`read_condition`.

    Attributes
    ----------
    text
        The condition in one spelling, as SQL.
    columns
        The columns that it asks for, in the order in which they appear.
    texts
        Columns of text with each value that they are to be equal to, or not.
    """

    text: str
    columns: tuple[str, ...]
    texts: tuple[tuple[str, str], ...] = field(repr=False, compare=False)
    _tree: exp.Expression = field(repr=False, compare=False)
    _kinds: Mapping[str, str] = field(repr=False, compare=False)

    def on(self, table: ir.Table) -> Any:
        """Give the flag over a table: missing where a column that decides is missing."""
        return _Compiler(self._kinds, table, "", "").flag(self._tree)


def read_condition(
    text: str,
    schema: ibis.Schema,
    *,
    name: str = "condition",
    function: str = "read_condition",
    instead: Mapping[tuple[str, str], str] | None = None,
) -> Condition:
    """Read a condition such as ``age between 30 and 40 and city_tier = 1``.

    The text is parsed into comparisons of columns with values; whatever else SQL could do –
    functions, queries, several statements – is refused. Columns may be called by their usual
    Chinese and English names (``城市等级 = 1``), and signs may be those of a Chinese keyboard.

    Parameters
    ----------
    text : str
        The condition. Texts and days stand in single quotes, days as ``'2024-01-31'``.
    schema : ibis.Schema
        The columns that there are.
    name : str
        What the condition is called, for the wording of an error.
    function : str
        Who asks, for the wording of an error.
    instead : mapping, optional
        Column and value to the value that stands for it: ``("gender", "男")`` to ``"male"``.

    Returns
    -------
    Condition

    Raises
    ------
    ArgumentError
        If it cannot be read, names a column that is not there, or compares what cannot be.

    Examples
    --------
    >>> schema = ibis.schema({"age": "int64", "city": "string"})
    >>> read_condition("age >= 30 and city in ('Suzhou', 'Wuxi')", schema).columns
    ('age', 'city')
    """
    where = f"{function}: group {name!r}"
    if not isinstance(text, str) or not text.strip():
        raise ArgumentError(f"{where} has no condition. Write one, such as revenue >= 5000.")
    if len(text) > _LONGEST:
        raise ArgumentError(
            f"{where} has a condition of {len(text):,} characters; at most {_LONGEST:,} are read. "
            "Use in (…) for lists, or several groups."
        )
    try:
        trees = sqlglot.parse(in_ascii(text), dialect="duckdb")
        if len(trees) != 1 or trees[0] is None:
            raise ArgumentError(f"{where} must be one condition; got {shown(text)}. {_ALLOWED}")
        kinds = {column: kind_of(dtype) for column, dtype in schema.items()}
        compiler = _Compiler(kinds, ibis.table(schema, name="customers"), where, text)
        compiler.instead = instead or {}
        compiler.flag(trees[0])
        found = trees[0].sql(dialect="duckdb"), compiler.columns, tuple(compiler.texts)
        return Condition(*found, trees[0], kinds)
    except sqlglot.errors.SqlglotError as error:
        place = _place(error)
        raise ArgumentError(f"{where} cannot be read{place}: {shown(text)}. {_ALLOWED}") from None
    except RecursionError:
        raise ArgumentError(f"{where} has too many brackets inside each other.") from None


def _place(error: sqlglot.errors.SqlglotError) -> str:
    details = getattr(error, "errors", None) or [{}]
    column = details[0].get("col")
    return f" at character {column}" if column else ""


def kind_of(dtype: Any) -> str:
    """Tell what values of a type can be compared with; empty where nothing can."""
    if dtype.is_boolean():
        return "flag"
    if dtype.is_numeric():
        return "number"
    if dtype.is_timestamp() or dtype.is_date():
        return "date"
    return "text" if dtype.is_string() else ""


class _Compiler:
    """Walk a parsed condition; every kind of node that is not named here is refused."""

    def __init__(self, kinds: Mapping[str, str], table: ir.Table, where: str, text: str) -> None:
        self.kinds, self.table, self.where, self.text = kinds, table, where, text
        self.columns: tuple[str, ...] = ()
        self.texts: list[tuple[str, str]] = []
        self.instead: Mapping[tuple[str, str], str] = {}

    def flag(self, node: exp.Expression, *, denied: bool = False) -> Any:
        """Compile what is true or false, or its opposite where it is ``denied``.

        "Not" is carried inwards to the comparisons: Ibis prints the opposite of a condition for
        SQL Server as "what is not 1", and that takes in whoever is unknown.
        """
        if isinstance(node, exp.Paren | exp.Not):
            return self.flag(node.this, denied=denied != isinstance(node, exp.Not))
        if isinstance(node, exp.And | exp.Or):
            both = [self.flag(side, denied=denied) for side in (node.this, node.expression)]
            join = operator.and_ if isinstance(node, exp.And) != denied else operator.or_
            return join(*both)
        if type(node) in _COMPARE:
            if isinstance(node, exp.EQ | exp.NEQ):
                self._note_texts([node.this, node.expression])
            left, right = self._sides(node.this, node.expression)
            return _COMPARE[_OPPOSITE[type(node)] if denied else type(node)](left, right)
        if isinstance(node, exp.Between):
            return self._between(node, denied)
        if isinstance(node, exp.In) and node.expressions and not node.args.get("query"):
            return self._among(node, denied)
        if isinstance(node, exp.Like | exp.ILike):
            return self._like(node, denied)
        if isinstance(node, exp.Is):
            return self._is(node, denied)
        if isinstance(node, exp.Column) and self._kind(node) == "flag":
            column = self._column(node)
            if column.type().is_boolean():
                return ~column if denied else column
            return column == (0 if denied else 1)
        return self._refuse(node)

    def _like(self, node: exp.Like | exp.ILike, denied: bool) -> Any:
        column, pattern = self._sides(node.this, node.expression, only="text")
        alike = column.ilike(pattern) if isinstance(node, exp.ILike) else column.like(pattern)
        # No operator is the opposite of "like"; without a text there is no case, so it is unknown.
        return ibis.cases((alike, 0), (column.notnull(), 1)) == 1 if denied else alike

    def _sides(self, left: exp.Expression, right: exp.Expression, only: str = "") -> list[Any]:
        """Compile both sides of a comparison, which must be of one kind."""
        columns = [node for node in (left, right) if isinstance(node, exp.Column)]
        if not columns:
            return [self._refuse(left)]
        kind = self._kind(columns[0])
        if only and kind != only:
            self._mismatch(columns[0], only)
        return [self._value(left, kind, columns[0]), self._value(right, kind, columns[0])]

    def _value(self, node: exp.Expression, kind: str, beside: exp.Column) -> Any:
        if isinstance(node, exp.Column):
            if self._kind(node) != kind:
                self._mismatch(node, kind)
            return self._column(node)
        value = _literal(node)
        if kind == "date" and isinstance(value, str):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                return self._mismatch(beside, "date", node)
            return ibis.literal(day)
        wanted = {"number": (int, float), "text": (str,), "flag": (bool,)}.get(kind, ())
        if value is None or type(value) not in wanted:
            return self._mismatch(beside, kind, node)
        # Engines without true and false keep flags as 1 and 0.
        is_number = kind == "flag" and not self.table[self._name(beside)].type().is_boolean()
        return ibis.literal(int(value) if is_number else value)

    def _note_texts(self, nodes: list[exp.Expression]) -> None:
        """Keep what a column of text is held against, under the words that stand in the table."""
        column = next((node for node in nodes if isinstance(node, exp.Column)), None)
        if column is None or self._kind(column) != "text":
            return
        for node in nodes:
            if isinstance(node, exp.Literal) and node.is_string:
                pair = (self._name(column), str(node.this))
                node.set("this", self.instead.get(pair, pair[1]))
                self.texts.append((pair[0], str(node.this)))

    def _between(self, node: exp.Between, denied: bool) -> Any:
        column = node.this
        if not isinstance(column, exp.Column):
            return self._refuse(column)
        low, high = node.args["low"], node.args["high"]
        first, last = _literal(low), _literal(high)
        if type(first) is type(last) and first is not None and first > last:
            raise ArgumentError(
                f"{self.where} asks for between {low.sql()} and {high.sql()}, where nobody can "
                "be. Write the smaller one first."
            )
        kind = self._kind(column)
        least, most = self._value(low, kind, column), self._value(high, kind, column)
        value = self._column(column)
        if denied:
            return (value < least) | (value > most)
        return (value >= least) & (value <= most)

    def _among(self, node: exp.In, denied: bool) -> Any:
        if not isinstance(node.this, exp.Column):
            return self._refuse(node.this)
        kind = self._kind(node.this)
        self._note_texts([node.this, *node.expressions])
        values = [self._value(value, kind, node.this) for value in node.expressions]
        column = self._column(node.this)
        if denied:
            return functools.reduce(operator.and_, [column != value for value in values])
        return column.isin(values)

    def _is(self, node: exp.Is, denied: bool) -> Any:
        if isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Null):
            column = self._column(node.this)
            return column.notnull() if denied else column.isnull()
        # As in SQL, an unknown flag is neither true nor false: "is not true" takes it in.
        left, right = self._sides(node.this, node.expression, only="flag")
        return left.isnull() | (left != right) if denied else left.notnull() & (left == right)

    def _column(self, node: exp.Column) -> Any:
        name = self._name(node)
        if name not in self.columns:
            self.columns = (*self.columns, name)
        if self.kinds[name] == "date":
            # A condition names days: who joined at 15:00 of a day joined on that day.
            return day_of(self.table[name])
        # Engines take NaN as larger than everything; here it is a value that is not known.
        return measured(self.table[name])

    def _kind(self, node: exp.Column) -> str:
        name = self._name(node)
        if self.kinds[name]:
            return self.kinds[name]
        raise ArgumentError(
            f"{self.where}: {name} must be a column of numbers, text, days or flags to be "
            f"compared; got {self.table[name].type()}. Leave it out."
        )

    def _name(self, node: exp.Column) -> str:
        if len(node.parts) > 1:
            self._refuse(node)
        name = find_column(node.name, list(self.kinds))
        if name is None:
            raise ArgumentError(
                f"{self.where} asks for {node.name!r}, which is no column of the customers. "
                f"{did_you_mean(node.name, self.kinds)}"
            )
        return name

    def _mismatch(self, beside: exp.Column, kind: str, node: exp.Expression | None = None) -> Any:
        how = {
            "number": "a number such as 30",
            "text": "a text in quotes such as 'Suzhou'",
            "date": "a day in quotes such as '2024-01-31'",
            "flag": "true or false",
        }[kind]
        found = (node if node is not None else beside).sql(dialect="duckdb")
        raise ArgumentError(
            f"{self.where}: {self._name(beside)} must be compared with {how}; got {shown(found)}."
        )

    def _refuse(self, node: exp.Expression) -> Any:
        part = node.sql(dialect="duckdb")
        raise ArgumentError(
            f"{self.where} must be comparisons of columns with values; got {shown(part)}. "
            f"{_ALLOWED}"
        )


_NUMBER = re.compile(r"\d+")


def _literal(node: exp.Expression) -> Any:
    """Give the value of a number, text or flag; nothing for whatever else it is."""
    if isinstance(node, exp.Neg):
        value = _literal(node.this)
        return -value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if not isinstance(node, exp.Literal):
        return None
    if node.is_string:
        return str(node.this)
    return int(node.this) if _NUMBER.fullmatch(str(node.this)) else float(node.this)
