"""Fit clusters once more to other customers, as their stability asks for."""

from __future__ import annotations

import functools
import operator

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from segkit.schemes.cutoffs import HUGE
from segkit.segment.clusters.choice import Choice
from segkit.segment.clusters.definition import ClusterDefinition
from segkit.segment.clusters.features import points_of
from segkit.segment.clusters.result import Clustering
from segkit.segment.clusters.search import MOST, define, fit_chosen

#: Where the search kept none: the default of ``cluster_customers``.
_MIN_SHARE = 0.03


def fit_again(clustering: Clustering, frame: pd.DataFrame) -> ClusterDefinition:
    """Fit the same number of clusters of the same method, by the same features.

    How a feature becomes a number stays as it was; middles, shapes and shares are fitted anew.
    Whoever lacks a feature is left out, as at first. One segment stays one. Rows of ``frame``
    that are one customer drawn several times share their index.
    """
    old = clustering.definition
    if old.model is None:
        return old
    usable = [frame[f.name].notna() for f in old.features]
    usable += [
        frame[f.name].astype("float64").abs() < HUGE for f in old.features if f.kind == "number"
    ]
    known = frame[functools.reduce(operator.and_, usable)]
    if old.method == "hdbscan":
        # Twins of a resample drawn with replacement would look dense.
        known = known[~known.index.duplicated()]
    known = known.head(MOST.get(old.method, len(known)))
    points = points_of(known, old.features)
    share = clustering.chosen.figures.get("min_share", _MIN_SHARE)
    choice = Choice(clustering.chosen.k, "given", {})
    with threadpool_limits(limits=1), np.errstate(all="ignore"):
        found = fit_chosen(old.method, points, choice, 0, float(share))
    return define(old.method, old.features, points, found)
