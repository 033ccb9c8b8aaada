"""What named conditions give: who is in each group, what the groups are worth, where they meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import ibis
import pandas as pd

from segkit.cells import write_csv
from segkit.checks import check_choice, fail
from segkit.collect.frames import Frame, as_ibis, like
from segkit.errors import ArgumentError
from segkit.groups.condition import Condition
from segkit.i18n import _, format_number, format_percent, ngettext
from segkit.schemes.compile import DIALECTS, named_table

#: Engines whose tables hold no true and false.
_WITHOUT_FLAGS = {"mssql", "oracle"}


@dataclass(frozen=True, eq=False)
class CustomerGroups:
    """Customers by named conditions; made by :func:`build_groups`.

    Attributes
    ----------
    customers : table of the kind that was given, lazy for Ibis
        ``customer_id`` and a flag for each group, under the group's name.
    conditions : mapping
        The conditions by name.
    profile : pandas.DataFrame
        ============== ======= ======== ==================================================
        name           dtype   unit     meaning
        ============== ======= ======== ==================================================
        group          str              name of the group
        condition      str              its condition, as SQL
        n_customers    int64   people   who fulfils it
        customer_share float64 share    of all customers
        n_unknown      int64   people   who lacks a value that decides; in no group
        revenue        float64 currency sum; NaN when the table has no revenue
        revenue_share  float64 share    of all revenue; NaN when that is not above zero
        mean_revenue   float64 currency per customer
        ============== ======= ======== ==================================================
    overlap : pandas.DataFrame
        Customers in both groups, groups down and across; a group's size on the diagonal.
    n_customers, n_in_none, n_in_several : int
        All customers, those in no group, and those in more than one.
    notes : tuple of str
        Values that a condition asks for and no customer has, in the language of the call.
    """

    customers: Frame
    conditions: Mapping[str, Condition]
    profile: pd.DataFrame
    overlap: pd.DataFrame
    n_customers: int
    n_in_none: int
    n_in_several: int
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The profile, under the name that every result of segkit has."""
        return self.profile

    @property
    def several(self) -> CustomerGroups | None:
        """The same where there are two groups or more, else None: one overlaps with nothing."""
        return self if len(self.conditions) > 1 else None

    def members(self, group: str) -> Frame:
        """Give the ids of a group's customers, as a table of the kind that was given."""
        check_choice("members", "group", group, list(self.conditions))
        table = as_ibis(self.customers)
        return like(table.filter(table[group]).select("customer_id"), self.customers)

    def export(self, folder: str | Path) -> list[Path]:
        """Write each group's customers as a CSV file, for the CRM that acts on them.

        Raises
        ------
        ArgumentError
            If a file is there already, or the folder cannot be written.
        """
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArgumentError(
                f"export: folder {str(folder)!r} cannot be made: {error.strerror}. Give another."
            ) from error
        paths = [
            place / f"{i:02d}-{_file_name(name)}.csv" for i, name in enumerate(self.conditions, 1)
        ]
        for path in paths:
            if path.exists():
                rule = "a folder without these files"
                fail("export", "folder", rule, path.name, "Give another, or remove the file.")
        for path, name in zip(paths, self.conditions, strict=True):
            members = as_ibis(self.members(name))
            write_csv(members.order_by("customer_id"), path)
        return paths

    def to_sql(self, dialect: str = "duckdb", table: str = "customers") -> str:
        """Print one SELECT statement for a warehouse: 1 or 0 for each group and customer.

        Flags of the table are taken as 1 and 0 by SQL Server and Oracle, which know no others.
        """
        check_choice("to_sql", "dialect", dialect, list(DIALECTS))
        columns = {"customer_id": "string"}
        flag = "int64" if dialect in _WITHOUT_FLAGS else "boolean"
        types = {"number": "float64", "text": "string", "date": "timestamp", "flag": flag}
        for condition in self.conditions.values():
            columns |= {name: types[condition._kinds[name]] for name in condition.columns}
        source = named_table(columns, table, function="to_sql")
        flags = {
            name: ibis.cases((condition.on(source), 1), else_=0)
            for name, condition in self.conditions.items()
        }
        return str(ibis.to_sql(source.select("customer_id", **flags), dialect=DIALECTS[dialect]))

    def summary(self) -> str:
        """Say how large the groups are, and how many customers are in none or in several."""
        lines = [
            ngettext(
                "{name}: {people} customer ({share}).", "{name}: {people} customers ({share}).", n
            ).format(name=name, people=format_number(n), share=format_percent(share))
            for name, n, share in zip(
                self.profile["group"],
                self.profile["n_customers"],
                self.profile["customer_share"],
                strict=True,
            )
        ]
        text = _("In no group: {none}; in more than one: {several}; customers in all: {people}.")
        lines.append(
            text.format(
                none=format_number(self.n_in_none),
                several=format_number(self.n_in_several),
                people=format_number(self.n_customers),
            )
        )
        return "\n".join([*lines, *self.notes])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"CustomerGroups of {self.n_customers:,} customers: {', '.join(self.conditions)}. "
            "Next: .profile, .overlap, .members(group), .export(folder), .to_sql('postgres')"
        )

    def _repr_html_(self) -> str:
        """Show the summary; names may be a client's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def _file_name(name: str) -> str:
    """Make a name that every system can write: letters, digits and hyphens."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in name)
    return "-".join(part for part in kept.split("-") if part)[:40] or "group"
