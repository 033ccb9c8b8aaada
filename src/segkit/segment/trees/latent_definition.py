"""The segments explicit, rated, latent and none as a definition that can be used again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.errors import DataError
from segkit.i18n import _, format_number
from segkit.schemes.compile import DIALECTS
from segkit.schemes.scheme import UNCLASSIFIED, Named, Text
from segkit.segment.definition import Definition
from segkit.segment.trees.data import kind_of_feature
from segkit.segment.trees.definition import TreeDefinition, named_table, says

#: Column that holds how much a customer behaves like those who complained, 0 to 1.
SCORE = "dissatisfaction_score"

SEGMENTS = (
    Named(
        id="explicit",
        name=Text(en="Explicit", zh="显性不满"),
        description=Text(
            en="Complained, or said so in a survey.", zh="已投诉，或在满意度调查中明确表示不满。"
        ),
        action=Text(
            en="Settle the case and call back within two days.",
            zh="尽快解决投诉，两日内回访。",
        ),
        color="#9a4a06",
    ),
    Named(
        id="rated",
        name=Text(en="Rated", zh="评价不满"),
        description=Text(en="Gave a bad rating.", zh="在短信或网点评价中给出差评。"),
        action=Text(en="Ask what went wrong and answer it.", zh="主动询问原因并给出答复。"),
        color="#c9862f",
    ),
    Named(
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
    ),
    Named(
        id="none",
        name=Text(en="None", zh="未见不满"),
        description=Text(en="No sign of dissatisfaction.", zh="没有不满意的迹象。"),
        action=Text(en="Nothing to mend; usual service.", zh="维持常规服务。"),
        color="#8d97a8",
    ),
)
_TITLE = Text(en="Dissatisfied customers", zh="不满意客户")


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
        return _TITLE.read()

    @property
    def segments(self) -> Sequence[Named]:
        """Explicit, rated if there are ratings, latent and none."""
        return tuple(s for s in SEGMENTS if s.id != "rated" or self.rated)

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
        # The same checks of both arguments, and the types of the tree's own columns.
        self.scorer.to_sql(dialect, table)
        columns = {name: "boolean" for name in (self.complained, self.rated) if name}
        source = named_table(table, {**columns, **self.scorer.input_types()})
        return str(ibis.to_sql(self.expression(source), dialect=DIALECTS[dialect]))


def check_flag(table: ir.Table, name: str, function: str) -> None:
    """Check that a column says yes or no as the engine does."""
    if kind_of_feature(table[name]) != "flag":
        rule, found = "a column of true and false", str(table[name].type())
        fail(function, name, rule, found, "Convert it first.", error=DataError)
