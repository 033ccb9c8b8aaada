"""What each analysis needs of the data: the thresholds and their sources, read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from segkit.i18n import localized

Texts = Mapping[str, str]


@dataclass(frozen=True)
class ColumnNeed:
    """A column that must be there, or one of several: ``("customers.age", …)``.

    ``good`` and ``care`` are the shares of rows in which it must be filled; ``without`` is the
    verdict where it is not there at all. ``source`` tells why it is needed,
    ``filled_source`` why it must be so full.
    """

    columns: tuple[str, ...]
    good: float
    care: float
    without: str
    source: Texts
    filled_source: Texts


@dataclass(frozen=True)
class FactNeed:
    """A number that must be reached; the largest of several facts counts."""

    facts: tuple[str, ...]
    good: float
    care: float
    source: Texts


Need = ColumnNeed | FactNeed


@dataclass(frozen=True)
class Analysis:
    """An analysis, the criterion of the domain that it belongs to, and its needs."""

    id: str
    criterion: str
    names: Texts
    needs: tuple[Need, ...]

    @property
    def name(self) -> str:
        """The name in the current language."""
        return localized(self.names)


@cache
def list_analyses() -> tuple[Analysis, ...]:
    """List the analyses, in the order of their criteria.

    Examples
    --------
    >>> [analysis.name for analysis in list_analyses()][:2]
    ['Demographic segments', 'Geographic segments']
    """
    content = _content()
    return tuple(
        Analysis(
            entry["id"],
            entry["criterion"],
            entry["name"],
            tuple(_need(content, need) for need in _flat(entry["needs"])),
        )
        for entry in content["analyses"]
    )


def fact_word(fact: str) -> str:
    """Name a fact in the current language.

    Examples
    --------
    >>> fact_word("span_days")
    'days of history'
    """
    return localized(_content()["facts"][fact])


def fact_names() -> tuple[str, ...]:
    """List the facts that needs may ask for."""
    return tuple(_content()["facts"])


@cache
def _content() -> dict[str, Any]:
    place = resources.files("segkit.audit") / "analyses.yaml"
    found: dict[str, Any] = yaml.safe_load(place.read_bytes())
    return found


def _flat(needs: list[Any]) -> list[dict[str, Any]]:
    """Take the groups of needs apart that several analyses share."""
    return [need for part in needs for need in (_flat(part) if isinstance(part, list) else [part])]


def _need(content: dict[str, Any], need: dict[str, Any]) -> Need:
    sources, filled = content["sources"], content["filled"]
    if "column" in need:
        return ColumnNeed(
            tuple(need["column"].split("|")),
            need.get("least", filled["good"]),
            need.get("least", filled["care"]),
            need.get("missing", "no"),
            sources[need.get("source", content["absent"])],
            sources[need.get("filled_source", filled["source"])],
        )
    facts = (need["fact"], *([need["or"]] if "or" in need else []))
    return FactNeed(facts, need["good"], need["care"], sources[need["source"]])
