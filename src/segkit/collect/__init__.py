"""Data in: files, frames and data sets become canonical tables."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.collect.datasets import DATASETS, Dataset, list_datasets, load_dataset
    from segkit.collect.frames import as_ibis, like, materialize
    from segkit.collect.source import Source, find_source
    from segkit.collect.transactions import check_header, parse_column_map, read_transactions

# Loaded on first use: a run's own process reads a table's kind, and needs no model for it.
_HOMES = {
    "datasets": ["DATASETS", "Dataset", "list_datasets", "load_dataset"],
    "frames": ["as_ibis", "like", "materialize"],
    "source": ["Source", "find_source"],
    "transactions": ["check_header", "parse_column_map", "read_transactions"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "DATASETS",
    "Dataset",
    "Source",
    "as_ibis",
    "check_header",
    "find_source",
    "like",
    "list_datasets",
    "load_dataset",
    "materialize",
    "parse_column_map",
    "read_transactions",
]
