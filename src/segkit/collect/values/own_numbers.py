"""A client's own columns of numbers, which a text file holds as texts."""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from segkit.collect.frames import fetch
from segkit.collect.values.forms import trimmed
from segkit.schema import CUSTOMERS, names

#: A plain number; what has zeros in front, such as a code, is a word.
_NUMBER = r"^-?(0|[1-9]\d{0,14})(\.\d+)?$"


def own_numbers(
    table: ir.Table, columns: Sequence[str], *, function: str = "own_numbers"
) -> ir.Table:
    """Read texts as numbers where each of a column is one; canonical columns stay as they are.

    Examples
    --------
    >>> import ibis
    >>> sent = ibis.memtable({"calls": ["1", "12", None], "code": ["01", "12", "3"]})
    >>> own_numbers(sent, ["calls", "code"]).schema()
    ibis.Schema {
      calls  float64
      code   string
    }
    """
    known = names(CUSTOMERS)
    texts = [n for n in columns if n not in known and table[n].type().is_string()]
    if not texts:
        return table
    plain = {name: trimmed(table[name]).nullif("") for name in texts}
    counts: dict[str, ir.Value] = {}
    for i, text in enumerate(plain.values()):
        counts[f"known_{i}"] = text.notnull().sum()
        counts[f"number_{i}"] = text.re_search(_NUMBER).sum()
    row = fetch(table.aggregate(**counts), function)[0]
    read = {
        name: plain[name].cast("float64")
        for i, name in enumerate(texts)
        if row[f"known_{i}"] and row[f"known_{i}"] == row[f"number_{i}"]
    }
    return table.mutate(**read) if read else table
