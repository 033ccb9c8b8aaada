"""Whether the segments would come out again: other customers, slightly other cut-offs."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_number, fail
from segkit.collect.frames import Frame, as_ibis, fetch
from segkit.i18n import _, format_list, format_number
from segkit.schemes.cutoffs import compute_cutoffs
from segkit.segment.by_scheme import SchemeDefinition, scheme_definition
from segkit.segment.clusters.again import fit_again
from segkit.segment.clusters.result import Clustering
from segkit.segment.clusters.sample import fetch_at_most
from segkit.segment.compare import adjusted_rand, classified
from segkit.segment.definition import Definition
from segkit.segment.nesting import ORDER, Nested, compute_nested
from segkit.segment.result import Segmentation
from segkit.segment.rfm_definition import RfmDefinition

_WHO = "segment_stability"
#: Hennig (2007): above it a segment is stable; below the second it is not to be trusted.
STABLE, DOUBTFUL = 0.75, 0.60

Refit = Callable[[pd.DataFrame], Definition]


@dataclass(frozen=True, eq=False)
class Stability:
    """How far segments come out again; made by :func:`segment_stability`.

    Attributes
    ----------
    table : pandas.DataFrame
        ============ ======= ====== ======================================================
        name         dtype   unit   meaning
        ============ ======= ====== ======================================================
        segment      str            id of the segment
        name         str            name when it was computed
        n_customers  int64   people customers of the segment among those resampled
        jaccard      float64 share  mean overlap with the same segment of the resamples
        jaccard_low  float64 share  what 5 % of the resamples fall below
        verdict      str            ``"stable"``, ``"doubtful"``, ``"unstable"``, ``"empty"``
        ============ ======= ====== ======================================================
    adjusted_rand : float
        Mean agreement of resamples with the segmentation, beyond chance.
    n_resamples, n_customers : int
        Resamples, and customers in each.
    """

    table: pd.DataFrame
    adjusted_rand: float
    n_resamples: int
    n_customers: int

    @property
    def unstable(self) -> list[str]:
        """Ids of the segments that are not to be trusted."""
        return list(self.table.loc[self.table["verdict"] == "unstable", "segment"])

    def summary(self) -> str:
        """Say how stable the segments are, and which are not."""
        text = _(
            "In {n} resamples of {people} customers the segments came out with an agreement of "
            "{value} (adjusted Rand index; 1 is the same each time)."
        )
        lines = [
            text.format(
                n=format_number(self.n_resamples),
                people=format_number(self.n_customers),
                value=format_number(self.adjusted_rand, 2),
            )
        ]
        names = dict(zip(self.table["segment"], self.table["name"], strict=True))
        if self.unstable:
            text = _("Not to be relied on, because other customers would give others: {names}.")
            lines.append(text.format(names=format_list(names[s] for s in self.unstable)))
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Stability over {self.n_resamples} resamples: adjusted Rand {self.adjusted_rand:.3f}, "
            f"{len(self.unstable)} unstable segments. Next: .table, .summary()"
        )

    def _repr_html_(self) -> str:
        """Show the summary; names may be a client's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def segment_stability(
    segmentation: Segmentation,
    customers: Frame,
    *,
    refit: Refit | None = None,
    n_resamples: int = 20,
    sample: int = 20_000,
    random_state: int = 0,
) -> Stability:
    """Resample the customers, segment each resample anew, and see which segments come back.

    Use it before a strategy is hung on a segment: one that other customers of the same
    business would not have shown is chance. Each resample is drawn with replacement; what it
    teaches is applied to the customers themselves and compared with their segments.

    Parameters
    ----------
    segmentation : Segmentation
    customers : pandas, polars, pyarrow or Ibis table
        The customers that were segmented.
    refit : function, optional
        Frame of customers to the definition of their segments, as it was made; default for a
        scheme: cut-offs from the resample, unless they were given, and for clusters: as many
        of the same method. Ids are free, so clusters are matched by their largest overlap.
    n_resamples : int
        2 or more.
    sample : int
        Customers to resample at most; a smaller sample moves cut-offs more, so that stability
        is understated, never overstated.
    random_state : int

    Returns
    -------
    Stability

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data
    Analysis 52: the bootstrap, Jaccard's overlap and its limits 0.6 and 0.75.

    Examples
    --------
    >>> import segkit as sk
    >>> customers = sk.summarize_customers(sk.load_dataset("cdnow_sample"), as_of="1998-06-30")
    >>> found = segment_stability(sk.score_rfm(customers), customers, n_resamples=5)
    >>> found.unstable
    []
    """
    check_number(_WHO, "n_resamples", n_resamples, low=2)
    check_number(_WHO, "sample", sample, low=10)
    refit = refit or _again(segmentation)
    table = as_ibis(customers, function=_WHO, argument="customers")
    frame = _sample(segmentation, table, sample, random_state)
    own = _segments(segmentation.definition, frame)
    draw = np.random.default_rng(random_state)
    overlaps, agreements = [], []
    for _turn in range(n_resamples):
        rows = draw.integers(0, len(frame), len(frame))
        drawn = frame.iloc[rows].assign(customer_id=range(len(frame)))
        again = _segments(refit(drawn), frame)
        counts = _cross(own, again)
        overlaps.append(_jaccard(counts))
        agreements.append(adjusted_rand(classified(counts, "own", "again"), "own", "again"))
    table = _table(segmentation, own, pd.DataFrame(overlaps))
    known = [value for value in agreements if not math.isnan(value)]
    # Where everybody always has one segment, chance alone agrees as well.
    agreement = math.fsum(known) / len(known) if known else math.nan
    return Stability(table, agreement, n_resamples, len(frame))


