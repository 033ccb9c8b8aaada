"""Put the same customers into the segments of several RFM schemes, side by side."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from segkit.checks import did_you_mean, fail
from segkit.collect.frames import Frame
from segkit.i18n import _, format_number, ngettext
from segkit.schemes.scheme import Scheme, load_scheme
from segkit.segment.compare import Comparison, compare_segmentations
from segkit.segment.result import Segmentation
from segkit.segment.rfm import score_rfm

_WHO = "compare_presets"


@dataclass(frozen=True, eq=False)
class PresetComparison:
    """Several schemes over the same customers, with their agreement.

    Attributes
    ----------
    segmentations : mapping
        Scheme name to its :class:`segkit.Segmentation`, in the order given.
    comparisons : mapping
        Pair of names to the :class:`Comparison` of the two, cross table included.
    """

    segmentations: Mapping[str, Segmentation]
    comparisons: Mapping[tuple[str, str], Comparison] = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair of schemes.

        ============= ======= ======= ===================================================
        name          dtype   unit    meaning
        ============= ======= ======= ===================================================
        first, second str             names of the schemes
        n_customers   int64   people  in both
        adjusted_rand float64         1 for the same groups, about 0 for chance; NaN where
                                      both have one group only
        ============= ======= ======= ===================================================
        """
        rows = [
            (first, second, found.n_matched, found.adjusted_rand)
            for (first, second), found in self.comparisons.items()
        ]
        return pd.DataFrame(rows, columns=["first", "second", "n_customers", "adjusted_rand"])

    @property
    def least_alike(self) -> Comparison:
        """The comparison of the two schemes that agree least; of the first two where none can."""
        known = self.table.dropna(subset="adjusted_rand")
        if known.empty:
            return next(iter(self.comparisons.values()))
        row = known.loc[known["adjusted_rand"].idxmin()]
        return self.comparisons[row["first"], row["second"]]

    def cross(self, first: str, second: str) -> pd.DataFrame:
        """Count customers by segment of ``first`` (rows) and of ``second`` (columns).

        Segments stand in the order of their schemes; those without a customer are left out.

        Raises
        ------
        ArgumentError
            If a name is none of the schemes compared, or both are the same.
        """
        for argument, name in (("first", first), ("second", second)):
            if name not in self.segmentations:
                remedy = did_you_mean(str(name), self.segmentations)
                fail("cross", argument, "one of the schemes compared", name, remedy)
        if first == second:
            fail("cross", "second", "another scheme than first", second, "Name two schemes.")
        known = self.comparisons
        one_way = (first, second) in known
        wide = known[first, second].table if one_way else known[second, first].table.T
        return wide.rename_axis(index=first, columns=second)

    def summary(self) -> str:
        """Say which two schemes agree most and which least."""
        table = self.table.dropna(subset="adjusted_rand")
        if table.empty:
            return _("The schemes cannot be compared: each puts everybody into one segment.")
        lines = []
        ordered = table.sort_values("adjusted_rand", ascending=False, kind="stable")
        for text, row in (
            (_("{first} and {second} agree most: adjusted Rand index {value}."), ordered.iloc[0]),
            (_("{first} and {second} agree least: adjusted Rand index {value}."), ordered.iloc[-1]),
        ):
            names = {end: self.segmentations[row[end]].definition.label() for end in _ENDS}
            lines.append(text.format(**names, value=format_number(row["adjusted_rand"], 2)))
        return "\n".join(lines if len(table) > 1 else lines[:1])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"PresetComparison of {', '.join(self.segmentations)}.\n"
            "Next: .table (agreement by pair), .cross(first, second), .segmentations[name]"
        )

    def _repr_html_(self) -> str:
        """Show the agreement by pair; names of schemes are escaped."""
        heads = "".join(
            f"<th>{escape(head)}</th>"
            for head in (_("First"), _("Second"), _("Customers"), _("Adjusted Rand index"))
        )
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td>{escape(self.segmentations[name].definition.label())}</td>"
                for name in (row.first, row.second)
            )
            + f"<td>{format_number(row.n_customers)}</td>"
            + f"<td>{format_number(row.adjusted_rand, 2)}</td></tr>"
            for row in self.table.itertuples(index=False)
        )
        n = len(self.segmentations)
        caption = ngettext("{n} scheme compared", "{n} schemes compared", n).format(n=n)
        return (
            f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


_ENDS = ("first", "second")


def compare_presets(
    customers: Frame, schemes: Sequence[str | Path | Mapping[str, Any] | Scheme]
) -> PresetComparison:
    """Score the same customers by several RFM schemes, and measure how far they agree.

    Use it before settling on a map: two that agree need no discussion, and where they do
    not, the cross table says which customers are at stake.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer with the inputs of every scheme: ``recency_days``, ``n_days``,
        ``n_orders`` and ``revenue`` serve all that come with segkit. Not changed.
    schemes : sequence of str, Path, mapping or Scheme
        Two or more schemes that :func:`segkit.score_rfm` takes, with different names.

    Returns
    -------
    PresetComparison
        ``table`` has a row per pair; ``cross`` counts customers by two segments.

    Raises
    ------
    ArgumentError
        If there are fewer than two schemes, or two have one name.
    SchemeError, DataError
        As :func:`segkit.score_rfm`.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["a", "b", "c", "d"], "recency_days": [3, 3, 300, 300],
    ...     "n_days": [4, 4, 1, 1], "revenue": [90.0, 90.0, 10.0, 10.0]})
    >>> found = compare_presets(customers, ["rfm_cn8", "rfm_11"])
    >>> found.table["adjusted_rand"].tolist()
    [1.0]
    """
    rule, remedy = "two or more schemes", 'Write ["rfm_cn8", "rfm_11"].'
    if isinstance(schemes, (str, Mapping, Scheme)) or len(schemes) < 2:
        fail(_WHO, "schemes", rule, schemes, remedy)
    loaded = [load_scheme(scheme) for scheme in schemes]
    names = [scheme.name for scheme in loaded]
    if len(set(names)) < len(names):
        fail(_WHO, "schemes", "schemes with different names", names, "Leave the double one out.")
    found = {scheme.name: score_rfm(customers, scheme=scheme) for scheme in loaded}
    pairs = itertools.combinations(found, 2)
    return PresetComparison(
        found,
        {(one, other): compare_segmentations(found[one], found[other]) for one, other in pairs},
    )
