"""Who did what: an outcome predicted from who the customers are, and tested on later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import ibis.expr.types as ir

from segkit.checks import check_columns, fail
from segkit.collect.columns.roles import check_roles
from segkit.collect.columns.usual_names import own_name
from segkit.collect.datasets.registry import DATASETS
from segkit.collect.frames import fetch
from segkit.collect.values.calendar import parse_date
from segkit.collect.values.own_numbers import own_numbers
from segkit.collect.values.placeholders import known_text
from segkit.errors import DataError
from segkit.features.gathering import GatheredCustomers
from segkit.i18n import _, format_number, join_sentences, ngettext
from segkit.schema import PEOPLE_FEATURES, ROW, names
from segkit.segment.missing import Missing
from segkit.segment.repurchase import bought_again
from segkit.segment.trees.model import TreeModel
from segkit.segment.trees.predict import fit_tree

_WHO = "predict_outcome"
#: Stands for the order of the rows in the table of customers.
BY_ROW = "row"
#: Say the same as another column, or that something is not known, which a tree asks anyway.
_TWICE = {"age_known", "customer_id"}


@dataclass(frozen=True, eq=False)
class OutcomePrediction:
    """An outcome, and how far who the customers are tells it; made by :func:`predict_outcome`.

    Attributes
    ----------
    model : TreeModel
        The tree, its test, and what to beware of.
    outcome : str
        Column of the customers, or ``"bought_again"``.
    within_days : int
        For ``"bought_again"``: days after the first purchase; 0 for a column.
    order : str
        By which time was the test: a column, ``"row"``, ``"first_purchase"``; empty for none.
    """

    model: TreeModel
    outcome: str
    within_days: int = 0
    order: str = ""

    @property
    def was_asked_for(self) -> bool:
        """Whether somebody named the outcome."""
        return not self.within_days

    @property
    def leaking(self) -> tuple[str, ...]:
        """Columns used that may know the outcome: then the result is none."""
        return tuple(leak.feature for leak in self.model.leaks)

    @property
    def asks(self) -> bool:
        """Whether the tree asks anything at all."""
        return len(self.model.definition.tree.nodes) > 1

    @property
    def label(self) -> str:
        """The outcome inside a sentence, in the current language."""
        if not self.within_days:
            return self.outcome
        text = ngettext(
            "bought again within {n} day of the first purchase",
            "bought again within {n} days of the first purchase",
            self.within_days,
        )
        return text.format(n=format_number(self.within_days))

    def summary(self) -> str:
        """Say what was predicted, how well, and what to beware of."""
        return "\n".join([self.label, self.model.summary()])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"OutcomePrediction: {self.outcome}. Next: .model, .leaking, show_outcome(prediction)"
        )

    def _repr_html_(self) -> str:
        """Show the summary; names may be a client's, so they are escaped."""
        return "".join(f"<p>{escape(line)}</p>" for line in self.summary().splitlines())


def predict_outcome(
    gathered: GatheredCustomers,
    outcome: str | None = None,
    *,
    order: str | None = None,
    predictors: Sequence[str] | None = None,
) -> OutcomePrediction | Missing:
    """Predict from who the customers are what they did: subscribed, complained, bought again.

    Use it to learn whom to address first, and honestly how well that can be known: where there
    is time, the latest 30 % of customers are the test.

    Parameters
    ----------
    gathered : GatheredCustomers
        From :func:`gather_customers`.
    outcome : str, optional
        Column of the customers with true and false, 1 and 0 or yes and no, by its own name in
        the file or a usual one, as for order and predictors. Customers of whom it is not known,
        or not known when, are left out and counted. Default, where there
        are purchases: who bought again within 30, 60, 90 or 180 days of the first purchase,
        whichever about half did, tested on those who came later.
    order : str, optional
        Column of dates or numbers that tells when it happened, or ``"row"`` where the rows of
        the table of customers stand in the order of time. Default: ``"row"`` for data sets of
        which that is known; else customers are tested in random parts.
    predictors : sequence of str, optional
        Columns to predict from. Default: what the table of customers tells of them, without
        columns known only afterwards. Purchases are not among it, because some may be later
        than the outcome.

    Returns
    -------
    OutcomePrediction or Missing
        ``Missing`` with the reason where no outcome was named and purchases tell none.

    Raises
    ------
    DataError
        If columns are missing or unfit, or all customers have the same outcome.
    ArgumentError
        If no predictor is named, or the outcome or the order is one.

    Examples
    --------
    >>> from segkit.features import gather_customers
    >>> found = predict_outcome(gather_customers("cosmetics_orders"))
    >>> found.label, found.order
    ('bought again within 30 days of the first purchase', 'first_purchase')
    """
    check_roles(outcome, order, predictors, function=_WHO)
    outcome, order = (name and _column(gathered, name) for name in (outcome, order))
    if predictors is not None:
        predictors = list(dict.fromkeys(_column(gathered, name) for name in predictors))
    check_roles(outcome, order, predictors, function=_WHO)
    if outcome is None:
        return _predict_repurchase(gathered, predictors)
    table, order = _timed(gathered, outcome, order)
    wanted = predictors if predictors is not None else _known_before(gathered, {outcome, order})
    needed = [outcome, *([order] if order else []), *wanted]
    check_columns(_WHO, gathered.table.columns, [name for name in needed if name != ROW])
    # By default fit_tree itself leaves out what is known too late, and says so.
    table = own_numbers(table.select(*dict.fromkeys(["customer_id", *needed])), wanted)
    model = fit_tree(table, outcome, order=order or None, features=predictors)
    return OutcomePrediction(model, outcome, order=BY_ROW if order == ROW else order)


