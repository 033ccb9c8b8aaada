"""What every segmentation gives back, whichever way it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from segkit.collect.frames import Frame, as_ibis, check_one_row_each, like
from segkit.i18n import _, format_money, format_number, format_percent, ngettext
from segkit.schemes.scheme import UNCLASSIFIED, Scheme
from segkit.segment.by_scheme import scheme_definition
from segkit.segment.compare import Comparison, compare_segmentations
from segkit.segment.definition import Definition
from segkit.segment.profile import Measures, measure

_GREY = "#9aa3b2"


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Customers in segments, with everything needed to explain and to repeat it.

    Tables and sentences follow the language of :mod:`segkit.i18n` at the moment they are
    read: the same result serves an English and a Chinese report.

    Attributes
    ----------
    customers : table of the kind that was given, lazy for Ibis
        ``customer_id``, one column per score if there are any, and ``segment`` (an id).
    definition : Definition
        How the segments were made: a scheme with its cut-offs, centres of clusters …
    """

    customers: Frame
    definition: Definition
    _measures: Measures = field(repr=False)

    @property
    def scheme(self) -> Scheme:
        """The scheme that was applied; a SegkitError where the segments came otherwise."""
        return scheme_definition(self).scheme

    def assign(self, customers: Frame) -> Segmentation:
        """Put other customers into the same segments by the same measure; nothing is refitted."""
        return assign_segments(customers, self.definition, function="assign")

    def compare(self, other: Segmentation) -> Comparison:
        """Compare with another segmentation of the same customers: cross table and agreement."""
        return compare_segmentations(self, other)

    @property
    def profile(self) -> pd.DataFrame:
        """One row per segment, in the definition's order, empty ones included.

        Customers without a segment, if any, are the last row, so the counts add up.

        =================== ======= ======== ================================================
        name                dtype   unit     meaning
        =================== ======= ======== ================================================
        segment             str              id of the segment
        name                str              name in the current language
        n_customers         int64   people   customers in the segment
        customer_share      float64 share    of all customers
        revenue             float64 currency sum; NaN when the table has no revenue
        revenue_share       float64 share    of all revenue; NaN when that is not above zero
        revenue_share_low   float64 share    lower end of its 95 % interval
        revenue_share_high  float64 share    upper end; customers are taken as a sample
        mean_revenue        float64 currency per customer
        median_recency_days float64 days     since the last purchase
        mean_n_days         float64 days     with a purchase
        action              str              what to do, in the current language
        color               str              for figures
        =================== ======= ======== ================================================
        """
        known = {segment.id: segment for segment in self.definition.segments}
        table = self._measures.counts.copy()
        ids = [str(segment) for segment in table["segment"]]
        names = [known[i].label() if i in known else _("Unclassified") for i in ids]
        actions = [
            known[i].action.read() if i in known else _("Complete the missing data.") for i in ids
        ]
        table.insert(1, "name", names)
        table["action"] = actions
        table["color"] = [known[i].color if i in known else _GREY for i in ids]
        return table

    @property
    def table(self) -> pd.DataFrame:
        """The profile, under the name that every result of segkit has."""
        return self.profile

    @property
    def cutoffs(self) -> pd.DataFrame:
        """The values that part the levels of each score, and who lies in each level.

        Pass it as ``cutoffs=`` to score later customers by the same measure. A customer
        exactly on a cut-off has the better level: a level holds ``lower <= x < upper``
        where more is better, ``lower < x <= upper`` where less is better. Open ends are
        infinite; a level whose bounds are equal holds nobody, because ties left it empty.

        =========== ======= ============ ===========================================
        name        dtype   unit         meaning
        =========== ======= ============ ===========================================
        score       str                  score
        input       str                  column it is made from
        level       int64   1..k         higher is better
        lower       float64 of the input NaN for categories
        upper       float64 of the input NaN for categories
        n_customers int64   people       customers in the level
        =========== ======= ============ ===========================================
        """
        return self.definition.cutoffs(self._measures.levels)

    @property
    def n_unclassified(self) -> int:
        """How many customers lack an input and so have no segment."""
        return self._measures.n_unclassified

    @property
    def rules(self) -> pd.DataFrame:
        """Segment, name and rule in words, in the current language."""
        return self.definition.rules()

    @property
    def actions(self) -> pd.DataFrame:
        """Segment, name and action of every segment of the scheme, in the current language."""
        rows = [(s.id, s.label(), s.action.read()) for s in self.definition.segments]
        return pd.DataFrame(rows, columns=["segment", "name", "action"])

    @property
    def quality(self) -> dict[str, Any]:
        """How far the segments can be trusted, as numbers and, in ``notes``, as sentences.

        ``near_border_share`` is the share of customers near the border of another segment
        (in a scheme: with a score within 5 % of a cut-off's value), ``near_border_by_score``
        the same by score;
        ``unused_levels`` lists score levels that hold nobody.
        """
        m = self._measures
        n_scored = m.n_customers
        classes = m.counts[m.counts["segment"] != UNCLASSIFIED]
        empty = list(classes.loc[classes["n_customers"] == 0, "segment"])
        unused: dict[str, list[int]] = {}
        for (name, level), n in m.levels.items():
            if n == 0:
                unused.setdefault(name, []).append(level)
        found: dict[str, Any] = {
            "n_customers": m.n_customers,
            "n_unclassified": m.n_unclassified,
            "near_border_share": m.n_near / n_scored if n_scored else float("nan"),
            "near_border_by_score": {
                name: n / n_scored if n_scored else float("nan") for name, n in m.near.items()
            },
            "n_empty_segments": len(empty),
            "empty_segments": empty,
            "unused_levels": unused,
        }
        return {**found, "notes": self._notes(found)}

    def _notes(self, found: dict[str, Any]) -> list[str]:
        if not found["n_customers"]:
            return [_("The table has no customers.")]
        names = {segment.id: segment.label() for segment in self.definition.segments}
        notes = []
        if n := found["n_unclassified"]:
            text = ngettext(
                "{people} customer lacks an input and has no segment.",
                "{people} customers lack an input and have no segment.",
                n,
            )
            notes.append(text.format(people=format_number(n)))
        if found["near_border_share"] > 0:
            notes.append(self.definition.near_note(found["near_border_share"]))
        for score, levels in found["unused_levels"].items():
            notes.append(self.definition.level_note(score, levels))
        for segment in found["empty_segments"]:
            notes.append(_("The segment {name} is empty.").format(name=names[segment]))
        return notes

    def summary(self) -> str:
        """Say in a few sentences who was segmented and where revenue comes from."""
        profile = self.profile
        n, classes = self._measures.n_customers, len(self.definition.segments)
        lines = [
            ngettext(
                "{title}: {people} customer in {n_segments} segments.",
                "{title}: {people} customers in {n_segments} segments.",
                n,
            ).format(title=self.definition.label(), people=format_number(n), n_segments=classes)
        ]
        if profile["revenue_share"].notna().any():
            top = profile.loc[profile["revenue_share"].idxmax()]
            text = _("{name}: {people} of customers bring {share} of revenue ({revenue}).")
            lines.append(
                text.format(
                    name=top["name"],
                    people=format_percent(top["customer_share"]),
                    share=format_percent(top["revenue_share"]),
                    revenue=format_money(top["revenue"], compact=True),
                )
            )
        return "\n".join([*lines, *self.quality["notes"]])

    def to_sql(self, dialect: str = "duckdb", table: str = "customers") -> str:
        """Print the segmentation as one SELECT statement that gives the same segments anywhere.

        Raises
        ------
        SegkitError
            If the dialect is unknown, or such segments cannot be said in SQL.
        """
        return self.definition.to_sql(dialect, table)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        n, classes = self._measures.n_customers, len(self.definition.segments)
        return (
            f"Segmentation of {n:,} customers by {self.definition.name}: {classes} segments.\n"
            "Next: .profile (one row per segment), .rules, .cutoffs, .quality, .to_sql('postgres')"
        )

    def _repr_html_(self) -> str:
        """Show the profile as a small table; texts of a scheme are escaped, never run."""
        heads = [_("Segment"), _("Customers"), _("Share"), _("Revenue"), _("Share of revenue")]
        rows = []
        for row in self.profile.itertuples(index=False):
            cells = [
                format_number(row.n_customers),
                _shown(row.customer_share, format_percent),
                _shown(row.revenue, format_money),
                _shown(row.revenue_share, format_percent),
            ]
            numbers = "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in cells)
            rows.append(f"<tr><td>{escape(str(row.name))}</td>{numbers}</tr>")
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        title = escape(self.definition.label())
        return (
            f"<table><caption>{title}</caption><thead><tr>{header}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )


def assign_segments(
    customers: Frame, definition: Definition, *, function: str = "assign_segments"
) -> Segmentation:
    """Put customers into the segments of a definition, and measure the segments.

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or a customer has several rows.
    """
    table = as_ibis(customers, function=function, argument="customers")
    table = definition.check(table, function)
    remedy = "summarize_customers makes one row of each customer's purchases."
    check_one_row_each(table, function=function, remedy=remedy)
    measures = measure(definition, table, function=function)
    return Segmentation(like(definition.expression(table), customers), definition, measures)


def _shown(value: float, write: Any) -> str:
    return "–" if pd.isna(value) else str(write(value))