def _again(segmentation: Segmentation) -> Refit:
    if isinstance(segmentation, Clustering):
        return functools.partial(fit_again, segmentation)
    if not isinstance(segmentation.definition, SchemeDefinition):
        rule = "given for segments that come from no scheme"
        remedy = "Pass refit=lambda frame: … as the segments were made."
        fail(_WHO, "refit", rule, None, remedy)
    definition = segmentation.definition

    def refit(frame: pd.DataFrame) -> Definition:
        if definition.given:
            return definition
        table = ibis.memtable(frame)
        if isinstance(definition, RfmDefinition) and definition.nested is not None:
            nested = compute_nested(definition.scheme, table, function=_WHO)
            return replace(definition, edges=nested.elsewhere, nested=nested)
        edges = compute_cutoffs(definition.scheme, table, function=_WHO)
        return replace(definition, edges=edges)

    return refit


def _sample(segmentation: Segmentation, table: ir.Table, most: int, seed: int) -> pd.DataFrame:
    """Take customers by id and seed: neither the order of rows nor the engine decides."""
    wanted = table.select("customer_id", *segmentation.definition.inputs)
    n = int(wanted.count().to_pyarrow().as_py())
    frame = fetch_at_most(wanted, most, seed, too_many=n > most)
    key = frame["customer_id"].astype(str)
    return frame.iloc[key.argsort(kind="stable")].reset_index(drop=True)


def _segments(definition: Definition, frame: pd.DataFrame) -> pd.Series:
    found = definition.expression(ibis.memtable(frame)).select("customer_id", "segment")
    return found.to_pandas().set_index("customer_id")["segment"]


def _cross(own: pd.Series, again: pd.Series) -> pd.DataFrame:
    both = pd.DataFrame({"own": own, "again": again.reindex(own.index)})
    return both.groupby(["own", "again"]).size().rename("n_customers").reset_index()


def _jaccard(counts: pd.DataFrame) -> Mapping[str, float]:
    """Give each segment's overlap with the segment of the resample that is most like it."""
    own = counts.groupby("own")["n_customers"].transform("sum")
    again = counts.groupby("again")["n_customers"].transform("sum")
    shared = counts["n_customers"]
    overlap = (shared / (own + again - shared)).groupby(counts["own"]).max()
    return {str(segment): float(value) for segment, value in overlap.items()}


