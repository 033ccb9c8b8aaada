"""A reader's own map from canonical columns to the columns of a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from segkit.checks import check_choice, fail
from segkit.collect.columns.known_headers import Wanted, is_mapping_file, read_mapping_file
from segkit.schema import TABLES, names

_EQUALS = re.compile("[=＝]")


def read_own_map(
    columns: Mapping[str, str] | str | Path | None,
    *,
    kind: str = "transactions",
    function: str = "read_own_map",
) -> Wanted:
    """Read which own column each canonical one is to come from.

    Parameters
    ----------
    columns : mapping, str or Path, optional
        Canonical name to own name, as a mapping, as text ``"customer_id=Member,amount=Paid"``
        (a Chinese comma and equals sign do as well), or as the path of a YAML file. An own
        name may be a product: ``amount=Quantity*UnitPrice``.
    kind : str
        The kind of table, a key of ``segkit.schema.TABLES``.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    dict of str to tuple of str
        Canonical name to own names, the first that exists counts; one but for a YAML file.

    Raises
    ------
    ArgumentError
        If it is no map, names an unknown canonical column, or one own column twice.
    DataError
        If the YAML file cannot be read.

    Examples
    --------
    >>> read_own_map("customer_id = Member , amount=Paid")
    {'customer_id': ('Member',), 'amount': ('Paid',)}
    """
    if not columns:
        return {}
    if is_mapping_file(columns):
        wanted = read_mapping_file(str(columns), kind=kind, function=function).get(kind, {})
    elif isinstance(columns, Mapping):
        wanted = {canonical: (own,) for canonical, own in columns.items()}
    elif isinstance(columns, str):
        wanted = _from_text(columns, kind, function)
    else:
        fail(function, "columns", "a mapping, pairs canonical=own, or a YAML file", columns)
    for canonical in wanted:
        check_choice(function, "columns", canonical, names(TABLES[kind]))
    own_names = [own for (own, *_others) in wanted.values()]
    for canonical, own in zip(wanted, own_names, strict=True):
        if not isinstance(own, str) or not own:
            fail(function, f"columns[{canonical!r}]", "the name of a column", own)
    twice = [own for own in own_names if own_names.count(own) > 1]
    if twice:
        remedy = "Give each canonical column one of its own."
        fail(function, "columns", "a map to different columns", twice[0], remedy)
    return wanted


def _from_text(text: str, kind: str, function: str) -> Wanted:
    # Inside a name a Chinese comma stays what it is: one counts only before a canonical name.
    between = re.compile(rf",|，(?=\s*(?:{'|'.join(names(TABLES[kind]))})\s*[=＝])")
    pairs = [_EQUALS.split(part, maxsplit=1) for part in between.split(text)]
    if not all(len(pair) == 2 and all(map(str.strip, pair)) for pair in pairs):
        rule = "pairs canonical=own with commas between"
        fail(function, "columns", rule, text, "Example: customer_id=Member,amount=Paid.")
    return {canonical.strip(): (own.strip(),) for canonical, own in pairs}
