"""The search for canonical columns: the reader's word, a preset, the name, usual names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.checks import check_columns, fail, listed, shown
from segkit.collect.columns.column_map import ColumnMap, MappedColumn
from segkit.collect.columns.known_headers import Preset, Wanted, plain, synonyms, tells_scale
from segkit.collect.columns.value_names import is_record
from segkit.errors import DataError
from segkit.schema import ROW, TABLES, names

_FACTORS = ("quantity", "unit_price")
#: Columns that segkit itself adds to a table.
_RESERVED = "segkit_"


class ColumnSearch:
    """The columns found so far, and the own columns that are still free."""

    def __init__(self, own: list[str], kind: str, function: str) -> None:
        self.own = own
        self.kind = kind
        self.function = function
        self.wanted = names(TABLES[kind])
        self.found: dict[str, MappedColumn] = {}
        self.missing: list[str] = []
        self.ambiguous: dict[str, list[str]] = {}

    @property
    def free(self) -> list[str]:
        """Own columns that no canonical one has taken yet."""
        taken = {own for pair in self.found.values() if len(pair.own) == 1 for own in pair.own}
        return [own for own in self.own if own not in taken and not own.startswith(_RESERVED)]

    @property
    def open(self) -> list[str]:
        """Canonical columns that are still to be found."""
        return [c for c in self.wanted if c not in self.found and c not in self.ambiguous]

    def take(self, canonical: str, own: tuple[str, ...], how: str, **more: Any) -> None:
        """Note what a canonical column comes from."""
        self.found[canonical] = MappedColumn(canonical, own, how, **more)

    def take_own(self, wanted: Wanted) -> None:
        """Take what the reader named; names that are not there are noted as missing."""
        for canonical, texts in wanted.items():
            found = self._first(texts)
            if found is None:
                self.missing += self._absent(texts[0])
            else:
                self._refuse_twice(canonical, found)
                self.take(canonical, found, "own map")

    def take_preset(self, preset: Preset, wanted: Wanted) -> None:
        """Take what a preset names and the table has, unless the reader named another."""
        any_found = False
        for canonical, texts in wanted.items():
            found = self._first(texts, free_only=True)
            any_found = any_found or self._first(texts) not in (None, (ROW,))
            if found is not None and canonical not in self.found:
                self.take(canonical, found, "preset", titles=preset.titles)
        if not any_found:
            self._refuse_record()
            first = listed(text for (text, *_others) in wanted.values() if text != ROW)
            message = f"{self.function}: the table has no column of the preset {preset.name}: "
            raise DataError(f"{message}{first}. It has {listed(self.own, 30)}.")

    def name_factors(self) -> None:
        """Let the factors of an amount be quantity and unit price, unless they are mapped."""
        pair = self.found.get("amount")
        if self.kind != "transactions" or pair is None or len(pair.own) != 2:
            return
        known = synonyms(self.kind)
        places = [place for place in _FACTORS if place not in self.found]
        factors = [own for own in pair.own if own in self.free]
        fits = {
            (own, place): plain(own) == plain(place)
            or any(plain(own) in level for level in known[place])
            for own in factors
            for place in places
        }
        if len(factors) != len(places):
            return
        # As the names say, and else in the order that they are written in.
        if len(places) == 2 and (fits[factors[0], places[1]] or fits[factors[1], places[0]]):
            factors.reverse()
        for own, place in zip(factors, places, strict=True):
            self.take(place, (own,), pair.how, titles=pair.titles)

    def take_names(self) -> None:
        """Take columns of the canonical name, whatever the way it is written."""
        for canonical in self.open:
            free = self.free
            alike = [own for own in free if plain(own) == plain(canonical)]
            if canonical in free or len(alike) == 1:
                self.take(canonical, (canonical if canonical in free else alike[0],), "name")
            elif alike:
                self.ambiguous[canonical] = alike

    def take_synonyms(self) -> None:
        """Take usual names, the best level that the table has; then a product for the amount."""
        if not self.free or not self.open:
            return
        known = synonyms(self.kind)
        for canonical in self.open:
            free = {own: plain(own) for own in self.free}
            levels = [
                [own for own, name in free.items() if name in level]
                for level in known.get(canonical, ())
            ]
            best = next((level for level in levels if level), [])
            if len(best) == 1:
                others = tuple(own for level in levels for own in level if own not in best)
                self.take(canonical, (best[0],), "synonym", others=others)
            elif best:
                self.ambiguous[canonical] = best
        if "amount" in self.open and self.kind == "transactions":
            factors = [self.found[place].own[0] for place in _FACTORS if place in self.found]
            if len(factors) == 2:
                self.take("amount", (factors[0], factors[1]), "product")

    def refuse_faults(self) -> None:
        """Raise one error for all that is missing or ambiguous."""
        told = "; ".join(
            f"{canonical} could be {' or '.join(map(shown, own))}"
            for canonical, own in self.ambiguous.items()
        )
        required = names(TABLES[self.kind], required=True)
        missing = [c for c in required if c in self.open] + self.missing
        if missing:
            self._refuse_record()
            # A column of that name may be there, and be mapped to another one.
            others = [own for own in self.own if own not in missing]
            pairs = ",".join(f"{name}=…" for name in required)
            product = " (or amount=Quantity*UnitPrice)" if "amount" in missing else ""
            remedy = f"Name yours with columns={{...}}, or --map {pairs}{product}."
            remedy += f" Besides, {told}." if told else ""
            scaled = [own for own in self.own if tells_scale(own)]
            if scaled:
                remedy += f" {listed(map(shown, scaled))} tells a scale and is not taken unasked."
            check_columns(self.function, others, missing, remedy=remedy)
        if told:
            first = {canonical: own[0] for canonical, own in self.ambiguous.items()}
            pairs = ",".join(f"{canonical}={own}" for canonical, own in first.items())
            remedy = f"Say which, such as columns={first!r}, or --map {pairs}."
            raise DataError(f"{self.function}: {told}. {remedy}")

    def result(self, notes: Mapping[str, str]) -> ColumnMap:
        """Give what was found as a column map."""
        used = {own for pair in self.found.values() for own in pair.own}
        rest = [own for own in self.own if own not in used and not own.startswith(_RESERVED)]
        pairs = tuple(self.found[c] for c in self.wanted if c in self.found)
        return ColumnMap(self.kind, pairs, tuple(rest), notes)

    def _refuse_record(self) -> None:
        """Say that the header is missing where names are values, and show none of them."""
        if is_record([name for name in self.own if not name.startswith(_RESERVED)]):
            raise DataError(
                f"{self.function}: the table has no header: its first row looks like a record. "
                "Put a row with the names of the columns above it."
            )

    def _first(self, texts: Sequence[str], *, free_only: bool = False) -> tuple[str, ...] | None:
        """Find the first of several own names or products that the table has."""
        for text in texts:
            found = self._columns(text, self.free if free_only else self.own)
            if found is not None:
                return found
        return None

    def _columns(self, text: str, among: list[str]) -> tuple[str, ...] | None:
        if text == ROW:
            return (ROW,)
        one = _one_of(text, among)
        if one is not None or "*" not in text.replace("×", "*"):
            return None if one is None else (one,)
        # A factor may be a canonical column as well.
        parts = [_one_of(part.strip(), self.own) for part in text.replace("×", "*").split("*")]
        known = [part for part in parts if part is not None]
        return tuple(known) if len(known) == len(parts) == 2 and len(set(known)) == 2 else None

    def _absent(self, text: str) -> list[str]:
        parts = [part.strip() for part in text.replace("×", "*").split("*")]
        absent = [part for part in parts if _one_of(part, self.own) is None]
        if len(parts) > 2 or not absent:
            rule = "one column, or the product of two"
            fail(self.function, "columns", rule, text, error=DataError)
        return absent

    def _refuse_twice(self, canonical: str, own: tuple[str, ...]) -> None:
        for other in self.found.values():
            if len(own) == 1 and other.own == own:
                remedy = "Give each canonical column one of its own."
                fail(self.function, "columns", "a map to different columns", own[0], remedy)


def _one_of(name: str, own: Sequence[str]) -> str | None:
    """Find a column of this name, or the only one that differs in its writing alone."""
    if name in own:
        return name
    alike = [one for one in own if plain(one) == plain(name)]
    return alike[0] if len(alike) == 1 else None
