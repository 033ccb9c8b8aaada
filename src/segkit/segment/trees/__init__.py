"""Decision trees: rules that explain a segmentation, predict an outcome, find the silent.

A tree is kept as its own splits (:class:`Tree`), readable as words, JSON and SQL; scikit-learn
only grows it, and is loaded when that is asked for.
"""

from __future__ import annotations

from segkit.segment.trees.definition import TreeDefinition
from segkit.segment.trees.explain import TreeRules, explain_segments
from segkit.segment.trees.latent import LatentDissatisfaction, find_latent
from segkit.segment.trees.model import TreeModel
from segkit.segment.trees.next_purchase import predict_next_purchase
from segkit.segment.trees.outlook import NextPurchase
from segkit.segment.trees.predict import fit_tree
from segkit.segment.trees.tree import Tree

__all__ = [
    "LatentDissatisfaction",
    "NextPurchase",
    "Tree",
    "TreeDefinition",
    "TreeModel",
    "TreeRules",
    "explain_segments",
    "find_latent",
    "fit_tree",
    "predict_next_purchase",
]
