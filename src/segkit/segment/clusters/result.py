"""What a search for clusters gives back: segments, and everything that speaks for them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from segkit.i18n import _, format_list, format_number, ngettext
from segkit.segment.clusters.choice import Choice
from segkit.segment.clusters.definition import ClusterDefinition
from segkit.segment.clusters.marks import marks_table
from segkit.segment.result import Segmentation


@dataclass(frozen=True, eq=False)
class Clustering(Segmentation):
    """Clusters of customers: the segments, why there are so many, and what each is like.

    A segmentation like any other – profile, rules, comparison, SQL – with the search beside it.
    ``customers`` has ``nearness``: 0 in the middle of a segment, 1 on the border of the
    second-best one.

    Attributes
    ----------
    evidence : pandas.DataFrame
        One row per number of segments that was tried; see :func:`segkit.cluster_customers`.
    chosen : Choice
        The number of segments, the reason as a word, and its figures.
    n_sample, n_evidence : int
        Customers the method was fitted to, and customers the evidence rests on.
    dropped : tuple of str
        Features left out because all customers have the same value.
    twins : tuple of pairs of str
        Features that say the same (correlation beyond 0.999): what they tell counts twice.
    """

    definition: ClusterDefinition
    evidence: pd.DataFrame = field(repr=False)
    chosen: Choice
    n_sample: int
    n_evidence: int
    dropped: tuple[str, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()

    @property
    def segmentation(self) -> Segmentation:
        """The segments alone, without the search that found them."""
        return Segmentation(self.customers, self.definition, self._measures)

    @property
    def choice(self) -> str:
        """Why there are so many segments, or none, in a sentence of the current language."""
        return self.chosen.text

    @property
    def centers(self) -> pd.DataFrame:
        """What is typical of each segment, in the features' own units; a row per feature.

        ============== ======= ============ ================================================
        name           dtype   unit         meaning
        ============== ======= ============ ================================================
        segment, name  str                  the segment
        feature, label str                  column, and its name for readers
        value          str                  the over-represented category; "" for a number
        center         float64 of the       typical value; of a category its share
                               feature
        whole          float64 of the       the same of all customers
                               feature
        difference     float64 standard     of the segment's mean from that of all,
                               deviations   transformed
        ============== ======= ============ ================================================
        """
        known = self.definition
        return marks_table(known.marks, known.segments, known.features)

    @property
    def transforms(self) -> pd.DataFrame:
        """How each feature became a number: one row per feature, ``reason`` in words.

        ``power`` is that of Yeo and Johnson (0 is log(1 + x), 1 leaves it as it is); values
        below ``lower`` or above ``upper`` count as these (``n_cut`` of the sample did);
        ``center`` is then taken off and the rest divided by ``scale``.
        """
        rows = []
        for feature in self.definition.features:
            label = feature.label.read(feature.name)
            row: dict[str, Any] = {"feature": feature.name, "label": label, "kind": "category"}
            row["reason"] = _("categories are told apart, not measured")
            if feature.transform is not None:
                row |= {**feature.transform.as_dict(), "reason": feature.transform.reason()}
            rows.append(row)
        return pd.DataFrame(rows)

    @property
    def quality(self) -> dict[str, Any]:
        """How far the clusters can be trusted: numbers, and ``notes`` in sentences."""
        found = dict(super().quality)
        figures = ("silhouette", "stability_jaccard", "smallest_share")
        found |= {name: self.chosen.figures.get(name, math.nan) for name in figures}
        found |= {"n_sample": self.n_sample, "n_evidence": self.n_evidence}
        return {**found, "notes": [*found["notes"], *self._search_notes()]}

    def _search_notes(self) -> list[str]:
        notes = [self.chosen.warning] if self.chosen.warning else []
        if self.dropped:
            text = ngettext(
                "{features} was left out: all customers have the same value.",
                "{features} were left out: all customers have the same values.",
                len(self.dropped),
            )
            notes.append(text.format(features=format_list(self.dropped)))
        for first, second in self.twins:
            text = _("{first} and {second} say the same, so it counts twice.")
            notes.append(text.format(first=first, second=second))
        if self.n_sample < self._measures.n_customers - self.n_unclassified:
            text = _("The clusters were fitted to {n} customers and hold for all.")
            notes.append(text.format(n=format_number(self.n_sample)))
        return notes

    def summary(self) -> str:
        """Say how many clusters there are and why, and what they are like."""
        return "\n".join([self.choice, *self.quality["notes"]])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Clustering by {self.definition.method}: {len(self.definition.segments)} segments.\n"
            "Next: .choice (why so many), .profile, .centers, .evidence, .transforms"
        )

    def _repr_html_(self) -> str:
        """Show why, then the segments; names are escaped, never run."""
        return f"<p>{escape(self.choice)}</p>{super()._repr_html_()}"
