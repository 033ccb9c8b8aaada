"""Results as tables: ``*_table(result)`` gives a :class:`Table`, which the report renders.

A table is data and words: a frame, columns with a label, a kind and decimals, and a title.
``segment_profile_table(rfm)``, ``pyramid_table(pyramid)``, ``holdout_table(check)`` …
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.tables.audit import carrying_table, data_quality_table, personal_table
    from segkit.tables.base import Column, Table
    from segkit.tables.cleaning import cleaning_table
    from segkit.tables.clv import clv_parameters_table, holdout_table
    from segkit.tables.collection import (
        faults_table,
        kept_tables_table,
        mapping_table,
        reading_table,
    )
    from segkit.tables.segments import (
        cutoffs_table,
        segment_actions_table,
        segment_profile_table,
        segment_rules_table,
        value_by_segment_table,
    )
    from segkit.tables.value import pyramid_table, top_customers_table

# Loaded on first use: a run's own process reads a table's kind, and needs no model for it.
_HOMES = {
    "audit": ["carrying_table", "data_quality_table", "personal_table"],
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
    "value": ["pyramid_table", "top_customers_table"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "Column",
    "Table",
    "carrying_table",
    "cleaning_table",
    "clv_parameters_table",
    "cutoffs_table",
    "data_quality_table",
    "faults_table",
    "holdout_table",
    "kept_tables_table",
    "mapping_table",
    "personal_table",
    "pyramid_table",
    "reading_table",
    "segment_actions_table",
    "segment_profile_table",
    "segment_rules_table",
    "top_customers_table",
    "value_by_segment_table",
]
