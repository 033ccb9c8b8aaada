"""The segments explicit, rated, latent and none as a definition that can be used again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.errors import DataError
from segkit.i18n import _, format_number
from segkit.schemes.compile import named_table, print_sql
from segkit.schemes.scheme import UNCLASSIFIED, Named, Scheme, Text, load_scheme
from segkit.segment.definition import Definition
from segkit.segment.trees.data import kind_of_feature
from segkit.segment.trees.definition import TreeDefinition, says

#: Column that holds how much a customer behaves like those who complained, 0 to 1.
SCORE = "dissatisfaction_score"


@cache
def _scheme() -> Scheme:
    """Read the scheme that says by rule who spoke; what it names is not named twice."""
    return load_scheme("dissatisfaction")


@cache
def _named() -> tuple[Named, ...]:
    """Give the scheme's segments, and its silent customers parted by how they behave."""
    by_rule = {segment.id: segment for segment in _scheme().segments}
    silent = by_rule["nothing_known"]
    latent = Named(
        id="latent",
        name=Text(en="Latent", zh="潜在不满"),
        description=Text(
            en="Said nothing, but behaves like those who did.",
            zh="尚未投诉，但行为与投诉客户相似。",
        ),
        action=Text(
            en="Call before they leave; keep a control group to see whether it helps.",
            zh="在流失之前主动关怀，并设对照组检验效果。",
        ),
        color="#1f5fa8",
    )
    # The scheme's own text says that the latent are still among these.
    none = Named(
        id="none",
        name=silent.name,
        description=Text(en="No sign of dissatisfaction.", zh="没有不满意的迹象。"),
        action=Text(en="Nothing to mend; usual service.", zh="维持常规服务。"),
        color=silent.color,
    )
    return (by_rule["explicit"], by_rule["rated"], latent, none)


@dataclass(frozen=True)
class LatentDefinition(Definition):
    """Explicit, rated, latent, none: what was said comes first, then how the customer behaves.

    Where the table has a column ``dissatisfaction_score``, that is the score; it was made by
    trees that never saw the customer. Elsewhere, for new customers, the tree of all customers
    gives it. A silent customer whom the tree cannot place is unclassified.
    """

    complained: str
    rated: str | None
    cutoff: float | None
    scorer: TreeDefinition

    @property
    def name(self) -> str:
        """A word for files and messages."""
        return "dissatisfaction_latent"

    def label(self) -> str:
        """Give the title in the current language."""
        return _scheme().title.read()

    @property
    def segments(self) -> Sequence[Named]:
        """Explicit, rated if there are ratings, latent and none."""
        return tuple(s for s in _named() if s.id != "rated" or self.rated)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns of what was said, and those the tree asks for."""
        said = (self.complained, *((self.rated,) if self.rated else ()))
        return (*said, *(name for name in self.scorer.inputs if name not in said))

    def check(self, table: ir.Table, function: str) -> ir.Table:
        """Check columns and types."""
        check_columns(function, table.columns, ["customer_id", *self.inputs])
        for name in filter(None, (self.complained, self.rated)):
            check_flag(table, name, function)
        return self.scorer.check(table, function)

    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build ``customer_id``, ``dissatisfaction_score`` and ``segment``."""
        kept = {new: table[old] for new, old in (keep or {}).items() if new != "customer_id"}
        told = table[SCORE] if SCORE in table.columns else self.scorer.told(table)["probability"]
        said = [(says(table[self.complained], True), "explicit")]
        if self.rated:
            said.append((says(table[self.rated], True), "rated"))
        behaves = (
            [(told.notnull(), "none")]
            if self.cutoff is None
            else [(told >= self.cutoff, "latent"), (told < self.cutoff, "none")]
        )
        segment = ibis.cases(*said, *behaves, else_=UNCLASSIFIED)
        return table.select("customer_id", **kept, **{SCORE: told}, segment=segment)

    def rules(self) -> pd.DataFrame:
        """Say who is in each segment, in the current language."""
        if self.cutoff is None:
            latent, none = _("nobody: behaviour tells too little"), _("said nothing")
        else:
            cutoff = format_number(self.cutoff, 3)
            latent = _("said nothing, and has a score of {cutoff} or more").format(cutoff=cutoff)
            none = _("said nothing, and has a score below {cutoff}").format(cutoff=cutoff)
        texts = {
            "explicit": _("complained"),
            "rated": _("gave a bad rating and did not complain"),
            "latent": latent,
            "none": none,
        }
        rows = [(s.id, s.label(), texts[s.id]) for s in self.segments]
        return pd.DataFrame(rows, columns=["segment", "name", "rule"])

    def to_sql(self, dialect: str = "duckdb", table: str = "customers") -> str:
        """Print the segments of new customers as one SELECT statement.

        Raises
        ------
        SegkitError
            If the dialect is unknown or ``table`` no name of a table.
        """
        said = {name: "boolean" for name in (self.complained, self.rated) if name}
        columns = {"customer_id": "string", **said, **self.scorer.input_types()}
        source = named_table(columns, table, function="to_sql")
        return print_sql(self.expression(source), dialect, function="to_sql")


def check_flag(table: ir.Table, name: str, function: str) -> None:
    """Check that a column says yes or no as the engine does."""
    if kind_of_feature(table[name]) != "flag":
        rule, found = "a column of true and false", str(table[name].type())
        fail(function, name, rule, found, "Convert it first.", error=DataError)
