"""What the segments of a criterion are worth, and how much of the differences they explain."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import ibis.expr.types as ir
import pandas as pd

from segkit.collect.frames import as_ibis
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.describe import SegmentContrasts, describe_segments
from segkit.segment.result import Segmentation


def worth_of_segments(
    segmentations: Mapping[str, Segmentation], table: ir.Table
) -> Iterator[tuple[str, SegmentContrasts]]:
    """Compare mean revenue of segments with that of all who have a segment."""
    if "revenue" not in table.columns:
        return
    for name, found in segmentations.items():
        own = as_ibis(found.customers)
        known = own.filter(own.segment != UNCLASSIFIED).select("customer_id")
        revenue = table.select("customer_id", "revenue").semi_join(known, "customer_id")
        yield name, describe_segments(found, revenue, features=["revenue"])


def explained_variance(rows: pd.DataFrame) -> tuple[float, float]:
    """Give the variance of revenue between segments, less what chance gives, and the F test."""
    from scipy.stats import f

    n, k = float(rows["n"].sum()), len(rows)
    between = float((rows["n"] * rows["difference"].fillna(0) ** 2).sum() / n)
    if n <= k or k < 2 or between >= 1:
        return math.nan, math.nan
    ratio = (between / (k - 1)) / ((1 - between) / (n - k))
    return 1 - (1 - between) * (n - 1) / (n - k), float(f.sf(ratio, k - 1, n - k))
