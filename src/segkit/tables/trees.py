"""Decision trees as tables: their rules, and how far to trust them."""

from __future__ import annotations

from typing import Any

from segkit.checks import check_columns
from segkit.i18n import _, count_days
from segkit.segment.missing import Missing
from segkit.tables.base import Column, Table, make_table


def tree_rules_table(result: Any) -> Table | Missing:
    """Show the rules of a tree in words, with what holds for the customers of each.

    Parameters
    ----------
    result
        A ``TreeModel`` (probability and customers of each rule), ``TreeRules`` (precision
        and recall of each segment) or ``NextPurchase`` (what was learnt and seen in the test,
        today's customers and the buyers expected of them).

    Returns
    -------
    Table or Missing
        Columns name, rule, and probability, n_train of a model; n_customers, precision,
        recall of an explanation; or learnt, observed, n_customers, buyers, buyers_low and
        buyers_high of an outlook. A ``Missing`` comes back as it is.
    """
    if isinstance(result, Missing):
        return result
    if hasattr(result, "today"):
        return _outlook_rules(result)
    if hasattr(result, "fidelity"):
        columns = [
            Column("name", _("Segment")),
            Column("rule", _("Rule")),
            Column("n_customers", _("Customers"), "int"),
            Column("precision", _("Of those the rule finds, are in it"), "bar_percent", 1),
            Column("recall", _("Of those in it, the rule finds"), "bar_percent", 1),
        ]
        frame = result.table[result.table["n_customers"] > 0]
        return make_table(frame, columns, _("Rules of the segments"), name="tree-rules")
    columns = [
        Column("name", _("Group")),
        Column("rule", _("Rule")),
        Column("probability", _("Expected share"), "bar_percent", 1),
        Column("n_train", _("Customers it was learnt from"), "int"),
    ]
    title = _("Rules of the tree")
    if result.leaks:
        title = _("Rules of the tree (not to be used: it may know the outcome)")
    return make_table(result.rules, columns, title, name="tree-rules")


def _outlook_rules(outlook: Any) -> Table:
    span = count_days(outlook.days)
    columns = [
        Column("rule", _("Rule")),
        Column("learnt", _("Bought, as learnt"), "percent", 1),
        Column("observed", _("Bought, in the test"), "bar_percent", 1),
        Column("n_customers", _("Customers today"), "int"),
        Column("buyers", _("Expected buyers"), "int"),
        Column("buyers_low", _("Lower end"), "int"),
        Column("buyers_high", _("Upper end"), "int"),
    ]
    title = _("Who buys within {span}").format(span=span)
    return make_table(outlook.table, columns, title, name="next-purchase")


def tree_metrics_table(model: Any) -> Table | Missing:
    """Show how well a tree predicts, against knowing nothing and against a single question.

    Parameters
    ----------
    model
        A ``TreeModel``, from ``fit_tree``, or a ``NextPurchase``.

    Returns
    -------
    Table or Missing
        Columns measure (in words), value, low, high, base, single_rule, gain_low, gain_high.
        A ``Missing`` comes back as it is.
    """
    if isinstance(model, Missing):
        return model
    model = getattr(model, "model", model)
    check_columns("tree_metrics_table", model.metrics.columns, ["measure", "value", "low", "high"])
    words = {
        "auc": _("Ranking (AUC, 1 is perfect)"),
        "brier": _("Squared error (Brier, less is better)"),
        "log_loss": _("Surprise (log loss, less is better)"),
    }
    frame = model.metrics.assign(measure=[words.get(m, m) for m in model.metrics["measure"]])
    columns = [
        Column("measure", _("Measure")),
        Column("value", _("The tree"), "number", 3),
        Column("low", _("Lower end"), "number", 3),
        Column("high", _("Upper end"), "number", 3),
        Column("base", _("Knowing nothing"), "number", 3),
        Column("single_rule", _("Best single question"), "number", 3),
        Column("gain_low", _("Better than it by at least"), "number", 3),
        Column("gain_high", _("and at most"), "number", 3),
    ]
    title = _("How well the tree predicts")
    if model.leaks:
        title = _("How well the tree predicts (not to be used: it may know the outcome)")
    return make_table(frame, columns, title, name="tree-metrics")