def lasting_columns(
    gathered: GatheredCustomers,
    predicted: OutcomePrediction | Missing,
    *,
    keep: str | None = None,
) -> ir.Table:
    """Give the customers without columns that tell a time, or the outcome, and not who they are.

    Use it before customers are grouped by who they are: what a prediction leaves out because it
    only tells when, such as the month of a call, is no criterion either.

    Parameters
    ----------
    gathered : GatheredCustomers
        From :func:`gather_customers`.
    predicted : OutcomePrediction or Missing
        From :func:`predict_outcome`.
    keep : str, optional
        A column that was asked for and stays.

    Returns
    -------
    Ibis table
        One row per customer, as ``gathered.table``.
    """
    if isinstance(predicted, Missing):
        return gathered.table
    model = predicted.model
    others = {*model.time_bound, *model.left_out, predicted.outcome} - {keep, "customer_id"}
    return gathered.table.drop(*(name for name in gathered.table.columns if name in others))


def _column(gathered: GatheredCustomers, name: str) -> str:
    """Give the column that is meant: by its name, by that in the own file, or a usual one."""
    return name if name == BY_ROW else own_name(name, gathered.table.columns, gathered.own_names)


def _predict_repurchase(
    gathered: GatheredCustomers, predictors: Sequence[str] | None
) -> OutcomePrediction | Missing:
    how = _("Name a column of the customers that says yes or no as outcome, and it is predicted.")
    found = bought_again(gathered)
    if found is None:
        if gathered.has_revenue:
            why = _("Too few customers could be followed to predict who buys again.")
        else:
            why = _("No outcome was named, and there are no purchases that would tell one.")
        return Missing(join_sentences([why, how]))
    # Years as customer tell how long somebody was followed, not who it is.
    wanted = predictors or _known_before(gathered, {"tenure_years"})
    if not wanted:
        return Missing(
            _(
                "Nothing is known of the customers but what they bought. Give a table of customers "
                "to predict from who they are."
            )
        )
    check_columns(_WHO, gathered.table.columns, wanted)
    known = gathered.table.select("customer_id", *dict.fromkeys(wanted))
    table = own_numbers(known.join(found.table, "customer_id"), wanted)
    try:
        model = fit_tree(table, "bought_again", order="first_purchase", features=predictors)
    except DataError:
        if predictors is not None:
            raise
        why = _(
            "Who buys again cannot be predicted: all customers of a time did the same, or nothing "
            "usable is known of them."
        )
        return Missing(join_sentences([why, how]))
    return OutcomePrediction(model, "bought_again", found.within_days, "first_purchase")


def _known_before(gathered: GatheredCustomers, excluded: set[str]) -> list[str]:
    """List the columns that the table of customers tells; of purchases some may come later."""
    if gathered.people is None:
        return []
    told = {*gathered.people.columns, *names(PEOPLE_FEATURES)} - _TWICE - excluded
    if "age" in gathered.table.columns:
        told -= {"birth_year"}
    return [name for name in gathered.table.columns if name in told]


def _timed(gathered: GatheredCustomers, outcome: str, order: str | None) -> tuple[ir.Table, str]:
    """Give the customers with what tells the time, and its name; empty where nothing does."""
    table = gathered.table
    if order is None and not _in_time_order(gathered):
        return table, ""
    if order is None or (order == BY_ROW and BY_ROW not in table.columns):
        return _numbered(gathered), ROW
    check_columns(_WHO, table.columns, [outcome, order])
    if table[order].type().is_string():
        read = parse_date(table, order, function=_WHO).expression
        _check_readable(table.select(sent=table[order], read=read), order)
        table = table.mutate(**{order: read})
    return table, order


def _check_readable(both: ir.Table, order: str) -> None:
    """Refuse an order whose words are no dates; single ones are left out, and counted."""
    sent = both.filter(known_text(both.sent).notnull())
    row = fetch(sent.aggregate(n=sent.count(), read=sent.read.notnull().sum()), _WHO)[0]
    n, n_read = row["n"], row["read"] or 0
    if n_read <= n / 2:
        found = f"{n - n_read:,} of {n:,} that cannot be read as one"
        remedy = "Write them as 2024-03-31, or leave the order out."
        fail(_WHO, order, "a column of dates or numbers", found, remedy, error=DataError)


def _in_time_order(gathered: GatheredCustomers) -> bool:
    known = [DATASETS[s.name] for s in gathered.sources if s.name in DATASETS]
    return any(dataset.in_time_order for dataset in known if "customers" in dataset.tables)


def _numbered(gathered: GatheredCustomers) -> ir.Table:
    people = gathered.people
    if people is None or ROW not in people.columns:
        rule = "a column, because these customers have no numbered rows"
        fail(
            _WHO, "outcome_order", rule, BY_ROW, "Name the column that tells when.", error=DataError
        )
    return gathered.table.join(people.select("customer_id", ROW), "customer_id")
