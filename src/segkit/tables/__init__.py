"""Results as tables: ``*_table(result)`` gives a :class:`Table`, which the report renders.

A table is data and words: a frame, columns with a label, a kind and decimals, and a title.
``segment_profile_table(rfm)``, ``pyramid_table(pyramid)``, ``holdout_table(check)`` …
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.tables.attitude_segments import (
        attitude_profile_table,
        blocks_table,
        dissatisfied_table,
        first_need_groups_table,
        first_needs_table,
        mean_differences_table,
        need_ranks_table,
        orientation_table,
    )
    from segkit.tables.attitudes import (
        items_table,
        loadings_table,
        need_table,
        reliability_table,
        typing_table,
    )
    from segkit.tables.audit import (
        carrying_overview_table,
        carrying_table,
        data_quality_table,
        personal_table,
    )
    from segkit.tables.base import Column, Table
    from segkit.tables.block_check import block_pairs_table, factor_numbers_table
    from segkit.tables.cleaning import cleaning_table
    from segkit.tables.clusters import (
        cluster_centers_table,
        cluster_evidence_table,
        transforms_table,
    )
    from segkit.tables.clv import clv_parameters_table, holdout_table
    from segkit.tables.collection import (
        faults_table,
        kept_tables_table,
        mapping_table,
        reading_table,
    )
    from segkit.tables.criteria import borders_table, criteria_groups_table, criteria_table
    from segkit.tables.scheme_segments import scheme_segments_table
    from segkit.tables.segmentations import (
        comparison_table,
        groups_table,
        preset_agreement_table,
        schemes_overview_table,
        segment_contrasts_table,
        sensitivity_table,
        stability_table,
    )
    from segkit.tables.segments import (
        cutoffs_table,
        segment_actions_table,
        segment_profile_table,
        segment_rules_table,
        value_by_segment_table,
    )
    from segkit.tables.trees import (
        tree_metrics_table,
        tree_rules_table,
    )
    from segkit.tables.value import pyramid_table, top_customers_table

# Loaded on first use: a run's own process reads a table's kind, and needs no model for it.
_HOMES = {
    "attitude_segments": [
        "attitude_profile_table",
        "blocks_table",
        "dissatisfied_table",
        "first_need_groups_table",
        "first_needs_table",
        "mean_differences_table",
        "need_ranks_table",
        "orientation_table",
    ],
    "audit": ["carrying_overview_table", "carrying_table", "data_quality_table", "personal_table"],
    "block_check": ["block_pairs_table", "factor_numbers_table"],
    "base": ["Column", "Table"],
    "cleaning": ["cleaning_table"],
    "clv": ["clv_parameters_table", "holdout_table"],
    "collection": ["faults_table", "kept_tables_table", "mapping_table", "reading_table"],
    "segments": [
        "cutoffs_table",
        "segment_actions_table",
        "segment_profile_table",
        "segment_rules_table",
        "value_by_segment_table",
    ],
    "attitudes": [
        "items_table",
        "loadings_table",
        "need_table",
        "reliability_table",
        "typing_table",
    ],
    "criteria": ["borders_table", "criteria_groups_table", "criteria_table"],
    "clusters": ["cluster_centers_table", "cluster_evidence_table", "transforms_table"],
    "scheme_segments": ["scheme_segments_table"],
    "segmentations": [
        "comparison_table",
        "groups_table",
        "preset_agreement_table",
        "schemes_overview_table",
        "segment_contrasts_table",
        "sensitivity_table",
        "stability_table",
    ],
    "trees": ["tree_metrics_table", "tree_rules_table"],
    "value": ["pyramid_table", "top_customers_table"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "Column",
    "Table",
    "attitude_profile_table",
    "block_pairs_table",
    "blocks_table",
    "borders_table",
    "carrying_overview_table",
    "carrying_table",
    "cleaning_table",
    "cluster_centers_table",
    "cluster_evidence_table",
    "clv_parameters_table",
    "comparison_table",
    "criteria_groups_table",
    "criteria_table",
    "cutoffs_table",
    "data_quality_table",
    "dissatisfied_table",
    "factor_numbers_table",
    "faults_table",
    "first_need_groups_table",
    "first_needs_table",
    "groups_table",
    "holdout_table",
    "items_table",
    "kept_tables_table",
    "loadings_table",
    "mapping_table",
    "mean_differences_table",
    "need_ranks_table",
    "need_table",
    "orientation_table",
    "personal_table",
    "preset_agreement_table",
    "pyramid_table",
    "reading_table",
    "reliability_table",
    "scheme_segments_table",
    "schemes_overview_table",
    "segment_actions_table",
    "segment_contrasts_table",
    "segment_profile_table",
    "segment_rules_table",
    "sensitivity_table",
    "stability_table",
    "top_customers_table",
    "transforms_table",
    "tree_metrics_table",
    "tree_rules_table",
    "typing_table",
    "value_by_segment_table",
]
