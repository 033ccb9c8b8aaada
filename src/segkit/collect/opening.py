"""Open a source as a lazy table, and word what cannot be opened."""

from __future__ import annotations

import csv
import gzip

import duckdb
import ibis
import ibis.expr.types as ir

from segkit.checks import listed
from segkit.collect.datasets import load_dataset
from segkit.collect.source import Source
from segkit.errors import DataError


def open_source(source: Source, *, function: str) -> ir.Table:
    """Open a data set, CSV or Parquet file; CSV columns come as text, names stripped.

    Raises
    ------
    DataError
        If the header cannot be read, or names columns twice or not at all.
    """
    if source.format == "dataset":
        return ibis.memtable(load_dataset(source.name))
    if source.format == "parquet":
        return ibis.read_parquet(source.path)
    delimiter, header = _header(source, function)
    # As text first: a sniffed number loses leading zeros, a sniffed date loses the culprit;
    # and with every column named nothing is sniffed, so that short rows are not hidden.
    return ibis.read_csv(
        source.path,
        auto_detect=False,
        columns=dict.fromkeys(header, "VARCHAR"),
        delim=delimiter,
        header=True,
        quote='"',
        escape='"',
    )


def _header(source: Source, function: str) -> tuple[str, list[str]]:
    """Read the names in the first line, and the separator that it has most of."""
    opener = gzip.open if source.path.name.lower().endswith(".gz") else open
    try:
        with opener(source.path, "rt", encoding="utf-8-sig", newline="") as file:
            line = file.readline(1_000_000)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{function}: {source.name} is not in UTF-8. Save it as CSV UTF-8."
        ) from error
    delimiter = max(",;\t|", key=line.count)
    header = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    faulty = sorted({name for name in header if not name or header.count(name) > 1})
    if faulty or not header:
        given = listed(repr(name) for name in faulty)
        message = f"{function}: the header of {source.name} has empty or repeated names: {given}"
        raise DataError(f"{message}. Give every column a name of its own.")
    return delimiter, header


def word_failure(source: Source, error: duckdb.Error, *, function: str) -> str:
    """Word why the engine could not read a file, with the line where it knows it."""
    if source.format == "parquet":
        return f"{function}: {source.name} is no readable Parquet file. Write it again."
    # DuckDB's first lines say where and what; the rest is advice about its own options.
    lines = [" ".join(line.split()).rstrip(".") for line in str(error).splitlines()]
    reason = ": ".join(lines[:3]).partition("Error: ")[2][:300]
    remedy = "Save it as CSV UTF-8 with as many fields in every row as in the header."
    return f"{function}: {source.name} cannot be read: {reason}. {remedy}"