def _table(segmentation: Segmentation, own: pd.Series, overlaps: pd.DataFrame) -> pd.DataFrame:
    sizes = own.value_counts()
    rows = []
    for segment in segmentation.definition.segments:
        n = int(sizes.get(segment.id, 0))
        found = overlaps[segment.id] if segment.id in overlaps else pd.Series(dtype="float64")
        mean = float(found.mean()) if n else math.nan
        low = float(found.quantile(0.05)) if n else math.nan
        rows.append((segment.id, segment.label(), n, mean, low, _verdict(mean)))
    columns = ["segment", "name", "n_customers", "jaccard", "jaccard_low", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _verdict(jaccard: float) -> str:
    if math.isnan(jaccard):
        return "empty"
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "unstable"


def cutoff_sensitivity(
    segmentation: Segmentation, customers: Frame, *, shift: float = 0.05
) -> pd.DataFrame:
    """Move each cut-off of a scheme a little, one by one, and count who changes segment.

    Use it to see which cut-off a result hangs on; counted in the engine. Between whole numbers
    a cut-off lies half-way, so that a small move changes nobody without a reason. Of nested
    cut-offs those of all cells are moved together by the same part; the table names the one
    that all customers would have.

    Parameters
    ----------
    segmentation : Segmentation
        Made by a scheme.
    customers : pandas, polars, pyarrow or Ibis table
        The customers that were segmented.
    shift : float
        Part of the cut-off's value to move it by, upwards and downwards, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        ========= ======= ============ =================================================
        name      dtype   unit         meaning
        ========= ======= ============ =================================================
        score     str                  score whose cut-off is moved
        cutoff    float64 of the input where it is
        moved_to  float64 of the input where it is put
        share     float64 share        customers whose segment changes
        ========= ======= ============ =================================================

    Examples
    --------
    >>> import segkit as sk
    >>> customers = sk.summarize_customers(sk.load_dataset("cdnow_sample"), as_of="1998-06-30")
    >>> moved = cutoff_sensitivity(sk.score_rfm(customers), customers)
    >>> moved[["score", "cutoff"]].drop_duplicates().values.tolist()[1]
    ['F', 2.0]
    """
    who = "cutoff_sensitivity"
    check_number(who, "shift", shift, low=0, high=1, low_open=True)
    definition = scheme_definition(segmentation)
    table = as_ibis(customers, function=who, argument="customers")
    # Inputs are carried under names that no scheme can use, then named back.
    kept = {f"0_{i}": name for i, name in enumerate(definition.inputs)}
    scored = definition.expression(definition.check(table, who), kept)
    back = {old: scored[new] for new, old in kept.items()}
    before = scored.select("customer_id", **{"0_before": scored.segment}, **back)
    rows = []
    for name, edges in definition.edges.items():
        for i, edge in enumerate(edges):
            for width in (-shift, shift) if math.isfinite(edge) and edge else ():
                start = definition.border(name, edge)
                moved = _moved(edges, i, start + width * abs(edge))
                other = _with_moved(definition, name, i, width, moved)
                after = other.expression(before, {"0_before": "0_before"})
                changed = ibis.cases((after["0_before"] != after.segment, 1.0), else_=0.0)
                share = fetch(after.aggregate(share=changed.mean()), who)[0]["share"]
                rows.append((name, edge, moved[i], math.nan if share is None else share))
    return pd.DataFrame(rows, columns=["score", "cutoff", "moved_to", "share"])


def _with_moved(
    definition: SchemeDefinition, name: str, i: int, width: float, moved: tuple[float, ...]
) -> SchemeDefinition:
    """Give the definition with the ``i``-th cut-off of a score moved, in each of its cells."""
    edges = {**definition.edges, name: moved}
    if not isinstance(definition, RfmDefinition) or definition.nested is None or name not in ORDER:
        return replace(definition, edges=edges)
    nested = definition.nested
    cells = {
        cell: _moved(own, i, definition.border(name, own[i]) + width * abs(own[i]))
        if math.isfinite(own[i])
        else own
        for cell, own in nested.cells[name].items()
    }
    moved_cells = Nested({**nested.cells, name: cells}, edges, nested.sizes)
    return replace(definition, edges=edges, nested=moved_cells)


def _moved(edges: Sequence[float], i: int, value: float) -> tuple[float, ...]:
    """Move one edge, but not past its neighbours: levels keep their order."""
    others = [*edges[max(i - 1, 0) : i], *edges[i + 1 : i + 2]]
    low = max((edge for edge in others if edge < edges[i]), default=-math.inf)
    high = min((edge for edge in others if edge > edges[i]), default=math.inf)
    return (*edges[:i], min(max(value, low), high), *edges[i + 1 :])
