"""Who is expected to buy again, with what that rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

import numpy as np
import pandas as pd

from segkit.i18n import (
    _,
    count_days,
    format_date,
    format_number,
    format_percent,
    format_period,
    ngettext,
)
from segkit.segment.result import Segmentation
from segkit.segment.trees.lead import Lead, find_lead
from segkit.segment.trees.model import TreeModel
from segkit.segment.trees.scores import Estimate, gain_table
from segkit.uncertainty import Z95, Share, share_of_count

_YEAR = 365
_NOT_TRIED = Share(math.nan, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class NextPurchase:
    """Who is expected to buy within the next days; made by :func:`predict_next_purchase`.

    Attributes
    ----------
    model : TreeModel
        The rules, as learnt in the earlier window and tested in the later one.
    today : Segmentation
        Today's customers by these rules; ``today.definition`` tells of each rule the share that
        bought in the test, as words, expression, SQL and JSON.
    days : int
        Length of a window, days.
    learnt_as_of, tested_as_of, as_of : datetime.date
        The days on which customers were looked at to learn, to test and for today.
    """

    model: TreeModel
    today: Segmentation
    days: int
    learnt_as_of: date
    tested_as_of: date
    as_of: date
    _counts: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row per rule, the highest expected share first.

        ============= ======= ====== =======================================================
        name          dtype   unit   meaning
        ============= ======= ====== =======================================================
        segment       str            id of the rule's group
        name          str            its name in the current language
        rule          str            who is in it, in words
        learnt        float64 share  probability as learnt in the earlier window
        n_tested      int64   people customers of the test
        observed      float64 share  of them, who bought; NaN without any
        observed_low  float64 share  lower end of its 95 % interval
        observed_high float64 share  upper end
        n_customers   int64   people of today
        share         float64 share  expected to buy: as observed, else as learnt
        buyers        float64 people expected to buy, ``n_customers * share``
        buyers_low    float64 people lower end of the range
        buyers_high   float64 people upper end
        ============= ======= ====== =======================================================

        The range holds chance, in the test and in the days ahead, and a shift of level twice
        as large as the one between the two windows. It is a house rule and no 95 % interval:
        one shift seen tells little of the next. With today moved back month by month in CDNOW,
        Online Retail and The Complete Journey, at 30, 60 and 90 days
        (``benchmarks/backtest_next_purchase.py``), it held 57 of 63 totals and 344 of 400
        numbers by rule; where the level never moves, it is wider than need be.
        """
        rows = self._parts
        noise = _noise(rows)
        rows["buyers_low"] = (rows["buyers"] - np.hypot(rows["below"], noise)).clip(lower=0)
        high = rows["buyers"] + np.hypot(rows["above"], noise)
        rows["buyers_high"] = np.minimum(high, rows["n_customers"])
        rows = rows.sort_values("share", ascending=False, kind="stable", ignore_index=True)
        return rows.drop(columns=["below", "above"])

    @property
    def buyers(self) -> Estimate:
        """Customers expected to buy, with the range; the levels of all rules move together."""
        rows = self._parts
        found, noise = float(rows["buyers"].sum()), math.hypot(*_noise(rows))
        low = found - math.hypot(float(rows["below"].sum()), noise)
        high = found + math.hypot(float(rows["above"].sum()), noise)
        return Estimate(found, max(0.0, low), min(float(rows["n_customers"].sum()), high))

    @property
    def _parts(self) -> pd.DataFrame:
        """The table without the range, and how far the level of each rule may be off, people."""
        rules, profile = self.model.rules, self.today.profile
        rows = self.today.rules.merge(profile[["segment", "n_customers"]], on="segment")
        counts = self._counts.reindex(rows["segment"], fill_value=0)
        learnt = dict(zip(rules["segment"], rules["probability"], strict=True))
        pairs = zip(counts["n_bought"], counts["n_tested"], strict=True)
        seen = [share_of_count(hits, n) if n else _NOT_TRIED for hits, n in pairs]
        people = rows.pop("n_customers")
        rows["learnt"] = [learnt[segment] for segment in rows["segment"]]
        rows["n_tested"] = counts["n_tested"].to_numpy()
        rows["observed"] = [share.value for share in seen]
        rows["observed_low"] = [share.low for share in seen]
        rows["observed_high"] = [share.high for share in seen]
        rows["n_customers"] = people
        rows["share"] = rows["observed"].fillna(rows["learnt"])
        rows["buyers"] = people * rows["share"]
        shift = Z95 * (rows["share"] - rows["learnt"])
        rows["below"] = people * np.hypot(rows["share"] - rows["observed_low"], shift)
        rows["above"] = people * np.hypot(rows["observed_high"] - rows["share"], shift)
        return rows

    @property
    def asks(self) -> bool:
        """Whether any question tells who will buy; without one there is nothing to rank by."""
        return len(self.model.definition.leaves) > 1

    @property
    def lead(self) -> Lead | None:
        """The rules whose share was clearly above the average in the test; None without one."""
        return find_lead(self.table, self.model.tested)

    @property
    def likeliest_third(self) -> Share:
        """Share of those who bought in the test that the likeliest third of customers held."""
        tested = self.model.tested
        outcome = tested["outcome"].to_numpy(dtype="float64")
        score = tested["probability"].to_numpy(dtype="float64")
        hits = float(gain_table(outcome, score, parts=3)["n_outcomes"].iloc[0])
        total = float(outcome.sum())
        return share_of_count(min(hits, total), total)

    @property
    def windows(self) -> tuple[str, str]:
        """The time learnt from and the time tested in, as a reader writes them."""
        ends = [day + timedelta(days=self.days) for day in (self.learnt_as_of, self.tested_as_of)]
        starts = [day + timedelta(days=1) for day in (self.learnt_as_of, self.tested_as_of)]
        learnt, tested = (format_period(*pair) for pair in zip(starts, ends, strict=True))
        return learnt, tested

    @property
    def limits(self) -> list[str]:
        """What these numbers cannot say, in the current language."""
        learnt, tested = self.windows
        text = _(
            "Who will buy again was learnt from purchases of {learnt}, when {before} of customers "
            "bought, and tested on those of {tested}, when {after} did. What is expected from now "
            "on has the level of the test; its range allows for twice such a shift again."
        )
        sample = self.model.sample
        rates = {
            "before": format_percent(sample.train_rate),
            "after": format_percent(sample.test_rate),
        }
        limits = [text.format(learnt=learnt, tested=tested, **rates)]
        if self.days < _YEAR:
            limits.append(
                _(
                    "Both are other seasons than the {span} ahead: around a feast or a sale more "
                    "customers buy, whatever the rule."
                ).format(span=count_days(self.days))
            )
        return limits

    @property
    def verdict(self) -> str:
        """Whether the rules tell more than one question does, in the current language."""
        if not self.asks:
            return _("No question tells who will buy: the rules part nobody.")
        auc = self.model.metric("auc")
        facts = {
            "auc": format_percent(auc["value"]),
            "single": format_percent(auc["single_rule"]),
            "rule": self.model.single_rule_words,
        }
        if self.model.beats_single_rule:
            text = _(
                "Of a customer who bought in the test and one who did not, the rules put the right "
                "one first in {auc} of cases, the best single question ({rule}) in {single}."
            )
        else:
            text = _(
                "One question does as well: {rule}. Of a customer who bought in the test and one "
                "who did not, it puts the right one first in {single} of cases, the rules in "
                "{auc}; the difference can be chance."
            )
        return text.format(**facts)

    @property
    def answer(self) -> list[str]:
        """How many are expected to buy, and how well that was told in the test, as sentences."""
        found, n = self.buyers, int(self._parts["n_customers"].sum())
        text = ngettext(
            "{buyers} of {n} customer is expected to buy within {span} of {date} ({low} to "
            "{high}).",
            "{buyers} of {n} customers are expected to buy within {span} of {date} ({low} to "
            "{high}).",
            n,
        )
        first = text.format(
            buyers=format_number(found.value),
            n=format_number(n),
            span=count_days(self.days),
            date=format_date(self.as_of),
            low=format_number(found.low),
            high=format_number(found.high),
        )
        return [first, *self._led(), self.verdict]

    def _led(self) -> list[str]:
        """Say what the rules above the average held in the test, beside a single question."""
        found = self.lead
        if not self.asks:
            return []
        if found is None:
            return [_("No group bought clearly more often in the test than customers on average.")]
        text = ngettext(
            "In the test the {n} group clearly above the average of {average}, {people} of "
            "customers, held {share} of the buyers ({interval}); the best single question finds "
            "{single} among as many.",
            "In the test the {n} groups clearly above the average of {average}, {people} of "
            "customers, held {share} of the buyers ({interval}); the best single question finds "
            "{single} among as many.",
            len(found.segments),
        )
        return [
            text.format(
                n=format_number(len(found.segments)),
                average=format_percent(found.average),
                people=format_percent(found.people, 0),
                share=found.gain.text,
                interval=found.gain.interval_text,
                single=format_percent(found.single),
            )
        ]

    def summary(self) -> str:
        """Say how many are expected to buy, how well that was told before, and its limits."""
        return "\n".join([*self.answer, *self.limits])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        n, found = int(self._parts["n_customers"].sum()), self.buyers
        return (
            f"NextPurchase: {found.value:,.0f} of {n:,} customers expected to buy within "
            f"{self.days} days of {self.as_of} ({found.low:,.0f} to {found.high:,.0f}).\n"
            "Next: .table, .summary(), .model.metrics, .today.to_sql('postgres')"
        )

    def _repr_html_(self) -> str:
        """Show the rules with today's customers and the expected buyers; words are escaped."""
        heads = [_("Rule"), _("Expected share"), _("Customers"), _("Expected buyers")]
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        body = []
        for row in self.table.itertuples(index=False):
            cells = [
                str(row.rule),
                format_percent(row.share),
                format_number(row.n_customers),
                format_number(row.buyers),
            ]
            body.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        return f"<table><thead><tr>{header}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _noise(rows: pd.DataFrame) -> np.ndarray:
    """Give how far chance alone may carry the numbers of buyers, people."""
    share = rows["share"].to_numpy(dtype="float64")
    people = rows["n_customers"].to_numpy(dtype="float64")
    return np.asarray(Z95 * np.sqrt(people * share * (1 - share)))
