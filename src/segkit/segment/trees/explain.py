"""A shallow tree that says in words how customers come into the segments they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd

from segkit.checks import check_number, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError
from segkit.i18n import _, format_number, format_percent
from segkit.schemes.scheme import UNCLASSIFIED, Named
from segkit.schemes.score import in_both
from segkit.segment.result import Segmentation, assign_segments
from segkit.segment.trees.data import Prepared, prepare
from segkit.segment.trees.definition import TreeDefinition
from segkit.segment.trees.folds import leaf_size, stratified_folds
from segkit.segment.trees.grow import grow
from segkit.segment.trees.prune import main_class, merge_alike
from segkit.segment.trees.tree import NOWHERE, Tree
from segkit.uncertainty import Share, share_of_count

_WHO = "explain_segments"
_FOLDS = 5
_UNKNOWN_SHARE = Share(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, eq=False)
class TreeRules:
    """Rules that explain a segmentation; made by :func:`explain_segments`.

    Attributes
    ----------
    definition : TreeDefinition
        The rules, to be applied, printed as SQL or kept as JSON.
    fidelity : Share
        Share of customers whom rules made on others place as the segmentation does, with its
        95 % interval.
    largest : float
        What telling everybody the largest segment would reach.
    by_segment : pandas.DataFrame
        ============== ======= ====== =====================================================
        name           dtype   unit   meaning
        ============== ======= ====== =====================================================
        segment        str            id of the segment
        n_customers    int64   people in it by the segmentation
        n_placed       int64   people placed in it by the rules
        precision      float64 share  of those placed in it, how many are in it
        precision_low  float64 share  lower end of its 95 % interval
        precision_high float64 share  upper end
        recall         float64 share  of those in it, how many are placed in it
        recall_low     float64 share  lower end
        recall_high    float64 share  upper end
        ============== ======= ====== =====================================================
    """

    definition: TreeDefinition
    fidelity: Share
    largest: float
    by_segment: pd.DataFrame = field(repr=False)
    n_customers: int = 0

    @property
    def table(self) -> pd.DataFrame:
        """Rule in words and fidelity of each segment, in the current language."""
        rules = self.definition.rules()
        names = {segment.id: segment.label() for segment in self.definition.segments}
        table = self.by_segment.merge(rules[["segment", "rule"]], on="segment", how="left")
        table["rule"] = table["rule"].fillna(_("no rule of its own"))
        table.insert(1, "name", [names[segment] for segment in table["segment"]])
        return table

    @property
    def rules(self) -> pd.DataFrame:
        """Segment, name and rule in words, of the segments that have a rule."""
        return self.definition.rules()

    @property
    def missed(self) -> list[str]:
        """Ids of the segments with customers that no rule leads to."""
        found = set(self.definition.leaves.values())
        held = self.by_segment.loc[self.by_segment["n_customers"] > 0, "segment"]
        return [segment for segment in held if segment not in found]

    def assign(self, customers: Frame) -> Segmentation:
        """Put customers into segments by the rules alone."""
        return assign_segments(customers, self.definition, function="assign")

    def to_sql(self, dialect: str = "duckdb", table: str = "customers") -> str:
        """Print the rules as one SELECT statement."""
        return self.definition.to_sql(dialect, table)

    def summary(self) -> str:
        """Say how true the rules are to the segmentation, and what they are."""
        text = _(
            "The rules place {share} of customers as the segmentation does ({interval}); the "
            "largest segment alone would reach {largest}."
        )
        lines = [
            text.format(
                share=self.fidelity.text,
                interval=self.fidelity.interval_text,
                largest=format_percent(self.largest),
            )
        ]
        line = _("{name}: {rule}.")
        for row in self.rules.itertuples(index=False):
            lines.append(line.format(name=row.name, rule=row.rule))
        names = {segment.id: segment.label() for segment in self.definition.segments}
        text = _("No rule leads to {name}: a larger tree might.")
        return "\n".join([*lines, *(text.format(name=names[s]) for s in self.missed)])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"TreeRules: {len(self.definition.leaves)} rules, fidelity "
            f"{self.fidelity.value:.1%} over {self.n_customers:,} customers.\n"
            "Next: .table, .rules, .assign(customers), .to_sql('postgres'), .definition.to_json()"
        )

    def _repr_html_(self) -> str:
        """Show rules and fidelity; words of a client's table are escaped, never run."""
        heads = [_("Segment"), _("Rule"), _("Customers"), _("Precision"), _("Recall")]
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        rows = []
        for row in self.table.itertuples(index=False):
            cells = [row.name, row.rule, format_number(row.n_customers)]
            cells += [format_percent(row.precision), format_percent(row.recall)]
            rows.append("".join(f"<td>{escape(str(cell))}</td>" for cell in cells))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"


