"""Clusters as the definition of a segmentation: applied again, stored, printed as SQL."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.errors import DataError, SegkitError
from segkit.i18n import N_, _, format_percent
from segkit.schemes.compile import named_table, print_sql
from segkit.schemes.scheme import UNCLASSIFIED, Named
from segkit.segment.clusters.features import TYPES, Feature, kind_of_column, points_of
from segkit.segment.clusters.marks import UNUSUAL, Mark, rule_of
from segkit.segment.clusters.models import Formula, Model, Neighbors
from segkit.segment.definition import Definition

TITLES = {
    "kmeans": N_("Clusters by k-means"),
    "gaussian_mixture": N_("Clusters by a Gaussian mixture"),
    "hierarchical": N_("Hierarchical clusters"),
    "hdbscan": N_("Clusters by density (HDBSCAN)"),
    "k_prototypes": N_("Clusters by k-prototypes"),
    "latent_classes": N_("Latent classes"),
}
#: Above every cost that customers can have.
_FAR = 1e300
NEARNESS = "nearness"


@dataclass(frozen=True, eq=False)
class ClusterDefinition(Definition):
    """Features with their transforms, a fitted model, and the segments in the model's order.

    ``model`` is missing where there are no clusters: all customers are one segment then.
    """

    method: str
    features: tuple[Feature, ...]
    model: Model | None
    named: tuple[Named, ...]
    marks: tuple[Mark, ...]
    _labelled: dict[Any, ir.Table] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The method and the number of segments, as ``"kmeans_4"``."""
        return f"{self.method}_{len(self.segments)}"

    def label(self) -> str:
        """Name the method in the current language."""
        return _(TITLES[self.method])

    @property
    def segments(self) -> tuple[Named, ...]:
        """The segments, the largest of the sample first; those who belong nowhere last."""
        return self.named

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns of the features."""
        return tuple(feature.name for feature in self.features)

    def check(self, table: ir.Table, function: str) -> ir.Table:
        """Check that each feature is there and of the kind it was fitted on."""
        check_columns(function, table.columns, ["customer_id", *self.inputs])
        for feature in self.features:
            dtype = table[feature.name].type()
            if dtype.is_null():
                table = table.mutate(**{feature.name: ibis.null(TYPES[feature.kind])})
                continue
            kind = kind_of_column(dtype)
            numbers = {"number", "integer"} if not feature.is_category else {feature.kind}
            if kind != feature.kind and not {kind, feature.kind} <= numbers:
                rule = f"a column of type {TYPES[feature.kind]}"
                fail(function, feature.name, rule, str(dtype), "Convert it.", error=DataError)
        return table

    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build ``customer_id``, ``nearness`` to the border, and ``segment``.

        ``nearness`` is 0 in the middle of a segment and 1 on the border of the second-best one;
        missing where there is no other segment.
        """
        kept = {new: table[old] for new, old in (keep or {}).items() if new != "customer_id"}
        if isinstance(self.model, Neighbors):
            return self._by_neighbors(table, kept)
        lacking = functools.reduce(operator.add, [f.lacking(table[f.name]) for f in self.features])
        inner = {f"z_{i}": f.expression(table[f.name]) for i, f in enumerate(self.features)}
        start = table.select("customer_id", **kept, lacking=lacking, **inner)
        if self.model is None:
            segment = ibis.cases((start.lacking == 0, self.segments[0].id), else_=UNCLASSIFIED)
            return start.select(
                "customer_id", *kept, nearness=ibis.null("float64"), segment=segment
            )
        return self._nearest(start, list(kept))

    def _nearest(self, start: ir.Table, kept: list[str]) -> ir.Table:
        assert isinstance(self.model, Formula)
        numbers = [start[f"z_{i}"] for i, f in enumerate(self.features) if not f.is_category]
        matches = [
            [start[f"z_{i}"] == code for code in range(len(f.categories))]
            for i, f in enumerate(self.features)
            if f.is_category
        ]
        names = [f"cost_{k}" for k in range(len(self.segments))]
        costs = dict(zip(names, self.model.terms(numbers, matches), strict=True))
        weighed = start.select("customer_id", *kept, "lacking", **costs)
        ids = [segment.id for segment in self.segments]
        branches: list[Any] = [(weighed.lacking > 0, UNCLASSIFIED)]
        for k, name in enumerate(names[:-1]):
            least = [weighed[name] <= weighed[other] for other in names[k + 1 :]]
            branches.append((functools.reduce(operator.and_, least), ids[k]))
        placed = weighed.mutate(segment=ibis.cases(*branches, else_=ids[-1]))
        mine = [placed["segment"] == segment for segment in ids]
        own = ibis.cases(*[(mine[k], placed[n]) for k, n in enumerate(names)])
        others = [ibis.cases((mine[k], _FAR), else_=placed[n]) for k, n in enumerate(names)]
        both = placed.select("customer_id", *kept, "segment", own=own, second=ibis.least(*others))
        ratio = self.model.ratio(both["own"], both["second"])
        classified = (both["segment"] != UNCLASSIFIED) & (both["second"] != 0)
        nearness = ibis.cases((classified, ratio))
        return both.select("customer_id", *kept, nearness=nearness, segment=both["segment"])

    def _by_neighbors(self, table: ir.Table, kept: Mapping[str, Any]) -> ir.Table:
        """Compare every customer with the sample, outside of the engine."""
        if table not in self._labelled:
            self._labelled.clear()
            self._labelled[table] = self._compared(table)
        found = self._labelled[table]
        joined = table.select("customer_id", **kept).join(found, "customer_id")
        return joined.select("customer_id", *kept, NEARNESS, "segment")

    def _compared(self, table: ir.Table) -> ir.Table:
        assert self.model is not None
        wanted = {f.name: table[f.name].cast(TYPES[f.kind]) for f in self.features}
        frame = table.select("customer_id", **wanted).to_pyarrow().to_pandas()
        values = frame[list(wanted)].astype(float).replace([np.inf, -np.inf], np.nan)
        known = values.notna().all(axis=1).to_numpy()
        ids = np.array([segment.id for segment in self.segments], dtype=object)
        segments = np.full(len(frame), UNCLASSIFIED, dtype=object)
        nearness = np.full(len(frame), np.nan)
        if known.any():
            costs = self.model.costs(points_of(values[known], self.features))
            segments[known] = ids[costs.argmin(axis=1)]
            least = np.sort(costs, axis=1)[:, :2]
            with np.errstate(divide="ignore", invalid="ignore"):
                nearness[known] = self.model.ratio(least[:, 0], least[:, -1])
        told = pd.DataFrame({"customer_id": frame["customer_id"], NEARNESS: nearness})
        return ibis.memtable(told.assign(segment=segments.astype(str)))

    def borders(self, table: ir.Table, columns: Mapping[str, str]) -> dict[str, Any]:
        """Flag customers to whom the second-best segment is nearly as near as their own.

        Ratio of the two distances above 0.9; where the model has probabilities, the second
        segment at least half as probable as the own one.
        """
        if self.model is None or len(self.segments) < 2:
            return {}
        nearness = table[NEARNESS]
        return {"clusters": (nearness > self.model.near) & (nearness <= 1)}

    def rules(self) -> pd.DataFrame:
        """List typical values of each segment."""
        rows = [(s.id, s.label(), rule_of(self.marks, self.features, s.id)) for s in self.segments]
        return pd.DataFrame(rows, columns=["segment", "name", "rule"])

    def to_sql(self, dialect: str, table: str) -> str:
        """Print the assignment as one SELECT; SQL Server needs version 2022 (``LEAST``).

        Raises
        ------
        SegkitError
            If the dialect is unknown, or the method compares customers with a sample.
        """
        if isinstance(self.model, Neighbors):
            raise SegkitError(
                f"to_sql: method must be one whose segments are formulas; got {self.method!r}, "
                "which compares each customer with the sample it was fitted to. explain_segments "
                "makes rules of it that print as SQL, kmeans prints its own."
            )
        columns = {"customer_id": "string", **{f.name: TYPES[f.kind] for f in self.features}}
        source = named_table(columns, table, function="to_sql")
        return print_sql(self.expression(source), dialect, function="to_sql")

    def to_json(self) -> str:
        """Write everything that assigning needs as JSON; read it with ``from_json``."""
        from segkit.segment.clusters.storage import write

        return write(self)

    @staticmethod
    def from_json(text: str) -> ClusterDefinition:
        """Read what ``to_json`` wrote.

        Raises
        ------
        DataError
            If the text is no stored clustering.
        """
        from segkit.segment.clusters.storage import read

        return read(text)

    def near_note(self, share: float) -> str:
        """Say what share of customers could as well belong elsewhere."""
        text = _("{share} of customers lie near the border of another cluster.")
        return text.format(share=format_percent(share))


def ordered_ids(n: int, noise: bool) -> Sequence[str]:
    """Number the segments; those who belong nowhere come last."""
    return [*(f"cluster_{i}" for i in range(1, n + 1)), *([UNUSUAL] if noise else [])]
