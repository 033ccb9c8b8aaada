"""Words of clients' tables, and the few that segkit works with, read from YAML."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import ibis
import yaml

from segkit.collect.values.forms import trimmed


@cache
def _all() -> dict[str, Any]:
    text = (resources.files("segkit.features") / "words.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def words_of(kind: str) -> Any:
    """Give the words of a kind: a list, or a dictionary of lists by what they mean."""
    return _all()[kind]


def plain(column: Any) -> Any:
    """Write a text column without letter case, ``_``, ``-`` and outer spaces; empty is null."""
    return trimmed(column.cast("string").lower().replace("_", " ").replace("-", " "))


def meant(text: Any, kind: str, otherwise: Any = None) -> Any:
    """Translate a :func:`plain` text; what is no known word gives ``otherwise``, null null."""
    known = [(text.isin(words), ibis.literal(name)) for name, words in words_of(kind).items()]
    rest = ibis.null("string") if otherwise is None else ibis.literal(otherwise)
    return ibis.cases((text.isnull(), ibis.null("string")), *known, else_=rest)


def said(column: Any) -> Any:
    """Write a column as :func:`plain` text; a word for "no answer", such as 未知, is null."""
    text = plain(column)
    return ibis.ifelse(text.isin(words_of("unsaid")), ibis.null("string"), text)


def about(text: Any, kind: str, otherwise: str) -> Any:
    """Translate a :func:`plain` text by the first group of words that occurs in it."""
    groups = words_of(kind).items()
    known = [(text.re_search(_any_of(words)), ibis.literal(name)) for name, words in groups]
    return ibis.cases((text.isnull(), ibis.null("string")), *known, else_=otherwise)


def has_any(text: Any, kind: str) -> Any:
    """Tell whether one of the words of a list occurs in a :func:`plain` text."""
    return text.re_search(_any_of(words_of(kind)))


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in words)
