"""A finished mapping: which own column is which canonical one, in words and applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segkit.checks import fail, listed
from segkit.errors import DataError
from segkit.i18n import _, format_list, localized
from segkit.schema import ROW

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class MappedColumn:
    """A canonical column, the own columns that it comes from, and how that was found.

    ``how`` is ``"own map"``, ``"preset"``, ``"name"``, ``"synonym"`` or ``"product"``;
    ``own`` names two columns where the one is the product of the other two. ``titles`` are
    the preset's, by language; ``others`` are own columns that were passed over.
    """

    canonical: str
    own: tuple[str, ...]
    how: str
    titles: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The own columns as a reader writes them."""
        return " × ".join(self.own)

    @property
    def reason(self) -> str:
        """Why this column, in the current language."""
        if self.own == (ROW,):
            return _("The number of the row, because the table has no column for it.")
        if self.how == "own map":
            return _("You named this column.")
        if self.how == "preset":
            return _("The preset “{title}” names this column.").format(title=localized(self.titles))
        if self.how == "product":
            return _("There is no column of amounts, so quantity times unit price.")
        if self.how == "synonym" and self.others:
            others = format_list(self.others)
            return _("A usual name for it, more exact than {others}.").format(others=others)
        if self.how == "synonym":
            return _("A usual name for it.")
        if self.own == (self.canonical,):
            return _("The column already has this name.")
        return _("The same name, written in another way.")


@dataclass(frozen=True, repr=False)
class ColumnMap:
    """How the columns of a source become those of a canonical table.

    Made by :func:`map_columns`; ``apply(table)`` renames, and ``products`` tells which
    columns are to be multiplied once they have been read as numbers.
    """

    kind: str
    pairs: tuple[MappedColumn, ...]
    unmapped: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """What a reader must know of data of the preset, in the current language."""
        return localized(self.notes) if self.notes else ""

    @property
    def renames(self) -> dict[str, str]:
        """Canonical name to own name, of columns that come from one column."""
        return {pair.canonical: pair.own[0] for pair in self.pairs if len(pair.own) == 1}

    @property
    def products(self) -> dict[str, tuple[str, str]]:
        """Canonical name to the two columns it is the product of, as named after ``apply``."""
        new_names = {own: canonical for canonical, own in self.renames.items()}
        found = {}
        for pair in self.pairs:
            if len(pair.own) == 2:
                first, second = (new_names.get(own, own) for own in pair.own)
                found[pair.canonical] = (first, second)
        return found

    def apply(self, table: ir.Table) -> ir.Table:
        """Rename the columns of a table; what is not mapped stays, in its own order.

        A column that has a canonical name but is not what that name stands for is left out,
        so that nothing takes it for the canonical one.
        """
        renames = self.renames
        from_row = [canonical for canonical, own in renames.items() if own == ROW]
        if from_row and ROW not in table.columns:
            remedy = "Map a column of the table to it; only files number their rows."
            fail("map_columns", from_row[0], "in the table", ROW, remedy, error=DataError)
        renames = {canonical: own for canonical, own in renames.items() if own != ROW}
        used = {own for pair in self.pairs for own in pair.own}
        canonical_names = {pair.canonical for pair in self.pairs}
        shadowed = [c for c in table.columns if c in canonical_names and c not in used]
        renamed = table.drop(*shadowed).rename(
            {canonical: own for canonical, own in renames.items() if canonical != own}
        )
        rows = {canonical: renamed[ROW].cast("string") for canonical in from_row}
        return renamed.mutate(**rows) if rows else renamed

    def rows(self) -> list[dict[str, str]]:
        """Give a row per canonical column for a report: ``canonical``, ``own``, ``reason``."""
        return [
            {"canonical": pair.canonical, "own": pair.text, "reason": pair.reason}
            for pair in self.pairs
        ]

    def __repr__(self) -> str:
        """Show each pair with its reason, and what comes next."""
        width = max((len(pair.canonical) for pair in self.pairs), default=0)
        lines = [
            f"  {pair.canonical:<{width}} ← {pair.text}  ({pair.reason})" for pair in self.pairs
        ]
        stay = [f"  not mapped: {listed(self.unmapped)}"] if self.unmapped else []
        note = [f"  {self.note}"] if self.note else []
        head = f"ColumnMap for {self.kind}, {len(self.pairs)} columns; next: .apply(table)"
        return "\n".join([head, *lines, *stay, *note])
