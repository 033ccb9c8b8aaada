"""Search for clusters among customers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from segkit.checks import check_choice, check_number, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError
from segkit.segment.clusters.choice import Choice, choose, given
from segkit.segment.clusters.definition import TITLES, ClusterDefinition, ordered_ids
from segkit.segment.clusters.evidence import EVIDENCE_COLUMNS, N_POINTS, weigh
from segkit.segment.clusters.features import (
    CATEGORICAL,
    MIXED,
    Feature,
    check_categories,
    points_of,
    read_features,
)
from segkit.segment.clusters.fit import Fit, fit
from segkit.segment.clusters.marks import find_marks, name_segments
from segkit.segment.clusters.points import Points
from segkit.segment.clusters.result import Clustering
from segkit.segment.clusters.sample import draw_sample
from segkit.segment.clusters.transforms import TRANSFORMS, choose_transform, read_ways
from segkit.segment.result import assign_segments

_WHO = "cluster_customers"
Method = Literal[
    "kmeans", "gaussian_mixture", "hierarchical", "hdbscan", "k_prototypes", "latent_classes"
]
#: Fewer customers with all features show no clusters, whatever a method makes of them.
MIN_CUSTOMERS = 20
#: These compare customers in pairs, so that time or memory grows with the square.
MOST = {"hierarchical": 3_000, "hdbscan": 10_000}
_TWINS = 0.999


def cluster_customers(
    customers: Frame,
    *,
    features: Sequence[str] | Mapping[str, Any] | None = None,
    method: Method = "kmeans",
    k: int | Literal["auto"] = "auto",
    transform: str | Mapping[str, str] = "auto",
    random_state: int = 0,
    max_k: int = 10,
    min_share: float = 0.03,
    sample: int = 20_000,
) -> Clustering:
    """Look for groups of customers that are alike, and say whether there are any.

    Use it when no scheme is known beforehand. The method is fitted to a sample and applied to
    all; the number of segments is chosen from evidence, and data without structure give one
    segment and the sentence that there are no clusters.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id`` and the features. Not changed.
    features : list of str, or mapping, optional
        Columns to compare customers by; a mapping gives each a name for readers, a text or
        ``{"en": …, "zh": …}``. Default: all columns that the method takes, but for names,
        phones, households and earlier segments.
    method : str
        ``"kmeans"`` round groups of numbers; ``"gaussian_mixture"`` stretched and overlapping
        ones; ``"hierarchical"`` (Ward) and ``"hdbscan"`` (dense regions of any shape, the rest
        is "unusual") without SQL; ``"k_prototypes"`` numbers and categories;
        ``"latent_classes"`` categories alone.
    k : int or "auto"
        Number of segments; ``"hdbscan"`` finds its own.
    transform : str or mapping
        ``"auto"`` (by skewness, see :mod:`segkit.segment.clusters.transforms`), ``"log"``,
        ``"yeo_johnson"``, ``"scale"`` or ``"none"``, for all features or by feature.
    random_state : int
        At least 0; the same one gives the same segments, whatever the order of rows.
    max_k : int
        Most segments to try, 2 to 20.
    min_share : float
        Least useful segment as a share of customers, above 0, at most 0.5.
    sample : int
        Customers to fit to, at least 100, chosen by a hash of their id. At most 3,000 are
        taken by ``"hierarchical"``, 10,000 by ``"hdbscan"``.

    Returns
    -------
    Clustering
        A :class:`segkit.Segmentation` with ``choice`` in words, ``centers``, ``transforms``,
        ``quality`` and ``evidence``:

        ==================== ======= ======= ==============================================
        name                 dtype   unit    meaning
        ==================== ======= ======= ==============================================
        k                    int64           segments tried
        silhouette           float64 -1 to 1 how far segments lie apart
        silhouette_normal,   float64 -1 to 1 the same of data without structure: one normal
        _box, _columns                       cloud, an even box, shuffled columns
        reference_error      float64         standard error of these
        gap, gap_error       float64 log     Tibshirani's gap over the box, its error
        stability_rand       float64 to 1    adjusted Rand index between resamples
        stability_jaccard    float64 0 to 1  mean Jaccard of the least stable segment
        smallest_share       float64 share   customers in the smallest segment
        bic, bic_of_one      float64         where a likelihood exists; lower is better
        n_found              int64           segments that came out
        ==================== ======= ======= ==============================================

    Raises
    ------
    ArgumentError
        If an argument is outside its range.
    DataError
        If columns are missing, of the wrong type, or never known together.

    References
    ----------
    Rousseeuw (1987), Silhouettes; Tibshirani, Walther and Hastie (2001), Estimating the number
    of clusters via the gap statistic; Hennig (2007), Cluster-wise assessment of stability.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({
    ...     "customer_id": range(60), "visits": [1, 2, 3] * 12 + [21, 22, 23] * 8})
    >>> found = cluster_customers(customers, features=["visits"], k=2)
    >>> found.profile[["name", "n_customers"]]
              name  n_customers
    0   Low visits           36
    1  High visits           24
    """
    seed = _check_arguments(method, k, transform, random_state, max_k, min_share, sample)
    table = as_ibis(customers, function=_WHO, argument="customers")
    columns = read_features(table, features, method, _WHO)
    kinds = {name: kind for name, (kind, _label) in columns.items()}
    frame, n = draw_sample(table, kinds, min(sample, MOST.get(method, sample)), seed, _WHO)
    chosen, dropped = _made_features(frame, columns, method, transform)
    points = points_of(frame, chosen)
    # Threads of several libraries wait for each other; the sample is small enough for one.
    with threadpool_limits(limits=1):
        evidence, choice, rows = _searched(method, points, k, n, seed, (max_k, min_share))
        found = fit_chosen(method, points, choice, seed, min_share)
    definition = define(method, chosen, points, found)
    assigned = assign_segments(customers, definition, function=_WHO)
    return Clustering(
        assigned.customers,
        definition,
        assigned._measures,
        evidence=evidence,
        chosen=choice,
        n_sample=len(frame),
        n_evidence=rows,
        dropped=dropped,
        twins=_find_twins(points, chosen),
    )


def _check_arguments(
    method: str, k: Any, transform: Any, random_state: Any, max_k: Any, min_share: Any, sample: Any
) -> int:
    check_choice(_WHO, "method", method, list(TITLES))
    if k != "auto":
        check_number(_WHO, "k", k, low=1, high=50, whole=True)
        if method == "hdbscan":
            remedy = "Raise min_share for fewer, larger segments."
            fail(_WHO, "k", '"auto" with method hdbscan', k, remedy)
    ways = list(transform.values()) if isinstance(transform, Mapping) else [transform]
    for way in ways:
        check_choice(_WHO, "transform", way, TRANSFORMS)
    check_number(_WHO, "max_k", max_k, low=2, high=20, whole=True)
    check_number(_WHO, "min_share", min_share, low=0, high=0.5, low_open=True)
    check_number(_WHO, "sample", sample, low=100, whole=True)
    return int(check_number(_WHO, "random_state", random_state, low=0, high=2**31, whole=True))


def _made_features(
    frame: pd.DataFrame, columns: Mapping[str, Any], method: str, transform: Any
) -> tuple[tuple[Feature, ...], tuple[str, ...]]:
    """Learn transforms and categories; features that are the same for all are left out."""
    varied = [name for name in columns if frame[name].nunique() > 1]
    dropped = tuple(name for name in columns if name not in varied) if varied else ()
    ways = read_ways(transform, list(columns))
    unknown = [name for name in ways if name not in columns]
    if isinstance(transform, Mapping):
        unknown = [name for name in transform if name not in columns]
    if unknown:
        fail(_WHO, "transform", "a mapping of features", unknown, "Name only features.")
    made = []
    for name in varied or columns:
        kind, label = columns[name]
        if method in CATEGORICAL or (method in MIXED and kind in ("text", "flag")):
            made.append(Feature(name, label, kind, None, check_categories(frame[name], _WHO)))
        else:
            values = frame[name].to_numpy(dtype=float)
            known = choose_transform(name, values, ways[name], kind == "flag")
            made.append(Feature(name, label, kind, known))
    return tuple(made), dropped


def _searched(
    method: str, points: Points, k: Any, n: int, seed: int, limits: tuple[int, float]
) -> tuple[pd.DataFrame, Choice, int]:
    """Weigh the numbers of segments, and choose: evidence, choice, customers it rests on."""
    max_k, min_share = limits
    different = points.n_different()
    empty = pd.DataFrame(columns=list(EVIDENCE_COLUMNS))
    if k != "auto" and k > different:
        remedy = "Ask for fewer segments."
        rule = f"at most {different}, the number of customers that differ"
        fail(_WHO, "k", rule, k, remedy, error=DataError)
    if k == "auto" and different < 2 <= n:
        return empty, Choice(1, "same", {"n": n}), 0
    if k == "auto" and n < MIN_CUSTOMERS:
        return empty, Choice(1, "few", {"n": n}), 0
    if k != "auto" and (k == 1 or n < MIN_CUSTOMERS):
        return empty, Choice(k, "given", {}), 0
    rng = np.random.default_rng(seed)
    some = np.sort(rng.permutation(len(points))[:N_POINTS])
    weighed = points.take(some)
    ks = [k] if k != "auto" else list(range(2, min(max_k, weighed.n_different()) + 1))
    if method == "hdbscan":
        ks = [_least_size(len(weighed), min_share)]
    if not ks:
        return empty, Choice(1, "few", {"n": n}), 0
    evidence = weigh(method, weighed, ks, seed)
    if method == "hdbscan":
        evidence["k"] = evidence["n_found"]
        if evidence["n_found"].iloc[0] < 2:
            return evidence, Choice(1, "no_density", {"n": len(some)}), len(some)
    if k != "auto":
        return evidence, given(evidence, method, min_share), len(some)
    return evidence, choose(evidence, method, min_share), len(some)


def _least_size(n: int, min_share: float) -> int:
    return max(5, math.ceil(n * min_share))


def fit_chosen(
    method: str, points: Points, choice: Choice, seed: int, min_share: float
) -> Fit | None:
    """Fit the chosen number to the whole sample, segments ordered by size; none for one."""
    if choice.k < 2:
        return None
    k = _least_size(len(points), min_share) if method == "hdbscan" else choice.k
    found = fit(method, points, k, seed)
    if found.n_segments < 2:
        return None
    sizes = np.bincount(found.labels, minlength=found.model.n_segments).astype(float)
    if found.noise >= 0:
        sizes[found.noise] = -1
    order = np.argsort(-sizes, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    noise = int(place[found.noise]) if found.noise >= 0 else -1
    model = found.model.reordered(order.tolist())
    return replace(found, model=model, labels=place[found.labels], noise=noise)


def define(
    method: str, features: tuple[Feature, ...], points: Points, found: Fit | None
) -> ClusterDefinition:
    """Name the segments of a fit and say what is typical of each; without one, one segment."""
    if found is None:
        segments = name_segments((), features, ["all"])
        labels = np.zeros(len(points), dtype=np.int64)
        marks = find_marks(points, labels, features, ["all"])
        return ClusterDefinition(method, features, None, segments, marks)
    ids = ordered_ids(found.n_segments, found.noise >= 0)
    marks = find_marks(points, found.labels, features, ids)
    segments = name_segments(marks, features, ids)
    return ClusterDefinition(method, features, found.model, segments, marks)


def _find_twins(points: Points, features: Sequence[Feature]) -> tuple[tuple[str, str], ...]:
    names = [feature.name for feature in features if not feature.is_category]
    if len(points) < 3:
        return ()
    pairs = itertools.combinations(range(len(names)), 2)
    return tuple(
        (names[i], names[j])
        for i, j in pairs
        if abs(_correlation(points.numbers[:, i], points.numbers[:, j])) > _TWINS
    )


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.corrcoef(x, y)[0, 1]) if np.ptp(x) and np.ptp(y) else 0.0
