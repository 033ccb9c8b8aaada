"""A table looked at: what each column is worth, and the faults in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from segkit.audit.personal import PersonalColumn, word_personal
from segkit.audit.words import column_word, shown_example, shown_value, table_word, word_check
from segkit.i18n import (
    _,
    count_days,
    format_date,
    format_list,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
)

#: A column that may be empty is spoken of when it is filled in fewer rows than this.
_SPARSE = 0.5
#: A newest date further back than this is spoken of, in days.
_STALE_DAYS = 31


@dataclass(frozen=True)
class Broken:
    """A rule that values of a column break: in how many rows, and the ends of them."""

    column: str
    rule: str
    count: int
    n_rows: int
    least: Any
    largest: Any
    low: float | None
    high: float | None
    until: date

    @property
    def text(self) -> str:
        """The fault in a sentence of the current language."""
        return self._wording().format(
            column=column_word(self.column),
            n=format_number(self.count),
            rows=format_number(self.n_rows),
            examples=self.examples,
            low="–" if self.low is None else shown_value(self.low),
            high="–" if self.high is None else shown_value(self.high),
            until=format_date(self.until, short=True),
        )

    def _wording(self) -> str:
        if self.rule == "range" and self.high is None:
            return _("{column}: values below {low} in {n} of {rows} rows, such as {examples}.")
        return {
            "range": _(
                "{column}: not between {low} and {high} in {n} of {rows} rows, such as {examples}."
            ),
            "date": _(
                "{column}: before 1900 or after {until} in {n} of {rows} rows, such as {examples}."
            ),
            "flag": _("{column}: neither 0 nor 1 in {n} of {rows} rows, such as {examples}."),
            "whole": _("{column}: not a whole number in {n} of {rows} rows, such as {examples}."),
            "finite": _("{column}: no usable number in {n} of {rows} rows."),
            "placeholder": _(
                "{column}: a word for nothing in {n} of {rows} rows, such as {examples}."
            ),
            "garbled": _("{column}: characters lost by a wrong encoding in {n} of {rows} rows."),
        }.get(self.rule) or _(
            "{column}: values that break a rule in {n} of {rows} rows, such as {examples}."
        )

    @property
    def examples(self) -> str:
        """The least and the largest of the values; what may be a person's is not shown."""
        if self.rule == "finite":
            return ""
        # Words for nothing are nobody's.
        write = shown_value if self.rule == "placeholder" else shown_example
        ends = [write(value) for value in (self.least, self.largest)]
        return format_list(dict.fromkeys(ends))


