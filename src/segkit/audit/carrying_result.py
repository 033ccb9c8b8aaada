"""The verdict on each analysis: yes, with care or no, with the reason in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from segkit.audit.analyses import (
    Analysis,
    ColumnNeed,
    FactNeed,
    Need,
    Texts,
    fact_word,
    list_analyses,
)
from segkit.audit.words import column_word, table_word
from segkit.checks import check_choice
from segkit.i18n import (
    _,
    format_list,
    format_number,
    format_percent,
    get_language,
    join_sentences,
    localized,
)

VERDICTS = ("yes", "care", "no")
#: Share of rows in which a column is filled, by ``table.column``.
Filled = Mapping[str, float]


def verdict_word(verdict: str) -> str:
    """Say a verdict in the current language."""
    return {"yes": _("yes"), "care": _("with care"), "no": _("no")}[verdict]


@dataclass(frozen=True)
class Judged:
    """One need held against the data."""

    need: Need
    have: float
    verdict: str
    #: The fact that was counted, or the column that is fullest.
    what: str

    @property
    def source(self) -> Texts:
        """Why so much is needed."""
        if isinstance(self.need, ColumnNeed) and self.have:
            return self.need.filled_source
        return self.need.source

    @property
    def reach(self) -> float:
        """How much of what is needed is there; above 1 for more than enough."""
        return self.have / self.need.good if self.need.good else 1.0

    @property
    def there(self) -> str:
        """What is there of a number, in the current language."""
        return _("{n} {what}").format(n=_count(self.have), what=fact_word(self.what))

    @property
    def needed(self) -> str:
        """What is needed, in the current language."""
        if isinstance(self.need, ColumnNeed):
            return columns_word(self.need)
        text = _("at least {care}, better {good} {what}")
        return text.format(
            what=fact_word(self.what),
            good=_count(self.need.good),
            care=_count(self.need.care),
        )

    @property
    def bring(self) -> str:
        """What would make it possible, in the current language."""
        if isinstance(self.need, FactNeed):
            text = _("{good} {what} instead of {have}.") if self.have else _("{good} {what}.")
            return text.format(
                what=fact_word(self.what),
                good=_count(self.need.good),
                have=_count(self.have),
            )
        if self.have:
            text = _("{column}: filled in {share} of rows instead of {have}.")
            share, have = format_percent(self.need.good, 0), format_percent(self.have, 0)
            return text.format(column=columns_word(self.need), share=share, have=have)
        return _("A column: {column}.").format(column=columns_word(self.need))


@dataclass(frozen=True, eq=False)
class Carrying:
    """What the data can carry; made by ``carrying``.

    Attributes
    ----------
    facts : mapping
        What was counted, by name: ``customers, span_days, respondents`` …
    filled : mapping
        Share of rows in which each column is filled, by ``table.column``.
    """

    facts: Mapping[str, float]
    filled: Filled

    def judge(self, analysis: Analysis) -> list[Judged]:
        """Hold each need of an analysis against the data."""
        return [self._judge(need) for need in analysis.needs]

    def _judge(self, need: Need) -> Judged:
        if isinstance(need, FactNeed):
            what = max(need.facts, key=lambda fact: self.facts[fact])
            have = self.facts[what]
            without = "no"
        else:
            what = max(need.columns, key=lambda column: self.filled.get(column, 0.0))
            have = self.filled.get(what, 0.0)
            without = need.without
        if have >= need.good:
            return Judged(need, have, "yes", what)
        return Judged(need, have, "care" if have >= need.care else without, what)

    def verdict(self, analysis: str) -> str:
        """Tell the verdict on an analysis by its id: ``"yes"``, ``"care"`` or ``"no"``."""
        known = {one.id: one for one in list_analyses()}
        check_choice("Carrying.verdict", "analysis", analysis, list(known))
        return _worst(self.judge(known[analysis]))

    @property
    def table(self) -> pd.DataFrame:
        """One row per analysis, in the order of the criteria.

        ============ ===== ==============================================================
        name         dtype meaning
        ============ ===== ==============================================================
        analysis     str   id, which never changes
        criterion    str   number of the criterion: S1 to S16 segmentations, V1 to V11
                           grading and value, E evaluation, T strategy
        name         str   the analysis in the current language
        verdict      str   yes, care, no
        verdict_word str   the same in the current language
        there        str   what is there of the numbers it needs
        needed       str   the need that decides
        source       str   why that threshold: a publication, or a rule of the house
        source_kind  str   literature, house or definition
        bring        str   what to bring so that it is a yes; empty where it is
        ============ ===== ==============================================================
        """
        return pd.DataFrame([self._row(analysis) for analysis in list_analyses()])

    def _row(self, analysis: Analysis) -> dict[str, str]:
        judged = self.judge(analysis)
        verdict = _worst(judged)
        facts = [one for one in judged if isinstance(one.need, FactNeed)]
        short = [one for one in judged if one.verdict != "yes"]
        decides = _decides(judged, verdict)
        # A table that is not there at all has no numbers worth telling.
        there = [one.there for one in facts if one.have] or [_("nothing of it")]
        return {
            "analysis": analysis.id,
            "criterion": analysis.criterion,
            "name": analysis.name,
            "verdict": verdict,
            "verdict_word": verdict_word(verdict),
            "there": format_list(there),
            "needed": decides.needed,
            "source": localized(decides.source),
            "source_kind": decides.source["kind"],
            "bring": join_sentences(self.bring(short)),
        }

    def bring(self, short: list[Judged]) -> list[str]:
        """Say what to bring; the columns of a table that is not there in one sentence."""
        columns: dict[str, list[str]] = {}
        rest = []
        for one in short:
            table = self.missing_table(one)
            if table:
                names = [column_word(name) for name in of_table(one.need, table)]
                columns.setdefault(table, []).append(either(names))
            else:
                rest.append(one.bring)
        text = _("A table of {table}: {columns}.")
        whole = [
            text.format(table=table_word(table), columns=in_a_row(names))
            for table, names in columns.items()
        ]
        return [*whole, *rest]

    def missing_table(self, one: Judged) -> str:
        """Name the table that a needed column would be in, where nothing of it is there."""
        if isinstance(one.need, FactNeed) or one.have:
            return ""
        there = {column.partition(".")[0] for column in self.filled}
        tables = [column.partition(".")[0] for column in one.need.columns]
        return "" if set(tables) & there else tables[0]

    def count(self, verdict: str) -> int:
        """Count the analyses with a verdict."""
        check_choice("Carrying.count", "verdict", verdict, VERDICTS)
        return sum(_worst(self.judge(analysis)) == verdict for analysis in list_analyses())

    def summary(self) -> str:
        """Say in two sentences how much can be done."""
        n = len(list_analyses())
        text = _("Analyses that these data carry: {yes} of {n}; with care: {care}.")
        lead = text.format(
            n=format_number(n),
            yes=format_number(self.count("yes")),
            care=format_number(self.count("care")),
        )
        wanted = _("Most often missing: {columns}.")
        missing = self._most_missing()
        return join_sentences([lead, *([wanted.format(columns=missing)] if missing else [])])

    def _most_missing(self) -> str:
        """Name the tables and columns that most analyses lack, the most wanted first."""
        lacking: Counter[str] = Counter()
        for analysis in list_analyses():
            wanted = set()
            for one in self.judge(analysis):
                if isinstance(one.need, ColumnNeed) and not one.have:
                    table = self.missing_table(one)
                    wanted.add(table_word(table) if table else columns_word(one.need))
            lacking.update(sorted(wanted))
        return format_list(name for name, _times in lacking.most_common(3))

    def __repr__(self) -> str:
        """Show the sentences and name the next step."""
        return (
            f"{self.summary()}\nNext: .table, carrying_overview_table(found), carrying_table(found)"
        )

    def _repr_html_(self) -> str:
        """Show analysis, verdict and what to bring as a small table."""
        heads = [_("Analysis"), _("Possible"), _("What to bring")]
        body = "".join(
            "<tr>"
            + "".join(f"<td>{escape(row[key])}</td>" for key in ("name", "verdict_word", "bring"))
            + "</tr>"
            for row in self.table.to_dict("records")
        )
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        return (
            f"<table><caption>{escape(self.summary())}</caption>"
            f"<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
        )


def _worst(judged: list[Judged]) -> str:
    return max((one.verdict for one in judged), key=VERDICTS.index)


def _decides(judged: list[Judged], verdict: str) -> Judged:
    """Find the need that the verdict rests on: of the worst ones the furthest from enough.

    Where all is there, it is the number that is nearest to too few.
    """
    worst = [one for one in judged if one.verdict == verdict]
    if verdict == "yes":
        worst = [one for one in worst if isinstance(one.need, FactNeed)] or worst
    return min(worst, key=lambda one: one.reach)


def of_table(need: Need, table: str) -> list[str]:
    """List those of the needed columns that a table has, by their canonical names."""
    assert isinstance(need, ColumnNeed)
    pairs = (column.partition(".") for column in need.columns)
    return [name for home, _dot, name in pairs if home == table]


def columns_word(need: ColumnNeed) -> str:
    """Name a column, or those of which one is enough, with their table."""
    by_table: dict[str, list[str]] = {}
    for column in need.columns:
        table, _dot, name = column.partition(".")
        by_table.setdefault(table, []).append(column_word(name))
    text = _("{columns} ({table})")
    parts = [
        text.format(columns=either(names), table=table_word(table))
        for table, names in by_table.items()
    ]
    return either(parts)


def in_a_row(items: list[str]) -> str:
    """Put items in a row of which each may be a list itself."""
    return ("；" if get_language() == "zh" else "; ").join(items)


def either(names: list[str]) -> str:
    """Name several of which one is enough."""
    if len(names) == 1:
        return names[0]
    return _("{some} or {other}").format(some=format_list(names[:-1]), other=names[-1])


def _count(number: float) -> str:
    return format_number(number, 0 if number == round(number) else 1)
