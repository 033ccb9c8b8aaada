"""Data in: files, frames and data sets become canonical tables."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.collect.columns.mapping import ColumnMap, MappedColumn, list_presets, map_columns
    from segkit.collect.datasets.fetch import fetch_dataset
    from segkit.collect.datasets.registry import DATASETS, Dataset, list_datasets
    from segkit.collect.frames import as_ibis, like, materialize
    from segkit.collect.header_check import check_header
    from segkit.collect.loading import load_dataset
    from segkit.collect.options import ReadOptions
    from segkit.collect.privacy.plan import PrivacyPlan, plan_pseudonyms
    from segkit.collect.privacy.pseudonyms import pseudonym, pseudonymize
    from segkit.collect.raw import RawTable, open_raw
    from segkit.collect.reading import RawRows, read_raw_table, read_raw_transactions
    from segkit.collect.source import Source, find_source
    from segkit.collect.table_checks import check_table
    from segkit.collect.transactions import read_transactions

# Loaded on first use: a run's own process reads a table's kind, and needs no model for it.
_HOMES = {
    "datasets.registry": ["DATASETS", "Dataset", "list_datasets"],
    "loading": ["load_dataset"],
    "datasets.fetch": ["fetch_dataset"],
    "frames": ["as_ibis", "like", "materialize"],
    "header_check": ["check_header"],
    "columns.mapping": ["ColumnMap", "MappedColumn", "list_presets", "map_columns"],
    "options": ["ReadOptions"],
    "privacy.plan": ["PrivacyPlan", "plan_pseudonyms"],
    "privacy.pseudonyms": ["pseudonym", "pseudonymize"],
    "raw": ["RawTable", "open_raw"],
    "reading": ["RawRows", "read_raw_table", "read_raw_transactions"],
    "source": ["Source", "find_source"],
    "table_checks": ["check_table"],
    "transactions": ["read_transactions"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "DATASETS",
    "ColumnMap",
    "Dataset",
    "MappedColumn",
    "PrivacyPlan",
    "RawRows",
    "RawTable",
    "ReadOptions",
    "Source",
    "as_ibis",
    "check_header",
    "check_table",
    "fetch_dataset",
    "find_source",
    "like",
    "list_datasets",
    "list_presets",
    "load_dataset",
    "map_columns",
    "materialize",
    "open_raw",
    "plan_pseudonyms",
    "pseudonym",
    "pseudonymize",
    "read_raw_table",
    "read_raw_transactions",
    "read_transactions",
]
