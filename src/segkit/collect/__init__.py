"""Data in: files, frames and data sets become canonical tables."""

from segkit.collect.datasets import DATASETS, Dataset, list_datasets, load_dataset
from segkit.collect.frames import as_ibis, like, materialize
from segkit.collect.source import Source, find_source
from segkit.collect.transactions import parse_column_map, read_transactions

__all__ = [
    "DATASETS",
    "Dataset",
    "Source",
    "as_ibis",
    "find_source",
    "like",
    "list_datasets",
    "load_dataset",
    "materialize",
    "parse_column_map",
    "read_transactions",
]
