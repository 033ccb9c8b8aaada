"""A tree that predicts an outcome, with all that tells how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from segkit.collect.frames import Frame, as_ibis, like
from segkit.i18n import _, format_list, format_number, format_percent, ngettext
from segkit.segment.result import Segmentation, assign_segments
from segkit.segment.trees.definition import TreeDefinition
from segkit.segment.trees.leaks import Leak
from segkit.segment.trees.standout import Standout, best_leaf, keeps_order, likeliest_part
from segkit.segment.trees.tree import Tree
from segkit.segment.trees.words import path_words

#: House rule: a share that is off by more than a tenth of itself has moved.
_MOVED = 0.1


@dataclass(frozen=True)
class Sample:
    """How many customers the tree was made on and tested on, and the shares with the outcome.

    ``by_time`` tells that the test is later than the training, ``as_they_were`` that it is a
    table of its own, in which the same customers may be as they were later. ``n_unknown``
    customers were left out for their outcome, ``n_undated`` more for their moment.
    """

    n_train: int
    train_rate: float
    n_test: int
    test_rate: float
    by_time: bool
    n_unknown: int
    as_they_were: bool = False
    n_undated: int = 0


@dataclass(frozen=True, eq=False)
class TreeModel:
    """A tree that predicts an outcome; made by :func:`fit_tree`.

    Attributes
    ----------
    definition : TreeDefinition
        The rules; each leaf is a group with its calibrated probability.
    metrics : pandas.DataFrame
        On customers the tree never saw, or as they were later, one row for ``auc``, ``brier``
        and ``log_loss``:

        ============ ======= ==============================================================
        name         dtype   meaning
        ============ ======= ==============================================================
        measure      str     ``auc`` (more is better), ``brier``, ``log_loss`` (less is)
        value        float64 of the tree
        low, high    float64 its 95 % interval; by the chance of the tested customers alone,
                             the tree being taken as it is
        base         float64 of telling everybody the share in training
        single_rule  float64 of the best single question
        gain         float64 how much better the tree is than that question
        gain_low     float64 lower end of its 95 % interval
        gain_high    float64 upper end
        ============ ======= ==============================================================
    gain : pandas.DataFrame
        ``tenth`` (1 is the most likely), ``n_customers``, ``n_outcomes``, ``rate``, ``lift``,
        ``cumulative_customers``, ``cumulative_gain``, ``cumulative_lift``; shares of 1.
        ``n_outcomes`` is no whole number where a tenth ends within a leaf.
    reliability : pandas.DataFrame
        ``predicted`` against ``observed`` share, its 95 % interval, and whether they agree:
        by a wider interval the more groups there are, so that of 20 models whose
        probabilities are right one has a group that does not (Bonferroni).
    tested : pandas.DataFrame
        ``customer_id``, ``probability``, ``outcome``, ``single_rule`` (the probability by the
        best single question) and ``segment`` (the leaf, where the test is later) of each
        customer it was tested on.
        In cross-validation ``probability``, ``gain`` and ``reliability`` are of the first
        drawing of the folds, ``metrics`` the mean of all drawings.
    single_rule : Tree
        The best single question, fitted on the same training customers.
    leaks : tuple of Leak
        Features that may know the outcome.
    left_out : tuple of str
        Columns not used because they are known too late, or run along with time.
    """

    definition: TreeDefinition
    outcome: str
    sample: Sample
    metrics: pd.DataFrame
    gain: pd.DataFrame = field(repr=False)
    reliability: pd.DataFrame = field(repr=False)
    tested: pd.DataFrame = field(repr=False)
    single_rule: Tree = field(repr=False)
    leaks: tuple[Leak, ...] = ()
    left_out: tuple[str, ...] = ()
    time_bound: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The metrics, under the name that every result of segkit has."""
        return self.metrics

    @property
    def rules(self) -> pd.DataFrame:
        """One row per leaf, most likely first.

        ============= ======= ====== ======================================================
        name          dtype   unit   meaning
        ============= ======= ====== ======================================================
        segment       str            id of the leaf, ``leaf_1`` the most likely
        name          str            its name in the current language
        rule          str            who is in it, in words, in the current language
        probability   float64 share  calibrated probability of the outcome
        n_train       int64   people customers it grew on, those of the leaf
        ============= ======= ====== ======================================================
        """
        definition = self.definition
        leaf_of = {segment: leaf for leaf, segment in definition.leaves.items()}
        table = definition.rules()
        leaves = [leaf_of[segment] for segment in table["segment"]]
        nodes = definition.tree.nodes
        table["probability"] = [definition.probabilities[leaf] for leaf in leaves]
        table["n_train"] = [nodes[leaf].n for leaf in leaves]
        return table

    @property
    def single_rule_words(self) -> str:
        """The best single question, by its likelier answer, in the current language."""
        tree = self.single_rule
        paths = dict(tree.paths())
        best = max(paths, key=lambda leaf: tree.nodes[leaf].counts[1] / max(1, tree.nodes[leaf].n))
        return path_words(paths[best])

    def metric(self, measure: str) -> dict[str, Any]:
        """Give one row of the metrics, ``auc``, ``brier`` or ``log_loss``."""
        return dict(self.metrics.set_index("measure").loc[measure])

    @property
    def beats_single_rule(self) -> bool:
        """Whether the tree ranks customers better than one question, beyond chance."""
        return bool(self.metric("auc")["gain_low"] > 0)

    def predict(self, customers: Frame) -> Frame:
        """Give ``customer_id``, ``probability`` and ``segment`` in the kind that was given.

        Both are missing or ``"unclassified"`` where the tree lacks what it has to ask.
        """
        table = as_ibis(customers, function="predict", argument="customers")
        table = self.definition.check(table, "predict")
        return like(self.definition.expression(table), customers)

    def assign(self, customers: Frame) -> Segmentation:
        """Put customers into the leaves, as a segmentation with profile, rules and SQL."""
        return assign_segments(customers, self.definition, function="assign")

    def to_sql(self, dialect: str = "duckdb", table: str = "customers") -> str:
        """Print leaves and probabilities as one SELECT statement."""
        return self.definition.to_sql(dialect, table)

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before believing the tree, in the current language."""
        return [*(leak.sentence for leak in self.leaks), *self._drift(), *self._weakness()]

    def _drift(self) -> list[str]:
        agrees = self.reliability["agrees"]
        if agrees.all():
            return []
        rates = {
            "before": format_percent(self.sample.train_rate),
            "after": format_percent(self.sample.test_rate),
        }
        if self.sample.by_time and self._level_moved():
            return [self._moved_words().format(**rates)]
        n_off, n = int((~agrees).sum()), len(agrees)
        text = _("Predicted and observed shares disagree in {n_off} of {n} groups.")
        if not self.keeps_order:
            text = _(
                "Predicted and observed shares disagree in {n_off} of {n} groups, and groups "
                "predicted lower came out higher: neither the order of the groups nor their "
                "probabilities hold."
            )
        return [text.format(n_off=format_number(n_off), n=format_number(n))]

    def _moved_words(self) -> str:
        if self.keeps_order:
            return _(
                "The share of customers with the outcome moved from {before} in training to "
                "{after} in the later test: the order of the groups can be used, the "
                "probabilities cannot be taken literally."
            )
        return _(
            "The share of customers with the outcome moved from {before} in training to {after} "
            "in the later test, and groups predicted lower came out higher: neither the order "
            "of the groups nor their probabilities hold."
        )

    @property
    def keeps_order(self) -> bool:
        """Whether in the test the observed shares rose with the predicted ones, chance aside."""
        return keeps_order(self.reliability)

    @property
    def standout(self) -> Standout | None:
        """The group clearly above the average in the test; None where there is none.

        By a later test the leaf with the highest share there. In cross-validation the likeliest
        part of customers, as large as the first leaf.
        """
        if self.sample.by_time:
            return best_leaf(self.tested)
        first = self.rules.iloc[0]
        return likeliest_part(self.tested, first["n_train"] / self.sample.n_train, first["segment"])

    def _level_moved(self) -> bool:
        predicted = float(self.tested["probability"].mean())
        return abs(predicted - self.sample.test_rate) > _MOVED * self.sample.test_rate

    def _weakness(self) -> list[str]:
        if len(self.definition.tree.nodes) == 1:
            return [_("No question tells who will have the outcome: the tree asks nothing.")]
        if not self.beats_single_rule:
            return [_("The tree is not clearly better than the best single question.")]
        return []

    @property
    def notes(self) -> list[str]:
        """How the tree was made and tested, in the current language."""
        return [self._tested_note(), *self._interval_notes(), *self._left_out_notes()]

    def _interval_notes(self) -> list[str]:
        """Say what the intervals leave out; the later customers test the very tree."""
        if self.sample.by_time:
            return []
        return [
            _(
                "The intervals hold the chance in who was tested, not that in who the tree was "
                "made on: the tree itself can do somewhat better or worse."
            )
        ]

    def _tested_note(self) -> str:
        facts = {
            "n_train": format_number(self.sample.n_train),
            "n_test": format_number(self.sample.n_test),
        }
        if self.sample.as_they_were:
            text = _(
                "Trained on {n_train} customers as they were earlier, tested on {n_test} as they "
                "were later."
            )
        elif self.sample.by_time:
            text = _(
                "Trained on the {n_train} earlier customers, tested on the {n_test} later ones."
            )
        else:
            text = _(
                "Tested on {n_test} customers by repeated cross-validation: each was scored by "
                "trees that had not seen the customer."
            )
        return text.format(**facts)

    def _left_out_notes(self) -> list[str]:
        notes = []
        if self.left_out:
            text = _("Left out because known only after the outcome: {columns}.")
            notes.append(text.format(columns=format_list(self.left_out)))
        if self.time_bound:
            text = _("Left out because they tell the time, not the customer: {columns}.")
            notes.append(text.format(columns=format_list(self.time_bound)))
        if n := self.sample.n_unknown:
            text = ngettext(
                "{people} customer without a known outcome was left out.",
                "{people} customers without a known outcome were left out.",
                n,
            )
            notes.append(text.format(people=format_number(n)))
        if n := self.sample.n_undated:
            text = ngettext(
                "{people} customer of whom it is not known when was left out.",
                "{people} customers of whom it is not known when were left out.",
                n,
            )
            notes.append(text.format(people=format_number(n)))
        return notes

    def summary(self) -> str:
        """Say how well the tree predicts, against what, and what to beware of."""
        auc = self.metric("auc")
        lines = [
            _(
                "AUC {auc} (95\u202f% interval {low} to {high}); the best single question "
                "reaches {single}."
            ).format(
                auc=format_number(auc["value"], 3),
                low=format_number(auc["low"], 3),
                high=format_number(auc["high"], 3),
                single=format_number(auc["single_rule"], 3),
            )
        ]
        first = self.gain.iloc[0]
        text = _("The likeliest tenth of customers has {lift} times the average share.")
        lines.append(text.format(lift=format_number(first["lift"], 2)))
        return "\n".join([*lines, *self.notes, *self.warnings])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"TreeModel of {self.outcome}: {len(self.definition.leaves)} leaves, "
            f"AUC {self.metric('auc')['value']:.3f} on {self.sample.n_test:,} customers.\n"
            "Next: .rules, .warnings, .gain, .reliability, .predict(customers), .to_sql('postgres')"
        )

    def _repr_html_(self) -> str:
        """Show the rules; words of a client's table are escaped, never run."""
        heads = [_("Group"), _("Rule"), _("Probability"), _("Customers")]
        rows: Sequence[Any] = list(self.rules.itertuples(index=False))
        cells = [
            (row.name, row.rule, format_percent(row.probability), format_number(row.n_train))
            for row in rows
        ]
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in cells
        )
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
