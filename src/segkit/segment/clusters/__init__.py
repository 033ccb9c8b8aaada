"""Clusters: groups of customers that are alike, found by a method instead of a rule.

A *method* is fitted to a sample of customers, whose *features* are first *transformed* into
comparable numbers. *Evidence* weighs each number of segments against data without structure;
the *choice* says in words how many there are, or that there are none. The *definition* that
comes out assigns any customer, in Python or as SQL, and is stored as JSON.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.segment.clusters.definition import ClusterDefinition
    from segkit.segment.clusters.result import Clustering
    from segkit.segment.clusters.search import cluster_customers

# Loaded on first use: scikit-learn takes a second, and few runs look for clusters.
_HOMES = {
    "definition": ["ClusterDefinition"],
    "result": ["Clustering"],
    "search": ["cluster_customers"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = ["ClusterDefinition", "Clustering", "cluster_customers"]
