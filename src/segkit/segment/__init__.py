"""Segments: which customer belongs to which group, and what each group is worth.

A *segmentation* is the result of every way of grouping customers. It holds the *customers*
with their *scores* and *segment*, a *profile* with one row per segment, the *cut-offs* that
part the scores, the *rules* in words, the *quality* of the grouping, and prints itself as SQL.
"""

from __future__ import annotations

from segkit.segment.migration import Migration, segment_migration
from segkit.segment.presets import PresetComparison, compare_presets
from segkit.segment.result import Segmentation
from segkit.segment.rfm import score_rfm
from segkit.segment.rules import apply_scheme

__all__ = [
    "Migration",
    "PresetComparison",
    "Segmentation",
    "apply_scheme",
    "compare_presets",
    "score_rfm",
    "segment_migration",
]
