"""The data sets that segkit knows by name, read from ``datasets.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import yaml

from segkit.i18n import localized

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Dataset:
    """A data set known by name: what it is, whose it is, and which files it consists of.

    Attributes
    ----------
    titles, descriptions, origins
        Texts by language; ``title``, ``description`` and ``origin`` give the current one.
    licence, citation
        As its owners state them.
    tables
        Kinds of canonical tables in it, the main one first; ``rows`` are those of that one.
    currency
        ISO 4217 code of its amounts; empty where it has none.
    home
        ``"package"``: inside a package that segkit depends on; ``"public"``: at ``address``,
        to be fetched; ``"sample"``: comes with segkit, made up by ``command``.
    beside
        Kind of table to the data set that holds it for the same customers.
    files
        Name of each file to its sha256; the hash is empty for samples, which are kept with the
        code. ``inside`` is the way to a file within archives; ``preset`` the map of columns.
    in_time_order
        Whether its rows stand in the order of time, as its owners say: a prediction can then
        be tested on the later ones.
    """

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    origins: Mapping[str, str]
    licence: str
    sector: str
    tables: tuple[str, ...]
    rows: int
    home: str
    files: Mapping[str, str]
    citation: str = ""
    address: str = ""
    currency: str = ""
    folder: str = ""
    preset: str = ""
    inside: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    command: str = field(default="", repr=False)
    in_time_order: bool = False

    @property
    def title(self) -> str:
        """What it is called, in the current language."""
        return localized(self.titles)

    @property
    def description(self) -> str:
        """What it holds, in the current language."""
        return localized(self.descriptions)

    @property
    def origin(self) -> str:
        """Where it comes from, in the current language."""
        return localized(self.origins)

    def __repr__(self) -> str:
        """Name it, and the next step."""
        return f"Dataset({self.name}: {self.titles['en']}). Next: load_dataset({self.name!r})"


def _read() -> dict[str, Dataset]:
    text = (resources.files("segkit.collect.datasets") / "datasets.yaml").read_bytes()
    return {name: _dataset(name, dict(entry)) for name, entry in yaml.load(text, _LOADER).items()}


def _dataset(name: str, entry: dict[str, Any]) -> Dataset:
    texts = {f"{kind}s": entry.pop(kind) for kind in ("title", "description", "origin")}
    lists = {kind: tuple(entry.pop(kind, ())) for kind in ("tables", "inside")}
    return Dataset(name, **{"folder": name, **entry, **texts, **lists})


#: Data sets by name.
DATASETS: dict[str, Dataset] = _read()


def list_datasets() -> list[Dataset]:
    """List the data sets that ``load_dataset`` knows, in the order of their names.

    Examples
    --------
    >>> [dataset.name for dataset in list_datasets() if dataset.sector == "grocery"]
    ['complete_journey']
    """
    return [DATASETS[name] for name in sorted(DATASETS)]
