"""Rules for the natural groups where there are any, else for the segments of the scheme."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.collect.frames import Frame
from segkit.segment.clusters.result import Clustering
from segkit.segment.result import Segmentation
from segkit.segment.trees.explain import TreeRules, explain_segments


def explain_clusters(
    clustering: Clustering,
    segmentation: Segmentation,
    customers: Frame,
    *,
    features: Sequence[str] | None = None,
    max_depth: int = 3,
) -> TreeRules:
    """Explain clusters by a few questions; where there are none, the segments of a scheme.

    Use it after a search for clusters: its answer may be that there are none, and a scheme's
    rule of many scores is then worth the same few questions.

    Parameters
    ----------
    clustering : Clustering
        From :func:`segkit.cluster_customers`.
    segmentation : Segmentation
        What is explained where the clustering has one segment only, by the inputs of its
        scheme.
    customers : pandas, polars, pyarrow or Ibis table
        The customers of both.
    features : sequence of str, optional
        Columns that the questions may be about; default: those the clusters were made from.
    max_depth : int
        Most questions on the way to a rule, 1 to 8.

    Returns
    -------
    TreeRules

    Examples
    --------
    >>> import segkit as sk
    >>> customers = sk.summarize_customers(sk.load_dataset("cdnow_sample"), as_of="1998-06-30")
    >>> clusters = sk.cluster_customers(customers, features=["n_days", "recency_days"], k=1)
    >>> explain_clusters(clusters, sk.score_rfm(customers), customers).definition.name
    'rfm_cn8_rules'
    """
    found = clustering.segmentation
    if len(found.definition.segments) > 1:
        asked = list(features or found.definition.inputs)
        return explain_segments(found, customers, features=asked, max_depth=max_depth)
    asked = list(segmentation.definition.inputs)
    return explain_segments(segmentation, customers, features=asked, max_depth=max_depth)
