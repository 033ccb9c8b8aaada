"""Several schemes on the same customers: those the columns can carry, and what others lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from segkit.checks import fail
from segkit.collect.frames import Frame, as_ibis, fetch
from segkit.errors import DataError
from segkit.i18n import _, format_list, ngettext
from segkit.schemes.cutoffs import measured
from segkit.schemes.scheme import Scheme, load_scheme
from segkit.segment.feature_words import inside_label
from segkit.segment.result import Segmentation
from segkit.segment.rules import apply_scheme

_WHO = "apply_schemes"


@dataclass(frozen=True, eq=False)
class AppliedSchemes:
    """Segmentations by scheme; made by :func:`apply_schemes`.

    Attributes
    ----------
    segmentations : mapping
        Name of a scheme to its :class:`Segmentation`, in the order asked for.
    lacking : mapping
        Name of a scheme that could not be applied to the columns it lacks: they are not there,
        or no customer has a value in them.
    schemes : mapping
        All that were asked for, by name.
    """

    segmentations: Mapping[str, Segmentation]
    lacking: Mapping[str, Sequence[str]]
    schemes: Mapping[str, Scheme] = field(repr=False)

    def __getitem__(self, name: str) -> Segmentation:
        """Give the segmentation of a scheme; a DataError names the columns it lacks."""
        if name in self.segmentations:
            return self.segmentations[name]
        if name in self.lacking:
            columns = ", ".join(self.lacking[name])
            raise DataError(f"{_WHO}: {name} needs {columns}. Add these columns.")
        raise DataError(f"{_WHO}: {name} was not asked for. Name it in schemes.")

    def __iter__(self) -> Iterator[Segmentation]:
        """Give the segmentations in their order."""
        return iter(self.segmentations.values())

    def __len__(self) -> int:
        """Count the schemes that could be applied."""
        return len(self.segmentations)

    @property
    def table(self) -> pd.DataFrame:
        """All profiles under each other, with ``scheme`` and its ``title`` in front."""
        profiles = [
            found.profile.assign(scheme=name, title=found.definition.label())
            for name, found in self.segmentations.items()
        ]
        if not profiles:
            return pd.DataFrame(columns=["scheme", "title", "segment", "name", "n_customers"])
        table = pd.concat(profiles, ignore_index=True)
        first = ["scheme", "title"]
        return table[[*first, *(name for name in table.columns if name not in first)]]

    def summary(self) -> str:
        """Say what was applied, and what the data lack for the rest."""
        n = len(self.segmentations)
        text = ngettext("{n} scheme was applied: {names}.", "{n} schemes were applied: {names}.", n)
        labels = [found.definition.label() for found in self.segmentations.values()]
        lines = [text.format(n=n, names=format_list(labels))] if n else []
        for name, columns in self.lacking.items():
            text = _("{title} cannot be told: the data lack {columns}.")
            listed = format_list(inside_label(column) for column in columns)
            lines.append(text.format(title=self.schemes[name].label(), columns=listed))
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        applied, lacking = (
            ", ".join(names) or "none" for names in (self.segmentations, self.lacking)
        )
        return f"AppliedSchemes: {applied}; lacking columns: {lacking}. Next: .table, .summary()"

    def _repr_html_(self) -> str:
        """Show the summary; titles may be a user's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def apply_schemes(
    customers: Frame, schemes: Sequence[str | Path | Mapping[str, Any] | Scheme]
) -> AppliedSchemes:
    """Apply every scheme that the columns can carry, and say what the others lack.

    Use it where a table of customers decides which criteria there are: none is left out
    silently.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer. Not changed.
    schemes : sequence
        Names of schemes, YAML files, or loaded schemes.

    Returns
    -------
    AppliedSchemes

    Raises
    ------
    SchemeError
        If a scheme is unknown or not sound.
    ArgumentError
        If two schemes have one name.
    DataError
        If an input is there but of the wrong type, or a customer has several rows.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["a", "b"], "recency_days": [3, 40],
    ...     "n_days": [4, 1], "revenue": [90.0, 20.0]})
    >>> found = apply_schemes(customers, ["rfm_cn8"])
    >>> found["rfm_cn8"].n_unclassified
    0
    """
    if isinstance(schemes, str | Path | Scheme | Mapping):
        fail(_WHO, "schemes", "a list of schemes", schemes, "Put it into brackets: [scheme].")
    table = as_ibis(customers, function=_WHO, argument="customers")
    loaded = [load_scheme(scheme) for scheme in schemes]
    names = [scheme.name for scheme in loaded]
    for name in names:
        if names.count(name) > 1:
            fail(_WHO, "schemes", "of different names", name, "Rename one, or leave it out.")
    inputs = {score.input for scheme in loaded for score in scheme.scores.values()}
    known = _known(table, sorted(inputs & set(table.columns)))
    found: dict[str, Segmentation] = {}
    lacking: dict[str, Sequence[str]] = {}
    for scheme in loaded:
        own = dict.fromkeys(score.input for score in scheme.scores.values())
        missing = [name for name in own if name not in known]
        if missing:
            lacking[scheme.name] = missing
        else:
            found[scheme.name] = apply_scheme(customers, scheme)
    return AppliedSchemes(found, lacking, {scheme.name: scheme for scheme in loaded})


def _known(table: Any, columns: Sequence[str]) -> set[str]:
    """Find the columns in which at least one customer has a value."""
    if not columns:
        return set()
    counts = {
        f"n_{i}": (
            measured(table[name]) if table[name].type().is_numeric() else table[name]
        ).count()
        for i, name in enumerate(columns)
    }
    row = fetch(table.aggregate(**counts), _WHO)[0]
    return {name for i, name in enumerate(columns) if row[f"n_{i}"]}
