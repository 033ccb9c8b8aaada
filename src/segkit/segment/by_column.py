"""Segments from the words of a column as they stand, where no scheme knows them."""

from __future__ import annotations

import re
from typing import Any

import ibis

from segkit.checks import check_columns, fail
from segkit.collect.frames import Frame, as_ibis, fetch
from segkit.errors import DataError
from segkit.schemes.scheme import Scheme, load_scheme
from segkit.schemes.score import in_both, plain_word
from segkit.segment.feature_words import feature_label
from segkit.segment.result import Segmentation
from segkit.segment.rules import apply_scheme

_WHO = "segment_by_column"
#: More groups than that are no segmentation anybody acts on; the rest is put together.
MOST_VALUES = 11
_COLORS = (
    "#1f5fa8", "#3fa39b", "#d9a441", "#c9662f", "#7a4fa0", "#b23a48",
    "#5d8a3a", "#8a6d3b", "#2f7f9f", "#a0527a", "#6b7f99",
)  # fmt: skip
#: Segment of the words that are too rare for one of their own.
OTHER_VALUES = "other_values"
_GREY = "#8d97a8"
_ACTION = {
    "en": "Look at what this group buys most; test one offer of it against a control group.",
    "zh": "找出该群体最常购买的品类，选一项优惠，设对照组做测试。",
}


def segment_by_column(
    customers: Frame, column: str, *, most: int = MOST_VALUES, function: str = _WHO
) -> Segmentation:
    """Segment customers by the words of a text column as they stand.

    Use it for bands and words of a client's own, such as ``45-54`` or ``Homeowner``, which no
    scheme can know. Each frequent word is a segment, in the order of its number or letters;
    the rest is one segment together.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, with ``customer_id`` and the column. Not changed.
    column : str
        A column of text.
    most : int
        Segments at most, beside the one of the rest.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    Segmentation

    Raises
    ------
    DataError
        If the column is missing, not text, or empty throughout.

    Examples
    --------
    >>> import pandas as pd
    >>> bands = ["45-54", "5-9", "5-9"]
    >>> customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "band": bands})
    >>> found = segment_by_column(customers, "band").profile
    >>> found[["name", "n_customers"]]
        name  n_customers
    0    5-9            2
    1  45-54            1
    """
    table = as_ibis(customers, function=function, argument="customers")
    check_columns(function, table.columns, ["customer_id", column])
    if not table[column].type().is_string():
        found = str(table[column].type())
        fail(function, column, "a column of text", found, "Use a scheme.", error=DataError)
    return apply_scheme(customers, column_scheme(column, _words(table, column, function), most))


def _words(table: Any, column: str, function: str) -> list[str]:
    """List the words of a column, those of most customers first."""
    known = table.filter(table[column].strip() != "")
    counted = known.group_by(segkit_word=known[column]).aggregate(segkit_n=known.count())
    rows = fetch(counted.order_by(ibis.desc("segkit_n"), "segkit_word").limit(1_000), function)
    words = {plain_word(row["segkit_word"]): row["segkit_word"] for row in reversed(rows)}
    if not words:
        fail(function, column, "a column with values", "no value in any row", error=DataError)
    return list(reversed(words.values()))


def column_scheme(column: str, words: list[str], most: int = MOST_VALUES) -> Scheme:
    """Make the scheme that has a segment for each of the first ``most`` words."""
    kept = sorted(words[:most], key=_natural)
    label = in_both(lambda: feature_label(column)).model_dump()
    entries = [(f"value_{i}", {"en": word, "zh": word}, [word]) for i, word in enumerate(kept, 1)]
    if len(words) > most:
        entries.append((OTHER_VALUES, {"en": "Other values", "zh": "其他取值"}, []))
    score = {"input": column, "method": "categories", "label": label}
    return load_scheme(
        {
            "name": column if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", column) else "own_column",
            "title": label,
            "description": label,
            "inputs": {column: {"kind": "text", "label": label}},
            "scores": {"V": {**score, "categories": [_category(*entry) for entry in entries]}},
            "segments": [_segment(i, *entry) for i, entry in enumerate(entries)],
        }
    )


def _category(name: str, text: dict[str, str], values: list[str]) -> dict[str, Any]:
    own: dict[str, Any] = {"values": values} if values else {"others": True}
    return {"id": name, "name": text, **own}


def _segment(i: int, name: str, text: dict[str, str], values: list[str]) -> dict[str, Any]:
    color = _COLORS[i % len(_COLORS)] if values else _GREY
    texts = {"name": text, "description": text, "action": _ACTION}
    return {"id": name, **texts, "color": color, "when": {"V": name}}


def _natural(word: str) -> tuple[float, int, str]:
    """Order bands by their first number, an open lower end before it; words by letters."""
    number = re.search(r"\d+", word)
    is_open = re.match(r"\s*(under|below|less|<|≤|up to)", word, re.IGNORECASE)
    return (float(number[0]) if number else float("inf"), 0 if is_open else 1, word)