@dataclass(frozen=True, eq=False)
class Audit:
    """What a table is worth, column by column; made by ``audit_table``.

    Attributes
    ----------
    kind : str
        Kind of table.
    as_of : date or None
        The day on which it was looked at, where one was given.
    moment : str
        The column that says when the rows happened.
    n_rows, n_duplicates : int
        Rows, and rows that are the same as another in every column.
    missing : tuple of str
        Required columns that are not there.
    wrong_types : tuple
        Column, what it must hold, and its type.
    broken : tuple of Broken
        Rules that values break.
    personal : tuple of PersonalColumn
        Columns that look personal.
    arms : tuple of int
        Customers held out, and not held out, of the campaign with the largest groups.
    """

    kind: str
    as_of: date | None
    moment: str
    n_rows: int
    n_duplicates: int
    missing: tuple[str, ...]
    wrong_types: tuple[tuple[str, str, str], ...]
    broken: tuple[Broken, ...]
    personal: tuple[PersonalColumn, ...]
    _columns: pd.DataFrame = field(repr=False)
    _checks: pd.DataFrame = field(repr=False)
    arms: tuple[int, int] = (0, 0)

    @property
    def table(self) -> pd.DataFrame:
        """One row per column of the table, in its order.

        ============ ======= ===== ========================================================
        name         dtype   unit  meaning
        ============ ======= ===== ========================================================
        column       str           name of the column
        word         str           what it is called in the current language
        known        bool          whether it is a canonical column of this kind of table
        required     bool          whether it must be there
        dtype        str           type in the engine
        present      int64   rows  rows with a value: not null, not blank, a number
        completeness float64 share present of all rows
        distinct     Int64         different values (currencies, however they are spelled);
                                   missing where they cannot be counted
        uniqueness   float64 share distinct of present
        unreadable   int64   rows  rows with a text that could not be read
        invalid      int64   rows  values that break a rule, or could not be read
        validity     float64 share valid of the values sent
        conflicts    int64   rows  of the check of consistency that most fail
        consistency  float64 share rows or groups that pass that check
        lowest       object        least value; None for text
        highest      object        largest value; None for text
        ones         Int64   rows  rows where a flag is set
        newest       object        newest date
        days_behind  Int64   days  from the newest date to ``as_of``
        ============ ======= ===== ========================================================
        """
        frame = self._columns.copy()
        whole = [self.n_rows or float("nan")] * len(frame)
        frame.insert(1, "word", [column_word(name) for name in frame["column"]])
        frame["distinct"] = frame["distinct"].astype("Int64")
        frame["ones"] = frame["ones"].astype("Int64")
        frame["days_behind"] = frame["days_behind"].astype("Int64")
        frame["completeness"] = frame["present"] / whole
        filled = frame["present"].where(frame["present"] > 0)
        frame["uniqueness"] = (frame["distinct"] / filled).astype("float64")
        sent = filled.fillna(0) + frame["unreadable"]
        frame["validity"] = 1 - frame["invalid"] / sent.where(sent > 0)
        worst = [self._worst_check(name) for name in frame["column"]]
        frame["conflicts"] = [conflicts for conflicts, _share in worst]
        frame["consistency"] = [share for _conflicts, share in worst]
        return frame[_ORDER]

    def _worst_check(self, column: str) -> tuple[int, float]:
        """Find the check of a column that most rows or groups fail."""
        checks = self._checks
        own = [column in columns for columns in checks["columns"]]
        checks = checks[pd.Series(own, index=checks.index, dtype=bool) & (checks["asked"] > 0)]
        if checks.empty:
            return 0, float("nan")
        shares = checks["conflicts"] / checks["asked"]
        worst = shares.idxmax()
        return int(checks.at[worst, "conflicts"]), float(1 - shares[worst])

    @property
    def checks(self) -> pd.DataFrame:
        """Checks of consistency: ``check, columns, of, asked, conflicts, said``.

        ``of`` tells whether rows or groups (orders, products, accounts) were counted.
        """
        rows = self._checks[["check", "conflicts", "asked"]].itertuples(index=False)
        return self._checks.assign(said=[word_check(*row) for row in rows])

    @property
    def faults(self) -> list[str]:
        """What is wrong, a sentence each, in the current language; the gravest kind first."""
        if not self.n_rows:
            return [*self._structure(), _("The table has no rows.")]
        conflicts = self.checks[self._checks["conflicts"] > 0]["said"]
        personal = word_personal(list(self.personal))
        return [
            *self._structure(),
            *self._gaps(),
            *(broken.text for broken in self.broken),
            *conflicts,
            *self._repeats(),
            *self._currencies(),
            *self._age(),
            *([personal] if personal else []),
        ]

    def _structure(self) -> list[str]:
        faults = []
        if self.missing:
            words = format_list(
                _("{column} ({name})").format(column=column_word(name), name=name)
                for name in self.missing
            )
            faults.append(
                _("Columns that must be there are missing: {columns}.").format(columns=words)
            )
        text = _("{column}: the type {dtype} does not fit; no value of it could be checked.")
        for name, _wanted, dtype in self.wrong_types:
            faults.append(text.format(column=column_word(name), dtype=dtype))
        return faults

    def _gaps(self) -> list[str]:
        faults = []
        for row in self.table.to_dict("records"):
            gaps = self.n_rows - row["present"] - row["unreadable"]
            words = {"column": row["word"], "rows": format_number(self.n_rows)}
            if row["required"] and gaps:
                text = _("{column}: missing in {n} of {rows} rows.")
                faults.append(text.format(n=format_number(gaps), **words))
            elif gaps == self.n_rows:
                faults.append(_("{column}: empty in all rows.").format(**words))
            elif not row["required"] and row["completeness"] < _SPARSE:
                share = format_percent(row["completeness"])
                faults.append(
                    _("{column}: filled in only {share} of rows.").format(share=share, **words)
                )
            if row["unreadable"]:
                text = _("{column}: cannot be read in {n} of {rows} rows.")
                faults.append(text.format(n=format_number(row["unreadable"]), **words))
        return faults

    def _repeats(self) -> list[str]:
        faults = []
        customers = self._columns[self._columns["column"] == "customer_id"]
        if self.kind == "customers" and len(customers):
            again = int(customers["present"].iloc[0] - (customers["distinct"].iloc[0] or 0))
            if again:
                text = ngettext(
                    "{n} row repeats a customer number that another row has.",
                    "{n} rows repeat a customer number that another row has.",
                    again,
                )
                faults.append(text.format(n=format_number(again)))
        if self.n_duplicates:
            text = ngettext(
                "{n} row is the same as another in every column.",
                "{n} rows are the same as another in every column.",
                self.n_duplicates,
            )
            faults.append(text.format(n=format_number(self.n_duplicates)))
        return faults

    def _currencies(self) -> list[str]:
        found = self._columns[self._columns["column"] == "currency"]
        several = int(found["distinct"].iloc[0] or 0) if len(found) else 0
        if several < 2:
            return []
        text = _("There are amounts in {n} currencies; they cannot be added up.")
        return [text.format(n=format_number(several))]

    def _age(self) -> list[str]:
        found = self.table[self.table["column"] == self.moment]
        if found.empty or pd.isna(found["days_behind"].iloc[0]):
            return []
        behind = int(found["days_behind"].iloc[0])
        if behind <= _STALE_DAYS:
            return []
        text = _("The newest {column} is {day}, {span} before the day of the report.")
        return [
            text.format(
                column=column_word(self.moment),
                day=format_date(found["newest"].iloc[0]),
                span=count_days(behind),
            )
        ]

    @property
    def completeness(self) -> float:
        """Share of the cells of canonical columns that hold a value."""
        return float(self.table.loc[self._columns["known"], "completeness"].mean())

    def summary(self) -> str:
        """Say in a few sentences how large, how complete and how sound the table is."""
        size = _(
            "{table}: rows {rows}, columns {columns}; {share} of the known cells filled."
        ).format(
            table=table_word(self.kind),
            rows=format_number(self.n_rows),
            columns=format_number(len(self._columns)),
            share=format_percent(self.completeness),
        )
        faults = self.faults
        if not faults:
            return join_sentences([size, _("No fault was found.")])
        found = ngettext("{n} fault was found.", "{n} faults were found.", len(faults))
        return join_sentences([size, found.format(n=format_number(len(faults)))])

    def __repr__(self) -> str:
        """Show the sentences, the first faults and the next step."""
        faults = [f"- {fault}" for fault in self.faults[:5]]
        return "\n".join([self.summary(), *faults, "Next: .faults, .table, .checks, carrying(...)"])

    def _repr_html_(self) -> str:
        """Show the summary, the faults and a small table of the columns."""
        heads = [_("Column"), _("Filled"), _("Different values"), _("Valid"), _("Consistent")]
        body = []
        for row in self.table.to_dict("records"):
            shares = [format_percent(row[name]) for name in ("validity", "consistency")]
            distinct = "–" if pd.isna(row["distinct"]) else format_number(row["distinct"])
            cells = [format_percent(row["completeness"]), distinct, *shares]
            numbers = "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in cells)
            body.append(f"<tr><td>{escape(row['word'])}</td>{numbers}</tr>")
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        faults = "".join(f"<li>{escape(fault)}</li>" for fault in self.faults)
        return (
            f"<table><caption>{escape(self.summary())}</caption><thead><tr>{header}</tr></thead>"
            f"<tbody>{''.join(body)}</tbody></table><ul>{faults}</ul>"
        )


_ORDER = [
    "column", "word", "known", "required", "dtype", "present", "completeness", "distinct",
    "uniqueness", "unreadable", "invalid", "validity", "conflicts", "consistency", "lowest",
    "highest", "ones", "newest", "days_behind",
]  # fmt: skip