def explain_segments(
    segmentation: Segmentation,
    customers: Frame,
    *,
    features: Sequence[str] | None = None,
    max_depth: int = 3,
    random_state: int = 0,
) -> TreeRules:
    """Explain a segmentation by a few questions, and say how true they are to it.

    Use it where segments come from clusters or a model and nobody can say who is in them; and
    to put new customers into them where such segments cannot be computed.

    Parameters
    ----------
    segmentation : Segmentation
        Of any kind. Customers without a segment are left out.
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id`` and the features.
    features : sequence of str, optional
        Columns of numbers, flags or texts of at most 50 values; default: all of them.
    max_depth : int
        Most questions on the way to a rule, 1 to 8; beyond 3 nobody reads them.
    random_state : int
        Of the folds of the cross-validation; the order of rows does not matter.

    Returns
    -------
    TreeRules
        ``rules``, ``fidelity``, ``by_segment``; ``assign(new_customers)``.

    Raises
    ------
    DataError
        If columns are missing or unfit, or no customer of the segmentation is among
        ``customers``.
    ArgumentError
        If another argument is outside its rule.

    Notes
    -----
    A rule holds at least one customer in a hundred, and five. Missing values go the way that
    was better for those who lacked them; see :class:`segkit.segment.trees.TreeDefinition`.

    Examples
    --------
    >>> import segkit as sk
    >>> customers = sk.summarize_customers(sk.load_dataset("cdnow"), as_of="1998-06-30")
    >>> rules = explain_segments(sk.score_rfm(customers), customers, max_depth=4)
    >>> rules.fidelity.value > 0.95
    True
    """
    check_number(_WHO, "max_depth", max_depth, low=1, high=8, whole=True)
    check_number(_WHO, "random_state", random_state, low=0, whole=True)
    if not isinstance(segmentation, Segmentation):
        fail(_WHO, "segmentation", "a Segmentation", type(segmentation).__name__)
    table = as_ibis(customers, function=_WHO, argument="customers")
    named = tuple(_bare(segment) for segment in segmentation.definition.segments)
    prepared, codes = _joined(prepare(table, features, function=_WHO), segmentation)
    size = {"max_depth": int(max_depth), "min_leaf": leaf_size(len(codes))}
    classes = tuple(segment.id for segment in named)
    tree = _grow(prepared, codes, classes, size)
    placed = _cross_placed(prepared, codes, classes, size, random_state)
    fidelity = share_of_count(int((placed == codes).sum()), len(codes))
    label = segmentation.definition.label
    title = in_both(lambda: _("Rules for {title}").format(title=label()))
    leaves = {leaf: classes[main_class(tree, leaf)] for leaf in tree.leaves}
    definition = TreeDefinition(
        title, f"{segmentation.definition.name}_rules", tree, named, leaves, {}
    )
    largest = float(np.bincount(codes).max() / len(codes))
    return TreeRules(definition, fidelity, largest, _by_segment(codes, placed, classes), len(codes))


def _bare(segment: Named) -> Named:
    """Keep what a segment is called, without the rule that a scheme has for it."""
    return Named(**{name: getattr(segment, name) for name in Named.model_fields})


def _joined(prepared: Prepared, segmentation: Segmentation) -> tuple[Prepared, np.ndarray]:
    """Find the segment of each customer; those without one, or unknown to either, drop out."""
    table = as_ibis(segmentation.customers, function=_WHO, argument="segmentation")
    own = table.select("customer_id", "segment").to_pyarrow().to_pandas()
    segment = dict(zip(own["customer_id"], own["segment"], strict=True))
    found = prepared.frame["customer_id"].map(segment)
    is_placed = (found.notna() & (found != UNCLASSIFIED)).to_numpy()
    if not is_placed.any():
        rule = "the customers of the segmentation"
        remedy = "Pass the table that was segmented; ids must be of one type."
        fail(_WHO, "customers", rule, "none of them", remedy, error=DataError)
    order = {named.id: code for code, named in enumerate(segmentation.definition.segments)}
    rows = np.flatnonzero(is_placed)
    return prepared.take(rows), found.iloc[rows].map(order).to_numpy(dtype="int64")


def _grow(
    prepared: Prepared, codes: np.ndarray, classes: tuple[str, ...], size: Mapping[str, int]
) -> Tree:
    grown = grow(
        prepared.columns,
        codes,
        prepared.features,
        classes,
        max_depth=size["max_depth"],
        min_leaf=size["min_leaf"],
    )
    return merge_alike(grown)


def _cross_placed(
    prepared: Prepared,
    codes: np.ndarray,
    classes: tuple[str, ...],
    size: Mapping[str, int],
    random_state: int,
) -> np.ndarray:
    """Place each customer by rules that were made without him."""
    n_folds = max(2, min(_FOLDS, len(codes)))
    fold = stratified_folds(codes, n_folds, np.random.default_rng(random_state))
    placed = np.full(len(codes), NOWHERE)
    for k in range(n_folds):
        inside, outside = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        if not len(inside) or not len(outside):
            continue
        tree = _grow(prepared.take(inside), codes[inside], classes, size)
        leaves = tree.apply(prepared.take(outside).columns)
        placed[outside] = [NOWHERE if i == NOWHERE else main_class(tree, i) for i in leaves]
    return placed


def _by_segment(codes: np.ndarray, placed: np.ndarray, classes: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for code, segment in enumerate(classes):
        own, told = codes == code, placed == code
        right, n, n_told = int((own & told).sum()), int(own.sum()), int(told.sum())
        precision = share_of_count(right, n_told) if n_told else _UNKNOWN_SHARE
        recall = share_of_count(right, n) if n else _UNKNOWN_SHARE
        rows.append(
            {
                "segment": segment,
                "n_customers": n,
                "n_placed": n_told,
                "precision": precision.value,
                "precision_low": precision.low,
                "precision_high": precision.high,
                "recall": recall.value,
                "recall_low": recall.low,
                "recall_high": recall.high,
            }
        )
    return pd.DataFrame(rows)
